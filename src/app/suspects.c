/*
 * Judging a project's labels: all labelled faces as one set, train and test alike,
 * since a wrong label is wrong on either side.
 */
#include "sitter/suspect_list.h"

#include <stdlib.h>
#include <string.h>

#include "dataset.h"
#include "sitter/alloc.h"

void sit_suspect_list_release(struct sit_suspect_list *list)
{
    free(list->items);
    *list = (struct sit_suspect_list){0};
}

/* What one judgement works with. */
struct judgement {
    struct sit_class_list list;
    struct sit_feature_set set;
    sit_class_index classes[SIT_PROJECT_MAX_CLASSES]; /* of y */
    size_t n_classes;
    struct labelled_rows rows; /* all of them */
    uint8_t *split;            /* (rows.n) */
    float *p;                  /* (rows.n, n_classes) */
    struct sit_suspect *ranked;
};

static void release(struct judgement *j)
{
    labelled_rows_release(&j->rows);
    free(j->split);
    free(j->p);
    free(j->ranked);
    free(j->set.provenance);
}

/* Train's rows, then test's. */
static enum sit_status join_rows(struct judgement *j,
                                 const struct labelled_faces *faces,
                                 struct sit_error *err)
{
    const struct labelled_rows *train = &faces->rows[SIT_TRAIN];
    const struct labelled_rows *test = &faces->rows[SIT_TEST];
    enum sit_status status = labelled_rows_join(train, test, &j->rows, err);
    if (status != SIT_OK)
        return status;
    j->split = sit_calloc(j->rows.n, 1);
    if (j->split == NULL)
        return sit_error_nomem(err);
    for (size_t i = train->n; i < j->rows.n; i++)
        j->split[i] = SIT_TEST;
    return SIT_OK;
}

/* Classes without a row take no part: the others are numbered anew. */
static enum sit_status drop_empty_classes(struct judgement *j, struct sit_error *err)
{
    size_t count[SIT_PROJECT_MAX_CLASSES] = {0}, n_kept = 0;
    uint8_t number[SIT_PROJECT_MAX_CLASSES] = {0};
    for (size_t i = 0; i < j->rows.n; i++)
        count[j->rows.y[i]]++;
    for (size_t k = 0; k < j->n_classes; k++) {
        if (count[k] == 0)
            continue;
        number[k] = (uint8_t)n_kept;
        j->classes[n_kept++] = j->classes[k];
    }
    if (n_kept < 2)
        return sit_error_set(err, SIT_E_ARG,
                             "labels are judged by those of other faces: at least two "
                             "classes must be labelled on faces with features of set "
                             "'%s' (sitter label)",
                             j->set.name);
    j->n_classes = n_kept;
    for (size_t i = 0; i < j->rows.n; i++)
        j->rows.y[i] = number[j->rows.y[i]];
    return SIT_OK;
}

static enum sit_status load(struct sit_project *project,
                            const struct sit_suspect_options *options,
                            struct judgement *j, struct sit_error *err)
{
    struct labelled_faces faces = {0};
    enum sit_status status = sit_project_classes(project, &j->list, err);
    if (status == SIT_OK)
        status = sit_project_feature_set(project, options->features, &j->set, err);
    if (status != SIT_OK)
        return status;
    memcpy(j->classes, options->classes, sizeof j->classes);
    j->n_classes = options->n_classes;
    if (options->n_classes == 0)
        j->n_classes = classes_to_train_on(&j->list, options->with_other, j->classes);
    status = labelled_faces_load(project, j->set.id, j->set.dim, j->classes,
                                 j->n_classes, &faces, err);
    if (status == SIT_OK)
        status = join_rows(j, &faces, err);
    labelled_faces_release(&faces);
    return status == SIT_OK ? drop_empty_classes(j, err) : status;
}

static enum sit_status rank(struct judgement *j, const struct sit_progress *progress,
                            double *c, size_t *n_suspect, struct sit_error *err)
{
    struct sit_dataset data = labelled_rows_dataset(&j->rows, j->n_classes);
    struct sit_head_options options;
    sit_head_options_init(&options, SIT_HEAD_LOGISTIC);
    j->p = sit_malloc_array(data.n, data.n_classes * sizeof *j->p);
    j->ranked = sit_malloc_array(data.n, sizeof *j->ranked);
    if (j->p == NULL || j->ranked == NULL)
        return sit_error_nomem(err);
    enum { ENOUGH_SOURCES = 10 };
    options.c = 0;
    if (labelled_rows_n_groups(&j->rows) < ENOUGH_SOURCES)
        options.c = SIT_TRAIN_FALLBACK_C;
    enum sit_status status = sit_suspect_probabilities(&data, &options, progress, j->p,
                                                       c, err);
    if (status == SIT_OK)
        status = sit_suspect_rank(j->p, data.y, data.n, data.n_classes, j->ranked,
                                  n_suspect, err);
    return status;
}

enum sit_status sit_suspects_find(struct sit_project *project,
                                  const struct sit_suspect_options *options,
                                  const struct sit_progress *progress,
                                  struct sit_suspect_list *out, struct sit_error *err)
{
    struct judgement j = {0};
    struct sit_suspect_list list = {0};
    enum sit_status status = load(project, options, &j, err);
    if (status == SIT_OK)
        status = rank(&j, progress, &list.c, &list.n_suspect, err);
    if (status == SIT_OK) {
        list.items = sit_calloc(j.rows.n, sizeof *list.items);
        if (list.items == NULL)
            status = sit_error_nomem(err);
    }
    if (status != SIT_OK) {
        release(&j);
        return status;
    }
    list.n = j.rows.n;
    memcpy(list.features, j.set.name, sizeof list.features);
    for (size_t i = 0; i < list.n; i++) {
        const struct sit_suspect *s = &j.ranked[i];
        list.items[i] = (struct sit_suspect_face){
            .face_id = j.rows.face_id[s->row],
            .split = (enum sit_split)j.split[s->row],
            .confirmed = j.rows.confirmed[s->row],
            .off_diagonal = s->off_diagonal,
            .given = j.classes[s->given],
            .suggested = j.classes[s->suggested],
            .self_confidence = s->self_confidence,
            .margin = s->margin,
            .p_suggested = s->p_suggested,
        };
    }
    release(&j);
    *out = list;
    return SIT_OK;
}
