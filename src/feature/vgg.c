/*
 * The network: its layers, the memory they need, and the order they run in. How a
 * convolution is computed is the conv_*.c files' and winograd.c's; what faces look like
 * before is vgg_prepare.c's.
 */
#include "sitter/vgg.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "conv.h"
#include "sitter/alloc.h"
#include "winograd.h"

enum {
    N_LAYERS = SIT_VGG_N_LAYERS,
    /* The first layers run face by face: their pictures are large, their weights small.
     * From here on faces go together, and share each weight that is read. */
    FIRST_TOGETHER = 4,
    DEFAULT_BATCH = 8,
};

static const struct sit_vgg_layer layers[N_LAYERS] = {
    {"conv1_1", 3, 64, false},    {"conv1_2", 64, 64, true},
    {"conv2_1", 64, 128, false},  {"conv2_2", 128, 128, true},
    {"conv3_1", 128, 256, false}, {"conv3_2", 256, 256, false},
    {"conv3_3", 256, 256, true},  {"conv4_1", 256, 512, false},
    {"conv4_2", 512, 512, false}, {"conv4_3", 512, 512, true},
    {"conv5_1", 512, 512, false}, {"conv5_2", 512, 512, false},
    {"conv5_3", 512, 512, true},
};

struct sit_vgg {
    const struct conv_kernels *kernels; /* NULL: the plain path */
    struct conv convs[N_LAYERS];
    size_t sides[N_LAYERS + 1]; /* of each layer's input; the last is the result's */
    size_t batch;
    struct conv_team team;
    float *memory; /* weights, biases, workspaces, and: */
    size_t memory_floats;
    float *single[2];       /* what the first layers compute, of one face */
    float *together[2];     /* what the others compute, of `batch` faces */
    size_t together_floats; /* room for one face there */
};

const struct sit_vgg_layer *sit_vgg_layer(size_t i)
{
    return i < N_LAYERS ? &layers[i] : NULL;
}

void sit_vgg_weights_release(struct sit_vgg_weights *weights)
{
    for (size_t i = 0; i < N_LAYERS; i++) {
        free(weights->kernel[i]);
        free(weights->bias[i]);
    }
    *weights = (struct sit_vgg_weights){0};
}

void sit_vgg_options_init(struct sit_vgg_options *options)
{
    *options = (struct sit_vgg_options){.max_bytes = (size_t)1 << 30};
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static bool is_direct(size_t layer)
{
    return layers[layer].n_in < CONV_PAD && !layers[layer].pool_after;
}

static void plan_layers(struct sit_vgg *vgg)
{
    vgg->sides[0] = SIT_VGG_SIDE_PX;
    for (size_t l = 0; l < N_LAYERS; l++) {
        struct conv *conv = &vgg->convs[l];
        conv->n_in = layers[l].n_in;
        conv->n_out = layers[l].n_out;
        conv->in_stride = l > 0 ? vgg->convs[l - 1].out_stride : conv->n_in;
        conv->out_stride = vgg->kernels != NULL ? conv_padded(conv->n_out)
                                                : conv->n_out;
        conv->pool_after = layers[l].pool_after;
        vgg->sides[l + 1] = conv_out_side(conv, vgg->sides[l]);
    }
}

static size_t weights_floats(const struct sit_vgg *vgg, size_t layer)
{
    const struct conv *conv = &vgg->convs[layer];
    if (vgg->kernels == NULL)
        return 9 * conv->n_in * conv->n_out;
    return is_direct(layer) ? conv_direct_weights_floats(vgg->kernels, conv)
                            : winograd_weights_floats(vgg->kernels, conv);
}

static size_t workspace_floats(const struct sit_vgg *vgg, size_t layer)
{
    const struct conv *conv = &vgg->convs[layer];
    if (vgg->kernels == NULL)
        return conv_plain_workspace_floats(conv, vgg->sides[layer]);
    return is_direct(layer) ? conv_direct_workspace_floats(conv, vgg->sides[layer])
                            : winograd_workspace_floats(conv);
}

/* The next n floats of the memory, aligned; NULL while only counting. */
static float *carve(struct sit_vgg *vgg, size_t n)
{
    float *part = vgg->memory != NULL ? vgg->memory + vgg->memory_floats : NULL;
    vgg->memory_floats += conv_padded(n);
    return part;
}

/* The layers' own memory, to be filled. */
struct parts {
    float *weights[N_LAYERS];
    float *biases[N_LAYERS];
};

/* Divide the memory, or count how much it has to be while there is none. */
static void lay_out(struct sit_vgg *vgg, struct parts *parts)
{
    size_t single_floats = 0;
    vgg->memory_floats = 0;
    vgg->together_floats = 0;
    vgg->team.workspace_floats = 0;
    for (size_t l = 0; l < N_LAYERS; l++) {
        parts->weights[l] = carve(vgg, weights_floats(vgg, l));
        parts->biases[l] = carve(vgg, vgg->convs[l].out_stride);
        vgg->convs[l].weights = parts->weights[l];
        vgg->convs[l].bias = parts->biases[l];
        size_t n = vgg->sides[l + 1] * vgg->sides[l + 1] * vgg->convs[l].out_stride;
        size_t *room = l + 1 < FIRST_TOGETHER ? &single_floats : &vgg->together_floats;
        *room = larger(*room, n);
        vgg->team.workspace_floats = larger(vgg->team.workspace_floats,
                                            conv_padded(workspace_floats(vgg, l)));
    }
    for (size_t i = 0; i < 2; i++) {
        vgg->single[i] = carve(vgg, single_floats);
        vgg->together[i] = carve(vgg, vgg->batch * vgg->together_floats);
    }
    vgg->team.workspaces = carve(vgg, sit_pool_n_threads(vgg->team.pool) *
                                          vgg->team.workspace_floats);
}

size_t sit_vgg_memory_bytes(const struct sit_vgg *vgg)
{
    return sizeof *vgg + vgg->memory_floats * sizeof *vgg->memory;
}

/* With one face at a time, and the threads there are. */
static size_t least_bytes(struct sit_vgg *vgg, struct parts *parts)
{
    vgg->batch = 1;
    lay_out(vgg, parts);
    return sit_vgg_memory_bytes(vgg);
}

/* Cut the batch down until the memory fits; false where one face is too much. */
static bool fit_batch(struct sit_vgg *vgg, size_t wanted, size_t max_bytes,
                      struct parts *parts)
{
    for (vgg->batch = wanted; vgg->batch > 0; vgg->batch--) {
        lay_out(vgg, parts);
        if (sit_vgg_memory_bytes(vgg) <= max_bytes)
            return true;
    }
    return false;
}

/* Threads and memory: fewer faces at once cost less speed than fewer threads. */
static enum sit_status allocate(struct sit_vgg *vgg,
                                const struct sit_vgg_options *options,
                                struct parts *parts, struct sit_error *err)
{
    size_t n_threads = options->n_threads;
    size_t wanted = options->batch > 0 ? options->batch : DEFAULT_BATCH;
    wanted = wanted < SIT_VGG_MAX_BATCH ? wanted : SIT_VGG_MAX_BATCH;
    for (;;) {
        enum sit_status status = sit_pool_new(n_threads, &vgg->team.pool, err);
        if (status != SIT_OK)
            return status;
        if (fit_batch(vgg, wanted, options->max_bytes, parts))
            break;
        n_threads = sit_pool_n_threads(vgg->team.pool) / 2;
        if (n_threads == 0)
            return sit_error_set(err, SIT_E_LIMIT,
                                 "VGG-Face needs at least %zu MiB of memory, and %zu "
                                 "MiB are allowed",
                                 (least_bytes(vgg, parts) >> 20) + 1,
                                 options->max_bytes >> 20);
        sit_pool_free(vgg->team.pool);
        vgg->team.pool = NULL;
    }
    vgg->memory = sit_malloc_aligned(vgg->memory_floats, sizeof *vgg->memory);
    if (vgg->memory == NULL)
        return sit_error_nomem(err);
    lay_out(vgg, parts);
    return SIT_OK;
}

static bool all_finite(const float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return false;
    return true;
}

static enum sit_status check_weights(const struct sit_vgg_weights *weights,
                                     struct sit_error *err)
{
    for (size_t l = 0; l < N_LAYERS; l++) {
        const struct sit_vgg_layer *layer = &layers[l];
        if (weights->kernel[l] == NULL || weights->bias[l] == NULL)
            return sit_error_set(err, SIT_E_ARG, "the weights of layer %s are missing",
                                 layer->name);
        if (!all_finite(weights->kernel[l], 9 * layer->n_in * layer->n_out) ||
            !all_finite(weights->bias[l], layer->n_out))
            return sit_error_set(err, SIT_E_NUMERIC,
                                 "a weight of layer %s is not a finite number",
                                 layer->name);
    }
    return SIT_OK;
}

static void take_weights(const struct sit_vgg *vgg, size_t layer, const float *kernel,
                         const float *bias, float *weights_out, float *bias_out)
{
    const struct conv *conv = &vgg->convs[layer];
    if (vgg->kernels == NULL)
        memcpy(weights_out, kernel, weights_floats(vgg, layer) * sizeof *kernel);
    else if (is_direct(layer))
        conv_direct_pack(vgg->kernels, conv, kernel, weights_out);
    else
        winograd_transform_weights(vgg->kernels, conv, kernel, weights_out,
                                   vgg->team.pool);
    for (size_t c = 0; c < conv->out_stride; c++)
        bias_out[c] = c < conv->n_out ? bias[c] : 0;
}

enum sit_status sit_vgg_new(const struct sit_vgg_weights *weights,
                            const struct sit_vgg_options *options, struct sit_vgg **out,
                            struct sit_error *err)
{
    struct parts parts;
    struct sit_vgg *vgg = NULL;
    enum sit_status status = check_weights(weights, err);
    if (status != SIT_OK)
        return status;
    vgg = sit_calloc(1, sizeof *vgg);
    if (vgg == NULL)
        return sit_error_nomem(err);
    vgg->kernels = options->path == SIT_VGG_FAST ? conv_kernels_best() : NULL;
    plan_layers(vgg);
    status = allocate(vgg, options, &parts, err);
    if (status != SIT_OK)
        goto done;
    for (size_t l = 0; l < N_LAYERS; l++)
        take_weights(vgg, l, weights->kernel[l], weights->bias[l], parts.weights[l],
                     parts.biases[l]);
    *out = vgg;
    vgg = NULL;
done:
    sit_vgg_free(vgg);
    return status;
}

void sit_vgg_free(struct sit_vgg *vgg)
{
    if (vgg == NULL)
        return;
    sit_pool_free(vgg->team.pool);
    free(vgg->memory);
    free(vgg);
}

size_t sit_vgg_batch(const struct sit_vgg *vgg)
{
    return vgg->batch;
}

size_t sit_vgg_n_threads(const struct sit_vgg *vgg)
{
    return sit_pool_n_threads(vgg->team.pool);
}

static void run_layer(const struct sit_vgg *vgg, size_t layer, const float *in,
                      float *out, size_t n)
{
    struct conv_task task = {&vgg->convs[layer], in, out, n, vgg->sides[layer],
                             vgg->sides[layer]};
    if (vgg->kernels == NULL)
        conv_plain_run(&task, &vgg->team);
    else if (is_direct(layer))
        conv_direct_run(vgg->kernels, &task, &vgg->team);
    else
        winograd_run(vgg->kernels, &task, &vgg->team);
}

/* x (n_pixels, dim) to its mean (dim). */
static void average(const float *x, size_t n_pixels, size_t dim, float *out)
{
    for (size_t c = 0; c < dim; c++) {
        double sum = 0;
        for (size_t i = 0; i < n_pixels; i++)
            sum += (double)x[i * dim + c];
        out[c] = (float)(sum / (double)n_pixels);
    }
}

static void forward_batch(const struct sit_vgg *vgg, const float *pixels, size_t n,
                          float *out)
{
    for (size_t i = 0; i < n; i++) {
        const float *in = pixels + i * SIT_VGG_N_PIXEL_VALUES;
        for (size_t l = 0; l < FIRST_TOGETHER; l++) {
            float *next = l + 1 < FIRST_TOGETHER
                              ? vgg->single[l % 2]
                              : vgg->together[l % 2] + i * vgg->sides[l + 1] *
                                                           vgg->sides[l + 1] *
                                                           vgg->convs[l].out_stride;
            run_layer(vgg, l, in, next, 1);
            in = next;
        }
    }
    const float *in = vgg->together[(FIRST_TOGETHER - 1) % 2];
    for (size_t l = FIRST_TOGETHER; l < N_LAYERS; l++) {
        run_layer(vgg, l, in, vgg->together[l % 2], n);
        in = vgg->together[l % 2];
    }
    size_t n_pixels = vgg->sides[N_LAYERS] * vgg->sides[N_LAYERS];
    for (size_t i = 0; i < n; i++)
        average(in + i * n_pixels * SIT_VGG_DIM, n_pixels, SIT_VGG_DIM,
                out + i * SIT_VGG_DIM);
}

enum sit_status sit_vgg_forward(struct sit_vgg *vgg, const float *pixels, size_t n,
                                float *out, struct sit_error *err)
{
    for (size_t first = 0; first < n; first += vgg->batch)
        forward_batch(vgg, pixels + first * SIT_VGG_N_PIXEL_VALUES,
                      n - first < vgg->batch ? n - first : vgg->batch,
                      out + first * SIT_VGG_DIM);
    if (!all_finite(out, n * SIT_VGG_DIM))
        return sit_error_set(err, SIT_E_NUMERIC,
                             "a VGG-Face feature is not a finite number");
    return SIT_OK;
}
