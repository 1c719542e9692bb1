package dev.sluice.adapter.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Object stores that give nothing say so soon, and in words that tell who can act. */
class RefusingStoreTest {
    private final AtomicInteger asked = new AtomicInteger();
    private HttpServer store;

    @BeforeEach
    void start() throws IOException {
        store = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        store.start();
    }

    @AfterEach
    void stop() {
        store.stop(0);
    }

    @ParameterizedTest
    @CsvSource({
        "403, AccessDenied, ACCESS_DENIED, 2",
        "403, InvalidAccessKeyId, ACCESS_DENIED, 2",
        "404, NoSuchBucket, PLAN_INVALID, 4",
        "500, InternalError, STORAGE_UNAVAILABLE, 40"
    })
    void refusesFiles(int status, String word, ErrorCode code, int most) {
        answer(status, word);
        SluiceException refused = catchThrowableOfType(
                SluiceException.class, () -> RawFiles.find(List.of("s3a://acme/raw/*.csv"), hadoop()));
        assertThat(refused.code()).as(refused.toString()).isEqualTo(code);
        assertThat(refused).hasMessageContaining("acme");
        assertThat(asked.get()).isBetween(1, most);
    }

    /** A lake's root is refused as a source is. */
    @ParameterizedTest
    @CsvSource({"403, AccessDenied, ACCESS_DENIED", "404, NoSuchBucket, PLAN_INVALID"})
    void refusesALake(int status, String word, ErrorCode code) {
        answer(status, word);
        SluiceException refused =
                catchThrowableOfType(SluiceException.class, () -> Storages.of("s3a://acme/lake", hadoop())
                        .list("_sluice"));
        assertThat(refused.code()).as(refused.toString()).isEqualTo(code);
        assertThat(refused).hasMessageContaining("s3a://acme/lake");
    }

    @Test
    void isNotThere() {
        Configuration hadoop = hadoop();
        store.stop(0);
        SluiceException refused = catchThrowableOfType(
                SluiceException.class, () -> RawFiles.find(List.of("s3a://acme/raw/*.csv"), hadoop));
        assertThat(refused.code()).isEqualTo(ErrorCode.STORAGE_UNAVAILABLE);
    }

    private void answer(int status, String word) {
        byte[] body =
                ("<Error><Code>" + word + "</Code><Message>no</Message></Error>").getBytes(StandardCharsets.UTF_8);
        store.createContext("/", exchange -> {
            asked.incrementAndGet();
            boolean isHead = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(status, isHead ? -1 : body.length);
            if (!isHead) {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
    }

    private Configuration hadoop() {
        Configuration hadoop = new Configuration();
        hadoop.set("fs.s3a.endpoint", "http://127.0.0.1:" + store.getAddress().getPort());
        hadoop.set("fs.s3a.path.style.access", "true");
        hadoop.set("fs.s3a.access.key", "key");
        hadoop.set("fs.s3a.secret.key", "none");
        hadoop.set("fs.s3a.impl.disable.cache", "true");
        Storages.settings(hadoop).forEach(hadoop::set);
        return hadoop;
    }
}
