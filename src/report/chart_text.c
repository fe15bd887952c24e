/*
 * Charts as lines of text: bars of block characters, or ASCII, with intervals drawn
 * over them.
 */
#include "sitter/chart.h"

#include <math.h>
#include <string.h>

#include "chart_layout.h"
#include "chart_model.h"
#include "sitter/text.h"

/* What stands in a cell of a bar. Eighths of a full block follow CELL_EIGHTH. */
enum cell {
    CELL_BLANK,
    CELL_FULL,
    CELL_WEAK,
    CELL_REFERENCE,
    CELL_LOW,
    CELL_DASH,
    CELL_CROSS, /* a dash over the reference */
    CELL_HIGH,
    CELL_VALUE,
    CELL_POINT,
    CELL_EIGHTH, /* + 1 to 7 */
    N_CELLS = CELL_EIGHTH + 8,
};

static const char *const unicode_cells[N_CELLS] = {
    " ", "█", "▒", "┊", "├", "─", "┼", "┤", "╋",
    "●", "",  "▏", "▎", "▍", "▌", "▋", "▊", "▉",
};
static const char *const ascii_cells[N_CELLS] = {
    " ", "#", "=", ":", "[", "-", "+", "]", "|",
    "o", "",  " ", " ", " ", "#", "#", "#", "#",
};

enum { MAX_CELLS = SIT_CHART_MAX_COLS };

/* The cell that a value lies in. */
static size_t cell_of(const struct chart *chart, double value, size_t n_cells)
{
    size_t cell = (size_t)(chart_across(chart, value) * (double)n_cells);
    return cell < n_cells ? cell : n_cells - 1;
}

/* The bar from zero to the value, its end in eighths. */
static void fill_bar(const struct chart *chart, const struct chart_point *point,
                     size_t n_cells, unsigned char *cells)
{
    double zero = chart_across(chart, 0) * (double)n_cells;
    double end = chart_across(chart, point->value) * (double)n_cells;
    double from = fmin(zero, end), to = fmax(zero, end);
    unsigned char full = point->weak ? CELL_WEAK : CELL_FULL;
    for (size_t i = 0; i < n_cells; i++) {
        double left = (double)i;
        if (left + 1e-9 < floor(from) || left >= to - 1e-9)
            continue;
        double part = fmin(to - left, 1);
        size_t eighths = (size_t)lround(part * 8);
        if (eighths >= 8 || point->weak)
            cells[i] = full;
        else if (eighths > 0)
            cells[i] = (unsigned char)(CELL_EIGHTH + eighths);
    }
}

/* The interval goes over the bar: a bar that ends in its middle would hide half. */
static void draw_interval(const struct chart *chart, const struct chart_point *point,
                          size_t n_cells, unsigned char *cells)
{
    size_t low = cell_of(chart, point->low, n_cells);
    size_t high = cell_of(chart, point->high, n_cells);
    size_t value = cell_of(chart, point->value, n_cells);
    for (size_t i = low; i <= high; i++)
        cells[i] = cells[i] == CELL_REFERENCE ? CELL_CROSS : CELL_DASH;
    if (low < high) {
        cells[low] = CELL_LOW;
        cells[high] = CELL_HIGH;
    }
    cells[value] = chart->is_line ? CELL_POINT : CELL_VALUE;
}

static void make_cells(const struct chart *chart, const struct chart_point *point,
                       size_t n_cells, unsigned char *cells, bool *in_bar)
{
    memset(cells, CELL_BLANK, n_cells);
    if (!chart->is_line)
        fill_bar(chart, point, n_cells, cells);
    for (size_t i = 0; i < n_cells; i++)
        in_bar[i] = cells[i] == CELL_FULL; /* hollow ones and their ends are not */
    if (isfinite(chart->reference))
        cells[cell_of(chart, chart->reference, n_cells)] = CELL_REFERENCE;
    if (point->has_interval)
        draw_interval(chart, point, n_cells, cells);
    else if (chart->is_line)
        cells[cell_of(chart, point->value, n_cells)] = CELL_POINT;
}

/* With colours a bar is seen through its interval: its colour as their ground. */
static const char *cell_style(unsigned char cell, bool in_bar)
{
    if (cell == CELL_FULL || cell == CELL_WEAK || cell > CELL_EIGHTH)
        return "\033[36m";
    if (in_bar && cell != CELL_BLANK)
        return "\033[30;46m";
    return cell == CELL_REFERENCE || cell == CELL_CROSS ? "\033[35m" : "";
}

static void append_cells(const unsigned char *cells, const bool *in_bar, size_t n_cells,
                         const struct sit_chart_text_options *options,
                         struct sit_buf *out)
{
    const char *const *glyphs = options->ascii ? ascii_cells : unicode_cells;
    const char *style = "";
    for (size_t i = 0; i < n_cells; i++) {
        const char *wanted = options->colour ? cell_style(cells[i], in_bar[i]) : "";
        if (strcmp(wanted, style) != 0) {
            sit_buf_append_text(out, *style != '\0' ? "\033[0m" : "");
            sit_buf_append_text(out, wanted);
            style = wanted;
        }
        sit_buf_append_text(out, glyphs[cells[i]]);
    }
    sit_buf_append_text(out, *style != '\0' ? "\033[0m" : "");
}

static void append_row(const struct chart *chart, const struct chart_layout *layout,
                       const struct chart_point *point,
                       const struct sit_chart_text_options *options,
                       struct sit_buf *out)
{
    unsigned char cells[MAX_CELLS];
    bool in_bar[MAX_CELLS];
    chart_layout_label(layout, point, out);
    sit_buf_append_char(out, ' ');
    make_cells(chart, point, layout->plot_cols, cells, in_bar);
    append_cells(cells, in_bar, layout->plot_cols, options, out);
    sit_buf_append_char(out, ' ');
    chart_layout_value(chart, layout, point, out);
    sit_buf_append_char(out, '\n');
}

static void append_marks(const struct chart *chart, const struct chart_layout *layout,
                         const struct sit_chart_text_options *options,
                         struct sit_buf *out)
{
    struct sit_buf line = {0};
    const char *const *glyphs = options->ascii ? ascii_cells : unicode_cells;
    chart_reference_text(chart, &line);
    if (line.n_bytes > 0)
        chart_layout_mark(layout, glyphs[CELL_REFERENCE], sit_buf_text(&line), out);
    out->failed |= line.failed;
    sit_buf_reset(&line);
    if (chart->any_interval) {
        sit_buf_appendf(&line, "%s%s%s", glyphs[CELL_LOW],
                        glyphs[chart->is_line ? CELL_POINT : CELL_VALUE],
                        glyphs[CELL_HIGH]);
        chart_layout_mark(layout, sit_buf_text(&line), "estimate and 95 % interval",
                          out);
    }
    chart_layout_notes(chart, layout, chart->is_line ? NULL : glyphs[CELL_WEAK], out);
    out->failed |= line.failed;
    sit_buf_reset(&line);
    chart_trend_text(chart, &line);
    if (line.n_bytes > 0)
        chart_layout_mark(layout, options->ascii ? "/" : "╱", sit_buf_text(&line), out);
    out->failed |= line.failed;
    sit_buf_release(&line);
}

enum sit_status sit_chart_unicode(const struct sit_report_table *table,
                                  const struct sit_chart_text_options *options,
                                  struct sit_buf *out, struct sit_error *err)
{
    if (!sit_chart_exists(table))
        return SIT_OK;
    struct chart chart = {0};
    struct sit_buf text = {0};
    enum sit_status status = SIT_E_NOMEM;
    if (!chart_make(table, &chart))
        goto done;
    struct chart_layout layout;
    if (!chart_layout_make(&chart, options->n_cols, options->ascii, &layout))
        goto done;
    chart_layout_title(&chart, &layout, &text);
    for (size_t i = 0; i < chart.n_points; i++)
        append_row(&chart, &layout, &chart.points[i], options, &text);
    chart_layout_axis(&chart, &layout, &text);
    append_marks(&chart, &layout, options, &text);
    if (text.failed)
        goto done;
    sit_buf_append(out, text.data, text.n_bytes);
    status = out->failed ? SIT_E_NOMEM : SIT_OK;
done:
    chart_release(&chart);
    sit_buf_release(&text);
    return status == SIT_OK ? SIT_OK : sit_error_nomem(err);
}
