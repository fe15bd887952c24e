/*
 * From a table's charted column to points, an axis with round ticks, and the words that
 * every way of drawing uses.
 */
#include "chart_model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"
#include "sitter/chart.h"
#include "sitter/text.h"

static double figure_value(const struct sit_figure *figure)
{
    switch (figure->kind) {
    case SIT_FIGURE_COUNT: return figure->count;
    case SIT_FIGURE_SHARE:
    case SIT_FIGURE_NUMBER: return figure->estimate;
    case SIT_FIGURE_NONE: break;
    }
    return NAN;
}

static bool row_is_drawn(const struct sit_report_table *table,
                         const struct sit_report_row *row)
{
    return !row->unknown &&
           isfinite(figure_value(&row->figures[table->chart_column])) &&
           (table->chart != SIT_CHART_LINE || isfinite(row->x));
}

bool sit_chart_exists(const struct sit_report_table *table)
{
    if (table->chart == SIT_CHART_NONE || table->chart_column >= table->n_columns)
        return false;
    for (size_t i = 0; i < table->n_rows; i++)
        if (row_is_drawn(table, &table->rows[i]))
            return true;
    return false;
}

static char *escaped(const char *text, const char *text2)
{
    struct sit_buf out = {0};
    if (text != NULL)
        sit_text_escape(&out, text, strlen(text));
    if (text2 != NULL) {
        sit_buf_append_text(&out, ", ");
        sit_text_escape(&out, text2, strlen(text2));
    }
    if (out.n_bytes == 0 && !out.failed)
        sit_buf_append_text(&out, "(empty)");
    char *taken = out.failed ? NULL : sit_buf_take(&out);
    sit_buf_release(&out);
    return taken;
}

static char *copied(const char *text)
{
    struct sit_buf out = {0};
    sit_text_escape(&out, text, strlen(text));
    sit_buf_append_text(&out, "");
    char *taken = out.failed ? NULL : sit_strdup(sit_buf_text(&out));
    sit_buf_release(&out);
    return taken;
}

/* "Share of female by decade: share of female" says it twice. */
static const char *measure_beside(const char *title, const char *measure)
{
    return title != NULL && measure != NULL && strcasestr(title, measure) != NULL
               ? ""
               : measure;
}

static bool add_point(struct chart *chart, const struct sit_report_table *table,
                      size_t row_index)
{
    const struct sit_report_row *row = &table->rows[row_index];
    const struct sit_figure *figure = &row->figures[table->chart_column];
    struct chart_point *point = &chart->points[chart->n_points];
    *point = (struct chart_point){.label = escaped(row->label, row->label2),
                                  .x = chart->is_line ? row->x : NAN,
                                  .value = figure_value(figure),
                                  .low = figure->low,
                                  .high = figure->high,
                                  .row = row_index};
    if (point->label == NULL)
        return false;
    chart->n_points++;
    point->has_interval = figure->kind != SIT_FIGURE_COUNT && isfinite(figure->low) &&
                          isfinite(figure->high) && figure->low < figure->high;
    bool share = figure->kind == SIT_FIGURE_SHARE;
    point->mark = share && figure->model_based ? '~' : share && figure->few ? '!' : ' ';
    point->weak = point->mark != ' ';
    chart->any_interval |= point->has_interval;
    chart->any_model_based |= point->mark == '~';
    chart->any_few |= point->mark == '!';
    return true;
}

/* The least round step (1, 2, 5 times a power of ten) with at most n_most steps. */
static double round_step(double span, int n_most)
{
    double least = span / n_most;
    double step = pow(10.0, floor(log10(least)));
    static const double factors[] = {1, 2, 5, 10};
    for (int i = 0; i < 4; i++)
        if (step * factors[i] >= least * (1 - 1e-9))
            return step * factors[i];
    return step * 10;
}

/* From 0 (bars have a length) to what the highest interval needs. */
static void make_axis(struct chart *chart)
{
    double low = 0, high = 0;
    for (size_t i = 0; i < chart->n_points; i++) {
        const struct chart_point *p = &chart->points[i];
        low = fmin(low, p->has_interval ? fmin(p->low, p->value) : p->value);
        high = fmax(high, p->has_interval ? fmax(p->high, p->value) : p->value);
    }
    if (isfinite(chart->reference)) {
        low = fmin(low, chart->reference);
        high = fmax(high, chart->reference);
    }
    if (chart->is_share) {
        low = fmax(low, -1);
        high = fmin(high, 1);
    }
    if (!(high > low))
        high = low + (chart->is_share ? 0.1 : 1);
    chart->axis_step = round_step(high - low, 5);
    double first = floor(low / chart->axis_step + 1e-9);
    double last = ceil(high / chart->axis_step - 1e-9);
    chart->axis_low = first * chart->axis_step;
    chart->axis_high = last * chart->axis_step;
    chart->n_steps = (size_t)(last - first);
}

static void make_x_range(struct chart *chart)
{
    chart->x_low = INFINITY;
    chart->x_high = -INFINITY;
    for (size_t i = 0; chart->is_line && i < chart->n_points; i++) {
        chart->x_low = fmin(chart->x_low, chart->points[i].x);
        chart->x_high = fmax(chart->x_high, chart->points[i].x);
    }
}

bool chart_make(const struct sit_report_table *table, struct chart *out)
{
    const struct sit_report_column *column = &table->columns[table->chart_column];
    *out = (struct chart){
        .is_line = table->chart == SIT_CHART_LINE,
        .is_share = column->kind == SIT_FIGURE_SHARE,
        .title = escaped(table->title, NULL),
        .measure = copied(measure_beside(table->title, column->name)),
        .points = sit_calloc(table->n_rows, sizeof(struct chart_point)),
        .reference = table->reference,
        .trend = table->trend,
    };
    if (out->title == NULL || out->measure == NULL || out->points == NULL)
        return false;
    for (size_t i = 0; i < table->n_rows; i++) {
        if (!row_is_drawn(table, &table->rows[i]))
            continue;
        if (!out->is_line && out->n_points == SIT_CHART_MAX_BARS)
            out->n_left_out++;
        else if (!add_point(out, table, i))
            return false;
    }
    make_axis(out);
    make_x_range(out);
    return true;
}

void chart_release(struct chart *chart)
{
    for (size_t i = 0; chart->points != NULL && i < chart->n_points; i++)
        free(chart->points[i].label);
    free(chart->points);
    free(chart->title);
    free(chart->measure);
    *chart = (struct chart){0};
}

double chart_across(const struct chart *chart, double value)
{
    double at = (value - chart->axis_low) / (chart->axis_high - chart->axis_low);
    return at > 0 ? fmin(at, 1) : 0;
}

void chart_value_text(const struct chart *chart, double value, struct sit_buf *out)
{
    if (chart->is_share)
        sit_buf_appendf(out, "%.1f", value * 100);
    else if (value == floor(value) && fabs(value) < 1e15)
        sit_buf_appendf(out, "%.0f", value);
    else
        sit_buf_appendf(out, "%.3g", value);
}

void chart_tick_text(const struct chart *chart, size_t step, struct sit_buf *out)
{
    double value = chart->axis_low + (double)step * chart->axis_step;
    if (fabs(value) < chart->axis_step * 1e-6)
        value = 0;
    sit_buf_appendf(out, "%.6g", chart->is_share ? value * 100 : value);
    if (chart->is_share && step == chart->n_steps)
        sit_buf_append_text(out, " %");
}

void chart_rest_text(const struct chart *chart, struct sit_buf *out)
{
    if (chart->n_left_out > 0)
        sit_buf_appendf(out, "and %zu more row%s in the table", chart->n_left_out,
                        chart->n_left_out == 1 ? "" : "s");
}

void chart_reference_text(const struct chart *chart, struct sit_buf *out)
{
    if (!isfinite(chart->reference))
        return;
    sit_buf_append_text(out, "whole collection ");
    chart_value_text(chart, chart->reference, out);
    if (chart->is_share)
        sit_buf_append_text(out, " %");
}

void chart_trend_text(const struct chart *chart, struct sit_buf *out)
{
    const struct sit_report_trend *trend = &chart->trend;
    double unit = chart->is_share ? 100 : 1;
    if (!chart->is_line || !trend->known || !isfinite(trend->slope))
        return;
    sit_buf_appendf(out, "trend %+.1f%s in ten years", trend->slope * unit,
                    chart->is_share ? " points" : "");
    if (isfinite(trend->low) && isfinite(trend->high))
        sit_buf_appendf(out, " [%+.1f, %+.1f]", trend->low * unit, trend->high * unit);
    if (isfinite(trend->p) && trend->p < 0.001)
        sit_buf_append_text(out, ", p < 0.001");
    else if (isfinite(trend->p))
        sit_buf_appendf(out, ", p = %.3f", trend->p);
}
