/*
 * Computing what a review shows. Misclassified faces: test faces by the model's own
 * probabilities, train faces by out-of-fold ones. Suspect labels: suspects.c's. Lists
 * without features: review_stored.c.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dataset.h"
#include "model_load.h"
#include "review_lists.h"
#include "sitter/alloc.h"
#include "sitter/calibration.h"
#include "sitter/suspect_list.h"

enum { N_FOLDS = 5 };

const char *sit_review_scope_name(enum sit_review_scope scope)
{
    switch (scope) {
    case SIT_REVIEW_ALL: return "all";
    case SIT_REVIEW_TEST: return "test";
    case SIT_REVIEW_TRAIN: return "train";
    }
    return "?";
}

static const char *const kind_names[SIT_REVIEW_N_KINDS] = {
    [SIT_REVIEW_MISTAKES] = "misclassified",
    [SIT_REVIEW_SUSPECTS] = "suspects",
    [SIT_REVIEW_DISAGREEMENTS] = "disagreements",
    [SIT_REVIEW_BOOKMARKED] = "bookmarked",
    [SIT_REVIEW_ABSTAINED] = "abstained",
};

const char *sit_review_kind_name(enum sit_review_kind kind)
{
    return (size_t)kind < SIT_REVIEW_N_KINDS ? kind_names[kind] : "?";
}

enum sit_status sit_review_kind_parse(const char *name, enum sit_review_kind *out,
                                      struct sit_error *err)
{
    for (size_t kind = 0; kind < SIT_REVIEW_N_KINDS; kind++) {
        if (strcmp(name, kind_names[kind]) == 0) {
            *out = (enum sit_review_kind)kind;
            return SIT_OK;
        }
    }
    return sit_error_set(err, SIT_E_ARG,
                         "no list '%s': there are misclassified, suspects, "
                         "disagreements, bookmarked, abstained",
                         name);
}

bool sit_review_kind_needs_model(enum sit_review_kind kind)
{
    return kind == SIT_REVIEW_MISTAKES || kind == SIT_REVIEW_SUSPECTS;
}

void sit_review_list_release(struct sit_review_list *list)
{
    free(list->items);
    *list = (struct sit_review_list){0};
}

/* Add the misclassified, not yet confirmed rows of one split; count the right ones, and
 * keep them where they are wanted. */
static enum sit_status add_mistakes(struct sit_review_list *list,
                                    const struct loaded_model *loaded,
                                    const struct labelled_rows *rows, const float *p,
                                    enum sit_split split, struct review_items *right,
                                    struct sit_error *err)
{
    size_t n_classes = loaded->model.n_classes, n_correct = 0;
    for (size_t i = 0; i < rows->n; i++) {
        const float *row = p + i * n_classes;
        size_t predicted = sit_argmax(row, n_classes), given = rows->y[i];
        double p_given = (double)row[given];
        struct sit_review_item item = {
            .face_id = rows->face_id[i],
            .split = split,
            .given = loaded->model.classes[given],
            .predicted = loaded->model.classes[predicted],
            .p_predicted = (double)row[predicted],
            .p_given = p_given,
            .loss = -log(p_given > 1e-15 ? p_given : 1e-15),
        };
        n_correct += predicted == given ? 1 : 0;
        if (predicted != given && !rows->confirmed[i])
            list->items[list->n++] = item;
        else if (predicted == given && right != NULL && !review_items_add(right, &item))
            return sit_error_nomem(err);
    }
    if (split == SIT_TEST) {
        list->n_test = rows->n;
        list->n_test_correct = n_correct;
    } else {
        list->n_train = rows->n;
        list->n_train_correct = n_correct;
    }
    return SIT_OK;
}

static enum sit_status compute(struct sit_project *project,
                               const struct loaded_model *loaded,
                               const struct sit_progress *progress,
                               struct sit_review_list *list, struct review_items *right,
                               struct sit_error *err)
{
    const struct sit_model *model = &loaded->model;
    struct labelled_faces faces = {0};
    struct sit_train_options options = {0};
    float *p = NULL;
    /* An imported head has not seen the train faces, as far as is known: its own
     * probabilities take the place of out-of-fold ones. */
    bool imported = model_is_imported(model);
    enum sit_status status = SIT_OK;
    if (!imported)
        status = model_refit_options(model, &loaded->report, &options, err);
    if (status == SIT_OK)
        status = labelled_faces_load(project, loaded->set.id, loaded->set.dim,
                                     model->classes, model->n_classes, &faces, err);
    if (status != SIT_OK)
        return status;
    const struct labelled_rows *test = &faces.rows[SIT_TEST];
    const struct labelled_rows *train = &faces.rows[SIT_TRAIN];
    size_t n_most = test->n > train->n ? test->n : train->n;
    p = sit_malloc_array(n_most, model->n_classes * sizeof *p);
    list->items = sit_calloc(test->n + train->n, sizeof *list->items);
    if (p == NULL || list->items == NULL)
        status = sit_error_nomem(err);
    else if (test->n + train->n == 0)
        status = sit_error_set(err, SIT_E_NOT_FOUND,
                               "no labelled face has features of set '%s'",
                               loaded->set.name);
    if (status == SIT_OK && test->n > 0)
        status = sit_head_predict(loaded->head, test->x, test->n, test->d, p, err);
    if (status == SIT_OK)
        status = add_mistakes(list, loaded, test, p, SIT_TEST, right, err);
    if (status == SIT_OK && train->n > 0 && imported) {
        status = sit_head_predict(loaded->head, train->x, train->n, train->d, p, err);
        if (status == SIT_OK)
            status = add_mistakes(list, loaded, train, p, SIT_TRAIN, right, err);
    } else if (status == SIT_OK && train->n > 0) {
        struct sit_dataset rows = labelled_rows_dataset(train, model->n_classes);
        status = sit_head_out_of_fold(&rows, &options.head, N_FOLDS, progress, p, err);
        if (status == SIT_E_ARG) {
            /* Too few sources to hold any out: only test faces can be judged. */
            status = SIT_OK;
        } else if (status == SIT_OK) {
            sit_temperature_apply(p, train->n, model->n_classes,
                                  sit_head_temperature(loaded->head));
            status = add_mistakes(list, loaded, train, p, SIT_TRAIN, right, err);
        }
    }
    free(p);
    labelled_faces_release(&faces);
    return status;
}

static enum sit_status retrain_from(struct sit_project *project, int64_t model_id,
                                    const struct sit_progress *progress,
                                    int64_t *new_id, struct sit_error *err)
{
    struct sit_model model = {0};
    struct sit_train_options options;
    struct sit_evaluation evaluation;
    enum sit_status status = sit_project_model(project, model_id, &model, err);
    if (status == SIT_OK)
        status = sit_train_options_of_model(&model, &options, err);
    if (status == SIT_OK)
        status = sit_train(project, &options, NULL, progress, &evaluation, NULL, err);
    if (status == SIT_OK)
        *new_id = evaluation.model_id;
    free(model.options);
    free(model.report);
    return status;
}

static enum sit_status list_mistakes(struct sit_project *project,
                                     const struct sit_review_options *options,
                                     const struct sit_progress *progress,
                                     struct sit_review_list *list,
                                     struct sit_error *err)
{
    struct loaded_model loaded = {0};
    struct review_items right = {0};
    int64_t model_id = options->model_id;
    enum sit_status status = SIT_OK;
    if (options->retrain)
        status = retrain_from(project, model_id, progress, &model_id, err);
    if (status == SIT_OK)
        status = loaded_model_open(project, model_id, &loaded, err);
    if (status == SIT_OK)
        status = compute(project, &loaded, progress, list,
                         options->controls > 0 ? &right : NULL, err);
    if (status == SIT_OK && list->n > 1)
        qsort(list->items, list->n, sizeof *list->items, review_worst_first);
    if (status == SIT_OK) {
        list->model_id = loaded.model.id;
        memcpy(list->head, loaded.model.head, sizeof list->head);
        memcpy(list->features, loaded.model.features, sizeof list->features);
        status = review_mix_controls(list, &right, options, err);
    }
    free(right.items);
    loaded_model_release(&loaded);
    return status;
}

static enum sit_status take_suspects(const struct sit_suspect_list *suspects,
                                     struct sit_review_list *list,
                                     struct sit_error *err)
{
    list->items = sit_calloc(suspects->n_suspect, sizeof *list->items);
    if (list->items == NULL)
        return sit_error_nomem(err);
    list->n_judged = suspects->n;
    list->n_suspect = suspects->n_suspect;
    for (size_t i = 0; i < suspects->n_suspect; i++) {
        const struct sit_suspect_face *face = &suspects->items[i];
        if (face->confirmed)
            continue;
        list->items[list->n++] = (struct sit_review_item){
            .face_id = face->face_id,
            .split = face->split,
            .given = face->given,
            .predicted = face->suggested,
            .p_predicted = face->p_suggested,
            .p_given = face->self_confidence,
            .loss = -log(fmax(face->self_confidence, 1e-15)),
        };
    }
    return SIT_OK;
}

static enum sit_status list_suspects(struct sit_project *project,
                                     const struct sit_review_options *given,
                                     const struct sit_progress *progress,
                                     struct sit_review_list *list,
                                     struct sit_error *err)
{
    struct sit_model model = {0};
    struct sit_suspect_options options = {.features = model.features};
    struct sit_suspect_list suspects = {0};
    enum sit_status status = sit_project_model(project, given->model_id, &model, err);
    if (status == SIT_OK) {
        for (size_t k = 0; k < model.n_classes; k++)
            if (model.classes[k] != SIT_NO_CLASS)
                options.classes[options.n_classes++] = model.classes[k];
        status = sit_suspects_find(project, &options, progress, &suspects, err);
    }
    if (status == SIT_OK)
        status = take_suspects(&suspects, list, err);
    if (status == SIT_OK) {
        list->model_id = model.id;
        memcpy(list->head, model.head, sizeof list->head);
        memcpy(list->features, model.features, sizeof list->features);
    }
    sit_suspect_list_release(&suspects);
    free(model.options);
    free(model.report);
    return status;
}

static enum sit_status compute_list(struct sit_project *project,
                                    const struct sit_review_options *options,
                                    const struct sit_progress *progress,
                                    struct sit_review_list *list, struct sit_error *err)
{
    struct review_items agreeing = {0};
    if (list->kind == SIT_REVIEW_MISTAKES)
        return list_mistakes(project, options, progress, list, err);
    enum sit_status status = list->kind == SIT_REVIEW_SUSPECTS
                                 ? list_suspects(project, options, progress, list, err)
                                 : review_list_stored(project, list->kind, options,
                                                      progress, list, err);
    if (status == SIT_OK && options->controls > 0)
        status = review_stored_agreeing(project, list, &agreeing, err);
    if (status == SIT_OK)
        status = review_mix_controls(list, &agreeing, options, err);
    free(agreeing.items);
    return status;
}

enum sit_status sit_review_compute(const char *path, enum sit_review_kind kind,
                                   const struct sit_review_options *options,
                                   const struct sit_progress *progress,
                                   struct sit_review_list *out, struct sit_error *err)
{
    static const struct sit_review_options defaults = {0};
    if (options == NULL)
        options = &defaults;
    struct sit_project *project = NULL;
    struct sit_review_list list = {.kind = kind};
    bool writes = kind == SIT_REVIEW_MISTAKES && options->retrain;
    enum sit_status status = sit_project_open(
        path, writes ? SIT_PROJECT_WRITE : SIT_PROJECT_READ, &project, err);
    if (status == SIT_OK)
        status = compute_list(project, options, progress, &list, err);
    if (status == SIT_OK) {
        list.is_computed = true;
        *out = list;
    } else {
        sit_review_list_release(&list);
    }
    sit_project_close(project);
    return status;
}
