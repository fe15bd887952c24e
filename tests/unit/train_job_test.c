/*
 * Training, judging, predicting and reviewing as the commands do it: from a project and
 * back into it.
 */
#include "picture_support.h"
#include "train_support.h"

#include <jansson.h>
#include <math.h>

#include "sitter/export.h"
#include "sitter/feature_job.h"
#include "sitter/keras_model.h"
#include "sitter/review.h"
#include "sitter/train.h"
#include "sitter/vgg_weights.h"

static void assert_untrainable(struct train_fixture *f, enum sit_status expected,
                               const char *message)
{
    struct sit_train_options options = logistic(1);
    struct sit_evaluation e = {.model_id = 77};
    struct sit_error cause = {0};
    enum sit_status status = sit_train(f->project, &options, NULL, NULL, &e, NULL,
                                       &cause);
    if (status != expected || strstr(cause.message, message) == NULL)
        fail_msg("%s: %s", sit_status_name(status), cause.message);
    assert_int_equal(e.model_id, 77);
    assert_int_equal(query_number(f->base.path, "SELECT count(*) FROM model"), 0);
}

static void test_what_is_missing(void **state)
{
    struct train_fixture *f = *state;
    struct sit_evaluation e;
    struct sit_error cause = {0};
    size_t n;
    int64_t id;
    assert_untrainable(f, SIT_E_NOT_FOUND, "no features yet");
    put_features(f->project, "x");
    assert_untrainable(f, SIT_E_ARG, "male 0, female 0");
    label_faces(f->project, 0, 60, true);
    assert_untrainable(f, SIT_E_ARG, "female 0");
    assert_int_equal(sit_evaluate(f->project, 0, SIT_EVALUATE_TEST, NULL, &e, &cause),
                     SIT_E_NOT_FOUND);
    assert_int_equal(sit_predict(f->project, 0, NULL, &id, &n, &cause),
                     SIT_E_NOT_FOUND);
    assert_int_equal(sit_predict(f->project, 5, NULL, &id, &n, &cause),
                     SIT_E_NOT_FOUND);
    struct sit_review_list list = {0};
    assert_int_equal(sit_review_compute(f->base.path, SIT_REVIEW_MISTAKES, NULL, NULL,
                                        &list, &cause),
                     SIT_E_NOT_FOUND);
}

static bool cancel(void *context, size_t done, size_t total, const char *text)
{
    size_t *left = context;
    (void)done;
    (void)total;
    (void)text;
    return (*left)-- > 1;
}

static void test_cancelled(void **state)
{
    struct train_fixture *f = *state;
    for (size_t calls = 1; calls < 4; calls++) {
        for (int mlp = 0; mlp < 2; mlp++) {
            struct sit_train_options options = logistic(0);
            struct sit_evaluation e;
            struct sit_error cause;
            size_t left = calls;
            struct sit_progress progress = {.report = cancel, .context = &left};
            if (mlp)
                sit_head_options_init(&options.head, SIT_HEAD_MLP);
            assert_int_equal(
                sit_train(f->project, &options, NULL, &progress, &e, NULL, &cause),
                SIT_E_CANCELLED);
        }
    }
    assert_query(f->base.path,
                 "SELECT (SELECT count(*) FROM model),"
                 " (SELECT count(*) FROM model_class)",
                 "0|0\n");
}

static void test_train_evaluate_predict(void **state)
{
    struct train_fixture *f = *state;
    struct sit_train_options options = logistic(0);
    struct sit_evaluation e, again;
    struct sit_head_report report = {0};
    assert_ok(sit_train(f->project, &options, NULL, NULL, &e, &report, err));
    assert_int_equal(e.model_id, 1);
    assert_string_equal(e.head, "logistic");
    assert_string_equal(e.features, "x");
    assert_string_equal(e.split, "test");
    assert_int_equal(e.n_classes, 2);
    assert_string_equal(e.classes[1].key, "f");
    assert_int_equal(e.n_train + e.metrics.n, N_FACES);
    assert_true(report.n_cv > 0);
    assert_true(e.metrics.accuracy > 0.8 && e.metrics.accuracy < 1);
    assert_int_equal(e.leak.n_sources_on_both_sides, 0);
    assert_ok(sit_evaluate(f->project, 0, SIT_EVALUATE_TEST, NULL, &again, err));
    assert_memory_equal(&again.metrics.confusion, &e.metrics.confusion,
                        sizeof e.metrics.confusion);
    assert_true(again.metrics.log_loss == e.metrics.log_loss);
    assert_true(again.c == e.c && again.objective == e.objective);
    assert_ok(sit_evaluate(f->project, 1, SIT_EVALUATE_CV, NULL, &again, err));
    assert_string_equal(again.split, "cv");
    assert_int_equal(again.metrics.n, e.n_train);
    assert_ok(sit_evaluate(f->project, 1, SIT_EVALUATE_TRAIN, NULL, &again, err));
    assert_string_equal(again.split, "train");
    int64_t used;
    size_t n;
    assert_ok(sit_predict(f->project, 0, NULL, &used, &n, err));
    assert_int_equal(used, 1);
    assert_int_equal(n, N_FACES);
    assert_ok(sit_predict(f->project, 1, NULL, &used, &n, err)); /* replaces */
    assert_ok(sit_project_count_predictions(f->project, 1, &n, err));
    assert_int_equal(n, N_FACES);
    assert_query(f->base.path,
                 "SELECT count(*), count(DISTINCT face_id), min(s) > 0.999,"
                 " max(s) < 1.001 FROM (SELECT face_id, sum(p) AS s FROM"
                 " prediction GROUP BY face_id)",
                 "120|120|1|1\n");
    assert_ok(sit_project_remove_model(f->project, 1, err));
    assert_query(f->base.path,
                 "SELECT (SELECT count(*) FROM prediction),"
                 " (SELECT count(*) FROM model_class)",
                 "0|0\n");
    struct sit_error cause;
    assert_int_equal(sit_project_remove_model(f->project, 1, &cause), SIT_E_NOT_FOUND);
}

static void test_three_classes(void **state)
{
    struct train_fixture *f = *state;
    struct sit_label_note note = {.origin = SIT_ORIGIN_SCREEN,
                                  .suggested = SIT_NO_CLASS};
    struct sit_labels *labels = NULL;
    assert_ok(sit_labels_open(f->project, "ann", &labels, err));
    for (size_t i = 0; i < N_FACES; i += 5)
        assert_ok(sit_labels_set(labels, i, 2, &note, err));
    sit_labels_free(labels);
    struct sit_train_options options = logistic(1);
    struct sit_evaluation e;
    assert_ok(sit_train(f->project, &options, NULL, NULL, &e, NULL, err));
    assert_int_equal(e.n_classes, 2);
    assert_int_equal(e.n_train + e.metrics.n, N_FACES - N_FACES / 5);
    options.with_other = true;
    assert_ok(sit_train(f->project, &options, NULL, NULL, &e, NULL, err));
    assert_int_equal(e.n_classes, 3);
    assert_string_equal(e.classes[2].key, "o");
    int64_t used;
    size_t n;
    assert_ok(sit_predict(f->project, 0, NULL, &used, &n, err));
    struct sit_buf csv = {0};
    assert_ok(sit_export_csv(f->project, 0, &csv, err));
    assert_non_null(strstr(csv.data, "prediction,p_male,p_female,p_other\r\n"));
    sit_buf_release(&csv);
}

static void test_mlp(void **state)
{
    struct train_fixture *f = *state;
    struct sit_train_options options = {0};
    struct sit_evaluation a, b;
    sit_head_options_init(&options.head, SIT_HEAD_MLP);
    options.head.n_epochs = 5;
    options.head.seed = 3;
    assert_ok(sit_train(f->project, &options, NULL, NULL, &a, NULL, err));
    assert_ok(sit_train(f->project, &options, NULL, NULL, &b, NULL, err));
    assert_true(isnan(a.c));
    assert_query(f->base.path, "SELECT count(DISTINCT bytes), count(*) FROM model",
                 "1|2\n");
    options.head.seed = 4;
    assert_ok(sit_train(f->project, &options, NULL, NULL, &b, NULL, err));
    assert_query(f->base.path, "SELECT count(DISTINCT bytes) FROM model", "2\n");
}

/* A stored model is trained again as it was asked for. */
static void test_options_are_kept(void **state)
{
    struct train_fixture *f = *state;
    struct sit_train_options options = {
        .features = "x", .with_other = true, .c_given = true};
    struct sit_evaluation e;
    sit_head_options_init(&options.head, SIT_HEAD_MLP);
    options.head.c = 2;
    options.head.seed = UINT64_C(9007199254740993); /* more than a double holds */
    options.head.n_hidden = 1;
    options.head.hidden[0] = 7;
    options.head.n_epochs = 2;
    options.head.batch_size = 33;
    options.head.dropout = 0.25;
    options.head.learning_rate = 0.0123;
    options.head.optimiser = SIT_HEAD_ADAMW;
    options.head.weight_decay = 0.07;
    options.head.raw_inputs = true;
    options.head.patience = 4;
    options.head.n_restarts = 3;
    options.head.balanced = true;
    options.with_other = false;
    assert_ok(sit_train(f->project, &options, NULL, NULL, &e, NULL, err));
    struct sit_model model = {0};
    struct sit_train_options kept = {0};
    assert_ok(sit_project_model(f->project, 0, &model, err));
    assert_ok(sit_train_options_of_model(&model, &kept, err));
    assert_string_equal(kept.features, "x");
    assert_int_equal(kept.head.kind, SIT_HEAD_MLP);
    assert_true(kept.head.seed == options.head.seed);
    assert_int_equal(kept.head.n_hidden, 1);
    assert_int_equal(kept.head.hidden[0], 7);
    assert_int_equal(kept.head.n_epochs, 2);
    assert_int_equal(kept.head.batch_size, 33);
    assert_true(kept.head.dropout == 0.25 && kept.head.learning_rate == 0.0123);
    assert_int_equal(kept.head.optimiser, SIT_HEAD_ADAMW);
    assert_true(kept.head.weight_decay == 0.07 && kept.head.raw_inputs);
    assert_int_equal(kept.head.patience, 4);
    assert_int_equal(kept.head.n_restarts, 3);
    assert_true(kept.head.early_stop == 0);
    assert_true(kept.head.balanced && !kept.with_other);
    /* What a perceptron has no use for is not kept, nor the other way round. */
    assert_false(kept.c_given);
    assert_null(strstr(model.options, "\"c\""));
    struct sit_review_list list = {0};
    assert_ok(sit_review_compute(f->base.path, SIT_REVIEW_MISTAKES,
                                 &(struct sit_review_options){.retrain = true}, NULL,
                                 &list, err));
    assert_int_equal(list.model_id, 2);
    assert_query(f->base.path,
                 "SELECT count(DISTINCT options), count(DISTINCT bytes)"
                 " FROM model",
                 "1|1\n");
    sit_review_list_release(&list);
    free(model.options);
    free(model.report);
}

static void test_damaged_models(void **state)
{
    struct train_fixture *f = *state;
    struct sit_train_options options = logistic(1);
    struct sit_evaluation e;
    assert_ok(sit_train(f->project, &options, NULL, NULL, &e, NULL, err));
    static const char *const damage[] = {
        "UPDATE model SET bytes = x'00'",
        "UPDATE model SET report = '[]'",
        "UPDATE model SET bytes = substr(bytes, 1, length(bytes) - 4)",
        "DELETE FROM model_class WHERE output = 1",
        "UPDATE model_class SET class_id = 0",
        "UPDATE feature_set SET dim = 5"};
    char *copy = in_dir(f->base.dir, "copy.db");
    for (size_t i = 0; i < sizeof damage / sizeof damage[0]; i++) {
        assert_ok(sit_project_backup(f->project, copy, err));
        free(query_text(copy, damage[i]));
        struct sit_project *project = open_project(copy, SIT_PROJECT_WRITE);
        struct sit_error cause = {0};
        int64_t used;
        size_t n;
        assert_int_equal(sit_predict(project, 0, NULL, &used, &n, &cause),
                         SIT_E_FORMAT);
        assert_true(cause.message[0] != '\0');
        assert_int_equal(sit_evaluate(project, 0, SIT_EVALUATE_TEST, NULL, &e, &cause),
                         SIT_E_FORMAT);
        sit_project_close(project);
        assert_int_equal(unlink(copy), 0);
    }
    free(copy);
}

static void test_review(void **state)
{
    struct train_fixture *f = *state;
    struct sit_train_options options = logistic(0.1);
    struct sit_evaluation e;
    struct sit_review_list list = {0};
    assert_ok(sit_train(f->project, &options, NULL, NULL, &e, NULL, err));
    assert_ok(
        sit_review_compute(f->base.path, SIT_REVIEW_MISTAKES, NULL, NULL, &list, err));
    assert_int_equal(list.n_test, e.metrics.n);
    assert_int_equal(list.n_test_correct, e.metrics.n_correct);
    assert_int_equal(list.n, list.n_test - list.n_test_correct + list.n_train -
                                 list.n_train_correct);
    assert_true(list.n >= 8);
    for (size_t i = 0; i < list.n; i++) {
        assert_true(list.items[i].given != list.items[i].predicted);
        if (i > 0)
            assert_true(list.items[i - 1].loss >= list.items[i].loss);
    }
    size_t n_listed = list.n;
    struct sit_review *review = NULL;
    assert_ok(sit_review_open(f->project, "rev", NULL, &review, err));
    const struct sit_review_view *view = sit_review_get_view(review);
    assert_int_equal(view->n_shown, 0);
    assert_null(view->item);
    assert_ok(sit_review_take_list(review, &list, err));
    assert_int_equal(view->n_shown, n_listed);
    int64_t first = view->item->face_id, ids[32];
    sit_class_index predicted = view->item->predicted;
    assert_ok(sit_review_confirm(review, 5, err));
    assert_int_equal(view->n_decided, 1);
    assert_int_equal(view->position, 1);
    int64_t second = view->item->face_id;
    assert_ok(sit_review_relabel(review, view->item->predicted, 5, err));
    assert_int_equal(view->n_decided, 2);
    enum sit_review_state item_state;
    struct sit_review_item item;
    assert_true(sit_review_item_at(review, 0, &item, &item_state));
    assert_int_equal(item_state, SIT_REVIEW_CONFIRMED);
    assert_true(sit_review_item_at(review, 1, &item, &item_state));
    assert_int_equal(item_state, SIT_REVIEW_RELABELLED);
    /* What was suggested is in the event. */
    char sql[160], expected[64];
    snprintf(sql, sizeof sql,
             "SELECT kind, origin, reason, suggested_class_id, suggestion_visible"
             " FROM event WHERE face_id = %lld ORDER BY id DESC LIMIT 1",
             (long long)first);
    snprintf(expected, sizeof expected, "confirm|review|misclassified|%d|1\n",
             predicted + 1);
    assert_query(f->base.path, sql, expected);
    struct sit_undo_result result;
    assert_ok(sit_review_undo(review, &result, err));
    assert_int_equal(view->item->face_id, second);
    assert_int_equal(view->state, SIT_REVIEW_OPEN);
    assert_ok(sit_review_undo(review, &result, err));
    assert_int_equal(view->item->face_id, first);
    assert_int_equal(view->n_decided, 0);
    assert_ok(sit_review_redo(review, &result, err));
    assert_int_equal(view->state, SIT_REVIEW_CONFIRMED);
    for (size_t at = 0; at < n_listed; at++) {
        assert_ok(sit_review_go(review, at, err));
        size_t n = sit_review_upcoming(review, ids, 32);
        for (size_t i = 0; i < n; i++) {
            assert_int_not_equal(ids[i], view->item->face_id);
            for (size_t j = 0; j < i; j++)
                assert_int_not_equal(ids[i], ids[j]);
        }
    }
    assert_ok(sit_review_set_scope(review, SIT_REVIEW_TEST, err));
    size_t n_test = view->n_shown;
    assert_ok(sit_review_set_scope(review, SIT_REVIEW_TRAIN, err));
    assert_int_equal(n_test + view->n_shown, n_listed);
    sit_review_idle(review);
    sit_review_free(review);
    sit_review_free(NULL);
    /* What is confirmed is not listed again, though the head still disagrees. */
    assert_ok(
        sit_review_compute(f->base.path, SIT_REVIEW_MISTAKES, NULL, NULL, &list, err));
    assert_int_equal(list.n, n_listed - 1);
    for (size_t i = 0; i < list.n; i++)
        assert_int_not_equal(list.items[i].face_id, first);
    sit_review_list_release(&list);
}

/* Few sources: C falls back, and that is said. */
static void test_few_sources(void **state)
{
    struct train_fixture *f = *state;
    put_features(f->project, "x");
    label_faces(f->project, 0, 12, false);
    struct sit_train_options options = logistic(0);
    struct sit_evaluation e;
    struct sit_buf text = {0};
    struct sit_notes notes = {.note = collect_note, .context = &text};
    assert_ok(sit_train(f->project, &options, &notes, NULL, &e, NULL, err));
    assert_true(e.c == SIT_TRAIN_FALLBACK_C);
    assert_non_null(strstr(text.data, "not cross-validated"));
    struct sit_review_list list = {0};
    assert_ok(
        sit_review_compute(f->base.path, SIT_REVIEW_MISTAKES, NULL, NULL, &list, err));
    sit_review_list_release(&list);
    sit_buf_release(&text);
}

/*
 * The article's faces with real features, against scikit-learn
 */

static struct sit_project *posters_project(const char *db)
{
    char *faces = test_shared_path("data/posters/faces");
    char *npy = test_shared_path("data/posters/faceres-1024.npy");
    char *names = test_shared_path("data/posters/faceres-1024.names.txt");
    skip_without(npy);
    struct sit_project *project = new_project(db);
    struct sit_feature_result r;
    import_path(db, faces, NULL, NULL);
    assert_ok(sit_features_import(project, npy, names, "faceres", NULL, NULL, &r, err));
    free(faces);
    free(npy);
    free(names);
    return project;
}

/* p(male) of an exported line, by the face's name. */
static double exported_p(const char *jsonl, const char *name)
{
    struct sit_buf want = {0};
    sit_buf_appendf(&want, "{\"face\":\"%s\"", name);
    const char *line = strstr(jsonl, want.data);
    assert_non_null(line);
    json_t *object = json_loadb(line, strcspn(line, "\n"), 0, NULL);
    double p = json_number_value(json_object_get(json_object_get(object, "p"), "m"));
    assert_string_equal(json_string_value(json_object_get(object, "prediction")),
                        p > 0.5 ? "m" : "f");
    json_decref(object);
    sit_buf_release(&want);
    return p;
}

static void test_against_reference(void **state)
{
    struct train_fixture *f = *state;
    char *path = test_shared_path("reference/logistic-posters-faceres.json");
    skip_without(path);
    char *db = in_dir(f->base.dir, "posters.db");
    struct sit_project *project = posters_project(db);
    json_t *reference = json_load_file(path, 0, NULL);
    assert_non_null(reference);
    const json_t *names = json_object_get(reference, "names"), *fit;
    size_t i, n_fits = 0, n;
    json_array_foreach(json_object_get(reference, "fits"), i, fit)
    {
        if (json_number_value(json_object_get(fit, "C")) != 0.01)
            continue;
        struct sit_train_options options = logistic(0.01);
        struct sit_evaluation e;
        struct sit_buf jsonl = {0};
        int64_t used;
        options.head.balanced = !json_is_null(json_object_get(fit, "class_weight"));
        assert_ok(sit_train(project, &options, NULL, NULL, &e, NULL, err));
        double objective = json_number_value(json_object_get(fit, "objective"));
        assert_true(fabs(e.objective / objective - 1) < 1e-6);
        assert_true(fabs(e.metrics.accuracy - json_number_value(json_object_get(
                                                  fit, "test_accuracy"))) < 1e-9);
        assert_true(fabs(e.metrics.log_loss - json_number_value(json_object_get(
                                                  fit, "test_log_loss"))) < 1e-4);
        assert_int_equal(e.leak.n_sources_on_both_sides, 35);
        assert_int_equal(e.leak.n_test_faces_affected, 37);
        assert_int_equal(e.leak.n_test_faces, 70);
        assert_ok(sit_predict(project, 0, NULL, &used, &n, err));
        assert_int_equal(n, 290);
        assert_ok(sit_export_jsonl(project, 0, &jsonl, err));
        const json_t *p_male = json_object_get(fit, "p_male");
        for (size_t k = 0; k < 290; k++) {
            const char *name = json_string_value(json_array_get(names, k));
            double p = exported_p(jsonl.data, strrchr(name, '/') + 1);
            assert_true(fabs(p - json_number_value(json_array_get(p_male, k))) < 1e-4);
        }
        sit_buf_release(&jsonl);
        n_fits++;
    }
    assert_int_equal(n_fits, 2);
    struct sit_train_options options = logistic(0); /* cross-validated */
    struct sit_evaluation e;
    assert_ok(sit_train(project, &options, NULL, NULL, &e, NULL, err));
    assert_true(e.metrics.accuracy >= 0.88);
    json_decref(reference);
    sit_project_close(project);
    free(db);
    free(path);
}

/* A head that comes from elsewhere predicts, is judged and reviewed; nothing can be
 * trained like it. */
static void test_imported_model(void **state)
{
    struct train_fixture *f = *state;
    char *file = in_dir(f->base.dir, "head.h5");
    struct sit_train_options options = logistic(1), found;
    struct sit_keras_import_options import = {.path = file, .classes = "f,m"};
    struct sit_keras_outputs outputs;
    struct sit_evaluation own, imported;
    struct sit_review_list list = {0};
    struct sit_error failure = {0};
    struct sit_model model = {0};
    int64_t used;
    size_t n;
    if (sit_hdf5_version() == NULL)
        skip();
    assert_ok(sit_train(f->project, &options, NULL, NULL, &own, NULL, err));
    assert_ok(sit_keras_export(f->project, 0, file, &outputs, err));
    assert_string_equal(outputs.classes[1].name, "male");
    assert_ok(sit_keras_import(f->project, &import, &outputs, err));
    assert_int_equal(outputs.model_id, own.model_id + 1);
    assert_ok(sit_evaluate(f->project, 0, SIT_EVALUATE_TEST, NULL, &imported, err));
    assert_true(imported.metrics.accuracy == own.metrics.accuracy);
    assert_true(fabs(imported.metrics.log_loss - own.metrics.log_loss) < 1e-6);
    assert_ok(sit_predict(f->project, 0, NULL, &used, &n, err));
    assert_int_equal(used, outputs.model_id);
    assert_int_equal(n, N_FACES);
    assert_ok(
        sit_review_compute(f->base.path, SIT_REVIEW_MISTAKES, NULL, NULL, &list, err));
    assert_true(list.n > 0 && list.n_test > 0 && list.n_train > 0);
    sit_review_list_release(&list);
    assert_int_equal(sit_review_compute(f->base.path, SIT_REVIEW_MISTAKES,
                                        &(struct sit_review_options){.retrain = true},
                                        NULL, &list, &failure),
                     SIT_E_UNSUPPORTED);
    assert_non_null(strstr(failure.message, "was imported, not trained here"));
    assert_int_equal(
        sit_evaluate(f->project, 0, SIT_EVALUATE_CV, NULL, &imported, &failure),
        SIT_E_UNSUPPORTED);
    assert_ok(sit_project_model(f->project, 0, &model, err));
    assert_int_equal(sit_train_options_of_model(&model, &found, &failure),
                     SIT_E_UNSUPPORTED);
    free(model.options);
    free(model.report);
    free(file);
}

#define with_project(test)  cmocka_unit_test_setup_teardown(test, setup, teardown)
#define with_training(test) cmocka_unit_test_setup_teardown(test, setup_whole, teardown)

static void test_features_that_are_read(void **state)
{
    struct train_fixture *f = *state;
    struct sit_train_options options = logistic(0.1);
    struct sit_evaluation kept, read;
    int64_t model_id;
    size_t n_faces;
    options.calibrate = true;
    assert_ok(sit_train(f->project, &options, NULL, NULL, &kept, NULL, err));
    assert_ok(sit_predict(f->project, 0, NULL, &model_id, &n_faces, err));
    options.max_bytes = 1;
    assert_ok(sit_train(f->project, &options, NULL, NULL, &read, NULL, err));
    assert_ok(sit_predict(f->project, 0, NULL, &model_id, &n_faces, err));
    assert_query(f->base.path,
                 "SELECT count(*) > 0 AND max(abs(a.p - b.p)) < 1e-6"
                 " FROM prediction AS a JOIN prediction AS b USING (face_id, class_id)"
                 " WHERE a.model_id = 1 AND b.model_id = 2",
                 "1\n");
    assert_true(fabs(kept.objective - read.objective) < 1e-8 * kept.objective);
    assert_true(fabs(kept.temperature - read.temperature) < 1e-5);
    assert_true(fabs(kept.metrics.log_loss - read.metrics.log_loss) < 1e-6);
}

static void test_a_head_that_cannot_read(void **state)
{
    struct train_fixture *f = *state;
    struct sit_train_options options = {.max_bytes = 1};
    struct sit_evaluation e;
    struct sit_error cause = {0};
    sit_head_options_init(&options.head, SIT_HEAD_MLP);
    assert_int_equal(sit_train(f->project, &options, NULL, NULL, &e, NULL, &cause),
                     SIT_E_UNSUPPORTED);
    assert_non_null(strstr(cause.message, "more memory than is allowed"));
    assert_int_equal(query_number(f->base.path, "SELECT count(*) FROM model"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_project(test_what_is_missing),
        with_training(test_cancelled),
        with_training(test_train_evaluate_predict),
        with_training(test_three_classes),
        with_training(test_mlp),
        with_training(test_options_are_kept),
        with_training(test_features_that_are_read),
        with_training(test_a_head_that_cannot_read),
        with_training(test_damaged_models),
        with_training(test_review),
        with_training(test_imported_model),
        with_project(test_few_sources),
        with_project(test_against_reference),
    };
    return cmocka_run_group_tests_name("training jobs", tests, NULL, NULL);
}
