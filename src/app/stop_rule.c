/*
 * The stop hint: mean agreement of successive predictions over the last rounds.
 */
#include "stop_rule.h"

#include "sitter/head.h"

bool stop_rule_is_due(const struct stop_rule *rule, size_t n_labels)
{
    size_t more = rule->n_labels / 20;
    if (more < STOP_RULE_ROUND)
        more = STOP_RULE_ROUND;
    /* Labels taken back: what was compared is no longer before. */
    return n_labels < rule->n_labels || n_labels >= rule->n_labels + more;
}

double stop_rule_kappa(const uint8_t *a, const uint8_t *b, size_t n, size_t n_classes)
{
    size_t of_a[SIT_HEAD_MAX_CLASSES] = {0}, of_b[SIT_HEAD_MAX_CLASSES] = {0};
    size_t n_same = 0;
    for (size_t i = 0; i < n; i++) {
        of_a[a[i]]++;
        of_b[b[i]]++;
        n_same += a[i] == b[i];
    }
    double by_chance = 0, total = (double)n;
    for (size_t k = 0; k < n_classes; k++)
        by_chance += (double)of_a[k] / total * ((double)of_b[k] / total);
    if (n == 0 || by_chance >= 1)
        return 0;
    return ((double)n_same / total - by_chance) / (1 - by_chance);
}

void stop_rule_round(struct stop_rule *rule, size_t n_labels, const uint8_t *before,
                     const uint8_t *now, size_t n, size_t n_classes)
{
    if (n_labels < rule->n_labels) {
        *rule = (struct stop_rule){.n_labels = n_labels};
        return;
    }
    rule->n_labels = n_labels;
    rule->can_stop = false;
    if (n < STOP_RULE_FEWEST_FACES)
        return;
    rule->kappa[rule->n_rounds++ % STOP_RULE_N_ROUNDS] = stop_rule_kappa(before, now, n,
                                                                         n_classes);
    double sum = 0;
    for (size_t r = 0; r < STOP_RULE_N_ROUNDS; r++)
        sum += rule->kappa[r];
    rule->can_stop = rule->n_rounds >= STOP_RULE_N_ROUNDS &&
                     sum / STOP_RULE_N_ROUNDS >= STOP_RULE_KAPPA;
}
