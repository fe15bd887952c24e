/*
 * Review: what its lists hold on projects made by hand, what is hidden in a blind one,
 * controls, and whose label a decision is.
 */
#include "project_support.h"

#include "sitter/progress.h"
#include "sitter/review.h"
#include "sitter/rng.h"

enum { M, F, O };

static void say_of(struct sit_project *project, const char *who, size_t index,
                   sit_class_index class_index, bool adjudicates, bool confirms)
{
    struct sit_labels *labels = NULL;
    struct sit_label_note note = {.origin = SIT_ORIGIN_SCREEN,
                                  .spent_ms = -1,
                                  .suggested = SIT_NO_CLASS,
                                  .adjudicates = adjudicates};
    assert_ok(sit_labels_open(project, who, &labels, err));
    if (confirms)
        assert_ok(sit_labels_confirm(labels, index, &note, err));
    else
        assert_ok(sit_labels_set(labels, index, class_index, &note, err));
    sit_labels_free(labels);
}

static void say(struct sit_project *project, const char *who, size_t index,
                sit_class_index class_index)
{
    say_of(project, who, index, class_index, false, false);
}

static void bookmark(struct sit_project *project, const char *who, size_t index)
{
    struct sit_labels *labels = NULL;
    assert_ok(sit_labels_open(project, who, &labels, err));
    assert_ok(sit_labels_set_bookmark(labels, index, true, err));
    sit_labels_free(labels);
}

/* A model that has predicted face i as p[i] male, where that is not negative. */
static void predict(struct sit_project *project, const float *p, size_t n)
{
    struct sit_model model = {.head = "logistic",
                              .n_classes = 2,
                              .classes = {M, F},
                              .options = (char *)"{}",
                              .report = (char *)"{}"};
    assert_ok(sit_project_begin_feature_set(project, "x", 1, "npy", "{}",
                                            &model.feature_set_id, err));
    assert_ok(sit_project_finish_feature_set(project, model.feature_set_id, err));
    assert_ok(sit_project_begin(project, err));
    assert_ok(sit_project_add_model(project, &model, "x", 1, &model.id, err));
    for (size_t i = 0; i < n; i++) {
        float both[2] = {p[i], 1 - p[i]};
        if (p[i] >= 0)
            assert_ok(
                sit_project_put_prediction(project, &model, (int64_t)i + 1, both, err));
    }
    assert_ok(sit_project_commit(project, err));
}

static struct sit_review_list compute(const char *path, enum sit_review_kind kind,
                                      const struct sit_review_options *options)
{
    struct sit_review_list list = {0};
    assert_ok(sit_review_compute(path, kind, options, NULL, &list, err));
    assert_true(list.is_computed);
    assert_int_equal(list.kind, kind);
    return list;
}

static void assert_faces(const struct sit_review_list *list, const int64_t *ids,
                         size_t n)
{
    assert_int_equal(list->n, n);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(list->items[i].face_id, ids[i]);
}

static struct sit_review *open_review(struct sit_project *project, const char *who,
                                      const struct sit_review_settings *settings,
                                      enum sit_review_kind kind,
                                      struct sit_review_options options)
{
    struct sit_review *review = NULL;
    assert_ok(sit_review_open(project, who, settings, &review, err));
    options.annotator_id = sit_review_get_view(review)->annotator_id;
    struct sit_review_list list = compute(sit_project_path(project), kind, &options);
    assert_ok(sit_review_take_list(review, &list, err));
    return review;
}

static sit_class_index resolved(struct sit_project *project, int64_t face_id)
{
    sit_class_index label = SIT_NO_CLASS;
    assert_ok(sit_project_face_label(project, face_id, &label, err));
    return label;
}

/*
 * Lists
 */

static void make_disagreements(struct sit_project *project)
{
    add_faces(project, 0, 12);
    say(project, "ann", 0, M); /* 1: disputed */
    say(project, "bob", 0, F);
    say(project, "ann", 1, M); /* 2: a majority */
    say(project, "bob", 1, M);
    say(project, "cyd", 1, F);
    say(project, "import", 2, F); /* 3: against the file */
    say(project, "ann", 2, M);
    say(project, "import", 3, M); /* 4: with the file */
    say(project, "ann", 3, M);
    say(project, "ann", 4, M); /* 5: decided */
    say(project, "bob", 4, F);
    say_of(project, "cyd", 4, F, true, false);
    say(project, "import", 5, F); /* 6: against the file, and looked at again */
    say(project, "ann", 5, M);
    say_of(project, "bob", 5, M, false, true);
    say(project, "ann", 6, M);    /* 7: alone */
    say(project, "import", 7, M); /* 8: nobody but the file */
    say(project, "ann", 8, M);    /* 9: three of three */
    say(project, "bob", 8, F);
    say(project, "cyd", 8, O);
    say(project, "import", 9, F); /* 10: the newer file agrees */
    say(project, "demo", 9, M);
    say(project, "ann", 9, M);
}

static void test_disagreements(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    make_disagreements(project);
    struct sit_review_list list = compute(f->path, SIT_REVIEW_DISAGREEMENTS, NULL);
    assert_faces(&list, (const int64_t[]){9, 1, 2, 3}, 4);
    assert_int_equal(list.n_disputed, 2);
    assert_int_equal(list.items[0].given, SIT_NO_CLASS);
    assert_int_equal(list.items[2].given, M);
    assert_int_equal(list.items[3].given, M);
    sit_review_list_release(&list);
    sit_project_close(project);
}

static void test_nobody_says_anything(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    struct sit_review_list list = compute(f->path, SIT_REVIEW_DISAGREEMENTS, NULL);
    assert_int_equal(list.n, 0);
    list = compute(f->path, SIT_REVIEW_BOOKMARKED, NULL);
    assert_int_equal(list.n, 0);
    struct sit_error cause;
    assert_int_equal(
        sit_review_compute(f->path, SIT_REVIEW_ABSTAINED, NULL, NULL, &list, &cause),
        SIT_E_NOT_FOUND);
    assert_non_null(strstr(cause.message, "sitter predict"));
    sit_project_close(project);
}

static void test_bookmarked(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    add_faces(project, 0, 6);
    bookmark(project, "ann", 4);
    bookmark(project, "ann", 1);
    bookmark(project, "bob", 2);
    struct sit_review_settings settings = {0};
    struct sit_review *review = open_review(project, "ann", &settings,
                                            SIT_REVIEW_BOOKMARKED,
                                            (struct sit_review_options){0});
    const struct sit_review_view *view = sit_review_get_view(review);
    assert_faces(view->list, (const int64_t[]){2, 5}, 2);
    assert_true(view->bookmarked);
    assert_ok(sit_review_toggle_bookmark(review, err));
    assert_false(view->bookmarked);
    assert_int_equal(view->n_shown, 2); /* until the list is made again */
    sit_review_free(review);
    struct sit_review_list list = compute(f->path, SIT_REVIEW_BOOKMARKED, NULL);
    assert_faces(&list, (const int64_t[]){3, 5}, 2); /* anybody's */
    sit_review_list_release(&list);
    sit_project_close(project);
}

/* In order of how doubtful the prediction is. Faces 3 to 8 are train faces. */
static void test_abstained(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    static const float p[] = {0.58F, 0.57F, 0.60F, 0.45F, 0.52F,
                              0.65F, 0.56F, 0.9F,  -1};
    enum { N = sizeof p / sizeof p[0] };
    add_faces(project, 0, N);
    predict(project, p, N);
    assert_query(f->path, "SELECT id FROM face WHERE split = 'test'", "1\n2\n9\n");
    say(project, "ann", 0, F); /* a test face with a label; the other one has none */
    say(project, "ann", 4, F); /* a label that was looked at */
    say_of(project, "ann", 4, F, false, true);
    struct sit_review_list list = compute(f->path, SIT_REVIEW_ABSTAINED, NULL);
    assert_faces(&list, (const int64_t[]){4, 7, 1, 3, 6}, 5);
    assert_int_equal(list.items[0].predicted, F);
    assert_true(list.items[0].p_predicted > 0.549 && list.items[0].p_predicted < 0.551);
    assert_int_equal(list.items[0].given, SIT_NO_CLASS);
    assert_int_equal(list.items[2].given, F);
    sit_review_list_release(&list);
    list = compute(f->path, SIT_REVIEW_ABSTAINED,
                   &(struct sit_review_options){.abstain = 0.57});
    assert_faces(&list, (const int64_t[]){4, 7}, 2);
    sit_review_list_release(&list);
    sit_project_close(project);
}

static void test_names(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < SIT_REVIEW_N_KINDS; kind++) {
        enum sit_review_kind parsed;
        assert_ok(sit_review_kind_parse(
            sit_review_kind_name((enum sit_review_kind)kind), &parsed, err));
        assert_int_equal(parsed, kind);
    }
    enum sit_review_kind parsed;
    struct sit_error cause;
    assert_int_equal(sit_review_kind_parse("mistakes", &parsed, &cause), SIT_E_ARG);
    assert_non_null(strstr(cause.message, "misclassified"));
}

/*
 * Blind
 */

/* 40 faces: 8 are doubtful, the others are labelled as they are predicted. */
static void make_doubtful(struct sit_project *project)
{
    enum { N = 40 };
    float p[N];
    add_faces(project, 0, N);
    for (size_t i = 0; i < N; i++) {
        p[i] = i % 5 == 0 ? 0.6F : 0.9F;
        say(project, "import", i, i % 5 == 0 ? F : M);
    }
    predict(project, p, N);
}

static void test_blind(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    make_doubtful(project);
    struct sit_review_settings settings = {.blind = true};
    struct sit_review *review = open_review(project, "rev", &settings,
                                            SIT_REVIEW_ABSTAINED,
                                            (struct sit_review_options){0});
    const struct sit_review_view *view = sit_review_get_view(review);
    assert_true(view->is_hidden);
    assert_int_equal(view->n_shown, 8);
    assert_int_equal(view->face->label, SIT_NO_CLASS);
    assert_null(view->face->annotator);
    assert_int_equal(view->item->predicted, SIT_NO_CLASS);
    assert_int_equal(view->item->given, SIT_NO_CLASS);
    assert_true(view->item->p_predicted == 0 && view->item->loss == 0);
    assert_int_equal(view->n_says, 0);
    struct sit_error cause;
    assert_int_equal(sit_review_confirm(review, 5, &cause), SIT_E_ARG);
    int64_t first = view->item->face_id;
    assert_ok(sit_review_relabel(review, M, 5, err));
    assert_true(view->outcome->was_blind);
    assert_int_equal(view->outcome->before, F);
    assert_int_equal(view->outcome->decided, M);
    assert_int_equal(view->outcome->predicted, M);
    assert_true(view->is_hidden); /* the next one is */
    assert_ok(sit_review_go(review, 0, err));
    assert_false(view->is_hidden);
    assert_int_equal(view->face->label, M);
    assert_int_equal(view->item->given, F);
    assert_query(f->path,
                 "SELECT kind, blind, reason, suggestion_visible FROM event"
                 " WHERE origin = 'review'",
                 "label|1|abstained|0\n");
    /* The hidden label's own key confirms it; undone, it is hidden again. */
    assert_ok(sit_review_move(review, 1, err));
    assert_ok(sit_review_relabel(review, F, 5, err));
    assert_query(f->path,
                 "SELECT kind, blind FROM event WHERE origin = 'review'"
                 " ORDER BY id DESC LIMIT 1",
                 "confirm|1\n");
    struct sit_undo_result result;
    assert_ok(sit_review_undo(review, &result, err));
    assert_true(view->is_hidden);
    assert_ok(sit_review_set_blind(review, false, err));
    assert_false(view->is_hidden);
    assert_int_equal(view->item->predicted, M);
    assert_int_equal(view->position, 1);
    assert_int_equal(resolved(project, first), M);
    sit_review_free(review);
    sit_project_close(project);
}

static void test_controls(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    make_doubtful(project);
    struct sit_review_options options = {.controls = 0.2, .seed = 3};
    struct sit_review_list list = compute(f->path, SIT_REVIEW_ABSTAINED, &options);
    assert_int_equal(list.n, 10); /* two of ten */
    assert_int_equal(list.n_controls, 2);
    struct sit_review_list again = compute(f->path, SIT_REVIEW_ABSTAINED, &options);
    options.seed = 4;
    struct sit_review_list other = compute(f->path, SIT_REVIEW_ABSTAINED, &options);
    bool differs = false;
    int64_t last = 0;
    for (size_t i = 0; i < list.n; i++) {
        const struct sit_review_item *item = &list.items[i];
        assert_int_equal(item->face_id, again.items[i].face_id);
        differs |= item->face_id != other.items[i].face_id;
        if (item->is_control) {
            assert_int_equal(item->given, item->predicted);
            continue;
        }
        assert_true(item->face_id > last); /* the list's own order is kept */
        last = item->face_id;
    }
    assert_true(differs);
    sit_review_list_release(&again);
    sit_review_list_release(&other);
    /* Never more than there are. */
    options.controls = 0.5;
    other = compute(f->path, SIT_REVIEW_ABSTAINED, &options);
    assert_int_equal(other.n_controls, 8);
    size_t first_control = SIZE_MAX, last_other = 0; /* they are spread over the list */
    for (size_t i = 0; i < other.n; i++) {
        if (!other.items[i].is_control)
            last_other = i;
        else if (first_control == SIZE_MAX)
            first_control = i;
    }
    assert_true(first_control < other.n / 2 && last_other >= other.n / 2);
    sit_review_list_release(&other);

    struct sit_review *review = NULL;
    struct sit_review_settings settings = {.blind = true};
    assert_ok(sit_review_open(project, "rev", &settings, &review, err));
    assert_ok(sit_review_take_list(review, &list, err));
    const struct sit_review_view *view = sit_review_get_view(review);
    assert_int_equal(view->n_shown, 10);
    for (size_t i = 0; i < view->n_shown; i++) {
        struct sit_review_item item;
        enum sit_review_state item_state;
        assert_true(sit_review_item_at(review, i, &item, &item_state));
        assert_false(item.is_control); /* nothing tells */
    }
    for (size_t i = 0; i < 10; i++)
        assert_ok(sit_review_relabel(review, M, 5, err));
    assert_int_equal(view->n_decided, 10);
    assert_query(f->path,
                 "SELECT reason, kind, count(*) FROM event WHERE origin = 'review'"
                 " GROUP BY reason, kind ORDER BY reason",
                 "abstained|label|8\ncontrol|confirm|2\n");
    sit_review_free(review);
    sit_project_close(project);
}

/* Seen, controls would be known for what they are. */
static void test_no_controls_when_seen(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    make_doubtful(project);
    struct sit_review_settings settings = {.blind = true};
    struct sit_review *review = open_review(
        project, "rev", &settings, SIT_REVIEW_ABSTAINED,
        (struct sit_review_options){.controls = 0.2});
    const struct sit_review_view *view = sit_review_get_view(review);
    assert_int_equal(view->n_shown, 10);
    assert_ok(sit_review_set_blind(review, false, err));
    assert_int_equal(view->n_shown, 8);
    assert_ok(sit_review_set_blind(review, true, err));
    assert_int_equal(view->n_shown, 10);
    sit_review_free(review);
    sit_project_close(project);
}

/* A face that was confirmed in an earlier review is still to be decided on here. */
static void test_confirmed_before(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    add_faces(project, 0, 4);
    say(project, "ann", 2, M);
    say_of(project, "ann", 2, M, false, true);
    bookmark(project, "ann", 2);
    struct sit_review *review = open_review(project, "ann", NULL, SIT_REVIEW_BOOKMARKED,
                                            (struct sit_review_options){0});
    const struct sit_review_view *view = sit_review_get_view(review);
    struct sit_undo_result result;
    assert_int_equal(view->n_shown, 1);
    assert_int_equal(view->state, SIT_REVIEW_OPEN);
    assert_ok(sit_review_confirm(review, 5, err));
    assert_int_equal(view->state, SIT_REVIEW_CONFIRMED);
    assert_ok(sit_review_undo(review, &result, err));
    assert_int_equal(view->state, SIT_REVIEW_OPEN);
    assert_ok(sit_review_relabel(review, F, 5, err));
    assert_int_equal(view->state, SIT_REVIEW_RELABELLED);
    sit_review_free(review);
    sit_project_close(project);
}

static bool stop(void *context, size_t done, size_t total, const char *text)
{
    (void)context, (void)done, (void)total, (void)text;
    return false;
}

static void test_cancelled(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    make_doubtful(project);
    const struct sit_progress progress = {.report = stop};
    for (size_t kind = SIT_REVIEW_DISAGREEMENTS; kind < SIT_REVIEW_N_KINDS; kind++) {
        struct sit_review_list list = {.n = 99};
        struct sit_error cause;
        assert_int_equal(sit_review_compute(f->path, (enum sit_review_kind)kind, NULL,
                                            &progress, &list, &cause),
                         SIT_E_CANCELLED);
        assert_int_equal(list.n, 99);
    }
    sit_project_close(project);
}

/* A test face whose label is taken back while it is shown loses its prediction. */
static void test_a_label_taken_back(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    static const float p[] = {0.58F, 0.9F};
    add_faces(project, 0, 2);
    predict(project, p, 2);
    assert_query(f->path, "SELECT split FROM face WHERE id = 1", "test\n");
    say(project, "ann", 0, F);
    struct sit_review *review = open_review(project, "ann", NULL, SIT_REVIEW_ABSTAINED,
                                            (struct sit_review_options){0});
    const struct sit_review_view *view = sit_review_get_view(review);
    struct sit_undo_result result;
    assert_int_equal(view->item->predicted, M);
    assert_ok(sit_review_undo(review, &result, err));
    assert_int_equal(view->face->label, SIT_NO_CLASS);
    assert_int_equal(view->item->predicted, SIT_NO_CLASS);
    assert_true(view->item->p_predicted == 0);
    assert_ok(sit_review_relabel(review, M, 5, err));
    assert_query(f->path,
                 "SELECT suggestion_visible FROM event ORDER BY id DESC LIMIT 1",
                 "0\n");
    sit_review_free(review);
    sit_project_close(project);
}

/*
 * Whose label
 */

static void test_a_vote_that_disputes(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    static const float p[] = {0.6F, 0.61F, 0.62F, 0.63F};
    add_faces(project, 0, 4);
    predict(project, p, 4);
    struct sit_face_table table;
    say(project, "ann", 0, F);    /* a colleague's */
    say(project, "import", 1, F); /* a file's */
    say(project, "ann", 2, F);    /* two colleagues' */
    say(project, "bob", 2, F);
    say(project, "rev", 3, F); /* their own */
    struct sit_review *review = open_review(project, "rev", NULL, SIT_REVIEW_ABSTAINED,
                                            (struct sit_review_options){0});
    const struct sit_review_view *view = sit_review_get_view(review);
    const struct sit_review_outcome *outcome = view->outcome;
    assert_int_equal(view->n_shown, 4);

    assert_ok(sit_review_relabel(review, M, 5, err));
    assert_true(outcome->is_contested);
    assert_int_equal(outcome->resolved, SIT_NO_CLASS);
    assert_string_equal(sit_buf_text(&outcome->others), "ann says female");
    assert_int_equal(view->position, 1); /* the review goes on ... */
    assert_ok(sit_review_decide_for_all(review, 5, err));
    assert_int_equal(view->position, 1); /* ... and that was about the one before */
    assert_true(outcome->for_all);
    assert_false(outcome->is_contested);
    assert_int_equal(resolved(project, 1), M);
    assert_query(f->path,
                 "SELECT adjudicates, class_id FROM label_now WHERE face_id = 1"
                 " ORDER BY annotator_id, adjudicates",
                 "0|2\n0|1\n1|1\n");
    struct sit_undo_result result;
    assert_ok(sit_review_undo(review, &result, err));
    assert_true(result.adjudicates);
    assert_int_equal(resolved(project, 1), SIT_NO_CLASS);
    assert_ok(sit_review_undo(review, &result, err));
    assert_int_equal(resolved(project, 1), F);
    assert_int_equal(view->position, 0);

    assert_ok(sit_review_go(review, 1, err)); /* what came from a file is replaced */
    assert_ok(sit_review_relabel(review, M, 5, err));
    assert_false(outcome->is_contested);
    assert_int_equal(resolved(project, 2), M);

    assert_ok(sit_review_go(review, 2, err)); /* outvoted */
    assert_ok(sit_review_relabel(review, M, 5, err));
    assert_true(outcome->is_contested);
    assert_int_equal(outcome->resolved, F);
    assert_string_equal(sit_buf_text(&outcome->others),
                        "ann says female, bob says female");

    assert_ok(sit_review_go(review, 3, err));
    assert_false(outcome->is_contested); /* gone with the next key */
    assert_ok(sit_review_relabel(review, M, 5, err));
    assert_false(outcome->is_contested);
    assert_int_equal(resolved(project, 4), M);
    struct sit_error cause; /* nobody else has said anything there */
    assert_ok(sit_review_go(review, 3, err));
    assert_int_equal(sit_review_decide_for_all(review, 5, &cause), SIT_E_NOT_FOUND);
    assert_ok(sit_review_go(review, 0, err)); /* nor this one here */
    assert_int_equal(sit_review_decide_for_all(review, 5, &cause), SIT_E_NOT_FOUND);
    assert_ok(sit_review_go(review, 2, err));
    assert_ok(sit_review_decide_for_all(review, 5, err));
    assert_int_equal(resolved(project, 3), M);
    sit_review_free(review);
    assert_ok(sit_face_table_load(project, 0, &table, err));
    assert_int_equal(table.n_disputed, 0);
    sit_face_table_release(&table);
    sit_project_close(project);
    assert_sound(f->path);
}

/* Opened to adjudicate: for all where another person has labelled the face. */
static void test_review_that_adjudicates(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    static const float p[] = {0.6F, 0.61F, 0.62F, 0.63F};
    add_faces(project, 0, 4);
    predict(project, p, 4);
    say(project, "ann", 0, F);
    say(project, "import", 1, F);
    say(project, "rev", 2, F);
    say(project, "ann", 3, F);
    say_of(project, "rev", 3, O, true, false);
    struct sit_review_settings settings = {.adjudicates = true};
    struct sit_review *review = open_review(project, "rev", &settings,
                                            SIT_REVIEW_ABSTAINED,
                                            (struct sit_review_options){0});
    const struct sit_review_view *view = sit_review_get_view(review);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(view->position, i);
        assert_ok(sit_review_relabel(review, M, 5, err));
        assert_int_equal(view->outcome->for_all, i == 0 || i == 3);
        assert_false(view->outcome->is_contested);
    }
    for (int64_t id = 1; id <= 4; id++)
        assert_int_equal(resolved(project, id), M);
    assert_query(f->path,
                 "SELECT face_id, adjudicates FROM event WHERE origin = 'review'"
                 " ORDER BY id",
                 "1|1\n2|0\n3|0\n4|1\n");
    sit_review_free(review);
    sit_project_close(project);
}

static void test_adjudication(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    make_disagreements(project);
    struct sit_review_settings settings = {.is_adjudication = true,
                                           .hides_names = true};
    struct sit_review *review = open_review(project, "dee", &settings,
                                            SIT_REVIEW_DISAGREEMENTS,
                                            (struct sit_review_options){0});
    const struct sit_review_view *view = sit_review_get_view(review);
    struct sit_error cause;
    assert_int_equal(view->n_shown, 4);
    assert_int_equal(view->n_says, 3);
    for (size_t i = 0; i < view->n_says; i++)
        assert_string_equal(view->says[i].name, "");
    assert_null(view->face->annotator);
    assert_int_equal(sit_review_confirm(review, 5, &cause), SIT_E_ARG); /* a tie */
    assert_ok(sit_review_relabel(review, O, 5, err));
    assert_ok(sit_review_relabel(review, F, 5, err));
    assert_ok(sit_review_confirm(review, 5, err)); /* the majority */
    assert_int_equal(view->n_decided, 3);
    assert_int_equal(resolved(project, 9), O);
    assert_int_equal(resolved(project, 1), F);
    assert_int_equal(resolved(project, 2), M);
    struct sit_undo_result result;
    assert_ok(sit_review_undo(review, &result, err));
    assert_int_equal(view->n_decided, 2);
    assert_int_equal(view->position, 2);
    assert_ok(sit_review_redo(review, &result, err));
    assert_int_equal(view->n_decided, 3);
    assert_query(f->path,
                 "SELECT DISTINCT origin, adjudicates, reason FROM event AS e"
                 " JOIN annotator AS a ON a.id = e.annotator_id WHERE a.name = 'dee'"
                 " AND kind IN ('label', 'confirm')",
                 "adjudicate|1|disagreement\n");
    sit_review_free(review);
    struct sit_review_list list = compute(f->path, SIT_REVIEW_DISAGREEMENTS, NULL);
    assert_faces(&list, (const int64_t[]){3}, 1);
    sit_review_list_release(&list);
    sit_project_close(project);
}

/* Faces that everybody labels unseen are not in a list before one has labelled them. */
static void test_overlap_is_not_told(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    make_disagreements(project);
    assert_ok(sit_project_begin(project, err));
    assert_ok(sit_project_set_share(project, SIT_SHARE_OVERLAP, 1, err));
    assert_ok(sit_project_commit(project, err));
    struct sit_review *review = open_review(
        project, "cyd", NULL, SIT_REVIEW_DISAGREEMENTS, (struct sit_review_options){0});
    const struct sit_review_view *view = sit_review_get_view(review);
    assert_int_equal(view->n_shown, 2); /* 9 and 2, hers too */
    sit_review_free(review);
    struct sit_review_settings settings = {.adjudicates = true};
    review = open_review(project, "cyd", &settings, SIT_REVIEW_DISAGREEMENTS,
                         (struct sit_review_options){0});
    assert_int_equal(sit_review_get_view(review)->n_shown, 4);
    sit_review_free(review);
    sit_project_close(project);
}

/*
 * Anything in any order
 */

static void check_view(struct sit_review *review, struct sit_project *project)
{
    const struct sit_review_view *view = sit_review_get_view(review);
    assert_true(view->n_shown == 0 ? view->item == NULL
                                   : view->position < view->n_shown);
    size_t n_decided = 0;
    for (size_t i = 0; i < view->n_shown; i++) {
        struct sit_review_item item;
        enum sit_review_state item_state;
        struct sit_face_state seen;
        assert_true(sit_review_item_at(review, i, &item, &item_state));
        n_decided += item_state != SIT_REVIEW_OPEN ? 1 : 0;
        if (view->blind && item_state == SIT_REVIEW_OPEN)
            assert_true(item.given == SIT_NO_CLASS && item.predicted == SIT_NO_CLASS &&
                        item.p_predicted == 0 && !item.is_control);
        /* Test faces without a label are never shown with a prediction. */
        assert_ok(sit_project_face_state(project, item.face_id,
                                         view->adjudicates ? 0 : view->annotator_id,
                                         &seen, err));
        if (item.split == SIT_TEST && seen.label == SIT_NO_CLASS)
            assert_int_equal(item.predicted, SIT_NO_CLASS);
    }
    assert_int_equal(n_decided, view->n_decided);
    if (view->item != NULL && view->is_hidden)
        assert_true(view->face->label == SIT_NO_CLASS && view->n_says == 0 &&
                    view->face->annotator == NULL);
}

static void do_something(struct sit_review *review, struct sit_rng *rng,
                         const char *path)
{
    static const char *const filters[] = {"", "label=m", "disputed", "p<0.6",
                                          "nonsense"};
    const struct sit_review_view *view = sit_review_get_view(review);
    struct sit_undo_result result;
    struct sit_review_list list = {0};
    size_t n = (size_t)sit_rng_below(rng, 5);
    enum sit_review_kind kind = (enum sit_review_kind)(2 + sit_rng_below(rng, 3));
    struct sit_review_options options = {.annotator_id = view->annotator_id,
                                         .abstain = 0.8,
                                         .controls = 0.1 * (double)n,
                                         .seed = n};
    /* Whether they succeed is another matter. */
    switch (sit_rng_below(rng, 12)) {
    case 0: sit_review_relabel(review, (sit_class_index)(n % 3), 5, NULL); break;
    case 1: sit_review_relabel(review, (sit_class_index)(n % 2), 5, NULL); break;
    case 2: sit_review_confirm(review, -1, NULL); break;
    case 3: sit_review_undo(review, &result, NULL); break;
    case 4: sit_review_redo(review, &result, NULL); break;
    case 5: sit_review_move(review, (long)n - 2, NULL); break;
    case 6: sit_review_set_blind(review, n % 2 == 0, NULL); break;
    case 7: sit_review_decide_for_all(review, -1, NULL); break;
    case 8: sit_review_toggle_bookmark(review, NULL); break;
    case 9: sit_review_set_filter(review, filters[n], NULL); break;
    case 10: sit_review_set_scope(review, (enum sit_review_scope)(n % 3), NULL); break;
    default:
        list = compute(path, kind, &options);
        assert_ok(sit_review_take_list(review, &list, err));
    }
}

static void test_anything_in_any_order(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    make_doubtful(project);
    for (size_t i = 0; i < 10; i++) {
        say(project, "ann", i, (sit_class_index)(i % 2));
        say(project, "bob", i + 3, (sit_class_index)(i % 3));
    }
    for (uint64_t seed = 0; seed < 4; seed++) {
        struct sit_rng rng;
        struct sit_review *review = NULL;
        struct sit_review_settings settings = {.blind = seed % 2 == 0,
                                               .adjudicates = seed == 1,
                                               .is_adjudication = seed == 3};
        sit_rng_init(&rng, seed);
        assert_ok(sit_review_open(project, seed == 2 ? "ann" : "rev", &settings,
                                  &review, err));
        for (int i = 0; i < 150; i++) {
            do_something(review, &rng, f->path);
            check_view(review, project);
        }
        sit_review_free(review);
    }
    /* Undone ones too: every decision says why. */
    assert_int_equal(query_number(f->path,
                                  "SELECT count(*) FROM event WHERE origin IN"
                                  " ('review', 'adjudicate') AND kind IN ('label',"
                                  " 'confirm') AND reason IS NULL"),
                     0);
    sit_project_close(project);
    assert_sound(f->path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_fixture(test_disagreements),
        with_fixture(test_nobody_says_anything),
        with_fixture(test_bookmarked),
        with_fixture(test_abstained),
        cmocka_unit_test(test_names),
        with_fixture(test_blind),
        with_fixture(test_controls),
        with_fixture(test_no_controls_when_seen),
        with_fixture(test_confirmed_before),
        with_fixture(test_cancelled),
        with_fixture(test_a_label_taken_back),
        with_fixture(test_a_vote_that_disputes),
        with_fixture(test_review_that_adjudicates),
        with_fixture(test_adjudication),
        with_fixture(test_overlap_is_not_told),
        with_fixture(test_anything_in_any_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
