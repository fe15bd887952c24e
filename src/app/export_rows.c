/*
 * The collection as CSV and as JSON lines.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "csv_write.h"
#include "sitter/alloc.h"
#include "sitter/export.h"
#include "sitter/progress.h"
#include "sitter/text.h"

struct row_writer {
    struct sit_buf *out;
    struct sit_class_list classes;
    bool has_p[SIT_PROJECT_MAX_CLASSES]; /* CSV: which classes have a column */
};

static const char *key_of(const struct sit_class_list *classes, sit_class_index index)
{
    return index >= 0 && (size_t)index < classes->n ? classes->items[index].key : NULL;
}

/* The class with the largest probability, or SIT_NO_CLASS. */
static sit_class_index predicted_class(const struct sit_export_row *row)
{
    size_t best = 0;
    for (size_t i = 1; i < row->n_p; i++)
        if (row->p[i] > row->p[best])
            best = i;
    return row->n_p > 0 ? row->p_class[best] : SIT_NO_CLASS;
}

/*
 * CSV
 */

static enum sit_status write_csv_row(void *context, const struct sit_export_row *row,
                                     struct sit_error *err)
{
    struct row_writer *writer = context;
    struct sit_buf *out = writer->out;
    csv_append_field(out, row->name);
    sit_buf_append_char(out, ',');
    csv_append_field(out, row->source);
    sit_buf_appendf(out, ",%s,", sit_split_name(row->split));
    if (row->label != SIT_NO_CLASS) {
        char time[32];
        sit_time_format(row->labelled_at_ms, time);
        csv_append_field(out, writer->classes.items[row->label].name);
        sit_buf_append_char(out, ',');
        csv_append_field(out, row->annotator != NULL ? row->annotator : "");
        sit_buf_appendf(out, ",%s,", time);
    } else {
        sit_buf_append_text(out, ",,,");
    }
    sit_class_index predicted = predicted_class(row);
    if (predicted != SIT_NO_CLASS)
        csv_append_field(out, writer->classes.items[predicted].name);
    for (size_t k = 0; k < writer->classes.n; k++) {
        if (!writer->has_p[k])
            continue;
        sit_buf_append_char(out, ',');
        for (size_t i = 0; i < row->n_p; i++)
            if (row->p_class[i] == (sit_class_index)k)
                sit_buf_appendf(out, "%.9g", row->p[i]);
    }
    sit_buf_append_text(out, "\r\n");
    return out->failed ? sit_error_nomem(err) : SIT_OK;
}

static enum sit_status note_columns(void *context, const struct sit_export_row *row,
                                    struct sit_error *err)
{
    (void)err;
    struct row_writer *writer = context;
    for (size_t i = 0; i < row->n_p; i++)
        if (row->p_class[i] >= 0)
            writer->has_p[row->p_class[i]] = true;
    return SIT_OK;
}

void sit_csv_append(struct sit_buf *out, const char *text)
{
    csv_append_field(out, text);
}

enum sit_status sit_export_csv(struct sit_project *project, int64_t model_id,
                               struct sit_buf *out, struct sit_error *err)
{
    struct row_writer writer = {.out = out};
    enum sit_status status = sit_project_classes(project, &writer.classes, err);
    if (status == SIT_OK)
        status = sit_project_walk(project, model_id, note_columns, &writer, err);
    if (status != SIT_OK)
        return status;
    sit_buf_append_text(out,
                        "face,source,split,label,annotator,labelled_at,prediction");
    for (size_t k = 0; k < writer.classes.n; k++) {
        if (!writer.has_p[k])
            continue;
        struct sit_buf column = {0};
        sit_buf_appendf(&column, "p_%s", writer.classes.items[k].name);
        sit_buf_append_char(out, ',');
        csv_append_field(out, sit_buf_text(&column));
        sit_buf_release(&column);
    }
    sit_buf_append_text(out, "\r\n");
    return sit_project_walk(project, model_id, write_csv_row, &writer, err);
}

/*
 * JSON lines
 */

/* A JSON string of any bytes. */
static json_t *json_text(const char *text)
{
    if (text == NULL)
        return json_null();
    struct sit_buf valid = {0};
    sit_utf8_repair(&valid, text, strlen(text));
    json_t *value = valid.failed ? NULL : json_string(sit_buf_text(&valid));
    sit_buf_release(&valid);
    return value;
}

static enum sit_status write_json_row(void *context, const struct sit_export_row *row,
                                      struct sit_error *err)
{
    struct row_writer *writer = context;
    bool labelled = row->label != SIT_NO_CLASS;
    char time[32];
    sit_time_format(row->labelled_at_ms, time);
    json_t *p = json_object();
    for (size_t i = 0; i < row->n_p; i++) {
        const char *key = key_of(&writer->classes, row->p_class[i]);
        if (key != NULL)
            json_object_set_new(p, key, json_real(row->p[i]));
    }
    json_t *line = json_pack(
        "{s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o}", "face", json_text(row->name),
        "source", json_text(row->source), "split", sit_split_name(row->split), "label",
        json_text(key_of(&writer->classes, row->label)), "annotator",
        json_text(row->annotator), "labelled_at", json_text(labelled ? time : NULL),
        "prediction", json_text(key_of(&writer->classes, predicted_class(row))), "p",
        p);
    char *text = line != NULL ? json_dumps(line, JSON_COMPACT | JSON_REAL_PRECISION(9))
                              : NULL;
    json_decref(line);
    if (text == NULL)
        return sit_error_nomem(err);
    sit_buf_append_text(writer->out, text);
    sit_buf_append_char(writer->out, '\n');
    free(text);
    return writer->out->failed ? sit_error_nomem(err) : SIT_OK;
}

enum sit_status sit_export_jsonl(struct sit_project *project, int64_t model_id,
                                 struct sit_buf *out, struct sit_error *err)
{
    struct row_writer writer = {.out = out};
    enum sit_status status = sit_project_classes(project, &writer.classes, err);
    if (status == SIT_OK)
        status = sit_project_walk(project, model_id, write_json_row, &writer, err);
    return status;
}
