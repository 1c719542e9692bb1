package dev.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RedactorTest {
    @Test
    void theValueOfASecretIsMaskedWhereverItStands() {
        Secret secret = new Secret("canary-7f3a", "env/CANARY");
        assertThat(secret).hasToString("***");
        assertThat(Redactor.global().redact("it failed: https://h/?q=canary-7f3a&x"))
                .doesNotContain("canary-7f3a");
        assertThat(secret.reveal()).isEqualTo("canary-7f3a");
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://u:hunter22@db/x, jdbc:postgresql://u:***@db/x",
        "password=hunter22 next, password=*** next",
        "pwd=four, pwd=***",
        "spark.hadoop.fs.s3a.secret.key: AKIA123456, spark.hadoop.fs.s3a.secret.key: ***",
        "a token of thanks, a token of thanks",
        "connections/models/token: expected the secret env/X, connections/models/token: expected the secret env/X",
    })
    void whatLooksLikeACredentialIsMasked(String text, String masked) {
        assertThat(new Redactor().redact(text)).isEqualTo(masked);
    }
}
