/*
 * Pages of faces: orders, windows, marks, batches, undo. Suggestions and filters are
 * made here; the real ones are a session's.
 */
#include "project_support.h"

#include <math.h>

#include "sitter/page.h"

enum { N_FACES = 30, N_SOURCES = 15, SIZE = 10, DIM = 2 };

struct owned {
    struct sit_project *project;
    struct sit_labels *labels;
    struct sit_page *page;
    const struct sit_page_view *view;
    double p[N_FACES]; /* of class 0 where at least a half; below 0: no suggestion */
    bool hidden[N_FACES];
};

static struct sit_suggestion suggest(void *context, size_t index)
{
    const struct owned *o = context;
    if (o->p[index] < 0)
        return (struct sit_suggestion){.class_index = SIT_NO_CLASS};
    bool first = o->p[index] >= 0.5;
    return (struct sit_suggestion){.class_index = first ? 0 : 1,
                                   .p = first ? o->p[index] : 1 - o->p[index]};
}

static bool matches(void *context, size_t index)
{
    return !((const struct owned *)context)->hidden[index];
}

/* Of thirty faces of fifteen sources the last five sources are test. Face i has the
 * features (cos, sin) of its own angle, scattered over a quarter of the circle. */
static double angle(size_t i)
{
    return 1.5 * (double)((i * 7) % N_FACES) / N_FACES;
}

static void fill(struct sit_project *project)
{
    int64_t set_id, ids[N_FACES];
    assert_ok(sit_project_begin(project, err));
    for (size_t i = 0; i < N_FACES; i++) {
        char name[32], source[32];
        snprintf(source, sizeof source, "s%02zu", i % N_SOURCES);
        snprintf(name, sizeof name, "f%04zu.jpg", i);
        struct sit_new_face face = {.name = name,
                                    .width_px = 1,
                                    .height_px = 1,
                                    .format = "other",
                                    .bytes = name,
                                    .n_bytes = strlen(name)};
        sit_sha256(name, strlen(name), face.sha256);
        assert_ok(sit_project_add_source(project, source, false,
                                         i % N_SOURCES < 10 ? SIT_TRAIN : SIT_TEST,
                                         &face.source_id, &face.split, err));
        assert_ok(sit_project_add_face(project, &face, &ids[i], err));
    }
    assert_ok(sit_project_commit(project, err));
    assert_ok(sit_project_begin_feature_set(project, "angles", DIM, "npy", "{}",
                                            &set_id, err));
    assert_ok(sit_project_begin(project, err));
    for (size_t i = 0; i < N_FACES; i++) {
        const float vector[DIM] = {(float)(3 * cos(angle(i))),
                                   (float)(3 * sin(angle(i)))};
        assert_ok(sit_project_put_feature(project, set_id, ids[i], vector, DIM, err));
    }
    assert_ok(sit_project_commit(project, err));
    assert_ok(sit_project_finish_feature_set(project, set_id, err));
}

static void start(struct owned *o, const struct fixture *f, const char *annotator)
{
    *o = (struct owned){.project = open_project(f->path, SIT_PROJECT_WRITE)};
    const struct sit_page_owner owner = {
        .context = o, .suggest = suggest, .matches = matches};
    for (size_t i = 0; i < N_FACES; i++)
        o->p[i] = i % 2 == 0 ? 0.99 - 0.01 * (double)i : 0.01 + 0.01 * (double)i;
    assert_ok(sit_labels_open(o->project, annotator, &o->labels, err));
    assert_ok(sit_page_open(o->labels, &owner, &o->page, err));
    o->view = sit_page_get_view(o->page);
    sit_page_set_size(o->page, SIZE);
}

static void make(struct owned *o, const struct fixture *f)
{
    struct sit_project *project = new_project(f->path);
    fill(project);
    sit_project_close(project);
    start(o, f, "ann");
}

static void stop(struct owned *o)
{
    sit_page_free(o->page);
    sit_labels_free(o->labels);
    sit_project_close(o->project);
}

static void arrange(struct owned *o, enum sit_page_order order,
                    enum sit_page_scope scope, size_t like)
{
    assert_ok(sit_page_arrange(o->page, order, scope, like, err));
}

static sit_class_index label_of(const struct owned *o, size_t index)
{
    return sit_labels_table(o->labels)->label[index];
}

static size_t n_labelled(const struct owned *o)
{
    return sit_labels_counts(o->labels)->n_labelled;
}

static void test_given_order_has_all_and_no_hint_on_test_faces(void **state)
{
    struct owned o;
    make(&o, *state);
    assert_int_equal(o.view->order, SIT_PAGE_GIVEN);
    assert_int_equal(o.view->n_pages, 3);
    assert_int_equal(o.view->n, SIZE);
    size_t n_test = 0;
    for (size_t page = 0; page < 3; page++) {
        sit_page_go(o.page, page);
        for (size_t i = 0; i < o.view->n; i++) {
            const struct sit_page_face *face = &o.view->faces[i];
            assert_int_equal(face->index, page * SIZE + i);
            assert_int_equal(face->is_test, face->index % N_SOURCES >= 10);
            assert_int_equal(face->suggestion.class_index == SIT_NO_CLASS,
                             face->is_test);
            n_test += face->is_test;
        }
    }
    assert_int_equal(n_test, 10);
    sit_page_go(o.page, 99);
    assert_int_equal(o.view->page, 2);
    stop(&o);
}

static void test_predicted_order(void **state)
{
    struct owned o;
    make(&o, *state);
    arrange(&o, SIT_PAGE_PREDICTED, SIT_PAGE_UNLABELLED, 0);
    assert_int_equal(o.view->n_in_order, 20); /* no test faces */
    /* Ten of each class: a page a class, the surest pages first, the least sure of a
     * page first. */
    assert_int_equal(o.view->n_suggested, SIZE);
    for (size_t page = 0; page < 2; page++) {
        sit_page_go(o.page, page);
        for (size_t i = 0; i < SIZE; i++) {
            assert_int_equal(o.view->faces[i].suggestion.class_index, page);
            assert_false(o.view->faces[i].is_test);
            if (i > 0)
                assert_true(o.view->faces[i - 1].suggestion.p <
                            o.view->faces[i].suggestion.p);
        }
    }
    sit_page_set_size(o.page, 5);
    assert_int_equal(o.view->page, 2); /* the first face of the page stays */
    sit_page_go(o.page, 0);
    double least = o.view->faces[0].suggestion.p;
    sit_page_go(o.page, 1);
    assert_true(o.view->faces[4].suggestion.p < least);
    stop(&o);
}

static void test_similar_order_is_a_chain(void **state)
{
    struct owned o;
    make(&o, *state);
    arrange(&o, SIT_PAGE_SIMILAR, SIT_PAGE_UNLABELLED, 0);
    assert_int_equal(o.view->n_in_order, 20);
    /* From the smallest angle on it can only go up. */
    double last = -1;
    for (size_t page = 0; page < 2; page++) {
        sit_page_go(o.page, page);
        for (size_t i = 0; i < SIZE; i++) {
            assert_true(angle(o.view->faces[i].index) > last);
            last = angle(o.view->faces[i].index);
        }
    }
    arrange(&o, SIT_PAGE_SIMILAR, SIT_PAGE_UNLABELLED, 17);
    assert_int_equal(o.view->faces[0].index, 17);
    stop(&o);
}

/* Another thread may read meanwhile: on a project of its own, and what has been
 * labelled since does not come. */
static void test_sorting_in_steps(void **state)
{
    struct owned o;
    struct sit_page_sorting *sorting = NULL;
    make(&o, *state);
    assert_ok(sit_page_sorting_begin(o.page, SIT_PAGE_UNLABELLED, 17, &sorting, err));
    assert_int_equal(sit_page_sorting_values(sorting), 20 * DIM);
    bool chosen[SIZE] = {true};
    size_t labelled = o.view->faces[0].index;
    assert_ok(sit_page_label(o.page, chosen, 0, -1, err));
    struct sit_project *other = open_project(((struct fixture *)*state)->path,
                                             SIT_PROJECT_READ);
    assert_ok(sit_page_sorting_run(sorting, other, NULL, err));
    sit_project_close(other);
    assert_int_equal(o.view->order, SIT_PAGE_GIVEN);
    assert_ok(sit_page_sorting_end(o.page, sorting, err));
    assert_int_equal(o.view->order, SIT_PAGE_SIMILAR);
    assert_int_equal(o.view->n_in_order, 19);
    assert_int_equal(o.view->faces[0].index, 17);
    assert_false(sit_page_go_to_face(o.page, labelled));
    sit_page_sorting_free(sorting);
    stop(&o);
}

static void test_source_order(void **state)
{
    struct owned o;
    make(&o, *state);
    arrange(&o, SIT_PAGE_SOURCE, SIT_PAGE_ALL, 0);
    assert_int_equal(o.view->n_in_order, N_FACES);
    for (size_t i = 0; i < SIZE; i++)
        assert_int_equal(o.view->faces[i].index, i / 2 + (i % 2) * N_SOURCES);
    stop(&o);
}

static void test_what_cannot_be_ordered_stays(void **state)
{
    struct owned o;
    make(&o, *state);
    int64_t serial = o.view->serial;
    for (size_t i = 0; i < N_FACES; i++)
        o.p[i] = -1;
    assert_int_equal(
        sit_page_arrange(o.page, SIT_PAGE_PREDICTED, SIT_PAGE_ALL, 0, NULL),
        SIT_E_NOT_FOUND);
    assert_int_equal(o.view->order, SIT_PAGE_GIVEN);
    assert_int_equal(o.view->serial, serial);
    sit_page_go(o.page, 1); /* on the page before something had been suggested */
    assert_int_equal(sit_page_accept(o.page, 0, NULL, NULL, NULL), SIT_E_NOT_FOUND);
    stop(&o);
}

static void test_scope_and_filter(void **state)
{
    struct owned o;
    make(&o, *state);
    bool chosen[SIT_PAGE_MAX_FACES] = {true, false, true};
    assert_ok(sit_page_label(o.page, chosen, 1, 90, err));
    assert_int_equal(o.view->n, SIZE); /* they stay on their page */
    assert_int_equal(o.view->faces[2].label, 1);
    arrange(&o, SIT_PAGE_GIVEN, SIT_PAGE_LABELLED, 0);
    assert_int_equal(o.view->n_in_order, 2);
    arrange(&o, SIT_PAGE_GIVEN, SIT_PAGE_UNLABELLED, 0);
    assert_int_equal(o.view->n_in_order, N_FACES - 2);
    o.hidden[1] = true;
    arrange(&o, SIT_PAGE_GIVEN, SIT_PAGE_ALL, 0);
    assert_int_equal(o.view->n_in_order, N_FACES - 1);
    assert_int_equal(o.view->faces[1].index, 2);
    stop(&o);
}

/* A page is one batch, with what was suggested; and one undo, and one redo. */
static void test_accepting_a_page(void **state)
{
    struct fixture *f = *state;
    struct owned o;
    make(&o, f);
    arrange(&o, SIT_PAGE_PREDICTED, SIT_PAGE_UNLABELLED, 0);
    size_t left_out = o.view->faces[1].index, other = o.view->faces[4].index;
    sit_page_mark(o.page, 1, true, SIT_NO_CLASS);
    sit_page_mark(o.page, 4, true, 2);
    sit_page_mark(o.page, 5, true, 2);
    sit_page_mark(o.page, 5, false, SIT_NO_CLASS); /* thought better of it */
    assert_int_equal(o.view->n_marked, 2);
    size_t n = 0, n_left = 0;
    int64_t serial = o.view->serial;
    assert_ok(sit_page_accept(o.page, 900, &n, &n_left, err));
    assert_int_equal(n, 9);
    assert_int_equal(n_left, 1);
    assert_int_equal(o.view->page, 1);
    assert_int_not_equal(o.view->serial, serial);
    assert_int_equal(o.view->n_marked, 0);
    assert_int_equal(n_labelled(&o), 9);
    assert_int_equal(label_of(&o, left_out), SIT_NO_CLASS);
    assert_int_equal(label_of(&o, other), 2);
    assert_query(f->path,
                 "SELECT count(*), count(DISTINCT batch), min(batch) > 0, min(origin),"
                 " max(spent_ms), sum(suggestion_visible) FROM event",
                 "9|1|1|grid|100|9\n");
    assert_query(f->path,
                 "SELECT count(*) FROM event WHERE class_id <> suggested_class_id",
                 "1\n");
    struct sit_undo_result undo;
    assert_ok(sit_page_undo(o.page, &undo, err));
    assert_int_equal(undo.n_faces, 9);
    assert_int_equal(n_labelled(&o), 0);
    assert_int_equal(o.view->page, 0); /* the page that it was about */
    assert_int_equal(o.view->n_suggested, SIZE);
    assert_ok(sit_page_redo(o.page, &undo, err));
    assert_int_equal(n_labelled(&o), 9);
    assert_int_equal(label_of(&o, other), 2);
    assert_int_equal(sit_page_redo(o.page, &undo, NULL), SIT_E_NOT_FOUND);
    stop(&o);
}

/* After the last page comes what has been left; then the faces that nothing is
 * suggested for. */
static void test_what_was_left_comes_again(void **state)
{
    struct owned o;
    make(&o, *state);
    arrange(&o, SIT_PAGE_PREDICTED, SIT_PAGE_UNLABELLED, 0);
    size_t left = o.view->faces[3].index;
    sit_page_mark(o.page, 3, true, SIT_NO_CLASS);
    assert_ok(sit_page_accept(o.page, -1, NULL, NULL, err));
    assert_ok(sit_page_accept(o.page, -1, NULL, NULL, err));
    assert_int_equal(o.view->n_pages, 1);
    assert_int_equal(o.view->n, 1);
    assert_int_equal(o.view->faces[0].index, left);
    assert_ok(sit_page_accept(o.page, -1, NULL, NULL, err));
    assert_int_equal(o.view->order, SIT_PAGE_GIVEN);
    assert_int_equal(o.view->n_in_order, 10);
    for (size_t i = 0; i < o.view->n; i++)
        assert_true(o.view->faces[i].is_test);
    assert_int_equal(o.view->n_suggested, 0);
    /* An undo shows the face although it is in no window of this order. */
    struct sit_undo_result undo;
    assert_ok(sit_page_undo(o.page, &undo, err));
    assert_int_equal(undo.index, left);
    bool found = false;
    for (size_t i = 0; i < o.view->n; i++)
        found = found || o.view->faces[i].index == left;
    assert_true(found);
    stop(&o);
}

/* Newer suggestions are for the pages to come. */
static void test_renewing_leaves_the_page_alone(void **state)
{
    struct owned o;
    make(&o, *state);
    arrange(&o, SIT_PAGE_PREDICTED, SIT_PAGE_UNLABELLED, 0);
    struct sit_page_face before[SIZE], next[SIT_PAGE_MAX_FACES];
    memcpy(before, o.view->faces, sizeof before);
    for (size_t i = 0; i < N_FACES; i++)
        o.p[i] = 0.5 + 0.01 * (double)i;
    int64_t serial = o.view->serial;
    assert_ok(sit_page_renew(o.page, err));
    assert_int_equal(o.view->serial, serial);
    for (size_t i = 0; i < SIZE; i++) {
        assert_int_equal(o.view->faces[i].index, before[i].index);
        assert_true(o.view->faces[i].suggestion.p == before[i].suggestion.p);
    }
    assert_int_equal(sit_page_peek(o.page, 1, next), SIZE);
    for (size_t i = 0; i < SIZE; i++) {
        assert_int_equal(next[i].suggestion.class_index, 0);
        for (size_t k = 0; k < SIZE; k++)
            assert_int_not_equal(next[i].index, before[k].index);
    }
    sit_page_set_size(o.page, SIZE + 2); /* a resize neither */
    for (size_t i = 0; i < o.view->n; i++)
        for (size_t k = 0; k < SIZE; k++)
            if (o.view->faces[i].index == before[k].index)
                assert_true(o.view->faces[i].suggestion.p == before[k].suggestion.p);
    stop(&o);
}

/* A page that the model did not know all about fills up. */
static void test_suggestions_that_come_later(void **state)
{
    struct owned o;
    make(&o, *state);
    double known[N_FACES];
    memcpy(known, o.p, sizeof known);
    for (size_t i = 3; i < N_FACES; i++)
        o.p[i] = -1;
    arrange(&o, SIT_PAGE_PREDICTED, SIT_PAGE_UNLABELLED, 0);
    assert_int_equal(o.view->n, 3);
    sit_page_mark(o.page, 0, true, 1);
    size_t marked = o.view->faces[0].index;
    int64_t revision = o.view->revision;
    memcpy(o.p, known, sizeof known);
    assert_ok(sit_page_renew(o.page, err));
    assert_int_equal(o.view->n, SIZE);
    assert_int_not_equal(o.view->revision, revision);
    for (size_t i = 0; i < SIZE; i++)
        assert_int_equal(o.view->faces[i].marked, o.view->faces[i].index == marked);
    assert_int_equal(o.view->n_in_order, 20);
    sit_page_go(o.page, 1);
    assert_int_equal(o.view->n, SIZE);
    /* In another order they are filled in; nothing moves. */
    arrange(&o, SIT_PAGE_GIVEN, SIT_PAGE_UNLABELLED, 0);
    for (size_t i = 0; i < N_FACES; i++)
        o.p[i] = -1;
    sit_page_go(o.page, 1);
    assert_int_equal(o.view->n_suggested, 0);
    int64_t serial = o.view->serial;
    memcpy(o.p, known, sizeof known);
    assert_ok(sit_page_renew(o.page, err));
    assert_int_equal(o.view->serial, serial);
    assert_int_equal(o.view->n_suggested, 5); /* the others are test faces */
    stop(&o);
}

static void test_labels_of_others(void **state)
{
    struct owned o, other;
    make(&o, *state);
    start(&other, *state, "bob");
    bool chosen[SIT_PAGE_MAX_FACES] = {false, true};
    assert_ok(sit_page_label(other.page, chosen, 1, -1, err));
    stop(&other);
    bool changed = false;
    assert_ok(sit_labels_refresh(o.labels, &changed, err));
    assert_true(changed);
    sit_page_update(o.page);
    assert_int_equal(o.view->n, SIZE);
    assert_int_equal(o.view->faces[1].label, label_of(&o, 1));
    stop(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_fixture(test_given_order_has_all_and_no_hint_on_test_faces),
        with_fixture(test_predicted_order),
        with_fixture(test_similar_order_is_a_chain),
        with_fixture(test_sorting_in_steps),
        with_fixture(test_source_order),
        with_fixture(test_what_cannot_be_ordered_stays),
        with_fixture(test_scope_and_filter),
        with_fixture(test_accepting_a_page),
        with_fixture(test_what_was_left_comes_again),
        with_fixture(test_renewing_leaves_the_page_alone),
        with_fixture(test_suggestions_that_come_later),
        with_fixture(test_labels_of_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
