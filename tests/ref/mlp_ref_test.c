/*
 * The perceptron on the poster faces: test accuracy and log-loss over seeds beside
 * those of the same network trained by PyTorch (make_mlp_reference.py), and the same
 * bytes from the same seed.
 *
 *     mlp_ref_test [SEEDS]    default 5; 20 are what the reference has
 */
#include "posters_data.h"

#include <jansson.h>
#include <math.h>

#include "sitter/metrics.h"

enum { MAX_SEEDS = 100 };
static size_t n_seeds = 5;

static struct sit_head *train(const struct posters *posters, uint64_t seed,
                              size_t n_epochs)
{
    struct sit_head_options options;
    struct sit_head *head = NULL;
    sit_head_options_init(&options, SIT_HEAD_MLP);
    options.seed = seed;
    options.n_epochs = n_epochs;
    assert_ok(sit_head_train(&posters->train, NULL, &options, NULL, &head, NULL, err));
    return head;
}

static void mean_and_error(const double *values, size_t n, double *mean, double *error)
{
    double squares = 0;
    *mean = 0;
    for (size_t i = 0; i < n; i++)
        *mean += values[i] / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += (values[i] - *mean) * (values[i] - *mean);
    *error = sqrt(squares / ((double)n - 1) / (double)n);
}

/* Both means, and that they differ by no more than three standard errors. */
static void compare(const char *what, const double *values, const json_t *reference,
                    const char *mean_key, const char *error_key)
{
    double mean, error;
    mean_and_error(values, n_seeds, &mean, &error);
    double theirs = json_number_value(json_object_get(reference, mean_key));
    double their_error = json_number_value(json_object_get(reference, error_key));
    double apart = fabs(mean - theirs) / hypot(error, their_error);
    print_message("%s: %.4f, standard error %.4f; PyTorch %.4f, %.4f; apart %.2f "
                  "standard errors of the difference\n",
                  what, mean, error, theirs, their_error, apart);
    assert_true(theirs > 0 && their_error > 0);
    assert_true(apart < 3);
}

static void seeds_do_as_well_as_those_of_pytorch(void **state)
{
    (void)state;
    struct posters posters;
    double accuracy[MAX_SEEDS], loss[MAX_SEEDS];
    char *path = test_shared_path("data/posters/faceres-1024.npy");
    skip_without(path);
    json_t *reference = json_load_file(SITTER_REF_DIR "/mlp-accuracy-reference.json", 0,
                                       NULL);
    assert_non_null(reference);
    assert_true(posters_load(&posters));
    float *p = sit_malloc_array(posters.test.n, 2 * sizeof *p);
    for (size_t i = 0; i < n_seeds; i++) {
        struct sit_head *head = train(&posters, i + 1, 100);
        struct sit_metrics metrics;
        assert_ok(sit_head_predict(head, posters.test_x, posters.test.n, posters.test.d,
                                   p, err));
        assert_ok(
            sit_metrics_compute(p, posters.test_y, posters.test.n, 2, &metrics, err));
        accuracy[i] = metrics.accuracy;
        loss[i] = 0; /* as training clips it */
        for (size_t r = 0; r < posters.test.n; r++) {
            double given = (double)p[2 * r + posters.test_y[r]];
            loss[i] -= log(fmin(fmax(given, 1e-7), 1 - 1e-7)) / (double)posters.test.n;
        }
        sit_head_free(head);
    }
    compare("accuracy", accuracy, reference, "mean", "standard_error");
    compare("log-loss", loss, reference, "mean_log_loss", "log_loss_standard_error");
    json_decref(reference);
    free(p);
    posters_release(&posters);
    free(path);
}

static void the_same_seed_gives_the_same_bytes(void **state)
{
    (void)state;
    struct posters posters;
    char *path = test_shared_path("data/posters/faceres-1024.npy");
    skip_without(path);
    assert_true(posters_load(&posters));
    struct sit_buf bytes[3] = {{0}};
    for (size_t i = 0; i < 3; i++) {
        struct sit_head *head = train(&posters, i < 2 ? 7 : 8, 2);
        assert_ok(sit_head_serialise(head, &bytes[i], err));
        sit_head_free(head);
    }
    assert_int_equal(bytes[0].n_bytes, bytes[1].n_bytes);
    assert_memory_equal(bytes[0].data, bytes[1].data, bytes[0].n_bytes);
    assert_memory_not_equal(bytes[0].data, bytes[2].data, bytes[0].n_bytes);
    for (size_t i = 0; i < 3; i++)
        sit_buf_release(&bytes[i]);
    posters_release(&posters);
    free(path);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        n_seeds = strtoul(argv[1], NULL, 10);
    if (n_seeds < 2 || n_seeds > MAX_SEEDS)
        return 2;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seeds_do_as_well_as_those_of_pytorch),
        cmocka_unit_test(the_same_seed_gives_the_same_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
