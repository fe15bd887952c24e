/*
 * The convolution of a picture with few channels, such as three colours: the 3x3
 * patches of one row side by side (9 n_in numbers each, cheap to copy where n_in is
 * small), times the weights. Tasks are rows.
 */
#include "conv.h"

#include <string.h>

struct direct {
    const struct conv_kernels *kernels;
    const struct conv_task *task;
    const struct conv_team *team;
};

static size_t depth(const struct conv *conv)
{
    return 9 * conv->n_in;
}

size_t conv_direct_weights_floats(const struct conv_kernels *kernels,
                                  const struct conv *conv)
{
    size_t n_panels = (conv->n_out + kernels->panel - 1) / kernels->panel;
    return n_panels * kernels->panel * depth(conv);
}

void conv_direct_pack(const struct conv_kernels *kernels, const struct conv *conv,
                      const float *kernel, float *packed)
{
    size_t panel = kernels->panel, k = depth(conv);
    memset(packed, 0, conv_direct_weights_floats(kernels, conv) * sizeof *packed);
    for (size_t i = 0; i < k; i++)
        for (size_t o = 0; o < conv->n_out; o++)
            packed[(o / panel * k + i) * panel + o % panel] =
                kernel[i * conv->n_out + o];
}

static size_t patches_floats(const struct conv *conv, size_t w)
{
    return conv_padded(w * depth(conv));
}

size_t conv_direct_workspace_floats(const struct conv *conv, size_t w)
{
    return patches_floats(conv, w) + w * CONV_GROUP;
}

/* patches (w, 3, 3, n_in) of row y of a picture; zeros outside of it. */
static void copy_patches(const struct conv_task *task, const float *picture, size_t y,
                         float *patches)
{
    size_t n_in = task->conv->n_in, stride = task->conv->in_stride;
    for (size_t x = 0; x < task->w; x++)
        for (size_t dy = 0; dy < 3; dy++)
            for (size_t dx = 0; dx < 3; dx++) {
                /* The border makes these one too large. */
                size_t in_y = y + dy, in_x = x + dx;
                bool outside = in_y < 1 || in_y > task->h || in_x < 1 || in_x > task->w;
                const float *pixel = outside
                                         ? NULL
                                         : picture + ((in_y - 1) * task->w + in_x - 1) *
                                                         stride;
                for (size_t c = 0; c < n_in; c++)
                    *patches++ = outside ? 0 : pixel[c];
            }
}

static void run_row(void *context, size_t row, size_t worker)
{
    const struct direct *direct = context;
    const struct conv_kernels *kernels = direct->kernels;
    const struct conv_task *task = direct->task;
    const struct conv *conv = task->conv;
    size_t panel = kernels->panel, k = depth(conv), y = row % task->h;
    float *patches = direct->team->workspaces + worker * direct->team->workspace_floats;
    float *sums = patches + patches_floats(conv, task->w);
    float *out = direct->task->out + row * task->w * conv->out_stride;

    copy_patches(task, task->in + row / task->h * task->h * task->w * conv->in_stride,
                 y, patches);
    for (size_t first = 0; first < conv->out_stride; first += CONV_GROUP) {
        size_t n = conv->out_stride - first;
        n = n < CONV_GROUP ? n : CONV_GROUP;
        for (size_t c = 0; c < n; c += panel)
            if (first + c < conv->n_out)
                kernels->multiply(patches, k, task->w, k,
                                  conv->weights + (first + c) * k, sums + c,
                                  CONV_GROUP);
        kernels->add_bias(sums, CONV_GROUP, task->w, n, conv->bias + first, out + first,
                          conv->out_stride);
    }
}

void conv_direct_run(const struct conv_kernels *kernels, const struct conv_task *task,
                     const struct conv_team *team)
{
    struct direct direct = {kernels, task, team};
    sit_pool_run(team->pool, run_row, &direct, task->n * task->h);
}
