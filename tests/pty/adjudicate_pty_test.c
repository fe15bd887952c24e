/*
 * Two persons disagree: the review screen says what a vote leads to, and the
 * adjudication screen decides, with the real program.
 */
#include "test_support.h"

#include "screen_driver.h"
#include "sitter/labels.h"
#include "sitter/text.h"

enum { N_FACES = 24 };

static void say(const struct driver_project *project, const char *who, size_t index,
                sit_class_index class_index)
{
    struct sit_project *file = NULL;
    struct sit_labels *labels = NULL;
    struct sit_label_note note = {
        .origin = SIT_ORIGIN_SCREEN, .spent_ms = -1, .suggested = SIT_NO_CLASS};
    assert_ok(sit_project_open(project->db, SIT_PROJECT_WRITE, &file, err));
    assert_ok(sit_labels_open(file, who, &labels, err));
    assert_ok(sit_labels_set(labels, index, class_index, &note, err));
    sit_labels_free(labels);
    sit_project_close(file);
}

/* Faces 3 and 7 are disputed, 5 has a majority. */
static void make_disputed(struct driver_project *project)
{
    driver_make_project(project, N_FACES, false);
    say(project, "ann", 3, 0);
    say(project, "bob", 3, 1);
    say(project, "ann", 5, 0);
    say(project, "bob", 5, 0);
    say(project, "cyd", 5, 1);
    say(project, "ann", 7, 1);
    say(project, "bob", 7, 0);
}

static sit_class_index resolved(const struct driver_project *project, size_t index)
{
    sit_class_index label = SIT_NO_CLASS;
    assert_ok(
        sit_project_face_label(project->project, project->ids[index], &label, err));
    return label;
}

static void decides_for_all(void **state)
{
    (void)state;
    struct driver_project project;
    struct ptyterm term;
    make_disputed(&project);
    driver_start(&term, &ptyterm_sixel_sync, &project, "adjudicate", "dee");
    driver_expect_face(&term, &project, 0, 3);
    driver_expect_text(&term, "all: 1 of 3, 3 left");
    driver_expect_text(&term, "disputed, no majority");
    driver_expect_text(&term, "ann says male");
    driver_expect_text(&term, "bob says female");
    driver_press_to_text(&term, "y", "no majority to keep: type a class");
    driver_type_to_face(&term, &project, "f", 7);
    driver_expect_text(&term, "2 left");
    assert_int_equal(resolved(&project, 3), 1);
    driver_pass_time(&term, 700); /* the same key, but not held down */
    driver_type_to_face(&term, &project, "m", 5);
    assert_int_equal(resolved(&project, 7), 0);
    driver_press_to_text(&term, "y", "male for all");
    driver_expect_text(&term, "0 left");
    driver_press_to_text(&term, "u", "1 left");
    driver_press_to_text(&term, "\x12", "0 left");
    driver_quit(&term, "q");
    driver_assert_pictures_fit(&term);
    ptyterm_stop(&term);
    struct driver_events events;
    driver_load_events(&project, &events);
    for (size_t i = 7; i < events.n; i++) {
        assert_int_equal(events.items[i].origin, SIT_ORIGIN_ADJUDICATE);
        assert_true(events.items[i].adjudicates);
    }
    assert_int_equal(events.n, 7 + 3 + 2);
    driver_release_events(&events);
    /* Nothing is left, which the screen says. */
    driver_start(&term, &ptyterm_sixel_sync, &project, "adjudicate", "dee");
    driver_expect_text(&term, "no face is left on which labels differ");
    driver_quit(&term, "\x03");
    ptyterm_stop(&term);
    driver_assert_sound(&project);
    driver_release_project(&project);
}

/* A colleague's label is corrected: it is disputed, which one key settles. */
static void says_that_a_vote_disputes(void **state)
{
    (void)state;
    struct driver_project project;
    struct ptyterm term;
    make_disputed(&project);
    driver_start(&term, &ptyterm_sixel_sync, &project, "review --list disagreements",
                 "ann");
    driver_expect_face(&term, &project, 0, 3);
    driver_press_to_text(&term, "o", "now disputed; A decides for all. ");
    driver_expect_text(&term, "bob says female");
    assert_int_equal(resolved(&project, 3), SIT_NO_CLASS);
    driver_press_to_text(&term, "A", "other for all");
    assert_int_equal(resolved(&project, 3), 2);
    driver_press_to_text(&term, "B", "blind: labels are hidden until you decide");
    driver_expect_text(&term, "hidden until decided");
    driver_press_to_text(&term, "v", "you have no bookmark on a face");
    driver_quit(&term, "q");
    ptyterm_stop(&term);
    driver_assert_sound(&project);
    driver_release_project(&project);
}

int main(void)
{
    if (!sit_text_init_locale())
        return TEST_SKIPPED;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decides_for_all),
        cmocka_unit_test(says_that_a_vote_disputes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
