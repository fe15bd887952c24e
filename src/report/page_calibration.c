/*
 * Whether probabilities mean what they say: the share that was right against the mean
 * probability, with Wilson intervals, as a plot and as a table.
 */
#include "html_page.h"

#include <math.h>

#include "sitter/interval.h"

enum {
    SIDE = 300,
    LEFT = 48,
    TOP = 12,
    WIDTH = LEFT + SIDE + 16,
    HEIGHT = TOP + SIDE + 44
};

static double x_of(double p)
{
    return LEFT + SIDE * p;
}

static double y_of(double p)
{
    return TOP + SIDE * (1 - p);
}

static struct sit_interval bin_interval(const struct sit_reliability_bin *bin)
{
    return sit_wilson((size_t)lround(bin->accuracy * (double)bin->n), bin->n);
}

static void append_axes(struct sit_buf *out)
{
    for (int i = 0; i <= 5; i++) {
        double p = i / 5.0;
        sit_buf_appendf(
            out,
            "<line class=\"g\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>"
            "<line class=\"g\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>"
            "<text text-anchor=\"middle\" x=\"%.1f\" y=\"%d\">%.1f</text>"
            "<text text-anchor=\"end\" x=\"%d\" y=\"%.1f\">%.1f</text>\n",
            x_of(p), TOP, x_of(p), TOP + SIDE, LEFT, y_of(p), LEFT + SIDE, y_of(p),
            x_of(p), TOP + SIDE + 18, p, LEFT - 8, y_of(p) + 4.5, p);
    }
    sit_buf_appendf(out,
                    "<text text-anchor=\"middle\" x=\"%d\" y=\"%d\">mean probability"
                    "</text>\n<line class=\"r\" x1=\"%d\" y1=\"%d\" x2=\"%d\" "
                    "y2=\"%d\"/>\n",
                    LEFT + SIDE / 2, TOP + SIDE + 38, LEFT, TOP + SIDE, LEFT + SIDE,
                    TOP);
}

static void append_plot(const struct sit_metrics *metrics, struct sit_buf *out)
{
    sit_buf_appendf(
        out,
        "<figure>\n<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" "
        "role=\"img\" aria-labelledby=\"cal-title cal-desc\" "
        "font-family=\"sans-serif\" font-size=\"13\" fill=\"currentColor\" "
        "stroke-width=\"1.5\">\n<title id=\"cal-title\">Calibration</title>\n"
        "<desc id=\"cal-desc\">Share of faces predicted right by mean "
        "probability; the table below has the numbers.</desc>\n",
        WIDTH, HEIGHT, WIDTH, HEIGHT);
    append_axes(out);
    for (size_t i = 0; i < SIT_METRICS_N_BINS; i++) {
        const struct sit_reliability_bin *bin = &metrics->bins[i];
        if (bin->n == 0)
            continue;
        struct sit_interval ci = bin_interval(bin);
        sit_buf_appendf(out,
                        "<line class=\"w\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" "
                        "y2=\"%.1f\"/><circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" "
                        "r=\"4.5\"/>\n",
                        x_of(bin->confidence), y_of(ci.low), x_of(bin->confidence),
                        y_of(ci.high), bin->n < SIT_REPORT_FEW_LABELS ? "h" : "p",
                        x_of(bin->confidence), y_of(bin->accuracy));
    }
    sit_buf_append_text(out,
                        "</svg>\n<figcaption>Share of faces predicted right against "
                        "the mean probability of the predicted class, with 95 % "
                        "intervals; dashed: perfect calibration. Hollow: fewer "
                        "than 10 faces.</figcaption>\n</figure>\n");
}

static void append_bins(const struct sit_metrics *metrics, struct sit_buf *out)
{
    sit_buf_append_text(
        out,
        "<div class=\"box\" role=\"region\" tabindex=\"0\" "
        "aria-labelledby=\"cal-cap\"><table>\n<caption id=\"cal-cap\">Calibration "
        "by probability.</caption>\n<thead><tr><th scope=\"col\">probability</th>"
        "<th scope=\"col\" class=\"n\">faces</th><th scope=\"col\" class=\"n\">"
        "mean</th><th scope=\"col\" class=\"n\">right</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < SIT_METRICS_N_BINS; i++) {
        const struct sit_reliability_bin *bin = &metrics->bins[i];
        if (bin->n == 0)
            continue;
        struct sit_interval ci = bin_interval(bin);
        sit_buf_appendf(out, "<tr><th scope=\"row\">%.2f to %.2f</th>",
                        (double)i / SIT_METRICS_N_BINS,
                        (double)(i + 1) / SIT_METRICS_N_BINS);
        page_count_cell(out, bin->n);
        sit_buf_appendf(out, "<td class=\"n\">%.3f</td><td class=\"n\">%.3f<small>",
                        bin->confidence, bin->accuracy);
        page_interval(out, ci.low, ci.high, 1);
        sit_buf_append_text(out, "</small></td></tr>\n");
    }
    sit_buf_append_text(out, "</tbody></table></div>\n");
}

void page_calibration(const struct page *page)
{
    const struct sit_report_method *method = &page->report->method;
    struct sit_buf *out = page->out;
    if (!method->has_calibration)
        return;
    const struct sit_metrics *metrics = &method->calibration;
    sit_buf_append_text(out,
                        "<h3>Do the probabilities mean what they say?</h3>\n<p>On ");
    page_faces_count(out, metrics->n);
    sit_buf_appendf(out,
                    " with a label that the model had not seen: expected calibration "
                    "error %.3f, Brier score %.3f, log-loss %.3f.</p>\n",
                    metrics->ece, metrics->brier, metrics->log_loss);
    append_plot(metrics, out);
    append_bins(metrics, out);
}
