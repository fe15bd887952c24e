/*
 * Anti-aliased shapes: polygons and ellipses by coverage on four lines a pixel row,
 * exact along each line; thick lines by distance. All clip to the picture.
 */
#include "sitter/canvas.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "canvas_raster.h"
#include "sitter/alloc.h"

enum { LINES_PER_ROW = 4 };

static float clamp_unit(float x)
{
    return x < 0.0f ? 0.0f : x > 1.0f ? 1.0f : x;
}

static struct sit_colour clamp_colour(struct sit_colour c)
{
    return (struct sit_colour){clamp_unit(c.r), clamp_unit(c.g), clamp_unit(c.b),
                               clamp_unit(c.a)};
}

/* First pixel at or after `from`, last pixel before `to`, inside [0, limit). */
static void clip_range(float from, float to, size_t limit, size_t *begin, size_t *end)
{
    *begin = from <= 0.0f ? 0 : from >= (float)limit ? limit : (size_t)from;
    *end = to <= 0.0f ? 0 : to >= (float)limit ? limit : (size_t)ceilf(to);
}

/* An edge that goes down the picture: x = x_top + (y - y_top) * slope. */
struct edge {
    float y_top, y_bottom, x_top, slope;
};

/* A polygon in work: the edges that cross, sorted by y_top, and one row. */
struct raster {
    struct edge *edges;
    size_t n_edges;
    float *crossings; /* n_edges */
    float *coverage;  /* width, then a spare one */
    float *change;    /* what the running sum of full pixels gains at each x */
    size_t x0, x1;    /* columns that the polygon can touch */
};

static int compare_edges(const void *a, const void *b)
{
    float ya = ((const struct edge *)a)->y_top, yb = ((const struct edge *)b)->y_top;
    return (ya > yb) - (ya < yb);
}

static size_t collect_edges(const struct sit_point *points, size_t n,
                            struct edge *edges)
{
    size_t n_edges = 0;
    for (size_t i = 0; i < n; i++) {
        struct sit_point a = points[i], b = points[(i + 1) % n];
        if (a.y == b.y)
            continue;
        struct sit_point top = a.y < b.y ? a : b, bottom = a.y < b.y ? b : a;
        edges[n_edges++] = (struct edge){top.y, bottom.y, top.x,
                                         (bottom.x - top.x) / (bottom.y - top.y)};
    }
    qsort(edges, n_edges, sizeof(*edges), compare_edges);
    return n_edges;
}

/* Crossings of one line with the edges from `first` on, in ascending order. */
static size_t find_crossings(const struct raster *raster, size_t first, float y)
{
    size_t n = 0;
    for (size_t i = first; i < raster->n_edges; i++) {
        const struct edge *edge = &raster->edges[i];
        if (edge->y_top > y)
            break;
        if (edge->y_bottom <= y)
            continue;
        float x = edge->x_top + (y - edge->y_top) * edge->slope;
        size_t at = n++;
        for (; at > 0 && raster->crossings[at - 1] > x; at--)
            raster->crossings[at] = raster->crossings[at - 1];
        raster->crossings[at] = x;
    }
    return n;
}

/* Add the span [from, to) of one line. */
static void add_span(struct raster *raster, float from, float to)
{
    const float weight = 1.0f / (float)LINES_PER_ROW;
    float low = (float)raster->x0, high = (float)raster->x1;
    from = from < low ? low : from > high ? high : from;
    to = to < low ? low : to > high ? high : to;
    if (to <= from)
        return;
    from -= low;
    to -= low;
    size_t first = (size_t)from, last = (size_t)to;
    if (first == last) {
        raster->coverage[first] += (to - from) * weight;
        return;
    }
    raster->coverage[first] += ((float)(first + 1) - from) * weight;
    raster->coverage[last] += (to - (float)last) * weight;
    raster->change[first + 1] += weight;
    raster->change[last] -= weight;
}

static void raster_row(struct raster *raster, size_t y, size_t first,
                       canvas_row_fn *row, void *context)
{
    size_t width = raster->x1 - raster->x0;
    memset(raster->coverage, 0, (width + 1) * sizeof(float));
    memset(raster->change, 0, (width + 1) * sizeof(float));
    for (int line = 0; line < LINES_PER_ROW; line++) {
        float at = (float)y + ((float)line + 0.5f) / (float)LINES_PER_ROW;
        size_t n = find_crossings(raster, first, at);
        for (size_t i = 0; i + 1 < n; i += 2)
            add_span(raster, raster->crossings[i], raster->crossings[i + 1]);
    }
    float full = 0.0f;
    for (size_t x = 0; x < width; x++) {
        full += raster->change[x];
        raster->coverage[x] = clamp_unit(raster->coverage[x] + full);
    }
    row(context, y, raster->x0, raster->x1, raster->coverage);
}

bool canvas_raster(const struct sit_point *points, size_t n, size_t width_px,
                   size_t height_px, canvas_row_fn *row, void *context)
{
    if (n < 3)
        return true;
    struct sit_point low = points[0], high = points[0];
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(points[i].x) || !isfinite(points[i].y))
            return true;
        low = (struct sit_point){fminf(low.x, points[i].x), fminf(low.y, points[i].y)};
        high = (struct sit_point){fmaxf(high.x, points[i].x),
                                  fmaxf(high.y, points[i].y)};
    }
    struct raster raster = {0};
    size_t y0, y1;
    clip_range(low.x, high.x, width_px, &raster.x0, &raster.x1);
    clip_range(low.y, high.y, height_px, &y0, &y1);
    if (raster.x0 >= raster.x1 || y0 >= y1)
        return true;

    size_t width = raster.x1 - raster.x0;
    raster.edges = sit_malloc_array(n, sizeof(*raster.edges));
    float *floats = sit_malloc_array(n + 2 * (width + 1), sizeof(float));
    bool ok = raster.edges != NULL && floats != NULL;
    if (ok) {
        raster.crossings = floats;
        raster.coverage = floats + n;
        raster.change = raster.coverage + width + 1;
        raster.n_edges = collect_edges(points, n, raster.edges);
        size_t first = 0;
        for (size_t y = y0; y < y1; y++) {
            while (first < raster.n_edges && raster.edges[first].y_bottom <= (float)y)
                first++;
            raster_row(&raster, y, first, row, context);
        }
    }
    free(floats);
    free(raster.edges);
    return ok;
}

void sit_canvas_clear(struct sit_image *image, struct sit_colour colour)
{
    size_t n_pixels = image->width_px * image->height_px;
    struct sit_colour c = clamp_colour(colour);
    uint8_t rgb[3] = {(uint8_t)(c.r * 255.0f + 0.5f), (uint8_t)(c.g * 255.0f + 0.5f),
                      (uint8_t)(c.b * 255.0f + 0.5f)};
    for (size_t i = 0; i < n_pixels; i++)
        memcpy(image->rgb + i * 3, rgb, 3);
}

struct flat_fill {
    struct sit_image *image;
    struct sit_colour colour;
};

static void fill_row(void *context, size_t y, size_t x0, size_t x1,
                     const float *coverage)
{
    const struct flat_fill *fill = context;
    uint8_t *row = fill->image->rgb + y * fill->image->width_px * 3;
    for (size_t x = x0; x < x1; x++)
        if (coverage[x - x0] > 0.0f)
            canvas_blend(row + x * 3, &fill->colour, coverage[x - x0] * fill->colour.a);
}

bool sit_canvas_fill_polygon(struct sit_image *image, const struct sit_point *points,
                             size_t n, struct sit_colour colour)
{
    struct flat_fill fill = {image, clamp_colour(colour)};
    return canvas_raster(points, n, image->width_px, image->height_px, fill_row, &fill);
}

/* What one line at height v above the centre has of the ellipse
 * a x^2 + 2 b x v + c v^2 <= 1: half its length, and its middle. */
static bool ellipse_span(const double form[3], double v, float *middle, float *half)
{
    double root = form[1] * form[1] * v * v - form[0] * (form[2] * v * v - 1.0);
    if (!(root > 0.0))
        return false;
    *middle = (float)(-form[1] * v / form[0]);
    *half = (float)(sqrt(root) / form[0]);
    return true;
}

void sit_canvas_fill_ellipse(struct sit_image *image, float cx, float cy, float rx,
                             float ry, float angle, struct sit_colour colour)
{
    if (!(rx > 0.0f) || !(ry > 0.0f) || !isfinite(rx) || !isfinite(ry) ||
        !isfinite(cx) || !isfinite(cy) || !isfinite(angle))
        return;
    double c = cos((double)angle), s = sin((double)angle);
    double ax = 1.0 / ((double)rx * (double)rx), ay = 1.0 / ((double)ry * (double)ry);
    const double form[3] = {c * c * ax + s * s * ay, c * s * (ax - ay),
                            s * s * ax + c * c * ay};
    float reach = (float)sqrt(s * s / ax + c * c / ay);
    struct sit_colour paint = clamp_colour(colour);
    size_t y0, y1;
    clip_range(cy - reach, cy + reach, image->height_px, &y0, &y1);
    for (size_t y = y0; y < y1; y++) {
        float from[LINES_PER_ROW], to[LINES_PER_ROW], low = INFINITY, high = -INFINITY;
        int n = 0;
        for (int line = 0; line < LINES_PER_ROW; line++) {
            float at = (float)y + ((float)line + 0.5f) / (float)LINES_PER_ROW;
            float middle, half;
            if (!ellipse_span(form, (double)(at - cy), &middle, &half))
                continue;
            from[n] = cx + middle - half;
            to[n] = cx + middle + half;
            low = fminf(low, from[n]);
            high = fmaxf(high, to[n]);
            n++;
        }
        size_t x0, x1;
        clip_range(low, high, image->width_px, &x0, &x1);
        uint8_t *row = image->rgb + y * image->width_px * 3;
        for (size_t x = x0; n > 0 && x < x1; x++) {
            float coverage = 0.0f, left = (float)x;
            for (int i = 0; i < n; i++)
                coverage += fmaxf(0.0f, fminf(to[i], left + 1) - fmaxf(from[i], left));
            canvas_blend(row + x * 3, &paint,
                         clamp_unit(coverage / (float)LINES_PER_ROW) * paint.a);
        }
    }
}

/* Distance of (x, y) from the segment at `from` along `along`. */
static float segment_distance(struct sit_point from, struct sit_point along,
                              float length_squared, float x, float y)
{
    float dx = x - from.x, dy = y - from.y, t = 0.0f;
    if (length_squared > 0.0f)
        t = clamp_unit((dx * along.x + dy * along.y) / length_squared);
    dx -= t * along.x;
    dy -= t * along.y;
    return sqrtf(dx * dx + dy * dy);
}

void sit_canvas_stroke_line(struct sit_image *image, struct sit_point from,
                            struct sit_point to, float width_px,
                            struct sit_colour colour)
{
    if (!(width_px > 0.0f) || !isfinite(width_px) || !isfinite(from.x) ||
        !isfinite(from.y) || !isfinite(to.x) || !isfinite(to.y))
        return;
    struct sit_point along = {to.x - from.x, to.y - from.y};
    float length_squared = along.x * along.x + along.y * along.y;
    struct sit_colour paint = clamp_colour(colour);
    /* A line thinner than a pixel is a fainter one of a pixel. */
    paint.a *= fminf(width_px, 1.0f);
    float reach = fmaxf(width_px, 1.0f) / 2.0f + 0.5f;

    size_t y0, y1;
    clip_range(fminf(from.y, to.y) - reach, fmaxf(from.y, to.y) + reach,
               image->height_px, &y0, &y1);
    for (size_t y = y0; y < y1; y++) {
        /* Only the part of the segment that comes near this row. */
        float at = (float)y + 0.5f, t0 = 0.0f, t1 = 1.0f;
        if (fabsf(along.y) > 1e-6f) {
            float ta = (at - reach - from.y) / along.y;
            float tb = (at + reach - from.y) / along.y;
            t0 = clamp_unit(fminf(ta, tb));
            t1 = clamp_unit(fmaxf(ta, tb));
        }
        float xa = from.x + t0 * along.x, xb = from.x + t1 * along.x;
        size_t x0, x1;
        clip_range(fminf(xa, xb) - reach, fmaxf(xa, xb) + reach, image->width_px, &x0,
                   &x1);
        uint8_t *row = image->rgb + y * image->width_px * 3;
        for (size_t x = x0; x < x1; x++) {
            float far = segment_distance(from, along, length_squared, (float)x + 0.5f,
                                         at);
            if (far < reach)
                canvas_blend(row + x * 3, &paint, clamp_unit(reach - far) * paint.a);
        }
    }
}

void sit_canvas_paste(struct sit_image *image, const struct sit_image *picture,
                      long x_px, long y_px)
{
    long width = (long)image->width_px, height = (long)image->height_px;
    long n_columns = (long)picture->width_px, n_rows = (long)picture->height_px;
    if (x_px >= width || y_px >= height || x_px <= -n_columns || y_px <= -n_rows)
        return;
    long first_x = x_px < 0 ? -x_px : 0, first_y = y_px < 0 ? -y_px : 0;
    long end_x = n_columns < width - x_px ? n_columns : width - x_px;
    long end_y = n_rows < height - y_px ? n_rows : height - y_px;
    for (long y = first_y; y < end_y; y++)
        memcpy(image->rgb + ((y_px + y) * width + x_px + first_x) * 3,
               picture->rgb + (y * n_columns + first_x) * 3,
               (size_t)(end_x - first_x) * 3);
}
