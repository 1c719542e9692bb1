package dev.sluice.port;

/** Gives a report its form. */
public interface ReportWriter {
    /** One self-contained document. */
    String render(Report report);
}
