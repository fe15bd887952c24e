/*
 * Drawing collections. The faces of a poster resemble each other in sex and in how the
 * classifier errs on them; the classifier leans to women in early decades and to men in
 * late ones, and its probabilities are too sure.
 */
#include "coverage_draw.h"

#include <math.h>
#include <stdlib.h>

#include "sitter/alloc.h"

bool drawn_init(struct drawn *c, size_t n_faces)
{
    size_t n = n_faces + 8;
    *c = (struct drawn){0};
    float **const arrays[] = {&c->woman,       &c->known,        &c->p_woman,
                              &c->p_known,     &c->h_woman,      &c->h_known,
                              &c->label_woman, &c->label_known,  &c->year,
                              &c->only_women,  &c->p_only_women, &c->label_only_women};
    bool is_complete = true;
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        *arrays[i] = sit_calloc(n, sizeof **arrays[i]);
        is_complete = is_complete && *arrays[i] != NULL;
    }
    c->poster = sit_calloc(n, sizeof *c->poster);
    c->decade = sit_calloc(n, sizeof *c->decade);
    c->order = sit_calloc(n, sizeof *c->order);
    return is_complete && c->poster != NULL && c->decade != NULL && c->order != NULL;
}

void drawn_release(struct drawn *c)
{
    free(c->woman);
    free(c->known);
    free(c->p_woman);
    free(c->p_known);
    free(c->h_woman);
    free(c->h_known);
    free(c->label_woman);
    free(c->label_known);
    free(c->year);
    free(c->only_women);
    free(c->p_only_women);
    free(c->label_only_women);
    free(c->poster);
    free(c->decade);
    free(c->order);
}

/* Normal quantile, by bisection: used three times a collection. */
static double normal_quantile(double p)
{
    double low = -8, high = 8;
    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        if (0.5 * erfc(-middle / sqrt(2.0)) < p)
            low = middle;
        else
            high = middle;
    }
    return low;
}

struct poster {
    size_t n_faces;
    uint32_t decade;
    double year, p_woman, lean; /* of this poster */
    bool is_woman, is_themed;
};

static struct poster draw_poster(const struct drawn_design *design, struct sit_rng *rng)
{
    static const double share_until[N_DECADES] = {.12, .3, .55, .82, 1};
    static const double shares[] = {.4, .62, .78, .88, .95, 1}; /* 1 to 6 faces */
    struct poster p = {.n_faces = 1};
    double at = sit_rng_uniform(rng), size = sit_rng_uniform(rng);
    while (p.decade + 1 < N_DECADES && at > share_until[p.decade])
        p.decade++;
    while (size > shares[p.n_faces - 1])
        p.n_faces++;
    p.year = 1950 + 10 * (double)p.decade + (double)sit_rng_below(rng, 10);
    /* From .7 to 1.3 of the whole; a tenth of the faces is `other`. */
    p.p_woman = design->prevalence / 0.9 * (0.7 + 0.6 * (p.year - 1950) / 50);
    p.is_themed = sit_rng_uniform(rng) < 0.4;
    p.is_woman = sit_rng_uniform(rng) < p.p_woman;
    p.lean = sqrt(0.2) * sit_rng_normal(rng);
    return p;
}

static double logistic(double x)
{
    return 1 / (1 + exp(-x));
}

static void draw_face(struct drawn *c, size_t i, const struct poster *p, double apart,
                      struct sit_rng *rng)
{
    static const double lean[N_DECADES] = {.5, .3, 0, -.2, -.5};
    bool is_other = sit_rng_uniform(rng) < 0.1;
    bool is_woman = p->is_themed ? p->is_woman : sit_rng_uniform(rng) < p->p_woman;
    double z = p->lean + sqrt(0.8) * sit_rng_normal(rng) + lean[p->decade];
    z += is_other ? 0 : is_woman ? apart : -apart;
    double y = sit_rng_normal(rng) + (is_other ? -apart : apart);
    double p_woman = logistic(3 * apart * z), p_known = logistic(3 * apart * y);
    c->woman[i] = is_woman && !is_other;
    c->known[i] = !is_other;
    c->p_woman[i] = (float)(p_woman * p_known);
    c->p_known[i] = (float)p_known;
    c->h_known[i] = y > 0;
    c->h_woman[i] = z > 0 && y > 0;
    c->year[i] = (float)p->year;
    c->decade[i] = p->decade;
    c->poster[i] = (uint32_t)c->n_posters;
}

void drawn_collection(struct drawn *c, const struct drawn_design *design,
                      struct sit_rng *rng)
{
    double apart = normal_quantile(design->accuracy);
    c->n_posters = 0;
    c->n = 0;
    while (c->n < design->n_faces) {
        struct poster p = draw_poster(design, rng);
        float only = 1, p_only = 1;
        for (size_t j = 0; j < p.n_faces; j++, c->n++) {
            draw_face(c, c->n, &p, apart, rng);
            only *= c->woman[c->n];
            p_only *= c->p_woman[c->n];
        }
        c->only_women[c->n_posters] = only;
        c->p_only_women[c->n_posters] = p_only;
        c->n_posters++;
    }
}

void drawn_labels(struct drawn *c, const struct drawn_design *design,
                  struct sit_rng *rng)
{
    size_t n_units = design->by_poster ? c->n_posters : c->n;
    double share = (double)design->n_labels / (double)c->n;
    size_t n_drawn = (size_t)(share * (double)n_units + 0.5);
    for (size_t i = 0; i < n_units; i++)
        c->order[i] = i;
    for (size_t i = 0; i < n_drawn; i++) {
        size_t j = i + (size_t)sit_rng_below(rng, n_units - i), kept = c->order[i];
        c->order[i] = c->order[j];
        c->order[j] = kept;
    }
    for (size_t i = 0; i < c->n; i++)
        c->label_woman[i] = c->label_known[i] = NAN;
    for (size_t i = 0; i < c->n_posters; i++)
        c->label_only_women[i] = NAN;
    for (size_t i = 0; i < n_drawn && design->by_poster; i++)
        c->label_only_women[c->order[i]] = c->only_women[c->order[i]];
    for (size_t i = 0; i < n_drawn && !design->by_poster; i++)
        c->label_woman[c->order[i]] = c->woman[c->order[i]];
    c->n_labelled = 0;
    for (size_t i = 0; i < c->n; i++) {
        if (design->by_poster ? isnan(c->label_only_women[c->poster[i]])
                              : isnan(c->label_woman[i]))
            continue;
        c->label_woman[i] = c->woman[i];
        c->label_known[i] = c->known[i];
        c->n_labelled++;
    }
}

double drawn_truth(const float *num, const float *den, const uint32_t *decade,
                   uint32_t which, size_t n)
{
    double over = 0, under = 0;
    for (size_t i = 0; i < n; i++)
        if (decade == NULL || decade[i] == which) {
            over += (double)num[i];
            under += den != NULL ? (double)den[i] : 1;
        }
    return over / under;
}

double drawn_slope(const float *num, const float *den, const float *year, size_t n)
{
    double w = 0, x_mean = 0, y_mean = 0, xx = 0, xy = 0;
    for (size_t i = 0; i < n; i++) {
        double d = den != NULL ? (double)den[i] : 1;
        w += d;
        x_mean += d * (double)year[i];
        y_mean += (double)num[i];
    }
    x_mean /= w;
    y_mean /= w;
    for (size_t i = 0; i < n; i++) {
        double d = den != NULL ? (double)den[i] : 1, x = (double)year[i] - x_mean;
        xx += d * x * x;
        xy += x * ((double)num[i] - d * y_mean);
    }
    return 10 * xy / xx;
}
