/*
 * A report as text for a terminal of 80 columns: aligned tables with a bar and its
 * interval a row, and the method in words.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "report_out.h"
#include "sitter/text.h"

enum {
    LINE_CELLS = 80,
    COUNT_CELLS = 9,  /* " 12345678" */
    SHARE_CELLS = 23, /* "  45.2~  40.1 to  50.3 " */
    BRIEF_CELLS = 7,
    DIFFERENCE_CELLS = 17,
    LEAST_BAR = 8,
    MOST_BAR = 24,
    MOST_ROWS = 60,
};

/*
 * Words
 */

/* Append text of ours and the project's, escaped, broken between words at 80 columns;
 * lines after the first begin with `indent` blanks. */
static void append_words(struct sit_buf *out, const char *text, size_t indent)
{
    struct sit_buf safe = {0};
    sit_text_escape(&safe, text, strlen(text));
    size_t column = indent;
    const char *at = sit_buf_text(&safe);
    while (*at != '\0') {
        size_t n = strcspn(at, " ");
        struct sit_buf word = {0};
        sit_buf_append(&word, at, n);
        size_t width = sit_text_width(sit_buf_text(&word));
        if (column > indent && column + 1 + width > LINE_CELLS) {
            sit_buf_appendf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (column > indent) {
            sit_buf_append_char(out, ' ');
            column++;
        }
        /* A word that no line holds is cut. */
        if (width > LINE_CELLS - indent)
            sit_text_fit(out, sit_buf_text(&word), LINE_CELLS - indent);
        else
            sit_buf_append_text(out, sit_buf_text(&word));
        column += width;
        sit_buf_release(&word);
        at += n + (at[n] == ' ');
    }
    sit_buf_append_char(out, '\n');
    sit_buf_release(&safe);
}

/*
 * A table's layout
 */

struct layout {
    const struct sit_report_table *table;
    bool utf8;
    size_t label_cells, label2_cells;
    bool counts; /* a share's count and n as columns of their own */
    bool brief;  /* only the charted share with its interval */
    size_t bar_cells;
    bool any_few, any_model;
};

static size_t widest(const struct sit_report_table *table, bool second)
{
    size_t most = 0;
    for (size_t i = 0; i < table->n_rows; i++) {
        struct sit_buf safe = {0};
        const char *label = second ? table->rows[i].label2 : table->rows[i].label;
        if (label == NULL)
            continue;
        sit_text_escape(&safe, label, strlen(label));
        size_t width = sit_text_width(sit_buf_text(&safe));
        most = width > most ? width : most;
        sit_buf_release(&safe);
    }
    return most;
}

static size_t clamp(size_t value, size_t low, size_t high)
{
    return value < low ? low : value > high ? high : value;
}

static bool is_difference(const struct sit_report_column *column)
{
    return strcmp(column->id, "difference") == 0;
}

static size_t column_cells(const struct layout *layout, size_t c)
{
    const struct sit_report_column *column = &layout->table->columns[c];
    if (column->kind == SIT_FIGURE_COUNT)
        return COUNT_CELLS;
    if (is_difference(column))
        return DIFFERENCE_CELLS;
    if (layout->brief && c != layout->table->chart_column)
        return BRIEF_CELLS;
    return SHARE_CELLS + (layout->counts ? 2 * COUNT_CELLS : 0);
}

static size_t line_cells(const struct layout *layout)
{
    size_t cells = 2 + layout->label_cells +
                   (layout->label2_cells > 0 ? layout->label2_cells + 1 : 0);
    for (size_t c = 0; c < layout->table->n_columns; c++)
        cells += column_cells(layout, c);
    return cells;
}

static struct layout lay_out(const struct sit_report_table *table, bool utf8)
{
    struct layout layout = {.table = table, .utf8 = utf8, .counts = true};
    bool crossed = table->field2 != NULL;
    layout.label_cells = clamp(widest(table, false), 8, crossed ? 15 : 24);
    layout.label2_cells = crossed ? clamp(widest(table, true), 6, 15) : 0;
    for (size_t c = 0; c < table->n_columns; c++)
        layout.counts = layout.counts && table->columns[c].kind != SIT_FIGURE_COUNT;
    layout.brief = line_cells(&layout) > LINE_CELLS;
    size_t used = line_cells(&layout) + 2;
    layout.bar_cells = used + LEAST_BAR <= LINE_CELLS
                           ? clamp(LINE_CELLS - used, LEAST_BAR, MOST_BAR)
                           : 0;
    return layout;
}

/*
 * Cells
 */

static void append_header(struct sit_buf *out, const struct layout *layout)
{
    const struct sit_report_table *table = layout->table;
    sit_buf_append_text(out, "  ");
    sit_text_append_cell(out, table->field, layout->label_cells, false);
    if (layout->label2_cells > 0) {
        sit_buf_append_char(out, ' ');
        sit_text_append_cell(out, table->field2, layout->label2_cells, false);
    }
    for (size_t c = 0; c < table->n_columns; c++) {
        const struct sit_report_column *column = &table->columns[c];
        if (layout->counts && column->kind != SIT_FIGURE_COUNT &&
            !is_difference(column)) {
            sit_text_append_cell(out, "count", COUNT_CELLS, true);
            sit_text_append_cell(out, "of", COUNT_CELLS, true);
            sit_text_append_cell(out, " share %  95 % interval", SHARE_CELLS, false);
        } else if (is_difference(column)) {
            sit_text_append_cell(out, " differs       p", DIFFERENCE_CELLS, false);
        } else if (column->kind != SIT_FIGURE_COUNT &&
                   column_cells(layout, c) > BRIEF_CELLS) {
            sit_text_append_cell(out, " share %  95 % interval", SHARE_CELLS, false);
        } else {
            sit_text_append_cell(out, column->name, column_cells(layout, c) - 1, true);
            sit_buf_append_char(out, ' ');
        }
    }
    sit_buf_append_char(out, '\n');
}

static void append_share(struct sit_buf *out, const struct sit_figure *figure,
                         bool brief)
{
    if (!isfinite(figure->estimate)) {
        sit_text_append_cell(out, "-", 6, true);
        sit_text_append_cell(out, "", (brief ? BRIEF_CELLS : SHARE_CELLS) - 6, false);
        return;
    }
    const char *mark = figure->model_based ? "~" : figure->few ? "!" : " ";
    sit_buf_appendf(out, "%6.1f%s", 100 * figure->estimate, mark);
    if (brief)
        return;
    if (isfinite(figure->low) && figure->low < figure->high)
        sit_buf_appendf(out, "%6.1f to %5.1f ", 100 * figure->low, 100 * figure->high);
    else
        sit_text_append_cell(out, isfinite(figure->low) ? "  counted" : "",
                             SHARE_CELLS - 7, false);
}

static void append_difference(struct sit_buf *out, const struct sit_figure *figure)
{
    if (!isfinite(figure->estimate)) {
        sit_text_append_cell(out, "      -", DIFFERENCE_CELLS, false);
        return;
    }
    sit_buf_appendf(out, "%+7.1f ", 100 * figure->estimate);
    if (isfinite(figure->p))
        sit_buf_appendf(out, "%7.4f%s ", figure->p, figure->survives ? "*" : " ");
    else
        sit_text_append_cell(out, "", DIFFERENCE_CELLS - 8, false);
}

static void append_figure(struct sit_buf *out, const struct layout *layout, size_t c,
                          const struct sit_figure *figure)
{
    const struct sit_report_column *column = &layout->table->columns[c];
    bool share = column->kind == SIT_FIGURE_SHARE && !is_difference(column);
    if (share && layout->counts && figure->kind != SIT_FIGURE_NONE) {
        sit_buf_appendf(out, "%*.0f", COUNT_CELLS, figure->count);
        if (figure->kind == SIT_FIGURE_SHARE)
            sit_buf_appendf(out, "%*zu", COUNT_CELLS, figure->n);
        else
            sit_text_append_cell(out, "", COUNT_CELLS, false);
    }
    if (figure->kind == SIT_FIGURE_COUNT && column->kind == SIT_FIGURE_COUNT)
        sit_buf_appendf(out, "%*.0f ", COUNT_CELLS - 1, figure->count);
    else if (figure->kind != SIT_FIGURE_SHARE)
        sit_text_append_cell(out, "", share ? SHARE_CELLS : column_cells(layout, c),
                             false);
    else if (is_difference(column))
        append_difference(out, figure);
    else
        append_share(out, figure, column_cells(layout, c) == BRIEF_CELLS);
}

/* Filled up to the interval, then the interval with the estimate in it. */
static void append_bar(struct sit_buf *out, const struct layout *layout,
                       const struct sit_figure *figure)
{
    static const char *const unicode[] = {"█", "▒", "┃", " "};
    static const char *const ascii[] = {"#", "-", "|", " "};
    const char *const *marks = layout->utf8 ? unicode : ascii;
    double n = (double)layout->bar_cells;
    if (figure->kind != SIT_FIGURE_SHARE || !isfinite(figure->estimate))
        return;
    double low = isfinite(figure->low) ? figure->low : figure->estimate;
    double high = isfinite(figure->high) ? figure->high : figure->estimate;
    double at = fmin(floor(figure->estimate * n), n - 1);
    bool counted = low >= high;
    size_t end = 0; /* no blanks at the end of a line */
    for (size_t i = 0; i < layout->bar_cells; i++)
        if ((double)i <= fmax(at, ceil(high * n) - 1))
            end = i + 1;
    sit_buf_append_text(out, "  ");
    for (size_t i = 0; i < end; i++) {
        double x = (double)i;
        size_t mark = 3;
        if (!counted && x == at)
            mark = 2;
        else if (counted ? x < round(figure->estimate * n) : x + 1 <= low * n)
            mark = 0;
        else if (!counted && x < high * n)
            mark = 1;
        sit_buf_append_text(out, marks[mark]);
    }
}

static void append_row(struct sit_buf *out, struct layout *layout,
                       const struct sit_report_row *row)
{
    const struct sit_report_table *table = layout->table;
    sit_buf_append_text(out, "  ");
    sit_text_append_cell(out, row->label, layout->label_cells, false);
    if (layout->label2_cells > 0) {
        sit_buf_append_char(out, ' ');
        sit_text_append_cell(out, row->label2 != NULL ? row->label2 : "",
                             layout->label2_cells, false);
    }
    for (size_t c = 0; c < table->n_columns; c++) {
        const struct sit_figure *figure = &row->figures[c];
        append_figure(out, layout, c, figure);
        bool share = figure->kind == SIT_FIGURE_SHARE &&
                     !is_difference(&table->columns[c]);
        layout->any_model = layout->any_model || (share && figure->model_based);
        layout->any_few = layout->any_few ||
                          (share && figure->few && !figure->model_based);
    }
    if (layout->bar_cells > 0)
        append_bar(out, layout, &row->figures[table->chart_column]);
    while (out->n_bytes > 0 && out->data[out->n_bytes - 1] == ' ')
        out->data[--out->n_bytes] = '\0';
    sit_buf_append_char(out, '\n');
}

static void append_trend(struct sit_buf *out, const struct sit_report_trend *trend)
{
    struct sit_buf text = {0};
    if (!trend->known || !isfinite(trend->slope))
        return;
    sit_buf_appendf(&text, "Trend: %+.1f points in ten years", 100 * trend->slope);
    if (isfinite(trend->low) && trend->low < trend->high)
        sit_buf_appendf(&text, " (95 %% %+.1f to %+.1f)", 100 * trend->low,
                        100 * trend->high);
    if (isfinite(trend->p))
        sit_buf_appendf(&text, ", p = %.3g", trend->p);
    sit_buf_appendf(&text, "; %s.", trend->method);
    sit_buf_append_text(out, "  ");
    append_words(out, sit_buf_text(&text), 2);
    sit_buf_release(&text);
}

void report_append_table(struct sit_buf *out, const struct sit_report_table *table,
                         bool utf8)
{
    struct layout layout = lay_out(table, utf8);
    size_t n_rows = table->n_rows < MOST_ROWS ? table->n_rows : MOST_ROWS;
    append_words(out, table->title, 0);
    append_header(out, &layout);
    for (size_t i = 0; i < n_rows; i++)
        append_row(out, &layout, &table->rows[i]);
    if (n_rows < table->n_rows)
        sit_buf_appendf(out, "  and %zu more rows: --csv, --json\n",
                        table->n_rows - n_rows);
    if (isfinite(table->reference))
        sit_buf_appendf(out, "  In the whole collection: %.1f %%.\n",
                        100 * table->reference);
    append_trend(out, &table->trend);
    if (layout.any_model)
        sit_buf_appendf(out,
                        "  ~ model-based: fewer than %d labels at random to check "
                        "it by\n",
                        SIT_REPORT_FEW_LABELS);
    if (layout.any_few)
        sit_buf_appendf(out, "  ! fewer than %d labels at random behind it\n",
                        SIT_REPORT_FEW_LABELS);
    if (table->note[0] != '\0') {
        sit_buf_append_text(out, "  ");
        append_words(out, table->note, 2);
    }
    sit_buf_append_char(out, '\n');
}

/*
 * Around the tables
 */

void report_append_head(struct sit_buf *out, const struct sit_report *report)
{
    sit_buf_appendf(out, "%zu poster%s, %zu with faces; %zu face%s, %zu labelled",
                    report->n_posters, cli_plural(report->n_posters),
                    report->n_posters_with_faces, report->n_faces,
                    cli_plural(report->n_faces), report->method.n_labels);
    if (report->method.model_id != 0)
        sit_buf_appendf(out, "; predictions of model %lld",
                        (long long)report->method.model_id);
    sit_buf_append_text(out, "\n\n");
}

static void append_labels(struct sit_buf *out, const struct sit_report *report)
{
    const struct sit_report_method *method = &report->method;
    sit_buf_append_text(out, "  ");
    sit_text_append_cell(out, "labels", 20, false);
    for (size_t side = 0; side < 2; side++)
        sit_text_append_cell(out, sit_split_name((enum sit_split)side), COUNT_CELLS,
                             true);
    sit_buf_append_char(out, '\n');
    for (size_t k = 0; k < report->classes.n; k++) {
        sit_buf_append_text(out, "  ");
        sit_text_append_cell(out, report->classes.items[k].name, 20, false);
        for (size_t side = 0; side < 2; side++)
            sit_buf_appendf(out, "%*zu", COUNT_CELLS,
                            method->n_labels_by_class[side][k]);
        sit_buf_append_char(out, '\n');
    }
    for (size_t a = 0; a < method->n_annotators; a++) {
        if (method->annotators[a].n_labels == 0)
            continue;
        sit_buf_append_text(out, "  by ");
        sit_text_append_cell(out, method->annotators[a].name, 17, false);
        sit_buf_appendf(out, "%*zu\n", COUNT_CELLS, method->annotators[a].n_labels);
    }
}

static void append_agreement(struct sit_buf *out, const struct sit_report_agreement *a)
{
    if (!a->known)
        return;
    sit_buf_appendf(out, "  agreement on %zu face%s of several annotators: %.1f %%",
                    a->n_faces, cli_plural(a->n_faces), 100 * a->percent);
    if (isfinite(a->alpha))
        sit_buf_appendf(out, ",\n  Krippendorff's alpha %.2f", a->alpha);
    if (isfinite(a->alpha) && isfinite(a->alpha_ci.low))
        sit_buf_appendf(out, " (95 %% %.2f to %.2f)", a->alpha_ci.low,
                        a->alpha_ci.high);
    sit_buf_append_char(out, '\n');
}

static void append_confusion(struct sit_buf *out, const struct sit_evaluation *test)
{
    size_t n_cells = clamp((LINE_CELLS - 22) / test->n_classes, 4, 12);
    sit_buf_append_text(out, "  ");
    sit_text_append_cell(out, "truth \\ predicted", 20, false);
    for (size_t k = 0; k < test->n_classes; k++)
        sit_text_append_cell(out,
                             n_cells < 7 ? test->classes[k].key : test->classes[k].name,
                             n_cells, true);
    sit_buf_append_char(out, '\n');
    for (size_t t = 0; t < test->n_classes; t++) {
        sit_buf_append_text(out, "  ");
        sit_text_append_cell(out, test->classes[t].name, 20, false);
        for (size_t p = 0; p < test->n_classes; p++)
            sit_buf_appendf(out, "%*zu", (int)n_cells, test->metrics.confusion[t][p]);
        sit_buf_append_char(out, '\n');
    }
}

static void append_accuracy(struct sit_buf *out, const char *name, size_t n_correct,
                            size_t n, double low, double high)
{
    sit_buf_appendf(out, "  %-20s%zu of %zu = %.2f %%, 95 %% %.1f to %.1f (Wilson)\n",
                    name, n_correct, n, 100 * (double)n_correct / (double)n, 100 * low,
                    100 * high);
}

void report_append_method(struct sit_buf *out, const struct sit_report *report)
{
    const struct sit_report_method *method = &report->method;
    const struct sit_report_published *published = &method->published;
    const struct sit_metrics *m = &method->test.metrics;
    sit_buf_append_text(out, "How these figures were found out\n");
    append_labels(out, report);
    append_agreement(out, &method->agreement);
    if (method->n_split_given > 0 && method->split_unit == SIT_SPLIT_BY_SOURCE)
        sit_buf_appendf(out, "  split: of %zu posters as the folders gave it, else ",
                        method->n_split_given);
    else
        sit_buf_append_text(out, "  split: ");
    sit_buf_appendf(out,
                    "every 4th %s is test;\n  %zu of %zu labelled posters on both "
                    "sides\n",
                    method->split_unit == SIT_SPLIT_BY_FACE ? "face" : "poster",
                    method->leak.n_sources_on_both_sides, method->leak.n_sources);
    if (method->test.has_metrics)
        append_accuracy(out, "test faces", m->n_correct, m->n, m->accuracy_low,
                        m->accuracy_high);
    if (published->asked)
        append_accuracy(out, "published study", published->n_correct, published->n,
                        published->ci.low, published->ci.high);
    if (method->test.has_metrics)
        append_confusion(out, &method->test);
    if (method->has_calibration)
        sit_buf_appendf(out,
                        "  calibration error   %.3f on %zu labelled faces, "
                        "out-of-sample\n",
                        method->calibration.ece, method->calibration.n);
    sit_buf_append_char(out, '\n');
    append_words(out, method->citation, 0);
    sit_buf_append_char(out, '\n');
    for (size_t i = 0; i < method->n_limits; i++) {
        sit_buf_append_text(out, "- ");
        append_words(out, method->limits[i], 2);
    }
}
