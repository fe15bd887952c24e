/*
 * From a project's labels to their learning curve.
 */
#include "sitter/curve.h"

#include <stdlib.h>
#include <string.h>

#include "dataset.h"
#include "pixel_set.h"

/* Load rows of the classes that train faces are labelled with. */
static enum sit_status load(struct sit_project *project,
                            const struct sit_feature_set *set, bool with_other,
                            struct labelled_faces *faces, size_t *n_classes,
                            struct sit_error *err)
{
    struct sit_class_list list;
    sit_class_index classes[SIT_PROJECT_MAX_CLASSES];
    size_t n = 0;
    enum sit_status status = sit_project_classes(project, &list, err);
    if (status != SIT_OK)
        return status;
    n = classes_to_train_on(&list, with_other, classes);
    for (;;) {
        size_t count[SIT_PROJECT_MAX_CLASSES] = {0}, n_kept = 0;
        status = labelled_faces_load(project, set->id, set->dim, classes, n, faces,
                                     err);
        if (status != SIT_OK)
            return status;
        const struct labelled_rows *train = &faces->rows[SIT_TRAIN];
        for (size_t i = 0; i < train->n; i++)
            count[train->y[i]]++;
        for (size_t k = 0; k < n; k++)
            if (count[k] > 0)
                classes[n_kept++] = classes[k];
        if (n_kept < 2)
            return sit_error_set(err, SIT_E_ARG,
                                 "a learning curve needs labelled train faces with "
                                 "features of set '%s' of at least two classes (sitter "
                                 "label)",
                                 set->name);
        *n_classes = n_kept;
        if (n_kept == n)
            return SIT_OK;
        n = n_kept;
        labelled_faces_release(faces);
    }
}

static enum sit_status count_unlabelled(struct sit_project *project, size_t *n,
                                        struct sit_error *err)
{
    struct sit_face_table table = {0};
    enum sit_status status = sit_face_table_load(project, 0, &table, err);
    if (status != SIT_OK)
        return status;
    *n = 0;
    for (size_t i = 0; i < table.n; i++)
        *n += table.split[i] == SIT_TRAIN && table.label[i] == SIT_NO_CLASS;
    sit_face_table_release(&table);
    return SIT_OK;
}

enum sit_status sit_curve(struct sit_project *project,
                          const struct sit_curve_options *options,
                          const struct sit_progress *progress, struct sit_curve *out,
                          struct sit_error *err)
{
    struct sit_feature_set set = {0};
    struct labelled_faces faces = {0};
    struct sit_curve result = {0};
    size_t n_classes = 0;
    enum sit_status status = feature_set_to_read(project, options->learning.head.kind,
                                                 options->features, &set, err);
    if (status == SIT_OK)
        status = load(project, &set, options->with_other, &faces, &n_classes, err);
    if (status == SIT_OK)
        status = count_unlabelled(project, &result.n_unlabelled_train, err);
    if (status == SIT_OK && !options->out_of_fold && faces.rows[SIT_TEST].n == 0)
        status = sit_error_set(err, SIT_E_ARG,
                               "no labelled test face has features of set '%s'; label "
                               "some, or judge train faces out-of-fold (--split cv)",
                               set.name);
    if (status == SIT_OK) {
        struct sit_dataset train = labelled_rows_dataset(&faces.rows[SIT_TRAIN],
                                                         n_classes);
        struct sit_dataset test = labelled_rows_dataset(&faces.rows[SIT_TEST],
                                                        n_classes);
        status = sit_learning_curve(&train, options->out_of_fold ? NULL : &test,
                                    &options->learning, progress, &result.curve, err);
        result.n_train = train.n;
        result.n_test = test.n;
    }
    if (status == SIT_OK) {
        memcpy(result.features, set.name, sizeof result.features);
        result.leak = faces.leak;
        *out = result;
    }
    labelled_faces_release(&faces);
    free(set.provenance);
    return status;
}
