/*
 * A table of the report as a section of the page: its chart, its numbers, and for every
 * number the faces behind it.
 */
#include "html_page.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "chart_model.h"
#include "html_text.h"
#include "sitter/chart.h"

void page_share(struct sit_buf *out, double share)
{
    if (isfinite(share))
        sit_buf_appendf(out, "%.1f %%", share * 100);
    else
        sit_buf_append_text(out, "–");
}

void page_interval(struct sit_buf *out, double low, double high, double unit)
{
    if (isfinite(low) && isfinite(high))
        sit_buf_appendf(out, unit == 100 ? "[%.1f, %.1f]" : "[%.3g, %.3g]", low * unit,
                        high * unit);
}

void page_count_cell(struct sit_buf *out, size_t n)
{
    sit_buf_append_text(out, "<td class=\"n\">");
    html_count(out, n);
    sit_buf_append_text(out, "</td>");
}

static void append_p(struct sit_buf *out, const char *name, double p)
{
    if (p < 0.001)
        sit_buf_appendf(out, "%s < 0.001", name);
    else
        sit_buf_appendf(out, "%s = %.3f", name, p);
}

static bool is_difference(const struct sit_report_column *column)
{
    return strcmp(column->id, "difference") == 0;
}

static void append_value(struct sit_buf *out, const struct sit_report_column *column,
                         const struct sit_figure *figure)
{
    if (is_difference(column) && isfinite(figure->estimate))
        sit_buf_appendf(out, "%+.1f points", figure->estimate * 100);
    else if (figure->kind == SIT_FIGURE_COUNT && isfinite(figure->count))
        html_count(out, (size_t)figure->count);
    else if (figure->kind == SIT_FIGURE_SHARE)
        page_share(out, figure->estimate);
    else if (figure->kind == SIT_FIGURE_NUMBER && isfinite(figure->estimate))
        sit_buf_appendf(out, "%.4g", figure->estimate);
    else
        sit_buf_append_text(out, "–");
}

/* What makes the value believable, in small print. */
static void append_grounds(struct sit_buf *out, const struct sit_figure *figure)
{
    if (figure->kind == SIT_FIGURE_SHARE && figure->model_based)
        sit_buf_append_text(out, " <abbr title=\"model-based\">~</abbr>");
    else if (figure->kind == SIT_FIGURE_SHARE && figure->few)
        sit_buf_append_text(out, " <abbr title=\"few labels\">!</abbr>");
    if (figure->kind == SIT_FIGURE_COUNT)
        return;
    sit_buf_append_text(out, "<small>");
    if (figure->low < figure->high)
        page_interval(out, figure->low, figure->high,
                      figure->kind == SIT_FIGURE_SHARE ? 100 : 1);
    if (figure->kind == SIT_FIGURE_SHARE && figure->n > 0 && isfinite(figure->count)) {
        sit_buf_append_text(out, "</small> <small>");
        html_count(out, (size_t)figure->count);
        sit_buf_append_text(out, " of ");
        html_count(out, figure->n);
    }
    if (isfinite(figure->p)) {
        sit_buf_append_text(out, "</small> <small>");
        struct sit_buf words = {0};
        append_p(&words, "p", figure->p);
        if (isfinite(figure->q)) {
            sit_buf_append_text(&words, ", ");
            append_p(&words, "q", figure->q);
        }
        html_text(out, sit_buf_text(&words));
        out->failed |= words.failed;
        sit_buf_release(&words);
        if (figure->survives)
            sit_buf_append_text(out, " <b>holds</b>");
    }
    sit_buf_append_text(out, "</small>");
}

/* Where a number's faces are: of its class, of the row's only class, or of the row. */
static void append_target(const struct page *page, size_t table, size_t row,
                          const struct sit_report_column *column, struct sit_buf *out)
{
    const struct page_faces *faces = page->faces;
    if (column->class_index != SIT_NO_CLASS &&
        page_faces_group(faces, table, row, column->class_index) != NULL)
        sit_buf_appendf(out, "t%zur%zuc%d", table, row, column->class_index);
    else if (page->report->tables[table].rows[row].n_faces > 0)
        sit_buf_appendf(out, "t%zur%zu", table, row);
}

static void append_cell(const struct page *page, size_t table, size_t row,
                        size_t column)
{
    const struct sit_report_table *t = &page->report->tables[table];
    const struct sit_figure *figure = &t->rows[row].figures[column];
    struct sit_buf *out = page->out, target = {0};
    sit_buf_append_text(out, "<td class=\"n\">");
    if (figure->kind != SIT_FIGURE_NONE && page->faces->n_per_group > 0)
        append_target(page, table, row, &t->columns[column], &target);
    if (target.n_bytes > 0)
        sit_buf_appendf(out, "<a href=\"#%s\">", sit_buf_text(&target));
    append_value(out, &t->columns[column], figure);
    if (target.n_bytes > 0)
        sit_buf_append_text(out, "</a>");
    append_grounds(out, figure);
    sit_buf_append_text(out, "</td>");
    out->failed |= target.failed;
    sit_buf_release(&target);
}

static void append_row(const struct page *page, size_t table, size_t row)
{
    const struct sit_report_table *t = &page->report->tables[table];
    struct sit_buf *out = page->out;
    sit_buf_append_text(out, "<tr><th scope=\"row\">");
    html_bdi(out, t->rows[row].label);
    sit_buf_append_text(out, "</th>");
    if (t->field2 != NULL) {
        sit_buf_append_text(out, "<th scope=\"row\">");
        html_bdi(out, t->rows[row].label2);
        sit_buf_append_text(out, "</th>");
    }
    for (size_t c = 0; c < t->n_columns; c++)
        append_cell(page, table, row, c);
    sit_buf_append_text(out, "</tr>\n");
}

static void append_numbers(const struct page *page, size_t table)
{
    const struct sit_report_table *t = &page->report->tables[table];
    struct sit_buf *out = page->out;
    sit_buf_appendf(out,
                    "<div class=\"box\" role=\"region\" tabindex=\"0\" "
                    "aria-labelledby=\"t%zu-cap\"><table>\n<caption id=\"t%zu-cap\">",
                    table, table);
    html_bdi(out, t->title);
    sit_buf_append_text(out, ". Shares with 95 % intervals");
    if (page->faces->n_per_group > 0)
        sit_buf_append_text(out, "; a number leads to its faces");
    sit_buf_append_text(out, ".</caption>\n<thead><tr><th scope=\"col\">");
    html_bdi(out, t->field);
    sit_buf_append_text(out, "</th>");
    if (t->field2 != NULL) {
        sit_buf_append_text(out, "<th scope=\"col\">");
        html_bdi(out, t->field2);
        sit_buf_append_text(out, "</th>");
    }
    for (size_t c = 0; c < t->n_columns; c++) {
        sit_buf_append_text(out, "<th scope=\"col\" class=\"n\">");
        html_bdi(out, t->columns[c].name);
        sit_buf_append_text(out, "</th>");
    }
    sit_buf_append_text(out, "</tr></thead>\n<tbody>\n");
    for (size_t r = 0; r < t->n_rows && r < PAGE_MAX_ROWS; r++)
        append_row(page, table, r);
    sit_buf_append_text(out, "</tbody></table></div>\n");
    if (t->n_rows > PAGE_MAX_ROWS) {
        sit_buf_append_text(out, "<p>The table goes on: ");
        html_count(out, t->n_rows - PAGE_MAX_ROWS);
        sit_buf_append_text(out, " more rows are in the CSV files only.</p>\n");
    }
}

/*
 * The faces behind the numbers
 */

static void append_row_label(const struct page *page, const struct page_group *group)
{
    const struct sit_report_row *row =
        &page->report->tables[group->table].rows[group->row];
    html_bdi(page->out, row->label);
    if (row->label2 != NULL) {
        sit_buf_append_text(page->out, ", ");
        html_bdi(page->out, row->label2);
    }
}

static void append_kind(const struct page *page, const char *name,
                        const uint32_t *faces, size_t n)
{
    if (n == 0)
        return;
    sit_buf_appendf(page->out, "<div><p class=\"muted\">%s</p>\n", name);
    page_tiles(page, faces, n, NULL);
    sit_buf_append_text(page->out, "</div>\n");
}

static void append_group(const struct page *page, const struct page_group *group)
{
    struct sit_buf *out = page->out;
    uint32_t shown[PAGE_MAX_PER_GROUP];
    size_t starts[3], n = page_faces_of_group(page->faces, group, shown, starts);
    sit_buf_append_text(out, "<details><summary>");
    const char *label = page->report->tables[group->table].rows[group->row].label;
    if (group->class_index != SIT_NO_CLASS &&
        strcmp(label, page->report->classes.items[group->class_index].name) != 0) {
        page_class_name(page, group->class_index);
        sit_buf_append_text(out, ", ");
    }
    append_row_label(page, group);
    sit_buf_append_text(out, ": ");
    html_count(out, group->n_faces);
    sit_buf_append_text(out, group->n_faces == 1 ? " face" : " faces");
    if (n < group->n_faces)
        sit_buf_appendf(out, ", %zu shown", n);
    sit_buf_appendf(out, "</summary>\n<div id=\"t%ur%uc%d\">\n", group->table,
                    group->row, group->class_index);
    if (n == group->n_faces) {
        page_tiles(page, shown, n, NULL);
    } else {
        sit_buf_append_text(out, "<div class=\"kinds\">\n");
        append_kind(page, "the most sure", shown, starts[1]);
        append_kind(page, "the least sure", shown + starts[1], starts[2] - starts[1]);
        append_kind(page, "at random", shown + starts[2], n - starts[2]);
        sit_buf_append_text(out, "</div>\n");
    }
    sit_buf_append_text(out, "</div></details>\n");
}

static void append_groups(const struct page *page, size_t table)
{
    const struct page_faces *faces = page->faces;
    size_t i = 0;
    while (i < faces->n_groups && faces->groups[i].table < table)
        i++;
    if (i == faces->n_groups || faces->groups[i].table != table ||
        faces->n_per_group == 0)
        return;
    sit_buf_append_text(page->out,
                        "<details><summary>The faces behind these numbers</summary>\n");
    for (uint32_t row = UINT32_MAX; i < faces->n_groups; i++) {
        const struct page_group *group = &faces->groups[i];
        if (group->table != table)
            break;
        if (group->row != row) {
            sit_buf_appendf(page->out, "<h3 id=\"t%zur%u\">", table, group->row);
            append_row_label(page, group);
            sit_buf_append_text(page->out, "</h3>\n");
            row = group->row;
        }
        append_group(page, group);
    }
    sit_buf_append_text(page->out, "</details>\n");
}

/* What the marks in the chart mean, those that it has. */
static void append_chart_caption(const struct sit_report_table *table,
                                 struct sit_buf *out)
{
    struct chart chart = {0};
    struct sit_buf trend = {0};
    bool made = chart_make(table, &chart);
    sit_buf_append_text(out, "<figcaption>");
    html_bdi(out, table->columns[table->chart_column].name);
    if (chart.any_interval)
        sit_buf_append_text(out, ", with 95 % intervals");
    if (isfinite(table->reference)) {
        sit_buf_append_text(out, "; dashed: the whole collection, ");
        page_share(out, table->reference);
    }
    if (chart.n_left_out > 0)
        sit_buf_appendf(out, "; the first %zu rows", chart.n_points);
    chart_trend_text(&chart, &trend);
    if (trend.n_bytes > 0)
        sit_buf_append_text(out, "; straight: ");
    html_text(out, sit_buf_text(&trend));
    if (chart.any_few || chart.any_model_based)
        sit_buf_append_text(out, ". Hollow: few labels (!) or model-based (~)");
    sit_buf_append_text(out, ". The table below has the same numbers.</figcaption>\n");
    out->failed |= !made || trend.failed;
    sit_buf_release(&trend);
    chart_release(&chart);
}

enum sit_status page_table(const struct page *page, size_t table, struct sit_error *err)
{
    const struct sit_report_table *t = &page->report->tables[table];
    struct sit_buf *out = page->out;
    sit_buf_appendf(out,
                    "<section id=\"t%zu\" aria-labelledby=\"t%zu-h\">\n"
                    "<h2 id=\"t%zu-h\">",
                    table, table, table);
    html_bdi(out, t->title);
    sit_buf_append_text(out, "</h2>\n");
    if (t->note != NULL && t->note[0] != '\0') {
        sit_buf_append_text(out, "<p>");
        html_bdi(out, t->note);
        sit_buf_append_text(out, "</p>\n");
    }
    if (sit_chart_exists(t)) {
        char id[32];
        snprintf(id, sizeof id, "t%zu-chart", table);
        sit_buf_appendf(out,
                        "<figure>\n<div class=\"box\" role=\"group\" tabindex=\"0\" "
                        "aria-labelledby=\"%s-title\">\n",
                        id);
        enum sit_status status = sit_chart_svg(t, id, false, out, err);
        if (status != SIT_OK)
            return status;
        sit_buf_append_text(out, "</div>\n");
        append_chart_caption(t, out);
        sit_buf_append_text(out, "</figure>\n");
    }
    append_numbers(page, table);
    append_groups(page, table);
    sit_buf_append_text(out, "</section>\n");
    return SIT_OK;
}
