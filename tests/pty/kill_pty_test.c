/*
 * SIGKILL at a random moment of fast labelling, again and again on one project. A label
 * is acknowledged when the next face's complete frame has been received: then it is in
 * the file, whatever happens. The moments are seeded.
 */
#include "test_support.h"

#include <signal.h>
#include <sys/wait.h>

#include "screen_driver.h"
#include "sitter/progress.h"
#include "sitter/rng.h"
#include "sitter/text.h"

enum {
    N_ROUNDS = 50,
    N_FACES = 3000,
    MAX_ACKNOWLEDGED = 4096,
    START_MS = 60, /* some are killed about when they show their first face */
    LABELLING_MS = 300,
};

/* A decision that was seen to be done. */
struct decision {
    int64_t face_id;
    enum sit_event_kind kind;
    sit_class_index class_index;
};

struct ledger {
    size_t n;
    struct decision decisions[MAX_ACKNOWLEDGED];
};

static void acknowledge(struct ledger *ledger, int64_t face_id,
                        enum sit_event_kind kind, sit_class_index class_index)
{
    assert_true(ledger->n < MAX_ACKNOWLEDGED);
    ledger->decisions[ledger->n++] = (struct decision){face_id, kind, class_index};
}

/* All of them are in the file, in order; others (sent, not acknowledged) may be too. */
static void assert_nothing_missing(const struct driver_project *project,
                                   const struct ledger *ledger, size_t round)
{
    struct driver_events events;
    driver_load_events(project, &events);
    size_t found = 0;
    for (size_t i = 0; i < events.n && found < ledger->n; i++) {
        const struct decision *want = &ledger->decisions[found];
        found += events.items[i].face_id == want->face_id &&
                 events.items[i].kind == want->kind &&
                 events.items[i].class_index == want->class_index;
    }
    if (found != ledger->n)
        fail_msg("round %zu: decision %zu of %zu is missing", round, found, ledger->n);
    driver_release_events(&events);
}

static bool wait_frame(struct ptyterm *term, size_t n_before, int64_t until_ms)
{
    int64_t left_ms = until_ms - sit_clock_ms();
    return left_ms > 0 && ptyterm_expect_picture_end(term, n_before, (int)left_ms);
}

static int64_t shown_face_id(struct ptyterm *term, const struct driver_project *project)
{
    return project->ids[driver_find_name(project, driver_shown_name(term))];
}

/* Label, a key as soon as the frame before is complete, until the time has come. */
static void label_until(struct ptyterm *term, const struct driver_project *project,
                        struct ledger *ledger, int64_t until_ms)
{
    if (!wait_frame(term, 0, until_ms))
        return;
    for (size_t i = 0;; i++) {
        int64_t face_id = shown_face_id(term, project);
        int64_t left_ms = until_ms - sit_clock_ms();
        if (left_ms <= 0 || !driver_press(term, i % 2 == 0 ? "m" : "f", (int)left_ms))
            return;
        acknowledge(ledger, face_id, SIT_EVENT_LABEL, (sit_class_index)(i % 2));
    }
}

/* A run undoes the newest decision of the killed one, and does it again. */
static void assert_undo_goes_on(const struct driver_project *project,
                                struct ledger *ledger)
{
    struct ptyterm term;
    struct driver_events events;
    driver_load_events(project, &events);
    driver_start(&term, &ptyterm_sixel_sync, project, "label", "ann");
    assert_true(ptyterm_expect_picture_end(&term, 0, DRIVER_LIMIT_MS));
    const struct sit_event *last = &events.items[events.n - 1];
    if (events.n > 0) {
        size_t at = 0;
        while (project->ids[at] != last->face_id)
            at++;
        driver_type_to_face(&term, project, "u", at);
        driver_expect_text(&term, "undone: ");
        acknowledge(ledger, last->face_id, SIT_EVENT_UNDO, SIT_NO_CLASS);
        ptyterm_send(&term, "\x12");
        driver_expect_text(&term, "done again: ");
        acknowledge(ledger, last->face_id, SIT_EVENT_REDO, last->class_index);
    }
    driver_release_events(&events);
    driver_quit(&term, "q");
    ptyterm_stop(&term);
}

static void loses_nothing_when_killed(void **state)
{
    (void)state;
    static struct ledger ledger;
    struct driver_project project;
    struct sit_rng rng;
    size_t n_before = 0, n_useful = 0;
    driver_make_project(&project, N_FACES, false);
    sit_rng_init(&rng, 20170930);
    for (size_t round = 0; round < N_ROUNDS; round++) {
        struct ptyterm term;
        int status;
        int64_t start_ms = sit_clock_ms();
        bool early = round % 5 == 4;
        uint64_t delay_ms = sit_rng_below(&rng, early ? START_MS : LABELLING_MS);
        driver_start(&term, &ptyterm_sixel_sync, &project, "label", "ann");
        if (!early) {
            assert_true(ptyterm_expect_picture_end(&term, 0, DRIVER_LIMIT_MS));
            start_ms = sit_clock_ms();
        }
        label_until(&term, &project, &ledger, start_ms + (int64_t)delay_ms);
        assert_true(ptyterm_kill(&term, SIGKILL));
        assert_true(ptyterm_wait_exit(&term, DRIVER_LIMIT_MS, &status));
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), SIGKILL);
        ptyterm_stop(&term);
        driver_assert_sound(&project);
        assert_nothing_missing(&project, &ledger, round);
        n_useful += ledger.n > n_before;
        if (round % 10 == 7)
            assert_undo_goes_on(&project, &ledger);
        n_before = ledger.n;
    }
    assert_nothing_missing(&project, &ledger, N_ROUNDS);
    print_message("%zu decisions acknowledged, in %zu of %d rounds\n", ledger.n,
                  n_useful, N_ROUNDS);
    assert_true(n_useful >= N_ROUNDS / 5); /* else nothing was tested */
    driver_release_project(&project);
}

int main(void)
{
    if (!sit_text_init_locale())
        return TEST_SKIPPED;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loses_nothing_when_killed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
