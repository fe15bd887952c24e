/*
 * The perceptron's inner loops, written once over vectors of LANES floats and included
 * by one file for each instruction set, which also names the table KERNELS.
 */
#include <math.h>
#include <string.h>

#include "mlp_kernels.h"

#if LANES == 16
enum { TILE_ROWS = 12 };
#else
enum { TILE_ROWS = 6 };
#endif

typedef float vec __attribute__((vector_size(LANES * sizeof(float)), may_alias));
typedef float vec4 __attribute__((vector_size(4 * sizeof(float))));

#define INLINE static inline __attribute__((always_inline))
/* Loops of a constant, small number of rounds whose arrays are to become registers. */
#define UNROLL _Pragma("GCC unroll 16")

INLINE vec load(const float *at)
{
    return *(const vec *)at;
}

INLINE void store(float *at, vec value)
{
    *(vec *)at = value;
}

INLINE float sum4(vec4 v)
{
    return (v[0] + v[2]) + (v[1] + v[3]);
}

INLINE float sum(vec v)
{
#if LANES == 16
    typedef float vec8 __attribute__((vector_size(8 * sizeof(float))));
    vec8 h = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) +
             __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
    return sum4(__builtin_shufflevector(h, h, 0, 1, 2, 3) +
                __builtin_shufflevector(h, h, 4, 5, 6, 7));
#elif LANES == 8
    return sum4(__builtin_shufflevector(v, v, 0, 1, 2, 3) +
                __builtin_shufflevector(v, v, 4, 5, 6, 7));
#else
    return sum4(v);
#endif
}

/*
 * Rows come by several at once: w is then read once for all of them.
 */

INLINE void dots_of(size_t d, const float *w, const float *const *rows, float *out,
                    const size_t n)
{
    vec acc[8] = {{0}};
    for (size_t k = 0; k < d; k += LANES) {
        vec wk = load(w + k);
        UNROLL for (size_t r = 0; r < n; r++) acc[r] += wk * load(rows[r] + k);
    }
    UNROLL for (size_t r = 0; r < n; r++) out[r] = sum(acc[r]);
}

/* Vector k of sum over r of c[r] rows[r]. */
INLINE vec combination(const float *c, const float *const *rows, size_t k,
                       const size_t n)
{
    vec sum_k = {0};
    UNROLL for (size_t r = 0; r < n; r++) sum_k += c[r] * load(rows[r] + k);
    return sum_k;
}

/* Equal portions of at most eight rows. */
INLINE size_t portion(size_t n_rows)
{
    size_t n_portions = (n_rows + 7) / 8;
    return (n_rows + n_portions - 1) / n_portions;
}

static void dots(size_t d, const float *w, const float *const *rows, size_t n_rows,
                 float *out)
{
    while (n_rows > 0) {
        size_t n = portion(n_rows);
        switch (n) {
        case 1: dots_of(d, w, rows, out, 1); break;
        case 2: dots_of(d, w, rows, out, 2); break;
        case 3: dots_of(d, w, rows, out, 3); break;
        case 4: dots_of(d, w, rows, out, 4); break;
        case 5: dots_of(d, w, rows, out, 5); break;
        case 6: dots_of(d, w, rows, out, 6); break;
        case 7: dots_of(d, w, rows, out, 7); break;
        default: dots_of(d, w, rows, out, 8); break;
        }
        rows += n;
        out += n;
        n_rows -= n;
    }
}

static void combine(size_t d, const float *c, const float *const *rows, size_t n_rows,
                    int add, float *g)
{
    if (!add)
        memset(g, 0, d * sizeof *g);
    for (; n_rows >= 4; c += 4, rows += 4, n_rows -= 4)
        for (size_t k = 0; k < d; k += LANES)
            store(g + k, load(g + k) + combination(c, rows, k, 4));
    for (; n_rows > 0; c++, rows++, n_rows--)
        for (size_t k = 0; k < d; k += LANES)
            store(g + k, load(g + k) + combination(c, rows, k, 1));
}

static void axpy(size_t d, float c, const float *x, float *y)
{
    for (size_t k = 0; k < d; k += LANES)
        store(y + k, load(y + k) + c * load(x + k));
}

INLINE vec square_root(vec v)
{
    float lanes[LANES] __attribute__((aligned(sizeof(vec))));
    store(lanes, v);
    for (size_t i = 0; i < LANES; i++)
        lanes[i] = sqrtf(lanes[i]);
    return load(lanes);
}

/* Averages decay to this, not into numbers so small that the processor slows down. In
 * any sum that matters it vanishes. */
#define LEAST 1e-36f

INLINE void rmsprop_of(size_t d, float rate, const float *c, const float *const *rows,
                       float *a, float *p, const size_t n)
{
    for (size_t k = 0; k < d; k += LANES) {
        vec g = combination(c, rows, k, n);
        vec ak = 0.9f * load(a + k) + (0.1f * g * g + LEAST);
        store(a + k, ak);
        if (n > 0)
            store(p + k, load(p + k) - rate * g / (square_root(ak) + 1e-8f));
    }
}

INLINE void adam_of(size_t d, const struct mlp_adam_step *step, const float *c,
                    const float *const *rows, float *m, float *v, float *p,
                    const size_t n)
{
    float rate = step->rate, v_factor = step->v_factor, keep = step->keep;
    for (size_t k = 0; k < d; k += LANES) {
        vec g = combination(c, rows, k, n);
        vec mk = 0.9f * load(m + k) + (0.1f * g + LEAST);
        vec vk = 0.999f * load(v + k) + (0.001f * g * g + LEAST);
        store(m + k, mk);
        store(v + k, vk);
        store(p + k,
              keep * load(p + k) - rate * mk / (v_factor * square_root(vk) + 1e-8f));
    }
}

static void rmsprop(size_t d, float rate, const float *c, const float *const *rows,
                    size_t n_rows, float *a, float *p)
{
    switch (n_rows) {
    case 0: rmsprop_of(d, rate, c, rows, a, p, 0); break;
    case 1: rmsprop_of(d, rate, c, rows, a, p, 1); break;
    case 2: rmsprop_of(d, rate, c, rows, a, p, 2); break;
    case 3: rmsprop_of(d, rate, c, rows, a, p, 3); break;
    case 4: rmsprop_of(d, rate, c, rows, a, p, 4); break;
    case 5: rmsprop_of(d, rate, c, rows, a, p, 5); break;
    case 6: rmsprop_of(d, rate, c, rows, a, p, 6); break;
    case 7: rmsprop_of(d, rate, c, rows, a, p, 7); break;
    default: rmsprop_of(d, rate, c, rows, a, p, 8); break;
    }
}

static void adam(size_t d, const struct mlp_adam_step *step, const float *c,
                 const float *const *rows, size_t n_rows, float *m, float *v, float *p)
{
    switch (n_rows) {
    case 0: adam_of(d, step, c, rows, m, v, p, 0); break;
    case 1: adam_of(d, step, c, rows, m, v, p, 1); break;
    case 2: adam_of(d, step, c, rows, m, v, p, 2); break;
    case 3: adam_of(d, step, c, rows, m, v, p, 3); break;
    case 4: adam_of(d, step, c, rows, m, v, p, 4); break;
    case 5: adam_of(d, step, c, rows, m, v, p, 5); break;
    case 6: adam_of(d, step, c, rows, m, v, p, 6); break;
    case 7: adam_of(d, step, c, rows, m, v, p, 7); break;
    default: adam_of(d, step, c, rows, m, v, p, 8); break;
    }
}

static void tile(size_t d, const float *panel, const float *const *rows, float *out,
                 size_t stride)
{
    vec acc[TILE_ROWS][2];
    UNROLL for (size_t r = 0; r < TILE_ROWS; r++)
    {
        acc[r][0] = load(panel);
        acc[r][1] = load(panel + LANES);
    }
    for (size_t k = 0; k < d; k++) {
        panel += 2 * LANES;
        vec left = load(panel), right = load(panel + LANES);
        UNROLL for (size_t r = 0; r < TILE_ROWS; r++)
        {
            acc[r][0] += rows[r][k] * left;
            acc[r][1] += rows[r][k] * right;
        }
    }
    UNROLL for (size_t r = 0; r < TILE_ROWS; r++)
    {
        store(out + r * stride, acc[r][0]);
        store(out + r * stride + LANES, acc[r][1]);
    }
}

const struct mlp_kernels KERNELS = {
    .name = KERNELS_NAME,
    .dots = dots,
    .combine = combine,
    .axpy = axpy,
    .rmsprop = rmsprop,
    .adam = adam,
    .tile = tile,
    .tile_rows = TILE_ROWS,
    .tile_units = 2 * LANES,
};
