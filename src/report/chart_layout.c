/*
 * Widths in cells of a chart's columns, by the text they hold and the window they have,
 * and the lines of text that charts of blocks and of sixels share.
 */
#include "chart_layout.h"

#include <math.h>
#include <string.h>

#include "sitter/chart.h"
#include "sitter/text.h"

/* Below these a bar says nothing, above these labels need not be cut. */
enum { MIN_PLOT_COLS = 14, MIN_LABEL_COLS = 4, INTERVAL_FROM_COLS = 64 };

static void append_value(const struct chart *chart, const struct chart_point *point,
                         const struct chart_layout *layout, struct sit_buf *out)
{
    struct sit_buf number = {0};
    chart_value_text(chart, point->value, &number);
    sit_buf_appendf(out, "%*s", (int)layout->number_cols, sit_buf_text(&number));
    out->failed |= number.failed;
    sit_buf_release(&number);
    if (chart->is_share)
        sit_buf_append_text(out, " %");
    if (point->weak)
        sit_buf_appendf(out, "%s%c", chart->is_share ? "" : " ", point->mark);
    if (!layout->with_interval || !point->has_interval)
        return;
    sit_buf_append_text(out, point->weak ? " [" : "  [");
    chart_value_text(chart, point->low, out);
    sit_buf_append_text(out, ", ");
    chart_value_text(chart, point->high, out);
    sit_buf_append_char(out, ']');
}

bool chart_layout_make(const struct chart *chart, size_t n_cols, bool ascii,
                       struct chart_layout *out)
{
    struct chart_layout layout = {.ascii = ascii};
    bool failed = false;
    layout.n_cols = n_cols < SIT_CHART_MIN_COLS   ? SIT_CHART_MIN_COLS
                    : n_cols > SIT_CHART_MAX_COLS ? SIT_CHART_MAX_COLS
                                                  : n_cols;
    layout.with_interval = layout.n_cols >= INTERVAL_FROM_COLS;
    size_t label = MIN_LABEL_COLS, value = 0;
    struct sit_buf text = {0};
    for (size_t i = 0; i < chart->n_points; i++) {
        size_t width = sit_text_width(chart->points[i].label);
        label = width > label ? width : label;
        failed |= text.failed;
        sit_buf_reset(&text);
        chart_value_text(chart, chart->points[i].value, &text);
        layout.number_cols = text.n_bytes > layout.number_cols ? text.n_bytes
                                                               : layout.number_cols;
    }
    for (size_t i = 0; i < chart->n_points; i++) {
        failed |= text.failed;
        sit_buf_reset(&text);
        append_value(chart, &chart->points[i], &layout, &text);
        value = text.n_bytes > value ? text.n_bytes : value;
    }
    failed |= text.failed;
    sit_buf_release(&text);
    size_t most_value = layout.n_cols / 2 - 4;
    layout.value_cols = value < most_value ? value : most_value;
    size_t rest = layout.n_cols - layout.value_cols - 2;
    size_t most_label = layout.n_cols / 3;
    if (rest - most_label < MIN_PLOT_COLS)
        most_label = rest - MIN_PLOT_COLS;
    layout.label_cols = label < most_label ? label : most_label;
    layout.plot_cols = rest - layout.label_cols;
    *out = layout;
    return !failed;
}

void chart_layout_put(const struct chart_layout *layout, const char *text,
                      size_t n_cells, struct sit_buf *out)
{
    struct sit_buf fitted = {0};
    sit_text_fit(&fitted, text, n_cells);
    const char *bytes = sit_buf_text(&fitted);
    size_t used = 0;
    for (size_t i = 0; i < fitted.n_bytes;) {
        uint32_t code;
        size_t n = sit_utf8_decode(bytes + i, fitted.n_bytes - i, &code);
        int width = sit_text_code_width(code);
        if (layout->ascii && code >= 0x80) {
            for (int k = 0; k < width; k++)
                sit_buf_append_char(out, code == 0x2026 ? '~' : '?');
        } else {
            sit_buf_append(out, bytes + i, n);
        }
        used += width > 0 ? (size_t)width : 0;
        i += n;
    }
    for (; used < n_cells; used++)
        sit_buf_append_char(out, ' ');
    out->failed |= fitted.failed;
    sit_buf_release(&fitted);
}

static void end_line(struct sit_buf *out)
{
    while (out->n_bytes > 0 && out->data[out->n_bytes - 1] == ' ')
        out->data[--out->n_bytes] = '\0';
    sit_buf_append_char(out, '\n');
}

void chart_layout_title(const struct chart *chart, const struct chart_layout *layout,
                        struct sit_buf *out)
{
    struct sit_buf line = {0};
    sit_buf_appendf(&line, "%s%s%s", chart->title,
                    chart->measure[0] != '\0' ? ": " : "", chart->measure);
    if (sit_text_width(sit_buf_text(&line)) <= layout->n_cols) {
        chart_layout_put(layout, sit_buf_text(&line), layout->n_cols, out);
        end_line(out);
    } else {
        chart_layout_put(layout, chart->title, layout->n_cols, out);
        end_line(out);
    }
    if (sit_text_width(sit_buf_text(&line)) > layout->n_cols &&
        chart->measure[0] != '\0') {
        sit_buf_append_text(out, "  ");
        chart_layout_put(layout, chart->measure, layout->n_cols - 2, out);
        end_line(out);
    }
    out->failed |= line.failed;
    sit_buf_release(&line);
}

void chart_layout_label(const struct chart_layout *layout,
                        const struct chart_point *point, struct sit_buf *out)
{
    chart_layout_put(layout, point->label, layout->label_cols, out);
}

void chart_layout_value(const struct chart *chart, const struct chart_layout *layout,
                        const struct chart_point *point, struct sit_buf *out)
{
    struct sit_buf line = {0};
    append_value(chart, point, layout, &line);
    sit_text_fit(out, sit_buf_text(&line), layout->value_cols);
    out->failed |= line.failed;
    sit_buf_release(&line);
}

/* The cell under a tick. */
static size_t tick_cell(const struct chart *chart, const struct chart_layout *layout,
                        size_t step)
{
    size_t at = (size_t)((double)step / (double)chart->n_steps *
                         (double)layout->plot_cols);
    return at < layout->plot_cols ? at : layout->plot_cols - 1;
}

static void append_rule(const struct chart *chart, const struct chart_layout *layout,
                        struct sit_buf *out)
{
    size_t next = 0;
    for (size_t i = 0; i < layout->plot_cols; i++) {
        bool tick = next <= chart->n_steps && i == tick_cell(chart, layout, next);
        if (tick)
            next++;
        sit_buf_append_text(out, layout->ascii                ? (tick ? "+" : "-")
                                 : !tick                      ? "─"
                                 : i == 0                     ? "└"
                                 : i + 1 == layout->plot_cols ? "┘"
                                                              : "┴");
    }
}

void chart_layout_axis(const struct chart *chart, const struct chart_layout *layout,
                       struct sit_buf *out)
{
    chart_layout_put(layout, "", layout->label_cols + 1, out);
    append_rule(chart, layout, out);
    sit_buf_append_char(out, '\n');
    struct sit_buf line = {0}, tick = {0};
    for (size_t i = 0; i <= chart->n_steps; i++) {
        out->failed |= tick.failed;
        sit_buf_reset(&tick);
        chart_tick_text(chart, i, &tick);
        size_t middle = layout->label_cols + 1 + tick_cell(chart, layout, i);
        size_t digits = strcspn(sit_buf_text(&tick), " ");
        size_t start = middle - (digits > 1 ? digits / 2 : 0);
        if (start + tick.n_bytes > layout->n_cols)
            start = layout->n_cols - tick.n_bytes;
        if (i > 0 && start < line.n_bytes + 1)
            continue; /* no room beside the last */
        while (line.n_bytes < start)
            sit_buf_append_char(&line, ' ');
        sit_buf_append(&line, tick.data, tick.n_bytes);
    }
    sit_buf_append(out, line.data, line.n_bytes);
    sit_buf_append_char(out, '\n');
    out->failed |= line.failed || tick.failed;
    sit_buf_release(&line);
    sit_buf_release(&tick);
}

void chart_layout_mark(const struct chart_layout *layout, const char *mark,
                       const char *text, struct sit_buf *out)
{
    struct sit_buf line = {0};
    sit_buf_appendf(&line, "%s %s", mark, text);
    /* The program's own words: wrapped at blanks rather than cut. */
    const char *rest = sit_buf_text(&line);
    for (size_t indent = 0; *rest != '\0'; indent = 2) {
        size_t room = layout->n_cols - indent, n = strlen(rest), used = 0, end = 0;
        for (size_t i = 0; i < n;) {
            uint32_t code;
            size_t bytes = sit_utf8_decode(rest + i, n - i, &code);
            if (code == ' ')
                end = i;
            if (++used > room)
                break;
            i += bytes;
            if (i == n)
                end = n;
        }
        end = end == 0 ? n : end;
        sit_buf_appendf(out, "%*s%.*s\n", (int)indent, "", (int)end, rest);
        rest += end;
        rest += strspn(rest, " ");
    }
    out->failed |= line.failed;
    sit_buf_release(&line);
}

static void append_weak(const struct chart_layout *layout, char mark, const char *bar,
                        const char *meaning, struct sit_buf *out)
{
    struct sit_buf text = {0};
    sit_buf_appendf(&text, bar != NULL ? "%c %s" : "%c", mark, bar);
    chart_layout_mark(layout, sit_buf_text(&text), meaning, out);
    out->failed |= text.failed;
    sit_buf_release(&text);
}

void chart_layout_notes(const struct chart *chart, const struct chart_layout *layout,
                        const char *bar, struct sit_buf *out)
{
    struct sit_buf rest = {0};
    chart_rest_text(chart, &rest);
    if (rest.n_bytes > 0)
        chart_layout_mark(layout, layout->ascii ? "..." : "…", sit_buf_text(&rest),
                          out);
    out->failed |= rest.failed;
    sit_buf_release(&rest);
    if (chart->any_few)
        append_weak(layout, '!', bar, "few labels at random behind it", out);
    if (chart->any_model_based)
        append_weak(layout, '~', bar, "model-based: too few labels to check it by",
                    out);
}
