/*
 * The perceptron's inner loops for every instruction set this processor runs, against
 * plain sums in double precision; optimiser steps by hand.
 */
#include "test_support.h"

#include <math.h>

#include "mlp_kernels.h"
#include "sitter/rng.h"

enum { MOST = 1024, MOST_ROWS = 40 };

static float memory[(MOST_ROWS + 4) * MOST + MLP_PAD];

/* Random rows of MOST floats each, aligned. */
static float *random_rows(uint64_t seed)
{
    float *at = mlp_align(memory);
    struct sit_rng rng;
    sit_rng_init(&rng, seed);
    for (size_t i = 0; i < (MOST_ROWS + 4) * MOST; i++)
        at[i] = (float)sit_rng_normal(&rng);
    return at;
}

static void assert_close(const char *name, double got, double expected, double size)
{
    if (!(fabs(got - expected) <= 2e-6 * size))
        fail_msg("%s: %.9g is not %.9g", name, got, expected);
}

static void check_products(const struct mlp_kernels *kernels, size_t d, size_t n_rows)
{
    float *x = random_rows(d + n_rows), *w = x + MOST_ROWS * MOST, *g = w + MOST;
    const float *rows[MOST_ROWS];
    float out[MOST_ROWS + 1], c[MOST_ROWS];
    for (size_t r = 0; r < n_rows; r++) {
        rows[r] = x + (n_rows - 1 - r) * MOST;
        c[r] = (float)r - 1.5f;
    }
    out[n_rows] = 77;
    kernels->dots(d, w, rows, n_rows, out);
    assert_true(out[n_rows] == 77);
    for (size_t r = 0; r < n_rows; r++) {
        double sum = 0, size = 0;
        for (size_t k = 0; k < d; k++) {
            sum += (double)w[k] * (double)rows[r][k];
            size += fabs((double)w[k] * (double)rows[r][k]);
        }
        assert_close(kernels->name, (double)out[r], sum, size);
    }
    for (int add = 0; add < 2; add++) {
        double before[MOST];
        for (size_t k = 0; k < d; k++)
            before[k] = add ? (double)g[k] : 0;
        kernels->combine(d, c, rows, n_rows, add, g);
        for (size_t k = 0; k < d; k++) {
            double sum = before[k], size = fabs(before[k]);
            for (size_t r = 0; r < n_rows; r++) {
                sum += (double)c[r] * (double)rows[r][k];
                size += fabs((double)c[r] * (double)rows[r][k]);
            }
            assert_close(kernels->name, (double)g[k], sum, size);
        }
    }
    double held = (double)g[d - 1];
    kernels->axpy(d, 3, w, g);
    assert_close(kernels->name, (double)g[d - 1], held + 3 * (double)w[d - 1],
                 fabs(held) + 20);
}

static void products_are_right(void **state)
{
    (void)state;
    size_t n;
    const struct mlp_kernels *const *all = mlp_kernels_all(&n);
    for (size_t i = 0; i < n; i++) {
        print_message("%s\n", all[i]->name);
        for (size_t n_rows = 0; n_rows <= 34; n_rows++)
            check_products(all[i], n_rows % 2 ? 16 : 80, n_rows);
        check_products(all[i], MOST, 10);
    }
}

static void a_row_of_a_tile_is_alone(void **state)
{
    (void)state;
    size_t n;
    const struct mlp_kernels *const *all = mlp_kernels_all(&n);
    for (size_t i = 0; i < n; i++) {
        const struct mlp_kernels *kernels = all[i];
        float *x = random_rows(i), *out = x + 16 * MOST, *panel = x + 24 * MOST;
        const float *rows[MLP_MAX_TILE_ROWS];
        size_t d = 37, units = kernels->tile_units, stride = 2 * MLP_MAX_TILE_UNITS;
        assert_true(kernels->tile_rows <= MLP_MAX_TILE_ROWS);
        assert_true(units <= MLP_MAX_TILE_UNITS);
        for (size_t r = 0; r < kernels->tile_rows; r++)
            rows[r] = x + r * MOST + 3; /* rows need not be aligned */
        kernels->tile(d, panel, rows, out, stride);
        for (size_t r = 0; r < kernels->tile_rows; r++)
            for (size_t j = 0; j < units; j++) {
                double sum = (double)panel[j], size = fabs(sum);
                for (size_t k = 0; k < d; k++) {
                    double term = (double)rows[r][k] *
                                  (double)panel[(k + 1) * units + j];
                    sum += term;
                    size += fabs(term);
                }
                assert_close(kernels->name, (double)out[r * stride + j], sum, size);
            }
        for (size_t r = 0; r < kernels->tile_rows; r++)
            rows[r] = x + 3;
        float *again = x + 20 * MOST;
        kernels->tile(d, panel, rows, again, stride);
        for (size_t r = 0; r < kernels->tile_rows; r++)
            assert_memory_equal(again + r * stride, out, units * sizeof *out);
    }
}

static const float one = 1;

/* What a step needs, one vector of each. */
struct weights {
    _Alignas(64) float g[16];
    _Alignas(64) float first[16];
    _Alignas(64) float second[16];
    _Alignas(64) float p[16];
};

static void rmsprop_by_hand(void **state)
{
    (void)state;
    size_t n;
    const struct mlp_kernels *const *all = mlp_kernels_all(&n);
    for (size_t i = 0; i < n; i++) {
        const char *name = all[i]->name;
        /* eps stands outside the root: a tiny gradient still moves by rate / 2 */
        struct weights s = {.g = {2, -0.5f, 0, 3.1622777e-8f},
                            .first = {0, 0.4f, 0, 0},
                            .p = {1, 1, 1, 0}};
        const float *g = s.g;
        all[i]->rmsprop(16, 0.001f, &one, &g, 1, s.first, s.p);
        /* a = 0.1 * 4; step = 0.001 * 2 / sqrt(0.4) */
        assert_close(name, (double)s.first[0], 0.4, 0.4);
        assert_close(name, (double)s.p[0], 1 - 0.002 / 0.6324555320336759, 0.1);
        /* a = 0.36 + 0.025; step = -0.0005 / sqrt(0.385) */
        assert_close(name, (double)s.first[1], 0.385, 0.4);
        assert_close(name, (double)s.p[1], 1 + 0.0005 / 0.6204836822995429, 0.1);
        /* 0 / (0 + eps) */
        assert_true(s.p[2] == 1 && s.p[4] == 0);
        assert_close(name, (double)s.p[3], -0.001 * 3.1622777e-8 / (1e-8 + 1e-8), 0.01);
        all[i]->rmsprop(16, 0.001f, &one, &g, 1, s.first, s.p);
        assert_close(name, (double)s.first[0], 0.76, 0.8);
        assert_close(name, (double)s.p[0],
                     1 - 0.002 / 0.6324555320336759 - 0.002 / 0.8717797887081347, 0.1);
    }
}

static void adam_by_hand(void **state)
{
    (void)state;
    size_t n;
    const struct mlp_kernels *const *all = mlp_kernels_all(&n);
    for (size_t i = 0; i < n; i++) {
        const char *name = all[i]->name;
        struct weights s = {.g = {2, -0.5f, 0}, .p = {1, 1, 1}};
        const float *g = s.g;
        struct mlp_adam_step step = {
            .rate = 0.001f / 0.1f, .v_factor = (float)(1 / sqrt(0.001)), .keep = 0.5f};
        all[i]->adam(16, &step, &one, &g, 1, s.first, s.second, s.p);
        /* the first step is rate * sign(g), after the decay */
        assert_close(name, (double)s.first[0], 0.2, 0.2);
        assert_close(name, (double)s.second[0], 0.004, 0.004);
        assert_close(name, (double)s.p[0], 0.5 - 0.001, 0.1);
        assert_close(name, (double)s.p[1], 0.5 + 0.001, 0.1);
        assert_true(s.p[2] == 0.5f && fabsf(s.p[5]) < 1e-25f);
    }
}

/* Averages that nothing feeds must not end among the numbers that slow processors. */
static void averages_stay_normal_numbers(void **state)
{
    (void)state;
    size_t n;
    const struct mlp_kernels *const *all = mlp_kernels_all(&n);
    for (size_t i = 0; i < n; i++) {
        struct weights s = {.first = {1, 1e-30f}, .p = {1, 2}};
        const float *g = s.g;
        for (size_t t = 0; t < 5000; t++)
            all[i]->rmsprop(16, 0.001f, &one, &g, 1, s.first, s.p);
        assert_true(isnormal(s.first[0]) && isnormal(s.first[1]));
        assert_true(s.first[0] < 1e-34f && s.p[0] == 1 && s.p[1] == 2);
        const struct mlp_adam_step step = {.rate = 0.001f, .v_factor = 1, .keep = 1};
        s = (struct weights){.first = {1, -1e-30f}, .second = {1e-30f}, .p = {1, 2}};
        for (size_t t = 0; t < 5000; t++)
            all[i]->adam(16, &step, &one, &g, 1, s.first, s.second, s.p);
        assert_true(isnormal(s.first[0]) && isnormal(s.first[1]));
        assert_true(isnormal(s.second[0]) && isnormal(s.second[1]));
        assert_true(s.first[0] < 1e-34f && s.second[0] < 1e-32f && s.p[1] == 2);
    }
}

static double rmsprop_p(double rate, double g, double *a, double p)
{
    *a = 0.9 * *a + 0.1 * g * g;
    return p - rate * g / (sqrt(*a) + 1e-8);
}

static double adam_p(const struct mlp_adam_step *step, double g, double *m, double *v,
                     double p)
{
    *m = 0.9 * *m + 0.1 * g;
    *v = 0.999 * *v + 0.001 * g * g;
    return (double)step->keep * p -
           (double)step->rate * *m / ((double)step->v_factor * sqrt(*v) + 1e-8);
}

/* Gradients of all sizes, added up from any number of rows. */
static void steps_follow_the_formula(void **state)
{
    (void)state;
    size_t n;
    const struct mlp_kernels *const *all = mlp_kernels_all(&n);
    const struct mlp_adam_step step = {.rate = 0.5f, .v_factor = 1.25f, .keep = 0.875f};
    for (size_t i = 0; i < n; i++)
        for (size_t n_rows = 0; n_rows <= MLP_MOST_FUSED; n_rows++) {
            enum { D = 64 };
            float *x = random_rows(n_rows), *a = x + 10 * MOST, *p = a + MOST;
            float *m = p + MOST, *v = m + MOST, *q = v + MOST, c[MLP_MOST_FUSED];
            const float *rows[MLP_MOST_FUSED];
            double g[D] = {0}, a_ref[D], p_ref[D], m_ref[D], v_ref[D], q_ref[D];
            for (size_t r = 0; r < n_rows; r++) {
                rows[r] = x + r * MOST;
                c[r] = (float)r + 0.5f;
            }
            for (size_t k = 0; k < D; k++) {
                float size = powf(10, 2 - (float)(k % 14)); /* 1e2 to 1e-11 */
                for (size_t r = 0; r < n_rows; r++) {
                    x[r * MOST + k] = (1 + fabsf(x[r * MOST + k])) * size;
                    g[k] += (double)c[r] * (double)x[r * MOST + k];
                }
                a[k] = k % 3 ? a[k] * a[k] * size * size : 0;
                m[k] *= size;
                v[k] = k % 3 ? v[k] * v[k] * size * size : 0;
                a_ref[k] = (double)a[k];
                m_ref[k] = (double)m[k];
                v_ref[k] = (double)v[k];
                p[k] = q[k] = 0; /* so that the step is seen, not its rounding */
                p_ref[k] = rmsprop_p(0.5, g[k], &a_ref[k], 0);
                q_ref[k] = adam_p(&step, g[k], &m_ref[k], &v_ref[k], 0);
            }
            all[i]->rmsprop(D, 0.5f, c, rows, n_rows, a, p);
            all[i]->adam(D, &step, c, rows, n_rows, m, v, q);
            for (size_t k = 0; k < D; k++) {
                const char *name = all[i]->name;
                assert_close(name, (double)a[k], a_ref[k], a_ref[k] + 1e-30);
                assert_close(name, (double)p[k], p_ref[k], fabs(p_ref[k]));
                assert_close(name, (double)v[k], v_ref[k], v_ref[k] + 1e-30);
                assert_close(name, (double)q[k], q_ref[k], fabs(q_ref[k]) * 4);
            }
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_are_right),
        cmocka_unit_test(a_row_of_a_tile_is_alone),
        cmocka_unit_test(rmsprop_by_hand),
        cmocka_unit_test(adam_by_hand),
        cmocka_unit_test(steps_follow_the_formula),
        cmocka_unit_test(averages_stay_normal_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
