/*
 * The labelling session: where it begins, where each action leads.
 */
#include "project_support.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_fixture(test_no_faces),
        with_fixture(test_label_and_resume),
        with_fixture(test_undo_and_redo_show_the_face),
        with_fixture(test_moving_and_finding),
        with_fixture(test_upcoming),
        with_fixture(test_refresh),
    };
    return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
