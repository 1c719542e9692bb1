package dev.sluice.adapter.mlflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;

/** A server's answer that is not what was asked for. */
final class Answer extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 500;

    private final int status;
    private final String code;
    private final transient Optional<Duration> retryAfter;

    private Answer(int status, String code, String message, Optional<Duration> retryAfter) {
        super(message);
        this.status = status;
        this.code = code;
        this.retryAfter = retryAfter;
    }

    /**
     * Reads MLflow's error body; any other body is quoted by its start.
     *
     * @param retryAfter value of the header of this name, when there is one
     */
    static Answer of(int status, String body, Optional<String> retryAfter) {
        Optional<Duration> wait =
                retryAfter.filter(s -> s.matches("\\d{1,6}")).map(s -> Duration.ofSeconds(Long.parseLong(s)));
        try {
            JsonNode error = Json.read(body);
            String message = error.path("message").asText();
            return new Answer(status, error.path("error_code").asText(), cut(message), wait);
        } catch (JsonProcessingException e) {
            return new Answer(status, "", cut(body), wait);
        }
    }

    int status() {
        return status;
    }

    /** MLflow's word for the error; empty when the answer is not MLflow's. */
    String code() {
        return code;
    }

    Optional<Duration> retryAfter() {
        return retryAfter;
    }

    /** Whether the same request may be answered otherwise a moment later. */
    boolean passing() {
        return status == 408 || status == 429 || status >= 500;
    }

    private static String cut(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }
}
