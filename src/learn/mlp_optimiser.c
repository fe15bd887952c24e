/*
 * Optimisers: names, the factors that change from step to step, and the choice of the
 * kernel that does the work.
 */
#include "mlp_optimiser.h"

#include <math.h>
#include <string.h>

static const double beta1 = 0.9, beta2 = 0.999;

static const char *const NAMES[] = {[SIT_HEAD_RMSPROP] = "rmsprop",
                                    [SIT_HEAD_ADAM] = "adam",
                                    [SIT_HEAD_ADAMW] = "adamw"};
enum { N_NAMES = sizeof NAMES / sizeof NAMES[0] };

const char *sit_head_optimiser_name(enum sit_head_optimiser optimiser)
{
    return (size_t)optimiser < N_NAMES ? NAMES[optimiser] : NULL;
}

bool sit_head_optimiser_find(const char *name, enum sit_head_optimiser *optimiser)
{
    for (size_t i = 0; i < N_NAMES; i++)
        if (strcmp(NAMES[i], name) == 0) {
            *optimiser = (enum sit_head_optimiser)i;
            return true;
        }
    return false;
}

void mlp_optimiser_init(struct mlp_optimiser *o, const struct sit_head_options *options)
{
    *o = (struct mlp_optimiser){
        .kind = options->optimiser,
        .rate = options->learning_rate,
        .decay = options->optimiser == SIT_HEAD_ADAMW ? options->weight_decay : 0,
        .beta1_power = 1,
        .beta2_power = 1,
    };
}

size_t mlp_optimiser_n_averages(const struct mlp_optimiser *o)
{
    return o->kind == SIT_HEAD_RMSPROP ? 1 : 2;
}

void mlp_optimiser_begin(struct mlp_optimiser *o)
{
    o->beta1_power *= beta1;
    o->beta2_power *= beta2;
    o->adam = (struct mlp_adam_step){
        .rate = (float)(o->rate / (1 - o->beta1_power)),
        .v_factor = (float)(1 / sqrt(1 - o->beta2_power)),
        .keep = (float)(1 - o->rate * o->decay),
    };
}

void mlp_optimiser_move(const struct mlp_optimiser *o,
                        const struct mlp_kernels *kernels, size_t d, const float *c,
                        const float *const *rows, size_t n_rows, float *g, float *first,
                        float *second, float *p)
{
    static const float one = 1;
    const float *sum = g;
    if (n_rows > MLP_MOST_FUSED) {
        kernels->combine(d, c, rows, n_rows, 0, g);
        c = &one;
        rows = &sum;
        n_rows = 1;
    }
    if (o->kind == SIT_HEAD_RMSPROP)
        kernels->rmsprop(d, (float)o->rate, c, rows, n_rows, first, p);
    else
        kernels->adam(d, &o->adam, c, rows, n_rows, first, second, p);
}
