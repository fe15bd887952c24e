/*
 * Pictures of one channel: luma of a colour picture, and scaling it. Whole numbers
 * throughout, so that a flat area stays exactly flat and the result is the same on
 * every processor. Decoding is decode.c's.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/image.h"

enum {
    WEIGHT_BITS = 14, /* the weights of one output sum to 1 << WEIGHT_BITS exactly */
    ROW_BITS = 8,     /* below the point, between the two passes */
};

void sit_grey_release(struct sit_grey *grey)
{
    free(grey->luma);
    *grey = (struct sit_grey){0};
}

enum sit_status sit_grey_from_image(const struct sit_image *image, struct sit_grey *out,
                                    struct sit_error *err)
{
    size_t n_pixels = image->width_px * image->height_px;
    uint8_t *luma = sit_malloc_array(n_pixels, 1);
    if (luma == NULL)
        return sit_error_nomem(err);
    const uint8_t *rgb = image->rgb;
    for (size_t i = 0; i < n_pixels; i++, rgb += 3)
        luma[i] = (uint8_t)((77u * rgb[0] + 150u * rgb[1] + 29u * rgb[2] + 128u) >> 8);
    *out = (struct sit_grey){image->width_px, image->height_px, luma};
    return SIT_OK;
}

/* How one axis is scaled: output i is the sum of weights[i * n_taps + k] times input
 * first[i] + k. */
struct axis {
    size_t n_in, n_out, n_taps;
    size_t *first;    /* (n_out) */
    int32_t *weights; /* (n_out, n_taps) */
};

static void axis_release(struct axis *axis)
{
    free(axis->first);
    free(axis->weights);
}

/* A triangle when shrinking, else Catmull and Rom's cubic; `x` in outputs or inputs,
 * whichever are farther apart. */
static double kernel(bool shrinks, double x)
{
    x = x < 0 ? -x : x;
    if (shrinks)
        return x < 1 ? 1 - x : 0;
    if (x >= 2)
        return 0;
    return x < 1 ? 1 + x * x * (1.5 * x - 2.5) : 2 - x * (4 - x * (2.5 - 0.5 * x));
}

static ptrdiff_t clamp(ptrdiff_t value, ptrdiff_t low, ptrdiff_t high)
{
    return value < low ? low : value > high ? high : value;
}

/* Output i's weights, those beyond an edge falling to the edge. Their running sum is
 * rounded, so the whole is exact and many small ones do not vanish. */
static void weigh(const struct axis *axis, size_t i, double *exact)
{
    double shrink = (double)axis->n_in / (double)axis->n_out;
    double stretch = shrink > 1 ? shrink : 1, reach = shrink > 1 ? shrink : 2;
    double centre = ((double)i + 0.5) * shrink - 0.5;
    size_t n_taps = axis->n_taps;
    ptrdiff_t last = (ptrdiff_t)axis->n_in - 1;
    ptrdiff_t from = (ptrdiff_t)ceil(centre - reach);
    ptrdiff_t to = (ptrdiff_t)floor(centre + reach);
    ptrdiff_t first = clamp(from, 0, last + 1 - (ptrdiff_t)n_taps);
    memset(exact, 0, n_taps * sizeof *exact);
    double sum = 0, running = 0;
    for (ptrdiff_t at = from; at <= to; at++) {
        double weight = kernel(shrink > 1, ((double)at - centre) / stretch);
        exact[clamp(at, 0, last) - first] += weight;
        sum += weight;
    }
    axis->first[i] = (size_t)first;
    int32_t *weights = axis->weights + i * n_taps, given = 0;
    double factor = (1 << WEIGHT_BITS) / sum;
    for (size_t k = 0; k < n_taps; k++) {
        running += exact[k] * factor;
        /* Rounds, the running sum being above -2^14; the last one lands on 2^14. */
        int32_t whole = (int32_t)(running + 0.5 + (1 << WEIGHT_BITS)) -
                        (1 << WEIGHT_BITS);
        weights[k] = whole - given;
        given = whole;
    }
}

static enum sit_status axis_plan(size_t n_in, size_t n_out, struct axis *out,
                                 struct sit_error *err)
{
    struct axis axis = {.n_in = n_in, .n_out = n_out};
    double shrink = (double)n_in / (double)n_out;
    size_t n_reached = 2 * (size_t)ceil(shrink > 1 ? shrink : 2) + 1;
    axis.n_taps = n_reached < n_in ? n_reached : n_in;
    axis.first = sit_malloc_array(n_out, sizeof *axis.first);
    axis.weights = sit_malloc_array(n_out, axis.n_taps * sizeof *axis.weights);
    double *exact = sit_malloc_array(axis.n_taps, sizeof *exact);
    if (axis.first == NULL || axis.weights == NULL || exact == NULL) {
        axis_release(&axis);
        free(exact);
        return sit_error_nomem(err);
    }
    for (size_t i = 0; i < n_out; i++)
        weigh(&axis, i, exact);
    free(exact);
    *out = axis;
    return SIT_OK;
}

/* Row i of the outputs from whole rows, with ROW_BITS below the point. The sums are at
 * most 22 bits long: float holds them exactly, and multiplies faster than int32. */
static void mix_rows(const struct axis *down, size_t i, const uint8_t *luma,
                     size_t width_px, float *sum, int32_t *row)
{
    memset(sum, 0, width_px * sizeof *sum);
    for (size_t k = 0; k < down->n_taps; k++) {
        float weight = (float)down->weights[i * down->n_taps + k];
        const uint8_t *from = luma + (down->first[i] + k) * width_px;
        for (size_t x = 0; weight != 0 && x < width_px; x++)
            sum[x] += weight * (float)from[x];
    }
    enum { SHIFT = WEIGHT_BITS - ROW_BITS };
    for (size_t x = 0; x < width_px; x++)
        row[x] = ((int32_t)sum[x] + (1 << (SHIFT - 1))) >> SHIFT;
}

static void mix_columns(const struct axis *along, const int32_t *row, uint8_t *out)
{
    enum { SHIFT = WEIGHT_BITS + ROW_BITS };
    for (size_t i = 0; i < along->n_out; i++) {
        const int32_t *from = row + along->first[i];
        const int32_t *weights = along->weights + i * along->n_taps;
        int32_t sum = 1 << (SHIFT - 1);
        for (size_t k = 0; k < along->n_taps; k++)
            sum += weights[k] * from[k];
        sum >>= SHIFT;
        out[i] = (uint8_t)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
    }
}

enum sit_status sit_grey_scale(const struct sit_grey *grey, size_t width_px,
                               size_t height_px, uint8_t *out, struct sit_error *err)
{
    struct axis along = {0}, down = {0};
    float *sum = NULL;
    int32_t *row = NULL;
    enum sit_status status = SIT_OK;
    if (grey->width_px == 0 || grey->height_px == 0)
        return sit_error_set(err, SIT_E_ARG, "an empty picture cannot be scaled");
    status = axis_plan(grey->width_px, width_px, &along, err);
    if (status == SIT_OK)
        status = axis_plan(grey->height_px, height_px, &down, err);
    if (status != SIT_OK)
        goto done;
    sum = sit_malloc_array(grey->width_px, sizeof *sum);
    row = sit_malloc_array(grey->width_px, sizeof *row);
    if (sum == NULL || row == NULL) {
        status = sit_error_nomem(err);
        goto done;
    }
    for (size_t y = 0; y < height_px; y++) {
        mix_rows(&down, y, grey->luma, grey->width_px, sum, row);
        mix_columns(&along, row, out + y * width_px);
    }
done:
    free(row);
    free(sum);
    axis_release(&down);
    axis_release(&along);
    return status;
}
