/*
 * Private to app: whether further labels still change what a head says of the faces
 * without one. Stabilising predictions: Bloodgood and Vijay-Shanker 2009.
 */
#ifndef SITTER_STOP_RULE_H
#define SITTER_STOP_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    STOP_RULE_N_ROUNDS = 3,      /* rounds that must agree */
    STOP_RULE_ROUND = 20,        /* labels from one round to the next, at least */
    STOP_RULE_FEWEST_FACES = 20, /* fewer say nothing */
};
#define STOP_RULE_KAPPA 0.99

struct stop_rule {
    size_t n_labels; /* at the last round; 0: no round yet */
    size_t n_rounds; /* agreements so far */
    double kappa[STOP_RULE_N_ROUNDS];
    bool can_stop;
};

/* Whether a round is due with that many labels: after twenty more, or a twentieth more
 * where that is more. */
bool stop_rule_is_due(const struct stop_rule *rule, size_t n_labels);

/* A round: what n faces were predicted as at the last one and are now (below
 * n_classes). The first round has nothing to compare: n 0. */
void stop_rule_round(struct stop_rule *rule, size_t n_labels, const uint8_t *before,
                     const uint8_t *now, size_t n, size_t n_classes);

/* Cohen's kappa; 0 where both are of one class throughout, which proves nothing. */
double stop_rule_kappa(const uint8_t *a, const uint8_t *b, size_t n, size_t n_classes);

#endif
