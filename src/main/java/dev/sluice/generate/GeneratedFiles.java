package dev.sluice.generate;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.Hashes;
import dev.sluice.core.SluiceException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Texts by the name of their file. Each begins with a comment that holds a hash of the rest, so that a file which somebody
 * has changed, or has made, is told from one of ours and is never written over.
 *
 * @param texts without that comment; of languages in which # begins one
 */
public record GeneratedFiles(Map<String, String> texts) {
    private static final String MARK = "# Written by sluice generate; change the pipeline instead. ";

    public GeneratedFiles {
        texts = Map.copyOf(texts);
    }

    /**
     * Writes all files, or none where one is in the way.
     *
     * @param folder made where it is not there
     * @return the files that were new or other than before, in the order of their names
     * @throws SluiceException USAGE when a file is there that is not as it was generated; ACCESS_DENIED
     */
    public List<Path> write(Path folder) {
        try {
            Files.createDirectories(folder);
            Map<Path, String> changed = changed(folder);
            for (Map.Entry<Path, String> file : changed.entrySet()) {
                Files.writeString(file.getKey(), file.getValue());
            }
            return List.copyOf(changed.keySet());
        } catch (IOException e) {
            throw new SluiceException(
                    ErrorCode.ACCESS_DENIED,
                    "cannot write into " + folder + ": " + e,
                    "give a folder that can be written",
                    e);
        }
    }

    private Map<Path, String> changed(Path folder) throws IOException {
        Map<Path, String> changed = new TreeMap<>();
        List<String> others = new ArrayList<>();
        for (Map.Entry<String, String> text : texts.entrySet()) {
            Path file = folder.resolve(text.getKey());
            String whole = marked(text.getValue());
            if (Files.exists(file)) {
                String there = read(file);
                if (!isOurs(there)) {
                    others.add(file.toString());
                } else if (!Objects.equals(there, whole)) {
                    changed.put(file, whole);
                }
            } else {
                changed.put(file, whole);
            }
        }
        if (!others.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.USAGE,
                    "expected no file, or one as it was generated, found "
                            + String.join(", ", others.stream().sorted().toList())
                            + ", which was made or changed by somebody",
                    "give another folder, or move the file away; what is to differ belongs into files of your own beside"
                            + " the generated ones");
        }
        return changed;
    }

    private static String read(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            return ""; // no text is none of ours
        }
    }

    private static String marked(String text) {
        return MARK + Hashes.id(text) + "\n" + text;
    }

    private static boolean isOurs(String whole) {
        int end = whole.indexOf('\n') + 1;
        return end > 0 && whole.equals(marked(whole.substring(end)));
    }
}
