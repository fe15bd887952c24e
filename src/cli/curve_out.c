/*
 * A learning curve drawn with characters, and what it says of more labels.
 */
#include "curve_out.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct curve_axes curve_axes(const struct sit_learning_curve *curve)
{
    const struct sit_learning_point *points = curve->points;
    size_t last = curve->n_points - 1;
    struct curve_axes axes = {.n_low = points[0].n,
                              .n_high = points[last].n * (curve->has_law ? 2 : 1),
                              .low = 1,
                              .high = 0};
    for (size_t i = 0; i < curve->n_points; i++) {
        const struct sit_interval *ci = &points[i].ci;
        axes.low = fmin(axes.low,
                        fmin(points[i].accuracy, isfinite(ci->low) ? ci->low : 1));
        axes.high = fmax(axes.high,
                         fmax(points[i].accuracy, isfinite(ci->high) ? ci->high : 0));
    }
    if (curve->has_law)
        axes.high = fmax(axes.high, sit_power_law_at(&curve->law, axes.n_high));
    axes.step = axes.high - axes.low > 0.3    ? 0.1
                : axes.high - axes.low > 0.12 ? 0.05
                                              : 0.02;
    axes.low = floor(axes.low / axes.step + 1e-9) * axes.step;
    axes.high = ceil(axes.high / axes.step - 1e-9) * axes.step;
    if (axes.high - axes.low < axes.step / 2)
        axes.low -= axes.step;
    if (axes.n_high <= axes.n_low) /* a single point */
        axes.n_high = axes.n_low * 2;
    return axes;
}

double curve_across(const struct curve_axes *axes, double n)
{
    return log(n / axes->n_low) / log(axes->n_high / axes->n_low);
}

double curve_up(const struct curve_axes *axes, double accuracy)
{
    return (accuracy - axes->low) / (axes->high - axes->low);
}

/*
 * Characters
 */

enum { N_COLS = 66, N_ROWS = 17, LEFT_COLS = 7 };

enum mark { BLANK, LAW, BAR, POINT };

struct canvas {
    enum mark cells[N_ROWS][N_COLS];
};

static size_t cell(double share, size_t n)
{
    double at = share * (double)(n - 1);
    return (size_t)lround(fmin(fmax(at, 0), (double)(n - 1)));
}

static void draw_marks(const struct sit_learning_curve *curve,
                       const struct curve_axes *axes, struct canvas *canvas)
{
    memset(canvas, 0, sizeof *canvas);
    for (size_t col = 0; curve->has_law && col < N_COLS; col++) {
        double n = axes->n_low *
                   pow(axes->n_high / axes->n_low, (double)col / (N_COLS - 1));
        double up = curve_up(axes, sit_power_law_at(&curve->law, n));
        if (up >= 0 && up <= 1)
            canvas->cells[N_ROWS - 1 - cell(up, N_ROWS)][col] = LAW;
    }
    for (size_t i = 0; i < curve->n_points; i++) {
        const struct sit_learning_point *p = &curve->points[i];
        size_t col = cell(curve_across(axes, p->n), N_COLS);
        if (isfinite(p->ci.low)) {
            size_t from = cell(curve_up(axes, p->ci.low), N_ROWS);
            size_t to = cell(curve_up(axes, p->ci.high), N_ROWS);
            for (size_t row = from; row <= to; row++)
                canvas->cells[N_ROWS - 1 - row][col] = BAR;
        }
        canvas->cells[N_ROWS - 1 - cell(curve_up(axes, p->accuracy), N_ROWS)][col] =
            POINT;
    }
}

/* The axis label of a row, where a multiple of the step falls on it. */
static bool row_label(const struct curve_axes *axes, size_t row, double *value)
{
    size_t n_steps = (size_t)lround((axes->high - axes->low) / axes->step);
    for (size_t i = 0; i <= n_steps; i++) {
        double at = axes->low + (double)i * axes->step;
        if (N_ROWS - 1 - cell(curve_up(axes, at), N_ROWS) == row) {
            *value = at;
            return true;
        }
    }
    return false;
}

/* Numbers of labels below the axis: first, last, twice the last, and between them as
 * many points as there is room for. */
static void draw_numbers(const struct sit_learning_curve *curve,
                         const struct curve_axes *axes, struct sit_buf *out)
{
    char line[N_COLS + 16];
    memset(line, ' ', sizeof line);
    double numbers[SIT_LEARNING_MAX_POINTS + 1];
    size_t n = 0, end = 0, last = curve->n_points - 1;
    numbers[n++] = curve->points[last].n;
    if (curve->has_law)
        numbers[n++] = axes->n_high;
    for (size_t i = 0; i < last; i++)
        numbers[n++] = curve->points[i].n;
    for (size_t i = 0; i < n; i++) {
        char text[16];
        size_t length = (size_t)snprintf(text, sizeof text, "%.0f", numbers[i]);
        size_t at = cell(curve_across(axes, numbers[i]), N_COLS);
        bool is_free = true;
        for (size_t k = at > 0 ? at - 1 : 0; k <= at + length; k++)
            is_free = is_free && k < sizeof line && line[k] == ' ';
        if (!is_free)
            continue;
        memcpy(line + at, text, length);
        if (at + length > end)
            end = at + length;
    }
    sit_buf_appendf(out, "%*s  %.*s\n", LEFT_COLS - 1, "", (int)end, line);
}

void curve_chart(const struct sit_learning_curve *curve, bool utf8, struct sit_buf *out)
{
    static const char *const unicode[] = {" ", "\u00b7", "\u2502", "\u25cf"};
    static const char *const ascii[] = {" ", ".", "|", "o"};
    const char *const *marks = utf8 ? unicode : ascii;
    struct curve_axes axes = curve_axes(curve);
    struct canvas canvas;
    draw_marks(curve, &axes, &canvas);
    sit_buf_append_text(out, "accuracy\n");
    for (size_t row = 0; row < N_ROWS; row++) {
        double value;
        if (row_label(&axes, row, &value))
            sit_buf_appendf(out, "%*.2f %s", LEFT_COLS - 2, value,
                            utf8 ? "\u2524" : "+");
        else
            sit_buf_appendf(out, "%*s %s", LEFT_COLS - 2, "", utf8 ? "\u2502" : "|");
        size_t end = N_COLS;
        while (end > 0 && canvas.cells[row][end - 1] == BLANK)
            end--;
        if (end > 0)
            sit_buf_append_char(out, ' ');
        for (size_t col = 0; col < end; col++)
            sit_buf_append_text(out, marks[canvas.cells[row][col]]);
        sit_buf_append_char(out, '\n');
    }
    sit_buf_appendf(out, "%*s %s", LEFT_COLS - 2, "", utf8 ? "\u2514" : "+");
    for (size_t col = 0; col < N_COLS + 1; col++)
        sit_buf_append_text(out, utf8 ? "\u2500" : "-");
    sit_buf_append_char(out, '\n');
    draw_numbers(curve, &axes, out);
    sit_buf_appendf(out,
                    "%*s  labels, logarithmic scale; %s accuracy, %s 95 %% interval",
                    LEFT_COLS - 1, "", marks[POINT], marks[BAR]);
    if (curve->has_law)
        sit_buf_appendf(out, ", %s fitted", marks[LAW]);
    sit_buf_append_char(out, '\n');
}

/*
 * Words
 */

void curve_answer(const struct sit_curve *c, struct sit_buf *out)
{
    enum { FEW_LABELS = 40 };
    const struct sit_learning_curve *curve = &c->curve;
    const struct sit_learning_point *last = &curve->points[curve->n_points - 1];
    struct sit_interval ci = curve->gain_ci;
    sit_buf_append_text(out, "Is it worth labelling more? ");
    if (last->n < FEW_LABELS || !curve->has_law || !isfinite(ci.low)) {
        sit_buf_appendf(out,
                        "Too few labels to say: %.0f to learn from,\n%zu to judge on. "
                        "So early it nearly always is.\n",
                        last->n, curve->n_judged);
        return;
    }
    const char *answer = "Perhaps not.";
    if (ci.high < 0.01)
        answer = "Hardly.";
    else if (ci.low >= 0.01)
        answer = "Yes.";
    else if (ci.high - ci.low > 0.1)
        answer = "That cannot be told yet.";
    else if (curve->gain >= 0.01)
        answer = "Probably.";
    sit_buf_appendf(
        out,
        "%s\nTwice as many labels (%.0f) would bring about %+.1f points of "
        "accuracy\n(95 %% interval %+.1f to %+.1f), if the power law fitted "
        "to the curve holds:\n%.3f - %.3g n^-%.2f.\n",
        answer, 2 * last->n, 100 * curve->gain, 100 * ci.low, 100 * ci.high,
        curve->law.a, curve->law.b, curve->law.c);
    if (c->n_unlabelled_train == 0)
        sit_buf_append_text(out,
                            "All train faces are labelled: that takes new faces.\n");
    else if ((double)c->n_train + (double)c->n_unlabelled_train < 2 * last->n)
        sit_buf_appendf(out, "Only %zu train face%s not labelled yet.\n",
                        c->n_unlabelled_train,
                        c->n_unlabelled_train == 1 ? " is" : "s are");
}
