/*
 * The MLP as a kind of head: restarts and their mean, early stopping by source, class
 * weights, raw inputs, rows alone and among many, and what it refuses.
 */
#include "test_support.h"

#include <math.h>

#include "mlp_head.h"
#include "sitter/head.h"
#include "sitter/rng.h"

struct sample {
    struct sit_dataset data;
    float *x;
    uint8_t *y;
    uint32_t *group;
};

/* Two rows a source, one centre a class. */
static struct sample make_sample(size_t n, size_t d, size_t n_classes, double distance)
{
    struct sample s = {.x = malloc(n * d * sizeof(float)),
                       .y = malloc(n),
                       .group = malloc(n * sizeof(uint32_t))};
    struct sit_rng rng;
    assert_true(s.x != NULL && s.y != NULL && s.group != NULL);
    sit_rng_init(&rng, n + d);
    for (size_t i = 0; i < n; i++) {
        s.y[i] = (uint8_t)(i / 2 % n_classes);
        s.group[i] = (uint32_t)(1000 + i / 2);
        for (size_t j = 0; j < d; j++)
            s.x[i * d + j] = (float)(5 + 3 * sit_rng_normal(&rng) +
                                     (j % n_classes == s.y[i] ? 3 * distance : 0));
    }
    s.data = (struct sit_dataset){s.x, s.y, s.group, n, d, n_classes};
    return s;
}

static void free_sample(struct sample *s)
{
    free(s->x);
    free(s->y);
    free(s->group);
}

static struct sit_head_options small_options(void)
{
    struct sit_head_options options;
    sit_head_options_init(&options, SIT_HEAD_MLP);
    options.n_epochs = 30;
    options.hidden[0] = 12;
    options.hidden[1] = 5;
    options.dropout = 0.2;
    options.seed = 40;
    return options;
}

static void expect_refused(const struct sit_dataset *data,
                           const struct sit_head_options *options,
                           enum sit_status status, const char *message_part)
{
    struct sit_head *head = NULL;
    struct sit_error failure = {0};
    assert_int_equal(sit_head_train(data, NULL, options, NULL, &head, NULL, &failure),
                     status);
    if (strstr(failure.message, message_part) == NULL)
        fail_msg("'%s' does not say '%s'", failure.message, message_part);
    assert_null(head);
}

static void restarts_are_averaged(void **state)
{
    (void)state;
    enum { N = 64, N_RESTARTS = 3 };
    for (size_t n_classes = 2; n_classes <= 3; n_classes++) {
        struct sample s = make_sample(N, 8, n_classes, 0.5);
        struct sit_head_options options = small_options();
        struct sit_head *together = NULL, *alone = NULL, *back = NULL;
        struct sit_head_report report;
        struct sit_buf bytes = {0};
        float p[3 * N], q[3 * N];
        double mean[3 * N] = {0}, losses = 0;
        options.n_restarts = N_RESTARTS;
        assert_ok(
            sit_head_train(&s.data, NULL, &options, NULL, &together, &report, err));
        assert_ok(sit_head_predict(together, s.x, N, 8, p, err));
        assert_int_equal(report.n_restarts, N_RESTARTS);
        assert_int_equal(report.n_iterations, 30);
        for (size_t m = 0; m < N_RESTARTS; m++) {
            struct sit_head_report one;
            options.n_restarts = 1;
            options.seed = 40 + m;
            assert_ok(sit_head_train(&s.data, NULL, &options, NULL, &alone, &one, err));
            assert_ok(sit_head_predict(alone, s.x, N, 8, q, err));
            for (size_t i = 0; i < N * n_classes; i++)
                mean[i] += (double)q[i] / N_RESTARTS;
            assert_true(one.objective == report.restart[m].loss);
            assert_int_equal(one.n_restarts, 1);
            losses += one.objective;
            sit_head_free(alone);
            alone = NULL;
        }
        assert_true(fabs(losses / N_RESTARTS - report.objective) < 1e-12);
        for (size_t i = 0; i < N * n_classes; i++)
            assert_true(fabs(mean[i] - (double)p[i]) < 1e-6);
        assert_ok(sit_head_serialise(together, &bytes, err));
        assert_ok(sit_head_parse(bytes.data, bytes.n_bytes, "m", &back, err));
        assert_ok(sit_head_predict(back, s.x, N, 8, q, err));
        assert_memory_equal(p, q, N * n_classes * sizeof *p);
        /* The same again to the bit, in whichever order the threads came. */
        struct sit_buf again = {0};
        options.n_restarts = N_RESTARTS;
        options.seed = 40;
        assert_ok(sit_head_train(&s.data, NULL, &options, NULL, &alone, NULL, err));
        assert_ok(sit_head_serialise(alone, &again, err));
        assert_int_equal(bytes.n_bytes, again.n_bytes);
        assert_memory_equal(bytes.data, again.data, bytes.n_bytes);
        struct sit_dense_net net = {0};
        struct sit_error failure;
        assert_int_equal(sit_head_get_layers(together, &net, &failure),
                         SIT_E_UNSUPPORTED);
        assert_non_null(strstr(failure.message, "averages 3 networks"));
        sit_buf_release(&bytes);
        sit_buf_release(&again);
        sit_head_free(alone);
        sit_head_free(together);
        sit_head_free(back);
        free_sample(&s);
    }
}

/* Certain members that contradict each other: their mean is a half, not a number lost.
 */
static void certain_members_average(void **state)
{
    (void)state;
    struct sit_head *head = NULL;
    struct mlp_body *body = NULL;
    const float x[2] = {1, 300};
    float p[4];
    assert_ok(head_new(SIT_HEAD_MLP, 1, 2, &head, err));
    assert_ok(mlp_body_new_members(head, 0, NULL, 2, &body, err));
    body->params[0] = 1e4f;
    body->params[2] = -1e4f;
    head->ops->finish(head);
    assert_ok(sit_head_predict(head, x, 2, 1, p, err));
    for (size_t i = 0; i < 4; i++)
        assert_true(fabsf(p[i] - 0.5f) < 1e-6f);
    body->params[2] = 2e4f;
    head->ops->finish(head);
    assert_ok(sit_head_predict(head, x, 2, 1, p, err));
    assert_true(p[0] == 0 && p[1] == 1);
    body->params[2] = NAN;
    head->ops->finish(head);
    struct sit_error failure;
    assert_int_equal(sit_head_predict(head, x, 2, 1, p, &failure), SIT_E_NUMERIC);
    sit_head_free(head);
}

static void one_row_predicts_as_among_many(void **state)
{
    (void)state;
    enum { N = 9000 }; /* enough for several threads */
    for (size_t n_classes = 2; n_classes <= 3; n_classes++) {
        struct sample s = make_sample(N, 20, n_classes, 0.5);
        struct sit_head_options options = small_options();
        struct sit_head *head = NULL;
        struct sit_dataset few = s.data;
        float *p = malloc(3 * N * sizeof *p), some[3 * 100];
        few.n = 100;
        options.n_epochs = 3;
        options.n_restarts = n_classes - 1;
        assert_ok(sit_head_train(&few, NULL, &options, NULL, &head, NULL, err));
        assert_ok(sit_head_predict(head, s.x, N, 20, p, err));
        for (size_t i = 0; i < N; i += i < 200 ? 1 : 97) {
            assert_ok(sit_head_predict(head, s.x + i * 20, 1, 20, some, err));
            assert_memory_equal(some, p + n_classes * i, n_classes * sizeof *p);
        }
        for (size_t n = 2; n <= 100; n += 7) {
            assert_ok(sit_head_predict(head, s.x + 31 * 20, n, 20, some, err));
            assert_memory_equal(some, p + 31 * n_classes, n * n_classes * sizeof *p);
        }
        sit_head_free(head);
        free(p);
        free_sample(&s);
    }
}

static void early_stopping_reports(void **state)
{
    (void)state;
    struct sample s = make_sample(120, 20, 2, 0.2);
    struct sit_head_options options = small_options();
    struct sit_head *head = NULL;
    struct sit_head_report report;
    options.n_epochs = 400;
    options.learning_rate = 5e-3;
    options.early_stop = 0.2;
    options.patience = 5;
    options.n_restarts = 4;
    assert_ok(sit_head_train(&s.data, NULL, &options, NULL, &head, &report, err));
    size_t most = 0;
    for (size_t m = 0; m < 4; m++) {
        const struct sit_head_restart *r = &report.restart[m];
        assert_int_equal(r->n_epochs, r->best_epoch + 5);
        assert_true(r->n_stop >= 20 && r->n_stop <= 28);
        assert_true(isfinite(r->stop_loss) && isfinite(r->loss));
        most = r->n_epochs > most ? r->n_epochs : most;
    }
    assert_int_equal(report.n_iterations, most);
    sit_head_free(head);
    for (size_t i = 0; i < 120; i++)
        s.group[i] = (uint32_t)(i / 40);
    expect_refused(&s.data, &options, SIT_E_ARG, "needs 5 sources, they are of 3");
    free_sample(&s);
}

/* Nothing to learn but the classes' shares. */
static void balanced_weights_move_the_border(void **state)
{
    (void)state;
    struct sample s = make_sample(200, 2, 2, 0);
    for (size_t i = 0; i < 200; i++)
        s.y[i] = i % 10 == 0;
    struct sit_head_options options = small_options();
    options.n_hidden = 0;
    options.learning_rate = 1e-2;
    for (int balanced = 0; balanced < 2; balanced++) {
        struct sit_head *head = NULL;
        float p[400];
        double mean = 0;
        options.balanced = balanced;
        assert_ok(sit_head_train(&s.data, NULL, &options, NULL, &head, NULL, err));
        assert_ok(sit_head_predict(head, s.x, 200, 2, p, err));
        for (size_t i = 0; i < 200; i++)
            mean += (double)p[2 * i + 1] / 200;
        assert_true(fabs(mean - (balanced ? 0.5 : 0.1)) < 0.06);
        sit_head_free(head);
    }
    free_sample(&s);
}

static void raw_inputs_are_left_alone(void **state)
{
    (void)state;
    struct sample s = make_sample(60, 4, 2, 2);
    struct sit_head_options options = small_options();
    for (int raw = 0; raw < 2; raw++) {
        struct sit_head *head = NULL;
        options.raw_inputs = raw;
        assert_ok(sit_head_train(&s.data, NULL, &options, NULL, &head, NULL, err));
        const struct mlp_body *body = head->body;
        for (size_t j = 0; j < 4; j++) {
            assert_true((body->scaling.mean[j] == 0) == raw);
            assert_true((body->scaling.deviation[j] == 1) == raw);
        }
        sit_head_free(head);
    }
    free_sample(&s);
}

struct listener {
    size_t n_calls, stop_at, last_done, total;
    char last_text[200];
};

static bool listen(void *context, size_t done, size_t total, const char *text)
{
    struct listener *l = context;
    snprintf(l->last_text, sizeof l->last_text, "%s", text);
    l->last_done = done;
    l->total = total;
    return ++l->n_calls != l->stop_at;
}

static void restarts_tell_and_stop(void **state)
{
    (void)state;
    struct sample s = make_sample(40, 6, 2, 1);
    struct sit_head_options options = small_options();
    struct sit_head *head = NULL;
    struct sit_error failure;
    struct listener l = {.stop_at = 17};
    struct sit_progress progress = {listen, &l};
    options.n_restarts = 5;
    assert_int_equal(
        sit_head_train(&s.data, NULL, &options, &progress, &head, NULL, &failure),
        SIT_E_CANCELLED);
    assert_int_equal(l.n_calls, 17); /* and no call after the refusal */
    assert_null(head);
    l = (struct listener){.stop_at = 0};
    assert_ok(sit_head_train(&s.data, &s.data, &options, &progress, &head, NULL, err));
    assert_int_equal(l.n_calls, 150);
    assert_int_equal(l.last_done, 150);
    assert_int_equal(l.total, 150);
    assert_non_null(strstr(l.last_text, " of 5: epoch "));
    assert_non_null(strstr(l.last_text, ", held-out "));
    sit_head_free(head);
    free_sample(&s);
}

/* Folds are trained side by side; each as if alone. */
static void out_of_fold_is_a_head_a_fold(void **state)
{
    (void)state;
    enum { N = 60, D = 5, N_FOLDS = 4 };
    struct sample s = make_sample(N, D, 3, 0.5);
    struct sit_head_options options = small_options();
    uint32_t fold[N], group[N];
    float p[3 * N], alone[3], x[N * D];
    uint8_t y[N];
    assert_ok(sit_folds_assign(s.y, s.group, N, 3, N_FOLDS, fold, err));
    assert_ok(sit_head_out_of_fold(&s.data, &options, N_FOLDS, NULL, p, err));
    for (uint32_t f = 0; f < N_FOLDS; f++) {
        struct sit_head *head = NULL;
        struct sit_dataset train = {x, y, group, 0, D, 3};
        for (size_t i = 0; i < N; i++)
            if (fold[i] != f) {
                memcpy(x + train.n * D, s.x + i * D, D * sizeof *x);
                y[train.n] = s.y[i];
                group[train.n++] = s.group[i];
            }
        assert_ok(sit_head_train(&train, NULL, &options, NULL, &head, NULL, err));
        for (size_t i = 0; i < N; i++)
            if (fold[i] == f) {
                assert_ok(sit_head_predict(head, s.x + i * D, 1, D, alone, err));
                assert_memory_equal(alone, p + 3 * i, sizeof alone);
            }
        sit_head_free(head);
    }
    options.learning_rate = 1e38;
    struct sit_error failure;
    float held = p[0];
    assert_int_equal(
        sit_head_out_of_fold(&s.data, &options, N_FOLDS, NULL, p, &failure),
        SIT_E_NUMERIC);
    assert_non_null(strstr(failure.message, "diverged"));
    assert_true(p[0] == held);
    free_sample(&s);
}

static void odd_rows_train(void **state)
{
    (void)state;
    struct sit_head_options options = small_options();
    for (size_t n_classes = 2; n_classes <= 4; n_classes++) {
        struct sample s = make_sample(2 * n_classes, 3, n_classes, 3);
        struct sit_head *head = NULL;
        float p[16];
        for (size_t k = 0; k < n_classes; k++)
            s.y[k] = (uint8_t)k; /* one row a class */
        s.data.n = n_classes;
        options.batch_size = 1000000;
        options.balanced = true;
        assert_ok(sit_head_train(&s.data, NULL, &options, NULL, &head, NULL, err));
        assert_ok(sit_head_predict(head, s.x, n_classes, 3, p, err));
        sit_head_free(head);
        free_sample(&s);
    }
}

static void bad_options_are_refused(void **state)
{
    (void)state;
    struct sample s = make_sample(40, 3, 2, 1);
    struct sit_head_options o = small_options();
    o.optimiser = (enum sit_head_optimiser)7;
    expect_refused(&s.data, &o, SIT_E_ARG, "optimiser 7");
    o = small_options();
    o.weight_decay = -1;
    expect_refused(&s.data, &o, SIT_E_ARG, "weight decay");
    o.weight_decay = NAN;
    expect_refused(&s.data, &o, SIT_E_ARG, "weight decay");
    o = small_options();
    o.early_stop = 0.6;
    expect_refused(&s.data, &o, SIT_E_ARG, "share of 0.6");
    o.early_stop = NAN;
    expect_refused(&s.data, &o, SIT_E_ARG, "share of");
    o.early_stop = -0.1;
    expect_refused(&s.data, &o, SIT_E_ARG, "share of");
    o = small_options();
    o.patience = 0;
    expect_refused(&s.data, &o, SIT_E_ARG, "patience");
    o = small_options();
    o.n_restarts = 0;
    expect_refused(&s.data, &o, SIT_E_ARG, "0 restarts");
    o.n_restarts = SIT_HEAD_MAX_RESTARTS + 1;
    expect_refused(&s.data, &o, SIT_E_ARG, "65 restarts");
    o = small_options();
    o.n_restarts = SIT_HEAD_MAX_RESTARTS;
    o.hidden[0] = 65536;
    o.hidden[1] = 64; /* 2^22 weights, but 64 times over */
    expect_refused(&s.data, &o, SIT_E_ARG, "parameters");
    o = small_options();
    o.n_restarts = 4;
    o.learning_rate = 1e38;
    expect_refused(&s.data, &o, SIT_E_NUMERIC, "diverged in epoch");
    free_sample(&s);
}

static void optimisers_have_names(void **state)
{
    (void)state;
    enum sit_head_optimiser found = SIT_HEAD_RMSPROP;
    assert_string_equal(sit_head_optimiser_name(SIT_HEAD_ADAMW), "adamw");
    assert_null(sit_head_optimiser_name((enum sit_head_optimiser)3));
    assert_true(sit_head_optimiser_find("adam", &found) && found == SIT_HEAD_ADAM);
    assert_false(sit_head_optimiser_find("sgd", &found));
    assert_int_equal(found, SIT_HEAD_ADAM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(restarts_are_averaged),
        cmocka_unit_test(certain_members_average),
        cmocka_unit_test(one_row_predicts_as_among_many),
        cmocka_unit_test(early_stopping_reports),
        cmocka_unit_test(balanced_weights_move_the_border),
        cmocka_unit_test(raw_inputs_are_left_alone),
        cmocka_unit_test(restarts_tell_and_stop),
        cmocka_unit_test(out_of_fold_is_a_head_a_fold),
        cmocka_unit_test(odd_rows_train),
        cmocka_unit_test(bad_options_are_refused),
        cmocka_unit_test(optimisers_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
