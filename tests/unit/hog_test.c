/*
 * HOG: where the votes of simple pictures go, what leaves them alone, and the
 * definition written out in double precision, which the fast kernel is held to.
 */
#include "test_support.h"

#include <math.h>

#include "sitter/demo.h"
#include "sitter/hog.h"
#include "sitter/rng.h"

enum { BLOCK_DIM = 36, N_BINS = 9 };

static struct sit_grey make_grey(size_t side_px, int (*grey)(size_t x, size_t y))
{
    struct sit_grey image = {side_px, side_px, malloc(side_px * side_px)};
    assert_non_null(image.luma);
    for (size_t y = 0; y < side_px; y++)
        for (size_t x = 0; x < side_px; x++)
            image.luma[y * side_px + x] = (uint8_t)grey(x, y);
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
    struct sit_grey image = make_grey(SIT_HOG_SIDE_PX, grey);
    assert_ok(sit_hog_extract(&image, out, err));
    sit_grey_release(&image);
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
    struct sit_grey strong = make_grey(112, flat), weak = make_grey(112, flat);
    for (size_t i = 0; i < 112 * 112; i++) {
        int v = (int)sit_rng_below(&rng, 120);
        strong.luma[i] = (uint8_t)(2 * v);
        weak.luma[i] = (uint8_t)(v + 50);
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
    sit_grey_release(&strong);
    sit_grey_release(&weak);
}

static void a_single_pixel_is_a_picture(void **state)
{
    (void)state;
    struct sit_grey image = make_grey(1, flat);
    float out[SIT_HOG_DIM];
    assert_ok(sit_hog_extract(&image, out, err));
    for (size_t i = 0; i < SIT_HOG_DIM; i++)
        assert_true(out[i] == 0);
    sit_grey_release(&image);
}

/*
 * The definition, pixel by pixel
 */

enum { SIDE = SIT_HOG_SIDE_PX, CELL_PX = 8, N_CELLS = 8 };

static double pixel(const uint8_t *grey, int x, int y)
{
    x = x < 0 ? 0 : x >= SIDE ? SIDE - 1 : x;
    y = y < 0 ? 0 : y >= SIDE ? SIDE - 1 : y;
    return grey[y * SIDE + x];
}

/* 1 at the centre, 0 from one width away. */
static double share(double distance)
{
    return fmax(0, 1 - fabs(distance));
}

static void reference_cells(const uint8_t *grey, double cells[N_CELLS][N_CELLS][N_BINS])
{
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            double dx = pixel(grey, x + 1, y) - pixel(grey, x - 1, y);
            double dy = pixel(grey, x, y + 1) - pixel(grey, x, y - 1);
            double angle = fmod(atan2(dy, dx) + M_PI, M_PI) / M_PI * N_BINS;
            for (int cy = 0; cy < N_CELLS; cy++)
                for (int cx = 0; cx < N_CELLS; cx++)
                    for (int bin = 0; bin < N_BINS; bin++) {
                        double apart = fabs(angle - (bin + 0.5));
                        cells[cy][cx][bin] += hypot(dx, dy) *
                                              share(fmin(apart, N_BINS - apart)) *
                                              share((y + 0.5) / CELL_PX - (cy + 0.5)) *
                                              share((x + 0.5) / CELL_PX - (cx + 0.5));
                    }
        }
}

static void reference_unit(double block[BLOCK_DIM])
{
    double sum = 1e-4;
    for (int i = 0; i < BLOCK_DIM; i++)
        sum += block[i] * block[i];
    for (int i = 0; i < BLOCK_DIM; i++)
        block[i] /= sqrt(sum);
}

static void reference_hog(const uint8_t *grey, double *out)
{
    double cells[N_CELLS][N_CELLS][N_BINS] = {0};
    reference_cells(grey, cells);
    for (int by = 0; by + 1 < N_CELLS; by++)
        for (int bx = 0; bx + 1 < N_CELLS; bx++, out += BLOCK_DIM) {
            for (int k = 0; k < 4; k++)
                memcpy(out + k * N_BINS, cells[by + k / 2][bx + k % 2],
                       N_BINS * sizeof *out);
            reference_unit(out);
            for (int i = 0; i < BLOCK_DIM; i++)
                out[i] = fmin(out[i], 0.2);
            reference_unit(out);
        }
}

static void assert_as_defined(const uint8_t *grey, const char *what)
{
    float out[SIT_HOG_DIM];
    double expected[SIT_HOG_DIM];
    sit_hog_compute(grey, out);
    reference_hog(grey, expected);
    for (size_t i = 0; i < SIT_HOG_DIM; i++)
        if (fabs((double)out[i] - expected[i]) > 2e-5)
            fail_msg("%s: feature %zu is %.7f, not %.7f", what, i, (double)out[i],
                     expected[i]);
}

static void features_are_as_defined(void **state)
{
    (void)state;
    uint8_t grey[SIDE * SIDE];
    struct sit_rng rng;
    sit_rng_init(&rng, 11);
    /* From whole contrast down to single steps on a flat ground, where normalising
     * magnifies every error. */
    for (uint64_t range = 256; range > 1; range /= 4) {
        for (size_t i = 0; i < sizeof grey; i++)
            grey[i] = (uint8_t)sit_rng_below(&rng, range);
        assert_as_defined(grey, "noise");
    }
    memset(grey, 100, sizeof grey);
    grey[20 * SIDE + 33] = 101;
    assert_as_defined(grey, "one pixel");
    /* Every direction: a disc of any shade. */
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++)
            grey[y * SIDE + x] = (uint8_t)(128 + 60 * sin(hypot(x - 30.3, y - 33.1)));
    assert_as_defined(grey, "rings");
}

static void drawn_faces_are_as_defined(void **state)
{
    (void)state;
    for (size_t i = 0; i < 10; i++) {
        struct sit_image image = {0};
        struct sit_grey face = {0};
        uint8_t grey[SIDE * SIDE];
        float out[SIT_HOG_DIM], again[SIT_HOG_DIM];
        assert_ok(sit_demo_draw_face(1, i, 0, 112, &image, err));
        assert_ok(sit_grey_from_image(&image, &face, err));
        assert_ok(sit_grey_scale(&face, SIDE, SIDE, grey, err));
        assert_as_defined(grey, "a drawn face");
        assert_ok(sit_hog_extract(&face, out, err));
        sit_hog_compute(grey, again);
        assert_memory_equal(out, again, sizeof out);
        sit_grey_release(&face);
        sit_image_release(&image);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flat_pictures_are_zero),
        cmocka_unit_test(ramps_vote_for_their_orientation),
        cmocka_unit_test(blocks_have_unit_length_and_ignore_contrast),
        cmocka_unit_test(a_single_pixel_is_a_picture),
        cmocka_unit_test(features_are_as_defined),
        cmocka_unit_test(drawn_faces_are_as_defined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
