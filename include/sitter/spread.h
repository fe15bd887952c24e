/*
 * What to label first, when nothing is known yet: typical rows of clusters, so that few
 * labels cover much. Source: TypiClust, Hacohen, Dekel and Weinshall 2022; k-means++,
 * Arthur and Vassilvitskii 2007.
 */
#ifndef SITTER_SPREAD_H
#define SITTER_SPREAD_H

#include <stddef.h>
#include <stdint.h>

#include "sitter/progress.h"
#include "sitter/status.h"

/** How many of a cluster's rows a row's typicality is judged by. */
enum { SIT_SPREAD_N_NEIGHBOURS = 20 };

/**
 * Standardise the columns of x (n, d) in place and bring each row to length 1:
 * distances then tell directions apart, whatever the scale of the features.
 * SIT_E_NUMERIC: not finite; SIT_E_NOMEM.
 */
enum sit_status sit_spread_prepare(float *x, size_t n, size_t d, struct sit_error *err);

/**
 * k-means: Lloyd's algorithm from seeded k-means++ centres, at most 50 rounds.
 *
 * x        (n, d), finite, 1 <= k <= n
 * cluster  (n) of each row, below k
 * centre   (k, d)
 *
 * Where rows coincide a cluster may have none. Same seed, same clusters. SIT_E_ARG,
 * SIT_E_CANCELLED, SIT_E_NOMEM. O(n k d) a round.
 */
enum sit_status sit_kmeans(const float *x, size_t n, size_t d, size_t k, uint64_t seed,
                           const struct sit_progress *progress, uint32_t *cluster,
                           float *centre, struct sit_error *err);

/**
 * Typicality of rows within their clusters: 1 / (mean distance to the 20 nearest rows
 * of the same cluster). Of a large cluster only the 512 rows nearest to the centre are
 * judged, by each other; the others get 0, as does a row on its own. typicality (n).
 * SIT_E_CANCELLED, SIT_E_NOMEM. O(512 n d).
 */
enum sit_status sit_typicality(const float *x, size_t n, size_t d,
                               const uint32_t *cluster, const float *centre, size_t k,
                               const struct sit_progress *progress, float *typicality,
                               struct sit_error *err);

#endif
