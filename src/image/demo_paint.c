/*
 * The demo's brushes: smooth shapes with two-tone shading, tapered strokes, soft spots,
 * all in the coordinates of a frame that is laid on the picture.
 */
#include "demo_paint.h"

#include <math.h>

#include "canvas_raster.h"

enum { STEPS_PER_CONTROL = 5, MAX_POINTS = PAINT_MAX_CONTROLS * STEPS_PER_CONTROL };

struct paint paint_on(struct sit_image *image, float x_px, float y_px, float scale_px,
                      float angle)
{
    return (struct paint){image,       {x_px, y_px}, scale_px,
                          cosf(angle), sinf(angle),  false};
}

static struct sit_point to_picture(const struct paint *paint, struct sit_point p)
{
    return (struct sit_point){
        paint->origin.x +
            (p.x * paint->cos_angle - p.y * paint->sin_angle) * paint->scale_px,
        paint->origin.y +
            (p.x * paint->sin_angle + p.y * paint->cos_angle) * paint->scale_px,
    };
}

struct paint paint_turned(const struct paint *paint, struct sit_point pivot,
                          float angle)
{
    struct paint turned = *paint;
    float c = cosf(angle), s = sinf(angle);
    struct sit_point moved = {pivot.x - (pivot.x * c - pivot.y * s),
                              pivot.y - (pivot.x * s + pivot.y * c)};
    turned.origin = to_picture(paint, moved);
    turned.cos_angle = paint->cos_angle * c - paint->sin_angle * s;
    turned.sin_angle = paint->sin_angle * c + paint->cos_angle * s;
    return turned;
}

struct sit_colour colour_mix(struct sit_colour a, struct sit_colour b, float t)
{
    return (struct sit_colour){a.r + (b.r - a.r) * t, a.g + (b.g - a.g) * t,
                               a.b + (b.b - a.b) * t, a.a + (b.a - a.a) * t};
}

static float unit(float x)
{
    return x < 0.0f ? 0.0f : x > 1.0f ? 1.0f : x;
}

struct sit_colour colour_scale(struct sit_colour c, float k)
{
    return (struct sit_colour){unit(c.r * k), unit(c.g * k), unit(c.b * k), c.a};
}

struct sit_colour colour_alpha(struct sit_colour c, float alpha)
{
    c.a = alpha;
    return c;
}

struct paint_tone paint_flat(struct sit_colour colour)
{
    return (struct paint_tone){colour, colour, {0, 0}, {0, 1}};
}

/* A tone on the picture: how far from light to dark is `along` times the pixel. The
 * colours are in bytes, opacity last. */
struct toned_fill {
    struct sit_image *image;
    float light[4], change[4];
    struct sit_point along;
    float offset;
};

static void toned_row(void *context, size_t y, size_t x0, size_t x1,
                      const float *coverage)
{
    const struct toned_fill *fill = context;
    uint8_t *pixel = fill->image->rgb + (y * fill->image->width_px + x0) * 3;
    float base = fill->offset + fill->along.y * ((float)y + 0.5f);
    for (size_t x = x0; x < x1; x++, pixel += 3) {
        float cover = coverage[x - x0];
        if (cover <= 0.0f)
            continue;
        float t = unit(base + fill->along.x * ((float)x + 0.5f));
        t = t * t * (3.0f - 2.0f * t);
        float alpha = cover * (fill->light[3] + fill->change[3] * t);
        for (int k = 0; k < 3; k++) {
            float old = (float)pixel[k];
            float wanted = fill->light[k] + fill->change[k] * t;
            pixel[k] = (uint8_t)(int)(old + (wanted - old) * alpha + 0.5f);
        }
    }
}

static void fill_points(struct paint *paint, const struct sit_point *points, size_t n,
                        struct paint_tone tone)
{
    struct sit_colour a = tone.light, b = tone.dark;
    struct toned_fill fill = {
        .image = paint->image,
        .light = {a.r * 255.0f, a.g * 255.0f, a.b * 255.0f, a.a},
        .change = {(b.r - a.r) * 255.0f, (b.g - a.g) * 255.0f, (b.b - a.b) * 255.0f,
                   b.a - a.a},
    };
    struct sit_point from = to_picture(paint, tone.from);
    struct sit_point to = to_picture(paint, tone.to);
    float dx = to.x - from.x, dy = to.y - from.y, squared = dx * dx + dy * dy;
    if (squared > 0.0f) {
        fill.along = (struct sit_point){dx / squared, dy / squared};
        fill.offset = -(from.x * dx + from.y * dy) / squared;
    }
    if (!canvas_raster(points, n, paint->image->width_px, paint->image->height_px,
                       toned_row, &fill))
        paint->out_of_memory = true;
}

/* Catmull-Rom between p1 and p2. */
static struct sit_point spline(const struct sit_point *p0, const struct sit_point *p1,
                               const struct sit_point *p2, const struct sit_point *p3,
                               float t)
{
    float t2 = t * t, t3 = t2 * t;
    float w0 = -0.5f * t3 + t2 - 0.5f * t, w1 = 1.5f * t3 - 2.5f * t2 + 1.0f;
    float w2 = -1.5f * t3 + 2.0f * t2 + 0.5f * t, w3 = 0.5f * t3 - 0.5f * t2;
    return (struct sit_point){w0 * p0->x + w1 * p1->x + w2 * p2->x + w3 * p3->x,
                              w0 * p0->y + w1 * p1->y + w2 * p2->y + w3 * p3->y};
}

void paint_shape(struct paint *paint, const struct sit_point *controls, size_t n,
                 struct paint_tone tone)
{
    struct sit_point points[MAX_POINTS];
    size_t n_points = 0;
    if (n > PAINT_MAX_CONTROLS)
        n = PAINT_MAX_CONTROLS;
    for (size_t i = 0; i < n; i++)
        for (int step = 0; step < STEPS_PER_CONTROL; step++)
            points[n_points++] = to_picture(
                paint,
                spline(&controls[(i + n - 1) % n], &controls[i], &controls[(i + 1) % n],
                       &controls[(i + 2) % n], (float)step / (float)STEPS_PER_CONTROL));
    fill_points(paint, points, n_points, tone);
}

void paint_polygon(struct paint *paint, const struct sit_point *corners, size_t n,
                   struct paint_tone tone)
{
    struct sit_point points[PAINT_MAX_CONTROLS];
    if (n > PAINT_MAX_CONTROLS)
        n = PAINT_MAX_CONTROLS;
    for (size_t i = 0; i < n; i++)
        points[i] = to_picture(paint, corners[i]);
    fill_points(paint, points, n, tone);
}

static float stroke_width(float t, float begin, float middle, float end)
{
    return t < 0.5f ? begin + (middle - begin) * (t * 2.0f)
                    : middle + (end - middle) * (t * 2.0f - 1.0f);
}

void paint_stroke(struct paint *paint, const struct sit_point *controls, size_t n,
                  float width_begin, float width_middle, float width_end,
                  struct sit_colour colour)
{
    struct sit_point middle[MAX_POINTS / 2], outline[MAX_POINTS];
    size_t n_middle = 0;
    if (n < 2 || n > PAINT_MAX_CONTROLS / 2)
        return;
    for (size_t i = 0; i + 1 < n; i++)
        for (int step = 0; step < STEPS_PER_CONTROL; step++)
            middle[n_middle++] = spline(&controls[i > 0 ? i - 1 : 0], &controls[i],
                                        &controls[i + 1],
                                        &controls[i + 2 < n ? i + 2 : n - 1],
                                        (float)step / (float)STEPS_PER_CONTROL);
    middle[n_middle++] = controls[n - 1];
    for (size_t i = 0; i < n_middle; i++) {
        struct sit_point a = middle[i > 0 ? i - 1 : 0];
        struct sit_point b = middle[i + 1 < n_middle ? i + 1 : i];
        float dx = b.x - a.x, dy = b.y - a.y, length = hypotf(dx, dy);
        float half = 0.5f * stroke_width((float)i / (float)(n_middle - 1), width_begin,
                                         width_middle, width_end);
        float nx = length > 0.0f ? -dy / length * half : 0.0f;
        float ny = length > 0.0f ? dx / length * half : 0.0f;
        outline[i] = to_picture(paint,
                                (struct sit_point){middle[i].x + nx, middle[i].y + ny});
        outline[2 * n_middle - 1 - i] = to_picture(
            paint, (struct sit_point){middle[i].x - nx, middle[i].y - ny});
    }
    fill_points(paint, outline, 2 * n_middle, paint_flat(colour));
}

static float frame_angle(const struct paint *paint)
{
    return atan2f(paint->sin_angle, paint->cos_angle);
}

void paint_ellipse(struct paint *paint, float x, float y, float rx, float ry,
                   float angle, struct sit_colour colour)
{
    struct sit_point centre = to_picture(paint, (struct sit_point){x, y});
    sit_canvas_fill_ellipse(paint->image, centre.x, centre.y, rx * paint->scale_px,
                            ry * paint->scale_px, angle + frame_angle(paint), colour);
}

void paint_soft(struct paint *paint, float x, float y, float rx, float ry, float angle,
                struct sit_colour colour)
{
    struct sit_image *image = paint->image;
    struct sit_point centre = to_picture(paint, (struct sit_point){x, y});
    float turn = angle + frame_angle(paint), c = cosf(turn), s = sinf(turn);
    float ax = rx * paint->scale_px, ay = ry * paint->scale_px;
    float reach_x = sqrtf(ax * ax * c * c + ay * ay * s * s);
    float reach_y = sqrtf(ax * ax * s * s + ay * ay * c * c);
    float x_low = fmaxf(0.0f, centre.x - reach_x),
          y_low = fmaxf(0.0f, centre.y - reach_y);
    float x_high = fminf((float)image->width_px, centre.x + reach_x);
    float y_high = fminf((float)image->height_px, centre.y + reach_y);
    if (x_low >= x_high || y_low >= y_high)
        return;
    for (size_t py = (size_t)y_low; (float)py < y_high; py++) {
        uint8_t *pixel = image->rgb + (py * image->width_px + (size_t)x_low) * 3;
        for (size_t px = (size_t)x_low; (float)px < x_high; px++, pixel += 3) {
            float dx = (float)px + 0.5f - centre.x, dy = (float)py + 0.5f - centre.y;
            float u = (dx * c + dy * s) / ax, v = (dy * c - dx * s) / ay;
            float fade = 1.0f - (u * u + v * v);
            if (fade > 0.0f)
                canvas_blend(pixel, &colour, fade * fade * colour.a);
        }
    }
}
