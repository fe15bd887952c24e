/*
 * Charts for a terminal with sixels: lines of text are written first, then the picture
 * over the cells that they left blank, at a place that is only known relative to the
 * cursor, since the window scrolls.
 */
#include <math.h>
#include <string.h>

#include "chart_layout.h"
#include "chart_model.h"
#include "chart_strip.h"
#include "sitter/chart.h"
#include "sitter/text.h"

/* xterm shows no more of a picture than this. */
enum { MAX_SIDE_PX = 1000, N_COLOURS = 32, MAX_PLOT_ROWS = 13 };

struct sixel_chart {
    const struct chart *chart;
    const struct sit_term_caps *caps;
    struct chart_layout layout;
    size_t plot_left; /* first column of the picture, from 0 */
    size_t max_rows;  /* of one picture */
    struct sit_buf *out;
};

/* The rows that a picture fits into, one kept for the cursor, which otherwise scrolls
 * the window, and one for the line that asked. */
static size_t rows_of_picture(const struct sit_term_caps *caps)
{
    size_t by_pixels = MAX_SIDE_PX / caps->cell_height_px;
    size_t by_window = caps->n_rows > 4 ? caps->n_rows - 2 : 2;
    size_t n = by_pixels < by_window ? by_pixels : by_window;
    return n > 0 ? n : 1;
}

static struct sit_picture_format picture_format(const struct sixel_chart *sc,
                                                size_t n_rows)
{
    return (struct sit_picture_format){.graphics = SIT_GRAPHICS_SIXEL,
                                       .n_cols = sc->layout.plot_cols,
                                       .n_rows = n_rows,
                                       .cell_width_px = sc->caps->cell_width_px,
                                       .cell_height_px = sc->caps->cell_height_px,
                                       .n_colours = N_COLOURS};
}

/* Scroll so that n_rows lines and the one below them are free. */
static void make_room(size_t n_rows, struct sit_buf *out)
{
    for (size_t i = 0; i <= n_rows; i++)
        sit_buf_append_char(out, '\n');
    sit_buf_appendf(out, "\033[%zuA\r", n_rows + 1);
}

/* With the cursor below the n_rows lines. ESC 7 keeps that place: after a picture each
 * terminal leaves the cursor elsewhere. */
static enum sit_status put_picture(const struct sixel_chart *sc, size_t n_rows,
                                   const struct sit_image *image, struct sit_error *err)
{
    struct sit_picture_format format = picture_format(sc, n_rows);
    sit_buf_appendf(sc->out, "\0337\033[%zuA\033[%zuG", n_rows, sc->plot_left + 1);
    enum sit_status status = sit_picture_encode(&format, image, sc->out, err);
    sit_buf_append_text(sc->out, "\0338");
    return status;
}

static enum sit_status put_bars(const struct sixel_chart *sc, size_t first, size_t n,
                                struct sit_error *err)
{
    struct sit_buf *out = sc->out;
    make_room(n, out);
    for (size_t i = 0; i < n; i++) {
        const struct chart_point *point = &sc->chart->points[first + i];
        chart_layout_label(&sc->layout, point, out);
        sit_buf_appendf(out, "\033[%zuG", sc->plot_left + sc->layout.plot_cols + 2);
        chart_layout_value(sc->chart, &sc->layout, point, out);
        sit_buf_append_text(out, "\r\n");
    }
    struct sit_picture_format format = picture_format(sc, n);
    struct sit_image image = {0};
    size_t width_px, height_px;
    sit_picture_canvas_size(&format, &width_px, &height_px);
    enum sit_status status = chart_strip_bars(sc->chart, first, n,
                                              sc->caps->cell_height_px, width_px,
                                              height_px, &image, err);
    if (status == SIT_OK)
        status = put_picture(sc, n, &image, err);
    sit_image_release(&image);
    return status;
}

/* Ticks lie on the middle of rows: a number of rows that the steps divide. */
static size_t plot_rows(const struct sixel_chart *sc)
{
    size_t most = sc->max_rows < MAX_PLOT_ROWS ? sc->max_rows : MAX_PLOT_ROWS;
    size_t steps = sc->chart->n_steps;
    size_t rows = (most - 1) / steps * steps + 1;
    return rows > 1 ? rows : most;
}

static void put_ticks(const struct sixel_chart *sc, size_t n_rows)
{
    for (size_t row = 0; row < n_rows; row++) {
        for (size_t i = 0; i <= sc->chart->n_steps; i++) {
            size_t up = (n_rows - 1) * i / sc->chart->n_steps;
            if (row + up != n_rows - 1)
                continue;
            struct sit_buf tick = {0};
            chart_tick_text(sc->chart, i, &tick);
            sit_buf_appendf(sc->out, "%*s", (int)sc->plot_left - 1,
                            sit_buf_text(&tick));
            sc->out->failed |= tick.failed;
            sit_buf_release(&tick);
        }
        sit_buf_append_text(sc->out, "\r\n");
    }
}

/* Labels under the points they belong to, those that have room. */
static void put_x_labels(const struct sixel_chart *sc)
{
    size_t used = 0;
    for (size_t i = 0; i < sc->chart->n_points; i++) {
        const struct chart_point *point = &sc->chart->points[i];
        size_t width = sit_text_width(point->label);
        double at = chart_strip_x(sc->chart, point->x) * (double)sc->layout.plot_cols;
        double left = (double)sc->plot_left + at - (double)width / 2;
        size_t start = left > 0 ? (size_t)lround(left) : 0;
        if (start + width > sc->layout.n_cols)
            start = sc->layout.n_cols > width ? sc->layout.n_cols - width : 0;
        if (start < used || width > sc->layout.n_cols)
            continue;
        sit_buf_appendf(sc->out, "\033[%zuG", start + 1);
        chart_layout_put(&sc->layout, point->label, width, sc->out);
        used = start + width + 1;
    }
    sit_buf_append_char(sc->out, '\n');
}

static enum sit_status put_plot(struct sixel_chart *sc, struct sit_error *err)
{
    size_t n_rows = plot_rows(sc);
    make_room(n_rows, sc->out);
    put_ticks(sc, n_rows);
    struct sit_picture_format format = picture_format(sc, n_rows);
    struct sit_image image = {0};
    size_t width_px, height_px;
    sit_picture_canvas_size(&format, &width_px, &height_px);
    enum sit_status status = chart_strip_line(
        sc->chart, n_rows, sc->caps->cell_height_px, width_px, height_px, &image, err);
    if (status == SIT_OK)
        status = put_picture(sc, n_rows, &image, err);
    if (status == SIT_OK)
        put_x_labels(sc);
    sit_image_release(&image);
    return status;
}

static void put_marks(const struct sixel_chart *sc)
{
    struct sit_buf line = {0};
    chart_reference_text(sc->chart, &line);
    if (line.n_bytes > 0)
        chart_layout_mark(&sc->layout, "orange line:", sit_buf_text(&line), sc->out);
    if (sc->chart->any_interval)
        chart_layout_mark(&sc->layout, "white:", "95 % interval", sc->out);
    chart_layout_notes(sc->chart, &sc->layout, "hollow:", sc->out);
    sc->out->failed |= line.failed;
    sit_buf_reset(&line);
    chart_trend_text(sc->chart, &line);
    if (line.n_bytes > 0)
        chart_layout_mark(&sc->layout, "green line:", sit_buf_text(&line), sc->out);
    sc->out->failed |= line.failed;
    sit_buf_release(&line);
}

static void fit_plot(struct sixel_chart *sc)
{
    struct chart_layout *layout = &sc->layout;
    if (sc->chart->is_line) {
        enum { TICK_COLS = 6 };
        layout->label_cols = TICK_COLS;
        layout->value_cols = 0;
        layout->plot_cols = layout->n_cols - TICK_COLS - 2;
    }
    size_t most = MAX_SIDE_PX / sc->caps->cell_width_px;
    if (layout->plot_cols > most)
        layout->plot_cols = most;
    sc->plot_left = layout->label_cols + 1;
    sc->max_rows = rows_of_picture(sc->caps);
}

static enum sit_status put_chart(struct sixel_chart *sc, struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    chart_layout_title(sc->chart, &sc->layout, sc->out);
    if (sc->chart->is_line) {
        status = put_plot(sc, err);
    } else {
        for (size_t i = 0; status == SIT_OK && i < sc->chart->n_points;) {
            size_t n = sc->chart->n_points - i;
            n = n < sc->max_rows ? n : sc->max_rows;
            status = put_bars(sc, i, n, err);
            i += n;
        }
        chart_layout_axis(sc->chart, &sc->layout, sc->out);
    }
    put_marks(sc);
    return status;
}

enum sit_status sit_chart_sixel(const struct sit_report_table *table,
                                const struct sit_term_caps *caps, struct sit_buf *out,
                                struct sit_error *err)
{
    enum { LEAST_WIDTH_PX = 2, LEAST_HEIGHT_PX = 4 };
    if (caps->cell_width_px < LEAST_WIDTH_PX ||
        caps->cell_height_px < LEAST_HEIGHT_PX ||
        caps->cell_height_px > MAX_SIDE_PX / 2)
        return sit_error_set(err, SIT_E_ARG, "no charts in cells of %zu x %zu pixels",
                             caps->cell_width_px, caps->cell_height_px);
    if (!sit_chart_exists(table))
        return SIT_OK;
    struct chart chart = {0};
    struct sit_buf bytes = {0};
    enum sit_status status = SIT_E_NOMEM;
    if (!chart_make(table, &chart)) {
        sit_error_nomem(err);
        goto done;
    }
    struct sixel_chart sc = {.chart = &chart, .caps = caps, .out = &bytes};
    size_t n_cols = caps->n_cols > 0 ? caps->n_cols - 1 : 79;
    status = chart_layout_make(&chart, n_cols, !caps->is_utf8, &sc.layout)
                 ? SIT_OK
                 : sit_error_nomem(err);
    if (status == SIT_OK) {
        fit_plot(&sc);
        status = put_chart(&sc, err);
    }
    if (status == SIT_OK && !bytes.failed)
        sit_buf_append(out, bytes.data, bytes.n_bytes);
    if (status == SIT_OK && (bytes.failed || out->failed))
        status = sit_error_nomem(err);
done:
    chart_release(&chart);
    sit_buf_release(&bytes);
    return status;
}
