/*
 * Computing a report: the collection is read once, then tables and method are made of
 * it in memory.
 */
#include "sitter/report.h"

#include <stdlib.h>
#include <string.h>

#include "report_method.h"
#include "report_table.h"
#include "sitter/alloc.h"

void sit_report_free(struct sit_report *report)
{
    if (report == NULL)
        return;
    for (size_t i = 0; i < report->n_tables; i++)
        report_table_release(&report->tables[i]);
    free(report->tables);
    report_method_release(&report->method);
    free(report->faces);
    free(report->sources);
    free(report->by_source);
    report_texts_free(report->texts);
    free(report);
}

const struct sit_report_table *sit_report_find_table(const struct sit_report *report,
                                                     const char *id)
{
    for (size_t i = 0; i < report->n_tables; i++)
        if (report->tables[i].id != NULL && strcmp(report->tables[i].id, id) == 0)
            return &report->tables[i];
    return NULL;
}

/* The share class: what is asked for, "female", or the first that is trained on. */
static enum sit_status choose_share(const struct sit_report_options *options,
                                    struct report_data *data, struct sit_error *err)
{
    struct sit_report *report = data->report;
    const struct sit_class_list *classes = &report->classes;
    for (size_t k = 0; k < classes->n; k++)
        if (!classes->items[k].excluded)
            data->trained[data->n_trained++] = (sit_class_index)k;
    if (data->n_trained == 0)
        return sit_error_set(err, SIT_E_ARG,
                             "every class of '%s' is excluded: there is no share to "
                             "report",
                             report->project_path);
    sit_class_index share = sit_class_list_find(
        classes, options->share != NULL ? options->share : "female");
    if (options->share != NULL && share == SIT_NO_CLASS)
        return sit_error_set(err, SIT_E_ARG, "no class '%s' in '%s'", options->share,
                             report->project_path);
    if (options->share != NULL && classes->items[share].excluded)
        return sit_error_set(err, SIT_E_ARG,
                             "class '%s' is excluded: no other figure counts it",
                             classes->items[share].name);
    if (share == SIT_NO_CLASS || classes->items[share].excluded)
        share = data->trained[0];
    report->share_class = share;
    return SIT_OK;
}

static enum sit_status open_model(struct sit_project *project, int64_t id,
                                  struct loaded_model *loaded, struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    bool asked = id != 0;
    size_t n = 0;
    if (!asked)
        status = sit_project_predicting_model(project, &id, err);
    if (status != SIT_OK || id == 0)
        return status;
    status = loaded_model_open(project, id, loaded, err);
    if (status == SIT_OK && asked)
        status = sit_project_count_predictions(project, id, &n, err);
    if (status == SIT_OK && asked && n == 0)
        status = sit_error_set(err, SIT_E_NOT_FOUND,
                               "model %lld has predicted nothing yet (sitter predict)",
                               (long long)id);
    return status;
}

/* The fields of --by that only the metadata knows. */
static void choose_fields(struct report_data *data)
{
    for (size_t i = 0; i < data->options->n_by; i++)
        for (size_t f = 0; f < 2; f++) {
            const char *name = data->options->by[i].fields[f];
            bool known = name == NULL || report_field_is_own(name);
            for (size_t j = 0; j < data->n_fields; j++)
                known = known || strcmp(data->fields[j].name, name) == 0;
            if (!known)
                data->fields[data->n_fields++].name = name;
        }
}

static void count_posters(struct sit_report *report)
{
    report->n_posters = report->n_sources;
    for (size_t s = 0; s < report->n_sources; s++) {
        const struct sit_report_source *source = &report->sources[s];
        report->n_posters_with_faces += source->n_faces > 0;
        if (source->year == 0)
            continue;
        report->n_with_year++;
        if (report->n_with_year == 1 || source->year < report->first_year)
            report->first_year = source->year;
        if (report->n_with_year == 1 || source->year > report->last_year)
            report->last_year = source->year;
    }
}

static enum sit_status make_tables(const struct report_data *data,
                                   struct sit_report *report, struct sit_error *err)
{
    const struct sit_report_options *options = data->options;
    struct report_estimator e;
    enum sit_status status = report_estimator_open(&e, data, err);
    if (status == SIT_OK)
        status = report_faces_table(&e, report, err);
    if (status == SIT_OK)
        status = report_posters_table(&e, report, err);
    if (status == SIT_OK)
        status = report_time_table(&e, report, "decade", err);
    if (status == SIT_OK)
        status = report_time_table(&e, report, "year", err);
    if (status == SIT_OK)
        status = report_keyword_tables(&e, report, err);
    for (size_t i = 0; status == SIT_OK && i < options->n_by; i++)
        status = report_by_table(&e, report, &options->by[i], err);
    report_estimator_release(&e);
    return status;
}

static enum sit_status compute(struct sit_project *project, struct report_data *data,
                               const struct sit_progress *progress,
                               struct sit_error *err)
{
    struct sit_report *report = data->report;
    enum sit_status status = sit_project_classes(project, &report->classes, err);
    if (status == SIT_OK)
        status = choose_share(data->options, data, err);
    if (status == SIT_OK)
        status = open_model(project, data->options->model_id, &data->loaded, err);
    if (status == SIT_OK)
        status = report_data_load(project, data, err);
    if (status == SIT_OK && data->n_labelled == 0 && !data->has_predictions)
        status = sit_error_set(err, SIT_E_NOT_FOUND,
                               "'%s' has neither labels nor predictions to report",
                               report->project_path);
    if (status == SIT_OK)
        status = report_data_sample(project, data, progress, err);
    if (status != SIT_OK)
        return status;
    report_data_settle(data);
    count_posters(report);
    status = report_method_fill(project, data, progress, report, err);
    if (status == SIT_OK)
        status = make_tables(data, report, err);
    if (status == SIT_OK)
        status = report_method_tell(data, report, err);
    return status;
}

enum sit_status sit_report_compute(struct sit_project *project,
                                   const struct sit_report_options *options,
                                   const struct sit_progress *progress,
                                   struct sit_report **out, struct sit_error *err)
{
    struct sit_report_options chosen = *options;
    struct sit_report *report = sit_calloc(1, sizeof *report);
    struct report_data *data = sit_calloc(1, sizeof *data);
    enum sit_status status = SIT_OK;
    if (report == NULL || data == NULL ||
        (report->texts = report_texts_new()) == NULL) {
        status = sit_error_nomem(err);
    } else {
        if (chosen.n_keywords == 0)
            chosen.n_keywords = SIT_REPORT_DEFAULT_KEYWORDS;
        if (chosen.n_keyword_posters == 0)
            chosen.n_keyword_posters = SIT_REPORT_DEFAULT_KEYWORD_POSTERS;
        const char *path = chosen.project_path != NULL ? chosen.project_path
                                                       : sit_project_path(project);
        report->version = SITTER_VERSION;
        report->made_at_ms = sit_time_ms();
        data->report = report;
        data->options = &chosen;
        choose_fields(data);
        status = report_texts_keep(report->texts, path, &report->project_path, err);
        if (status == SIT_OK)
            status = compute(project, data, progress, err);
    }
    if (data != NULL)
        report_data_release(data);
    free(data);
    if (status != SIT_OK)
        sit_report_free(report);
    else
        *out = report;
    return status;
}
