/*
 * The generator: factors with falling weights, noise, a cut at 0.
 */
#include "large_features.h"

#include <math.h>

#include "sitter/rng.h"

void large_features_init(struct large_features *features, size_t d)
{
    struct sit_rng rng;
    sit_rng_init(&rng, 20170930);
    features->d = d;
    for (size_t f = 0; f < LARGE_N_FACTORS; f++) {
        features->weight[f] = 0.8 * sit_rng_normal(&rng) * pow(0.97, (double)f);
        for (size_t j = 0; j < d; j++)
            features->loading[f][j] = (float)(1.5 * pow(0.9, (double)f) *
                                              sit_rng_normal(&rng));
    }
    for (size_t j = 0; j < d; j++)
        features->size[j] = (float)exp(sit_rng_normal(&rng));
}

/* Near enough to normal, and quick: the sum of four uniform 16-bit numbers. */
static float noise(uint64_t bits)
{
    double sum = 0;
    for (int k = 0; k < 4; k++)
        sum += (double)(bits >> (16 * k) & 0xffff) / 65536;
    return (float)((sum - 2) * 1.7320508);
}

uint8_t large_features_row(const struct large_features *features, size_t i, float *x)
{
    struct sit_rng rng;
    double pull = 0;
    sit_rng_init(&rng, i);
    for (size_t j = 0; j < features->d; j++)
        x[j] = 0.3f + noise(sit_rng_next(&rng));
    for (size_t f = 0; f < LARGE_N_FACTORS; f++) {
        double factor = sit_rng_normal(&rng);
        pull += factor * features->weight[f];
        for (size_t j = 0; j < features->d; j++)
            x[j] += (float)factor * features->loading[f][j];
    }
    for (size_t j = 0; j < features->d; j++)
        x[j] = x[j] > 0 ? x[j] * features->size[j] : 0;
    double u = sit_rng_uniform(&rng);
    return pull + log((u + 1e-12) / (1 - u + 1e-12)) > 0.4;
}
