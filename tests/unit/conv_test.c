/*
 * Convolutions of every shape, by every path and instruction set that this machine has,
 * against the definition summed in double; and that threads do not change a bit.
 */
#include "test_support.h"

#include <math.h>

#include "conv.h"
#include "sitter/alloc.h"
#include "sitter/rng.h"
#include "winograd.h"

enum { N_CASES = 150, MAX_N = 3, MAX_SIDE = 19, MAX_CHANNELS = 70 };

enum path { PLAIN, DIRECT, WINOGRAD, N_PATHS };

/* A convolution with its data, channels together and without gaps. */
struct sample {
    size_t n, h, w, n_in, n_out, out_h, out_w;
    bool pool_after;
    float *in, *kernel, *bias;
    double *out;
    double largest;
};

static float *draw(struct sit_rng *rng, size_t n)
{
    float *x = sit_malloc_array(n, sizeof *x);
    assert_non_null(x);
    for (size_t i = 0; i < n; i++)
        x[i] = (float)sit_rng_range(rng, -1, 1);
    return x;
}

static double convolve_pixel(const struct sample *s, size_t picture, size_t y, size_t x,
                             size_t o)
{
    double sum = (double)s->bias[o];
    for (size_t dy = 0; dy < 3; dy++)
        for (size_t dx = 0; dx < 3; dx++) {
            if (y + dy < 1 || y + dy > s->h || x + dx < 1 || x + dx > s->w)
                continue;
            const float *pixel =
                s->in + ((picture * s->h + y + dy - 1) * s->w + x + dx - 1) * s->n_in;
            for (size_t c = 0; c < s->n_in; c++)
                sum += (double)pixel[c] *
                       (double)s->kernel[((dy * 3 + dx) * s->n_in + c) * s->n_out + o];
        }
    return fmax(sum, 0);
}

static double pooled_pixel(const struct sample *s, size_t picture, size_t y, size_t x,
                           size_t o)
{
    double most = 0;
    for (size_t k = 0; k < 4; k++)
        most = fmax(most, convolve_pixel(s, picture, 2 * y + k / 2, 2 * x + k % 2, o));
    return most;
}

static void sample_init(struct sample *s, struct sit_rng *rng)
{
    size_t n_out = s->n * s->out_h * s->out_w * s->n_out;
    s->in = draw(rng, s->n * s->h * s->w * s->n_in);
    s->kernel = draw(rng, 9 * s->n_in * s->n_out);
    s->bias = draw(rng, s->n_out);
    s->out = sit_malloc_array(n_out, sizeof *s->out);
    assert_non_null(s->out);
    s->largest = 1;
    for (size_t i = 0; i < n_out; i++) {
        size_t o = i % s->n_out, x = i / s->n_out % s->out_w;
        size_t y = i / s->n_out / s->out_w % s->out_h;
        size_t picture = i / s->n_out / s->out_w / s->out_h;
        s->out[i] = s->pool_after ? pooled_pixel(s, picture, y, x, o)
                                  : convolve_pixel(s, picture, y, x, o);
        s->largest = fmax(s->largest, s->out[i]);
    }
}

static void sample_draw(struct sample *s, struct sit_rng *rng)
{
    *s = (struct sample){
        .n = 1 + sit_rng_below(rng, MAX_N),
        .h = 1 + sit_rng_below(rng, MAX_SIDE),
        .w = 1 + sit_rng_below(rng, MAX_SIDE),
        .n_in = 1 + sit_rng_below(rng, MAX_CHANNELS),
        .n_out = 1 + sit_rng_below(rng, MAX_CHANNELS),
        .pool_after = sit_rng_below(rng, 2) == 0,
    };
    s->out_h = s->pool_after ? s->h / 2 : s->h;
    s->out_w = s->pool_after ? s->w / 2 : s->w;
    sample_init(s, rng);
}

static void sample_release(struct sample *s)
{
    free(s->in);
    free(s->kernel);
    free(s->bias);
    free(s->out);
}

/* x (n_pixels, n) with pixels `stride` apart; zeros between. */
static float *spread(const float *x, size_t n_pixels, size_t n, size_t stride)
{
    float *wide = sit_malloc_aligned(n_pixels * stride, sizeof *wide);
    assert_non_null(wide);
    for (size_t i = 0; i < n_pixels * stride; i++)
        wide[i] = i % stride < n ? x[i / stride * n + i % stride] : 0;
    return wide;
}

static size_t weights_floats(enum path path, const struct conv_kernels *kernels,
                             const struct conv *conv)
{
    switch (path) {
    case DIRECT: return conv_direct_weights_floats(kernels, conv);
    case WINOGRAD: return winograd_weights_floats(kernels, conv);
    default: return 9 * conv->n_in * conv->n_out;
    }
}

static size_t workspace_floats(enum path path, const struct conv *conv, size_t w)
{
    switch (path) {
    case DIRECT: return conv_direct_workspace_floats(conv, w);
    case WINOGRAD: return winograd_workspace_floats(conv);
    default: return conv_plain_workspace_floats(conv, w);
    }
}

/* What a path computes, (n, out_h, out_w, conv->out_stride). */
static float *run_path(enum path path, const struct conv_kernels *kernels,
                       const struct sample *s, size_t n_threads, struct conv *conv)
{
    struct conv_team team = {0};
    assert_ok(sit_pool_new(n_threads, &team.pool, err));
    *conv = (struct conv){
        .n_in = s->n_in,
        .n_out = s->n_out,
        .in_stride = path == WINOGRAD ? conv_padded(s->n_in) : s->n_in,
        .out_stride = path == PLAIN ? s->n_out : conv_padded(s->n_out),
        .pool_after = s->pool_after,
    };
    float *weights = sit_malloc_aligned(weights_floats(path, kernels, conv),
                                        sizeof *weights);
    float *bias = spread(s->bias, 1, s->n_out, conv->out_stride);
    float *in = spread(s->in, s->n * s->h * s->w, s->n_in, conv->in_stride);
    float *out = sit_malloc_aligned(s->n * s->out_h * s->out_w * conv->out_stride,
                                    sizeof *out);
    team.workspace_floats = conv_padded(workspace_floats(path, conv, s->w));
    team.workspaces = sit_malloc_aligned(n_threads * team.workspace_floats,
                                         sizeof *team.workspaces);
    assert_true(weights != NULL && out != NULL && team.workspaces != NULL);
    conv->weights = weights;
    conv->bias = bias;

    struct conv_task task = {conv, in, out, s->n, s->h, s->w};
    if (path == DIRECT) {
        conv_direct_pack(kernels, conv, s->kernel, weights);
        conv_direct_run(kernels, &task, &team);
    } else if (path == WINOGRAD) {
        winograd_transform_weights(kernels, conv, s->kernel, weights, team.pool);
        winograd_run(kernels, &task, &team);
    } else {
        memcpy(weights, s->kernel, 9 * s->n_in * s->n_out * sizeof *weights);
        conv_plain_run(&task, &team);
    }
    sit_pool_free(team.pool);
    free(team.workspaces);
    free(in);
    free(bias);
    free(weights);
    return out;
}

static void check_path(enum path path, const struct conv_kernels *kernels,
                       const struct sample *s)
{
    struct conv conv;
    float *out = run_path(path, kernels, s, 1, &conv);
    float *shared_out = run_path(path, kernels, s, 2, &conv);
    size_t n_pixels = s->n * s->out_h * s->out_w;
    assert_memory_equal(out, shared_out, n_pixels * conv.out_stride * sizeof *out);
    for (size_t i = 0; i < n_pixels; i++)
        for (size_t c = 0; c < conv.out_stride; c++) {
            double value = (double)out[i * conv.out_stride + c];
            double expected = c < s->n_out ? s->out[i * s->n_out + c] : 0;
            /* Winograd's sums are of larger numbers than their result. */
            double tolerance = path == WINOGRAD ? 5e-5 : 3e-6;
            if (!(fabs(value - expected) <= tolerance * s->largest))
                fail_msg("path %d (%s): %zu of %zux%zu, %zu to %zu channels, %s: pixel "
                         "%zu channel %zu is %g, not %g",
                         (int)path, kernels->name, s->n, s->h, s->w, s->n_in, s->n_out,
                         s->pool_after ? "pooled" : "not pooled", i, c, value,
                         expected);
        }
    free(out);
    free(shared_out);
}

static void check_sample(const struct sample *s)
{
    check_path(PLAIN, conv_kernels_at(0), s);
    for (size_t i = 0; conv_kernels_at(i) != NULL; i++) {
        check_path(WINOGRAD, conv_kernels_at(i), s);
        if (!s->pool_after)
            check_path(DIRECT, conv_kernels_at(i), s);
    }
}

static void random_shapes(void **state)
{
    (void)state;
    struct sit_rng rng;
    sit_rng_init(&rng, 5);
    for (size_t i = 0; i < N_CASES; i++) {
        struct sample s;
        sample_draw(&s, &rng);
        check_sample(&s);
        sample_release(&s);
    }
}

/* More tiles than a block has, several groups of channels, rows a power of two apart.
 */
static void large_shapes(void **state)
{
    (void)state;
    struct sit_rng rng;
    sit_rng_init(&rng, 6);
    static const size_t shapes[][5] = {{1, 61, 35, 3, 64},
                                       {2, 30, 33, 16, 130},
                                       {1, 14, 14, 256, 65},
                                       {5, 9, 7, 20, 200}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        for (int pool_after = 0; pool_after < 2; pool_after++) {
            const size_t *shape = shapes[i];
            struct sample s = {.n = shape[0],
                               .h = shape[1],
                               .w = shape[2],
                               .n_in = shape[3],
                               .n_out = shape[4],
                               .pool_after = pool_after};
            s.out_h = pool_after ? s.h / 2 : s.h;
            s.out_w = pool_after ? s.w / 2 : s.w;
            sample_init(&s, &rng);
            check_sample(&s);
            sample_release(&s);
        }
}

/* An overflow must be seen at the end of the network, not turn into a zero. */
static void infinities_are_not_hidden(void **state)
{
    (void)state;
    struct sit_rng rng;
    sit_rng_init(&rng, 7);
    struct sample s = {
        .n = 1, .h = 4, .w = 4, .n_in = 17, .n_out = 17, .out_h = 4, .out_w = 4};
    sample_init(&s, &rng);
    for (size_t i = 0; i < s.h * s.w * s.n_in; i++)
        s.in[i] *= 3e38f;
    for (size_t k = 0; conv_kernels_at(k) != NULL; k++) {
        struct conv conv;
        float *out = run_path(WINOGRAD, conv_kernels_at(k), &s, 1, &conv);
        size_t n_not_finite = 0;
        for (size_t i = 0; i < s.h * s.w * conv.out_stride; i++)
            n_not_finite += isfinite(out[i]) ? 0 : 1;
        assert_true(n_not_finite > 0);
        free(out);
    }
    sample_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_shapes),
        cmocka_unit_test(large_shapes),
        cmocka_unit_test(infinities_are_not_hidden),
    };
    for (size_t i = 0; conv_kernels_at(i) != NULL; i++)
        print_message("with %s\n", conv_kernels_at(i)->name);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
