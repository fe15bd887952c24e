/*
 * Charts as SVG, on a page or as a file of their own. Text takes the colour of the text
 * around it; shapes are styled by their class.
 */
#include "sitter/chart.h"

#include <math.h>
#include <string.h>

#include "chart_model.h"
#include "chart_strip.h"
#include "html_text.h"
#include "sitter/text.h"

enum {
    WIDTH = 720,
    ROW = 26,
    TOP = 8,
    AXIS_ROOM = 30, /* below bars: ticks and their numbers */
    VALUE_ROOM = 70,
    LABEL_MOST = 240,
    LINE_HEIGHT = 300,
    CELL = 8, /* of a label's text, at 13 px */
};

static const char STANDALONE_STYLE[] =
    "<style>svg{color:#1a1a1a;background:#fff}.b,.p{fill:#2a6fb0}"
    ".k{fill:#2a6fb033;stroke:#2a6fb0}.w,.l{stroke:#1a1a1a}.l{stroke:#2a6fb0}"
    ".g{stroke:#ccc}.r{stroke:#a34f00;stroke-dasharray:6 "
    "4}.n{stroke:#2d7d46}.h{fill:#fff;stroke:#2a6fb0}"
    "@media(prefers-color-scheme:dark){svg{color:#eee;background:#16181c}"
    ".b,.p{fill:#6db3f2}.k{fill:#6db3f233;stroke:#6db3f2}.w{stroke:#eee}"
    ".l{stroke:#6db3f2}.g{stroke:#444}.r{stroke:#f0a860}.n{stroke:#7cc993}"
    ".h{fill:#16181c;stroke:#6db3f2}}</style>\n";

struct svg {
    const struct chart *chart;
    struct sit_buf *out;
    double left, right, top, bottom; /* of the plot */
};

static void append_description(const struct chart *chart, struct sit_buf *out)
{
    struct sit_buf line = {0};
    for (size_t i = 0; i < chart->n_points; i++) {
        const struct chart_point *p = &chart->points[i];
        sit_buf_appendf(&line, "%s%s ", i > 0 ? "; " : "", p->label);
        chart_value_text(chart, p->value, &line);
        sit_buf_append_text(&line, chart->is_share ? " %" : "");
        if (p->has_interval) {
            sit_buf_append_text(&line, " (");
            chart_value_text(chart, p->low, &line);
            sit_buf_append_text(&line, " to ");
            chart_value_text(chart, p->high, &line);
            sit_buf_append_char(&line, ')');
        }
        if (p->weak)
            sit_buf_append_text(&line,
                                p->mark == '~' ? ", model-based" : ", few labels");
    }
    sit_buf_append_text(&line, chart->n_left_out > 0 ? "; " : "");
    chart_rest_text(chart, &line);
    sit_buf_append_text(&line, ". ");
    chart_reference_text(chart, &line);
    if (chart->is_line && chart->trend.known) {
        sit_buf_append_text(&line, ". ");
        chart_trend_text(chart, &line);
    }
    html_text(out, sit_buf_text(&line));
    out->failed |= line.failed;
    sit_buf_release(&line);
}

static void append_head(const struct svg *svg, const char *id, double height,
                        bool standalone)
{
    struct sit_buf *out = svg->out;
    sit_buf_appendf(
        out,
        "<svg%s class=\"wide\" viewBox=\"0 0 %d %.0f\" width=\"%d\" height=\"%.0f\" "
        "role=\"img\" aria-labelledby=\"%s-title %s-desc\" "
        "font-family=\"sans-serif\" font-size=\"13\" "
        "fill=\"currentColor\" stroke-width=\"1.5\">\n"
        "<title id=\"%s-title\">",
        standalone ? " xmlns=\"http://www.w3.org/2000/svg\"" : "", WIDTH, height, WIDTH,
        height, id, id, id);
    html_text(out, svg->chart->title);
    sit_buf_append_text(out, svg->chart->measure[0] != '\0' ? ": " : "");
    html_text(out, svg->chart->measure);
    sit_buf_appendf(out, "</title>\n<desc id=\"%s-desc\">", id);
    append_description(svg->chart, out);
    sit_buf_append_text(out, "</desc>\n");
    if (standalone)
        sit_buf_append_text(out, STANDALONE_STYLE);
}

static void line(const struct svg *svg, const char *class_name, double x1, double y1,
                 double x2, double y2)
{
    sit_buf_appendf(svg->out,
                    "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" "
                    "y2=\"%.1f\"/>\n",
                    class_name, x1, y1, x2, y2);
}

/* Text of ours or escaped text, anchored at start, middle or end. */
static void text(const struct svg *svg, const char *anchor, double x, double y,
                 const char *words)
{
    sit_buf_appendf(svg->out, "<text text-anchor=\"%s\" x=\"%.1f\" y=\"%.1f\">", anchor,
                    x, y);
    html_text(svg->out, words);
    sit_buf_append_text(svg->out, "</text>\n");
}

/* A label's text cut to n_cells, the whole of it as its title. */
static void label(const struct svg *svg, const char *anchor, double x, double y,
                  const char *words, size_t n_cells)
{
    struct sit_buf fitted = {0};
    sit_text_fit(&fitted, words, n_cells);
    sit_buf_appendf(svg->out, "<text text-anchor=\"%s\" x=\"%.1f\" y=\"%.1f\">", anchor,
                    x, y);
    html_text(svg->out, sit_buf_text(&fitted));
    if (sit_text_width(words) > n_cells) {
        sit_buf_append_text(svg->out, "<title>");
        html_text(svg->out, words);
        sit_buf_append_text(svg->out, "</title>");
    }
    sit_buf_append_text(svg->out, "</text>\n");
    svg->out->failed |= fitted.failed;
    sit_buf_release(&fitted);
}

static void tick_text(const struct svg *svg, const char *anchor, double x, double y,
                      size_t step)
{
    struct sit_buf tick = {0};
    chart_tick_text(svg->chart, step, &tick);
    text(svg, anchor, x, y, sit_buf_text(&tick));
    svg->out->failed |= tick.failed;
    sit_buf_release(&tick);
}

/*
 * Bars
 */

static double across(const struct svg *svg, double value)
{
    return svg->left + chart_across(svg->chart, value) * (svg->right - svg->left);
}

static void append_bar(const struct svg *svg, const struct chart_point *p, double top)
{
    double zero = across(svg, 0), end = across(svg, p->value), middle = top + ROW / 2.0;
    size_t n_cells = (size_t)(svg->left / CELL);
    label(svg, "end", svg->left - 8, middle + 4.5, p->label, n_cells);
    sit_buf_appendf(svg->out,
                    "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
                    "height=\"%d\"/>\n",
                    p->weak ? "k" : "b", fmin(zero, end), top + 4, fabs(end - zero),
                    ROW - 8);
    if (p->has_interval) {
        double low = across(svg, p->low), high = across(svg, p->high);
        line(svg, "w", low, middle, high, middle);
        line(svg, "w", low, middle - 4, low, middle + 4);
        line(svg, "w", high, middle - 4, high, middle + 4);
    }
    struct sit_buf value = {0};
    chart_value_text(svg->chart, p->value, &value);
    sit_buf_append_text(&value, svg->chart->is_share ? " %" : "");
    if (p->weak)
        sit_buf_appendf(&value, " %c", p->mark);
    text(svg, "start", svg->right + 8, middle + 4.5, sit_buf_text(&value));
    svg->out->failed |= value.failed;
    sit_buf_release(&value);
}

static void append_bars(struct svg *svg, const char *id, bool standalone)
{
    const struct chart *chart = svg->chart;
    size_t widest = 4;
    for (size_t i = 0; i < chart->n_points; i++) {
        size_t width = sit_text_width(chart->points[i].label);
        widest = width > widest ? width : widest;
    }
    svg->left = fmin((double)widest * CELL + 12, LABEL_MOST);
    svg->right = WIDTH - VALUE_ROOM;
    svg->top = TOP;
    svg->bottom = TOP + ROW * (double)chart->n_points;
    append_head(svg, id, svg->bottom + AXIS_ROOM, standalone);
    for (size_t i = 0; i <= chart->n_steps; i++) {
        double x = svg->left +
                   (svg->right - svg->left) * (double)i / (double)chart->n_steps;
        line(svg, "g", x, svg->top, x, svg->bottom + 4);
        tick_text(svg, "middle", x, svg->bottom + 20, i);
    }
    for (size_t i = 0; i < chart->n_points; i++)
        append_bar(svg, &chart->points[i], svg->top + ROW * (double)i);
    if (isfinite(chart->reference)) {
        double x = across(svg, chart->reference);
        line(svg, "r", x, svg->top, x, svg->bottom);
    }
}

/*
 * Lines
 */

static double x_of(const struct svg *svg, double x)
{
    return svg->left + chart_strip_x(svg->chart, x) * (svg->right - svg->left);
}

static double y_of(const struct svg *svg, double value)
{
    return svg->bottom - chart_across(svg->chart, value) * (svg->bottom - svg->top);
}

static void append_trend(const struct svg *svg)
{
    const struct sit_report_trend *trend = &svg->chart->trend;
    if (!trend->known || !isfinite(trend->slope) || !isfinite(trend->x_mean))
        return;
    double ends[2][2];
    for (int i = 0; i < 2; i++) {
        double x = i == 0 ? svg->chart->x_low : svg->chart->x_high;
        ends[i][0] = x_of(svg, x);
        ends[i][1] = y_of(svg, trend->y_mean + trend->slope / 10 * (x - trend->x_mean));
    }
    line(svg, "n", ends[0][0], ends[0][1], ends[1][0], ends[1][1]);
}

static void append_line_points(const struct svg *svg)
{
    double last_label = -1e9;
    sit_buf_append_text(svg->out, "<polyline class=\"l\" fill=\"none\" points=\"");
    for (size_t i = 0; i < svg->chart->n_points; i++)
        sit_buf_appendf(svg->out, "%s%.1f,%.1f", i > 0 ? " " : "",
                        x_of(svg, svg->chart->points[i].x),
                        y_of(svg, svg->chart->points[i].value));
    sit_buf_append_text(svg->out, "\"/>\n");
    for (size_t i = 0; i < svg->chart->n_points; i++) {
        const struct chart_point *p = &svg->chart->points[i];
        double x = x_of(svg, p->x), y = y_of(svg, p->value);
        if (p->has_interval) {
            double low = y_of(svg, p->low), high = y_of(svg, p->high);
            line(svg, "w", x, low, x, high);
            line(svg, "w", x - 4, low, x + 4, low);
            line(svg, "w", x - 4, high, x + 4, high);
        }
        sit_buf_appendf(svg->out,
                        "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\"/>\n",
                        p->weak ? "h" : "p", x, y);
        double half = (double)sit_text_width(p->label) * CELL / 2;
        if (x - half < last_label)
            continue;
        last_label = x + half + 6;
        label(svg, "middle", x, svg->bottom + 20, p->label, 24);
    }
}

static void append_plot(struct svg *svg, const char *id, bool standalone)
{
    svg->left = 56;
    svg->right = WIDTH - 20;
    svg->top = TOP + 8;
    svg->bottom = LINE_HEIGHT - AXIS_ROOM;
    append_head(svg, id, LINE_HEIGHT, standalone);
    for (size_t i = 0; i <= svg->chart->n_steps; i++) {
        double y = svg->bottom -
                   (svg->bottom - svg->top) * (double)i / (double)svg->chart->n_steps;
        line(svg, "g", svg->left, y, svg->right, y);
        tick_text(svg, "end", svg->left - 8, y + 4.5, i);
    }
    if (isfinite(svg->chart->reference)) {
        double y = y_of(svg, svg->chart->reference);
        line(svg, "r", svg->left, y, svg->right, y);
    }
    append_trend(svg);
    append_line_points(svg);
}

enum sit_status sit_chart_svg(const struct sit_report_table *table, const char *id,
                              bool standalone, struct sit_buf *out,
                              struct sit_error *err)
{
    if (!sit_chart_exists(table))
        return SIT_OK;
    struct chart chart = {0};
    struct sit_buf bytes = {0};
    enum sit_status status = SIT_E_NOMEM;
    if (!chart_make(table, &chart))
        goto done;
    struct svg svg = {.chart = &chart, .out = &bytes};
    if (chart.is_line)
        append_plot(&svg, id, standalone);
    else
        append_bars(&svg, id, standalone);
    sit_buf_append_text(&bytes, "</svg>\n");
    if (bytes.failed)
        goto done;
    sit_buf_append(out, bytes.data, bytes.n_bytes);
    status = out->failed ? SIT_E_NOMEM : SIT_OK;
done:
    chart_release(&chart);
    sit_buf_release(&bytes);
    return status == SIT_OK ? SIT_OK : sit_error_nomem(err);
}
