/*
 * Several processes on one project: both label at once, twenty keys a second each, and
 * one comes and goes while the other labels. What each has acknowledged is in the file.
 */
#include "test_support.h"

#include <signal.h>

#include "screen_driver.h"
#include "sitter/progress.h"
#include "sitter/text.h"

enum { MAX_FACES = 200, N_PROCESSES = 2, N_KEYS = 60, KEY_EVERY_MS = 50 };

struct labeller {
    struct ptyterm term;
    size_t n_keys, n_pictures;
    int64_t next_ms; /* when the next key is due */
};

static const char *key_of(const struct labeller *labeller, size_t i)
{
    return (labeller->n_keys + i) % 2 == 0 ? "m" : "f";
}

static void assert_no_complaint(struct ptyterm *term)
{
    static const char *const bad[] = {"not saved", "busy", "locked", "cannot"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (strstr(driver_notice(term), bad[i]) != NULL)
            driver_fail(term, "a complaint");
    }
}

/* Type the next key where it is due and the frame before is complete. True once all
 * keys are typed and answered. */
static bool advance(struct labeller *labeller, size_t i)
{
    ptyterm_pump(&labeller->term, 1);
    if (!ptyterm_picture_ended(&labeller->term, labeller->n_pictures)) {
        if (driver_is_refused(&labeller->term))
            ptyterm_send(&labeller->term, key_of(labeller, i));
        return false;
    }
    assert_no_complaint(&labeller->term);
    if (labeller->n_keys == N_KEYS)
        return true;
    if (sit_clock_ms() < labeller->next_ms)
        return false;
    labeller->next_ms = sit_clock_ms() + KEY_EVERY_MS;
    labeller->n_pictures = ptyterm_n_pictures(&labeller->term);
    labeller->n_keys++;
    ptyterm_send(&labeller->term, key_of(labeller, i));
    return false;
}

/* Each has as many events as it has typed keys, all of them labels. Returns the number
 * of faces with a label of anybody, whether or not they agree. */
static size_t check_events(const struct driver_project *project)
{
    struct driver_events events;
    size_t n_first = 0, n_faces = 0;
    driver_load_events(project, &events);
    assert_int_equal(events.n, N_PROCESSES * N_KEYS);
    for (size_t i = 0; i < events.n; i++) {
        const struct sit_event *event = &events.items[i];
        assert_int_equal(event->kind, SIT_EVENT_LABEL);
        n_first += event->annotator_id == events.items[0].annotator_id;
        bool is_new = true;
        for (size_t k = 0; k < i && is_new; k++)
            is_new = events.items[k].face_id != event->face_id;
        n_faces += is_new;
    }
    assert_int_equal(n_first, N_KEYS);
    driver_release_events(&events);
    return n_faces;
}

static void two_processes_share_a_project(void **state)
{
    (void)state;
    static const char *const annotators[N_PROCESSES] = {"ann", "bob"};
    struct driver_project project;
    struct labeller labellers[N_PROCESSES] = {0};
    driver_make_project(&project, 160, false);
    for (size_t i = 0; i < N_PROCESSES; i++)
        driver_start(&labellers[i].term, &ptyterm_sixel_sync, &project, "label",
                     annotators[i]);
    int64_t end_ms = sit_clock_ms() + 2 * DRIVER_LIMIT_MS;
    size_t n_done = 0;
    while (n_done < N_PROCESSES && sit_clock_ms() < end_ms) {
        n_done = 0;
        for (size_t i = 0; i < N_PROCESSES; i++)
            n_done += advance(&labellers[i], i);
    }
    assert_int_equal(n_done, N_PROCESSES);
    /* Each takes faces of their own, and comes to count the other's labels. */
    size_t n_faces = check_events(&project);
    assert_int_equal(n_faces, N_PROCESSES * N_KEYS);
    char counted[64];
    snprintf(counted, sizeof counted, " %zu of %zu ", n_faces, project.n);
    for (size_t i = 0; i < N_PROCESSES; i++) {
        driver_expect_text(&labellers[i].term, counted);
        assert_no_complaint(&labellers[i].term);
    }
    for (size_t i = 0; i < N_PROCESSES; i++) {
        driver_quit(&labellers[i].term, "q");
        ptyterm_stop(&labellers[i].term);
    }
    driver_assert_sound(&project);
    driver_release_project(&project);
}

/* A process that comes and goes leaves the other one's locks and log alone: what is
 * labelled afterwards is in the file, also when the process is killed. */
static void outlives_another_process(void **state)
{
    (void)state;
    struct driver_project project;
    struct ptyterm first, second;
    sit_class_index labels[MAX_FACES];
    driver_make_project(&project, 40, false);
    for (size_t i = 0; i < project.n; i++)
        labels[i] = SIT_NO_CLASS;
    /* This process must not be what keeps the log. */
    sit_project_close(project.project);
    project.project = NULL;
    driver_start(&first, &ptyterm_sixel_sync, &project, "label", "ann");
    assert_true(ptyterm_expect_picture_end(&first, 0, DRIVER_LIMIT_MS));
    for (size_t i = 0; i < 6; i++) {
        assert_true(driver_press(&first, i % 2 == 0 ? "m" : "f", DRIVER_LIMIT_MS));
        labels[i] = (sit_class_index)(i % 2);
        if (i % 2 == 0)
            continue;
        driver_start(&second, &ptyterm_sixel_sync, &project, "label", "bob");
        assert_true(ptyterm_expect_picture_end(&second, 0, DRIVER_LIMIT_MS));
        driver_quit(&second, "q");
        ptyterm_stop(&second);
    }
    ptyterm_kill(&first, SIGKILL);
    assert_true(ptyterm_wait_exit(&first, DRIVER_LIMIT_MS, NULL));
    ptyterm_stop(&first);
    assert_ok(sit_project_open(project.db, SIT_PROJECT_READ, &project.project, err));
    driver_assert_labels(&project, labels);
    driver_assert_sound(&project);
    driver_release_project(&project);
}

int main(void)
{
    if (!sit_text_init_locale())
        return TEST_SKIPPED;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_processes_share_a_project),
        cmocka_unit_test(outlives_another_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
