package dev.sluice.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.config.Loader;
import dev.sluice.config.Step;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.ExitCode;
import dev.sluice.core.Nearest;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.pipeline.Work;
import dev.sluice.port.Maintained;
import dev.sluice.port.Maintenance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "maintain",
        description = {
            "Looks after tables between runs: joins small files, removes files of versions that are not kept, and writes"
                    + " checkpoints of their logs. Rows stay as they are, but for states of profiles that can be made again.",
            "Versions older than --keep can no longer be read afterwards. Training sets are kept whole, so that models can be"
                    + " rebuilt."
        },
        mixinStandardHelpOptions = true)
final class MaintainVerb implements Callable<Integer> {
    private static final String RECORDS = "_sluice";
    private static final String STATES = "_sluice/states";
    private static final Pattern DAYS = Pattern.compile("(\\d{1,5})d");
    private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,5})([kmg])");

    @Mixin
    private PipelineOptions options;

    @Parameters(
            paramLabel = "TABLE",
            arity = "0..*",
            description =
                    "Tables, such as bronze.flights; when left out all that the pipeline writes, their quarantines and the"
                            + " records in _sluice.")
    private List<String> named;

    @Option(
            names = "--target-size",
            paramLabel = "SIZE",
            defaultValue = "128m",
            description =
                    "Size of the files that smaller ones are joined to, in k, m or g (default: ${DEFAULT-VALUE}).")
    private String targetSize;

    @Option(
            names = "--zorder",
            paramLabel = "COLUMN",
            split = ",",
            description =
                    "Columns by which readers look rows up: near values are brought together, by writing the one table named"
                            + " anew.")
    private List<String> zorder;

    @Option(
            names = "--keep",
            paramLabel = "DAYS",
            defaultValue = "7d",
            description = "For how long earlier versions stay readable, at least 7d (default: ${DEFAULT-VALUE}).")
    private String keep;

    @Option(
            names = "--training-sets",
            description =
                    "Removes files of training sets too: a model whose training set is older than --keep cannot be rebuilt.")
    private boolean trainingSets;

    @Option(names = "--dry-run", description = "Says what would be done; writes nothing.")
    private boolean dryRun;

    @Mixin
    private Format format;

    @Override
    public Integer call() {
        Maintenance how = how();
        Loader.Loaded loaded = options.load();
        try (Wiring wiring = Wiring.of(loaded)) {
            Set<TableName> kept = trainingSets ? Set.of() : trainingSets(wiring.works());
            Map<TableName, Maintenance> tables = new LinkedHashMap<>();
            for (TableName table : tables(loaded.pipeline().name(), wiring)) {
                tables.put(table, kept.contains(table) ? withoutRemoval(how) : how);
            }
            List<Maintained> all = new ArrayList<>();
            Consumer<Maintained> done = one -> {
                all.add(one);
                if (format.isJson()) {
                    Console.result(json(one));
                }
            };
            List<String> staged;
            if (dryRun) {
                // What is only looked at needs no lease.
                tables.forEach(
                        (table, maintenance) -> done.accept(wiring.tables().maintain(table, maintenance)));
                staged = wiring.maintainer().staged();
            } else {
                staged = wiring.maintainer().maintain(Runs.newRunId(), tables, done);
            }
            if (!format.isJson()) {
                Console.result(all.isEmpty() ? "there is no table yet" : text(all));
            }
            say(all, tables, staged);
            return ExitCode.OK.code();
        }
    }

    private Maintenance how() {
        Matcher size = SIZE.matcher(targetSize);
        if (!size.matches()) {
            throw usage("expected --target-size such as 64m, 128m or 1g, found '" + targetSize + "'");
        }
        Matcher days = DAYS.matcher(keep);
        if (!days.matches()) {
            throw usage("expected --keep in days such as 7d or 30d, found '" + keep + "'");
        }
        Duration time = Duration.ofDays(Long.parseLong(days.group(1)));
        if (time.compareTo(Maintenance.SHORTEST_KEEP) < 0) {
            throw usage(
                    "expected --keep of at least 7d, since a file may belong to a commit that is still being made or to"
                            + " a version that is still being read, found " + keep);
        }
        if (zorder != null && (named == null || named.size() != 1)) {
            throw usage(
                    "expected one table beside --zorder, found " + (named == null ? "none" : String.join(", ", named)));
        }
        long bytes = Long.parseLong(size.group(1)) << (10 * (1 + "kmg".indexOf(size.group(2))));
        return new Maintenance(bytes, zorder == null ? List.of() : zorder, Optional.of(time), dryRun);
    }

    private static Maintenance withoutRemoval(Maintenance how) {
        return new Maintenance(how.targetBytes(), how.zorder(), Optional.empty(), how.dryRun());
    }

    private static SluiceException usage(String message) {
        return new SluiceException(ErrorCode.USAGE, message, "sluice maintain --help");
    }

    private static Set<TableName> trainingSets(List<Work> works) {
        return works.stream()
                .filter(work -> work.step() == Step.TRAIN)
                .flatMap(work -> work.writes().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The tables that are named, or all that there are. */
    private Collection<TableName> tables(String pipeline, Wiring wiring) {
        Set<TableName> known = known(wiring);
        if (named == null) {
            known.removeIf(table -> wiring.tables().latest(table).isEmpty());
            return known;
        }
        List<String> texts = known.stream().map(TableName::text).toList();
        return named.stream()
                .map(text -> {
                    if (!texts.contains(text)) {
                        throw new SluiceException(
                                ErrorCode.USAGE,
                                "pipeline " + pipeline + " has no table '" + text + "'"
                                        + Nearest.of(text, texts)
                                                .map(near -> "; did you mean " + near + "?")
                                                .orElse(""),
                                "tables: " + String.join(", ", texts));
                    }
                    return new TableName(text);
                })
                .toList();
    }

    private static Set<TableName> known(Wiring wiring) {
        Set<TableName> known = new TreeSet<>();
        for (Work work : wiring.works()) {
            known.addAll(work.writes());
            if (work.step() == Step.INGEST) {
                work.writes().forEach(table -> known.add(table.quarantine()));
            }
        }
        // Beside the tables of records there are folders of other things.
        Stream.concat(
                        wiring.storage().list(RECORDS).stream().filter(name -> name.matches("[a-z_]+")),
                        wiring.storage().list(STATES).stream().map(name -> "states." + name))
                .map(name -> new TableName(RECORDS + "." + name))
                .filter(table -> wiring.tables().latest(table).isPresent())
                .forEach(known::add);
        return known;
    }

    private void say(List<Maintained> all, Map<TableName, Maintenance> tables, List<String> staged) {
        for (Maintained one : all) {
            one.wholeFrom()
                    .ifPresent(version -> Console.message(one.table() + ": versions before " + version
                            + " can no longer be read" + (dryRun ? " then" : "")));
            if (tables.get(one.table()).keep().isEmpty()) {
                Console.message(one.table() + ": a training set, of which nothing is removed without --training-sets");
            }
        }
        if (!staged.isEmpty()) {
            Console.message(
                    dryRun
                            ? staged.size() + " staging folders would be removed, unless a run that goes on owns one"
                            : "removed " + staged.size() + " staging folders of runs that died");
        }
        if (dryRun) {
            Console.message("dry run: nothing was written; files afterwards are estimated");
        }
    }

    private static String text(List<Maintained> all) {
        TextTable text = new TextTable("table", "files", "after", "bytes", "after", "removed", "readable from");
        all.forEach(one -> text.row(
                one.table(),
                number(one.before().files()),
                number(one.after().files()),
                number(one.before().bytes()),
                number(one.after().bytes()),
                number(one.removed()),
                one.wholeFrom().isPresent() ? one.wholeFrom().getAsLong() : ""));
        return text.text("").stripTrailing();
    }

    private String json(Maintained one) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("table", one.table().text())
                .put("files", one.before().files())
                .put("files_after", one.after().files())
                .put("bytes", one.before().bytes())
                .put("bytes_after", one.after().bytes())
                .put("removed", one.removed())
                .put("dry_run", dryRun);
        one.wholeFrom().ifPresent(version -> node.put("readable_from", version));
        return node.toString();
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
