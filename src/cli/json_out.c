/*
 * JSON for other programs; the fields are promised in docs.
 */
#include "json_out.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "sitter/text.h"

int json_out(json_t *object)
{
    size_t flags = JSON_INDENT(2) | JSON_REAL_PRECISION(12);
    if (isatty(STDOUT_FILENO))
        flags |= JSON_ENSURE_ASCII; /* C1 controls in names would reach the terminal */
    char *text = object != NULL ? json_dumps(object, flags) : NULL;
    json_decref(object);
    if (text == NULL) {
        fprintf(stderr, "sitter: out of memory\n");
        return CLI_FAILED;
    }
    puts(text);
    free(text);
    return cli_finish_stdout();
}

json_t *json_safe_text(const char *text)
{
    if (text == NULL)
        return json_null();
    struct sit_buf valid = {0};
    sit_utf8_repair(&valid, text, strlen(text));
    json_t *value = valid.failed ? NULL : json_string(sit_buf_text(&valid));
    sit_buf_release(&valid);
    return value;
}

json_t *json_number_or_null(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *confusion(const struct sit_evaluation *evaluation)
{
    json_t *rows = json_array();
    for (size_t t = 0; t < evaluation->n_classes; t++) {
        json_t *row = json_array();
        for (size_t p = 0; p < evaluation->n_classes; p++)
            json_array_append_new(
                row, json_integer((json_int_t)evaluation->metrics.confusion[t][p]));
        json_array_append_new(rows, row);
    }
    return rows;
}

static json_t *per_class(const struct sit_evaluation *evaluation)
{
    json_t *rows = json_array();
    for (size_t k = 0; k < evaluation->n_classes; k++) {
        const struct sit_class_metrics *m = &evaluation->metrics.classes[k];
        json_array_append_new(rows,
                              json_pack("{s:o, s:I, s:o, s:o, s:o}", "key",
                                        json_safe_text(evaluation->classes[k].key),
                                        "support", (json_int_t)m->support, "precision",
                                        json_number_or_null(m->precision), "recall",
                                        json_number_or_null(m->recall), "f1",
                                        json_number_or_null(m->f1)));
    }
    return rows;
}

static json_t *metrics(const struct sit_evaluation *evaluation)
{
    const struct sit_metrics *m = &evaluation->metrics;
    if (!evaluation->has_metrics)
        return json_pack("{s:I, s:n}", "n", (json_int_t)0, "accuracy");
    return json_pack("{s:I, s:f, s:[f,f], s:o, s:f, s:f, s:o, s:o, s:o}", "n",
                     (json_int_t)m->n, "accuracy", m->accuracy, "accuracy_ci95",
                     m->accuracy_low, m->accuracy_high, "balanced_accuracy",
                     json_number_or_null(m->balanced_accuracy), "log_loss", m->log_loss,
                     "brier", m->brier, "auc", json_number_or_null(m->auc), "confusion",
                     confusion(evaluation), "per_class", per_class(evaluation));
}

json_t *json_evaluation(const struct sit_evaluation *evaluation)
{
    json_t *classes = json_array();
    for (size_t k = 0; k < evaluation->n_classes; k++)
        json_array_append_new(classes, json_safe_text(evaluation->classes[k].key));
    const struct sit_leak *leak = &evaluation->leak;
    /* Test figures stand under "test"; others under the name of their split. */
    return json_pack(
        "{s:I, s:o, s:o, s:o, s:o, s:I, s:o, s:o, s:o, s:{s:I, s:I}}", "model",
        (json_int_t)evaluation->model_id, "head", json_safe_text(evaluation->head),
        "features", json_safe_text(evaluation->features), "classes", classes, "c",
        json_number_or_null(evaluation->c), "n_train", (json_int_t)evaluation->n_train,
        "train_ms", json_number_or_null(evaluation->train_ms), "objective",
        json_number_or_null(evaluation->objective), evaluation->split,
        metrics(evaluation), "leak", "sources_on_both_sides",
        (json_int_t)leak->n_sources_on_both_sides, "test_faces_affected",
        (json_int_t)leak->n_test_faces_affected);
}
