/*
 * A model's options and report as JSON text, both ways.
 */
#include "model_json.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

static json_t *real_or_null(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static char *dump(json_t *object)
{
    char *text = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    return text;
}

static json_t *mlp_options(const struct sit_head_options *head)
{
    json_t *hidden = json_array();
    for (size_t i = 0; i < head->n_hidden; i++)
        json_array_append_new(hidden, json_integer((json_int_t)head->hidden[i]));
    return json_pack(
        "{s:I, s:o, s:I, s:I, s:f, s:f, s:s, s:f, s:b, s:f, s:I, s:I}", "seed",
        (json_int_t)head->seed, "hidden", hidden, "epochs", (json_int_t)head->n_epochs,
        "batch", (json_int_t)head->batch_size, "dropout", head->dropout,
        "learning_rate", head->learning_rate, "optimiser",
        sit_head_optimiser_name(head->optimiser), "weight_decay", head->weight_decay,
        "raw_inputs", head->raw_inputs, "early_stop", head->early_stop, "patience",
        (json_int_t)head->patience, "restarts", (json_int_t)head->n_restarts);
}

/* What the kind of head takes, and no more. */
char *model_options_to_json(const struct sit_train_options *options)
{
    const struct sit_head_options *head = &options->head;
    json_t *object = json_pack("{s:s, s:b, s:b}", "head",
                               sit_head_kind_name(head->kind), "with_other",
                               options->with_other, "calibrate", options->calibrate);
    json_t *particular = NULL;
    if (head->kind == SIT_HEAD_LOGISTIC)
        particular = json_pack("{s:b, s:f}", "c_given", options->c_given, "c", head->c);
    else if (head->kind == SIT_HEAD_MLP)
        particular = mlp_options(head);
    else
        particular = json_object();
    bool failed = head->kind != SIT_HEAD_FISHER &&
                  json_object_set_new(particular, "balanced",
                                      json_boolean(head->balanced)) != 0;
    if (failed || json_object_update(object, particular) != 0) {
        json_decref(object);
        object = NULL;
    }
    json_decref(particular);
    return dump(object);
}

char *model_report_to_json(const struct sit_head_report *report, size_t n_train,
                           double train_ms, int64_t last_event_id)
{
    json_t *cv = json_array();
    for (size_t i = 0; i < report->n_cv; i++)
        json_array_append_new(cv,
                              json_pack("{s:f, s:f, s:f}", "c", report->cv[i].c,
                                        "mean_log_loss", report->cv[i].mean_log_loss,
                                        "se_log_loss", report->cv[i].se_log_loss));
    json_t *restarts = json_array();
    for (size_t i = 0; i < report->n_restarts; i++) {
        const struct sit_head_restart *r = &report->restart[i];
        json_array_append_new(restarts, json_pack("{s:I, s:I, s:o, s:I, s:o}", "epochs",
                                                  (json_int_t)r->n_epochs, "best_epoch",
                                                  (json_int_t)r->best_epoch, "loss",
                                                  real_or_null(r->loss), "stop_rows",
                                                  (json_int_t)r->n_stop, "stop_loss",
                                                  real_or_null(r->stop_loss)));
    }
    return dump(json_pack(
        "{s:o, s:o, s:I, s:b, s:I, s:f, s:I, s:o, s:o}", "c", real_or_null(report->c),
        "objective", real_or_null(report->objective), "iterations",
        (json_int_t)report->n_iterations, "converged", report->converged, "n_train",
        (json_int_t)n_train, "train_ms", train_ms, "last_event",
        (json_int_t)last_event_id, "cv", cv, "restarts", restarts));
}

static json_t *parse(const struct sit_model *model, const char *text, const char *what,
                     struct sit_error *err)
{
    json_t *object = json_loads(text != NULL ? text : "", 0, NULL);
    if (!json_is_object(object)) {
        json_decref(object);
        sit_error_set(err, SIT_E_FORMAT, "model %lld's %s are damaged",
                      (long long)model->id, what);
        return NULL;
    }
    return object;
}

static double number(const json_t *object, const char *key, double fallback)
{
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : fallback;
}

static size_t size(const json_t *object, const char *key, size_t fallback)
{
    const json_t *value = json_object_get(object, key);
    return json_is_integer(value) && json_integer_value(value) >= 0
               ? (size_t)json_integer_value(value)
               : fallback;
}

enum sit_status model_report_from_json(const struct sit_model *model,
                                       struct model_report *out, struct sit_error *err)
{
    json_t *object = parse(model, model->report, "training figures", err);
    if (object == NULL)
        return SIT_E_FORMAT;
    *out = (struct model_report){
        .c = number(object, "c", NAN),
        .objective = number(object, "objective", NAN),
        .n_train = size(object, "n_train", 0),
        .train_ms = number(object, "train_ms", NAN),
        .last_event_id = (int64_t)size(object, "last_event", 0)};
    json_decref(object);
    return SIT_OK;
}

/* What models of earlier versions lack keeps its default. */
static void read_mlp_options(const json_t *object, struct sit_head_options *head)
{
    head->n_epochs = size(object, "epochs", head->n_epochs);
    head->batch_size = size(object, "batch", head->batch_size);
    head->dropout = number(object, "dropout", head->dropout);
    const char *optimiser = json_string_value(json_object_get(object, "optimiser"));
    if (optimiser != NULL)
        sit_head_optimiser_find(optimiser, &head->optimiser);
    head->learning_rate = number(object, "learning_rate", head->learning_rate);
    head->weight_decay = number(object, "weight_decay", head->weight_decay);
    head->raw_inputs = json_is_true(json_object_get(object, "raw_inputs"));
    head->early_stop = number(object, "early_stop", head->early_stop);
    head->patience = size(object, "patience", head->patience);
    head->n_restarts = size(object, "restarts", head->n_restarts);
    const json_t *hidden = json_object_get(object, "hidden");
    if (json_is_array(hidden) && json_array_size(hidden) <= SIT_HEAD_MAX_HIDDEN) {
        head->n_hidden = json_array_size(hidden);
        for (size_t i = 0; i < head->n_hidden; i++)
            head->hidden[i] = (size_t)json_integer_value(json_array_get(hidden, i));
    }
}

bool model_is_imported(const struct sit_model *model)
{
    json_t *object = json_loads(model->options != NULL ? model->options : "", 0, NULL);
    bool imported = json_is_object(json_object_get(object, MODEL_IMPORTED));
    json_decref(object);
    return imported;
}

enum sit_status sit_train_options_of_model(const struct sit_model *model,
                                           struct sit_train_options *options,
                                           struct sit_error *err)
{
    json_t *object = parse(model, model->options, "options", err);
    if (object == NULL)
        return SIT_E_FORMAT;
    if (json_object_get(object, MODEL_IMPORTED) != NULL) {
        json_decref(object);
        return sit_error_set(err, SIT_E_UNSUPPORTED,
                             "model %lld was imported, not trained here, and cannot be "
                             "refitted (sitter train makes a new one)",
                             (long long)model->id);
    }
    enum sit_head_kind kind;
    if (!sit_head_kind_find(model->head, &kind)) {
        json_decref(object);
        return sit_error_set(err, SIT_E_UNSUPPORTED, "model %lld is of an unknown kind",
                             (long long)model->id);
    }
    struct sit_train_options result = {
        .features = model->features,
        .with_other = json_is_true(json_object_get(object, "with_other")),
        .c_given = json_is_true(json_object_get(object, "c_given")),
        .calibrate = json_is_true(json_object_get(object, "calibrate")),
    };
    struct sit_head_options *head = &result.head;
    sit_head_options_init(head, kind);
    head->c = number(object, "c", head->c);
    head->balanced = json_is_true(json_object_get(object, "balanced"));
    head->seed = (uint64_t)size(object, "seed", (size_t)head->seed);
    read_mlp_options(object, head);
    json_decref(object);
    *options = result;
    return SIT_OK;
}

enum sit_status model_refit_options(const struct sit_model *model,
                                    const struct model_report *report,
                                    struct sit_train_options *options,
                                    struct sit_error *err)
{
    struct sit_train_options found;
    enum sit_status status = sit_train_options_of_model(model, &found, err);
    if (status != SIT_OK)
        return status;
    if (found.head.c == 0 && report->c > 0)
        found.head.c = report->c;
    *options = found;
    return SIT_OK;
}
