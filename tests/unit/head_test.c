/*
 * Heads as their users see them: training, prediction, out-of-fold, storage; and what
 * they refuse.
 */
#include "test_support.h"

#include <math.h>

#include "sitter/file.h"
#include "sitter/head.h"
#include "sitter/rng.h"

/* Rows scattered around one centre a class, two rows a source. */
struct sample {
    struct sit_dataset data;
    float *x;
    uint8_t *y;
    uint32_t *group;
};

static struct sample make_sample(size_t n, size_t d, size_t n_classes, double distance)
{
    struct sample s = {.x = malloc(n * d * sizeof(float)),
                       .y = malloc(n),
                       .group = malloc(n * sizeof(uint32_t))};
    struct sit_rng rng;
    sit_rng_init(&rng, n * 31 + d);
    assert_true(s.x != NULL && s.y != NULL && s.group != NULL);
    for (size_t i = 0; i < n; i++) {
        s.y[i] = (uint8_t)(i % n_classes);
        s.group[i] = (uint32_t)(i / n_classes / 2 * n_classes + i % n_classes);
        for (size_t j = 0; j < d; j++)
            s.x[i * d + j] = (float)(3 + 10 * sit_rng_normal(&rng) +
                                     (j % n_classes == s.y[i] ? 10 * distance : 0));
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

static struct sit_head_options make_options(enum sit_head_kind kind)
{
    struct sit_head_options options;
    sit_head_options_init(&options, kind);
    if (kind == SIT_HEAD_LOGISTIC)
        options.c = 1;
    options.n_epochs = 40;
    options.hidden[0] = 16;
    options.hidden[1] = 8;
    options.dropout = 0.1;
    return options;
}

static double accuracy(const struct sit_dataset *data, const float *p)
{
    size_t n_correct = 0;
    for (size_t i = 0; i < data->n; i++) {
        double sum = 0;
        size_t best = 0;
        for (size_t k = 0; k < data->n_classes; k++) {
            float value = p[i * data->n_classes + k];
            assert_true(value >= 0 && value <= 1);
            sum += (double)value;
            if (value > p[i * data->n_classes + best])
                best = k;
        }
        assert_true(fabs(sum - 1) < 1e-5);
        n_correct += best == data->y[i];
    }
    return (double)n_correct / (double)data->n;
}

static void all_kinds_learn_and_store(void **state)
{
    (void)state;
    static const size_t shapes[][3] = {
        {60, 8, 2}, {30, 60, 2}, {90, 12, 3}, {80, 40, 10}};
    for (size_t k = 0; k < 4; k++)
        for (int kind = SIT_HEAD_LOGISTIC; kind <= SIT_HEAD_MLP; kind++) {
            struct sample s = make_sample(shapes[k][0], shapes[k][1], shapes[k][2], 3);
            struct sit_head_options options = make_options((enum sit_head_kind)kind);
            struct sit_head *head = NULL, *back = NULL;
            struct sit_head_report report;
            size_t n_p = s.data.n * s.data.n_classes;
            float *p = calloc(n_p, sizeof *p), *q = calloc(n_p, sizeof *q);
            options.n_epochs = 150;
            assert_ok(
                sit_head_train(&s.data, NULL, &options, NULL, &head, &report, err));
            assert_int_equal(sit_head_dim(head), s.data.d);
            assert_int_equal(sit_head_n_classes(head), s.data.n_classes);
            assert_int_equal(sit_head_get_kind(head), kind);
            assert_ok(sit_head_predict(head, s.x, s.data.n, s.data.d, p, err));
            assert_true(accuracy(&s.data, p) > 0.9);
            assert_true(isfinite(report.objective) && report.converged);
            assert_true(kind == SIT_HEAD_MLP ? isnan(report.c) : report.c == 1);
            struct sit_buf bytes = {0};
            sit_buf_append_text(&bytes, "abc"); /* appended, not replaced */
            assert_ok(sit_head_serialise(head, &bytes, err));
            assert_ok(
                sit_head_parse(bytes.data + 3, bytes.n_bytes - 3, "h", &back, err));
            assert_ok(sit_head_predict(back, s.x, s.data.n, s.data.d, q, err));
            assert_memory_equal(p, q, n_p * sizeof *p);
            sit_buf_release(&bytes);
            sit_head_free(head);
            sit_head_free(back);
            free(p);
            free(q);
            free_sample(&s);
        }
}

static void one_row_predicts_as_among_many(void **state)
{
    (void)state;
    struct sample s = make_sample(100, 20, 3, 1);
    struct sit_head_options options = make_options(SIT_HEAD_LOGISTIC);
    struct sit_head *head = NULL;
    float p[300], one[3];
    assert_ok(sit_head_train(&s.data, NULL, &options, NULL, &head, NULL, err));
    assert_ok(sit_head_predict(head, s.x, 100, 20, p, err));
    for (size_t i = 0; i < 100; i++) {
        assert_ok(sit_head_predict(head, s.x + i * 20, 1, 20, one, err));
        assert_memory_equal(one, p + 3 * i, sizeof one);
    }
    assert_ok(sit_head_predict(head, s.x, 0, 20, p, err));
    sit_head_free(head);
    free_sample(&s);
}

static void expect_train(const struct sit_dataset *data,
                         const struct sit_head_options *options, enum sit_status status,
                         const char *message_part)
{
    struct sit_head *head = NULL;
    struct sit_head_report report = {.c = 123};
    struct sit_error failure = {0};
    assert_int_equal(
        sit_head_train(data, NULL, options, NULL, &head, &report, &failure), status);
    if (strstr(failure.message, message_part) == NULL)
        fail_msg("'%s' does not say '%s'", failure.message, message_part);
    assert_null(head);
    assert_true(report.c == 123);
}

static void bad_data_is_refused(void **state)
{
    (void)state;
    struct sample s = make_sample(20, 4, 2, 1);
    for (int kind = SIT_HEAD_LOGISTIC; kind <= SIT_HEAD_MLP; kind++) {
        struct sit_head_options options = make_options((enum sit_head_kind)kind);
        struct sit_dataset data = s.data;
        data.n = 0;
        expect_train(&data, &options, SIT_E_ARG, "no rows");
        data.n = 1;
        expect_train(&data, &options, SIT_E_ARG, "all are of class 0");
        data = s.data;
        data.n_classes = 1;
        expect_train(&data, &options, SIT_E_ARG, "only one class");
        data.n_classes = SIT_HEAD_MAX_CLASSES + 1;
        expect_train(&data, &options, SIT_E_ARG, "17 classes");
        data.n_classes = 3;
        expect_train(&data, &options, SIT_E_ARG, "none is of class 2");
        data = s.data;
        data.d = 0;
        expect_train(&data, &options, SIT_E_ARG, "0 features");
        const uint8_t ones[20] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                  1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
        data = s.data;
        data.y = ones;
        expect_train(&data, &options, SIT_E_ARG, "all are of class 1");
        s.y[7] = 2;
        expect_train(&s.data, &options, SIT_E_ARG, "row 7 has class 2");
        s.y[7] = 1;
        float held = s.x[4 * 5 + 2];
        s.x[4 * 5 + 2] = NAN;
        expect_train(&s.data, &options, SIT_E_NUMERIC, "row 5, column 2");
        s.x[4 * 5 + 2] = -INFINITY;
        expect_train(&s.data, &options, SIT_E_NUMERIC, "row 5, column 2");
        s.x[4 * 5 + 2] = held;
    }
    free_sample(&s);
}

static void bad_options_are_refused(void **state)
{
    (void)state;
    struct sample s = make_sample(20, 4, 2, 1);
    struct sit_head_options o = make_options(SIT_HEAD_LOGISTIC);
    o.c = -1;
    expect_train(&s.data, &o, SIT_E_ARG, "C is -1");
    o.c = NAN;
    expect_train(&s.data, &o, SIT_E_ARG, "C is");
    o.kind = (enum sit_head_kind)9;
    expect_train(&s.data, &o, SIT_E_ARG, "kind of head 9");
    o = make_options(SIT_HEAD_MLP);
    o.n_hidden = SIT_HEAD_MAX_HIDDEN + 1;
    expect_train(&s.data, &o, SIT_E_ARG, "9 hidden layers");
    o = make_options(SIT_HEAD_MLP);
    o.hidden[1] = 0;
    expect_train(&s.data, &o, SIT_E_ARG, "hidden layer 2 has 0");
    o.hidden[1] = SIZE_MAX;
    expect_train(&s.data, &o, SIT_E_ARG, "hidden layer 2");
    o.hidden[0] = o.hidden[1] = 65536;
    expect_train(&s.data, &o, SIT_E_ARG, "parameters");
    o = make_options(SIT_HEAD_MLP);
    o.n_epochs = 0;
    expect_train(&s.data, &o, SIT_E_ARG, "epochs");
    o = make_options(SIT_HEAD_MLP);
    o.batch_size = 0;
    expect_train(&s.data, &o, SIT_E_ARG, "batch size");
    o = make_options(SIT_HEAD_MLP);
    o.dropout = 1;
    expect_train(&s.data, &o, SIT_E_ARG, "dropout");
    o.dropout = NAN;
    expect_train(&s.data, &o, SIT_E_ARG, "dropout");
    o = make_options(SIT_HEAD_MLP);
    o.learning_rate = 0;
    expect_train(&s.data, &o, SIT_E_ARG, "learning rate");
    free_sample(&s);
    assert_string_equal(sit_head_kind_name(SIT_HEAD_LOGISTIC), "logistic");
    assert_string_equal(sit_head_kind_name(SIT_HEAD_MLP), "mlp");
    assert_null(sit_head_kind_name((enum sit_head_kind)0));
}

static void odd_data_still_trains(void **state)
{
    (void)state;
    for (int kind = SIT_HEAD_LOGISTIC; kind <= SIT_HEAD_MLP; kind++) {
        struct sit_head_options options = make_options((enum sit_head_kind)kind);
        struct sample s = make_sample(24, 5, 2, 2);
        struct sit_head *head = NULL;
        float p[48];
        /* Nothing but constants: the shares of the classes are all there is. */
        for (size_t i = 0; i < 24 * 5; i++)
            s.x[i] = 0.1f;
        assert_ok(sit_head_train(&s.data, NULL, &options, NULL, &head, NULL, err));
        assert_ok(sit_head_predict(head, s.x, 24, 5, p, err));
        assert_true(fabsf(p[0] - 0.5f) < (kind == SIT_HEAD_LOGISTIC ? 1e-6f : 0.2f));
        sit_head_free(head);
        head = NULL;
        /* The same row over and over, with both labels; enormous values. */
        for (size_t i = 0; i < 24; i++)
            for (size_t j = 0; j < 5; j++)
                s.x[i * 5 + j] = i < 12 ? 3e38f : -3e38f;
        assert_ok(sit_head_train(&s.data, NULL, &options, NULL, &head, NULL, err));
        assert_ok(sit_head_predict(head, s.x, 24, 5, p, err));
        accuracy(&s.data, p);
        sit_head_free(head);
        free_sample(&s);
        /* Two rows. */
        head = NULL;
        s = make_sample(2, 3, 2, 5);
        assert_ok(sit_head_train(&s.data, NULL, &options, NULL, &head, NULL, err));
        assert_ok(sit_head_predict(head, s.x, 2, 3, p, err));
        assert_true(accuracy(&s.data, p) == 1);
        sit_head_free(head);
        free_sample(&s);
    }
}

static void prediction_refuses_what_does_not_fit(void **state)
{
    (void)state;
    struct sample s = make_sample(20, 4, 2, 1);
    struct sit_head_options options = make_options(SIT_HEAD_LOGISTIC);
    struct sit_head *head = NULL;
    struct sit_error failure;
    float p[40];
    assert_ok(sit_head_train(&s.data, NULL, &options, NULL, &head, NULL, err));
    assert_int_equal(sit_head_predict(head, s.x, 10, 5, p, &failure), SIT_E_ARG);
    assert_non_null(strstr(failure.message, "5 columns"));
    s.x[6] = INFINITY;
    assert_int_equal(sit_head_predict(head, s.x, 10, 4, p, &failure), SIT_E_NUMERIC);
    assert_non_null(strstr(failure.message, "row 1, column 2"));
    sit_head_free(head);
    sit_head_free(NULL);
    free_sample(&s);
}

/* A progress that records its last text and stops at a call. */
struct listener {
    size_t n_calls, stop_at, most_done, total;
    char last_text[200];
};

static bool listen(void *context, size_t done, size_t total, const char *text)
{
    struct listener *l = context;
    if (text != NULL)
        snprintf(l->last_text, sizeof l->last_text, "%s", text);
    if (done > l->most_done)
        l->most_done = done;
    l->total = total;
    return ++l->n_calls != l->stop_at;
}

static void training_tells_and_stops(void **state)
{
    (void)state;
    struct sample s = make_sample(40, 6, 2, 1), held = make_sample(10, 6, 2, 1);
    for (int kind = SIT_HEAD_LOGISTIC; kind <= SIT_HEAD_MLP; kind++) {
        struct sit_head_options options = make_options((enum sit_head_kind)kind);
        struct sit_head *head = NULL;
        struct sit_error failure;
        if (kind == SIT_HEAD_LOGISTIC)
            options.c = 0;
        struct listener l = {.stop_at = 3};
        struct sit_progress progress = {listen, &l};
        assert_int_equal(
            sit_head_train(&s.data, NULL, &options, &progress, &head, NULL, &failure),
            SIT_E_CANCELLED);
        assert_int_equal(l.n_calls, 3);
        assert_null(head);
        l = (struct listener){.stop_at = 0};
        assert_ok(
            sit_head_train(&s.data, &held.data, &options, &progress, &head, NULL, err));
        if (kind == SIT_HEAD_MLP) {
            assert_int_equal(l.total, 40);
            assert_int_equal(l.n_calls, 40);
            assert_non_null(strstr(l.last_text, "epoch 40, loss 0."));
            assert_non_null(strstr(l.last_text, ", held-out "));
        } else {
            assert_int_equal(l.most_done, 50);
        }
        sit_head_free(head);
        float p[80];
        l = (struct listener){.stop_at = 5};
        assert_int_equal(
            sit_head_out_of_fold(&s.data, &options, 4, &progress, p, &failure),
            SIT_E_CANCELLED);
        l = (struct listener){.stop_at = 0};
        assert_ok(sit_head_out_of_fold(&s.data, &options, 4, &progress, p, err));
        /* an MLP's folds may end in any order */
        assert_non_null(strstr(l.last_text, kind == SIT_HEAD_MLP ? " of 4: epoch 40"
                                                                 : "fold 4 of 4: "));
    }
    free_sample(&s);
    free_sample(&held);
}

static void cross_validation_reports(void **state)
{
    (void)state;
    for (size_t n_classes = 2; n_classes <= 3; n_classes++) {
        struct sample s = make_sample(20 * n_classes, 30, n_classes, 0.4);
        struct sit_head_options options = make_options(SIT_HEAD_LOGISTIC);
        struct sit_head *head = NULL;
        struct sit_head_report report;
        options.c = 0;
        assert_ok(sit_head_train(&s.data, NULL, &options, NULL, &head, &report, err));
        assert_int_equal(report.n_cv, SIT_HEAD_N_CV_C);
        assert_true(fabs(report.cv[0].c - 1e-4) < 1e-16);
        assert_true(fabs(report.cv[9].c - 1e4) < 1e-8);
        size_t best = 0, chosen = SIZE_MAX;
        for (size_t i = 0; i < report.n_cv; i++) {
            assert_true(report.cv[i].mean_log_loss > 0 && report.cv[i].se_log_loss > 0);
            if (report.cv[i].mean_log_loss < report.cv[best].mean_log_loss)
                best = i;
            if (report.cv[i].c == report.c)
                chosen = i;
        }
        assert_true(chosen <= best);
        double limit = report.cv[best].mean_log_loss + report.cv[best].se_log_loss;
        assert_true(report.cv[chosen].mean_log_loss <= limit);
        for (size_t i = 0; i < chosen; i++)
            assert_true(report.cv[i].mean_log_loss > limit);
        sit_head_free(head);
        free_sample(&s);
    }
}

static void few_sources(void **state)
{
    (void)state;
    struct sample s = make_sample(20, 6, 2, 3);
    struct sit_head_options options = make_options(SIT_HEAD_LOGISTIC);
    struct sit_head *head = NULL;
    struct sit_error failure;
    float p[60];
    options.c = 0;
    for (size_t i = 0; i < 20; i++)
        s.group[i] = (uint32_t)(i / 5); /* 4 sources for 5 folds */
    expect_train(&s.data, &options, SIT_E_ARG, "4 sources are too few for 5 folds");
    options.c = 1;
    assert_int_equal(sit_head_out_of_fold(&s.data, &options, 5, NULL, p, &failure),
                     SIT_E_ARG);
    assert_int_equal(sit_head_out_of_fold(&s.data, &options, 1, NULL, p, &failure),
                     SIT_E_ARG);
    /* A class of a single source: its fold's head has never seen it. */
    for (size_t i = 0; i < 20; i++) {
        s.group[i] = (uint32_t)i;
        s.y[i] = i == 0 ? 2 : i % 2;
    }
    s.data.n_classes = 3;
    for (int kind = SIT_HEAD_LOGISTIC; kind <= SIT_HEAD_MLP; kind++) {
        options = make_options((enum sit_head_kind)kind);
        assert_ok(sit_head_out_of_fold(&s.data, &options, 5, NULL, p, err));
        assert_true(p[2] == 0 && p[0] + p[1] > 0.999f);
        accuracy(&s.data, p);
    }
    options = make_options(SIT_HEAD_LOGISTIC);
    options.c = 0;
    assert_ok(sit_head_train(&s.data, NULL, &options, NULL, &head, NULL, err));
    sit_head_free(head);
    /* One source of each class in two: what is left has one class. */
    for (size_t i = 0; i < 20; i++) {
        s.y[i] = i >= 10;
        s.group[i] = s.y[i];
    }
    s.data.n_classes = 2;
    options.c = 1;
    assert_ok(sit_head_out_of_fold(&s.data, &options, 2, NULL, p, err));
    assert_true(p[0] == 0 && p[1] == 1 && p[2 * 19] == 1 && p[2 * 19 + 1] == 0);
    free_sample(&s);
}

static void out_of_fold_sees_no_row_of_the_source(void **state)
{
    (void)state;
    /* Labels by coin, two equal rows a source: whoever peeks is right, others are not.
     */
    enum { N = 200, D = 150 };
    struct sample s = make_sample(N, D, 2, 0);
    struct sit_rng rng;
    sit_rng_init(&rng, 77);
    for (size_t i = 0; i < N; i += 2) {
        s.y[i] = s.y[i + 1] = (uint8_t)sit_rng_below(&rng, 2);
        s.group[i] = s.group[i + 1] = (uint32_t)(5000 - i);
        memcpy(s.x + (i + 1) * D, s.x + i * D, D * sizeof *s.x);
    }
    struct sit_head_options options = make_options(SIT_HEAD_LOGISTIC);
    struct sit_head *head = NULL;
    float p[2 * N];
    assert_ok(sit_head_train(&s.data, NULL, &options, NULL, &head, NULL, err));
    assert_ok(sit_head_predict(head, s.x, N, D, p, err));
    assert_true(accuracy(&s.data, p) == 1);
    assert_ok(sit_head_out_of_fold(&s.data, &options, 5, NULL, p, err));
    double without_peeking = accuracy(&s.data, p);
    assert_true(without_peeking > 0.3 && without_peeking < 0.7);
    sit_head_free(head);
    free_sample(&s);
}

static void balanced_weights_move_the_border(void **state)
{
    (void)state;
    struct sample s = make_sample(100, 2, 2, 0);
    for (size_t i = 0; i < 100; i++)
        s.y[i] = i % 10 == 0;
    struct sit_head_options options = make_options(SIT_HEAD_LOGISTIC);
    options.c = 1e-6; /* all but the intercept vanishes */
    for (int balanced = 0; balanced < 2; balanced++) {
        struct sit_head *head = NULL;
        float p[200];
        options.balanced = balanced;
        assert_ok(sit_head_train(&s.data, NULL, &options, NULL, &head, NULL, err));
        assert_ok(sit_head_predict(head, s.x, 100, 2, p, err));
        assert_true(fabsf(p[1] - (balanced ? 0.5f : 0.1f)) < 1e-3f);
        sit_head_free(head);
    }
    free_sample(&s);
}

/* Put the right checksum on changed bytes. */
static void sign_bytes(struct sit_buf *bytes)
{
    size_t n = bytes->n_bytes - SIT_SHA256_BYTES;
    sit_sha256(bytes->data, n, (uint8_t *)bytes->data + n);
}

static void expect_parse_fails(const struct sit_buf *bytes, size_t n_bytes,
                               const char *message_part)
{
    struct sit_head *head = NULL;
    struct sit_error failure = {0};
    assert_int_equal(sit_head_parse(bytes->data, n_bytes, "model 3", &head, &failure),
                     SIT_E_FORMAT);
    assert_null(head);
    if (strstr(failure.message, message_part) == NULL ||
        strstr(failure.message, "model 3") == NULL)
        fail_msg("'%s' does not say '%s'", failure.message, message_part);
}

/* Change one 32-bit field, sign, and expect the parser to notice. */
static void expect_field_fails(const struct sit_buf *good, size_t offset,
                               uint32_t value, const char *message_part)
{
    struct sit_buf bytes = {0};
    sit_buf_append(&bytes, good->data, good->n_bytes);
    for (size_t i = 0; i < 4; i++)
        bytes.data[offset + i] = (char)(value >> (8 * i) & 255);
    sign_bytes(&bytes);
    expect_parse_fails(&bytes, bytes.n_bytes, message_part);
    sit_buf_release(&bytes);
}

static void damaged_bytes_are_refused(void **state)
{
    (void)state;
    struct sample s = make_sample(20, 3, 2, 1);
    for (int kind = SIT_HEAD_LOGISTIC; kind <= SIT_HEAD_MLP; kind++) {
        struct sit_head_options options = make_options((enum sit_head_kind)kind);
        struct sit_head *head = NULL;
        struct sit_buf bytes = {0};
        options.n_epochs = 1;
        assert_ok(sit_head_train(&s.data, NULL, &options, NULL, &head, NULL, err));
        assert_ok(sit_head_serialise(head, &bytes, err));
        for (size_t n = 0; n < bytes.n_bytes; n++)
            expect_parse_fails(&bytes, n, "");
        for (size_t i = 0; i < bytes.n_bytes; i++) {
            bytes.data[i] = (char)(bytes.data[i] ^ 0x10);
            expect_parse_fails(&bytes, bytes.n_bytes, "");
            bytes.data[i] = (char)(bytes.data[i] ^ 0x10);
        }
        expect_field_fails(&bytes, 8, 3, "version 3");
        expect_field_fails(&bytes, 12, 9, "impossible");
        expect_field_fails(&bytes, 16, 0, "impossible");
        expect_field_fails(&bytes, 16, 0xffffffff, "impossible");
        expect_field_fails(&bytes, 16, 4, "impossible");
        expect_field_fails(&bytes, 20, 1, "impossible");
        expect_field_fails(&bytes, 20, 17, "impossible");
        expect_field_fails(&bytes, 28, 0x80000000, "temperature");
        expect_field_fails(&bytes, 28, 0x7ff00000, "not finite");
        size_t arrays = kind == SIT_HEAD_MLP ? 48 : 32;
        if (kind == SIT_HEAD_MLP) {
            expect_field_fails(&bytes, 32, 0, "impossible");
            expect_field_fails(&bytes, 32, 2, "impossible");
            expect_field_fails(&bytes, 32, 65, "impossible");
            expect_field_fails(&bytes, 36, 9, "impossible");
            expect_field_fails(&bytes, 40, 0, "impossible");
            expect_field_fails(&bytes, 40, 65536, "impossible");
            expect_field_fails(&bytes, 40, 1, "more than its sizes need");
        }
        expect_field_fails(&bytes, arrays + 4, 0x7ff00000, "not finite");
        expect_field_fails(&bytes, arrays + 24 + 4, 0x80000000, "not above 0");
        expect_field_fails(&bytes, bytes.n_bytes - 36, 0x7ff80001, "not finite");
        sit_buf_release(&bytes);
        sit_head_free(head);
    }
    free_sample(&s);
}

/* What version 1 was: no temperature, no number of members, and the number of hidden
 * layers for all kinds. */
static void make_version_1(const struct sit_buf *bytes, int kind, struct sit_buf *old)
{
    static const char no_hidden[4];
    sit_buf_append(old, bytes->data, 24);
    old->data[8] = 1;
    if (kind == SIT_HEAD_LOGISTIC)
        sit_buf_append(old, no_hidden, sizeof no_hidden);
    size_t rest = kind == SIT_HEAD_MLP ? 36 : 32;
    sit_buf_append(old, bytes->data + rest, bytes->n_bytes - rest);
    sign_bytes(old);
}

static void heads_of_version_1_are_read(void **state)
{
    (void)state;
    struct sample s = make_sample(20, 3, 2, 1);
    for (int kind = SIT_HEAD_LOGISTIC; kind <= SIT_HEAD_MLP; kind++) {
        struct sit_head_options options = make_options((enum sit_head_kind)kind);
        struct sit_head *head = NULL, *back = NULL;
        struct sit_buf bytes = {0}, old = {0};
        float p[40], p_back[40];
        options.n_epochs = 1;
        assert_ok(sit_head_train(&s.data, NULL, &options, NULL, &head, NULL, err));
        assert_ok(sit_head_serialise(head, &bytes, err));
        make_version_1(&bytes, kind, &old);
        assert_ok(sit_head_parse(old.data, old.n_bytes, "old", &back, err));
        assert_ok(sit_head_predict(head, s.x, 20, 3, p, err));
        assert_ok(sit_head_predict(back, s.x, 20, 3, p_back, err));
        assert_memory_equal(p, p_back, sizeof p);
        sit_head_free(head);
        sit_head_free(back);
        sit_buf_release(&bytes);
        sit_buf_release(&old);
    }
    free_sample(&s);
}

static void temperature_softens_and_is_stored(void **state)
{
    (void)state;
    struct sample s = make_sample(60, 3, 3, 1);
    struct sit_head_options options = make_options(SIT_HEAD_LOGISTIC);
    struct sit_head *head = NULL, *back = NULL;
    struct sit_buf bytes = {0};
    float plain[180], soft[180], again[180];
    assert_ok(sit_head_train(&s.data, NULL, &options, NULL, &head, NULL, err));
    assert_ok(sit_head_predict(head, s.x, 60, 3, plain, err));
    assert_int_equal(sit_head_set_temperature(head, 0, NULL), SIT_E_ARG);
    assert_true(sit_head_temperature(head) == 1);
    assert_ok(sit_head_set_temperature(head, 2, err));
    assert_ok(sit_head_predict(head, s.x, 60, 3, soft, err));
    for (size_t i = 0; i < 60; i++) {
        double sum = 0;
        for (size_t k = 0; k < 3; k++)
            sum += sqrt((double)plain[3 * i + k]);
        for (size_t k = 0; k < 3; k++) {
            double expected = sqrt((double)plain[3 * i + k]) / sum;
            assert_true(fabs((double)soft[3 * i + k] - expected) < 1e-6);
        }
    }
    assert_ok(sit_head_serialise(head, &bytes, err));
    assert_ok(sit_head_parse(bytes.data, bytes.n_bytes, "soft", &back, err));
    assert_ok(sit_head_predict(back, s.x, 60, 3, again, err));
    assert_memory_equal(soft, again, sizeof soft);
    sit_buf_release(&bytes);
    sit_head_free(head);
    sit_head_free(back);
    free_sample(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads_of_version_1_are_read),
        cmocka_unit_test(temperature_softens_and_is_stored),
        cmocka_unit_test(all_kinds_learn_and_store),
        cmocka_unit_test(one_row_predicts_as_among_many),
        cmocka_unit_test(bad_data_is_refused),
        cmocka_unit_test(bad_options_are_refused),
        cmocka_unit_test(odd_data_still_trains),
        cmocka_unit_test(prediction_refuses_what_does_not_fit),
        cmocka_unit_test(training_tells_and_stops),
        cmocka_unit_test(cross_validation_reports),
        cmocka_unit_test(few_sources),
        cmocka_unit_test(out_of_fold_sees_no_row_of_the_source),
        cmocka_unit_test(balanced_weights_move_the_border),
        cmocka_unit_test(damaged_bytes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
