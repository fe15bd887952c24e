/*
 * A learning curve as an SVG file. Its colours keep a contrast of 4.5 (text) and 3
 * (lines) against white and black alike, so it needs no background.
 */
#include <math.h>
#include <string.h>

#include "curve_out.h"
#include "sitter/text.h"

enum { WIDTH = 720, HEIGHT = 440, LEFT = 70, RIGHT = 24, TOP = 44, BOTTOM = 60 };

#define TEXT_COLOUR  "#757575"
#define GRID_COLOUR  "#8a8a8a"
#define CURVE_COLOUR "#1e80d0"
#define LAW_COLOUR   "#c4681c"

static double x_of(const struct curve_axes *axes, double n)
{
    return LEFT + (WIDTH - LEFT - RIGHT) * curve_across(axes, n);
}

static double y_of(const struct curve_axes *axes, double accuracy)
{
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * curve_up(axes, accuracy);
}

/* Text from the file: valid UTF-8, nothing that XML forbids or acts on. */
static void append_xml(struct sit_buf *out, const char *text)
{
    struct sit_buf safe = {0};
    sit_text_escape(&safe, text, strlen(text));
    for (const char *at = sit_buf_text(&safe); *at != '\0'; at++) {
        if (*at == '<')
            sit_buf_append_text(out, "&lt;");
        else if (*at == '>')
            sit_buf_append_text(out, "&gt;");
        else if (*at == '&')
            sit_buf_append_text(out, "&amp;");
        else
            sit_buf_append_char(out, *at);
    }
    sit_buf_release(&safe);
}

static void append_head(const struct sit_curve *c, struct sit_buf *out)
{
    const struct sit_learning_curve *curve = &c->curve;
    sit_buf_appendf(out,
                    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
                    "width=\"%d\" height=\"%d\" role=\"img\" "
                    "aria-labelledby=\"title desc\" font-family=\"sans-serif\" "
                    "font-size=\"13\" fill=\"" TEXT_COLOUR "\">\n"
                    "<title id=\"title\">Learning curve on ",
                    WIDTH, HEIGHT, WIDTH, HEIGHT);
    append_xml(out, c->features);
    sit_buf_append_text(out,
                        "</title>\n<desc id=\"desc\">Accuracy by number of labels:");
    for (size_t i = 0; i < curve->n_points; i++) {
        const struct sit_learning_point *p = &curve->points[i];
        sit_buf_appendf(out, " %.0f labels %.3f", p->n, p->accuracy);
        if (isfinite(p->ci.low))
            sit_buf_appendf(out, " (%.3f to %.3f)", p->ci.low, p->ci.high);
        sit_buf_append_char(out, i + 1 < curve->n_points ? ';' : '.');
    }
    sit_buf_append_char(out, ' ');
    struct sit_buf answer = {0};
    curve_answer(c, &answer);
    for (char *at = answer.data; at != NULL && *at != '\0'; at++)
        if (*at == '\n')
            *at = ' ';
    append_xml(out, sit_buf_text(&answer));
    sit_buf_release(&answer);
    sit_buf_append_text(out, "</desc>\n");
}

static void append_axes(const struct sit_learning_curve *curve,
                        const struct curve_axes *axes, struct sit_buf *out)
{
    size_t n_steps = (size_t)lround((axes->high - axes->low) / axes->step);
    for (size_t i = 0; i <= n_steps; i++) {
        double value = axes->low + (double)i * axes->step, y = y_of(axes, value);
        sit_buf_appendf(
            out,
            "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"" GRID_COLOUR
            "\" stroke-width=\"%s\"/>\n"
            "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.2f</text>\n",
            LEFT, y, WIDTH - RIGHT, y, i == 0 ? "1" : "0.4", LEFT - 8, y + 4.5, value);
    }
    double last_x = 1e9;
    for (size_t i = curve->n_points + (curve->has_law ? 1 : 0); i-- > 0;) {
        double n = i == curve->n_points ? axes->n_high : curve->points[i].n;
        double x = x_of(axes, n);
        if (last_x - x < 36)
            continue;
        last_x = x;
        sit_buf_appendf(
            out,
            "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" "
            "stroke=\"" GRID_COLOUR "\"/>\n"
            "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.0f</text>\n",
            x, HEIGHT - BOTTOM, x, HEIGHT - BOTTOM + 5, x, HEIGHT - BOTTOM + 20, n);
    }
    sit_buf_appendf(
        out,
        "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">labels (logarithmic "
        "scale)</text>\n<text x=\"%d\" y=\"%d\">accuracy</text>\n",
        (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 18, LEFT, TOP - 16);
}

static void append_law(const struct sit_learning_curve *curve,
                       const struct curve_axes *axes, struct sit_buf *out)
{
    enum { N_STEPS = 60 };
    if (!curve->has_law)
        return;
    const char *separator = "";
    sit_buf_append_text(out,
                        "<polyline fill=\"none\" stroke=\"" LAW_COLOUR
                        "\" stroke-width=\"2\" stroke-dasharray=\"6 4\" points=\"");
    for (int i = 0; i <= N_STEPS; i++) {
        double n = axes->n_low * pow(axes->n_high / axes->n_low, (double)i / N_STEPS);
        double accuracy = sit_power_law_at(&curve->law, n);
        if (accuracy < axes->low)
            continue;
        sit_buf_appendf(out, "%s%.1f,%.1f", separator, x_of(axes, n),
                        y_of(axes, accuracy));
        separator = " ";
    }
    sit_buf_appendf(
        out,
        "\"/>\n<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"" LAW_COLOUR
        "\">fitted power law, to twice the labels</text>\n",
        WIDTH - RIGHT, TOP - 16);
}

static void append_points(const struct sit_learning_curve *curve,
                          const struct curve_axes *axes, struct sit_buf *out)
{
    sit_buf_append_text(out, "<g stroke=\"" CURVE_COLOUR "\" fill=\"" CURVE_COLOUR
                             "\" stroke-width=\"2\">\n");
    for (size_t i = 0; i < curve->n_points; i++) {
        const struct sit_learning_point *p = &curve->points[i];
        double x = x_of(axes, p->n);
        if (isfinite(p->ci.low))
            sit_buf_appendf(out,
                            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
                            x, y_of(axes, p->ci.low), x, y_of(axes, p->ci.high));
        sit_buf_appendf(out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\"/>\n", x,
                        y_of(axes, p->accuracy));
    }
    sit_buf_append_text(out, "</g>\n");
}

void curve_svg(const struct sit_curve *c, struct sit_buf *out)
{
    struct curve_axes axes = curve_axes(&c->curve);
    append_head(c, out);
    append_axes(&c->curve, &axes, out);
    append_law(&c->curve, &axes, out);
    append_points(&c->curve, &axes, out);
    sit_buf_append_text(out, "</svg>\n");
}
