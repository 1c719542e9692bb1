package dev.sluice.adapter.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.port.Report;
import dev.sluice.port.Report.Block;
import dev.sluice.port.Report.Section;
import dev.sluice.port.Report.Series;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** The document is well-formed XML too, so an XML parser judges its structure and its escaping. */
class HtmlReportTest {
    private final HtmlReport html = new HtmlReport();

    @Test
    void aReportIsHeadingsFactsTablesAndChartsInOrder() throws Exception {
        Document page = render(SampleReport.evaluation());

        assertThat(texts(page, "//head/title | //h1"))
                .containsExactly("flights-delay: candidate judged", "flights-delay: candidate judged");
        assertThat(texts(page, "//h2"))
                .containsExactly(
                        "Verdict",
                        "Curves on the test rows",
                        "Stability of the inputs",
                        "Slices",
                        "Candidates",
                        "What the model listens to",
                        "What goes together");
        assertThat(texts(page, "//section[1]/dl/div/dt")).startsWith("Verdict", "Candidate", "Training set");
        assertThat(texts(page, "//section[@id='s2']/div[@class='charts']/figure/figcaption"))
                .containsExactly("ROC", "Precision and recall", "Calibration", "Predicted probability");
        assertThat(texts(page, "//section[@id='s1']//tbody/tr[4]/td"))
                .containsExactly("calibrated", "calibrationError", "0.0612", "0.05", "31,407", "✕fail", "max 0.05");
    }

    @Test
    void theContentsLeadToTheSections() throws Exception {
        Document page = render(SampleReport.evaluation());
        assertThat(texts(page, "//nav//a/@href")).containsExactly("#s1", "#s2", "#s3", "#s4", "#s5", "#s6", "#s7");
        assertThat(texts(page, "//section/@id")).containsExactly("s1", "s2", "s3", "s4", "s5", "s6", "s7");
        assertThat(texts(render(of(new Block.Text("short"))), "//nav")).isEmpty();
    }

    @Test
    void nothingIsFetchedAndNothingRuns() throws Exception {
        String text = html.render(SampleReport.evaluation());
        Document page = parse(text);
        assertThat(text).doesNotContain("url(").doesNotContain("@import");
        assertThat(texts(
                        page,
                        "//script | //link | //img | //iframe | //@src | //@style | //@*[starts-with(name(),'on')]"))
                .isEmpty();
        assertThat(texts(page, "//@href")).allMatch(target -> target.startsWith("#"));
        assertThat(texts(page, "//meta[@http-equiv='Content-Security-Policy']/@content"))
                .containsExactly("default-src 'none'; style-src 'unsafe-inline'");
    }

    @Test
    void numbersStandRightAndWordsLeft() throws Exception {
        List<String> numbers = List.of(
                "1",
                "-0.5",
                "−0.002",
                "+3",
                "1,234,567",
                ".5",
                "18.4 %",
                "12%",
                "1e-7",
                "2.5E+10",
                "–",
                "1,170 ±19",
                "< 0.01 %");
        List<String> words =
                List.of("", "EWR", "1.2.3", "2013-01-01", "1,23", "12 rows", "%", "e5", "-", "NaN", "±19", "< 5 rows");
        assertThat(cells(numbers)).containsOnly("number");
        assertThat(cells(words)).containsOnly("words");

        Document page = render(of(new Block.Table(
                List.of("all numbers", "most", "half", "none"),
                List.of(List.of("1", "2", "x", "x"), List.of("", "y", "1", "z"), List.of("3", "4", "", "")))));
        assertThat(texts(page, "//th/@class")).containsExactly("number", "number", "words", "words");
    }

    @Test
    void aTableOfManyColumnsStandsCloser() throws Exception {
        for (int columns : new int[] {8, 9}) {
            List<String> row = Collections.nCopies(columns, "1");
            assertThat(texts(render(of(new Block.Table(row, List.of(row)))), "//div/@class"))
                    .containsExactly(columns == 8 ? "table" : "table close");
        }
    }

    private List<String> cells(List<String> row) throws Exception {
        return texts(render(of(new Block.Table(row, List.of(row)))), "//td/@class");
    }

    @Test
    void aStatusIsAWordWithASignAndAColour() throws Exception {
        Document page = render(of(new Block.Table(
                List.of("verdict"),
                List.of(
                        List.of("pass"),
                        List.of("warn"),
                        List.of("fail"),
                        List.of("inconclusive"),
                        List.of("ok"),
                        List.of("breach"),
                        List.of("not judged"),
                        List.of("failed over")))));
        assertThat(texts(page, "//td/span/@class"))
                .containsExactly(
                        "status pass",
                        "status warn",
                        "status fail",
                        "status open",
                        "status pass",
                        "status fail",
                        "status open");
        assertThat(texts(page, "//td"))
                .containsExactly(
                        "✓pass", "!warn", "✕fail", "?inconclusive", "✓ok", "✕breach", "?not judged", "failed over");
    }

    @Test
    void linesAreToldApartWithoutColour() throws Exception {
        List<Series> series = IntStream.range(0, 30)
                .mapToObj(i -> new Series("s" + i, List.of(0.0, 1.0), List.of(0.0, (double) i)))
                .toList();
        Document page = render(of(new Block.Lines("many", "x", "y", series)));
        List<String> looks = new ArrayList<>();
        List<String> colours = texts(page, "//figure/svg/path[contains(@class,'line')]/@class");
        List<String> dashes = texts(page, "//figure/svg/path[contains(@class,'line')]/@stroke-dasharray");
        for (int i = 0; i < series.size(); i++) {
            looks.add(colours.get(i) + " " + dashes.get(i));
        }
        assertThat(looks).hasSize(30).doesNotHaveDuplicates();
        assertThat(dashes.subList(0, 5)).doesNotHaveDuplicates();
        assertThat(texts(page, "//ul[@class='legend']/li"))
                .containsExactlyElementsOf(series.stream().map(Series::name).toList());
    }

    @Test
    void ofALongLineOnlyWhatCanBeSeenIsDrawn() throws Exception {
        List<Double> x =
                IntStream.rangeClosed(0, 200_000).mapToObj(i -> i / 200_000.0).toList();
        String path = texts(
                        render(of(new Block.Lines("long", "x", "y", List.of(new Series("s", x, x))))),
                        "//figure/svg/path/@d")
                .get(0);
        assertThat(path.substring(path.length() - 9)).isEqualTo("L349.8 28");
        assertThat(path.chars().filter(c -> c == 'L').count()).isBetween(300L, 1_500L);
    }

    @Test
    void whatIsNotANumberLeavesAGap() throws Exception {
        Document page = render(of(new Block.Lines(
                "gap",
                "x",
                "y",
                List.of(new Series(
                        "s",
                        List.of(0.0, 1.0, 2.0, 3.0, 4.0, 5.0),
                        List.of(0.0, 1.0, Double.NaN, Double.POSITIVE_INFINITY, 1.0, 0.0))))));
        String path =
                texts(page, "//figure/svg/path[contains(@class,'line')]/@d").get(0);
        assertThat(path.chars().filter(c -> c == 'M').count()).isEqualTo(2);
        assertThat(path).doesNotContain("NaN").doesNotContain("Inf");
    }

    @Test
    void aChartWithoutDataIsAnEmptyFrame() throws Exception {
        Document page = render(of(
                new Block.Lines("no lines", "x", "y", List.of()),
                new Block.Bars("no bars", "x", "y", List.of(), List.of())));
        assertThat(texts(page, "//figcaption")).containsExactly("no lines", "no bars");
        assertThat(texts(page, "//figure[1]//text")).contains("0.0", "1.0");
        assertThat(texts(page, "//rect | //path")).isEmpty();
    }

    @Test
    void aHeatMapHasACellForEachTwoThatSaysItsNumber() throws Exception {
        Document page = render(of(new Block.HeatMap(
                "together",
                List.of("a", "b", "c"),
                List.of(List.of(1.0, 0.954, -0.5), List.of(0.954, 1.0, Double.NaN), List.of(-0.5, Double.NaN, 1.0)))));

        assertThat(texts(page, "//g/rect/@class")).containsExactly("cell plus h5", "cell minus h3", "cell h0");
        assertThat(texts(page, "//g/text")).containsExactly("95", "−50", "–");
        assertThat(texts(page, "//g/title")).containsExactly("b, a: 0.9540", "c, a: −0.5000", "c, b: none");
        assertThat(texts(page, "//svg/text")).containsExactly("a", "a", "b", "b", "c", "c");
    }

    @Test
    void barsStandWhileTheirNamesFitAndElseLieSoThatAnyNumberFits() throws Exception {
        Document upright = render(of(bars(List.of("EWR", "JFK", "LGA"))));
        Document lying = render(of(bars(List.of("United Air Lines", "JetBlue Airways", "ExpressJet Airlines"))));
        Document many =
                render(of(bars(IntStream.range(0, 200).mapToObj(i -> "f" + i).toList())));
        assertThat(texts(upright, "//rect/@width")).containsOnly("44");
        assertThat(texts(lying, "//rect/@height")).containsOnly("14");
        assertThat(texts(many, "//rect")).hasSize(200);
        assertThat(texts(many, "//figure/svg/@viewBox")).containsExactly("0 0 360 4030");
        assertThat(texts(many, "//rect[1]/title")).first().isEqualTo("f0: 1");
    }

    @Test
    void sharesAreToldApartWithoutColour() throws Exception {
        Document page = render(of(new Block.Shares(
                "carrier",
                "value",
                "share of rows",
                List.of("UA", "<b>"),
                new Report.Values("training", List.of(0.75, 0.25)),
                new Report.Values("scored", List.of(0.9999, 0.0001)))));
        assertThat(texts(page, "//ul[@class='legend']/li")).containsExactly("training", "scored");
        assertThat(texts(page, "//ul[@class='legend']//rect/@class")).containsExactly("bar before", "bar");
        assertThat(texts(page, "//figure/svg/rect/@class")).containsExactly("bar before", "bar", "bar before", "bar");
        assertThat(texts(page, "//figure/svg/rect/title"))
                .containsExactly(
                        "UA, training: 75.0 %", "UA, scored: 100.0 %", "<b>, training: 25.0 %", "<b>, scored: < 0.1 %");
        assertThat(texts(page, "//figure/svg/@aria-label")).containsExactly("carrier: share of rows by value");
        List<Double> widths = texts(page, "//figure/svg/rect/@width").stream()
                .map(Double::valueOf)
                .toList();
        assertThat(widths.get(0)).isCloseTo(widths.get(1) * 0.75, within(0.1));
        assertThat(widths.get(3)).isZero();
    }

    private static Block bars(List<String> names) {
        return new Block.Bars(
                "bars",
                "name",
                "rows",
                names,
                IntStream.rangeClosed(1, names.size()).mapToObj(i -> (double) i).toList());
    }

    @Test
    void allTextIsEscaped() throws Exception {
        String evil = "<script>alert('x')</script>&\"\u0000\u0007\u007f\u0085\u202e\ud800";
        String shown = "<script>alert('x')</script>&\"␀␇␡\ufffd\ufffd\ufffd";
        Document page = render(new Report(
                evil,
                evil,
                List.of(new Section(
                        evil,
                        List.of(
                                new Block.Text(evil),
                                new Block.Facts(Map.of(evil, evil)),
                                new Block.Table(List.of(evil), List.of(List.of(evil))),
                                new Block.Lines(
                                        evil,
                                        evil,
                                        evil,
                                        List.of(
                                                new Series(evil, List.of(1.0), List.of(2.0)),
                                                new Series(evil, List.of(), List.of()))),
                                new Block.Bars(evil, evil, evil, List.of(evil), List.of(1.0)))))));
        assertThat(texts(page, "//script")).isEmpty();
        assertThat(
                        texts(
                                page,
                                "//title[not(ancestor::svg)] | //h1 | //h2 | //p | //dt | //dd | //th | //td | //li | //figcaption"))
                .containsOnly(shown)
                .hasSize(13);
        assertThat(texts(page, "//figure[1]//svg/@aria-label")).contains(shown + ": " + shown + " over " + shown);
        assertThat(texts(page, "//rect/title")).containsExactly(shown + ": 1");
    }

    @Property(tries = 200)
    void anyTextsGiveAWellFormedDocument(@ForAll String a, @ForAll String b, @ForAll double value) throws Exception {
        Document page = render(of(
                new Block.Table(List.of(a), List.of(List.of(b))),
                new Block.Bars(b, a, b, List.of(a), List.of(value)),
                new Block.Lines(a, b, a, List.of(new Series(b, List.of(value, 0.0), List.of(1.0, value))))));
        assertThat(texts(page, "//td")).hasSize(1);
    }

    @Test
    void equalReportsGiveEqualDocuments() {
        assertThat(html.render(SampleReport.evaluation()))
                .isEqualTo(new HtmlReport().render(SampleReport.evaluation()));
    }

    private static Report of(Block... blocks) {
        return new Report("title", "", List.of(new Section("section", List.of(blocks))));
    }

    private Document render(Report report) throws Exception {
        return parse(html.render(report));
    }

    private static Document parse(String text) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(text)));
    }

    private static List<String> texts(Document page, String path) throws Exception {
        NodeList found = (NodeList) XPathFactory.newInstance().newXPath().evaluate(path, page, XPathConstants.NODESET);
        return IntStream.range(0, found.getLength())
                .mapToObj(i -> found.item(i).getTextContent())
                .toList();
    }
}
