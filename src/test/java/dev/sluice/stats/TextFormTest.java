package dev.sluice.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextFormTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = true,
            textBlock =
                    """
            ''                                        | BLANK
            '  '                                      | BLANK
            true                                      | BOOLEAN
            No                                        | BOOLEAN
            truth                                     | OTHER
            2013-01-31                                | DATE
            2013/12/01                                | DATE
            31.01.2013                                | DATE
            01/31/2013                                | DATE
            2013-13-01                                | PHONE
            2013-01/31                                | OTHER
            13/13/2013                                | OTHER
            13:30                                     | TIME
            23:59:60.125                              | TIME
            24:00                                     | OTHER
            13:30:                                    | OTHER
            2013-01-31T13:30:05Z                      | TIMESTAMP
            2013-01-31 13:30                          | TIMESTAMP
            2013-01-31T13:30:05.25+05:30              | TIMESTAMP
            2013-01-31T13:30:05+0530                  | TIMESTAMP
            2013-01-31T13:30:05-05                    | TIMESTAMP
            2013-01-31T13:30:05+                      | OTHER
            2013-01-31T                               | OTHER
            10.0.0.255                                | IP
            10.0.0.256                                | PHONE
            1.2.3                                     | OTHER
            fe80::1                                   | IP
            ::                                        | IP
            2001:db8:0:0:0:0:0:1                      | IP
            1::2::3                                   | OTHER
            1:2:3:4:5:6:7                             | OTHER
            12345:1::2                                | OTHER
            0                                         | INTEGER
            -12345678901234567890                     | INTEGER
            +5                                        | INTEGER
            1-2                                       | OTHER
            1.5                                       | DECIMAL
            -.5                                       | DECIMAL
            2e10                                      | DECIMAL
            2.E-3                                     | DECIMAL
            1e                                        | OTHER
            1.2.                                      | OTHER
            123e4567-e89b-12d3-a456-426614174000      | UUID
            123e4567-e89b-12d3-a456-42661417400       | OTHER
            123E4567-E89B-12D3-A456-42661417400G      | OTHER
            name.last+tag@mail.example.org            | EMAIL
            a@b                                       | OTHER
            a@.org                                    | OTHER
            a@b.org.                                  | OTHER
            a@b@c.org                                 | OTHER
            @b.org                                    | OTHER
            https://example.org/a?b=c@d               | URL
            s3a://bucket/key                          | URL
            https://                                  | OTHER
            https://a b                               | OTHER
            ://a                                      | OTHER
            +49 30 1234567                            | PHONE
            (030) 123-4567                            | PHONE
            +491234567                                | PHONE
            555-1234                                  | PHONE
            555-123                                   | OTHER
            1+2345678                                 | OTHER
            EWR                                       | OTHER
            日本                                        | OTHER
            """)
    void aTextHasTheFirstFormThatItFits(String text, TextForm form) {
        byte[] utf8 = ("<" + text + ">").getBytes(StandardCharsets.UTF_8);
        assertThat(TextForm.of(utf8, 1, utf8.length - 1)).isEqualTo(form);
    }

    @Property
    void anyTextHasAForm(@ForAll String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        TextForm form = TextForm.of(utf8, 0, utf8.length);

        assertThat(form == TextForm.BLANK).isEqualTo(text.chars().allMatch(c -> c <= ' '));
        assertThat(form == TextForm.INTEGER).isEqualTo(text.matches("[+-]?[0-9]+") && form != TextForm.PHONE);
        assertThat(TextForm.characters(utf8, 0, utf8.length)).isEqualTo((int)
                new String(utf8, StandardCharsets.UTF_8).codePoints().count());
    }
}
