/*
 * Affine warping with cubic interpolation, in the fixed-point arithmetic of OpenCV's
 * warpAffine (INTER_CUBIC, 8 bits): places are rounded to 1/32 px, weights to 15 bits.
 * Which matrix to warp by is for the callers.
 */
#include "sitter/image.h"

#include <math.h>
#include <stdlib.h>

#include "sitter/alloc.h"

enum {
    PLACE_BITS = 5,   /* of a place between two pixels */
    COLUMN_BITS = 10, /* of the products that lead to it */
    WEIGHT_BITS = 15,
    N_PLACES = 1 << PLACE_BITS,
    N_TAPS = 4, /* a side */
};

/* The 4 x 4 weights of a place, rows first; they sum to 1 << WEIGHT_BITS. */
struct kernel {
    int16_t weight[N_TAPS * N_TAPS];
};

/* Keys' cubic with a = -0.75. */
static void cubic_weights(float x, float weight[N_TAPS])
{
    const float a = -0.75f;
    weight[0] = ((a * (x + 1) - 5 * a) * (x + 1) + 8 * a) * (x + 1) - 4 * a;
    weight[1] = ((a + 2) * x - (a + 3)) * x * x + 1;
    weight[2] = ((a + 2) * (1 - x) - (a + 3)) * (1 - x) * (1 - x) + 1;
    weight[3] = 1.0f - weight[0] - weight[1] - weight[2];
}

/* What rounding left over goes to the largest of the four middle weights, or comes off
 * the smallest of them. */
static void settle_sum(struct kernel *kernel, int sum)
{
    static const size_t middle[] = {10, 11, 14, 15};
    size_t largest = middle[0], smallest = middle[0];
    for (size_t i = 1; i < 4; i++) {
        if (kernel->weight[middle[i]] < kernel->weight[smallest])
            smallest = middle[i];
        else if (kernel->weight[middle[i]] > kernel->weight[largest])
            largest = middle[i];
    }
    int excess = sum - (1 << WEIGHT_BITS);
    size_t which = excess < 0 ? largest : smallest;
    kernel->weight[which] = (int16_t)(kernel->weight[which] - excess);
}

/* kernels (N_PLACES, N_PLACES), y first. */
static void fill_kernels(struct kernel *kernels)
{
    float weights[N_PLACES][N_TAPS];
    for (int i = 0; i < N_PLACES; i++)
        cubic_weights((float)i * (1.0f / (float)N_PLACES), weights[i]);
    for (int i = 0; i < N_PLACES * N_PLACES; i++) {
        const float *down = weights[i / N_PLACES], *across = weights[i % N_PLACES];
        int sum = 0;
        for (int k = 0; k < N_TAPS * N_TAPS; k++) {
            float product = down[k / N_TAPS] * across[k % N_TAPS];
            long fixed = lrintf(product * (float)(1 << WEIGHT_BITS));
            if (fixed > INT16_MAX)
                fixed = INT16_MAX;
            kernels[i].weight[k] = (int16_t)fixed;
            sum += (int)fixed;
        }
        if (sum != 1 << WEIGHT_BITS)
            settle_sum(&kernels[i], sum);
    }
}

static uint8_t to_byte(int32_t sum)
{
    int32_t value = (sum + (1 << (WEIGHT_BITS - 1))) >> WEIGHT_BITS;
    return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

/* One output pixel; (x, y) is the first of the 4 x 4 input pixels, black beyond the
 * edges. */
static void interpolate(const struct sit_image *image, int64_t x, int64_t y,
                        const struct kernel *kernel, uint8_t out[3])
{
    int32_t sum[3] = {0, 0, 0};
    int64_t width = (int64_t)image->width_px, height = (int64_t)image->height_px;
    for (int row = 0; row < N_TAPS; row++) {
        if (y + row < 0 || y + row >= height)
            continue;
        const uint8_t *line = image->rgb + (y + row) * width * 3;
        for (int column = 0; column < N_TAPS; column++) {
            if (x + column < 0 || x + column >= width)
                continue;
            const uint8_t *pixel = line + (x + column) * 3;
            int32_t weight = kernel->weight[row * N_TAPS + column];
            for (int k = 0; k < 3; k++)
                sum[k] += pixel[k] * weight;
        }
    }
    for (int k = 0; k < 3; k++)
        out[k] = to_byte(sum[k]);
}

/* From output to input, the terms in OpenCV's order. False where there is none. */
static bool invert(const double m[6], double inverse[6])
{
    double determinant = m[0] * m[4] - m[1] * m[3];
    if (!isfinite(determinant) || determinant == 0.0)
        return false;
    double d = 1.0 / determinant;
    double a11 = m[4] * d, a22 = m[0] * d, a12 = m[1] * -d, a21 = m[3] * -d;
    inverse[0] = a11;
    inverse[1] = a12;
    inverse[2] = -a11 * m[2] - a12 * m[5];
    inverse[3] = a21;
    inverse[4] = a22;
    inverse[5] = -a21 * m[2] - a22 * m[5];
    return true;
}

/* Whether every product below stays far inside an int64_t. */
static bool is_tame(const double inverse[6])
{
    for (int i = 0; i < 6; i++)
        if (!(fabs(inverse[i]) < 1e9))
            return false;
    return true;
}

static int64_t to_fixed(double value)
{
    return llrint(value * (double)(1 << COLUMN_BITS));
}

static void warp_row(const struct sit_image *image, const double inverse[6], size_t y,
                     const struct kernel *kernels, struct sit_image *out)
{
    const int64_t half = 1 << (COLUMN_BITS - PLACE_BITS - 1);
    int64_t x_start = to_fixed(inverse[1] * (double)y + inverse[2]) + half;
    int64_t y_start = to_fixed(inverse[4] * (double)y + inverse[5]) + half;
    uint8_t *to = out->rgb + y * out->width_px * 3;
    for (size_t x = 0; x < out->width_px; x++, to += 3) {
        int64_t at_x = (x_start + to_fixed(inverse[0] * (double)x)) >>
                       (COLUMN_BITS - PLACE_BITS);
        int64_t at_y = (y_start + to_fixed(inverse[3] * (double)x)) >>
                       (COLUMN_BITS - PLACE_BITS);
        int64_t place = (at_y & (N_PLACES - 1)) * N_PLACES + (at_x & (N_PLACES - 1));
        interpolate(image, (at_x >> PLACE_BITS) - 1, (at_y >> PLACE_BITS) - 1,
                    &kernels[place], to);
    }
}

enum sit_status sit_image_warp(const struct sit_image *image, const double m[6],
                               size_t width_px, size_t height_px, struct sit_image *out,
                               struct sit_error *err)
{
    double inverse[6];
    if (!invert(m, inverse) || !is_tame(inverse))
        return sit_error_set(err, SIT_E_ARG,
                             "a picture cannot be warped by a matrix "
                             "without an inverse");
    struct sit_image warped;
    enum sit_status status = sit_image_new(width_px, height_px, &warped, err);
    if (status != SIT_OK)
        return status;
    struct kernel *kernels = sit_malloc_array((size_t)N_PLACES * N_PLACES,
                                              sizeof *kernels);
    if (kernels == NULL) {
        sit_image_release(&warped);
        return sit_error_nomem(err);
    }
    fill_kernels(kernels);
    for (size_t y = 0; y < height_px; y++)
        warp_row(image, inverse, y, kernels, &warped);
    free(kernels);
    *out = warped;
    return SIT_OK;
}
