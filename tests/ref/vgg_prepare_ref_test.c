/*
 * Preparing faces for VGG-Face against what OpenCV makes of the same pictures
 * (make_vgg_prepare_reference.py): equal to the bit.
 */
#include "test_support.h"

#include <jansson.h>

#include "sitter/file.h"
#include "sitter/vgg.h"

static void draw(size_t width_px, size_t height_px, struct sit_image *out)
{
    assert_ok(sit_image_new(width_px, height_px, out, err));
    for (uint64_t i = 0; i < width_px * height_px * 3; i++) {
        uint64_t z = (i + width_px * 65536 + height_px) * UINT64_C(0x9E3779B97F4A7C15);
        out->rgb[i] = (uint8_t)((z ^ (z >> 29)) >> 20);
    }
}

static size_t integer(const json_t *object, const char *key)
{
    return (size_t)json_integer_value(json_object_get(object, key));
}

static void check_case(const json_t *expected, float *values, uint8_t *bytes)
{
    size_t width = integer(expected, "width"), height = integer(expected, "height");
    struct sit_image face = {0};
    draw(width, height, &face);
    assert_ok(sit_vgg_prepare(&face, SIT_VGG_RAW, values, err));
    const json_t *pixels = json_object_get(expected, "pixels");
    assert_true(json_array_size(pixels) > 0);
    for (size_t i = 0; i < json_array_size(pixels); i++) {
        size_t number[5];
        for (size_t k = 0; k < 5; k++)
            number[k] = (size_t)json_integer_value(
                json_array_get(json_array_get(pixels, i), k));
        for (size_t c = 0; c < 3; c++) {
            float value = values[(number[0] * SIT_VGG_SIDE_PX + number[1]) * 3 + c];
            if (value != (float)number[2 + c])
                fail_msg("%zux%zu: (%zu, %zu) channel %zu is %g, not %zu", width,
                         height, number[0], number[1], c, (double)value, number[2 + c]);
        }
    }
    uint8_t digest[SIT_SHA256_BYTES];
    char hex[SIT_SHA256_HEX_BYTES];
    for (size_t i = 0; i < SIT_VGG_N_PIXEL_VALUES; i++)
        bytes[i] = (uint8_t)values[i];
    sit_sha256(bytes, SIT_VGG_N_PIXEL_VALUES, digest);
    sit_sha256_hex(digest, hex);
    if (strcmp(hex, json_string_value(json_object_get(expected, "sha256"))) != 0)
        fail_msg("%zux%zu: some pixel differs from OpenCV's", width, height);
    sit_image_release(&face);
}

static void pixels_are_those_of_opencv(void **state)
{
    (void)state;
    json_t *reference = json_load_file(SITTER_REF_DIR "/vgg-prepare-reference.json", 0,
                                       NULL);
    const json_t *cases = json_object_get(reference, "cases");
    float *values = malloc(SIT_VGG_N_PIXEL_VALUES * sizeof *values);
    uint8_t *bytes = malloc(SIT_VGG_N_PIXEL_VALUES);
    assert_true(values != NULL && bytes != NULL && json_array_size(cases) > 10);
    for (size_t i = 0; i < json_array_size(cases); i++)
        check_case(json_array_get(cases, i), values, bytes);
    free(bytes);
    free(values);
    json_decref(reference);
}

static void the_mean_is_subtracted_in_bgr(void **state)
{
    (void)state;
    struct sit_image face = {0};
    float *raw = malloc(SIT_VGG_N_PIXEL_VALUES * sizeof *raw);
    float *v1 = malloc(SIT_VGG_N_PIXEL_VALUES * sizeof *v1);
    assert_true(raw != NULL && v1 != NULL);
    draw(SIT_VGG_SIDE_PX, SIT_VGG_SIDE_PX, &face);
    assert_ok(sit_vgg_prepare(&face, SIT_VGG_RAW, raw, err));
    assert_ok(sit_vgg_prepare(&face, SIT_VGG_V1, v1, err));
    const double mean_bgr[3] = {93.5940, 104.7624, 129.1863};
    for (size_t i = 0; i < SIT_VGG_N_PIXEL_VALUES; i++) {
        assert_true(raw[i] == (float)face.rgb[i - i % 3 + 2 - i % 3]);
        assert_true(v1[i] == (float)((double)raw[i] - mean_bgr[i % 3]));
    }
    sit_image_release(&face);
    free(v1);
    free(raw);
}

static void an_empty_picture_is_refused(void **state)
{
    (void)state;
    struct sit_image face = {0};
    struct sit_error err;
    float *out = calloc(SIT_VGG_N_PIXEL_VALUES, sizeof *out);
    assert_int_equal(sit_vgg_prepare(&face, SIT_VGG_RAW, out, &err), SIT_E_ARG);
    free(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pixels_are_those_of_opencv),
        cmocka_unit_test(the_mean_is_subtracted_in_bgr),
        cmocka_unit_test(an_empty_picture_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
