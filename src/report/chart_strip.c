/*
 * A chart's pixels: bars with whiskers, or a line with whiskers, on a dark panel of its
 * own, so that they look the same on a dark and on a light terminal.
 */
#include "chart_strip.h"

#include <math.h>
#include <string.h>

#include "sitter/canvas.h"

static const struct sit_colour PANEL = {0.13f, 0.15f, 0.19f, 1};
static const struct sit_colour GRID = {0.30f, 0.33f, 0.38f, 1};
static const struct sit_colour BAR = {0.25f, 0.60f, 0.90f, 1};
static const struct sit_colour WEAK = {0.17f, 0.30f, 0.43f, 1};
static const struct sit_colour WHISKER = {1.0f, 1.0f, 1.0f, 1};
static const struct sit_colour REFERENCE = {0.95f, 0.68f, 0.25f, 1};
static const struct sit_colour TREND = {0.55f, 0.80f, 0.55f, 1};

struct strip {
    struct sit_image *image;
    float width, height, unit; /* of lines: grows with the cells */
};

/* A side in whole pixels: bars need no smooth ends, and cannot run out of memory. */
static size_t whole_px(float at, size_t most)
{
    float rounded = floorf(at + 0.5f);
    return rounded <= 0 ? 0 : rounded >= (float)most ? most : (size_t)rounded;
}

static void rectangle(const struct strip *strip, float left, float top, float right,
                      float bottom, struct sit_colour colour)
{
    struct sit_image *image = strip->image;
    const uint8_t rgb[3] = {(uint8_t)(colour.r * 255 + 0.5f),
                            (uint8_t)(colour.g * 255 + 0.5f),
                            (uint8_t)(colour.b * 255 + 0.5f)};
    size_t x0 = whole_px(left, image->width_px), x1 = whole_px(right, image->width_px);
    size_t y0 = whole_px(top, image->height_px);
    size_t y1 = whole_px(bottom, image->height_px);
    for (size_t y = y0; y < y1; y++)
        for (size_t x = x0; x < x1; x++)
            memcpy(image->rgb + 3 * (y * image->width_px + x), rgb, 3);
}

/* Whole pixels: a hair line between two is two grey ones. */
static void vertical(const struct strip *strip, float x, float top, float bottom,
                     float width, struct sit_colour colour)
{
    float left = floorf(fminf(fmaxf(x - width / 2, 0), strip->width - width));
    rectangle(strip, left, top, left + width, bottom, colour);
}

static void horizontal(const struct strip *strip, float y, float left, float right,
                       float width, struct sit_colour colour)
{
    float top = floorf(fminf(fmaxf(y - width / 2, 0), strip->height - width));
    rectangle(strip, left, top, right, top + width, colour);
}

static struct strip begin(struct sit_image *image, size_t row_px)
{
    struct strip strip = {.image = image,
                          .width = (float)image->width_px,
                          .height = (float)image->height_px,
                          .unit = fmaxf(1, floorf((float)row_px / 12))};
    sit_canvas_clear(image, PANEL);
    return strip;
}

static float across_px(const struct chart *chart, const struct strip *strip,
                       double value)
{
    return (float)chart_across(chart, value) * strip->width;
}

static void draw_bar(const struct chart *chart, const struct strip *strip,
                     const struct chart_point *point, float top, float row)
{
    float zero = across_px(chart, strip, 0),
          end = across_px(chart, strip, point->value);
    float middle = top + row / 2;
    rectangle(strip, fminf(zero, end), top + row * 0.16f, fmaxf(zero, end),
              top + row * 0.84f, point->weak ? WEAK : BAR);
    if (point->weak) { /* an outline: the bar's end is to be seen */
        vertical(strip, end, top + row * 0.16f, top + row * 0.84f, strip->unit, BAR);
        horizontal(strip, top + row * 0.16f, zero, end, strip->unit, BAR);
        horizontal(strip, top + row * 0.84f, zero, end, strip->unit, BAR);
    }
    if (!point->has_interval)
        return;
    float low = across_px(chart, strip, point->low);
    float high = across_px(chart, strip, point->high);
    float cap = row * 0.2f;
    horizontal(strip, middle, low, high, strip->unit, WHISKER);
    vertical(strip, low, middle - cap, middle + cap, strip->unit, WHISKER);
    vertical(strip, high, middle - cap, middle + cap, strip->unit, WHISKER);
}

enum sit_status chart_strip_bars(const struct chart *chart, size_t first,
                                 size_t n_points, size_t row_px, size_t width_px,
                                 size_t height_px, struct sit_image *out,
                                 struct sit_error *err)
{
    enum sit_status status = sit_image_new(width_px, height_px, out, err);
    if (status != SIT_OK)
        return status;
    struct strip strip = begin(out, row_px);
    for (size_t i = 0; i <= chart->n_steps; i++)
        vertical(&strip, strip.width * (float)i / (float)chart->n_steps, 0,
                 strip.height, 1, GRID);
    for (size_t i = 0; i < n_points && first + i < chart->n_points; i++)
        draw_bar(chart, &strip, &chart->points[first + i], (float)(i * row_px),
                 (float)row_px);
    if (isfinite(chart->reference)) {
        float x = across_px(chart, &strip, chart->reference), dash = strip.unit * 4;
        for (float y = 0; y < strip.height; y += 2 * dash)
            vertical(&strip, x, y, y + dash, strip.unit, REFERENCE);
    }
    return SIT_OK;
}

double chart_strip_x(const struct chart *chart, double x)
{
    if (!(chart->x_high > chart->x_low))
        return 0.5;
    return 0.04 + 0.92 * (x - chart->x_low) / (chart->x_high - chart->x_low);
}

/* The plot's frame: where values lie. */
struct plot {
    const struct chart *chart;
    const struct strip *strip;
    float bottom, height; /* of the axis in pixels */
};

static float up_px(const struct plot *plot, double value)
{
    return plot->bottom - (float)chart_across(plot->chart, value) * plot->height;
}

static void draw_trend(const struct plot *plot)
{
    const struct sit_report_trend *trend = &plot->chart->trend;
    if (!trend->known || !isfinite(trend->slope) || !isfinite(trend->x_mean))
        return;
    struct sit_point ends[2];
    for (int i = 0; i < 2; i++) {
        double x = i == 0 ? plot->chart->x_low : plot->chart->x_high;
        double y = trend->y_mean + trend->slope / 10 * (x - trend->x_mean);
        ends[i] = (struct sit_point){
            (float)chart_strip_x(plot->chart, x) * plot->strip->width, up_px(plot, y)};
    }
    sit_canvas_stroke_line(plot->strip->image, ends[0], ends[1], plot->strip->unit,
                           TREND);
}

static void draw_points(const struct plot *plot)
{
    const struct strip *strip = plot->strip;
    struct sit_point last = {0};
    for (size_t i = 0; i < plot->chart->n_points; i++) {
        const struct chart_point *p = &plot->chart->points[i];
        struct sit_point at = {(float)chart_strip_x(plot->chart, p->x) * strip->width,
                               up_px(plot, p->value)};
        if (i > 0)
            sit_canvas_stroke_line(strip->image, last, at, strip->unit * 1.5f, BAR);
        last = at;
    }
    for (size_t i = 0; i < plot->chart->n_points; i++) {
        const struct chart_point *p = &plot->chart->points[i];
        float x = (float)chart_strip_x(plot->chart, p->x) * strip->width;
        float y = up_px(plot, p->value), r = strip->unit * 2.5f + 1.5f;
        if (p->has_interval) {
            float low = up_px(plot, p->low), high = up_px(plot, p->high);
            vertical(strip, x, high, low, strip->unit, WHISKER);
            horizontal(strip, low, x - r, x + r, strip->unit, WHISKER);
            horizontal(strip, high, x - r, x + r, strip->unit, WHISKER);
        }
        sit_canvas_fill_ellipse(strip->image, x, y, r, r, 0, BAR);
        if (p->weak)
            sit_canvas_fill_ellipse(strip->image, x, y, r - strip->unit,
                                    r - strip->unit, 0, PANEL);
    }
}

enum sit_status chart_strip_line(const struct chart *chart, size_t n_rows,
                                 size_t row_px, size_t width_px, size_t height_px,
                                 struct sit_image *out, struct sit_error *err)
{
    enum sit_status status = sit_image_new(width_px, height_px, out, err);
    if (status != SIT_OK)
        return status;
    struct strip strip = begin(out, row_px);
    float pad = (float)row_px / 2;
    struct plot plot = {.chart = chart,
                        .strip = &strip,
                        .bottom = (float)(n_rows * row_px) - pad,
                        .height = (float)(n_rows * row_px) - 2 * pad};
    for (size_t i = 0; i <= chart->n_steps; i++)
        horizontal(&strip, plot.bottom - plot.height * (float)i / (float)chart->n_steps,
                   0, strip.width, 1, GRID);
    if (isfinite(chart->reference)) {
        float y = up_px(&plot, chart->reference), dash = strip.unit * 4;
        for (float x = 0; x < strip.width; x += 2 * dash)
            horizontal(&strip, y, x, x + dash, strip.unit, REFERENCE);
    }
    draw_trend(&plot);
    draw_points(&plot);
    return SIT_OK;
}
