/*
 * Review's lists of what the project has stored: faces on which labels differ,
 * bookmarked ones, and those whose prediction is not certain. One walk over the file
 * each; no features.
 */
#include "review_lists.h"

#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/face_query.h"
#include "sitter/progress.h"

/* How often a walk asks whether to go on. */
enum { LABELS_A_REPORT = 8192 };

/*
 * Disagreements
 */

/* What is said of one face. */
struct tally {
    int64_t face_id;
    size_t n_persons;
    size_t votes[SIT_PROJECT_MAX_CLASSES];
    bool is_adjudicated;
    sit_class_index from_file; /* the newest; SIT_NO_CLASS */
    int64_t file_clock;
};

struct disagreements {
    const struct sit_face_table *table; /* resolved */
    const struct sit_progress *progress;
    size_t n_labels; /* seen so far */
    struct tally tally;
    struct review_items found;
    size_t n_disputed;
    bool no_memory;
};

/* How far labels differ: 2 and more without a majority, 1 and more with one; 0 where
 * the persons agree, but not with the file; -1: they do not differ. */
static double difference(const struct tally *tally, sit_class_index *agreed)
{
    size_t n_classes = 0, most = 0, n_with_most = 0;
    for (size_t k = 0; k < SIT_PROJECT_MAX_CLASSES; k++) {
        n_classes += tally->votes[k] > 0 ? 1 : 0;
        if (tally->votes[k] > most) {
            most = tally->votes[k];
            n_with_most = 0;
            *agreed = (sit_class_index)k;
        }
        n_with_most += most > 0 && tally->votes[k] == most ? 1 : 0;
    }
    if (tally->is_adjudicated || n_classes == 0)
        return -1;
    double outvoted = 1 - (double)most / (double)tally->n_persons;
    if (n_classes > 1)
        return (n_with_most > 1 ? 2 : 1) + outvoted;
    return tally->from_file != SIT_NO_CLASS && tally->from_file != *agreed ? 0 : -1;
}

static void end_face(struct disagreements *d)
{
    sit_class_index agreed = SIT_NO_CLASS;
    double loss = difference(&d->tally, &agreed);
    size_t i = sit_face_table_find(d->table, d->tally.face_id);
    if (loss < 0 || i == SIZE_MAX)
        return;
    /* A correction that somebody has looked at again is settled. */
    if (loss < 1 && d->table->confirmed[i] != 0)
        return;
    d->n_disputed += loss >= 2 ? 1 : 0;
    d->no_memory |= !review_items_add(
        &d->found, &(struct sit_review_item){
                       .face_id = d->tally.face_id,
                       .split = d->table->split[i] == SIT_TEST ? SIT_TEST : SIT_TRAIN,
                       .given = d->table->label[i],
                       .predicted = SIT_NO_CLASS,
                       .loss = loss});
}

static enum sit_status count_label(void *context,
                                   const struct sit_standing_label *label,
                                   struct sit_error *err)
{
    struct disagreements *d = context;
    struct tally *tally = &d->tally;
    if (++d->n_labels % LABELS_A_REPORT == 0 &&
        !sit_progress_report(d->progress, 0, 0, "reading labels"))
        return sit_error_set(err, SIT_E_CANCELLED, "cancelled");
    if (label->face_id != tally->face_id) {
        if (tally->face_id != 0)
            end_face(d);
        if (d->no_memory)
            return sit_error_nomem(err);
        *tally = (struct tally){.face_id = label->face_id, .from_file = SIT_NO_CLASS};
    }
    if (label->adjudicates) {
        tally->is_adjudicated = true;
    } else if (label->is_person) {
        tally->n_persons++;
        if (label->class_index >= 0)
            tally->votes[label->class_index]++;
    } else if (tally->from_file == SIT_NO_CLASS || label->clock > tally->file_clock) {
        tally->from_file = label->class_index;
        tally->file_clock = label->clock;
    }
    return SIT_OK;
}

static enum sit_status find_disagreements(struct sit_project *project,
                                          const struct sit_face_table *table,
                                          const struct sit_progress *progress,
                                          struct review_items *out, size_t *n_disputed,
                                          struct sit_error *err)
{
    struct disagreements d = {.table = table, .progress = progress};
    enum sit_status status = sit_project_standing_labels(project, 0, count_label, &d,
                                                         err);
    if (status == SIT_OK && d.tally.face_id != 0)
        end_face(&d);
    if (status == SIT_OK && d.no_memory)
        status = sit_error_nomem(err);
    *out = d.found;
    *n_disputed = d.n_disputed;
    return status;
}

/*
 * Bookmarked
 */

static struct sit_review_item item_of(const struct sit_face_table *table, size_t i)
{
    return (struct sit_review_item){.face_id = table->id[i],
                                    .split = table->split[i] == SIT_TEST ? SIT_TEST
                                                                         : SIT_TRAIN,
                                    .given = table->label[i],
                                    .predicted = SIT_NO_CLASS};
}

static enum sit_status find_bookmarked(const struct sit_face_table *table,
                                       struct review_items *out, struct sit_error *err)
{
    for (size_t i = 0; i < table->n; i++) {
        struct sit_review_item item = item_of(table, i);
        if ((table->flags[i] & SIT_FACE_BOOKMARKED) != 0 &&
            !review_items_add(out, &item))
            return sit_error_nomem(err);
    }
    return SIT_OK;
}

/*
 * Stored predictions
 */

struct predictions {
    const struct sit_face_table *table;
    const uint8_t *is_listed; /* by index of the table: leave it out; NULL: none is */
    bool agreeing;            /* those that the label agrees with; else the doubtful */
    double threshold;
    struct review_items *out;
    const struct sit_progress *progress;
    size_t n_seen;
    bool no_memory, cancelled;
};

static bool visit_prediction(void *context, int64_t face_id,
                             sit_class_index class_index, double p)
{
    struct predictions *predictions = context;
    const struct sit_face_table *table = predictions->table;
    predictions->cancelled = ++predictions->n_seen % LABELS_A_REPORT == 0 &&
                             !sit_progress_report(predictions->progress, 0, 0,
                                                  "reading predictions");
    if (predictions->cancelled)
        return false;
    size_t i = sit_face_table_find(table, face_id);
    if (i == SIZE_MAX)
        return true;
    struct sit_review_item item = item_of(table, i);
    if (item.split == SIT_TEST && item.given == SIT_NO_CLASS)
        return true; /* no model must be seen before its label */
    if (!predictions->agreeing && table->confirmed[i] != 0)
        return true; /* looked at in an earlier review */
    if (predictions->agreeing ? item.given != class_index : p >= predictions->threshold)
        return true;
    if (predictions->is_listed != NULL && predictions->is_listed[i] != 0)
        return true;
    item.predicted = class_index;
    item.p_predicted = p;
    item.p_given = item.given == class_index ? p : 0;
    item.loss = 1 - p;
    predictions->no_memory = !review_items_add(predictions->out, &item);
    return !predictions->no_memory;
}

static enum sit_status walk_predictions(struct sit_project *project, int64_t model_id,
                                        struct predictions *predictions,
                                        struct sit_error *err)
{
    enum sit_status status = sit_project_query_predictions(
        project, model_id, visit_prediction, predictions, err);
    if (status == SIT_OK && predictions->cancelled)
        status = sit_error_set(err, SIT_E_CANCELLED, "cancelled");
    return status == SIT_OK && predictions->no_memory ? sit_error_nomem(err) : status;
}

static enum sit_status find_abstained(struct sit_project *project,
                                      const struct sit_face_table *table,
                                      const struct sit_review_options *options,
                                      const struct sit_progress *progress,
                                      struct sit_review_list *list,
                                      struct review_items *out, struct sit_error *err)
{
    struct sit_model model = {0};
    struct predictions predictions = {
        .table = table,
        .threshold = options->abstain > 0 ? options->abstain : SIT_REVIEW_ABSTAIN,
        .out = out,
        .progress = progress};
    list->threshold = predictions.threshold;
    int64_t model_id;
    enum sit_status status = sit_project_predicting_model(project, &model_id, err);
    if (status == SIT_OK && model_id == 0)
        status = sit_error_set(err, SIT_E_NOT_FOUND,
                               "'%s' has no predictions yet; sitter predict makes them",
                               sit_project_path(project));
    if (status == SIT_OK)
        status = sit_project_model(project, model_id, &model, err);
    if (status == SIT_OK)
        status = walk_predictions(project, model_id, &predictions, err);
    if (status == SIT_OK) {
        list->model_id = model.id;
        memcpy(list->head, model.head, sizeof list->head);
        memcpy(list->features, model.features, sizeof list->features);
    }
    free(model.options);
    free(model.report);
    return status;
}

enum sit_status review_stored_agreeing(struct sit_project *project,
                                       const struct sit_review_list *list,
                                       struct review_items *out, struct sit_error *err)
{
    struct sit_face_table table = {0};
    uint8_t *is_listed = NULL;
    int64_t model_id;
    enum sit_status status = sit_project_predicting_model(project, &model_id, err);
    if (status != SIT_OK || model_id == 0)
        return status;
    status = sit_face_table_load(project, 0, &table, err);
    if (status == SIT_OK) {
        is_listed = sit_calloc(table.n, sizeof *is_listed);
        status = is_listed != NULL ? SIT_OK : sit_error_nomem(err);
    }
    for (size_t i = 0; i < list->n && status == SIT_OK; i++) {
        size_t at = sit_face_table_find(&table, list->items[i].face_id);
        if (at != SIZE_MAX)
            is_listed[at] = 1;
    }
    struct predictions predictions = {
        .table = &table, .is_listed = is_listed, .agreeing = true, .out = out};
    if (status == SIT_OK)
        status = walk_predictions(project, model_id, &predictions, err);
    free(is_listed);
    sit_face_table_release(&table);
    return status;
}

enum sit_status review_list_stored(struct sit_project *project,
                                   enum sit_review_kind kind,
                                   const struct sit_review_options *options,
                                   const struct sit_progress *progress,
                                   struct sit_review_list *out, struct sit_error *err)
{
    struct sit_face_table table = {0};
    struct review_items found = {0};
    struct sit_review_list list = {.kind = kind};
    /* Bookmarks are one annotator's; labels are as they are resolved. */
    int64_t viewer = kind == SIT_REVIEW_BOOKMARKED ? options->annotator_id : 0;
    enum sit_status status = sit_face_table_load(project, viewer, &table, err);
    if (status == SIT_OK && !sit_progress_report(progress, 0, 0, "reading"))
        status = sit_error_set(err, SIT_E_CANCELLED, "cancelled");
    if (status == SIT_OK && kind == SIT_REVIEW_DISAGREEMENTS)
        status = find_disagreements(project, &table, progress, &found, &list.n_disputed,
                                    err);
    else if (status == SIT_OK && kind == SIT_REVIEW_BOOKMARKED)
        status = find_bookmarked(&table, &found, err);
    else if (status == SIT_OK)
        status = find_abstained(project, &table, options, progress, &list, &found, err);
    sit_face_table_release(&table);
    if (status != SIT_OK) {
        free(found.items);
        return status;
    }
    if (found.n > 1)
        qsort(found.items, found.n, sizeof *found.items, review_worst_first);
    list.items = found.items;
    list.n = found.n;
    *out = list;
    return SIT_OK;
}
