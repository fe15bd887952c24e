/*
 * The convolution as it is defined: every 3x3 patch laid out as a row, one product by
 * OpenBLAS with the weights as they come, then bias, ReLU and pooling. It is what the
 * fast ways are compared with. Tasks are strips of rows.
 */
#include "conv.h"

#include <string.h>

#include "sitter/matrix.h"

/* Rows of a strip; even, so that pooling does not need a neighbour's. */
enum { STRIP = 4 };

struct plain {
    const struct conv_task *task;
    const struct conv_team *team;
    size_t n_strips; /* of a picture */
};

size_t conv_plain_workspace_floats(const struct conv *conv, size_t w)
{
    return STRIP * w * (9 * conv->n_in + conv->n_out);
}

/* patches (n_rows, w, 3, 3, n_in) from row y on; zeros outside of the picture. */
static void copy_patches(const struct conv_task *task, const float *picture, size_t y,
                         size_t n_rows, float *patches)
{
    const struct conv *conv = task->conv;
    size_t n_bytes = conv->n_in * sizeof *patches;
    for (size_t i = y; i < y + n_rows; i++)
        for (size_t x = 0; x < task->w; x++)
            for (size_t tap = 0; tap < 9; tap++, patches += conv->n_in) {
                size_t in_y = i + tap / 3, in_x = x + tap % 3; /* one too large */
                if (in_y < 1 || in_y > task->h || in_x < 1 || in_x > task->w)
                    memset(patches, 0, n_bytes);
                else
                    memcpy(patches,
                           picture +
                               ((in_y - 1) * task->w + in_x - 1) * conv->in_stride,
                           n_bytes);
            }
}

static void add_bias(const struct conv *conv, size_t n_pixels, float *x)
{
    for (size_t i = 0; i < n_pixels; i++)
        for (size_t c = 0; c < conv->n_out; c++) {
            float sum = x[i * conv->n_out + c] + conv->bias[c];
            x[i * conv->n_out + c] = sum < 0 ? 0 : sum;
        }
}

static float larger(float a, float b)
{
    return a < b ? b : a;
}

/* in (2 n_rows, w, n) to out (n_rows, w / 2, n). */
static void max_pool(const float *in, size_t n_rows, size_t w, size_t n, float *out)
{
    for (size_t y = 0; y < n_rows; y++)
        for (size_t x = 0; x < w / 2; x++)
            for (size_t c = 0; c < n; c++) {
                const float *upper = in + (2 * y * w + 2 * x) * n + c;
                const float *lower = upper + w * n;
                *out++ = larger(larger(upper[0], upper[n]), larger(lower[0], lower[n]));
            }
}

static void run_strip(void *context, size_t strip, size_t worker)
{
    const struct plain *plain = context;
    const struct conv_task *task = plain->task;
    const struct conv *conv = task->conv;
    size_t picture = strip / plain->n_strips, y = strip % plain->n_strips * STRIP;
    size_t n_rows = task->h - y < STRIP ? task->h - y : STRIP;
    size_t n_pixels = n_rows * task->w, k = 9 * conv->n_in;
    float *patches = plain->team->workspaces + worker * plain->team->workspace_floats;
    float *sums = patches + STRIP * task->w * k;

    copy_patches(task, task->in + picture * task->h * task->w * conv->in_stride, y,
                 n_rows, patches);
    /* It fails for sizes beyond INT_MAX alone, which no workspace has. */
    (void)sit_matrix_sgemm(false, false, n_pixels, conv->n_out, k, 1, patches,
                           conv->weights, 0, sums, NULL);
    add_bias(conv, n_pixels, sums);
    size_t out_h = conv_out_side(conv, task->h), out_w = conv_out_side(conv, task->w);
    float *out = task->out + picture * out_h * out_w * conv->n_out;
    if (conv->pool_after)
        max_pool(sums, n_rows / 2, task->w, conv->n_out,
                 out + y / 2 * out_w * conv->n_out);
    else
        memcpy(out + y * out_w * conv->n_out, sums,
               n_pixels * conv->n_out * sizeof *out);
}

void conv_plain_run(const struct conv_task *task, const struct conv_team *team)
{
    struct plain plain = {task, team, (task->h + STRIP - 1) / STRIP};
    sit_pool_run(team->pool, run_strip, &plain, task->n * plain.n_strips);
}
