/*
 * HOG: where the votes of simple pictures go, and what leaves them alone.
 */
#include "test_support.h"

#include <math.h>

#include "sitter/hog.h"
#include "sitter/rng.h"

enum { BLOCK_DIM = 36, N_BINS = 9 };

static struct sit_image make_image(size_t side_px, int (*grey)(size_t x, size_t y))
{
    struct sit_image image = {0};
    assert_ok(sit_image_new(side_px, side_px, &image, err));
    for (size_t y = 0; y < side_px; y++)
        for (size_t x = 0; x < side_px; x++)
            memset(image.rgb + (y * side_px + x) * 3, grey(x, y), 3);
    return image;
}

static int flat(size_t x, size_t y)
{
    (void)x;
    (void)y;
    return 90;
}

static int ramp_right(size_t x, size_t y)
{
    (void)y;
    return (int)(3 * x);
}

static int ramp_left(size_t x, size_t y)
{
    (void)y;
    return 200 - (int)(3 * x);
}

static int ramp_down(size_t x, size_t y)
{
    (void)x;
    return (int)(3 * y);
}

static void extract(int (*grey)(size_t, size_t), float *out)
{
    struct sit_image image = make_image(SIT_HOG_SIDE_PX, grey);
    assert_ok(sit_hog_extract(&image, out, err));
    sit_image_release(&image);
}

static void flat_pictures_are_zero(void **state)
{
    (void)state;
    float out[SIT_HOG_DIM];
    extract(flat, out);
    for (size_t i = 0; i < SIT_HOG_DIM; i++)
        assert_true(out[i] == 0);
}

/* An orientation on the border of two bins votes half for each. */
static void assert_bins(const float *out, size_t first, size_t second)
{
    for (size_t i = 0; i < SIT_HOG_DIM; i++) {
        size_t bin = i % N_BINS;
        float expected = bin == first || bin == second ? sqrtf(1.0f / 8) : 0;
        /* At the picture's edge differences span one pixel, and votes leave. */
        size_t block = i / BLOCK_DIM, bx = block % 7, by = block / 7;
        if (bx == 0 || bx == 6 || by == 0 || by == 6)
            assert_true((expected > 0) == (out[i] > 1e-3f));
        else if (fabsf(out[i] - expected) > 1e-3f)
            fail_msg("feature %zu is %g, not %g", i, (double)out[i], (double)expected);
    }
}

static void ramps_vote_for_their_orientation(void **state)
{
    (void)state;
    float out[SIT_HOG_DIM], opposite[SIT_HOG_DIM];
    extract(ramp_right, out); /* 0 degrees: between the bins at 10 and 170 */
    assert_bins(out, 0, 8);
    extract(ramp_left, opposite);
    for (size_t i = 0; i < SIT_HOG_DIM; i++)
        assert_true(fabsf(out[i] - opposite[i]) < 1e-4f);
    extract(ramp_down, out); /* 90 degrees: the middle of bin 4 */
    for (size_t i = 0; i < SIT_HOG_DIM; i++)
        assert_true((i % N_BINS == 4) == (out[i] > 0.1f));
}

static void blocks_have_unit_length_and_ignore_contrast(void **state)
{
    (void)state;
    struct sit_rng rng;
    sit_rng_init(&rng, 3);
    struct sit_image strong = {0}, weak = {0};
    assert_ok(sit_image_new(112, 112, &strong, err));
    assert_ok(sit_image_new(112, 112, &weak, err));
    for (size_t i = 0; i < 112 * 112; i++) {
        int v = (int)sit_rng_below(&rng, 120);
        memset(strong.rgb + 3 * i, 2 * v, 3);
        memset(weak.rgb + 3 * i, v + 50, 3);
    }
    float a[SIT_HOG_DIM], b[SIT_HOG_DIM];
    assert_ok(sit_hog_extract(&strong, a, err));
    assert_ok(sit_hog_extract(&weak, b, err));
    for (size_t block = 0; block < SIT_HOG_DIM / BLOCK_DIM; block++) {
        double length = 0, difference = 0;
        for (size_t i = block * BLOCK_DIM; i < (block + 1) * BLOCK_DIM; i++) {
            length += (double)a[i] * (double)a[i];
            difference = fmax(difference, fabs((double)a[i] - (double)b[i]));
            assert_true(a[i] >= 0 && a[i] < 0.35f);
        }
        assert_true(fabs(length - 1) < 1e-3);
        assert_true(difference < 0.05);
    }
    sit_image_release(&strong);
    sit_image_release(&weak);
}

static void a_single_pixel_is_a_picture(void **state)
{
    (void)state;
    struct sit_image image = make_image(1, flat);
    float out[SIT_HOG_DIM];
    assert_ok(sit_hog_extract(&image, out, err));
    for (size_t i = 0; i < SIT_HOG_DIM; i++)
        assert_true(isfinite(out[i]));
    sit_image_release(&image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flat_pictures_are_zero),
        cmocka_unit_test(ramps_vote_for_their_orientation),
        cmocka_unit_test(blocks_have_unit_length_and_ignore_contrast),
        cmocka_unit_test(a_single_pixel_is_a_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
