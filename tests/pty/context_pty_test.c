/*
 * The poster behind a face: Tab sends its thumbnail with the face's box on it, Tab
 * again the face; a face without a poster says so; the next face comes as itself.
 */
#include "test_support.h"

#include "screen_driver.h"
#include "sitter/image.h"
#include "sitter/text.h"

enum { POSTER_W = 200, POSTER_H = 300 };

/* A quiet picture, so that the palette has room for the box. */
static void draw_poster(struct sit_image *image)
{
    assert_ok(sit_image_new(POSTER_W, POSTER_H, image, err));
    for (size_t y = 0; y < POSTER_H; y++)
        for (size_t x = 0; x < POSTER_W; x++) {
            uint8_t *pixel = image->rgb + (y * POSTER_W + x) * 3;
            pixel[0] = (uint8_t)(y < 150 ? 40 : 90);
            pixel[1] = (uint8_t)(x < 100 ? 60 : 120);
            pixel[2] = 200;
        }
}

/* In the poster's pixels. */
static const struct sit_poster_box box = {100, 90, 60, 60, 1.0, NULL};

static void add_poster(const struct driver_project *demo)
{
    struct sit_project *project = NULL;
    struct sit_image image = {0};
    struct sit_buf jpeg = {0};
    int64_t poster_id;
    draw_poster(&image);
    assert_ok(sit_image_encode_jpeg(&image, 95, &jpeg, err));
    struct sit_new_poster poster = {.name = "p",
                                    .path = "p.jpg",
                                    .width_px = POSTER_W,
                                    .height_px = POSTER_H,
                                    .n_faces = 1,
                                    .parameters = "{}",
                                    .thumbnail = jpeg.data,
                                    .n_thumbnail_bytes = jpeg.n_bytes};
    assert_ok(sit_project_open(demo->db, SIT_PROJECT_WRITE, &project, err));
    assert_ok(sit_project_begin(project, err));
    assert_ok(sit_project_add_poster(project, &poster, &poster_id, err));
    assert_ok(
        sit_project_add_poster_box(project, demo->ids[0], poster_id, 0, &box, err));
    assert_ok(sit_project_commit(project, err));
    sit_project_close(project);
    sit_buf_release(&jpeg);
    sit_image_release(&image);
}

/* The pixel of the shown picture where the poster has (x, y). */
static const uint8_t *pixel_at(const struct sit_image *shown, double x, double y)
{
    double zoom = (double)shown->height_px / POSTER_H; /* it is higher than wide */
    double left = ((double)shown->width_px - POSTER_W * zoom) / 2.0;
    size_t column = (size_t)(left + x * zoom), row = (size_t)(y * zoom);
    assert_true(column < shown->width_px && row < shown->height_px);
    return shown->rgb + (row * shown->width_px + column) * 3;
}

static bool is_near(const uint8_t *pixel, int r, int g, int b)
{
    enum { TOLERANCE = 30 };
    return abs(pixel[0] - r) <= TOLERANCE && abs(pixel[1] - g) <= TOLERANCE &&
           abs(pixel[2] - b) <= TOLERANCE;
}

static void assert_poster(struct ptyterm *term, size_t i)
{
    struct sit_image shown = {0};
    assert_ok(ptyterm_picture(term, i, &shown, NULL, NULL, err));
    /* The four lines lie just outside the box. */
    assert_true(is_near(pixel_at(&shown, 130, 89.4), 255, 220, 0));
    assert_true(is_near(pixel_at(&shown, 130, 150.6), 255, 220, 0));
    assert_true(is_near(pixel_at(&shown, 99.4, 120), 255, 220, 0));
    assert_true(is_near(pixel_at(&shown, 160.6, 120), 255, 220, 0));
    /* Inside and outside the poster is as it was. */
    assert_true(is_near(pixel_at(&shown, 130, 120), 40, 120, 200));
    assert_true(is_near(pixel_at(&shown, 50, 40), 40, 60, 200));
    assert_true(is_near(pixel_at(&shown, 50, 250), 90, 60, 200));
    assert_true(is_near(pixel_at(&shown, -20, 120), 0, 0, 0));
    sit_image_release(&shown);
}

static void shows_the_poster_with_its_box(void **state)
{
    (void)state;
    struct driver_project project;
    struct ptyterm term;
    driver_make_project(&project, 24, false);
    add_poster(&project);
    driver_start(&term, &ptyterm_sixel_sync, &project, "label", "ann");
    driver_expect_face(&term, &project, 0, 0);
    size_t n = ptyterm_n_pictures(&term);
    ptyterm_send(&term, "\t");
    assert_true(ptyterm_expect_picture_end(&term, n, DRIVER_LIMIT_MS));
    assert_poster(&term, n);
    driver_expect_name(&term, project.names[0]);
    n = ptyterm_n_pictures(&term);
    ptyterm_send(&term, "\t");
    driver_expect_face(&term, &project, n, 0);

    /* It may be decided on the poster, too; the next face comes as itself. */
    n = ptyterm_n_pictures(&term);
    ptyterm_send(&term, "\t");
    assert_true(ptyterm_expect_picture_end(&term, n, DRIVER_LIMIT_MS));
    driver_type_to_face(&term, &project, "m", 1);
    assert_int_equal(driver_count_labelled(&project), 1);

    /* That one has none. */
    ptyterm_send(&term, "\t");
    driver_expect_text(&term, "no poster for this face");
    driver_type_to_face(&term, &project, "f", 2);
    driver_quit(&term, "q");
    driver_assert_pictures_fit(&term);
    ptyterm_stop(&term);
    driver_release_project(&project);
}

int main(void)
{
    if (!sit_text_init_locale())
        return TEST_SKIPPED;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_the_poster_with_its_box),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
