/*
 * Comparing two stored models: each predicts its own rows; what both have is joined by
 * face.
 */
#include "sitter/compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dataset.h"
#include "model_load.h"
#include "sitter/alloc.h"
#include "sitter/bootstrap.h"
#include "sitter/calibration.h"

enum { N_FOLDS = 5 };

/* One model's rows and what it makes of them. */
struct side {
    struct loaded_model loaded;
    struct labelled_faces faces;
    const struct labelled_rows *rows; /* of the split compared on */
    float *p;                         /* (rows->n, n_classes) */
};

/* A face that both have judged. */
struct pair {
    uint32_t group;
    bool right[2];
    double log_loss[2];
};

struct comparison {
    struct side sides[2];
    struct pair *pairs; /* (n) */
    size_t n;
};

static void release(struct comparison *c)
{
    for (size_t s = 0; s < 2; s++) {
        free(c->sides[s].p);
        labelled_faces_release(&c->sides[s].faces);
        loaded_model_release(&c->sides[s].loaded);
    }
    free(c->pairs);
}

static enum sit_status predict_side(struct side *side, enum sit_evaluate_split split,
                                    const struct sit_progress *progress,
                                    struct sit_error *err)
{
    const struct loaded_model *loaded = &side->loaded;
    struct sit_dataset rows = labelled_rows_dataset(side->rows,
                                                    loaded->model.n_classes);
    struct sit_train_options options;
    side->p = sit_malloc_array(rows.n, rows.n_classes * sizeof *side->p);
    if (side->p == NULL)
        return sit_error_nomem(err);
    if (rows.n == 0)
        return SIT_OK;
    if (split != SIT_EVALUATE_CV)
        return sit_head_predict(loaded->head, rows.x, rows.n, rows.d, side->p, err);
    enum sit_status status = model_refit_options(&loaded->model, &loaded->report,
                                                 &options, err);
    if (status == SIT_OK)
        status = sit_head_out_of_fold(&rows, &options.head, N_FOLDS, progress, side->p,
                                      err);
    if (status == SIT_OK)
        sit_temperature_apply(side->p, rows.n, rows.n_classes,
                              sit_head_temperature(loaded->head));
    return status;
}

static enum sit_status open_side(struct sit_project *project, int64_t id,
                                 enum sit_evaluate_split split,
                                 const struct sit_progress *progress, struct side *side,
                                 struct sit_error *err)
{
    enum sit_status status = loaded_model_open(project, id, &side->loaded, err);
    if (status == SIT_OK)
        status = labelled_faces_load(project, side->loaded.set.id, side->loaded.set.dim,
                                     side->loaded.model.classes,
                                     side->loaded.model.n_classes, &side->faces, err);
    if (status != SIT_OK)
        return status;
    side->rows = &side->faces.rows[split == SIT_EVALUATE_CV ? SIT_TRAIN : SIT_TEST];
    return predict_side(side, split, progress, err);
}

static bool knows(const struct side *side, sit_class_index class_index)
{
    for (size_t k = 0; k < side->loaded.model.n_classes; k++)
        if (side->loaded.model.classes[k] == class_index)
            return true;
    return false;
}

static sit_class_index label_of(const struct side *side, size_t row)
{
    return side->loaded.model.classes[side->rows->y[row]];
}

static void judge_pair(const struct comparison *c, const size_t row[2],
                       struct pair *pair, struct sit_comparison *out)
{
    pair->group = c->sides[0].rows->group[row[0]];
    for (size_t s = 0; s < 2; s++) {
        const struct side *side = &c->sides[s];
        size_t n_classes = side->loaded.model.n_classes;
        const float *p = side->p + row[s] * n_classes;
        size_t predicted = sit_argmax(p, n_classes);
        double given = (double)p[side->rows->y[row[s]]];
        pair->right[s] = predicted == side->rows->y[row[s]];
        pair->log_loss[s] = -log(fmin(fmax(given, 1e-15), 1 - 1e-15));
        out->models[s].n_other_class += !knows(&c->sides[1 - s],
                                               side->loaded.model.classes[predicted]);
    }
}

/* Rows are in order of face on both sides. */
static enum sit_status join(struct comparison *c, struct sit_comparison *out,
                            struct sit_error *err)
{
    const struct labelled_rows *a = c->sides[0].rows, *b = c->sides[1].rows;
    c->pairs = sit_malloc_array(a->n, sizeof *c->pairs);
    if (c->pairs == NULL)
        return sit_error_nomem(err);
    for (size_t i = 0, j = 0; i < a->n || j < b->n;) {
        size_t row[2] = {i, j};
        bool has_a = i < a->n && (j == b->n || a->face_id[i] <= b->face_id[j]);
        bool has_b = j < b->n && (i == a->n || b->face_id[j] <= a->face_id[i]);
        if (has_a && has_b && label_of(&c->sides[0], i) == label_of(&c->sides[1], j)) {
            judge_pair(c, row, &c->pairs[c->n++], out);
        } else if (!(has_a && has_b)) {
            const struct side *other = &c->sides[has_a ? 1 : 0];
            sit_class_index label = has_a ? label_of(&c->sides[0], i)
                                          : label_of(&c->sides[1], j);
            if (knows(other, label))
                out->n_one_set_only++;
            else
                out->n_one_class_only++;
        }
        i += has_a;
        j += has_b;
    }
    return SIT_OK;
}

static enum sit_status shared_classes(const struct comparison *c,
                                      const struct sit_class_list *list,
                                      struct sit_comparison *out, struct sit_error *err)
{
    const struct sit_model *a = &c->sides[0].loaded.model;
    const struct sit_model *b = &c->sides[1].loaded.model;
    for (size_t k = 0; k < a->n_classes; k++)
        if (knows(&c->sides[1], a->classes[k]) && (size_t)a->classes[k] < list->n)
            out->classes[out->n_classes++] = list->items[a->classes[k]];
    out->same_classes = out->n_classes == a->n_classes && a->n_classes == b->n_classes;
    if (out->n_classes == 0)
        return sit_error_set(err, SIT_E_ARG,
                             "models %lld and %lld have no class in common",
                             (long long)a->id, (long long)b->id);
    return SIT_OK;
}

/*
 * Figures
 */

enum value {
    ACCURACY_DIFFERENCE,
    LOG_LOSS_A,
    LOG_LOSS_B,
    LOG_LOSS_DIFFERENCE,
    N_VALUES
};

static void measure(void *context, const uint32_t *weight, double *values)
{
    const struct comparison *c = context;
    double n = 0, right[2] = {0, 0}, loss[2] = {0, 0};
    for (size_t i = 0; i < c->n; i++) {
        double w = weight != NULL ? weight[i] : 1;
        n += w;
        for (size_t s = 0; s < 2; s++) {
            right[s] += c->pairs[i].right[s] ? w : 0;
            loss[s] += w * c->pairs[i].log_loss[s];
        }
    }
    values[ACCURACY_DIFFERENCE] = (right[0] - right[1]) / n;
    values[LOG_LOSS_A] = loss[0] / n;
    values[LOG_LOSS_B] = loss[1] / n;
    values[LOG_LOSS_DIFFERENCE] = (loss[0] - loss[1]) / n;
}

static void count(const struct comparison *c, struct sit_comparison *out)
{
    for (size_t i = 0; i < c->n; i++) {
        const bool *right = c->pairs[i].right;
        out->counts.both += right[0] && right[1];
        out->counts.only_a += right[0] && !right[1];
        out->counts.only_b += !right[0] && right[1];
        out->counts.neither += !right[0] && !right[1];
    }
    out->n = c->n;
    out->mcnemar_p = sit_mcnemar_exact(&out->counts);
    out->accuracy_newcombe = sit_newcombe_paired(&out->counts);
    for (size_t s = 0; s < 2; s++) {
        struct sit_compared_model *m = &out->models[s];
        m->n_correct = out->counts.both +
                       (s == 0 ? out->counts.only_a : out->counts.only_b);
        m->accuracy = (double)m->n_correct / (double)out->n;
        m->accuracy_ci = sit_wilson(m->n_correct, out->n);
    }
}

static enum sit_status measure_all(struct comparison *c,
                                   const struct sit_progress *progress,
                                   struct sit_comparison *out, struct sit_error *err)
{
    double values[N_VALUES];
    struct sit_interval intervals[N_VALUES];
    uint32_t *group = sit_malloc_array(c->n, sizeof *group);
    if (group == NULL)
        return sit_error_nomem(err);
    for (size_t i = 0; i < c->n; i++)
        group[i] = c->pairs[i].group;
    count(c, out);
    measure(c, NULL, values);
    struct sit_bootstrap_design design = {group, c->n, SIT_BOOTSTRAP_REPLICATES,
                                          SIT_BOOTSTRAP_SEED};
    enum sit_status status = sit_bootstrap(&design, N_VALUES, measure, c, progress,
                                           intervals, &out->n_sources, err);
    free(group);
    if (status != SIT_OK)
        return status;
    out->accuracy_difference = values[ACCURACY_DIFFERENCE];
    out->accuracy_bootstrap = intervals[ACCURACY_DIFFERENCE];
    out->models[0].log_loss = values[LOG_LOSS_A];
    out->models[0].log_loss_ci = intervals[LOG_LOSS_A];
    out->models[1].log_loss = values[LOG_LOSS_B];
    out->models[1].log_loss_ci = intervals[LOG_LOSS_B];
    out->log_loss_difference = values[LOG_LOSS_DIFFERENCE];
    out->log_loss_bootstrap = intervals[LOG_LOSS_DIFFERENCE];
    return SIT_OK;
}

/*
 * What the models were trained on
 */

struct change_counter {
    const struct sit_face_table *table;
    uint8_t *changed; /* (table->n) */
    int64_t last_id;
    size_t n;
};

static bool count_change(void *context, const struct sit_event *event)
{
    struct change_counter *counter = context;
    if (event->id > counter->last_id)
        return false;
    size_t i = sit_face_table_find(counter->table, event->face_id);
    if (event->kind == SIT_EVENT_CONFIRM || i == SIZE_MAX ||
        counter->table->split[i] != SIT_TRAIN || counter->changed[i])
        return true;
    counter->changed[i] = 1;
    counter->n++;
    return true;
}

/* Train faces with an event between the two trainings. */
static enum sit_status count_changes(struct sit_project *project,
                                     const struct comparison *c,
                                     struct sit_comparison *out, struct sit_error *err)
{
    int64_t a = c->sides[0].loaded.report.last_event_id;
    int64_t b = c->sides[1].loaded.report.last_event_id;
    struct sit_face_table table = {0};
    out->knows_labels = a > 0 && b > 0;
    if (!out->knows_labels || a == b)
        return SIT_OK;
    enum sit_status status = sit_face_table_load(project, 0, &table, err);
    if (status != SIT_OK)
        return status;
    struct change_counter counter = {.table = &table, .last_id = a > b ? a : b};
    counter.changed = sit_calloc(table.n, 1);
    if (counter.changed == NULL)
        status = sit_error_nomem(err);
    else
        status = sit_project_events(project, a < b ? a : b, 0, 0, count_change,
                                    &counter, err);
    out->n_labels_changed = counter.n;
    free(counter.changed);
    sit_face_table_release(&table);
    return status;
}

static void describe(const struct comparison *c, enum sit_evaluate_split split,
                     struct sit_comparison *out)
{
    snprintf(out->split, sizeof out->split, "%s",
             split == SIT_EVALUATE_CV ? "cv" : "test");
    for (size_t s = 0; s < 2; s++) {
        const struct loaded_model *loaded = &c->sides[s].loaded;
        out->models[s].id = loaded->model.id;
        memcpy(out->models[s].head, loaded->model.head, sizeof out->models[s].head);
        memcpy(out->models[s].features, loaded->model.features,
               sizeof out->models[s].features);
        out->models[s].n_train = loaded->report.n_train;
    }
    out->same_features = c->sides[0].loaded.set.id == c->sides[1].loaded.set.id;
    out->leak = c->sides[0].faces.leak;
}

enum sit_status sit_compare(struct sit_project *project, int64_t a, int64_t b,
                            enum sit_evaluate_split split,
                            const struct sit_progress *progress,
                            struct sit_comparison *out, struct sit_error *err)
{
    struct comparison c = {0};
    struct sit_comparison result = {0};
    struct sit_class_list list;
    if (a == b)
        return sit_error_set(err, SIT_E_ARG,
                             "model %lld cannot be compared with itself", (long long)a);
    enum sit_status status = sit_project_classes(project, &list, err);
    if (status == SIT_OK)
        status = open_side(project, a, split, progress, &c.sides[0], err);
    if (status == SIT_OK)
        status = open_side(project, b, split, progress, &c.sides[1], err);
    if (status == SIT_OK)
        status = shared_classes(&c, &list, &result, err);
    if (status == SIT_OK)
        status = join(&c, &result, err);
    if (status == SIT_OK && c.n == 0)
        status = sit_error_set(err, SIT_E_ARG,
                               "no labelled %s face has features of both models and a "
                               "class that both know",
                               split == SIT_EVALUATE_CV ? "train" : "test");
    if (status == SIT_OK)
        status = measure_all(&c, progress, &result, err);
    if (status == SIT_OK)
        status = count_changes(project, &c, &result, err);
    if (status == SIT_OK) {
        describe(&c, split, &result);
        *out = result;
    }
    release(&c);
    return status;
}
