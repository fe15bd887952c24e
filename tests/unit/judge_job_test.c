/*
 * Comparing models, calibrating, suspect labels and learning curves as the commands ask
 * for them: from a project.
 */
#include "train_support.h"

#include <math.h>

#include "sitter/compare.h"
#include "sitter/curve.h"
#include "sitter/review.h"
#include "sitter/suspect_list.h"

static int64_t train(struct train_fixture *f, const struct sit_train_options *options)
{
    struct sit_evaluation e;
    assert_ok(sit_train(f->project, options, NULL, NULL, &e, NULL, err));
    return e.model_id;
}

static void set_label(struct train_fixture *f, size_t i, sit_class_index class_index)
{
    struct sit_label_note note = {
        .origin = SIT_ORIGIN_SCREEN, .spent_ms = -1, .suggested = SIT_NO_CLASS};
    struct sit_labels *labels = NULL;
    assert_ok(sit_labels_open(f->project, "ann", &labels, err));
    assert_ok(sit_labels_set(labels, i, class_index, &note, err));
    sit_labels_free(labels);
}

static sit_class_index label_of(struct train_fixture *f, int64_t face_id)
{
    sit_class_index label;
    assert_ok(sit_project_face_label(f->project, face_id, &label, err));
    return label;
}

/* The first n faces of a split, by position. */
static void find_faces(struct train_fixture *f, enum sit_split split, size_t n,
                       size_t *out)
{
    struct sit_face_table table = {0};
    size_t used = 0;
    assert_ok(sit_face_table_load(f->project, 0, &table, err));
    for (size_t i = 0; i < table.n && used < n; i++)
        if (table.split[i] == (uint8_t)split)
            out[used++] = i;
    assert_int_equal(used, n);
    sit_face_table_release(&table);
}

static void compares_on_the_same_faces(void **state)
{
    struct train_fixture *f = *state;
    struct sit_train_options weak = logistic(1e-4), strong = logistic(10);
    int64_t a = train(f, &weak), b = train(f, &strong);
    static const enum sit_evaluate_split splits[] = {SIT_EVALUATE_TEST,
                                                     SIT_EVALUATE_CV};
    for (size_t s = 0; s < 2; s++) {
        struct sit_comparison c;
        struct sit_evaluation ea, eb;
        assert_ok(sit_compare(f->project, a, b, splits[s], NULL, &c, err));
        assert_ok(sit_evaluate(f->project, a, splits[s], NULL, &ea, err));
        assert_ok(sit_evaluate(f->project, b, splits[s], NULL, &eb, err));
        assert_int_equal(c.n, ea.metrics.n);
        assert_int_equal(c.n, c.counts.both + c.counts.only_a + c.counts.only_b +
                                  c.counts.neither);
        assert_int_equal(c.models[0].n_correct, ea.metrics.n_correct);
        assert_int_equal(c.models[1].n_correct, eb.metrics.n_correct);
        assert_true(fabs(c.models[0].log_loss - ea.metrics.log_loss) < 1e-9);
        assert_true(fabs(c.log_loss_difference -
                         (ea.metrics.log_loss - eb.metrics.log_loss)) < 1e-9);
        assert_true(fabs(c.accuracy_difference -
                         (ea.metrics.accuracy - eb.metrics.accuracy)) < 1e-9);
        assert_true(c.same_features && c.same_classes && c.knows_labels);
        assert_int_equal(c.n_labels_changed, 0);
        assert_int_equal(c.n_one_class_only, 0);
    }
    /* Other way round: other signs. */
    struct sit_comparison c, back;
    assert_ok(sit_compare(f->project, a, b, SIT_EVALUATE_TEST, NULL, &c, err));
    assert_ok(sit_compare(f->project, b, a, SIT_EVALUATE_TEST, NULL, &back, err));
    assert_int_equal(c.counts.only_a, back.counts.only_b);
    assert_true(c.accuracy_difference == -back.accuracy_difference);
}

static void says_what_else_differs(void **state)
{
    struct train_fixture *f = *state;
    struct sit_train_options options = logistic(0.1);
    int64_t a = train(f, &options);
    size_t train_faces[5], test_faces[6];
    find_faces(f, SIT_TRAIN, 5, train_faces);
    find_faces(f, SIT_TEST, 6, test_faces);
    /* Three train faces are labelled anew (one of them twice), and test faces too. */
    for (size_t i = 0; i < 3; i++)
        set_label(f, train_faces[i],
                  (sit_class_index)(1 - label_of(f, (int64_t)train_faces[i] + 1)));
    set_label(f, train_faces[0], 0);
    set_label(f, test_faces[0],
              (sit_class_index)(1 - label_of(f, (int64_t)test_faces[0] + 1)));
    int64_t b = train(f, &options);
    struct sit_comparison c;
    assert_ok(sit_compare(f->project, a, b, SIT_EVALUATE_TEST, NULL, &c, err));
    assert_true(c.knows_labels);
    assert_int_equal(c.n_labels_changed, 3);
    /* A third class, which the first model does not know. */
    for (size_t i = 3; i < 5; i++)
        set_label(f, train_faces[i], 2);
    for (size_t i = 1; i < 4; i++)
        set_label(f, test_faces[i], 2);
    options.with_other = true;
    int64_t three = train(f, &options);
    size_t n_before = c.n;
    assert_ok(sit_compare(f->project, a, three, SIT_EVALUATE_TEST, NULL, &c, err));
    assert_false(c.same_classes);
    assert_int_equal(c.n_classes, 2);
    assert_int_equal(c.n, n_before - 3);
    assert_int_equal(c.n_one_class_only, 3);
    assert_ok(sit_compare(f->project, three, a, SIT_EVALUATE_TEST, NULL, &c, err));
    assert_int_equal(c.n_one_class_only, 3);
    /* Other features. */
    put_features(f->project, "y");
    options = logistic(0.1);
    options.features = "y";
    int64_t other = train(f, &options);
    assert_ok(sit_compare(f->project, b, other, SIT_EVALUATE_TEST, NULL, &c, err));
    assert_false(c.same_features);
}

static void what_cannot_be_compared(void **state)
{
    struct train_fixture *f = *state;
    struct sit_train_options options = logistic(0.1);
    struct sit_comparison c;
    struct sit_error cause = {0};
    int64_t a = train(f, &options);
    assert_int_equal(sit_compare(f->project, a, a, SIT_EVALUATE_TEST, NULL, &c, &cause),
                     SIT_E_ARG);
    assert_int_equal(
        sit_compare(f->project, a, 99, SIT_EVALUATE_TEST, NULL, &c, &cause),
        SIT_E_NOT_FOUND);
    int64_t b = train(f, &options);
    size_t test_faces[30];
    find_faces(f, SIT_TEST, 30, test_faces);
    for (size_t i = 0; i < 30; i++)
        set_label(f, test_faces[i], 2); /* a class that neither knows */
    assert_int_equal(sit_compare(f->project, a, b, SIT_EVALUATE_TEST, NULL, &c, &cause),
                     SIT_E_ARG);
    assert_non_null(strstr(cause.message, "no labelled test face"));
    assert_ok(sit_compare(f->project, a, b, SIT_EVALUATE_CV, NULL, &c, err));
    struct sit_curve_options curve = {
        .learning = {.fallback_c = 0.01, .n_points = 4, .n_repeats = 1}};
    sit_head_options_init(&curve.learning.head, SIT_HEAD_LOGISTIC);
    curve.learning.head.c = 0.1;
    struct sit_curve out;
    assert_int_equal(sit_curve(f->project, &curve, NULL, &out, &cause), SIT_E_ARG);
    assert_non_null(strstr(cause.message, "--split cv"));
    curve.out_of_fold = true;
    assert_ok(sit_curve(f->project, &curve, NULL, &out, err));
    assert_int_equal(out.n_train, 90);
    assert_int_equal(out.curve.n_judged, 90);
    assert_int_equal(out.n_unlabelled_train, 0);
}

static void a_temperature_is_kept(void **state)
{
    struct train_fixture *f = *state;
    struct sit_train_options options = logistic(100); /* sure of itself */
    struct sit_evaluation plain, calibrated, again;
    assert_ok(sit_train(f->project, &options, NULL, NULL, &plain, NULL, err));
    options.calibrate = true;
    assert_ok(sit_train(f->project, &options, NULL, NULL, &calibrated, NULL, err));
    assert_true(plain.temperature == 1 && calibrated.temperature > 1.05);
    assert_int_equal(plain.metrics.n_correct, calibrated.metrics.n_correct);
    assert_ok(sit_evaluate(f->project, calibrated.model_id, SIT_EVALUATE_TEST, NULL,
                           &again, err));
    assert_true(again.temperature == calibrated.temperature);
    assert_true(again.metrics.log_loss == calibrated.metrics.log_loss);
    /* Out-of-fold it lowers the log-loss, which it was fitted for. */
    struct sit_evaluation cv[2];
    assert_ok(
        sit_evaluate(f->project, plain.model_id, SIT_EVALUATE_CV, NULL, &cv[0], err));
    assert_ok(sit_evaluate(f->project, calibrated.model_id, SIT_EVALUATE_CV, NULL,
                           &cv[1], err));
    assert_true(cv[1].metrics.log_loss < cv[0].metrics.log_loss);
    /* Training again does the same again. */
    struct sit_review_list list = {0};
    assert_ok(sit_review_compute(
        f->base.path, SIT_REVIEW_MISTAKES,
        &(struct sit_review_options){.model_id = calibrated.model_id, .retrain = true},
        NULL, &list, err));
    assert_ok(
        sit_evaluate(f->project, list.model_id, SIT_EVALUATE_TEST, NULL, &again, err));
    assert_true(again.temperature == calibrated.temperature);
    sit_review_list_release(&list);
}

/* Face 9, 19, ... carry the other label. */
static void finds_the_wrong_labels(void **state)
{
    struct train_fixture *f = *state;
    struct sit_suspect_options options = {0};
    struct sit_suspect_list list = {0};
    assert_ok(sit_suspects_find(f->project, &options, NULL, &list, err));
    assert_int_equal(list.n, N_FACES);
    assert_string_equal(list.features, "x");
    assert_true(list.c > 0);
    size_t n_found = 0;
    for (size_t i = 0; i < 12; i++) {
        n_found += list.items[i].face_id % 10 == 0;
        assert_int_equal(list.items[i].given, label_of(f, list.items[i].face_id));
        assert_int_equal(list.items[i].suggested, 1 - list.items[i].given);
    }
    assert_true(n_found >= 11);
    assert_true(list.n_suspect >= 8 && list.n_suspect <= 20);
    sit_suspect_list_release(&list);
    /* One class only, or no features of that name. */
    struct sit_error cause = {0};
    options.features = "none";
    assert_int_equal(sit_suspects_find(f->project, &options, NULL, &list, &cause),
                     SIT_E_NOT_FOUND);
    options = (struct sit_suspect_options){.classes = {0}, .n_classes = 1};
    assert_int_equal(sit_suspects_find(f->project, &options, NULL, &list, &cause),
                     SIT_E_ARG);
    assert_non_null(strstr(cause.message, "two classes"));
}

static void reviews_two_lists(void **state)
{
    struct train_fixture *f = *state;
    struct sit_train_options options = logistic(0.1);
    struct sit_review_list mistakes = {0}, suspects = {0};
    struct sit_review *review = NULL;
    int64_t model_id = train(f, &options);
    assert_ok(sit_review_compute(f->base.path, SIT_REVIEW_MISTAKES, NULL, NULL,
                                 &mistakes, err));
    assert_ok(sit_review_compute(f->base.path, SIT_REVIEW_SUSPECTS, NULL, NULL,
                                 &suspects, err));
    assert_int_equal(suspects.model_id, model_id);
    assert_int_equal(suspects.n, suspects.n_suspect);
    assert_int_equal(suspects.n_judged, N_FACES);
    size_t n_mistakes = mistakes.n, n_suspects = suspects.n;
    int64_t first = suspects.items[0].face_id;
    assert_ok(sit_review_open(f->project, "rev", NULL, &review, err));
    const struct sit_review_view *view = sit_review_get_view(review);
    assert_ok(sit_review_set_kind(review, SIT_REVIEW_SUSPECTS, err));
    assert_int_equal(view->list->model_id, 0); /* not computed yet */
    assert_ok(sit_review_set_kind(review, SIT_REVIEW_MISTAKES, err));
    assert_ok(sit_review_take_list(review, &mistakes, err));
    assert_ok(sit_review_take_list(review, &suspects, err));
    assert_int_equal(view->kind, SIT_REVIEW_SUSPECTS);
    assert_int_equal(view->n_shown, n_suspects);
    assert_int_equal(view->item->face_id, first);
    assert_ok(sit_review_confirm(review, 5, err));
    assert_ok(sit_review_set_kind(review, SIT_REVIEW_MISTAKES, err));
    assert_int_equal(view->n_shown, n_mistakes);
    /* A list of another model: the older ones are dropped. */
    struct sit_review_list anew = {0};
    assert_ok(sit_review_compute(f->base.path, SIT_REVIEW_MISTAKES,
                                 &(struct sit_review_options){.retrain = true}, NULL,
                                 &anew, err));
    assert_ok(sit_review_take_list(review, &anew, err));
    assert_ok(sit_review_set_kind(review, SIT_REVIEW_SUSPECTS, err));
    assert_int_equal(view->list->model_id, 0);
    assert_int_equal(view->n_shown, 0);
    assert_null(view->item);
    sit_review_free(review);
    /* What was confirmed is not suspected again. */
    assert_ok(sit_review_compute(f->base.path, SIT_REVIEW_SUSPECTS, NULL, NULL,
                                 &suspects, err));
    assert_int_equal(suspects.n, suspects.n_suspect - 1);
    for (size_t i = 0; i < suspects.n; i++)
        assert_int_not_equal(suspects.items[i].face_id, first);
    sit_review_list_release(&suspects);
}

int main(void)
{
#define with_project(test) cmocka_unit_test_setup_teardown(test, setup_whole, teardown)
    const struct CMUnitTest tests[] = {
        with_project(compares_on_the_same_faces), with_project(says_what_else_differs),
        with_project(what_cannot_be_compared),    with_project(a_temperature_is_kept),
        with_project(finds_the_wrong_labels),     with_project(reviews_two_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
