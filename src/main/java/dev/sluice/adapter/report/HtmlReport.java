package dev.sluice.adapter.report;

import dev.sluice.port.Report;
import dev.sluice.port.Report.Block;
import dev.sluice.port.ReportWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One HTML document that needs nothing else: style and charts are inside, there is no script, and its content policy forbids
 * any and all requests. Follows the reader's light or dark preference, fits a telephone and a wide screen, prints. Equal
 * reports give equal documents.
 */
public final class HtmlReport implements ReportWriter {
    private static final String STYLE = resource("report.css");

    /** From here on a reader is better off with a list of what there is. */
    private static final int SECTIONS_WITH_CONTENTS = 4;

    /** A table of more columns stands closer. */
    private static final int COLUMNS_WITH_SPACE = 8;

    private static final Pattern NUMBER = Pattern.compile(
            "(< )?[+\\-−]?(\\d{1,3}(,\\d{3})+(\\.\\d+)?|\\d*\\.?\\d+)([eE][+-]?\\d+)?( ?%)?( ±[\\d,]+)?|–");

    /** Signs of the status words, so that the colour only repeats what the cell says. */
    private static final Map<String, Status> STATUS = Map.of(
            "pass", Status.PASS,
            "ok", Status.PASS,
            "warn", Status.WARN,
            "fail", Status.FAIL,
            "breach", Status.FAIL,
            "inconclusive", Status.OPEN,
            "not judged", Status.OPEN);

    private enum Status {
        PASS("pass", "✓"),
        WARN("warn", "!"),
        FAIL("fail", "✕"),
        OPEN("open", "?");

        private final String style;
        private final String sign;

        Status(String style, String sign) {
            this.style = style;
            this.sign = sign;
        }
    }

    @Override
    public String render(Report report) {
        Markup out = new Markup();
        out.open("html", "lang", "en");
        head(out, report);
        out.open("body").open("header").leaf("h1", report.title());
        if (!report.subtitle().isEmpty()) {
            out.leaf("p", report.subtitle(), "class", "subtitle");
        }
        out.close("header");
        contents(out, report.sections());
        out.open("main");
        for (int i = 0; i < report.sections().size(); i++) {
            section(out, report.sections().get(i), anchor(i));
        }
        out.close("main").close("body").close("html");
        return "<!DOCTYPE html>\n" + out;
    }

    private static void head(Markup out, Report report) {
        out.open("head")
                .single("meta", "charset", "utf-8")
                .single("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
                .single("meta", "name", "color-scheme", "content", "light dark")
                .single(
                        "meta",
                        "http-equiv",
                        "Content-Security-Policy",
                        "content",
                        "default-src 'none'; style-src 'unsafe-inline'")
                .leaf("title", report.title())
                .style(STYLE)
                .close("head");
    }

    private static void contents(Markup out, List<Report.Section> sections) {
        if (sections.size() < SECTIONS_WITH_CONTENTS) {
            return;
        }
        out.open("nav", "aria-label", "Contents").open("ul");
        for (int i = 0; i < sections.size(); i++) {
            out.open("li")
                    .leaf("a", sections.get(i).title(), "href", "#" + anchor(i))
                    .close("li");
        }
        out.close("ul").close("nav");
    }

    private static String anchor(int section) {
        return "s" + (section + 1);
    }

    private static void section(Markup out, Report.Section section, String anchor) {
        out.open("section", "id", anchor).leaf("h2", section.title());
        boolean among = false;
        for (Block block : section.blocks()) {
            boolean chart =
                    block instanceof Block.Lines || block instanceof Block.Bars || block instanceof Block.Shares;
            if (chart && !among) {
                out.open("div", "class", "charts");
            } else if (!chart && among) {
                out.close("div");
            }
            among = chart;
            block(out, block);
        }
        if (among) {
            out.close("div");
        }
        out.close("section");
    }

    private static void block(Markup out, Block block) {
        if (block instanceof Block.Text text) {
            out.leaf("p", text.text());
        } else if (block instanceof Block.Facts facts) {
            facts(out, facts);
        } else if (block instanceof Block.Table table) {
            table(out, table);
        } else if (block instanceof Block.Lines lines) {
            LineChart.draw(out, lines);
        } else if (block instanceof Block.Bars bars) {
            BarChart.draw(out, bars);
        } else if (block instanceof Block.Shares shares) {
            ShareChart.draw(out, shares);
        } else if (block instanceof Block.HeatMap map) {
            HeatMapChart.draw(out, map);
        }
    }

    private static void facts(Markup out, Block.Facts facts) {
        out.open("dl");
        facts.facts().forEach((name, value) -> {
            out.open("div").leaf("dt", name).open("dd");
            cell(out, value);
            out.close("dd").close("div");
        });
        out.close("dl");
    }

    private static void table(Markup out, Block.Table table) {
        // Focusable, so that a keyboard can scroll what is wider than the page.
        String kind = table.header().size() > COLUMNS_WITH_SPACE ? "table close" : "table";
        out.open("div", "class", kind, "tabindex", "0").open("table").open("thead");
        out.open("tr");
        for (int i = 0; i < table.header().size(); i++) {
            out.leaf("th", table.header().get(i), "scope", "col", "class", numeric(table, i) ? "number" : "words");
        }
        out.close("tr").close("thead").open("tbody");
        for (List<String> row : table.rows()) {
            out.open("tr");
            for (String value : row) {
                out.open("td", "class", isNumber(value) ? "number" : "words");
                cell(out, value);
                out.close("td");
            }
            out.close("tr");
        }
        out.close("tbody").close("table").close("div");
    }

    private static void cell(Markup out, String value) {
        Status status = STATUS.get(value);
        if (status == null) {
            out.text(value);
            return;
        }
        out.open("span", "class", "status " + status.style)
                .leaf("span", status.sign, "class", "sign", "aria-hidden", "true")
                .text(value)
                .close("span");
    }

    private static boolean numeric(Block.Table table, int column) {
        List<String> values = table.rows().stream()
                .filter(row -> row.size() > column)
                .map(row -> row.get(column))
                .filter(value -> !value.isEmpty())
                .toList();
        return values.stream().filter(HtmlReport::isNumber).count() * 2 > values.size();
    }

    private static boolean isNumber(String value) {
        return NUMBER.matcher(value).matches();
    }

    private static String resource(String name) {
        try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks " + name + " beside " + HtmlReport.class.getName());
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
