/*
 * Grey pictures: luma against colour decoding, scaling against the filters written out
 * in double precision.
 */
#include "test_support.h"

#include <math.h>

#include "image_samples.h"
#include "sitter/image.h"
#include "sitter/rng.h"

static struct sit_grey noise(size_t width_px, size_t height_px, uint64_t seed)
{
    struct sit_grey grey = {width_px, height_px, malloc(width_px * height_px)};
    struct sit_rng rng;
    assert_non_null(grey.luma);
    sit_rng_init(&rng, seed);
    for (size_t i = 0; i < width_px * height_px; i++)
        grey.luma[i] = (uint8_t)sit_rng_below(&rng, 256);
    return grey;
}

static void flat_stays_flat(void **state)
{
    (void)state;
    static const size_t sides[] = {1, 2, 3, 7, 63, 64, 65, 112, 224, 500};
    for (size_t w = 0; w < 10; w++)
        for (size_t h = 0; h < 10; h++) {
            struct sit_grey grey = noise(sides[w], sides[h], 1);
            uint8_t value = (uint8_t)(w * 25 + h), out[64 * 48];
            memset(grey.luma, value, sides[w] * sides[h]);
            assert_ok(sit_grey_scale(&grey, 64, 48, out, err));
            for (size_t i = 0; i < sizeof out; i++)
                assert_int_equal(out[i], value);
            sit_grey_release(&grey);
        }
}

static void the_same_size_is_a_copy(void **state)
{
    (void)state;
    struct sit_grey grey = noise(64, 48, 2);
    uint8_t out[64 * 48];
    assert_ok(sit_grey_scale(&grey, 64, 48, out, err));
    assert_memory_equal(out, grey.luma, sizeof out);
    sit_grey_release(&grey);
}

static double filter(bool shrinks, double x)
{
    x = fabs(x);
    if (shrinks)
        return fmax(0, 1 - x);
    if (x < 1)
        return 1.5 * x * x * x - 2.5 * x * x + 1;
    return x < 2 ? -0.5 * x * x * x + 2.5 * x * x - 4 * x + 2 : 0;
}

/* Weight of input j for output i. */
static double weight(size_t n_in, size_t n_out, size_t i, long j)
{
    double ratio = (double)n_in / (double)n_out;
    double centre = ((double)i + 0.5) * ratio - 0.5;
    return filter(ratio > 1, ((double)j - centre) / fmax(ratio, 1));
}

static double reference(const struct sit_grey *grey, size_t w, size_t h, size_t x,
                        size_t y)
{
    long in_w = (long)grey->width_px, in_h = (long)grey->height_px;
    double sum = 0, total = 0;
    for (long v = -in_h; v < 2 * in_h; v++) {
        double down = weight((size_t)in_h, h, y, v);
        for (long u = -in_w; down != 0 && u < 2 * in_w; u++) {
            double both = down * weight((size_t)in_w, w, x, u);
            long at_x = u < 0 ? 0 : u >= in_w ? in_w - 1 : u;
            long at_y = v < 0 ? 0 : v >= in_h ? in_h - 1 : v;
            sum += both * grey->luma[at_y * in_w + at_x];
            total += both;
        }
    }
    return fmin(fmax(sum / total, 0), 255);
}

static void scaling_is_as_defined(void **state)
{
    (void)state;
    static const size_t sizes[][2] = {{112, 112}, {224, 150}, {20, 31}, {1, 200}};
    for (size_t i = 0; i < 4; i++) {
        enum { W = 40, H = 64 };
        struct sit_grey grey = noise(sizes[i][0], sizes[i][1], 3);
        uint8_t out[W * H];
        assert_ok(sit_grey_scale(&grey, W, H, out, err));
        for (size_t y = 0; y < H; y++)
            for (size_t x = 0; x < W; x++)
                if (fabs(out[y * W + x] - reference(&grey, W, H, x, y)) > 0.53)
                    fail_msg("%zu x %zu: (%zu, %zu) is %d, not %f", sizes[i][0],
                             sizes[i][1], x, y, out[y * W + x],
                             reference(&grey, W, H, x, y));
        sit_grey_release(&grey);
    }
}

/* A thousand inputs a step: each weight is below one unit, but not lost. */
static void long_rows_shrink_to_one_pixel(void **state)
{
    (void)state;
    struct sit_grey grey = noise(16384, 2, 4);
    uint8_t out = 0;
    for (size_t i = 0; i < 2 * 16384; i++)
        grey.luma[i] = i % 2 == 0 ? 50 : 150;
    assert_ok(sit_grey_scale(&grey, 1, 1, &out, err));
    assert_in_range(out, 95, 105);
    struct sit_grey empty = {0};
    assert_int_equal(sit_grey_scale(&empty, 1, 1, &out, NULL), SIT_E_ARG);
    sit_grey_release(&grey);
}

static void assert_luma_of(const void *bytes, size_t n_bytes, int tolerance)
{
    struct sit_image image = {0};
    struct sit_grey grey = {0}, of_colours = {0};
    assert_ok(sit_image_decode(bytes, n_bytes, "x", &image, err));
    assert_ok(sit_grey_decode(bytes, n_bytes, "x", &grey, err));
    assert_ok(sit_grey_from_image(&image, &of_colours, err));
    assert_int_equal(grey.width_px, image.width_px);
    assert_int_equal(grey.height_px, image.height_px);
    for (size_t i = 0; i < grey.width_px * grey.height_px; i++)
        assert_true(abs(grey.luma[i] - of_colours.luma[i]) <= tolerance);
    sit_grey_release(&of_colours);
    sit_grey_release(&grey);
    sit_image_release(&image);
}

static void decoding_gives_the_luma(void **state)
{
    (void)state;
    struct sit_image image = {0};
    assert_ok(sit_image_new(33, 17, &image, err));
    for (size_t y = 0; y < 17; y++)
        for (size_t x = 0; x < 33; x++) {
            uint8_t *rgb = image.rgb + (y * 33 + x) * 3;
            rgb[0] = (uint8_t)(40 + 4 * x);
            rgb[1] = (uint8_t)(200 - 9 * y);
            rgb[2] = (uint8_t)(60 + 2 * x + 3 * y);
        }
    struct sit_buf png = {0}, jpeg = {0};
    assert_ok(sit_image_encode_png(&image, &png, err));
    assert_ok(sit_image_encode_jpeg(&image, 95, &jpeg, err));
    assert_luma_of(png.data, png.n_bytes, 0);
    assert_luma_of(jpeg.data, jpeg.n_bytes, 2);
    assert_luma_of(sample_baseline_jpeg, sizeof sample_baseline_jpeg, 2);
    assert_luma_of(sample_progressive_jpeg, sizeof sample_progressive_jpeg, 2);
    struct sit_grey grey = {0};
    struct sit_error cause = {0};
    for (size_t n = 0; n < jpeg.n_bytes; n += 7) {
        assert_int_equal(sit_grey_decode(jpeg.data, n, "cut.jpg", &grey, &cause),
                         SIT_E_FORMAT);
        assert_non_null(strstr(cause.message, "'cut.jpg'"));
        assert_null(grey.luma);
    }
    sit_buf_release(&png);
    sit_buf_release(&jpeg);
    sit_image_release(&image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flat_stays_flat),
        cmocka_unit_test(the_same_size_is_a_copy),
        cmocka_unit_test(scaling_is_as_defined),
        cmocka_unit_test(long_rows_shrink_to_one_pixel),
        cmocka_unit_test(decoding_gives_the_luma),
    };
    return cmocka_run_group_tests_name("grey", tests, NULL, NULL);
}
