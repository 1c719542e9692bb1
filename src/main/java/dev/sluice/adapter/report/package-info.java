/** Reports for people as self-contained HTML. Knows no library: a page is text, a chart is SVG inside it. */
package dev.sluice.adapter.report;
