/*
 * People who label one project at the same time: they take different faces, each gets
 * the one that was announced, and nothing is left over.
 */
#include "project_support.h"

#include "sitter/page.h"
#include "sitter/rng.h"
#include "sitter/session.h"

enum { N_FACES = 60, N_PERSONS = 3 };
static const char *const NAMES[N_PERSONS] = {"ann", "bob", "cy"};

struct person {
    struct sit_project *project;
    struct sit_session *session;
    const struct sit_session_view *view;
};

static struct person sit_down(const char *path, const char *name, enum sit_queue queue)
{
    const struct sit_session_options options = {.queue = queue, .seed = 7};
    struct person p = {.project = open_project(path, SIT_PROJECT_WRITE)};
    assert_ok(sit_session_open(p.project, name, &options, &p.session, err));
    p.view = sit_session_get_view(p.session);
    return p;
}

static void get_up(struct person *p)
{
    sit_session_free(p->session);
    sit_project_close(p->project);
}

static void label(struct person *p)
{
    assert_ok(sit_session_label(p->session, 0, 3, err));
}

static int64_t next_of(const struct person *p)
{
    int64_t ids[8] = {0};
    sit_session_upcoming(p->session, ids, 8);
    return ids[0];
}

static void make(const struct fixture *f, size_t n)
{
    struct sit_project *project = new_project(f->path);
    add_faces(project, 0, n);
    sit_project_close(project);
}

/* In a random order of turns, some with a skip: no face twice, none left out. */
static void share_out(const struct fixture *f, enum sit_queue queue, bool with_skips)
{
    struct person persons[N_PERSONS];
    struct sit_rng rng;
    sit_rng_init(&rng, 5);
    make(f, N_FACES);
    for (size_t i = 0; i < N_PERSONS; i++)
        persons[i] = sit_down(f->path, NAMES[i], queue);
    for (size_t n = 0; n < N_FACES; n++) {
        struct person *p = &persons[sit_rng_below(&rng, N_PERSONS)];
        bool moved;
        if (with_skips && sit_rng_below(&rng, 4) == 0)
            assert_ok(sit_session_skip(p->session, &moved, err));
        if (n + 2 * N_PERSONS + 2 > N_FACES) /* the last ones are offered to all */
            break;
        int64_t next = next_of(p);
        label(p);
        assert_int_equal(p->view->face->face_id, next);
    }
    assert_query(f->path,
                 "SELECT count(*) - count(DISTINCT face_id) FROM event"
                 " WHERE kind = 'label'",
                 "0\n");
    for (size_t i = 0; i < N_PERSONS; i++)
        get_up(&persons[i]);
    assert_query(f->path, "SELECT count(*) FROM seat", "0\n");
    assert_sound(f->path);
}

static void test_given(void **state)
{
    share_out(*state, SIT_QUEUE_GIVEN, false);
}

static void test_given_with_skips(void **state)
{
    share_out(*state, SIT_QUEUE_GIVEN, true);
}

static void test_random(void **state)
{
    share_out(*state, SIT_QUEUE_RANDOM, true);
}

static void test_least_of_two(void **state)
{
    share_out(*state, SIT_QUEUE_LEAST, false);
}

/* Where each sits is in the project. */
static void test_seats(void **state)
{
    struct fixture *f = *state;
    make(f, 8);
    struct person ann = sit_down(f->path, "ann", SIT_QUEUE_GIVEN);
    struct person bob = sit_down(f->path, "bob", SIT_QUEUE_GIVEN);
    static const char seats[] =
        "SELECT group_concat(face_id || ' ' || coalesce(next_face_id, '-'), ', ')"
        " FROM (SELECT * FROM seat ORDER BY annotator_id)";
    assert_query(f->path, seats, "1 2, 3 4\n");
    label(&ann);
    assert_query(f->path, seats, "2 5, 3 4\n");
    label(&bob);
    assert_query(f->path, seats, "2 5, 4 6\n");
    assert_int_equal(next_of(&ann), 5);
    /* A move takes the seat along, and nobody's seat keeps one from going there. */
    assert_ok(sit_session_go(bob.session, 1, err));
    assert_int_equal(bob.view->face->face_id, 2);
    assert_query(f->path, seats, "2 5, 2 4\n");
    struct sit_undo_result undone;
    assert_ok(sit_session_undo(ann.session, &undone, err));
    assert_int_equal(ann.view->face->face_id, 1);
    /* Who leaves gives the seat back. */
    get_up(&bob);
    assert_query(f->path, seats, "1 5\n");
    bool changed;
    assert_ok(sit_session_refresh(ann.session, &changed, err));
    assert_query(f->path, seats, "1 5\n"); /* what was announced stays */
    label(&ann);
    assert_int_equal(ann.view->face->face_id, 5);
    assert_ok(sit_session_undo(ann.session, &undone, err));
    label(&ann);
    assert_int_equal(ann.view->face->face_id, 2);
    assert_int_equal(next_of(&ann), 4);
    get_up(&ann);
}

/* All that is left are seats: better twice than never. */
static void test_the_last_faces(void **state)
{
    struct fixture *f = *state;
    make(f, 4);
    struct person ann = sit_down(f->path, "ann", SIT_QUEUE_GIVEN);
    struct person bob = sit_down(f->path, "bob", SIT_QUEUE_GIVEN);
    label(&bob); /* 3; 4 comes */
    assert_int_equal(bob.view->face->face_id, 4);
    assert_int_equal(next_of(&bob), 1); /* one of ann's */
    label(&bob);
    assert_int_equal(bob.view->face->face_id, 1);
    get_up(&ann);
    get_up(&bob);
}

/* A seat that has grown cold, and one of the overlap, are no reason to keep away. */
static void test_old_seats_and_overlap(void **state)
{
    struct fixture *f = *state;
    make(f, 8);
    struct person ann = sit_down(f->path, "ann", SIT_QUEUE_GIVEN);
    assert_ok(sit_project_begin(ann.project, err));
    assert_ok(sit_project_take_seat(ann.project, 1, 1, 2, 1000, err));
    assert_ok(sit_project_commit(ann.project, err));
    struct person bob = sit_down(f->path, "bob", SIT_QUEUE_GIVEN);
    assert_int_equal(bob.view->face->face_id, 1);
    label(&bob);
    assert_int_equal(bob.view->face->face_id, 2);
    get_up(&bob);
    assert_ok(sit_project_begin(ann.project, err));
    assert_ok(sit_project_set_share(ann.project, SIT_SHARE_OVERLAP, 1, err));
    assert_ok(sit_project_commit(ann.project, err));
    label(&ann);
    struct person cy = sit_down(f->path, "cy", SIT_QUEUE_GIVEN);
    assert_int_equal(ann.view->face->face_id, 2);
    assert_int_equal(cy.view->face->face_id, 1);
    label(&cy);
    assert_int_equal(cy.view->face->face_id, 2); /* where ann sits */
    get_up(&cy);
    get_up(&ann);
}

static bool is_others(void *context, size_t index)
{
    return sit_session_is_others(context, index);
}

static void test_page(void **state)
{
    struct fixture *f = *state;
    make(f, 8);
    struct person ann = sit_down(f->path, "ann", SIT_QUEUE_GIVEN);
    struct person bob = sit_down(f->path, "bob", SIT_QUEUE_GIVEN);
    const struct sit_page_owner owner = {.context = bob.session,
                                         .is_others = is_others};
    struct sit_page *page;
    assert_ok(sit_page_open(sit_session_labels(bob.session), &owner, &page, err));
    assert_ok(sit_page_arrange(page, SIT_PAGE_GIVEN, SIT_PAGE_UNLABELLED, 0, err));
    assert_int_equal(sit_page_get_view(page)->n_in_order, 6);
    assert_ok(sit_page_arrange(page, SIT_PAGE_GIVEN, SIT_PAGE_ALL, 0, err));
    assert_int_equal(sit_page_get_view(page)->n_in_order, 8);
    sit_page_free(page);
    get_up(&bob);
    get_up(&ann);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_fixture(test_given),  with_fixture(test_given_with_skips),
        with_fixture(test_random), with_fixture(test_least_of_two),
        with_fixture(test_seats),  with_fixture(test_the_last_faces),
        with_fixture(test_page),   with_fixture(test_old_seats_and_overlap),
    };
    return cmocka_run_group_tests_name("seats", tests, NULL, NULL);
}
