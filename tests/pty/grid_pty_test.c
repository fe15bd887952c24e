/*
 * The grid through a pseudo-terminal: each face of a page is the face, a moved cursor
 * sends one row or two, a page is one batch, and what was not seen is not decided.
 */
#include "test_support.h"

#include "screen_driver.h"
#include "sitter/image.h"
#include "sitter/progress.h"
#include "sitter/text.h"
#include "strip_picture.h"

enum { COLS = 110, ROWS = 40, N_TILES = 10, N_STRIPS = 6, PAGE = N_TILES * N_STRIPS };

static const double LEAST_DB = 26;

static void start(struct ptyterm *term, const struct ptyterm_profile *profile,
                  const struct driver_project *project)
{
    driver_start_size(term, profile, project, "label --grid", "ann", COLS, ROWS);
}

/* A picture more than n_before, and nothing half sent. */
static void expect_pictures(struct ptyterm *term, size_t n_before, size_t n)
{
    if (!ptyterm_expect_picture_end(term, n_before + n - 1, DRIVER_LIMIT_MS))
        driver_fail(term, "fewer than %zu pictures more than %zu", n, n_before);
}

static bool is_complete(struct ptyterm *term, void *context)
{
    (void)context;
    return !ptyterm_screen_has(term, "loading");
}

static void settle(struct ptyterm *term)
{
    ptyterm_wait_quiet(term, 50, DRIVER_LIMIT_MS);
    assert_true(ptyterm_wait(term, is_complete, NULL, DRIVER_LIMIT_MS));
    ptyterm_wait_quiet(term, 50, DRIVER_LIMIT_MS);
}

/* Exactly n pictures come of the keys. */
static void press(struct ptyterm *term, const char *keys, size_t n)
{
    settle(term);
    size_t n_before = ptyterm_n_pictures(term);
    if (!driver_press(term, keys, DRIVER_LIMIT_MS))
        driver_fail(term, "nothing comes of \"%s\"", keys);
    expect_pictures(term, n_before, n);
    settle(term);
    if (ptyterm_n_pictures(term) != n_before + n)
        driver_fail(term, "%zu pictures after \"%s\", not %zu",
                    ptyterm_n_pictures(term) - n_before, keys, n);
}

static double tile_db(const struct sit_image *strip, size_t n_tiles, size_t i,
                      const struct driver_project *project, size_t at)
{
    static const uint8_t black[3];
    struct sit_image shown = {0}, face = {0}, fitted = {0};
    struct sit_buf file = {0};
    size_t width_px = strip->width_px / n_tiles;
    struct sit_image_placement p = sit_strip_face_place(width_px, strip->height_px,
                                                        true);
    assert_ok(sit_image_crop(strip, i * width_px + p.x_px, p.y_px, p.width_px,
                             p.height_px, &shown, err));
    assert_ok(sit_project_face_picture(project->project, project->ids[at], &file, err));
    assert_ok(sit_image_decode(file.data, file.n_bytes, "face", &face, err));
    assert_ok(sit_image_fit(&face, p.width_px, p.height_px, black, &fitted, err));
    double db = sit_image_psnr(&shown, &fitted);
    sit_image_release(&shown);
    sit_image_release(&face);
    sit_image_release(&fitted);
    sit_buf_release(&file);
    return db;
}

/* Picture k of the terminal is the row of faces from `first` on. */
static void assert_strip(struct ptyterm *term, size_t k,
                         const struct driver_project *project, size_t first, size_t n)
{
    struct sit_image strip = {0};
    assert_ok(ptyterm_picture(term, k, &strip, NULL, NULL, err));
    for (size_t i = 0; i < n; i++) {
        double db = tile_db(&strip, N_TILES, i, project, first + i);
        if (!(db >= LEAST_DB))
            fail_msg("face %zu is shown at %.2f dB", first + i, db);
        size_t other = first + i + 1 < project->n ? first + i + 1 : first + i - 1;
        if (!(tile_db(&strip, N_TILES, i, project, other) < db))
            fail_msg("face %zu is shown as another one", first + i);
    }
    sit_image_release(&strip);
}

/* The last picture at a row of cells; rows that take longer come in a frame of their
 * own. */
static size_t picture_at(const struct ptyterm *term, size_t row)
{
    for (size_t k = ptyterm_n_pictures(term); k > 0; k--) {
        if (term->screen.pictures[k - 1].row == row)
            return k - 1;
    }
    fail_msg("no picture at row %zu", row);
    return 0;
}

static void assert_page(struct ptyterm *term, const struct driver_project *project,
                        size_t first)
{
    enum { TILE_ROWS = 5 };
    for (size_t row = 0; row < N_STRIPS; row++)
        assert_strip(term, picture_at(term, 1 + row * TILE_ROWS), project,
                     first + row * N_TILES, N_TILES);
}

static void finish(struct ptyterm *term, struct driver_project *project)
{
    driver_quit(term, "q");
    driver_assert_pictures_fit(term);
    driver_assert_restored(term);
    driver_assert_sound(project);
    ptyterm_stop(term);
    driver_release_project(project);
}

static void shows_pages_of_faces(void **state)
{
    (void)state;
    struct driver_project project;
    struct ptyterm term;
    driver_make_project(&project, 130, false);
    start(&term, &ptyterm_sixel_sync, &project);
    expect_pictures(&term, 0, N_STRIPS);
    assert_page(&term, &project, 0);
    driver_expect_text(&term, "page 1 of 3");
    press(&term, "l", 1);
    press(&term, "j", 2);
    assert_page(&term, &project, 0);
    press(&term, "\033[6~", N_STRIPS); /* the next page */
    assert_page(&term, &project, PAGE);
    press(&term, "\f", N_STRIPS); /* all again */
    assert_page(&term, &project, PAGE);
    /* After a resize the first face is still there: seven a row, four rows. */
    size_t n = ptyterm_n_pictures(&term);
    assert_true(ptyterm_resize(&term, 80, 24));
    expect_pictures(&term, n, 4);
    struct sit_image strip = {0};
    size_t first = PAGE / 28 * 28;
    assert_ok(ptyterm_picture(&term, picture_at(&term, 1), &strip, NULL, NULL, err));
    for (size_t i = 0; i < 7; i++)
        assert_true(tile_db(&strip, 7, i, &project, first + i) >= LEAST_DB);
    sit_image_release(&strip);
    finish(&term, &project);
}

/* A row labelled is one batch; one undo takes it back, one redo gives it again. */
static void labels_in_batches(void **state)
{
    (void)state;
    struct driver_project project;
    struct driver_events events;
    struct ptyterm term;
    driver_make_project(&project, 64, false);
    start(&term, &ptyterm_sixel_sync, &project);
    expect_pictures(&term, 0, N_STRIPS);
    press(&term, "j", 2);
    press(&term, "r", 1);
    driver_press_to_text(&term, "m", "10 faces: male");
    sit_class_index *labels = calloc(project.n, sizeof *labels);
    for (size_t i = 0; i < project.n; i++)
        labels[i] = i >= N_TILES && i < 2 * N_TILES ? 0 : SIT_NO_CLASS;
    driver_assert_labels(&project, labels);
    driver_load_events(&project, &events);
    assert_int_equal(events.n, N_TILES);
    for (size_t i = 0; i < events.n; i++) {
        assert_int_equal(events.items[i].origin, SIT_ORIGIN_GRID);
        assert_int_not_equal(events.items[i].batch, 0);
        assert_int_equal(events.items[i].batch, events.items[0].batch);
        assert_true(events.items[i].spent_ms >= 0);
    }
    driver_release_events(&events);
    driver_press_to_text(&term, "u", "undone: 10 faces at once");
    assert_int_equal(driver_count_labelled(&project), 0);
    driver_press_to_text(&term, "\022", "done again: 10 faces at once");
    driver_assert_labels(&project, labels);
    free(labels);

    /* Three faces by their letters; what they are; all in one batch. */
    driver_press_to_text(&term, ";", "letters mark faces");
    press(&term, "a", 2); /* the cursor comes from another row */
    press(&term, "g", 1);
    press(&term, "d", 1);
    press(&term, "f", 1);
    driver_press_to_text(&term, "A", "3 faces labelled, 47 left out");
    driver_load_events(&project, &events);
    assert_int_equal(events.n, 33);
    assert_int_equal(events.items[32].batch, events.items[30].batch);
    assert_int_equal(events.items[32].class_index, 1);
    driver_release_events(&events);

    /* To one face and back. */
    driver_press_to_text(&term, "v", "label  ");
    driver_press_to_text(&term, "v", "page 1 of 1");
    finish(&term, &project);
}

static void what_was_not_seen_is_not_decided(void **state)
{
    (void)state;
    struct driver_project project;
    struct ptyterm term;
    driver_make_project(&project, 70, false);
    start(&term, &ptyterm_sixel_sync, &project);
    ptyterm_send(&term, "*m"); /* before there is anything */
    expect_pictures(&term, 0, N_STRIPS);
    driver_expect_text(&term, "too early");
    assert_int_equal(driver_count_labelled(&project), 0);
    /* A key leant upon labels the page that was seen, and no other. */
    driver_pass_time(&term, 1200);
    for (int i = 0; i < 30; i++) {
        ptyterm_send(&term, "m"); /* all are still selected */
        driver_pass_time(&term, i == 0 ? 400 : 30);
    }
    driver_expect_text(&term, "held key");
    assert_int_equal(driver_count_labelled(&project), PAGE);
    finish(&term, &project);
}

/* A click moves the cursor and the right button marks: SGR reports, counted from 1. */
static void takes_clicks(void **state)
{
    (void)state;
    struct driver_project project;
    struct ptyterm term;
    driver_make_project(&project, 64, false);
    start(&term, &ptyterm_sixel_sync, &project);
    expect_pictures(&term, 0, N_STRIPS);
    press(&term, "\033[<0;48;14M\033[<0;48;14m", 2); /* row 2, out of row 0 */
    driver_press_to_text(&term, "f", "1 face: female");
    struct driver_events events;
    driver_load_events(&project, &events);
    assert_int_equal(events.n, 1);
    size_t at = 0;
    while (at < project.n && project.ids[at] != events.items[0].face_id)
        at++;
    assert_in_range(at, 2 * N_TILES, 3 * N_TILES - 1);
    driver_release_events(&events);
    press(&term, "\033[<2;48;20M\033[<2;48;20m", 2);
    driver_expect_text(&term, "1 marked");
    driver_press_to_text(&term, "\033[<65;48;20M", "page 2 of 2"); /* the wheel */
    finish(&term, &project);
}

/* The labelling screen's commands, and their history, are the grid's too. */
static void takes_commands(void **state)
{
    (void)state;
    struct driver_project project;
    struct ptyterm term;
    driver_make_project(&project, 130, true);
    start(&term, &ptyterm_sixel_sync, &project);
    expect_pictures(&term, 0, N_STRIPS);
    driver_press_to_text(&term, ":3\r", "page 3 of 3");
    driver_press_to_text(&term, ":4\r", "pages are numbered 1 to 3");
    driver_press_to_text(&term, ":order similar\r", "unlabelled faces, order: similar");
    driver_press_to_text(&term, ":o giv\t\r", "unlabelled faces, order: given");
    char command[256];
    snprintf(command, sizeof command, ":goto %s\r", project.names[70]);
    driver_press_to_text(&term, command, "page 2 of 3");
    driver_press_to_text(&term, "m", "1 face: male");
    sit_class_index *labels = calloc(project.n, sizeof *labels);
    for (size_t i = 0; i < project.n; i++)
        labels[i] = i == 70 ? 0 : SIT_NO_CLASS;
    driver_assert_labels(&project, labels);
    free(labels);
    driver_press_to_text(&term, ":goto nobody\r", "no name here contains \"nobody\"");
    driver_press_to_text(&term, ":filter split=test\r", "faces match");
    driver_expect_text(&term, "filter split=test");
    driver_press_to_text(&term, ":filter label=f\r", "no face matches");
    snprintf(command, sizeof command, "all %zu faces", project.n);
    driver_press_to_text(&term, ":filter\r", command);
    driver_press_to_text(&term, ":train\r", "training failed");
    driver_press_to_text(&term, "v", "label  ");
    driver_press_to_text(&term, ":\033[A", ":train");
    ptyterm_send(&term, "\033");
    driver_expect_no_text(&term, ":train");
    driver_press_to_text(&term, "v", "page 1 of");
    finish(&term, &project);
}

static void works_with_block_characters(void **state)
{
    (void)state;
    struct driver_project project;
    struct ptyterm term;
    driver_make_project(&project, 40, false);
    driver_start_size(&term, &ptyterm_truecolor, &project, "label --grid", "ann", 80,
                      24);
    driver_expect_text(&term, "page 1 of 3");
    driver_press_to_text(&term, "r", "*");
    driver_press_to_text(&term, "f", "6 faces: female");
    driver_expect_text(&term, "female       female       female");
    assert_int_equal(driver_count_labelled(&project), 6);
    driver_press_to_text(&term, ";", "[a] female");
    ptyterm_send(&term, "\r"); /* q is a letter there */
    driver_expect_no_text(&term, "[a] female");
    finish(&term, &project);
}

int main(void)
{
    if (!sit_text_init_locale())
        return TEST_SKIPPED;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_pages_of_faces),
        cmocka_unit_test(labels_in_batches),
        cmocka_unit_test(what_was_not_seen_is_not_decided),
        cmocka_unit_test(takes_clicks),
        cmocka_unit_test(takes_commands),
        cmocka_unit_test(works_with_block_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
