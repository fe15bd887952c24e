/*
 * The perceptron on the poster faces: mean test accuracy over five seeds, and the same
 * bytes from the same seed.
 */
#include "posters_data.h"

#include "sitter/metrics.h"

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

static void mean_accuracy_over_seeds(void **state)
{
    (void)state;
    struct posters posters;
    char *path = test_shared_path("data/posters/faceres-1024.npy");
    skip_without(path);
    assert_true(posters_load(&posters));
    float *p = sit_malloc_array(posters.test.n, 2 * sizeof *p);
    double sum = 0;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        struct sit_head *head = train(&posters, seed, 100);
        struct sit_metrics metrics;
        assert_ok(sit_head_predict(head, posters.test_x, posters.test.n, posters.test.d,
                                   p, err));
        assert_ok(
            sit_metrics_compute(p, posters.test_y, posters.test.n, 2, &metrics, err));
        print_message("seed %d: test accuracy %.4f, AUC %.4f\n", (int)seed,
                      metrics.accuracy, metrics.auc);
        sum += metrics.accuracy;
        sit_head_free(head);
    }
    print_message("mean %.4f\n", sum / 5);
    assert_true(sum / 5 >= 0.85);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mean_accuracy_over_seeds),
        cmocka_unit_test(the_same_seed_gives_the_same_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
