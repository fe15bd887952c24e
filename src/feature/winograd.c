/*
 * Winograd's convolution in blocks of tiles: a block's input is transformed, multiplied
 * by the transformed weights a group of output channels at a time, and transformed
 * back, all within one thread's cache. The arithmetic of a tile is in conv_lanes.h;
 * docs/vgg.md has the layouts and the reasons.
 */
#include "winograd.h"

#include <string.h>

/* Tiles of a block: few enough for the cache, enough to use a weight often. */
enum { MAX_TILES = 56 };

struct winograd {
    const struct conv_kernels *kernels;
    const struct conv_task *task;
    const struct conv_team *team;
    size_t n_tiles_x, n_tiles_picture, n_tiles; /* in a row, in a picture, in all */
    size_t n_blocks;
    size_t n_splits; /* parts of the output channels, each a task of its own */
    size_t n_groups;
};

/* Rows 1 KiB or 2 KiB apart would compete for the same cache lines. */
static size_t row_floats(const struct conv *conv)
{
    size_t n = conv_padded(conv->n_in);
    return n % 256 == 0 ? n + CONV_PAD : n;
}

/* From one of the 36 planes to the next: an odd number of cache lines. */
static size_t plane_floats(size_t n_floats)
{
    return n_floats / CONV_PAD % 2 == 0 ? n_floats + CONV_PAD : n_floats;
}

size_t winograd_workspace_floats(const struct conv *conv)
{
    return WINOGRAD_N * (plane_floats(MAX_TILES * row_floats(conv)) +
                         plane_floats(MAX_TILES * CONV_GROUP)) +
           conv_padded(conv->n_in);
}

static size_t n_panels(const struct conv_kernels *kernels, const struct conv *conv)
{
    return (conv->n_out + kernels->panel - 1) / kernels->panel;
}

size_t winograd_weights_floats(const struct conv_kernels *kernels,
                               const struct conv *conv)
{
    return WINOGRAD_N * conv->n_in * n_panels(kernels, conv) * kernels->panel;
}

/* Panels of the group that begins at channel `first`. */
static size_t panels_of_group(const struct conv_kernels *kernels,
                              const struct conv *conv, size_t first)
{
    size_t n_left = n_panels(kernels, conv) - first / kernels->panel;
    size_t n_whole = CONV_GROUP / kernels->panel;
    return n_left < n_whole ? n_left : n_whole;
}

/* Weights lie as they are read: (group, value p, panel of the group, n_in, panel). */
static size_t weights_at(const struct conv_kernels *kernels, const struct conv *conv,
                         size_t first, size_t p, size_t panel)
{
    size_t n = panels_of_group(kernels, conv, first);
    return WINOGRAD_N * conv->n_in * first +
           (p * n + panel) * conv->n_in * kernels->panel;
}

struct weights_job {
    const struct conv_kernels *kernels;
    const struct conv *conv;
    const float *kernel;
    float *transformed;
};

/* One dimension: y = G x, with strides. */
static void transform_3(const double *x, size_t x_stride, double *y, size_t y_stride)
{
    double a = x[0], b = x[x_stride], c = x[2 * x_stride];
    double even = a + c, even4 = a + 4 * c;
    y[0] = a * (1.0 / 4);
    y[y_stride] = (even + b) * (-1.0 / 6);
    y[2 * y_stride] = (even - b) * (-1.0 / 6);
    y[3 * y_stride] = (even4 + 2 * b) * (1.0 / 24);
    y[4 * y_stride] = (even4 - 2 * b) * (1.0 / 24);
    y[5 * y_stride] = c;
}

/* From input channel `channel` to output channel o, which may be padding. */
static void transform_kernel(const struct weights_job *job, size_t channel, size_t o,
                             double whole[WINOGRAD_N])
{
    double taps[9] = {0}, half[18];
    size_t n_in = job->conv->n_in, n_out = job->conv->n_out;
    for (size_t t = 0; t < 9 && o < n_out; t++)
        taps[t] = (double)job->kernel[(t * n_in + channel) * n_out + o];
    for (size_t j = 0; j < 3; j++)
        transform_3(taps + j, 3, half + j, 3);
    for (size_t i = 0; i < WINOGRAD_PATCH; i++)
        transform_3(half + 3 * i, 1, whole + WINOGRAD_PATCH * i, 1);
}

/* All weights of one input channel. */
static void transform_channel(void *context, size_t channel, size_t worker)
{
    (void)worker;
    const struct weights_job *job = context;
    const struct conv *conv = job->conv;
    size_t panel = job->kernels->panel;
    for (size_t i = 0; i < n_panels(job->kernels, conv); i++) {
        float values[WINOGRAD_N][CONV_GROUP];
        for (size_t o = 0; o < panel; o++) {
            double whole[WINOGRAD_N];
            transform_kernel(job, channel, i * panel + o, whole);
            for (size_t p = 0; p < WINOGRAD_N; p++)
                values[p][o] = (float)whole[p];
        }
        size_t first = i * panel / CONV_GROUP * CONV_GROUP;
        for (size_t p = 0; p < WINOGRAD_N; p++)
            memcpy(job->transformed +
                       weights_at(job->kernels, conv, first, p, i - first / panel) +
                       channel * panel,
                   values[p], panel * sizeof **values);
    }
}

void winograd_transform_weights(const struct conv_kernels *kernels,
                                const struct conv *conv, const float *kernel,
                                float *transformed, struct sit_pool *pool)
{
    struct weights_job job = {kernels, conv, kernel, transformed};
    sit_pool_run(pool, transform_channel, &job, conv->n_in);
}

/* Where in the pictures a tile is. */
struct place {
    size_t picture, y, x; /* of its upper left output pixel */
};

static struct place place_of(const struct winograd *run, size_t tile)
{
    size_t in_picture = tile % run->n_tiles_picture;
    return (struct place){
        .picture = tile / run->n_tiles_picture,
        .y = in_picture / run->n_tiles_x * WINOGRAD_TILE,
        .x = in_picture % run->n_tiles_x * WINOGRAD_TILE,
    };
}

static void transform_tile_in(const struct winograd *run, size_t tile,
                              const float *zeros, float *out, size_t plane)
{
    const struct conv_task *task = run->task;
    const struct conv *conv = task->conv;
    struct place place = place_of(run, tile);
    const float *picture = task->in +
                           place.picture * task->h * task->w * conv->in_stride;
    const float *pixels[WINOGRAD_N];
    for (size_t i = 0; i < WINOGRAD_PATCH; i++)
        for (size_t j = 0; j < WINOGRAD_PATCH; j++) {
            size_t y = place.y + i, x = place.x + j; /* one too large: the border */
            bool inside = y >= 1 && y <= task->h && x >= 1 && x <= task->w;
            pixels[i * WINOGRAD_PATCH + j] =
                inside ? picture + ((y - 1) * task->w + x - 1) * conv->in_stride
                       : zeros;
        }
    run->kernels->transform_in(pixels, conv_padded(conv->n_in), out, plane);
}

static size_t at_most(size_t n, size_t limit)
{
    return n < limit ? n : limit;
}

/* n channels from `first` on. */
static void transform_tile_out(const struct winograd *run, size_t tile, size_t first,
                               size_t n, const float *in, size_t plane)
{
    const struct conv_task *task = run->task;
    const struct conv *conv = task->conv;
    struct place place = place_of(run, tile);
    size_t h = conv_out_side(conv, task->h), w = conv_out_side(conv, task->w);
    size_t side = conv_out_side(conv, WINOGRAD_TILE);
    size_t y = conv_out_side(conv, place.y), x = conv_out_side(conv, place.x);
    if (y >= h || x >= w) /* pooled, and a last odd row or column */
        return;
    float *out = task->out + ((place.picture * h + y) * w + x) * conv->out_stride +
                 first;
    run->kernels->transform_out(in, plane, n, conv->bias + first, conv->pool_after, out,
                                w * conv->out_stride, conv->out_stride,
                                at_most(side, h - y), at_most(side, w - x));
}

static void run_block(void *context, size_t index, size_t worker)
{
    const struct winograd *run = context;
    const struct conv_kernels *kernels = run->kernels;
    const struct conv *conv = run->task->conv;
    size_t block = index / run->n_splits, split = index % run->n_splits;
    size_t tile = run->n_tiles * block / run->n_blocks;
    size_t n_tiles = run->n_tiles * (block + 1) / run->n_blocks - tile;

    size_t row = row_floats(conv), in_plane = plane_floats(MAX_TILES * row);
    size_t out_plane = plane_floats(MAX_TILES * CONV_GROUP);
    float *in = run->team->workspaces + worker * run->team->workspace_floats;
    float *out = in + WINOGRAD_N * in_plane;
    float *zeros = out + WINOGRAD_N * out_plane;
    memset(zeros, 0, conv_padded(conv->n_in) * sizeof *zeros);

    for (size_t t = 0; t < n_tiles; t++)
        transform_tile_in(run, tile + t, zeros, in + t * row, in_plane);
    for (size_t g = run->n_groups * split / run->n_splits;
         g < run->n_groups * (split + 1) / run->n_splits; g++) {
        size_t first = g * CONV_GROUP;
        size_t n_in_group = panels_of_group(kernels, conv, first);
        for (size_t p = 0; p < WINOGRAD_N; p++)
            for (size_t j = 0; j < n_in_group; j++)
                kernels->multiply(in + p * in_plane, row, n_tiles, conv->n_in,
                                  conv->weights +
                                      weights_at(kernels, conv, first, p, j),
                                  out + p * out_plane + j * kernels->panel, CONV_GROUP);
        for (size_t t = 0; t < n_tiles; t++)
            transform_tile_out(run, tile + t, first,
                               at_most(CONV_GROUP, conv->out_stride - first),
                               out + t * CONV_GROUP, out_plane);
    }
}

/* Enough tasks for all threads, of equal size: more blocks while they do not become too
 * small, else parts of the output channels, which transform the input again each. */
static void share_out(struct winograd *run)
{
    size_t n_threads = sit_pool_n_threads(run->team->pool);
    run->n_blocks = (run->n_tiles + MAX_TILES - 1) / MAX_TILES;
    run->n_splits = 1;
    if (run->n_blocks >= n_threads)
        run->n_blocks = (run->n_blocks + n_threads - 1) / n_threads * n_threads;
    else
        run->n_splits = at_most((n_threads + run->n_blocks - 1) / run->n_blocks,
                                run->n_groups);
}

void winograd_run(const struct conv_kernels *kernels, const struct conv_task *task,
                  const struct conv_team *team)
{
    struct winograd run = {.kernels = kernels, .task = task, .team = team};
    run.n_tiles_x = (task->w + WINOGRAD_TILE - 1) / WINOGRAD_TILE;
    run.n_tiles_picture = run.n_tiles_x *
                          ((task->h + WINOGRAD_TILE - 1) / WINOGRAD_TILE);
    run.n_tiles = task->n * run.n_tiles_picture;
    run.n_groups = (task->conv->n_out + CONV_GROUP - 1) / CONV_GROUP;
    if (run.n_tiles == 0)
        return;
    share_out(&run);
    sit_pool_run(team->pool, run_block, &run, run.n_blocks * run.n_splits);
}
