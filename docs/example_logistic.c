/*
 * Training a logistic head from one's own program, without a project file: see
 * library.md.
 *
 *     cc example_logistic.c $(pkg-config --cflags --libs sitter) -o example_logistic
 */
#include <stdio.h>

#include <sitter/alo.h>
#include <sitter/head.h>
#include <sitter/live_head.h>

enum { N = 12, D = 2 };

/* Twelve rows of two features: their classes, and the source each comes from. */
static const float x[N * D] = {1.0F, 0.2F, 1.4F, 0.9F, 0.7F, 0.1F, 2.0F, 0.4F,
                               1.1F, 0.8F, 0.4F, 1.2F, 0.3F, 2.1F, 0.2F, 1.7F,
                               0.9F, 2.4F, 0.1F, 1.1F, 0.6F, 1.9F, 1.2F, 0.7F};
static const uint8_t y[N] = {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1};
static const uint32_t source[N] = {0, 0, 1, 1, 2, 3, 4, 4, 5, 5, 6, 7};

static int fail(const struct sit_error *err)
{
    fprintf(stderr, "example_logistic: %s\n", err->message);
    return 1;
}

int main(void)
{
    struct sit_dataset data = {x, y, source, N, D, 2};
    struct sit_head_options options;
    struct sit_head_report report;
    struct sit_head *head = NULL;
    struct sit_live_head *live = NULL;
    struct sit_error err;
    float p[N * 2];
    int code = 1;

    /* C by cross-validation would be options.c = 0. */
    sit_head_options_init(&options, SIT_HEAD_LOGISTIC);
    options.c = 1;
    if (sit_head_train(&data, NULL, &options, NULL, &head, &report, &err) != SIT_OK ||
        sit_head_predict(head, x, N, D, p, &err) != SIT_OK) {
        code = fail(&err);
        goto done;
    }
    printf("objective %.4f after %zu steps, p(1) of the last row %.3f\n",
           report.objective, report.n_iterations, (double)p[2 * N - 1]);

    /* What the head would have said without having seen the row's source. */
    if (sit_alo(head, &data, options.c, options.balanced, SIT_ALO_SOURCE, p, &err) !=
        SIT_OK) {
        code = fail(&err);
        goto done;
    }
    int n_right = 0;
    for (int i = 0; i < N; i++)
        n_right += (p[2 * i + 1] > 0.5F) == (y[i] == 1);
    printf("out of sample %d of %d are right\n", n_right, N);

    /* Labels that come one by one. */
    if (sit_live_head_new(D, 2, options.c, false, &live, &err) != SIT_OK) {
        code = fail(&err);
        goto done;
    }
    for (int i = 0; i < N; i++) {
        int at = i % 2 == 0 ? i / 2 : N - 1 - i / 2; /* both classes from early on */
        if (sit_live_head_add(live, x + at * D, y[at], &err) != SIT_OK ||
            (i > 0 && sit_live_head_fit(live, NULL, NULL, &err) != SIT_OK)) {
            code = fail(&err);
            goto done;
        }
    }
    if (sit_live_head_predict(live, x, N, p, &err) != SIT_OK) {
        code = fail(&err);
        goto done;
    }
    printf("the live head says %.3f of it\n", (double)p[2 * N - 1]);
    code = 0;
done:
    sit_live_head_free(live);
    sit_head_free(head);
    return code;
}
