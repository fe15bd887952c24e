/*
 * The units of a figure and which of them are a random sample: how the labels were
 * drawn (singly or by whole posters) is read off the labels themselves, and decides how
 * far residuals of one poster count together in a variance.
 */
#ifndef SITTER_STATS_SAMPLED_H
#define SITTER_STATS_SAMPLED_H

#include "sitter/prevalence.h"

/** What is known of one unit. Without predictions f and g are 0. */
struct unit {
    double a, b; /* num and den by label */
    double f, g; /* num and den as predicted */
};

struct sampled {
    const struct sit_prevalence_data *data;
    size_t n, n_labelled, n_clusters, n_labelled_clusters;
    size_t n_informative; /* labelled, with a den above 0 */
    size_t *row;          /* (n) in data; those of one cluster side by side */
    size_t *labelled;     /* (n_labelled) the same, of the sample */
    uint32_t *cluster;    /* (n_labelled) 0, 1, ..: numbered by first appearance */
    double fraction;      /* n_labelled / n */
    double pair_factor;   /* 0: drawn singly .. 1 - fraction: whole clusters */
    double pair_fraction; /* of the pairs within clusters, labelled both */
};

/** Collect the units of in_group (NULL: all) and check every value of theirs.
 * SIT_E_ARG, SIT_E_NOMEM. Release it in any case. */
enum sit_status sit_sampled_init(struct sampled *s,
                                 const struct sit_prevalence_data *data,
                                 const bool *in_group, struct sit_error *err);
void sit_sampled_release(struct sampled *s);

/** The unit in a row of data; a and b are NAN where it has no label. */
struct unit sit_sampled_unit(const struct sit_prevalence_data *data, size_t row);

/** Leverage on a mean, or on a mean and the coefficient of v (n_labelled; NULL: no such
 * coefficient), of the units in the sample; h (n_labelled). */
void sit_sampled_leverage(const struct sampled *s, const double *v, double *h);

/**
 * Variance of the mean of e (n_labelled, in the order of `labelled`) over samples drawn
 * as this one was; h (n_labelled) is the leverage of each unit on what was fitted to
 * the labels. INFINITY with fewer than two labels or clusters.
 *
 * With pi = fraction and pi2 the share of pairs within a cluster that are labelled
 * both, the Horvitz-Thompson form is
 *   [(1 - pi) sum e_i^2 + (1 - pi^2 / pi2) sum_{i != j, same cluster} e_i e_j] / n^2,
 * e centred and divided by 1 - h (HC3, the jackknife's; h of the cluster as far as
 * clusters were drawn): the pairs drop out for units drawn singly (pi2 = pi^2) and
 * count fully for whole clusters (pi2 = pi).
 */
double sit_sampled_variance(const struct sampled *s, const double *e, const double *h);

/**
 * Variance of the mean of e over all units by chance, were the clusters dealt at
 * random: what remains where every unit has a label. e as above, of the labels alone;
 *   [sum e_i^2 / pi + sum_{i != j, same cluster} e_i e_j / pi2] / n_all^2.
 * 0 in an endless collection, whose variance holds all of it.
 */
double sit_sampled_chance(const struct sampled *s, const double *e);

/** Degrees of freedom of the first variance: clusters less the n_fitted parameters that
 * rest on the same labels, the mean among them; at least 1. */
double sit_sampled_df(const struct sampled *s, size_t n_fitted);

#endif
