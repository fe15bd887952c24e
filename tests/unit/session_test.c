/*
 * The labelling session: where it begins, where each action leads.
 */
#include "project_support.h"

#include "sitter/rng.h"
#include "sitter/session.h"

struct open_session {
    struct sit_project *project;
    struct sit_session *session;
    const struct sit_session_view *view;
};

static struct open_session start(const char *path, const char *annotator)
{
    struct open_session s = {.project = open_project(path, SIT_PROJECT_WRITE)};
    assert_ok(sit_session_open(s.project, annotator, NULL, &s.session, err));
    s.view = sit_session_get_view(s.session);
    return s;
}

static void stop(struct open_session *s)
{
    sit_session_free(s->session);
    sit_project_close(s->project);
}

static void make(const struct fixture *f, size_t n)
{
    struct sit_project *project = new_project(f->path);
    if (n > 0)
        add_faces(project, 0, n);
    sit_project_close(project);
}

static void label(struct open_session *s, sit_class_index class_index)
{
    assert_ok(sit_session_label(s->session, class_index, 3, err));
}

static void test_no_faces(void **state)
{
    struct fixture *f = *state;
    make(f, 0);
    struct sit_project *project = open_project(f->path, SIT_PROJECT_WRITE);
    struct sit_session *session = NULL;
    struct sit_error cause = {0};
    assert_int_equal(sit_session_open(project, "ann", NULL, &session, &cause),
                     SIT_E_NOT_FOUND);
    assert_null(session);
    assert_non_null(strstr(cause.message, "sitter import"));
    sit_project_close(project);
    sit_session_free(NULL);
}

static void test_label_and_resume(void **state)
{
    struct fixture *f = *state;
    make(f, 6);
    struct open_session s = start(f->path, "ann");
    assert_int_equal(s.view->position, 0);
    assert_int_equal(s.view->n_faces, 6);
    assert_string_equal(s.view->annotator, "ann");
    assert_string_equal(s.view->face->name, "f0000_0.jpg");
    label(&s, 1);
    assert_int_equal(s.view->position, 1);
    assert_int_equal(s.view->n_recent, 1);
    assert_string_equal(s.view->recent[0].name, "f0000_0.jpg");
    bool moved;
    assert_ok(sit_session_skip(s.session, &moved, err));
    assert_true(moved);
    assert_int_equal(s.view->position, 2);
    label(&s, 0); /* 2 */
    stop(&s);
    s = start(f->path,
              "ann"); /* after the last decision, not the first unlabelled one */
    assert_int_equal(s.view->position, 3);
    assert_int_equal(s.view->n_recent, 2);
    struct open_session other = start(f->path, "bob");
    assert_int_equal(other.view->position, 1);
    assert_int_equal(other.view->n_recent, 0);
    stop(&other);
    label(&s, 0);
    label(&s, 0);
    label(&s, 0); /* 3, 4, 5: on to the one that was skipped */
    assert_int_equal(s.view->position, 1);
    assert_ok(sit_session_skip(s.session, &moved, err));
    assert_false(moved);
    label(&s, 2);
    assert_int_equal(s.view->position, 1); /* none is left: it stays */
    assert_int_equal(s.view->counts->n_labelled, 6);
    assert_int_equal(s.view->face->label, 2);
    assert_string_equal(s.view->face->annotator, "ann");
    stop(&s);
    s = start(f->path, "ann");
    assert_int_equal(s.view->position, 1); /* that last face */
    stop(&s);
}

static void test_undo_and_redo_show_the_face(void **state)
{
    struct fixture *f = *state;
    make(f, 6);
    struct open_session s = start(f->path, "ann");
    label(&s, 0);
    label(&s, 1);
    label(&s, 1);
    assert_ok(sit_session_go(s.session, 5, err));
    struct sit_undo_result result;
    assert_ok(sit_session_undo(s.session, &result, err));
    assert_int_equal(s.view->position, 2);
    assert_int_equal(s.view->face->label, SIT_NO_CLASS);
    assert_null(s.view->face->annotator);
    stop(&s);
    s = start(f->path, "ann");
    assert_int_equal(s.view->position, 2); /* an undone face is where one goes on */
    assert_ok(sit_session_undo(s.session, &result, err));
    assert_int_equal(s.view->position, 1);
    assert_ok(sit_session_redo(s.session, &result, err));
    assert_int_equal(s.view->position, 1);
    assert_int_equal(s.view->face->label, 1);
    label(&s, 2); /* a new decision: nothing to redo */
    struct sit_error cause = {0};
    assert_int_equal(sit_session_redo(s.session, &result, &cause), SIT_E_NOT_FOUND);
    assert_string_equal(cause.message, "nothing to redo");
    stop(&s);
}

static void test_moving_and_finding(void **state)
{
    struct fixture *f = *state;
    make(f, 6);
    struct open_session s = start(f->path, "ann");
    assert_ok(sit_session_move(s.session, -3, err));
    assert_int_equal(s.view->position, 0);
    assert_ok(sit_session_move(s.session, 2, err));
    assert_int_equal(s.view->position, 2);
    assert_ok(sit_session_move(s.session, 1000000, err));
    assert_int_equal(s.view->position, 5);
    assert_ok(sit_session_move(s.session, -9223372036854775807L - 1, err));
    assert_int_equal(s.view->position, 0);
    assert_ok(sit_session_go(s.session, SIZE_MAX, err));
    assert_int_equal(s.view->position, 5);
    assert_ok(sit_session_find(s.session, "F0001", false, err)); /* wraps around */
    assert_string_equal(s.view->face->name, "f0001_0.jpg");
    assert_ok(sit_session_find(s.session, "f0001", false, err));
    assert_string_equal(s.view->face->name, "f0001_1.jpg");
    assert_ok(sit_session_find(s.session, "_1", true, err));
    assert_string_equal(s.view->face->name, "f0000_1.jpg");
    assert_ok(sit_session_find(s.session, "_1", true, err));
    assert_string_equal(s.view->face->name, "f0002_1.jpg");
    struct sit_error cause = {0};
    size_t position = s.view->position;
    assert_int_equal(sit_session_find(s.session, "%", false, &cause), SIT_E_NOT_FOUND);
    assert_int_equal(s.view->position, position);
    stop(&s);
}

static void assert_upcoming(struct open_session *s, size_t n)
{
    int64_t ids[16];
    size_t used = sit_session_upcoming(s->session, ids, n);
    assert_true(used <= n);
    for (size_t i = 0; i < used; i++) {
        assert_int_not_equal(ids[i], s->view->face->face_id);
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(ids[i], ids[j]);
    }
}

static void test_upcoming(void **state)
{
    struct fixture *f = *state;
    make(f, 8);
    struct open_session s = start(f->path, "ann");
    int64_t ids[16];
    for (size_t round = 0; round < 10; round++) {
        for (size_t at = 0; at < 8; at++) {
            assert_ok(sit_session_go(s.session, at, err));
            for (size_t n = 0; n <= 9; n++)
                assert_upcoming(&s, n);
        }
        assert_ok(sit_session_go(s.session, round * 3 % 8, err));
        label(&s, 0);
    }
    stop(&s);
    unlink(f->path);
    make(f, 8);
    s = start(f->path, "ann");
    label(&s, 0);
    label(&s, 0);
    assert_ok(sit_session_go(s.session, 5, err));
    size_t n = sit_session_upcoming(s.session, ids, 16);
    /* Next unlabelled 7 8 3 4 5 (ids from 1), then before and after, then the undo. */
    const int64_t expected[] = {7, 8, 3, 4, 5, 2};
    assert_int_equal(n, 6);
    assert_memory_equal(ids, expected, sizeof expected);
    n = sit_session_upcoming(s.session, ids, 4); /* room for all four kinds */
    const int64_t few[] = {7, 5, 2};
    assert_int_equal(n, 3);
    assert_memory_equal(ids, few, sizeof few);
    stop(&s);
}

static void test_refresh(void **state)
{
    struct fixture *f = *state;
    make(f, 4);
    struct open_session s = start(f->path, "ann"), other = start(f->path, "bob");
    assert_ok(sit_session_go(other.session, 0, err));
    label(&other, 1);
    bool changed = false;
    assert_int_equal(s.view->face->label, SIT_NO_CLASS);
    assert_ok(sit_session_refresh(s.session, &changed, err));
    assert_true(changed);
    assert_int_equal(s.view->position, 0); /* nobody moves one's face */
    assert_int_equal(s.view->face->label, 1);
    assert_string_equal(s.view->face->annotator, "bob");
    add_faces(other.project, 4, 3);
    assert_ok(sit_session_refresh(s.session, &changed, err));
    assert_true(changed);
    assert_int_equal(s.view->n_faces, 7);
    assert_int_equal(s.view->counts->n_faces, 7);
    assert_ok(sit_session_go(s.session, 6, err));
    assert_int_equal(s.view->position, 6);
    sit_session_idle(s.session);
    assert_ok(sit_session_refresh(s.session, &changed, err));
    assert_false(changed);
    stop(&s);
    stop(&other);
}

static struct open_session start_with(const char *path,
                                      const struct sit_session_options *options)
{
    struct open_session s = {.project = open_project(path, SIT_PROJECT_WRITE)};
    assert_ok(sit_session_open(s.project, "ann", options, &s.session, err));
    s.view = sit_session_get_view(s.session);
    return s;
}

static void assert_last_event(const struct fixture *f, const char *columns,
                              const char *expected)
{
    char sql[160];
    snprintf(sql, sizeof sql, "SELECT %s FROM event ORDER BY id DESC LIMIT 1", columns);
    assert_query(f->path, sql, expected);
}

static void test_how_a_face_was_chosen_is_kept(void **state)
{
    struct fixture *f = *state;
    make(f, 30);
    struct open_session s = start(f->path, "ann");
    label(&s, 0);
    assert_last_event(f, "queue, reason, blind", "given|NULL|1\n");
    assert_ok(sit_session_go(s.session, 20, err));
    label(&s, 0);
    assert_last_event(f, "queue", "NULL\n");
    assert_ok(sit_session_set_queue(s.session, SIT_QUEUE_RANDOM, err));
    label(&s, 0); /* the face that was there already */
    label(&s, 0);
    assert_last_event(f, "queue", "random\n");
    struct sit_error cause;
    enum sit_queue queue = SIT_QUEUE_LEAST;
    assert_int_equal(sit_queue_parse("best", &queue, &cause), SIT_E_ARG);
    assert_non_null(strstr(cause.message, "uncertain"));
    for (int q = 0; q < SIT_N_QUEUES; q++) {
        assert_ok(sit_queue_parse(sit_queue_name((enum sit_queue)q), &queue, err));
        assert_int_equal(queue, q);
    }
    stop(&s);
}

/* In other orders than the given one the arrows lead through what was shown. */
static void test_arrows_in_random_order(void **state)
{
    struct fixture *f = *state;
    make(f, 30);
    const struct sit_session_options options = {.queue = SIT_QUEUE_RANDOM, .seed = 3};
    struct open_session s = start_with(f->path, &options);
    size_t shown[4];
    for (size_t k = 0; k < 4; k++) {
        shown[k] = s.view->position;
        if (k < 3)
            label(&s, 0);
    }
    assert_ok(sit_session_move(s.session, -1, err));
    assert_int_equal(s.view->position, shown[2]);
    assert_ok(sit_session_move(s.session, -1, err));
    assert_int_equal(s.view->position, shown[1]);
    label(&s, 1); /* corrected: back to the face that waits */
    assert_int_equal(s.view->position, shown[3]);
    assert_ok(sit_session_move(s.session, -100, err));
    assert_int_equal(s.view->position, shown[0]);
    assert_ok(sit_session_move(s.session, -1, err));
    assert_int_equal(s.view->position, shown[0]);
    assert_ok(sit_session_move(s.session, 100, err));
    assert_int_equal(s.view->position, shown[3]);
    assert_ok(sit_session_move(s.session, 1, err)); /* past the end: a new face */
    for (size_t k = 0; k < 4; k++)
        assert_int_not_equal(s.view->position, shown[k]);
    stop(&s);
    /* The same seed, the same faces. */
    unlink(f->path);
    make(f, 30);
    s = start_with(f->path, &options);
    for (size_t k = 0; k < 3; k++) {
        assert_int_equal(s.view->position, shown[k]);
        label(&s, 0);
    }
    stop(&s);
}

static void test_filter(void **state)
{
    struct fixture *f = *state;
    make(f, 30);
    struct open_session s = start(f->path, "ann");
    struct sit_error cause;
    assert_string_equal(s.view->filter, "");
    assert_int_equal(s.view->n_matching, 30);
    assert_int_equal(sit_session_set_filter(s.session, "nonsense=1", &cause),
                     SIT_E_ARG);
    assert_int_equal(sit_session_set_filter(s.session, "name~zebra", &cause),
                     SIT_E_NOT_FOUND);
    assert_int_equal(s.view->n_matching, 30);
    assert_ok(sit_session_set_filter(s.session, "name~f001", err));
    assert_string_equal(s.view->filter, "name~f001"); /* sources 10 to 14 */
    assert_int_equal(s.view->n_matching, 10);
    assert_true(sit_session_matches(s.session, 20));
    assert_false(sit_session_matches(s.session, 19));
    assert_int_equal(s.view->position, 0); /* the face stays */
    label(&s, 0);
    assert_int_equal(s.view->position, 20);
    assert_ok(sit_session_move(s.session, 3, err));
    assert_int_equal(s.view->position, 23);
    assert_ok(sit_session_move(s.session, -100, err));
    assert_int_equal(s.view->position, 20);
    assert_ok(sit_session_find(s.session, "_1", true, err));
    assert_int_equal(s.view->position, 29); /* not 19 */
    assert_int_equal(sit_session_find(s.session, "f0003", false, &cause),
                     SIT_E_NOT_FOUND);
    for (size_t q = 0; q < 10; q++)
        label(&s, (sit_class_index)(q % 2));
    bool moved;
    assert_ok(sit_session_skip(s.session, &moved, err));
    assert_false(moved); /* all that match are labelled */
    assert_ok(sit_session_set_filter(s.session, "label=f", err));
    assert_int_equal(s.view->n_matching, 5);
    label(&s, 0); /* it matches no longer, or does */
    assert_in_range(s.view->n_matching, 4, 5);
    assert_ok(sit_session_set_filter(s.session, "", err));
    assert_int_equal(s.view->n_matching, 30);
    assert_ok(sit_session_skip(s.session, &moved, err));
    assert_true(moved);
    stop(&s);
}

static void test_remarks(void **state)
{
    struct fixture *f = *state;
    make(f, 8);
    struct open_session s = start(f->path, "ann");
    assert_false(s.view->bookmarked);
    assert_ok(sit_session_toggle_bookmark(s.session, err));
    assert_true(s.view->bookmarked);
    assert_ok(sit_session_set_comment(s.session, "a moustache?", err));
    assert_string_equal(s.view->comment, "a moustache?");
    assert_ok(sit_session_move(s.session, 1, err));
    assert_false(s.view->bookmarked);
    assert_string_equal(s.view->comment, "");
    assert_ok(sit_session_set_filter(s.session, "commented", err));
    assert_int_equal(s.view->n_matching, 1);
    assert_ok(sit_session_set_comment(s.session, "another", err));
    assert_int_equal(s.view->n_matching, 2);
    assert_ok(sit_session_set_comment(s.session, "", err));
    assert_int_equal(s.view->n_matching, 1);
    assert_ok(sit_session_set_filter(s.session, "bookmarked", err));
    assert_ok(sit_session_go(s.session, 0, err));
    assert_ok(sit_session_toggle_bookmark(s.session, err));
    assert_false(s.view->bookmarked);
    assert_int_equal(s.view->n_matching, 0);
    stop(&s);
}

static void set_share(const char *path, enum sit_share which, double share)
{
    struct sit_project *project = open_project(path, SIT_PROJECT_WRITE);
    assert_ok(sit_project_begin(project, err));
    assert_ok(sit_project_set_share(project, which, share, err));
    assert_ok(sit_project_commit(project, err));
    sit_project_close(project);
}

static void test_retests_look_new(void **state)
{
    struct fixture *f = *state;
    make(f, 120);
    set_share(f->path, SIT_SHARE_RETEST, 0.3);
    struct open_session s = start(f->path, "ann");
    size_t n_retests = 0, n_labels = 0;
    while (s.view->counts->n_labelled < 120) {
        const struct sit_face_table *table = sit_labels_table(
            sit_session_labels(s.session));
        bool again = table->label[s.view->position] != SIT_NO_CLASS;
        n_retests += again;
        n_labels++;
        assert_int_equal(s.view->face->label, SIT_NO_CLASS);
        assert_null(s.view->face->annotator);
        label(&s, again ? 1 : 0);
        if (again)
            assert_last_event(f, "reason, queue, class_id", "retest|NULL|2\n");
    }
    assert_true(n_retests >= 4 && n_retests <= 10);
    assert_int_equal(n_labels, 120 + n_retests);
    assert_int_equal(
        query_number(f->path, "SELECT count(*) FROM event WHERE reason = 'retest'"),
        (long long)n_retests);
    stop(&s);
    /* Never twice. */
    s = start(f->path, "ann");
    bool moved;
    assert_ok(sit_session_skip(s.session, &moved, err));
    stop(&s);
}

static void test_overlap(void **state)
{
    struct fixture *f = *state;
    make(f, 60);
    set_share(f->path, SIT_SHARE_OVERLAP, 0.4);
    struct open_session s = start(f->path, "ann");
    for (size_t k = 0; k < 60; k++)
        label(&s, 0);
    stop(&s);
    s = start(f->path, "bob");
    const struct sit_face_table *table = sit_labels_table(
        sit_session_labels(s.session));
    size_t n_overlap = 0, n = 0;
    for (size_t i = 0; i < 60; i++)
        n_overlap += (table->flags[i] & SIT_FACE_OVERLAP) != 0;
    assert_in_range(n_overlap, 10, 40);
    bool moved = true;
    while (moved) {
        size_t at = s.view->position;
        assert_true((table->flags[at] & SIT_FACE_OVERLAP) != 0);
        assert_int_equal(s.view->face->label, SIT_NO_CLASS);
        label(&s, 1);
        n++;
        moved = s.view->position != at;
    }
    assert_int_equal(n, n_overlap);
    stop(&s);
}

/* Whatever is pressed: the face that was said to come is the one that comes. */
static void test_any_keys(void **state)
{
    struct fixture *f = *state;
    static const char *const filters[] = {"", "name~_1", "label=none", "split=train"};
    for (uint64_t seed = 0; seed < 6; seed++) {
        struct sit_rng rng;
        unlink(f->path);
        make(f, 48);
        set_share(f->path, SIT_SHARE_RETEST, 0.2);
        sit_rng_init(&rng, seed);
        const struct sit_session_options options = {
            .queue = (enum sit_queue)(seed % SIT_N_QUEUES), .seed = seed};
        struct open_session s = start_with(f->path, &options);
        for (size_t step = 0; step < 150; step++) {
            int64_t ids[16];
            struct sit_undo_result undone;
            size_t at = s.view->position, n = sit_session_upcoming(s.session, ids, 16);
            bool moved = false;
            uint64_t key = sit_rng_below(&rng, 12);
            if (key < 6) {
                label(&s, (sit_class_index)sit_rng_below(&rng, 2));
                moved = s.view->position != at;
            } else if (key < 8) {
                assert_ok(sit_session_skip(s.session, &moved, err));
            } else if (key == 8) {
                assert_ok(
                    sit_session_move(s.session, (long)sit_rng_below(&rng, 5) - 2, err));
            } else if (key == 9) {
                assert_ok(
                    sit_session_go(s.session, (size_t)sit_rng_below(&rng, 50), err));
            } else if (key == 10) {
                enum sit_status status = sit_session_undo(s.session, &undone, NULL);
                assert_true(status == SIT_OK || status == SIT_E_NOT_FOUND);
            } else if (sit_rng_below(&rng, 4) == 0) {
                sit_session_set_filter(s.session, filters[sit_rng_below(&rng, 4)],
                                       NULL);
                assert_ok(sit_session_set_queue(
                    s.session, (enum sit_queue)sit_rng_below(&rng, SIT_N_QUEUES), err));
            }
            if (key < 8 && moved) {
                assert_true(n > 0);
                assert_int_equal(s.view->face->face_id, ids[0]);
            }
        }
        stop(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_fixture(test_no_faces),
        with_fixture(test_label_and_resume),
        with_fixture(test_undo_and_redo_show_the_face),
        with_fixture(test_moving_and_finding),
        with_fixture(test_upcoming),
        with_fixture(test_refresh),
        with_fixture(test_how_a_face_was_chosen_is_kept),
        with_fixture(test_arrows_in_random_order),
        with_fixture(test_filter),
        with_fixture(test_remarks),
        with_fixture(test_retests_look_new),
        with_fixture(test_overlap),
        with_fixture(test_any_keys),
    };
    return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
