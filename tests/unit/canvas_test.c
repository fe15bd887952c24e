/*
 * Drawing: what a shape covers adds up to its area, and nothing is drawn outside.
 */
#include "test_support.h"

#include <limits.h>
#include <math.h>

#include "sitter/canvas.h"

static const struct sit_colour white = {1, 1, 1, 1};

static struct sit_image black(size_t width_px, size_t height_px)
{
    struct sit_image image = {0};
    assert_ok(sit_image_new(width_px, height_px, &image, err));
    return image;
}

/* Covered pixels, from white on black. */
static double covered(const struct sit_image *image)
{
    double sum = 0.0;
    for (size_t i = 0; i < image->width_px * image->height_px; i++)
        sum += image->rgb[i * 3] / 255.0;
    return sum;
}

static void assert_covers(const struct sit_image *image, double area, double tolerance)
{
    double found = covered(image);
    if (fabs(found - area) > tolerance)
        fail_msg("covers %.3f px, not %.3f", found, area);
}

static void polygons_cover_their_area(void **state)
{
    (void)state;
    const struct {
        struct sit_point points[6];
        size_t n;
        double area;
    } shapes[] = {
        {{{2, 3}, {10, 3}, {10, 8}, {2, 8}}, 4, 40.0},
        {{{2.5f, 3.25f}, {10.25f, 3.25f}, {10.25f, 8}, {2.5f, 8}}, 4, 36.8125},
        {{{1, 1}, {29, 4}, {7, 27}}, 3, 355.0},
        {{{5.1f, 5.1f}, {5.4f, 5.1f}, {5.4f, 25.1f}, {5.1f, 25.1f}}, 4, 6.0},
    };
    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        struct sit_image image = black(32, 32);
        assert_true(
            sit_canvas_fill_polygon(&image, shapes[i].points, shapes[i].n, white));
        assert_covers(&image, shapes[i].area, 0.01 * shapes[i].area + 0.15);
        sit_image_release(&image);
    }
}

static void polygons_follow_even_odd(void **state)
{
    (void)state;
    /* The inner square is walked through twice. */
    const struct sit_point ring[] = {{2, 2}, {22, 2}, {22, 22}, {2, 22}, {2, 2},
                                     {8, 8}, {16, 8}, {16, 16}, {8, 16}, {8, 8}};
    struct sit_image image = black(24, 24);
    assert_true(sit_canvas_fill_polygon(&image, ring, 10, white));
    assert_covers(&image, 400.0 - 64.0, 1.0);
    assert_int_equal(image.rgb[(12 * 24 + 12) * 3], 0);
    assert_int_equal(image.rgb[(4 * 24 + 4) * 3], 255);
    sit_image_release(&image);
}

static void neighbours_share_an_edge_without_a_gap(void **state)
{
    (void)state;
    const struct sit_point left[] = {{0, 0}, {9.3f, 0}, {13.7f, 20}, {0, 20}};
    const struct sit_point right[] = {{9.3f, 0}, {20, 0}, {20, 20}, {13.7f, 20}};
    struct sit_image a = black(20, 20), b = black(20, 20);
    assert_true(sit_canvas_fill_polygon(&a, left, 4, white));
    assert_true(sit_canvas_fill_polygon(&b, right, 4, white));
    for (size_t i = 0; i < 400; i++)
        assert_in_range(a.rgb[i * 3] + b.rgb[i * 3], 253, 257);
    sit_image_release(&a);
    sit_image_release(&b);
}

static void ellipses_cover_their_area(void **state)
{
    (void)state;
    const float shapes[][5] = {{16, 16, 10, 10, 0},
                               {16.3f, 15.8f, 12, 4, 0.7f},
                               {15, 17, 3, 9, -1.2f},
                               {16.5f, 16.5f, 0.6f, 0.6f, 0}};
    for (size_t i = 0; i < 4; i++) {
        struct sit_image image = black(32, 32);
        const float *e = shapes[i];
        sit_canvas_fill_ellipse(&image, e[0], e[1], e[2], e[3], e[4], white);
        double area = 3.14159265 * (double)e[2] * (double)e[3];
        assert_covers(&image, area, 0.02 * area + 0.1);
        sit_image_release(&image);
    }
}

static void lines_cover_their_area(void **state)
{
    (void)state;
    const struct sit_point from = {6.2f, 7.1f}, to = {40.7f, 30.4f};
    double length = hypot((double)(to.x - from.x), (double)(to.y - from.y));
    for (float width = 0.5f; width < 7.0f; width += 1.0f) {
        struct sit_image image = black(48, 40);
        sit_canvas_stroke_line(&image, from, to, width, white);
        double w = (double)width, area = length * w + 3.14159265 * w * w / 4.0;
        assert_covers(&image, area, 0.05 * area);
        sit_image_release(&image);
    }
    struct sit_image dot = black(9, 9);
    sit_canvas_stroke_line(&dot, (struct sit_point){4.5f, 4.5f},
                           (struct sit_point){4.5f, 4.5f}, 4, white);
    assert_covers(&dot, 12.57, 0.7);
    sit_image_release(&dot);
}

static void opacity_blends(void **state)
{
    (void)state;
    struct sit_image image = {0};
    assert_ok(sit_image_new(8, 8, &image, err));
    sit_canvas_clear(&image, (struct sit_colour){0.2f, 0.4f, 2.0f, 0});
    assert_int_equal(image.rgb[0], 51);
    assert_int_equal(image.rgb[1], 102);
    assert_int_equal(image.rgb[2], 255);
    const struct sit_point all[] = {{-5, -5}, {20, -5}, {20, 20}, {-5, 20}};
    assert_true(
        sit_canvas_fill_polygon(&image, all, 4, (struct sit_colour){1, 1, 1, 0.5f}));
    assert_in_range(image.rgb[3 * 63], 152, 154);
    assert_in_range(image.rgb[3 * 63 + 1], 178, 179);
    sit_image_release(&image);
}

static void nothing_is_drawn_outside(void **state)
{
    (void)state;
    struct sit_image image = black(10, 10);
    const float far[] = {-1e30f, -100.0f, 300.0f, 1e30f, NAN, INFINITY};
    for (size_t i = 0; i < 6; i++) {
        const struct sit_point shape[] = {
            {far[i], far[i]}, {far[i] + 30, far[i]}, {far[i], far[i] + 30}};
        assert_true(sit_canvas_fill_polygon(&image, shape, 3, white));
        sit_canvas_fill_ellipse(&image, far[i], 5, 20, 20, 0.3f, white);
        sit_canvas_fill_ellipse(&image, 5, far[i], 20, 20, 0.3f, white);
        sit_canvas_stroke_line(&image, (struct sit_point){far[i], -20},
                               (struct sit_point){far[i], 30}, 3, white);
    }
    assert_true(sit_canvas_fill_polygon(&image, NULL, 0, white));
    assert_covers(&image, 0.0, 0.0);
    /* Partly outside on all sides: covers exactly what is inside. */
    const struct sit_point wide[] = {{-1e6f, 4}, {1e6f, 4}, {1e6f, 6}, {-1e6f, 6}};
    assert_true(sit_canvas_fill_polygon(&image, wide, 4, white));
    assert_covers(&image, 20.0, 0.01);
    sit_canvas_fill_ellipse(&image, 5, 5, 1000, 1000, 0, white);
    assert_covers(&image, 100.0, 0.01);
    sit_image_release(&image);
}

static void paste_clips(void **state)
{
    (void)state;
    struct sit_image stamp = black(4, 3);
    sit_canvas_clear(&stamp, white);
    const struct {
        long x, y;
        double n_pixels;
    } cases[] = {{0, 0, 12},
                 {3, 3, 12},
                 {-1, -1, 6},
                 {8, 8, 4},
                 {-4, 0, 0},
                 {0, -3, 0},
                 {10, 0, 0},
                 {0, 10, 0},
                 {LONG_MIN, 0, 0},
                 {0, LONG_MIN, 0},
                 {LONG_MAX, LONG_MAX, 0}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct sit_image image = black(10, 10);
        sit_canvas_paste(&image, &stamp, cases[i].x, cases[i].y);
        assert_covers(&image, cases[i].n_pixels, 0.0);
        sit_image_release(&image);
    }
    struct sit_image small = black(2, 2);
    sit_canvas_paste(&small, &stamp, -1, -1);
    assert_covers(&small, 4.0, 0.0);
    sit_image_release(&small);
    sit_image_release(&stamp);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(polygons_cover_their_area),
        cmocka_unit_test(polygons_follow_even_odd),
        cmocka_unit_test(neighbours_share_an_edge_without_a_gap),
        cmocka_unit_test(ellipses_cover_their_area),
        cmocka_unit_test(lines_cover_their_area),
        cmocka_unit_test(opacity_blends),
        cmocka_unit_test(nothing_is_drawn_outside),
        cmocka_unit_test(paste_clips),
    };
    return cmocka_run_group_tests_name("canvas", tests, NULL, NULL);
}
