/*
 * The article's trained head, as Keras 2.0.6 saved it, against the probabilities Keras
 * gives for 16 inputs.
 */
#include "test_support.h"

#include <math.h>

#include "sitter/head.h"
#include "sitter/keras_head.h"
#include "sitter/npy.h"

enum { N = 16, D = 512 };

static void read_matrix(const char *name, size_t n_rows, size_t n_cols, float *out)
{
    struct sit_npy npy = {0};
    char *path = test_shared_path(name);
    assert_non_null(path);
    assert_ok(sit_npy_open(path, &npy, err));
    assert_int_equal(npy.n_rows * npy.n_cols, n_rows * n_cols);
    assert_ok(sit_npy_read_rows(&npy, 0, npy.n_rows, out, err));
    sit_npy_close(&npy);
    free(path);
}

static void the_articles_head_gives_keras_probabilities(void **state)
{
    (void)state;
    static float x[N * D], expected[N], p[N * 2];
    char *path = test_shared_path("data/posters/gender_classifier.h5");
    skip_without(path);
    struct sit_dense_net net = {0};
    struct sit_head *head = NULL;
    assert_ok(sit_keras_head_read(path, &net, err));
    assert_int_equal(net.n_layers, 3);
    assert_ok(sit_head_from_layers(&net, 2, &head, err));
    assert_int_equal(sit_head_dim(head), D);
    read_matrix("reference/keras-head-inputs.npy", N, D, x);
    read_matrix("reference/keras-head-p-male.npy", N, 1, expected);
    assert_ok(sit_head_predict(head, x, N, D, p, err));
    float worst = 0;
    for (size_t i = 0; i < N; i++)
        worst = fmaxf(worst, fabsf(p[2 * i + 1] - expected[i]));
    print_message("largest difference %.2g\n", (double)worst);
    assert_true(worst < 1e-5f);
    sit_head_free(head);
    sit_dense_net_release(&net);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_articles_head_gives_keras_probabilities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
