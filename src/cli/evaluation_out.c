/*
 * An evaluation as text.
 */
#include "evaluation_out.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "sitter/text.h"

/* Right-align or left-align a class name (text from the file) to a width in cells. */
static void put_name(const char *name, size_t n_cells, bool right)
{
    struct sit_buf fitted = {0};
    sit_text_fit(&fitted, name, n_cells);
    size_t width = sit_text_width(sit_buf_text(&fitted));
    int padding = width < n_cells ? (int)(n_cells - width) : 0;
    if (right)
        printf("%*s%s", padding, "", sit_buf_text(&fitted));
    else
        printf("%s%*s", sit_buf_text(&fitted), padding, "");
    sit_buf_release(&fitted);
}

/* A share right-aligned to a width; "-" where it is not defined. */
static void put_share(double share, int n_cells)
{
    if (isfinite(share))
        printf("%*.3f", n_cells, share);
    else
        printf("%*s", n_cells, "-");
}

static void print_confusion(const struct sit_evaluation *e)
{
    enum { NAME_CELLS = 12 };
    printf("  %-*s", NAME_CELLS + 6, "truth \\ predicted");
    for (size_t k = 0; k < e->n_classes; k++)
        put_name(e->classes[k].name, NAME_CELLS, true);
    printf("   precision  recall      F1\n");
    for (size_t t = 0; t < e->n_classes; t++) {
        const struct sit_class_metrics *m = &e->metrics.classes[t];
        printf("  ");
        put_name(e->classes[t].name, NAME_CELLS + 6, false);
        for (size_t p = 0; p < e->n_classes; p++)
            printf("%*zu", NAME_CELLS, e->metrics.confusion[t][p]);
        put_share(m->precision, 12);
        put_share(m->recall, 8);
        put_share(m->f1, 8);
        printf("\n");
    }
}

static void print_leak(const struct sit_leak *leak)
{
    if (leak->n_sources_on_both_sides == 0)
        return;
    printf(
        "careful: %zu of %zu sources have faces in train and in test; %zu of %zu test "
        "faces are of such sources, so the test figures are flattered\n",
        leak->n_sources_on_both_sides, leak->n_sources, leak->n_test_faces_affected,
        leak->n_test_faces);
}

void print_evaluation(const struct sit_evaluation *e)
{
    printf("model %lld: ", (long long)e->model_id);
    cli_put_safe(e->head);
    printf(" on ");
    cli_put_safe(e->features);
    if (isfinite(e->c))
        printf(", C = %.4g", e->c);
    printf(", trained on %zu face%s in %.0f ms\n", e->n_train, cli_plural(e->n_train),
           e->train_ms);
    const struct sit_metrics *m = &e->metrics;
    if (!e->has_metrics) {
        printf("no labelled %s faces to judge it on\n",
               strcmp(e->split, "test") == 0 ? "test" : "train");
        return;
    }
    const char *what = strcmp(e->split, "cv") == 0      ? "train, out-of-fold"
                       : strcmp(e->split, "train") == 0 ? "train, seen in training"
                                                        : "test";
    printf("%s: accuracy %.4f (%zu of %zu, 95 %% interval %.3f to %.3f)\n", what,
           m->accuracy, m->n_correct, m->n, m->accuracy_low, m->accuracy_high);
    printf("balanced accuracy %.4f, log-loss %.4f, Brier %.4f", m->balanced_accuracy,
           m->log_loss, m->brier);
    if (isfinite(m->auc))
        printf(", AUC %.4f", m->auc);
    printf("\n");
    print_confusion(e);
    print_leak(&e->leak);
}
