/*
 * The review screen: the list of misclassified faces, deciding, undoing, training
 * again, and leaving in the middle of all that. The labels of a drawn collection are
 * known; some of them are made wrong, which a head trained on the others finds.
 */
#include "test_support.h"

#include <signal.h>
#include <sys/wait.h>

#include "screen_driver.h"
#include "sitter/labels.h"
#include "sitter/review.h"
#include "sitter/text.h"

enum { N_FACES = 160, N_WRONG = 10, MAX_WRONG = 64 };

/* Give every 13th face of the two trained classes the other one. */
static void make_some_wrong(const struct driver_project *project)
{
    struct sit_project *file = NULL;
    struct sit_labels *labels = NULL;
    struct sit_label_note note = {
        .origin = SIT_ORIGIN_DEMO, .spent_ms = -1, .suggested = SIT_NO_CLASS};
    size_t n = 0;
    assert_ok(sit_project_open(project->db, SIT_PROJECT_WRITE, &file, err));
    assert_ok(sit_labels_open(file, "careless", &labels, err));
    const struct sit_face_table *table = sit_labels_table(labels);
    for (size_t i = 0; i < table->n && n < N_WRONG; i += 13) {
        sit_class_index label = table->label[i];
        if (label != 0 && label != 1)
            continue;
        assert_ok(sit_labels_set(labels, i, (sit_class_index)(1 - label), &note, err));
        n++;
    }
    assert_true(n >= 8);
    sit_labels_free(labels);
    sit_project_close(file);
}

static void make_reviewable(struct driver_project *project)
{
    struct sit_buf command = {0};
    driver_make_project(project, N_FACES, true);
    sit_buf_appendf(&command, "labels import '%s/truth.csv'", project->dir);
    driver_run(project, sit_buf_text(&command));
    make_some_wrong(project);
    driver_run(project, "train --c 0.01");
    sit_buf_release(&command);
}

/* What the list must be, from the library. */
static void compute_list(const struct driver_project *project,
                         struct sit_review_list *list)
{
    *list = (struct sit_review_list){0};
    assert_ok(
        sit_review_compute(project->db, SIT_REVIEW_MISTAKES, NULL, NULL, list, err));
    assert_in_range(list->n, 5, MAX_WRONG);
    for (size_t i = 1; i < list->n; i++)
        assert_true(list->items[i].loss <= list->items[i - 1].loss);
}

static size_t position_of(const struct driver_project *project, int64_t face_id)
{
    size_t at = 0;
    while (at < project->n && project->ids[at] != face_id)
        at++;
    assert_true(at < project->n);
    return at;
}

static size_t count_models(const struct driver_project *project)
{
    struct sit_model *models = NULL;
    size_t n;
    assert_ok(sit_project_models(project->project, &models, &n, err));
    sit_models_release(models, n);
    return n;
}

static struct sit_event last_event(const struct driver_project *project)
{
    struct driver_events events;
    driver_load_events(project, &events);
    assert_true(events.n > 0);
    struct sit_event last = events.items[events.n - 1];
    driver_release_events(&events);
    return last;
}

static void start_review(struct ptyterm *term, const struct driver_project *project,
                         const struct sit_review_list *list)
{
    driver_start(term, &ptyterm_sixel_sync, project, "review", "ann");
    driver_expect_face(term, project, 0, position_of(project, list->items[0].face_id));
}

static void lists_the_worst_first(void **state)
{
    (void)state;
    struct driver_project project;
    struct ptyterm term;
    struct sit_review_list list;
    make_reviewable(&project);
    compute_list(&project, &list);
    start_review(&term, &project, &list);
    for (size_t i = 0; i < list.n; i++) {
        char line[64];
        if (i > 0)
            driver_type_to_face(&term, &project, i % 2 == 0 ? "j" : " ",
                                position_of(&project, list.items[i].face_id));
        snprintf(line, sizeof line, "%.3f, loss %.2f", list.items[i].p_predicted,
                 list.items[i].loss);
        driver_expect_text(&term, line);
        snprintf(line, sizeof line, "all: %zu of %zu, 0 decided", i + 1, list.n);
        driver_expect_text(&term, line);
    }
    /* The list beside the face has them in that order, too. */
    driver_type_to_face(&term, &project, "g",
                        position_of(&project, list.items[0].face_id));
    size_t row = 0;
    for (size_t i = 0; i < 4; i++) {
        const char *name = project.names[position_of(&project, list.items[i].face_id)];
        row += 1;
        while (row < term.screen.n_rows &&
               (strstr(ptyterm_row_text(&term, row), name) == NULL ||
                strstr(ptyterm_row_text(&term, row), " > ") == NULL))
            row++;
        if (row == term.screen.n_rows)
            driver_fail(&term, "%s is not in its place", name);
    }
    driver_quit(&term, "q");
    driver_assert_pictures_fit(&term);
    ptyterm_stop(&term);
    sit_review_list_release(&list);
    driver_release_project(&project);
}

static void decides_and_trains_again(void **state)
{
    (void)state;
    struct driver_project project;
    struct ptyterm term;
    struct sit_review_list list, after;
    make_reviewable(&project);
    compute_list(&project, &list);
    size_t first = position_of(&project, list.items[0].face_id);
    size_t second = position_of(&project, list.items[1].face_id);
    size_t third = position_of(&project, list.items[2].face_id);
    start_review(&term, &project, &list);

    const char *key = list.items[0].predicted == 0 ? "m" : "f";
    driver_type_to_face(&term, &project, key, second);
    struct sit_event event = last_event(&project);
    assert_int_equal(event.kind, SIT_EVENT_LABEL);
    assert_int_equal(event.origin, SIT_ORIGIN_REVIEW);
    assert_int_equal(event.face_id, project.ids[first]);
    assert_int_equal(event.class_index, list.items[0].predicted);
    assert_true(event.spent_ms >= 0);

    driver_type_to_face(&term, &project, "y", third);
    event = last_event(&project);
    assert_int_equal(event.kind, SIT_EVENT_CONFIRM);
    assert_int_equal(event.origin, SIT_ORIGIN_REVIEW);
    assert_int_equal(event.face_id, project.ids[second]);
    assert_int_equal(event.class_index, list.items[1].given);
    assert_true(event.confirmed);
    driver_expect_text(&term, "2 decided");

    /* Back and forth: both decisions are taken back, then given again. */
    driver_type_to_face(&term, &project, "u", second);
    assert_false(last_event(&project).confirmed);
    driver_type_to_face(&term, &project, "\x7f", first);
    /* They have no label of their own again: the file's counts. */
    assert_int_equal(last_event(&project).class_index, SIT_NO_CLASS);
    driver_expect_text(&term, "0 decided");
    ptyterm_send(&term, "\x12");
    driver_expect_text(&term, "1 decided");
    assert_int_equal(last_event(&project).class_index, list.items[0].predicted);
    driver_pass_time(&term, 100); /* the same key, but not held down */
    driver_type_to_face(&term, &project, "\x12", second);
    driver_expect_text(&term, "2 decided");
    assert_true(last_event(&project).confirmed);

    assert_int_equal(count_models(&project), 1);
    ptyterm_send(&term, "t");
    driver_expect_text(&term, "trained: ");
    driver_expect_text(&term, "model 2");
    assert_int_equal(count_models(&project), 2);
    compute_list(&project, &after);
    for (size_t i = 0; i < after.n; i++)
        assert_int_not_equal(after.items[i].face_id, project.ids[second]);
    char title[64];
    snprintf(title, sizeof title, "all: 1 of %zu, 0 decided", after.n);
    driver_expect_text(&term, title);
    driver_expect_name(&term,
                       project.names[position_of(&project, after.items[0].face_id)]);
    driver_quit(&term, "q");
    driver_assert_pictures_fit(&term);
    ptyterm_stop(&term);

    /* Nor does what was confirmed come back in another run. */
    start_review(&term, &project, &after);
    driver_expect_text(&term, title);
    for (size_t i = 1; i < after.n; i++)
        driver_type_to_face(&term, &project, i % 2 == 0 ? "j" : "l",
                            position_of(&project, after.items[i].face_id));
    driver_quit(&term, "q");
    ptyterm_stop(&term);
    driver_assert_sound(&project);
    sit_review_list_release(&list);
    sit_review_list_release(&after);
    driver_release_project(&project);
}

static void changes_the_scope(void **state)
{
    (void)state;
    struct driver_project project;
    struct ptyterm term;
    struct sit_review_list list;
    size_t n[2] = {0};
    make_reviewable(&project);
    compute_list(&project, &list);
    for (size_t i = 0; i < list.n; i++)
        n[list.items[i].split]++;
    start_review(&term, &project, &list);
    char title[64];
    snprintf(title, sizeof title, "test: %d of %zu, ", n[SIT_TEST] > 0, n[SIT_TEST]);
    ptyterm_send(&term, "s");
    driver_expect_text(&term, title);
    snprintf(title, sizeof title, "train: %d of %zu, ", n[SIT_TRAIN] > 0, n[SIT_TRAIN]);
    ptyterm_send(&term, "s");
    driver_expect_text(&term, title);
    ptyterm_send(&term, "s");
    driver_expect_text(&term, "all: ");
    driver_quit(&term, "\x03");
    ptyterm_stop(&term);
    sit_review_list_release(&list);
    driver_release_project(&project);
}

/* Whether the log files of the project are gone, as after an orderly end. */
static void assert_closed_well(struct driver_project *project)
{
    struct sit_buf path = {0};
    sit_project_close(project->project);
    project->project = NULL;
    sit_buf_appendf(&path, "%s-wal", project->db);
    assert_int_not_equal(access(sit_buf_text(&path), F_OK), 0);
    sit_buf_release(&path);
    assert_ok(sit_project_open(project->db, SIT_PROJECT_READ, &project->project, err));
}

/* Quitting, or being told to, while the list is computed or a head is trained. */
static void leaves_in_the_middle(void **state)
{
    (void)state;
    struct driver_project project;
    make_reviewable(&project);
    for (int how = 0; how < 4; how++) {
        struct ptyterm term;
        int status;
        size_t n_models = count_models(&project);
        sit_project_close(project.project); /* nobody else has it open */
        project.project = NULL;
        driver_start(&term, &ptyterm_sixel_sync, &project, "review", "ann");
        if (how % 2 == 0) { /* the list is still being computed, most likely */
            while (!term.screen.is_alternate && ptyterm_pump(&term, DRIVER_LIMIT_MS))
                continue;
        } else {
            assert_true(ptyterm_expect_picture_end(&term, 0, DRIVER_LIMIT_MS));
            ptyterm_send(&term, "t");
            driver_expect_text(&term, "train");
        }
        if (how < 2) {
            driver_quit(&term, "q");
        } else {
            ptyterm_kill(&term, SIGTERM);
            assert_true(ptyterm_wait_exit(&term, DRIVER_LIMIT_MS, &status));
            assert_true(WIFEXITED(status));
            assert_int_equal(WEXITSTATUS(status), 1);
            driver_assert_restored(&term);
        }
        ptyterm_stop(&term);
        assert_ok(
            sit_project_open(project.db, SIT_PROJECT_READ, &project.project, err));
        assert_closed_well(&project);
        driver_assert_sound(&project);
        /* A head that was done before the key came may be there; no half of one. */
        assert_in_range(count_models(&project), n_models, n_models + (how % 2 == 1));
    }
    driver_release_project(&project);
}

/* Nothing to review is said before the terminal is taken over. */
static void says_what_is_missing(void **state)
{
    (void)state;
    struct driver_project project;
    struct ptyterm term;
    int status;
    driver_make_project(&project, 12, true);
    driver_start(&term, &ptyterm_sixel_sync, &project, "review", "ann");
    assert_true(ptyterm_wait_exit(&term, DRIVER_LIMIT_MS, &status));
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 1);
    if (!ptyterm_screen_has(&term, "has no model yet"))
        driver_fail(&term, "no reason is given");
    driver_assert_restored(&term);
    assert_int_equal(term.screen.n_alternate_entries, 0);
    ptyterm_stop(&term);
    driver_release_project(&project);
}

/* v computes the next list when first asked for it, and comes round to the first. */
static void changes_to_the_suspects_and_back(void **state)
{
    (void)state;
    struct driver_project project;
    struct ptyterm term;
    struct sit_review_list list, suspects = {0};
    char title[64];
    make_reviewable(&project);
    compute_list(&project, &list);
    assert_ok(sit_review_compute(project.db, SIT_REVIEW_SUSPECTS, NULL, NULL, &suspects,
                                 err));
    assert_true(suspects.n > 0);
    start_review(&term, &project, &list);
    snprintf(title, sizeof title, "suspects, all: 1 of %zu, 0 decided", suspects.n);
    driver_press_to_text(&term, "v", title);
    driver_expect_name(&term,
                       project.names[position_of(&project, suspects.items[0].face_id)]);
    snprintf(title, sizeof title, "%zu of %zu labels suspect", suspects.n_suspect,
             suspects.n_judged);
    driver_expect_text(&term, title);
    driver_press_to_text(&term, "v", "disagreements, all: ");
    driver_expect_text(&term, "disagreements: ");
    driver_press_to_text(&term, "v", "you have no bookmark on a face");
    driver_press_to_text(&term, "v", "has no predictions yet");
    snprintf(title, sizeof title, "  all: 1 of %zu, 0 decided", list.n);
    driver_press_to_text(&term, "v", title);
    driver_expect_name(&term,
                       project.names[position_of(&project, list.items[0].face_id)]);
    driver_quit(&term, "q");
    ptyterm_stop(&term);
    /* Opened on them at once. */
    driver_start(&term, &ptyterm_sixel_sync, &project, "review --list suspects", "ann");
    snprintf(title, sizeof title, "suspects, all: 1 of %zu, 0 decided", suspects.n);
    driver_expect_text(&term, title);
    driver_quit(&term, "q");
    ptyterm_stop(&term);
    sit_review_list_release(&list);
    sit_review_list_release(&suspects);
    driver_release_project(&project);
}

int main(void)
{
    if (!sit_text_init_locale())
        return TEST_SKIPPED;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_the_worst_first),
        cmocka_unit_test(decides_and_trains_again),
        cmocka_unit_test(changes_the_scope),
        cmocka_unit_test(changes_to_the_suspects_and_back),
        cmocka_unit_test(leaves_in_the_middle),
        cmocka_unit_test(says_what_is_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
