/*
 * Labelling over a slow line: coarse pictures at once, sharp ones when nobody types,
 * and no key that waits behind a picture. The terminal reads 100 kB a second.
 */
#include "test_support.h"

#include "screen_driver.h"
#include "sitter/term.h"
#include "sitter/text.h"

enum {
    N_FACES = 16,
    N_KEYS = 6,
    COARSE_BYTES = 40000, /* a sharp face has more than 60 kB */
};

static const struct ptyterm_profile slow_sixel = {
    .name = "slow sixel",
    .answers_cell_size = true,
    .has_pixels = true,
    .da1 = "?63;1;2;3;4;6;7;15;18;22;29c",
    .n_registers = 256,
    .max_registers = 1024,
    .cell_width_px = 10,
    .cell_height_px = 19,
    .bytes_per_s = 100000,
};

static const struct ptyterm_profile slow_kitty = {
    .name = "slow kitty",
    .answers_cell_size = true,
    .has_pixels = true,
    .has_kitty = true,
    .da1 = "?62;c",
    .version = "kitty(0.26.5)",
    .cell_width_px = 9,
    .cell_height_px = 18,
    .bytes_per_s = 400000,
};

static bool has_picture(struct ptyterm *term, void *context)
{
    return ptyterm_n_pictures(term) > *(size_t *)context &&
           ptyscreen_is_ground(&term->screen);
}

static void await_picture(struct ptyterm *term, size_t n_before)
{
    if (!ptyterm_wait(term, has_picture, &n_before, DRIVER_LIMIT_MS))
        driver_fail(term, "no picture %zu", n_before);
}

/* Wait for more pictures until one is the face, sharp: the first that came was coarse.
 */
static void await_sharp(struct ptyterm *term, const struct driver_project *project,
                        size_t at)
{
    size_t n = ptyterm_n_pictures(term);
    size_t least = 2 * term->screen.pictures[0].n_bytes;
    for (size_t tries = 0; tries < 4; tries++) {
        if (term->screen.pictures[n - 1].n_bytes >= least &&
            driver_picture_psnr(term, n - 1, project, at) >= 28)
            return;
        await_picture(term, n);
        n = ptyterm_n_pictures(term);
    }
    driver_fail(term, "never sharp");
}

/* The old one is deleted when the new one is there. */
static bool one_stands(struct ptyterm *term, void *context)
{
    (void)context;
    return ptyscreen_n_standing(&term->screen) == 1;
}

static void sharpens_when_nobody_types(void **state)
{
    (void)state;
    const struct ptyterm_profile *profiles[] = {&slow_sixel, &slow_kitty};
    for (size_t p = 0; p < 2; p++) {
        struct driver_project project;
        struct ptyterm term;
        driver_make_project(&project, N_FACES, false);
        driver_start(&term, profiles[p], &project, "label", "ann");
        await_picture(&term, 0);
        assert_true(term.screen.pictures[0].n_bytes < (p == 0 ? 40000 : 120000));
        assert_true(driver_picture_psnr(&term, 0, &project, 0) > 20); /* this face */
        await_sharp(&term, &project, 0);
        size_t last = ptyterm_n_pictures(&term) - 1;
        assert_int_equal(term.screen.pictures[last].row, term.screen.pictures[0].row);
        assert_int_equal(term.screen.pictures[last].col, term.screen.pictures[0].col);
        if (p == 1)
            assert_true(ptyterm_wait(&term, one_stands, NULL, DRIVER_LIMIT_MS));
        driver_quit(&term, "q");
        ptyterm_stop(&term);
        driver_release_project(&project);
    }
}

/* Keys that come as fast as faces do get coarse ones only. */
static void shows_coarse_faces_to_the_fast(void **state)
{
    (void)state;
    struct driver_project project;
    struct ptyterm term;
    driver_make_project(&project, N_FACES, false);
    driver_start(&term, &slow_sixel, &project, "label", "ann");
    await_picture(&term, 0);
    for (size_t i = 0; i < N_KEYS; i++) {
        driver_press_to_text(&term, i % 2 == 0 ? "m" : "f", project.names[i + 1]);
        driver_expect_name(&term, project.names[i + 1]);
    }
    assert_int_equal(driver_count_labelled(&project), N_KEYS);
    await_sharp(&term, &project, N_KEYS);
    driver_quit(&term, "q");
    ptyterm_stop(&term);
    driver_release_project(&project);
}

static bool is_sharpening(struct ptyterm *term, void *context)
{
    (void)context;
    return term->screen.pending.n_bytes > 2 * 4096;
}

/* A key cuts the sharp picture off: what follows it is the next face, soon. */
static void a_key_cuts_a_sharp_picture_off(void **state)
{
    (void)state;
    struct driver_project project;
    struct ptyterm term;
    driver_make_project(&project, N_FACES, false);
    driver_start(&term, &slow_sixel, &project, "label", "ann");
    await_picture(&term, 0);
    size_t n_coarse = term.screen.pictures[0].n_bytes;
    while (!is_sharpening(&term, NULL) || ptyterm_n_pictures(&term) < 1) {
        if (!ptyterm_wait(&term, is_sharpening, NULL, DRIVER_LIMIT_MS))
            driver_fail(&term, "it does not sharpen");
    }
    size_t n_before = ptyterm_n_pictures(&term);
    size_t n_bytes = term.output.n_bytes;
    ptyterm_send(&term, "m");
    /* The rest of what was cut off, and the next one. */
    await_picture(&term, n_before + 1);
    size_t n_more = term.output.n_bytes - n_bytes;
    size_t last = ptyterm_n_pictures(&term) - 1;
    if (n_more > 3 * n_coarse + 2 * COARSE_BYTES)
        driver_fail(&term, "%zu bytes between key and face", n_more);
    assert_true(term.screen.pictures[last].n_bytes < COARSE_BYTES);
    driver_expect_name(&term, project.names[1]);
    assert_int_equal(driver_count_labelled(&project), 1);
    await_sharp(&term, &project, 1);
    assert_int_equal(term.screen.n_unknown, 0);
    driver_quit(&term, "q");
    ptyterm_stop(&term);
    driver_release_project(&project);
}

int main(void)
{
    sit_text_init_locale();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sharpens_when_nobody_types),
        cmocka_unit_test(shows_coarse_faces_to_the_fast),
        cmocka_unit_test(a_key_cuts_a_sharp_picture_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
