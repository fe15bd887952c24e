/*
 * One step of training. What makes it fast is in the layout: a unit's weights lie side
 * by side, so that a row in which the unit is dropped or below 0 costs nothing, its
 * gradient is used up before it leaves the first cache, and the next batch meets the
 * new weights while they are there. The loops themselves are the kernels'.
 */
#include "mlp_step.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/alloc.h"

/* A probability of 1, and its binary digits. */
enum { DIGITS = 24, ALWAYS = 1 << DIGITS };

/*
 * Memory
 */

static bool is_hidden(const struct mlp_net *net, size_t l)
{
    return l + 1 < net->shape.n_layers;
}

/* Hand out n floats of net->memory, or only count them while there is none. */
static float *take(const struct mlp_net *net, size_t *used, size_t n)
{
    float *at = net->memory != NULL ? mlp_align(net->memory) + *used : NULL;
    *used += mlp_padded(n);
    return at;
}

static size_t lay_out(struct mlp_net *net, bool with_gradient)
{
    size_t used = 0, widest = 0, most_units = 0;
    for (size_t l = 0; l < net->shape.n_layers; l++) {
        struct mlp_layer *layer = &net->layers[l];
        size_t n = layer->n_out * layer->stride;
        layer->w = take(net, &used, n);
        layer->first = take(net, &used, n);
        if (mlp_optimiser_n_averages(&net->optimiser) > 1)
            layer->second = take(net, &used, n);
        if (with_gradient)
            layer->g = take(net, &used, n);
        for (size_t b = 0; b < 2 && is_hidden(net, l); b++)
            net->blocks[b].h[l] = take(net, &used,
                                       MLP_BLOCK_ROWS * net->layers[l + 1].stride);
        widest = layer->stride > widest ? layer->stride : widest;
        most_units = layer->n_out > most_units ? layer->n_out : most_units;
    }
    net->z = take(net, &used,
                  MLP_BLOCK_ROWS * net->layers[net->shape.n_layers - 1].n_out);
    net->delta = take(net, &used, most_units * MLP_BLOCK_ROWS);
    net->below = take(net, &used, most_units * MLP_BLOCK_ROWS);
    net->dh = take(net, &used, MLP_BLOCK_ROWS * widest);
    net->g = take(net, &used, widest);
    return used;
}

static void lay_out_bits(struct mlp_net *net)
{
    uint32_t *at = net->bits;
    for (size_t b = 0; b < 2; b++)
        for (size_t l = 0; l < net->shape.n_layers; l++) {
            net->blocks[b].kept[l] = at, at += net->layers[l].n_out;
            net->blocks[b].alive[l] = at, at += net->layers[l].n_out;
        }
}

enum sit_status mlp_net_init(struct mlp_net *net, const struct mlp_shape *shape,
                             const struct mlp_kernels *kernels,
                             const struct sit_head_options *options,
                             struct sit_error *err)
{
    *net = (struct mlp_net){.shape = *shape, .kernels = kernels};
    mlp_optimiser_init(&net->optimiser, options);
    double keep = 1 - options->dropout;
    net->keep_scale = (float)(1 / keep);
    net->keep_probability = (uint32_t)fmax(1, round(keep * ALWAYS));
    size_t n_units = 0;
    for (size_t l = 0; l < shape->n_layers; l++) {
        size_t n_in = shape->sizes[l], n_out = shape->sizes[l + 1];
        net->layers[l] = (struct mlp_layer){
            .n_in = n_in, .n_out = n_out, .stride = mlp_padded(n_in + 1)};
        n_units += n_out;
    }
    bool with_gradient = options->batch_size > MLP_BLOCK_ROWS;
    size_t n_floats = lay_out(net, with_gradient);
    net->memory = sit_calloc(n_floats + MLP_PAD, sizeof *net->memory);
    net->bits = sit_calloc(n_units, 4 * sizeof *net->bits);
    if (net->memory == NULL || net->bits == NULL) {
        mlp_net_release(net);
        return sit_error_nomem(err);
    }
    lay_out(net, with_gradient);
    lay_out_bits(net);
    net->current = &net->blocks[0];
    net->next = &net->blocks[1];
    return SIT_OK;
}

void mlp_net_release(struct mlp_net *net)
{
    free(net->memory);
    free(net->bits);
    *net = (struct mlp_net){0};
}

void mlp_net_put(struct mlp_net *net, const float *params)
{
    for (size_t l = 0; l < net->shape.n_layers; l++) {
        struct mlp_layer *layer = &net->layers[l];
        for (size_t k = 0; k <= layer->n_in; k++)
            for (size_t j = 0; j < layer->n_out; j++)
                layer->w[j * layer->stride + k] = *params++;
    }
    net->next_is_begun = false;
}

void mlp_net_get(const struct mlp_net *net, float *params)
{
    for (size_t l = 0; l < net->shape.n_layers; l++) {
        const struct mlp_layer *layer = &net->layers[l];
        for (size_t k = 0; k <= layer->n_in; k++)
            for (size_t j = 0; j < layer->n_out; j++)
                *params++ = layer->w[j * layer->stride + k];
    }
}

/*
 * Forward
 */

/* 64 bits, each 1 with a probability of p / ALWAYS, 0 < p < ALWAYS: from the last
 * binary digit to the first, a random bit decides between that digit and those behind
 * it. */
static uint64_t random_bits(struct sit_rng *rng, uint32_t p)
{
    uint64_t bits = 0;
    for (int digit = __builtin_ctz(p); digit < DIGITS; digit++) {
        uint64_t r = sit_rng_next(rng);
        bits = p >> digit & 1 ? bits | r : bits & r;
    }
    return bits;
}

static uint32_t all_rows(const struct mlp_block *block)
{
    return block->n < 32 ? (1U << block->n) - 1 : UINT32_MAX;
}

static void draw_dropout(const struct mlp_net *net, struct mlp_block *block, size_t l,
                         struct sit_rng *rng)
{
    size_t n_units = net->layers[l].n_out, units_a_word = 64 / block->n;
    uint32_t all = all_rows(block), p = net->keep_probability, *kept = block->kept[l];
    for (size_t j = 0; p == ALWAYS && j < n_units; j++)
        kept[j] = all;
    for (size_t j = 0; p < ALWAYS && j < n_units;) {
        uint64_t bits = random_bits(rng, p);
        for (size_t u = 0; u < units_a_word && j < n_units; u++, bits >>= block->n)
            kept[j++] = (uint32_t)bits & all;
    }
}

static void begin_block(const struct mlp_net *net, struct mlp_block *block,
                        const struct mlp_rows *rows, const size_t *order, size_t n,
                        struct sit_rng *rng)
{
    block->n = n;
    for (size_t i = 0; i < n; i++) {
        block->x[i] = rows->x + order[i] * net->layers[0].stride;
        block->y[i] = rows->y[order[i]];
    }
    for (size_t l = 0; is_hidden(net, l); l++) {
        const struct mlp_layer *above = &net->layers[l + 1];
        draw_dropout(net, block, l, rng);
        memset(block->h[l], 0, n * above->stride * sizeof(float));
        for (size_t i = 0; i < n; i++)
            block->h[l][i * above->stride + above->n_in] = 1;
    }
}

/* The inputs of layer l in the rows that bits says; returns how many. */
static size_t pick_rows(const struct mlp_net *net, const struct mlp_block *block,
                        size_t l, uint32_t bits, const float **rows)
{
    size_t n = 0, stride = net->layers[l].stride;
    for (; bits != 0; bits &= bits - 1) {
        size_t i = (size_t)__builtin_ctz(bits);
        rows[n++] = l == 0 ? block->x[i] : block->h[l - 1] + i * stride;
    }
    return n;
}

/* Unit j of layer l in all rows that keep it. */
static void forward_unit(const struct mlp_net *net, struct mlp_block *block, size_t l,
                         size_t j)
{
    const struct mlp_layer *layer = &net->layers[l];
    const float *rows[MLP_BLOCK_ROWS] = {NULL};
    float out[MLP_BLOCK_ROWS];
    bool hidden = is_hidden(net, l);
    uint32_t bits = hidden ? block->kept[l][j] : all_rows(block), alive = 0;
    size_t n = pick_rows(net, block, l, bits, rows);
    net->kernels->dots(layer->stride, layer->w + j * layer->stride, rows, n, out);
    if (!hidden) {
        for (size_t i = 0; i < n; i++)
            net->z[i * layer->n_out + j] = out[i];
        return;
    }
    float *h = block->h[l] + j;
    size_t h_stride = net->layers[l + 1].stride;
    for (size_t r = 0; bits != 0; bits &= bits - 1, r++) {
        size_t i = (size_t)__builtin_ctz(bits);
        bool above = !(out[r] <= 0); /* what is not a number shall be seen */
        alive |= (uint32_t)above << i;
        h[i * h_stride] = above ? out[r] * net->keep_scale : 0;
    }
    block->alive[l][j] = alive;
}

static void forward_layer(const struct mlp_net *net, struct mlp_block *block, size_t l)
{
    for (size_t j = 0; j < net->layers[l].n_out; j++)
        forward_unit(net, block, l, j);
}

/*
 * Backward
 */

/* Loss of the block's rows, and net->delta of the last layer; the batch has n_batch. */
static double output_delta(struct mlp_net *net, const struct mlp_block *block,
                           const struct mlp_rows *rows, size_t n_batch)
{
    size_t n_outputs = net->layers[net->shape.n_layers - 1].n_out;
    double sum = 0;
    for (size_t i = 0; i < block->n; i++) {
        double delta[SIT_HEAD_MAX_CLASSES], weight = rows->weight[block->y[i]];
        sum += weight *
               mlp_row_loss(net->z + i * n_outputs, n_outputs, block->y[i], delta);
        for (size_t k = 0; k < n_outputs; k++)
            net->delta[k * MLP_BLOCK_ROWS + i] = (float)(weight * delta[k] /
                                                         (double)n_batch);
    }
    return sum;
}

/* A unit's gradient: the sum over rows of c[r] x[r], both of them n. */
struct gradient {
    size_t n;
    float c[MLP_BLOCK_ROWS];
    const float *x[MLP_BLOCK_ROWS];
};

/* Unit j of layer l: its part in net->dh, and its gradient. */
static void backward_unit(struct mlp_net *net, const struct mlp_block *block, size_t l,
                          size_t j, struct gradient *g)
{
    const struct mlp_layer *layer = &net->layers[l];
    const float *delta = net->delta + j * MLP_BLOCK_ROWS;
    uint32_t bits = is_hidden(net, l) ? block->alive[l][j] : all_rows(block);
    g->n = pick_rows(net, block, l, bits, g->x);
    for (size_t r = 0; bits != 0; bits &= bits - 1, r++) {
        size_t i = (size_t)__builtin_ctz(bits);
        g->c[r] = delta[i];
        if (l > 0)
            net->kernels->axpy(layer->stride, delta[i], layer->w + j * layer->stride,
                               net->dh + i * layer->stride);
    }
}

static void move_unit(struct mlp_net *net, size_t l, size_t j, const float *c,
                      const float *const *x, size_t n)
{
    struct mlp_layer *layer = &net->layers[l];
    size_t at = j * layer->stride;
    mlp_optimiser_move(&net->optimiser, net->kernels, layer->stride, c, x, n, net->g,
                       layer->first + at,
                       layer->second != NULL ? layer->second + at : NULL,
                       layer->w + at);
}

/* Of a batch of several blocks: the unit's gradient is added to what the layer has. */
static void add_gradient(struct mlp_net *net, size_t l, size_t j, bool first,
                         const struct gradient *g)
{
    struct mlp_layer *layer = &net->layers[l];
    net->kernels->combine(layer->stride, g->c, g->x, g->n, !first,
                          layer->g + j * layer->stride);
}

/* From net->dh, complete, to net->delta of the layer below l. */
static void descend(struct mlp_net *net, const struct mlp_block *block, size_t l)
{
    size_t stride = net->layers[l].stride;
    for (size_t k = 0; k < net->layers[l].n_in; k++)
        for (uint32_t bits = block->alive[l - 1][k]; bits != 0; bits &= bits - 1) {
            size_t i = (size_t)__builtin_ctz(bits);
            net->below[k * MLP_BLOCK_ROWS + i] = net->dh[i * stride + k] *
                                                 net->keep_scale;
        }
    float *held = net->delta;
    net->delta = net->below;
    net->below = held;
}

/* All layers above the first, whose outputs are there; their weights are moved, unless
 * the batch has more blocks. Returns the rows' summed loss. */
static double upper_layers(struct mlp_net *net, struct mlp_block *block,
                           const struct mlp_rows *rows, size_t n_batch, bool first)
{
    bool alone = block->n == n_batch;
    for (size_t l = 1; l < net->shape.n_layers; l++)
        forward_layer(net, block, l);
    double loss = output_delta(net, block, rows, n_batch);
    for (size_t l = net->shape.n_layers - 1; l > 0; l--) {
        struct mlp_layer *layer = &net->layers[l];
        memset(net->dh, 0, block->n * layer->stride * sizeof *net->dh);
        for (size_t j = 0; j < layer->n_out; j++) {
            struct gradient g;
            backward_unit(net, block, l, j, &g);
            if (alone)
                move_unit(net, l, j, g.c, g.x, g.n);
            else
                add_gradient(net, l, j, first, &g);
        }
        descend(net, block, l);
    }
    return loss;
}

/* The first layer's weights, and what the next block makes of them. */
static void move_first_layer(struct mlp_net *net, const struct mlp_block *block,
                             struct mlp_block *next)
{
    for (size_t j = 0; j < net->layers[0].n_out; j++) {
        struct gradient g;
        backward_unit(net, block, 0, j, &g);
        move_unit(net, 0, j, g.c, g.x, g.n);
        if (next != NULL)
            forward_unit(net, next, 0, j);
    }
}

/* A batch of several blocks: their gradients are added up in memory. */
static double step_by_blocks(struct mlp_net *net, const struct mlp_rows *rows,
                             const struct mlp_batch *batch, struct sit_rng *rng)
{
    double loss = 0;
    struct mlp_block *block = net->current;
    for (size_t done = 0; done < batch->n; done += block->n) {
        size_t n = batch->n - done;
        begin_block(net, block, rows, batch->order + done,
                    n < MLP_BLOCK_ROWS ? n : MLP_BLOCK_ROWS, rng);
        forward_layer(net, block, 0);
        loss += upper_layers(net, block, rows, batch->n, done == 0);
        for (size_t j = 0; j < net->layers[0].n_out; j++) {
            struct gradient g;
            backward_unit(net, block, 0, j, &g);
            add_gradient(net, 0, j, done == 0, &g);
        }
    }
    static const float one = 1;
    for (size_t l = 0; l < net->shape.n_layers; l++)
        for (size_t j = 0; j < net->layers[l].n_out; j++) {
            const float *g = net->layers[l].g + j * net->layers[l].stride;
            move_unit(net, l, j, &one, &g, 1);
        }
    return loss;
}

double mlp_net_step(struct mlp_net *net, const struct mlp_rows *rows,
                    const struct mlp_batch *batch, const struct mlp_batch *next,
                    struct sit_rng *rng)
{
    mlp_optimiser_begin(&net->optimiser);
    if (batch->n > MLP_BLOCK_ROWS)
        return step_by_blocks(net, rows, batch, rng) / (double)batch->n;
    struct mlp_block *block = net->current;
    if (!net->next_is_begun) {
        begin_block(net, block, rows, batch->order, batch->n, rng);
        forward_layer(net, block, 0);
    }
    net->next_is_begun = next != NULL && next->n <= MLP_BLOCK_ROWS;
    /* A single layer's scores lie in net->z and must be used first. */
    double loss = upper_layers(net, block, rows, batch->n, true);
    if (net->next_is_begun)
        begin_block(net, net->next, rows, next->order, next->n, rng);
    move_first_layer(net, block, net->next_is_begun ? net->next : NULL);
    if (net->next_is_begun) {
        net->current = net->next;
        net->next = block;
    }
    return loss / (double)batch->n;
}
