/*
 * The method in words: what the figures do not say, and a paragraph to cite.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report_method.h"
#include "report_table.h"
#include "sitter/alloc.h"

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

/*
 * Limits
 */

/* Takes the sentence. */
static enum sit_status add_limit(struct sit_report_method *method, char *sentence,
                                 struct sit_error *err)
{
    char **limits = sit_realloc_array(method->limits, method->n_limits + 1,
                                      sizeof *limits);
    if (limits == NULL || sentence == NULL) {
        method->limits = limits != NULL ? limits : method->limits;
        free(sentence);
        return sit_error_nomem(err);
    }
    method->limits = limits;
    limits[method->n_limits++] = sentence;
    return SIT_OK;
}

static char *of_sampling(const struct report_data *data,
                         const struct sit_report_method *method)
{
    if (method->counted)
        return sit_strdup("Every face has a label: shares are counted and have no "
                          "sampling error. They describe this collection, not posters "
                          "outside it.");
    if (method->n_labels == 0)
        return sit_strdup("No face has a label: every figure is what the model says, "
                          "with nothing to check it by.");
    if (!data->has_predictions)
        return report_text("There are no predictions: figures rest on labels alone, "
                           "%zu of which count as drawn at random.",
                           method->n_random);
    return report_text(
        "%zu of the %zu labels count as drawn at random and correct the predictions: "
        "those of test faces, which no model chooses, of a split that is labelled "
        "whole, and of faces that were shown in random order. The other %zu enter the "
        "raw counts only.",
        method->n_random, method->n_labels, method->n_not_random);
}

static char *of_leak(const struct sit_report_method *method)
{
    return report_text(
        "%zu of %zu posters have labelled faces on both sides of the split; %zu of the "
        "%zu labelled test faces are from posters seen in training, which flatters the "
        "test figures.",
        method->leak.n_sources_on_both_sides, method->leak.n_sources,
        method->leak.n_test_faces_affected, method->leak.n_test_faces);
}

static enum sit_status of_model(const struct report_data *data,
                                struct sit_report_method *method, struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    if (method->imported)
        status = add_limit(method,
                           sit_strdup("The head was trained elsewhere: it is assumed "
                                      "that it has seen none of the labelled faces."),
                           err);
    if (status == SIT_OK && data->n_without_p > 0 && !method->counted)
        status = add_limit(method,
                           report_text("%zu face%s no out-of-sample prediction; the "
                                       "mean prediction stands in for it.",
                                       data->n_without_p,
                                       data->n_without_p == 1 ? " has" : "s have"),
                           err);
    if (status == SIT_OK && !method->test.has_metrics)
        status = add_limit(method,
                           sit_strdup("No labelled test face has a prediction: how "
                                      "often the model is right is not known."),
                           err);
    return status;
}

static enum sit_status tell_limits(const struct report_data *data,
                                   struct sit_report_method *method,
                                   struct sit_error *err)
{
    enum sit_status status = add_limit(method, of_sampling(data, method), err);
    if (status == SIT_OK && method->n_labels > 0)
        status = add_limit(
            method,
            sit_strdup("Imported labels, if any, count as labels of their split: it is "
                       "assumed "
                       "that nobody chose the faces by what a model said of them."),
            err);
    if (status == SIT_OK && data->has_predictions)
        status = of_model(data, method, err);
    if (status == SIT_OK && method->leak.n_sources_on_both_sides > 0)
        status = add_limit(method, of_leak(method), err);
    if (status == SIT_OK)
        status = add_limit(
            method,
            sit_strdup("A person whose face was not found, or not shown, "
                       "is not counted."),
            err);
    if (status == SIT_OK)
        status = add_limit(method,
                           sit_strdup("A class is how annotators read a face, not what "
                                      "the person shown is."),
                           err);
    return status;
}

/*
 * The paragraph
 */

static void append_percent(struct sit_buf *out, double share)
{
    sit_buf_appendf(out, "%.1f %%", 100 * share);
}

static void append_interval(struct sit_buf *out, double low, double high)
{
    sit_buf_appendf(out, "%.1f to %.1f %%", 100 * low, 100 * high);
}

static void cite_collection(struct sit_buf *out, const struct sit_report *report)
{
    const struct sit_report_method *method = &report->method;
    size_t n_annotators = 0, n_imported = 0;
    sit_buf_appendf(out,
                    "The collection has %zu poster%s, %zu of them with faces (%zu "
                    "face%s)",
                    report->n_posters, plural(report->n_posters),
                    report->n_posters_with_faces, report->n_faces,
                    plural(report->n_faces));
    if (report->first_year != 0)
        sit_buf_appendf(out, ", dated %d to %d where the year is known (%zu poster%s)",
                        report->first_year, report->last_year, report->n_with_year,
                        plural(report->n_with_year));
    for (size_t a = 0; a < method->n_annotators; a++) {
        const struct sit_report_annotator *annotator = &method->annotators[a];
        n_annotators += annotator->is_person && annotator->n_labels > 0;
        n_imported += annotator->is_person ? 0 : annotator->n_labels;
    }
    if (method->n_labels == 0) {
        sit_buf_append_text(out, ". No face was labelled.");
        return;
    }
    sit_buf_appendf(out, ". %zu face%s labelled", method->n_labels,
                    method->n_labels == 1 ? " was" : "s were");
    if (n_annotators > 0)
        sit_buf_appendf(out, " by %zu annotator%s", n_annotators, plural(n_annotators));
    if (n_imported == method->n_labels)
        sit_buf_append_text(out, ", all by labels that were imported");
    else if (n_imported > 0)
        sit_buf_appendf(out, ", %zu of them by labels that were imported", n_imported);
    sit_buf_append_text(out, " (");
    for (size_t k = 0; k < report->classes.n; k++)
        sit_buf_appendf(out, "%s%zu %s", k > 0 ? ", " : "",
                        method->n_labels_by_class[0][k] +
                            method->n_labels_by_class[1][k],
                        report->classes.items[k].name);
    sit_buf_append_text(out, ").");
}

static void cite_model(struct sit_buf *out, const struct sit_report *report)
{
    const struct sit_report_method *method = &report->method;
    if (method->model_id == 0)
        return;
    if (method->imported)
        sit_buf_appendf(out, " An imported %s head", method->head);
    else
        sit_buf_appendf(out, " %s %s head",
                        strcmp(method->head, "mlp") == 0 ? "An" : "A", method->head);
    if (isfinite(method->c))
        sit_buf_appendf(out, " (C = %.3g)", method->c);
    sit_buf_appendf(out, " on the %zu features of '%s'", method->dim, method->features);
    if (!method->imported)
        sit_buf_appendf(out, ", trained on %zu faces,", method->n_train);
    sit_buf_append_text(out, " classified the collection");
    if (method->test.has_metrics) {
        const struct sit_metrics *m = &method->test.metrics;
        sit_buf_appendf(out, "; it was right on %zu of %zu labelled test faces (",
                        m->n_correct, m->n);
        append_percent(out, m->accuracy);
        sit_buf_append_text(out, ", 95 % Wilson interval ");
        append_interval(out, m->accuracy_low, m->accuracy_high);
        sit_buf_append_char(out, ')');
    }
    sit_buf_append_char(out, '.');
}

static void cite_share(struct sit_buf *out, const struct sit_report *report)
{
    const struct sit_report_table *faces = sit_report_find_table(report, "faces");
    const struct sit_figure *share = &faces->rows[report->share_class].figures[0];
    const char *name = report->classes.items[report->share_class].name;
    if (!isfinite(share->estimate))
        return;
    sit_buf_appendf(out, " Of the people shown ");
    append_percent(out, share->estimate);
    sit_buf_appendf(out, " are %s", name);
    if (report->method.counted) {
        sit_buf_appendf(out, " (%.0f of %zu, counted).", share->count, share->n);
        return;
    }
    sit_buf_append_text(out, " (95 % interval ");
    append_interval(out, share->low, share->high);
    sit_buf_appendf(out, "; %s, %zu labels at random; raw count %.0f of %zu).",
                    share->method, share->n_random, share->count, share->n);
    sit_buf_append_text(out, " Intervals take the faces of one poster together.");
}

static void cite_published(struct sit_buf *out, const struct sit_report_published *p)
{
    if (!p->asked)
        return;
    sit_buf_appendf(out, " The published study (%s) reports %zu of %zu (", p->citation,
                    p->n_correct, p->n);
    sit_buf_appendf(out, "%.2f %%, 95 %% Wilson interval ", 100 * p->accuracy);
    append_interval(out, p->ci.low, p->ci.high);
    sit_buf_append_text(out, ").");
}

enum sit_status report_method_tell(const struct report_data *data,
                                   struct sit_report *report, struct sit_error *err)
{
    struct sit_report_method *method = &report->method;
    struct sit_buf text = {0};
    enum sit_status status = tell_limits(data, method, err);
    if (status != SIT_OK)
        return status;
    cite_collection(&text, report);
    cite_model(&text, report);
    cite_share(&text, report);
    cite_published(&text, &method->published);
    if (method->leak.n_sources_on_both_sides > 0)
        sit_buf_appendf(&text,
                        " %zu posters lie on both sides of the split, with %zu of the "
                        "%zu labelled test faces.",
                        method->leak.n_sources_on_both_sides,
                        method->leak.n_test_faces_affected, method->leak.n_test_faces);
    sit_buf_appendf(&text, " Computed with sitter %s.", report->version);
    if (text.failed) {
        sit_buf_release(&text);
        return sit_error_nomem(err);
    }
    method->citation = sit_buf_take(&text);
    return SIT_OK;
}
