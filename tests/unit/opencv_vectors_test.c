/*
 * Bilinear resizing and cubic warping to the bit as OpenCV does them
 * (make_opencv_vectors.py), and what they refuse.
 */
#include "test_support.h"

#include <math.h>

#include "opencv_vectors.h"
#include "sitter/file.h"
#include "sitter/image.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct sit_image vector_noise(const size_t side[2])
{
    struct sit_image image = {0};
    uint64_t state = 12345;
    assert_ok(sit_image_new(side[0], side[1], &image, err));
    for (size_t i = 0; i < side[0] * side[1] * 3; i++) {
        state = (state * 1103515245u + 12345u) % ((uint64_t)1 << 31);
        image.rgb[i] = (uint8_t)(state >> 16);
    }
    return image;
}

static void assert_digest(struct sit_image *image, const char *wanted)
{
    uint8_t digest[SIT_SHA256_BYTES];
    char hex[SIT_SHA256_HEX_BYTES];
    sit_sha256(image->rgb, image->width_px * image->height_px * 3, digest);
    sit_sha256_hex(digest, hex);
    assert_string_equal(hex, wanted);
    sit_image_release(image);
}

static void test_resize(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(resize_vectors); i++) {
        struct sit_image image = vector_noise(resize_vectors[i].from), out = {0};
        const size_t *to = resize_vectors[i].to;
        assert_ok(sit_image_resize_bilinear(&image, to[0], to[1], &out, err));
        assert_digest(&out, resize_vectors[i].sha256);
        sit_image_release(&image);
    }
}

static void test_scale(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(scale_vectors); i++) {
        struct sit_image image = vector_noise(scale_vectors[i].from), out = {0};
        assert_ok(sit_image_scale_bilinear(&image, scale_vectors[i].factor, &out, err));
        assert_digest(&out, scale_vectors[i].sha256);
        sit_image_release(&image);
    }
}

static void test_warp(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(warp_vectors); i++) {
        struct sit_image image = vector_noise(warp_vectors[i].from), out = {0};
        const size_t *to = warp_vectors[i].to;
        assert_ok(sit_image_warp(&image, warp_vectors[i].m, to[0], to[1], &out, err));
        assert_digest(&out, warp_vectors[i].sha256);
        sit_image_release(&image);
    }
}

static void test_refusals(void **state)
{
    (void)state;
    struct sit_image image = vector_noise((const size_t[2]){8, 8}), out = {0};
    struct sit_error error;
    const double factors[] = {0.0, -1.0, (double)NAN, 0.01};
    for (size_t i = 0; i < COUNT(factors); i++)
        assert_int_equal(sit_image_scale_bilinear(&image, factors[i], &out, &error),
                         SIT_E_ARG);
    assert_int_equal(sit_image_scale_bilinear(&image, 1e6, &out, &error), SIT_E_LIMIT);
    assert_int_equal(sit_image_scale_bilinear(&image, (double)INFINITY, &out, &error),
                     SIT_E_LIMIT);
    assert_int_equal(sit_image_resize_bilinear(&image, 0, 4, &out, &error), SIT_E_ARG);
    const double matrices[][6] = {{0, 0, 0, 0, 0, 0},
                                  {1, 2, 0, 2, 4, 0},
                                  {(double)NAN, 0, 0, 0, 1, 0},
                                  {1, 0, 1e300, 0, 1, 0},
                                  {1e-300, 0, 0, 0, 1e-300, 0}};
    for (size_t i = 0; i < COUNT(matrices); i++)
        assert_int_equal(sit_image_warp(&image, matrices[i], 4, 4, &out, &error),
                         SIT_E_ARG);
    assert_null(out.rgb);
    sit_image_release(&image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_resize),
        cmocka_unit_test(test_scale),
        cmocka_unit_test(test_warp),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
