/*
 * The labelling session with its live model: suggestions, accuracy, queues that ask it,
 * and what happens to it when labels change, features are missing, or it fails.
 */
#include "project_support.h"

#include <math.h>
#include <poll.h>
#include <pthread.h>

#include "sitter/head.h"
#include "sitter/rng.h"
#include "sitter/session.h"

enum { DIM = 6, MALE = 0, FEMALE = 1, OTHER = 2 };

/* What face i really is, and its features: two clouds that overlap a little. */
static sit_class_index truth(size_t i)
{
    return (sit_class_index)((i * 2654435761u >> 7) % 2);
}

static void make_features(size_t i, float x[DIM])
{
    struct sit_rng rng;
    sit_rng_init(&rng, i + 1);
    for (size_t j = 0; j < DIM; j++)
        x[j] = (float)(sit_rng_normal(&rng) +
                       (j < 2 ? (truth(i) == MALE ? 2 : -2) : 0));
}

/* n faces with features; of every `gap`-th face there are none (0: of all there are).
 */
static void make(const struct fixture *f, size_t n, size_t gap)
{
    struct sit_project *project = new_project(f->path);
    add_faces(project, 0, n);
    int64_t set;
    assert_ok(
        sit_project_begin_feature_set(project, "drawn", DIM, "npy", "{}", &set, err));
    assert_ok(sit_project_begin(project, err));
    for (size_t i = 0; i < n; i++) {
        float x[DIM];
        make_features(i, x);
        if (gap == 0 || i % gap != 0)
            assert_ok(
                sit_project_put_feature(project, set, (int64_t)i + 1, x, DIM, err));
    }
    assert_ok(sit_project_commit(project, err));
    assert_ok(sit_project_finish_feature_set(project, set, err));
    sit_project_close(project);
}

struct live {
    struct sit_project *project;
    struct sit_session *session;
    const struct sit_session_view *view;
    int wake[2];
};

static struct live start(const char *path, const struct sit_session_options *options)
{
    struct live s = {.project = open_project(path, SIT_PROJECT_WRITE)};
    assert_int_equal(pipe(s.wake), 0);
    assert_ok(sit_session_open(s.project, "ann", options, &s.session, err));
    s.view = sit_session_get_view(s.session);
    assert_ok(sit_session_start_live(s.session, s.wake[1], err));
    return s;
}

static void stop(struct live *s)
{
    sit_session_free(s->session);
    sit_project_close(s->project);
    close(s->wake[0]);
    close(s->wake[1]);
}

static void wait_wake(struct live *s)
{
    struct pollfd poll_fd = {.fd = s->wake[0], .events = POLLIN};
    char byte;
    assert_int_equal(poll(&poll_fd, 1, 60000), 1);
    assert_int_equal(read(s->wake[0], &byte, 1), 1);
    sit_session_on_wake(s->session);
}

static void wait_phase(struct live *s, enum sit_live_phase phase)
{
    while (s->view->live.phase != phase)
        wait_wake(s);
}

/* Until the model knows that many labels, and how well it does on them. */
static void wait_labels(struct live *s, size_t n)
{
    while (s->view->live.phase != SIT_LIVE_READY || s->view->live.n_labels != n ||
           s->view->live.accuracy <= 0)
        wait_wake(s);
}

static void wait_suggestion(struct live *s)
{
    while (s->view->suggestion.class_index == SIT_NO_CLASS)
        wait_wake(s);
}

static const struct sit_face_table *table_of(struct live *s)
{
    return sit_labels_table(sit_session_labels(s->session));
}

/* Label n faces truly, in whatever order they come. */
static void label(struct live *s, size_t n)
{
    for (size_t k = 0; k < n; k++)
        assert_ok(sit_session_label(s->session, truth(s->view->position), 1, err));
}

static size_t n_train_labels(struct live *s, sit_class_index class_index)
{
    return s->view->counts->by_class[class_index][SIT_TRAIN];
}

static void test_suggestions(void **state)
{
    struct fixture *f = *state;
    make(f, 80, 0);
    struct live s = start(f->path, NULL);
    wait_phase(&s, SIT_LIVE_WAITING);
    assert_string_equal(s.view->live.features, "drawn");
    assert_int_equal(s.view->suggestion.class_index, SIT_NO_CLASS);
    struct sit_error cause;
    assert_int_equal(sit_session_accept(s.session, 1, &cause), SIT_E_NOT_FOUND);
    label(&s, 30);
    size_t n_labels = n_train_labels(&s, MALE) + n_train_labels(&s, FEMALE);
    assert_true(n_labels > 10 && n_labels < 30);
    wait_labels(&s, n_labels);
    while (s.view->live.accuracy <= 0.8) /* that of fewer labels may still stand */
        wait_wake(&s);
    assert_true(s.view->live.low < s.view->live.accuracy);
    assert_true(s.view->live.high >= s.view->live.accuracy);
    size_t n_right = 0, n = 0;
    for (size_t i = 0; i < 80; i++) {
        struct sit_suggestion says = sit_session_suggestion(s.session, i);
        bool unlabelled = table_of(&s)->label[i] == SIT_NO_CLASS;
        if (table_of(&s)->split[i] == SIT_TEST && unlabelled)
            assert_int_equal(says.class_index, SIT_NO_CLASS);
        if (table_of(&s)->split[i] == SIT_TRAIN && unlabelled) {
            assert_int_not_equal(says.class_index, SIT_NO_CLASS);
            assert_true(says.p >= 0.5 && says.p <= 1);
            n_right += says.class_index == truth(i);
            n++;
        }
    }
    assert_true(n > 20 && n_right * 10 > n * 8);
    stop(&s);
}

/* The head of the same labels, trained from nothing. */
static struct sit_head *train(struct live *s, size_t n_faces)
{
    static float x[60 * DIM];
    uint8_t y[60];
    uint32_t group[60];
    size_t n = 0;
    for (size_t i = 0; i < n_faces; i++)
        if (table_of(s)->split[i] == SIT_TRAIN && table_of(s)->label[i] >= 0) {
            make_features(i, x + n * DIM);
            y[n] = (uint8_t)table_of(s)->label[i];
            group[n++] = table_of(s)->source[i];
        }
    struct sit_dataset data = {
        .x = x, .y = y, .group = group, .n = n, .d = DIM, .n_classes = 2};
    struct sit_head_options options;
    struct sit_head *head = NULL;
    sit_head_options_init(&options, SIT_HEAD_LOGISTIC);
    options.c = 10.0 / DIM;
    assert_ok(sit_head_train(&data, NULL, &options, NULL, &head, NULL, err));
    return head;
}

static double largest_difference(struct live *s, size_t n_faces)
{
    struct sit_head *head = train(s, n_faces);
    double largest = 0;
    for (size_t i = 0; i < n_faces; i++) {
        struct sit_suggestion says = sit_session_suggestion(s->session, i);
        if (table_of(s)->split[i] != SIT_TRAIN || table_of(s)->label[i] >= 0)
            continue;
        float x[DIM], p[2];
        make_features(i, x);
        assert_ok(sit_head_predict(head, x, 1, DIM, p, err));
        assert_int_not_equal(says.class_index, SIT_NO_CLASS);
        double difference = fabs(says.p - (double)p[says.class_index]);
        largest = difference > largest ? difference : largest;
    }
    sit_head_free(head);
    return largest;
}

static void test_model_is_the_trained_head(void **state)
{
    struct fixture *f = *state;
    make(f, 60, 0);
    struct live s = start(f->path, NULL);
    label(&s, 25);
    size_t n_labels = n_train_labels(&s, MALE) + n_train_labels(&s, FEMALE);
    wait_labels(&s, n_labels);
    /* The standardisation may be that of a tenth fewer labels. */
    assert_true(largest_difference(&s, 60) < 0.1);
    sit_session_stop_live(s.session);
    assert_ok(sit_session_start_live(s.session, s.wake[1], err));
    wait_labels(&s, n_labels);
    assert_true(largest_difference(&s, 60) < 1e-4);
    stop(&s);
}

static void test_changed_labels(void **state)
{
    struct fixture *f = *state;
    make(f, 60, 0);
    struct live s = start(f->path, NULL);
    /* One class: waiting. Two: ready. */
    size_t n = 0;
    while (n < 3) {
        n += table_of(&s)->split[s.view->position] == SIT_TRAIN;
        assert_ok(sit_session_label(s.session, MALE, 1, err));
    }
    while (s.view->live.n_labels != 3)
        wait_wake(&s);
    assert_int_equal(s.view->live.phase, SIT_LIVE_WAITING);
    while (table_of(&s)->split[s.view->position] != SIT_TRAIN)
        assert_ok(sit_session_move(s.session, 1, err));
    assert_ok(sit_session_label(s.session, FEMALE, 1, err));
    while (s.view->live.n_labels != 4)
        wait_wake(&s);
    wait_phase(&s, SIT_LIVE_READY);
    /* Undone: waiting again. */
    struct sit_undo_result undone;
    assert_ok(sit_session_undo(s.session, &undone, err));
    wait_phase(&s, SIT_LIVE_WAITING);
    assert_int_equal(s.view->live.n_labels, 3);
    assert_int_equal(s.view->suggestion.class_index, SIT_NO_CLASS);
    assert_ok(sit_session_redo(s.session, &undone, err));
    wait_phase(&s, SIT_LIVE_READY);
    /* Excluded: it does not count, and the class is gone. */
    assert_ok(sit_session_go(s.session, undone.index, err));
    assert_ok(sit_session_label(s.session, OTHER, 1, err));
    wait_phase(&s, SIT_LIVE_WAITING);
    assert_int_equal(s.view->live.n_labels, 3);
    assert_ok(sit_session_go(s.session, undone.index, err));
    assert_ok(sit_session_label(s.session, FEMALE, 1, err));
    wait_labels(&s, 4);
    /* Others' labels count as soon as they are taken in. */
    struct sit_project *project = open_project(f->path, SIT_PROJECT_WRITE);
    struct sit_labels *other = NULL;
    struct sit_label_note note = {.spent_ms = -1, .suggested = SIT_NO_CLASS};
    assert_ok(sit_labels_open(project, "bob", &other, err));
    size_t i = 40;
    while (sit_labels_table(other)->split[i] != SIT_TRAIN)
        i++;
    assert_ok(sit_labels_set(other, i, FEMALE, &note, err));
    bool changed;
    assert_ok(sit_session_refresh(s.session, &changed, err));
    assert_true(changed);
    wait_labels(&s, 5);
    /* And more faces. */
    add_faces(project, 60, 8);
    sit_labels_free(other);
    assert_ok(sit_labels_open(project, "bob", &other, err));
    assert_ok(sit_labels_set(other, 63, MALE, &note, err));
    assert_ok(sit_session_refresh(s.session, &changed, err));
    assert_int_equal(s.view->n_faces, 68);
    label(&s, 5);
    while (s.view->live.n_labels < 7)
        wait_wake(&s);
    sit_labels_free(other);
    sit_project_close(project);
    stop(&s);
}

static void test_missing_features(void **state)
{
    struct fixture *f = *state;
    make(f, 60, 3);
    struct live s = start(f->path, NULL);
    label(&s, 30);
    size_t n = 0;
    for (size_t i = 0; i < 60; i++)
        n += i % 3 != 0 && table_of(&s)->split[i] == SIT_TRAIN &&
             table_of(&s)->label[i] != SIT_NO_CLASS;
    wait_labels(&s, n);
    for (size_t i = 0; i < 60; i++)
        if (i % 3 == 0)
            assert_int_equal(sit_session_suggestion(s.session, i).class_index,
                             SIT_NO_CLASS);
    stop(&s);
}

static void test_no_features(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    add_faces(project, 0, 10);
    sit_project_close(project);
    struct live s = start(f->path, NULL);
    wait_phase(&s, SIT_LIVE_OFF);
    label(&s, 2);
    stop(&s);
    /* Asked for by name: that is a failure, and labelling goes on. */
    const struct sit_session_options options = {.features = "nowhere"};
    s = start(f->path, &options);
    wait_phase(&s, SIT_LIVE_FAILED);
    assert_non_null(strstr(s.view->live.problem, "nowhere"));
    label(&s, 2);
    assert_int_equal(s.view->counts->n_labelled, 4);
    stop(&s);
    const struct sit_session_options off = {.no_live = true};
    s = start(f->path, &off);
    assert_int_equal(s.view->live.phase, SIT_LIVE_OFF);
    label(&s, 2);
    stop(&s);
}

static void test_what_was_suggested_is_kept(void **state)
{
    struct fixture *f = *state;
    make(f, 60, 0);
    struct live s = start(f->path, NULL);
    label(&s, 20);
    while (table_of(&s)->split[s.view->position] != SIT_TRAIN) {
        bool moved;
        assert_ok(sit_session_skip(s.session, &moved, err));
    }
    wait_suggestion(&s);
    struct sit_suggestion shown = s.view->suggestion;
    assert_ok(sit_session_accept(s.session, 7, err));
    char expected[64];
    snprintf(expected, sizeof expected, "%d|%.6f|1\n", shown.class_index + 1, shown.p);
    assert_query(f->path,
                 "SELECT class_id, printf('%.6f', suggested_p), suggestion_visible"
                 " FROM event ORDER BY id DESC LIMIT 1",
                 expected);
    /* Hidden: not shown, but noted. */
    sit_session_hide_suggestions(s.session, true);
    assert_int_equal(s.view->suggestion.class_index, SIT_NO_CLASS);
    while (table_of(&s)->split[s.view->position] != SIT_TRAIN) {
        bool moved;
        assert_ok(sit_session_skip(s.session, &moved, err));
    }
    while (sit_session_suggestion(s.session, s.view->position).class_index ==
           SIT_NO_CLASS)
        wait_wake(&s);
    struct sit_error cause;
    assert_int_equal(sit_session_accept(s.session, 1, &cause), SIT_E_NOT_FOUND);
    label(&s, 1);
    assert_query(f->path,
                 "SELECT suggestion_visible FROM event ORDER BY id DESC LIMIT 1",
                 "0\n");
    stop(&s);
}

/* Ended at any moment, whatever it is doing. */
static void test_stop_under_load(void **state)
{
    struct fixture *f = *state;
    make(f, 400, 0);
    for (size_t round = 0; round < 12; round++) {
        const struct sit_session_options options = {
            .queue = (enum sit_queue)(round % SIT_N_QUEUES)};
        struct live s = start(f->path, &options);
        for (size_t k = 0; k < round; k++) {
            label(&s, 1);
            if (k % 3 == 0)
                sit_session_on_wake(s.session);
        }
        if (round % 2 == 0) {
            sit_session_stop_live(s.session);
            assert_int_equal(s.view->live.phase, SIT_LIVE_OFF);
            label(&s, 1);
            assert_ok(sit_session_start_live(s.session, s.wake[1], err));
        }
        stop(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_fixture(test_suggestions),
        with_fixture(test_model_is_the_trained_head),
        with_fixture(test_changed_labels),
        with_fixture(test_missing_features),
        with_fixture(test_no_features),
        with_fixture(test_what_was_suggested_is_kept),
        with_fixture(test_stop_under_load),
    };
    return cmocka_run_group_tests_name("live session", tests, NULL, NULL);
}
