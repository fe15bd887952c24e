/*
 * How the figures were found out: labels, split, model, its score, its calibration,
 * agreement of annotators, and what the figures do not say.
 */
#include "html_page.h"

#include <math.h>

#include "html_text.h"

void page_faces_count(struct sit_buf *out, size_t n)
{
    html_count(out, n);
    sit_buf_append_text(out, n == 1 ? " face" : " faces");
}

static void open_table(struct sit_buf *out, const char *id, const char *caption)
{
    sit_buf_appendf(out,
                    "<div class=\"box\" role=\"region\" tabindex=\"0\" "
                    "aria-labelledby=\"%s-cap\"><table>\n<caption id=\"%s-cap\">%s"
                    "</caption>\n<thead><tr>",
                    id, id, caption);
}

static void head_cell(struct sit_buf *out, const char *name, bool number)
{
    sit_buf_appendf(out, "<th scope=\"col\"%s>", number ? " class=\"n\"" : "");
    html_bdi(out, name);
    sit_buf_append_text(out, "</th>");
}

static void close_table(struct sit_buf *out)
{
    sit_buf_append_text(out, "</tbody></table></div>\n");
}

/*
 * Labels
 */

static void label_row(const struct page *page, const char *name, const size_t *by_class,
                      size_t n_faces)
{
    struct sit_buf *out = page->out;
    size_t n = 0;
    sit_buf_append_text(out, "<tr><th scope=\"row\">");
    html_bdi(out, name);
    sit_buf_append_text(out, "</th>");
    for (size_t c = 0; c < page->report->classes.n; c++) {
        page_count_cell(out, by_class[c]);
        n += by_class[c];
    }
    page_count_cell(out, n);
    if (n_faces != SIZE_MAX)
        page_count_cell(out, n_faces);
    sit_buf_append_text(out, "</tr>\n");
}

static void class_heads(const struct page *page, const char *first)
{
    head_cell(page->out, first, false);
    for (size_t c = 0; c < page->report->classes.n; c++)
        head_cell(page->out, page->report->classes.items[c].name, true);
    head_cell(page->out, "labels", true);
}

static void append_labels(const struct page *page)
{
    const struct sit_report_method *m = &page->report->method;
    struct sit_buf *out = page->out;
    sit_buf_append_text(out, "<h3>Labels</h3>\n<p>People labelled ");
    page_faces_count(out, m->n_labels);
    sit_buf_append_text(out, " of ");
    html_count(out, page->report->n_faces);
    if (m->counted) {
        sit_buf_append_text(out, ": every face was counted, nothing is estimated.");
    } else {
        sit_buf_append_text(out, "; ");
        html_count(out, m->n_random);
        sit_buf_append_text(out, " of these labels came at random and serve to correct "
                                 "the model's answers; ");
        html_count(out, m->n_not_random);
        sit_buf_append_text(out,
                            " were chosen otherwise and enter the raw counts only.");
    }
    sit_buf_append_text(out,
                        m->split_unit == SIT_SPLIT_BY_SOURCE
                            ? " Faces of one poster are all train or all test.</p>\n"
                            : " Train and test were divided face by face.</p>\n");
    open_table(out, "labels", "Labels by split.");
    class_heads(page, "split");
    head_cell(out, "faces", true);
    sit_buf_append_text(out, "</tr></thead>\n<tbody>\n");
    for (int s = 0; s < 2; s++)
        label_row(page, sit_split_name((enum sit_split)s), m->n_labels_by_class[s],
                  m->n_faces_by_split[s]);
    close_table(out);
    if (m->n_annotators == 0)
        return;
    open_table(out, "annotators", "Labels in force by annotator.");
    class_heads(page, "annotator");
    sit_buf_append_text(out, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < m->n_annotators; i++)
        label_row(page, m->annotators[i].name, m->annotators[i].n_by_class, SIZE_MAX);
    close_table(out);
}

static void agreement_row(struct sit_buf *out, const char *name, double value,
                          struct sit_interval ci, double unit)
{
    if (!isfinite(value))
        return;
    sit_buf_appendf(out, "<tr><th scope=\"row\">%s</th><td class=\"n\">", name);
    sit_buf_appendf(out, unit == 100 ? "%.1f %%" : "%.3f", value * unit);
    sit_buf_append_text(out, "<small>");
    page_interval(out, ci.low, ci.high, unit);
    sit_buf_append_text(out, "</small></td></tr>\n");
}

static void append_agreement(const struct page *page)
{
    const struct sit_report_agreement *a = &page->report->method.agreement;
    struct sit_buf *out = page->out;
    if (!a->known)
        return;
    sit_buf_appendf(out, "<h3>Agreement</h3>\n<p>%zu annotators labelled the same ",
                    a->n_annotators);
    page_faces_count(out, a->n_faces);
    sit_buf_append_text(out, ".</p>\n");
    open_table(out, "agreement", "Agreement between annotators, with 95 % intervals.");
    head_cell(out, "measure", false);
    head_cell(out, "value", true);
    sit_buf_append_text(out, "</tr></thead>\n<tbody>\n");
    agreement_row(out, "in agreement", a->percent, a->percent_ci, 100);
    agreement_row(out, "Cohen's kappa", a->kappa, a->kappa_ci, 1);
    agreement_row(out, "Krippendorff's alpha", a->alpha, a->alpha_ci, 1);
    agreement_row(out, "Gwet's AC1", a->ac1, a->ac1_ci, 1);
    close_table(out);
}

/*
 * The model
 */

static void append_confusion(const struct page *page,
                             const struct sit_evaluation *evaluation)
{
    const struct sit_metrics *metrics = &evaluation->metrics;
    struct sit_buf *out = page->out;
    open_table(out, "confusion",
               "Confusion on the labelled test faces: rows are labels, "
               "columns predictions.");
    head_cell(out, "label", false);
    for (size_t k = 0; k < metrics->n_classes; k++) {
        struct sit_buf name = {0};
        sit_buf_appendf(&name, "predicted %s", evaluation->classes[k].name);
        head_cell(out, sit_buf_text(&name), true);
        out->failed |= name.failed;
        sit_buf_release(&name);
    }
    head_cell(out, "recall", true);
    sit_buf_append_text(out, "</tr></thead>\n<tbody>\n");
    for (size_t truth = 0; truth < metrics->n_classes; truth++) {
        const struct sit_class_metrics *c = &metrics->classes[truth];
        sit_buf_append_text(out, "<tr><th scope=\"row\">");
        html_bdi(out, evaluation->classes[truth].name);
        sit_buf_append_text(out, "</th>");
        for (size_t k = 0; k < metrics->n_classes; k++)
            page_count_cell(out, metrics->confusion[truth][k]);
        sit_buf_append_text(out, "<td class=\"n\">");
        page_share(out, c->recall);
        sit_buf_append_text(out, "<small>");
        page_interval(out, c->recall_ci.low, c->recall_ci.high, 100);
        sit_buf_append_text(out, "</small></td></tr>\n");
    }
    close_table(out);
}

static void append_published(const struct page *page)
{
    const struct sit_report_published *p = &page->report->method.published;
    struct sit_buf *out = page->out;
    if (!p->asked)
        return;
    sit_buf_append_text(out, "<p>Published: ");
    html_bdi(out, p->citation);
    sit_buf_append_text(out, ", ");
    page_share(out, p->accuracy);
    sit_buf_appendf(out, " (%zu of %zu), 95 %% interval ", p->n_correct, p->n);
    page_interval(out, p->ci.low, p->ci.high, 100);
    sit_buf_append_text(out, ".</p>\n");
}

static void append_model(const struct page *page)
{
    const struct sit_report_method *m = &page->report->method;
    struct sit_buf *out = page->out;
    sit_buf_append_text(out, "<h3>Model</h3>\n");
    if (m->model_id == 0) {
        sit_buf_append_text(out, "<p>None: the figures rest on labels alone.</p>\n");
        return;
    }
    sit_buf_appendf(out, "<p>Model %lld, ", (long long)m->model_id);
    html_bdi(out, m->head);
    sit_buf_append_text(out, " on the features ");
    html_bdi(out, m->features);
    sit_buf_appendf(out, " (%zu numbers a face), ", m->dim);
    if (m->imported) {
        sit_buf_append_text(out, "imported, not trained in this project.");
    } else {
        sit_buf_append_text(out, "trained on ");
        page_faces_count(out, m->n_train);
        if (isfinite(m->c))
            sit_buf_appendf(out, ", C = %.4g", m->c);
        if (isfinite(m->temperature) && m->temperature != 1)
            sit_buf_appendf(out, ", temperature %.3g", m->temperature);
        sit_buf_append_text(out, ".");
    }
    sit_buf_append_text(out, "</p>\n");
    if (m->n_out_of_fold > 0) {
        sit_buf_append_text(out, "<p>");
        page_faces_count(out, m->n_out_of_fold);
        sit_buf_append_text(out, " with a label in the train split were predicted by "
                                 "heads that had seen no face of their poster.</p>\n");
    }
    if (m->test.has_metrics) {
        const struct sit_metrics *metrics = &m->test.metrics;
        sit_buf_append_text(out, "<p>On ");
        page_faces_count(out, metrics->n);
        sit_buf_append_text(out, " of the test split it is right for ");
        page_share(out, metrics->accuracy);
        sit_buf_append_text(out, ", 95 % interval ");
        page_interval(out, metrics->accuracy_low, metrics->accuracy_high, 100);
        sit_buf_append_text(out, ".</p>\n");
        append_confusion(page, &m->test);
    }
    append_published(page);
    if (m->leak.n_test_faces_affected > 0)
        sit_buf_appendf(out,
                        "<p>%zu posters lie on both sides of the split, and %zu of %zu "
                        "test faces are from posters seen in training: the score may "
                        "be too good.</p>\n",
                        m->leak.n_sources_on_both_sides, m->leak.n_test_faces_affected,
                        m->leak.n_test_faces);
}

static void append_rule(const struct page *page)
{
    struct sit_buf *out = page->out;
    sit_buf_append_text(out, "<h3>Which faces are shown</h3>\n<p>");
    if (page->faces->n_per_group == 0) {
        sit_buf_append_text(out, "Behind the numbers none: there are too many. ");
    } else {
        sit_buf_appendf(out,
                        "Of the faces behind a number at most %zu: a third the most "
                        "sure, a third the least sure, the rest at random (seed %llu); "
                        "all where there are no more. ",
                        page->faces->n_per_group, (unsigned long long)page->seed);
        if (page->faces->n_per_group < SIT_PAGE_PER_GROUP)
            sit_buf_append_text(out, "There are fewer than usual, since the page would "
                                     "be too large. ");
    }
    sit_buf_append_text(out,
                        "Sure is the probability of the class that a face is counted "
                        "as, by a model that had not seen its label.</p>\n");
}

void page_method(const struct page *page)
{
    const struct sit_report_method *m = &page->report->method;
    struct sit_buf *out = page->out;
    sit_buf_append_text(out, "<section id=\"method\" aria-labelledby=\"method-h\">\n"
                             "<h2 id=\"method-h\">How it was found out</h2>\n");
    append_labels(page);
    append_agreement(page);
    append_model(page);
    page_calibration(page);
    append_rule(page);
    if (m->n_limits > 0) {
        sit_buf_append_text(out, "<h3>What the figures do not say</h3>\n"
                                 "<ul class=\"limits\">\n");
        for (size_t i = 0; i < m->n_limits; i++) {
            sit_buf_append_text(out, "<li>");
            html_bdi(out, m->limits[i]);
            sit_buf_append_text(out, "</li>\n");
        }
        sit_buf_append_text(out, "</ul>\n");
    }
    sit_buf_append_text(out, "</section>\n");
}
