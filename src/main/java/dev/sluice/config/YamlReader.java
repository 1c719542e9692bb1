package dev.sluice.config;

import dev.sluice.core.Location;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Reads one YAML 1.2 document into nodes with places. Tags, anchors and aliases are no part of the language, so nothing
 * in a file can name a class or grow when read; size and depth are bounded.
 */
final class YamlReader {
    static final int MOST_BYTES = 1 << 20;
    static final int DEEPEST = 32;

    private static final Map<String, Node> FALLBACKS = new ConcurrentHashMap<>();

    private final String file;
    private final Optional<String> origin;
    private final Problems problems;
    private Parser parser;

    private YamlReader(String file, Optional<String> origin, Problems problems) {
        this.file = file;
        this.origin = origin;
        this.problems = problems;
    }

    /**
     * Reads a file.
     *
     * @param file the name that problems show
     * @return empty when the file cannot be read at all; the problems say why
     */
    static Optional<Node> read(Path path, String file, Problems problems) throws IOException {
        Location top = new Location(file, 1, 1);
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(MOST_BYTES + 1);
        }
        if (bytes.length > MOST_BYTES) {
            problems.add(top, "", "expected at most " + MOST_BYTES + " bytes, found more");
            return Optional.empty();
        }
        try {
            return read(
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString(),
                    file,
                    problems);
        } catch (CharacterCodingException e) {
            problems.add(top, "", "expected UTF-8 text, found bytes that are none");
            return Optional.empty();
        }
    }

    /** Reads a text. */
    static Optional<Node> read(String text, String file, Problems problems) {
        return new YamlReader(file, Optional.empty(), problems).document(text);
    }

    /** Reads the text of a {@link Default}; each is read once. */
    static Node fallback(String text) {
        return FALLBACKS.computeIfAbsent(text, YamlReader::own);
    }

    private static Node own(String text) {
        Problems problems = new Problems();
        Optional<Node> node = new YamlReader("default", Optional.of("default"), problems).document(text);
        return node.filter(n -> problems.count() == 0)
                .orElseThrow(() -> new IllegalStateException("not YAML: " + text + ": " + problems.sorted()));
    }

    private Optional<Node> document(String text) {
        String body = text.startsWith("\uFEFF") ? text.substring(1) : text;
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file)
                .setCodePointLimit(MOST_BYTES)
                .build();
        try {
            parser = new ParserImpl(settings, new StreamReader(settings, body));
            parser.next(); // stream start
            if (parser.checkEvent(Event.ID.StreamEnd)) {
                problems.add(new Location(file, 1, 1), "", "expected a mapping, found an empty file");
                return Optional.empty();
            }
            parser.next(); // document start
            Node node = node("", 0);
            parser.next(); // document end
            if (!parser.checkEvent(Event.ID.StreamEnd)) {
                problems.add(at(parser.next()), "", "expected one document, found a second one");
            }
            return Optional.of(node);
        } catch (TooDeep e) {
            problems.add(e.at, e.path, "expected at most " + DEEPEST + " levels, found more");
        } catch (MarkedYamlEngineException e) {
            Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
            problems.add(
                    mark.map(this::at).orElse(new Location(file, 1, 1)),
                    "",
                    "expected YAML, found a syntax error: "
                            + (e.getContext() == null ? "" : e.getContext() + ", ")
                            + e.getProblem());
        } catch (ReaderException e) {
            problems.add(
                    at(body, e.getPosition()),
                    "",
                    String.format("expected printable text, found the character U+%04X", e.getCodePoint()));
        } catch (YamlEngineException e) {
            problems.add(new Location(file, 1, 1), "", "expected YAML 1.2, found: " + e.getMessage());
        }
        return Optional.empty();
    }

    private Node node(String path, int depth) {
        Event event = parser.next();
        Location at = at(event);
        if (depth > DEEPEST) {
            throw new TooDeep(at, path);
        }
        if (event instanceof AliasEvent) {
            problems.add(at, path, "expected a value, found an alias (*); write the value out, or use a var");
            return new Node.Refused(at);
        }
        int before = problems.count();
        if (((NodeEvent) event).getAnchor().isPresent()) {
            problems.add(at, path, "expected a value, found an anchor (&); write values out, or use a var");
        }
        Optional<String> tag =
                event instanceof ScalarEvent scalar ? scalar.getTag() : ((CollectionStartEvent) event).getTag();
        if (tag.isPresent()) {
            problems.add(at, path, "expected a value without tag, found the tag " + Problem.quoted(tag.get()));
        }
        boolean refused = problems.count() > before;
        Node node;
        if (event instanceof ScalarEvent scalar) {
            node = scalar(scalar, at);
        } else if (event.getEventId() == Event.ID.SequenceStart) {
            node = items(path, depth, at);
        } else {
            node = keys(path, depth, at);
        }
        return refused ? new Node.Refused(at) : node;
    }

    private Node.Scalar scalar(ScalarEvent event, Location at) {
        String text = event.getValue();
        Mark start = event.getStartMark().orElseThrow();
        Mark end = event.getEndMark().orElseThrow();
        int quotes = event.isPlain() ? 0 : 1;
        boolean shown = (event.isPlain() || event.isSQuoted() || event.isDQuoted())
                && start.getLine() == end.getLine()
                && end.getColumn() - start.getColumn() == text.codePointCount(0, text.length()) + 2 * quotes;
        return new Node.Scalar(
                at, text, event.isPlain(), shown ? at.column() + quotes : 0, origin.orElseGet(at::toString));
    }

    private Node.Items items(String path, int depth, Location at) {
        List<Node> items = new ArrayList<>();
        while (!parser.checkEvent(Event.ID.SequenceEnd)) {
            items.add(node(Place.child(path, Integer.toString(items.size())), depth + 1));
        }
        parser.next();
        return new Node.Items(at, items);
    }

    private Node.Keys keys(String path, int depth, Location at) {
        Map<String, Node.Entry> entries = new LinkedHashMap<>();
        while (!parser.checkEvent(Event.ID.MappingEnd)) {
            Node key = node(path, depth + 1);
            if (!(key instanceof Node.Scalar name)) {
                if (!(key instanceof Node.Refused)) {
                    problems.add(key.at(), path, "expected a word as key, found " + Place.kind(key));
                }
                node(path, depth + 1);
                continue;
            }
            String child = Place.child(path, name.text());
            Node.Entry entry = new Node.Entry(key.at(), node(child, depth + 1));
            Node.Entry first = entries.putIfAbsent(name.text(), entry);
            if (first != null) {
                problems.add(
                        entry.at(),
                        child,
                        "expected each key once, found it again; first in line "
                                + first.at().line());
            }
        }
        parser.next();
        return new Node.Keys(at, entries);
    }

    private Location at(Event event) {
        return event.getStartMark().map(this::at).orElse(new Location(file, 1, 1));
    }

    private Location at(Mark mark) {
        return new Location(file, mark.getLine() + 1, mark.getColumn() + 1);
    }

    private Location at(String text, int position) {
        int line = 1;
        int column = 1;
        for (int i = 0; i < Math.min(position, text.length()); i++) {
            boolean ends = text.charAt(i) == '\n';
            line += ends ? 1 : 0;
            column = ends ? 1 : column + 1;
        }
        return new Location(file, line, column);
    }

    /** Leaves a document that nobody wrote by hand. */
    private static final class TooDeep extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Location at;
        private final String path;

        TooDeep(Location at, String path) {
            super(null, null, false, false);
            this.at = at;
            this.path = path;
        }
    }
}
