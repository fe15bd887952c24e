/*
 * The tables of the collection as it is: faces by class, posters by who is on them.
 */
#include <stdlib.h>
#include <string.h>

#include "report_table.h"
#include "sitter/alloc.h"

/*
 * Faces by class
 */

static bool faces_of_class(const struct sit_report *report, sit_class_index k,
                           struct sit_report_row *row)
{
    for (size_t i = 0; i < report->n_faces; i++)
        row->n_faces += report->faces[i].class_index == k;
    row->faces = sit_malloc_array(row->n_faces, sizeof *row->faces);
    size_t n = 0;
    for (size_t i = 0; row->faces != NULL && i < report->n_faces; i++)
        if (report->faces[i].class_index == k)
            row->faces[n++] = (uint32_t)i;
    return row->faces != NULL;
}

static enum sit_status note_excluded(const struct report_data *data,
                                     struct sit_report_table *table,
                                     struct sit_error *err)
{
    const struct sit_report *report = data->report;
    for (size_t k = 0; k < report->classes.n; k++) {
        if (!report->classes.items[k].excluded)
            continue;
        enum sit_status status = report_add_note(
            table,
            report_text("Faces labelled '%s' are no people: they are left out of every "
                        "other share. No prediction says '%s', so its own share, of "
                        "all faces, rests on labels alone.",
                        report->classes.items[k].name, report->classes.items[k].name),
            err);
        if (status != SIT_OK)
            return status;
    }
    return SIT_OK;
}

enum sit_status report_faces_table(struct report_estimator *e,
                                   struct sit_report *report, struct sit_error *err)
{
    struct sit_report_table *table = report_add_table(
        report, "faces", sit_strdup("Faces by class"), "face", "class");
    if (table == NULL)
        return sit_error_nomem(err);
    table->chart = SIT_CHART_BARS;
    enum sit_status status = report_add_column(table, "share", sit_strdup("share"),
                                               SIT_FIGURE_SHARE, SIT_NO_CLASS, err);
    for (size_t k = 0; status == SIT_OK && k < report->classes.n; k++) {
        sit_class_index index = (sit_class_index)k;
        struct sit_report_row *row;
        status = report_add_row(table, report_class_name(report, index), NULL, &row,
                                err);
        if (status == SIT_OK)
            status = report_share_of_faces(e, NULL, report->n_faces, index,
                                           &row->figures[0], err);
        if (status == SIT_OK && !faces_of_class(report, index, row))
            status = sit_error_nomem(err);
    }
    if (status == SIT_OK)
        status = note_excluded(e->data, table, err);
    return status;
}

/*
 * Posters
 */

static bool faces_of_posters(const struct report_data *data,
                             const struct report_composition *composition,
                             struct sit_report_row *row)
{
    const struct sit_report *report = data->report;
    uint8_t *wanted = sit_calloc(report->n_sources, sizeof *wanted);
    if (wanted == NULL)
        return false;
    for (size_t s = 0; s < report->n_sources; s++) {
        struct report_composition own;
        wanted[s] = report->sources[s].n_faces > 0 && report_compose(data, s, &own) &&
                    own.kind == composition->kind &&
                    own.class_index == composition->class_index;
        row->n_faces += wanted[s] ? report->sources[s].n_faces : 0;
    }
    row->faces = sit_malloc_array(row->n_faces, sizeof *row->faces);
    size_t n = 0;
    for (size_t i = 0; row->faces != NULL && i < report->n_faces; i++)
        if (wanted[report->faces[i].source])
            row->faces[n++] = (uint32_t)i;
    free(wanted);
    return row->faces != NULL;
}

static enum sit_status add_composition(struct report_estimator *e,
                                       struct sit_report_table *table, char *label,
                                       enum report_composition_kind kind,
                                       sit_class_index k, struct sit_error *err)
{
    struct report_composition composition = {kind, k};
    struct sit_report_row *row;
    enum sit_status status = label == NULL
                                 ? sit_error_nomem(err)
                                 : report_add_row(table, label, NULL, &row, err);
    free(label);
    if (status == SIT_OK)
        status = report_share_of_posters(e, &composition, &row->figures[0], err);
    if (status == SIT_OK && !faces_of_posters(e->data, &composition, row))
        status = sit_error_nomem(err);
    return status;
}

static enum sit_status note_posters(const struct report_data *data,
                                    struct sit_report_table *table,
                                    struct sit_error *err)
{
    const struct sit_report *report = data->report;
    size_t n_faceless = report->n_posters - report->n_posters_with_faces;
    enum sit_status status = report_add_note(
        table,
        report_text("Shares are of the %zu poster%s with faces. 'no face' counts %zu "
                    "poster%s: searched ones without a face and sources that only the "
                    "metadata tells of, each once.",
                    report->n_posters_with_faces,
                    report->n_posters_with_faces == 1 ? "" : "s", n_faceless,
                    n_faceless == 1 ? "" : "s"),
        err);
    if (status == SIT_OK && !data->counted)
        status = report_add_note(
            table,
            sit_strdup("A poster is known where all its faces are labelled and its "
                       "split is labelled whole; elsewhere its composition follows "
                       "from the probabilities of its faces, taken as independent."),
            err);
    return status;
}

static enum sit_status within_mixed(struct report_estimator *e,
                                    struct sit_report *report, struct sit_error *err)
{
    struct sit_report_table *table = report_add_table(
        report, "mixed", sit_strdup("People on mixed posters"), "face", "class");
    if (table == NULL)
        return sit_error_nomem(err);
    table->chart = SIT_CHART_BARS;
    enum sit_status status = report_add_column(table, "share", sit_strdup("share"),
                                               SIT_FIGURE_SHARE, SIT_NO_CLASS, err);
    for (size_t k = 0; status == SIT_OK && k < e->data->n_trained; k++) {
        struct report_composition mixed = {REPORT_MIXED, SIT_NO_CLASS};
        struct sit_report_row *row;
        sit_class_index index = e->data->trained[k];
        status = report_add_row(table, report_class_name(report, index), NULL, &row,
                                err);
        if (status == SIT_OK)
            status = report_share_within_mixed(e, index, &row->figures[0], err);
        if (status == SIT_OK && !faces_of_posters(e->data, &mixed, row))
            status = sit_error_nomem(err);
        size_t n = 0;
        for (size_t i = 0; status == SIT_OK && i < row->n_faces; i++)
            if (report->faces[row->faces[i]].class_index == index)
                row->faces[n++] = row->faces[i];
        if (status == SIT_OK)
            row->n_faces = n;
    }
    return status;
}

enum sit_status report_posters_table(struct report_estimator *e,
                                     struct sit_report *report, struct sit_error *err)
{
    const struct report_data *data = e->data;
    struct sit_report_table *table = report_add_table(
        report, "posters", sit_strdup("Posters by who is on them"), "poster",
        "composition");
    if (table == NULL)
        return sit_error_nomem(err);
    table->chart = SIT_CHART_BARS;
    enum sit_status status = report_add_column(table, "share", sit_strdup("share"),
                                               SIT_FIGURE_SHARE, SIT_NO_CLASS, err);
    for (size_t k = 0; status == SIT_OK && k < data->n_trained; k++)
        status = add_composition(
            e, table,
            report_text("only %s", report_class_name(report, data->trained[k])),
            REPORT_ONLY, data->trained[k], err);
    if (status == SIT_OK)
        status = add_composition(e, table, sit_strdup("mixed"), REPORT_MIXED,
                                 SIT_NO_CLASS, err);
    if (status == SIT_OK)
        status = add_composition(e, table, sit_strdup("no people"), REPORT_NOBODY,
                                 SIT_NO_CLASS, err);
    struct sit_report_row *row;
    if (status == SIT_OK)
        status = report_add_row(table, "no face", NULL, &row, err);
    if (status == SIT_OK) {
        row->unknown = true;
        row->figures[0] = report_count(
            (double)(report->n_posters - report->n_posters_with_faces));
        status = note_posters(data, table, err);
    }
    return status == SIT_OK ? within_mixed(e, report, err) : status;
}
