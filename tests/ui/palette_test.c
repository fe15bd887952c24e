/*
 * Text can be read: contrasts of its colours on all sorts of backgrounds.
 */
#include "test_support.h"

#include "palette.h"

static const uint8_t black[3] = {0, 0, 0}, white[3] = {255, 255, 255};

static void test_contrast_by_definition(void **state)
{
    (void)state;
    static const uint8_t grey[3] = {119, 119, 119}, blue[3] = {0, 0, 255};
    assert_float_equal(sit_palette_contrast(black, white), 21, 1e-9);
    assert_float_equal(sit_palette_contrast(white, black), 21, 1e-9);
    assert_float_equal(sit_palette_contrast(grey, grey), 1, 1e-9);
    assert_float_equal(sit_palette_contrast(grey, white), 4.48, 0.005); /* WCAG's own */
    assert_float_equal(sit_palette_contrast(blue, white), 8.59, 0.005);
}

static void test_colours_of_256(void **state)
{
    (void)state;
    static const struct {
        int colour;
        uint8_t rgb[3];
    } cases[] = {{16, {0, 0, 0}},    {231, {255, 255, 255}}, {33, {0, 135, 255}},
                 {160, {215, 0, 0}}, {232, {8, 8, 8}},       {255, {238, 238, 238}}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t rgb[3];
        sit_palette_rgb(cases[i].colour, rgb);
        assert_memory_equal(rgb, cases[i].rgb, 3);
    }
}

static double contrast_on(enum sit_style style, const uint8_t *known,
                          const uint8_t background[3])
{
    uint8_t rgb[3];
    int colour = sit_palette_colour(style, known);
    if (colour < 0)
        return 21; /* the terminal's own */
    sit_palette_rgb(colour, rgb);
    return sit_palette_contrast(rgb, background);
}

static void test_any_background_while_it_is_not_known(void **state)
{
    (void)state;
    for (int style = 0; style < SIT_N_STYLES; style++) {
        assert_true(contrast_on((enum sit_style)style, NULL, black) >= 3);
        assert_true(contrast_on((enum sit_style)style, NULL, white) >= 3);
    }
}

static void test_known_backgrounds(void **state)
{
    (void)state;
    for (int code = 0; code < 9 * 9 * 9; code++) {
        const uint8_t background[3] = {(uint8_t)(code / 81 * 255 / 8),
                                       (uint8_t)(code / 9 % 9 * 255 / 8),
                                       (uint8_t)(code % 9 * 255 / 8)};
        for (int style = 0; style < SIT_N_STYLES; style++) {
            double contrast = contrast_on((enum sit_style)style, background,
                                          background);
            if (contrast < 4.5)
                fail_msg("style %d on %d %d %d: %.2f", style, background[0],
                         background[1], background[2], contrast);
        }
    }
}

/* The classes can be told from each other. */
static void test_classes_differ(void **state)
{
    (void)state;
    const uint8_t *const backgrounds[] = {NULL, black, white};
    for (size_t b = 0; b < 3; b++)
        for (int i = 0; i < SIT_N_CLASS_STYLES; i++)
            for (int k = 0; k < i; k++)
                assert_int_not_equal(
                    sit_palette_colour((enum sit_style)(SIT_STYLE_CLASS + i),
                                       backgrounds[b]),
                    sit_palette_colour((enum sit_style)(SIT_STYLE_CLASS + k),
                                       backgrounds[b]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_contrast_by_definition),
        cmocka_unit_test(test_colours_of_256),
        cmocka_unit_test(test_any_background_while_it_is_not_known),
        cmocka_unit_test(test_known_backgrounds),
        cmocka_unit_test(test_classes_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
