/*
 * What the order of faces is worth: labels train faces whose true labels are known, in
 * the order of each queue, with the session's own queue and live model (without their
 * thread), and prints how good the head is after so many labels, as Markdown.
 *
 *     queue_simulation FEATURES.npy NAMES.txt [SEEDS [VARIANCE]]
 *
 * Names are as in "train/male/132771_1.jpg": split, class, source_number. VARIANCE is C
 * times the features (the session's otherwise).
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "live_learner.h"
#include "sitter/alloc.h"
#include "sitter/metrics.h"
#include "sitter/npy.h"

enum { MAX_FACES = 4096, MAX_SEEDS = 100, N_POINTS = 9 };

static const size_t POINTS[N_POINTS] = {20, 30, 40, 60, 80, 100, 120, 150, 220};
static struct sit_error err;

/* Faces in the order of their files' names, as one folder would be imported. */
struct truth {
    size_t n, d, n_train;
    float *x; /* (n, d) */
    char name[MAX_FACES][64];
    sit_class_index label[MAX_FACES];
    uint8_t split[MAX_FACES];
    uint32_t source[MAX_FACES];
    size_t row[MAX_FACES]; /* in the file */
};
static struct truth truth;

static const char *file_name(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash != NULL ? slash + 1 : name;
}

static int compare_names(const void *a, const void *b)
{
    size_t one = *(const size_t *)a, other = *(const size_t *)b;
    return strcmp(file_name(truth.name[one]), file_name(truth.name[other]));
}

static bool load(const char *matrix, const char *names)
{
    static char found[MAX_FACES][64];
    struct sit_npy npy = {0};
    FILE *file = fopen(names, "r");
    if (file == NULL || sit_npy_open(matrix, &npy, &err) != SIT_OK ||
        npy.n_rows > MAX_FACES)
        return false;
    truth.d = npy.n_cols;
    while (truth.n < npy.n_rows && fscanf(file, "%63s", truth.name[truth.n]) == 1) {
        truth.row[truth.n] = truth.n;
        truth.n++;
    }
    fclose(file);
    truth.x = sit_malloc_array(truth.n, truth.d * sizeof *truth.x);
    if (truth.x == NULL || truth.n != npy.n_rows)
        return false;
    qsort(truth.row, truth.n, sizeof *truth.row, compare_names);
    memcpy(found, truth.name, sizeof found);
    for (size_t i = 0; i < truth.n; i++) {
        const char *name = memcpy(truth.name[i], found[truth.row[i]], 64);
        truth.label[i] = strstr(name, "/male/") != NULL ? 0 : 1;
        truth.split[i] = strncmp(name, "test/", 5) == 0 ? SIT_TEST : SIT_TRAIN;
        truth.n_train += truth.split[i] == SIT_TRAIN;
        truth.source[i] = (uint32_t)strtoul(file_name(name), NULL, 10);
        if (sit_npy_read_rows(&npy, truth.row[i], 1, truth.x + i * truth.d, &err) !=
            SIT_OK)
            return false;
    }
    sit_npy_close(&npy);
    return true;
}

static enum sit_status read_features(void *context, size_t index, float *x, bool *found,
                                     struct sit_error *error)
{
    (void)context, (void)error;
    memcpy(x, truth.x + index * truth.d, truth.d * sizeof *x);
    *found = true;
    return SIT_OK;
}

/* Accuracy on the test faces; with one class known it is all there is to say. */
static double test_accuracy(const struct live_learner *learner)
{
    size_t n = 0, n_right = 0;
    for (size_t i = 0; i < truth.n; i++) {
        float p[SIT_PROJECT_MAX_CLASSES];
        sit_class_index says = SIT_NO_CLASS;
        if (truth.split[i] != SIT_TEST)
            continue;
        if (learner->is_fitted &&
            sit_live_head_predict(learner->head, truth.x + i * truth.d, 1, p, &err) ==
                SIT_OK)
            says = learner->classes[sit_argmax(p, learner->n_classes)];
        else if (learner->rows.n > 0)
            says = learner->faces.label[learner->rows.face[0]];
        n++;
        n_right += says == truth.label[i];
    }
    return (double)n_right / (double)n;
}

/* What one seed gives. */
struct run {
    double test[MAX_FACES + 1]; /* after so many labels */
    double live[N_POINTS];
    size_t stop; /* labels when the hint first came; 0: never */
    double stop_test, stop_live;
};

static bool new_learner(struct live_learner *learner, uint64_t seed, double variance)
{
    static int64_t id[MAX_FACES];
    static sit_class_index none[MAX_FACES];
    static uint8_t is_candidate[MAX_FACES];
    struct sit_class_list classes;
    struct live_faces faces;
    const struct live_reader reader = {.read = read_features};
    sit_class_list_default(&classes);
    for (size_t i = 0; i < truth.n; i++) {
        id[i] = (int64_t)i + 1;
        none[i] = SIT_NO_CLASS;
        is_candidate[i] = truth.split[i] == SIT_TRAIN;
    }
    struct sit_face_table table = {.n = truth.n,
                                   .id = id,
                                   .source = truth.source,
                                   .split = truth.split,
                                   .label = none};
    if (live_faces_copy(&table, is_candidate, &faces, &err) != SIT_OK ||
        live_learner_init(learner, &faces, truth.d, &classes, seed, &reader, &err) !=
            SIT_OK)
        return false;
    if (variance > 0)
        learner->c = variance / (double)truth.d;
    size_t n_taken;
    return live_learner_fill_pool(learner, MAX_FACES, &n_taken, &err) == SIT_OK;
}

static bool rank(struct live_learner *learner, struct queue *queue)
{
    struct queue_entry ranked[QUEUE_N_RANKED];
    if (live_learner_needs_clusters(learner, queue->kind) &&
        live_learner_cluster(learner, NULL, &err) != SIT_OK)
        return false;
    queue_set_ranking(queue, ranked, live_learner_rank(learner, queue->kind, ranked));
    return true;
}

/* A label, and all that follows from it. */
static bool label(struct live_learner *learner, struct queue *queue, size_t n_labels,
                  struct run *run)
{
    size_t i = queue_current(queue).index;
    queue_set_open(queue, i, false);
    queue_settle(queue);
    if (live_learner_set_face(learner, i, truth.label[i], false, &err) != SIT_OK ||
        live_learner_fit(learner, NULL, &err) != SIT_OK)
        return false;
    run->test[n_labels] = test_accuracy(learner);
    bool stops = run->stop == 0 && learner->stop.can_stop;
    for (size_t k = 0; k < N_POINTS; k++) {
        bool is_point = POINTS[k] == n_labels;
        if (!is_point && !(stops && k == 0))
            continue;
        if (live_learner_judge(learner, &err) != SIT_OK)
            return false;
        double live = learner->has_accuracy
                          ? (double)learner->n_right / (double)learner->n_judged
                          : NAN;
        if (stops) {
            run->stop = n_labels;
            run->stop_test = run->test[n_labels];
            run->stop_live = live;
            stops = false;
        }
        if (is_point)
            run->live[k] = live;
    }
    return true;
}

static bool simulate(enum sit_queue kind, uint64_t seed, double variance,
                     struct run *run)
{
    struct live_learner learner = {0};
    struct queue queue = {0};
    struct sit_rng rng;
    sit_rng_init(&rng, seed + 1000);
    *run = (struct run){0};
    bool ok = new_learner(&learner, seed, variance) &&
              queue_init(&queue, truth.split, truth.n, kind, seed, &err) == SIT_OK;
    for (size_t i = 0; ok && i < truth.n; i++)
        queue_set_open(&queue, i, truth.split[i] == SIT_TRAIN);
    queue.anchor = (size_t)sit_rng_below(&rng, truth.n);
    ok = ok && rank(&learner, &queue);
    for (size_t n = 1; ok && n <= truth.n_train; n++) {
        queue_take(&queue);
        ok = rank(&learner, &queue) && label(&learner, &queue, n, run);
    }
    live_learner_release(&learner);
    queue_release(&queue);
    return ok;
}

struct mean {
    double sum, squares;
    size_t n;
};

static void add(struct mean *mean, double value)
{
    if (!isfinite(value))
        return;
    mean->sum += value;
    mean->squares += value * value;
    mean->n++;
}

static double mean_of(const struct mean *mean)
{
    return mean->sum / (double)mean->n;
}

static double error_of(const struct mean *mean)
{
    double n = (double)mean->n, m = mean_of(mean);
    double variance = n > 1 ? (mean->squares - n * m * m) / (n - 1) : 0;
    return sqrt(variance > 0 ? variance / n : 0);
}

/* The first number of labels from which on the mean accuracy stays at the goal. */
static size_t labels_for(const struct run *runs, size_t n_seeds, double goal)
{
    size_t first = truth.n_train;
    for (size_t n = truth.n_train; n > 0; n--) {
        struct mean mean = {0};
        for (size_t s = 0; s < n_seeds; s++)
            add(&mean, runs[s].test[n]);
        if (mean_of(&mean) < goal)
            break;
        first = n;
    }
    return first;
}

static void print_accuracy(const char *name, const struct run *runs, size_t n_seeds,
                           double full)
{
    printf("| %s |", name);
    for (size_t k = 0; k < N_POINTS; k++) {
        struct mean test = {0};
        for (size_t s = 0; s < n_seeds; s++)
            add(&test, runs[s].test[POINTS[k]]);
        printf(" %.3f ± %.3f |", mean_of(&test), error_of(&test));
    }
    printf(" %zu | %zu |\n", labels_for(runs, n_seeds, 0.95 * full),
           labels_for(runs, n_seeds, 0.98 * full));
}

static void print_live(const char *name, const struct run *runs, size_t n_seeds)
{
    struct mean stop = {0}, at_stop = {0}, live_at_stop = {0};
    printf("| %s |", name);
    for (size_t k = 0; k < N_POINTS; k++) {
        struct mean live = {0}, apart = {0};
        for (size_t s = 0; s < n_seeds; s++) {
            add(&live, runs[s].live[k]);
            add(&apart, runs[s].live[k] - runs[s].test[POINTS[k]]);
        }
        printf(" %.3f (%+.3f) |", mean_of(&live), mean_of(&apart));
    }
    for (size_t s = 0; s < n_seeds; s++)
        if (runs[s].stop > 0) {
            add(&stop, (double)runs[s].stop);
            add(&at_stop, runs[s].stop_test);
            add(&live_at_stop, runs[s].stop_live);
        }
    if (stop.n > 0)
        printf(" %zu of %zu | %.0f ± %.0f | %.3f | %.3f |\n", stop.n, n_seeds,
               mean_of(&stop), error_of(&stop), mean_of(&at_stop),
               mean_of(&live_at_stop));
    else
        printf(" 0 of %zu | | | |\n", n_seeds);
}

static void print_heading(const char *more, size_t n_more)
{
    printf("| queue |");
    for (size_t k = 0; k < N_POINTS; k++)
        printf(" %zu |", POINTS[k]);
    printf("%s\n|", more);
    for (size_t k = 0; k < N_POINTS + 1 + n_more; k++)
        printf(" --- |");
    printf("\n");
}

int main(int argc, char **argv)
{
    static struct run runs[SIT_N_QUEUES][MAX_SEEDS];
    size_t n_seeds = argc > 3 ? strtoul(argv[3], NULL, 10) : 20;
    double variance = argc > 4 ? strtod(argv[4], NULL) : 0;
    if (argc < 3 || n_seeds == 0 || n_seeds > MAX_SEEDS) {
        fprintf(stderr, "usage: queue_simulation FEATURES.npy NAMES.txt [SEEDS "
                        "[VARIANCE]]\n");
        return 2;
    }
    bool ok = load(argv[1], argv[2]);
    for (size_t q = 0; ok && q < SIT_N_QUEUES; q++)
        for (size_t s = 0; ok && s < n_seeds; s++)
            ok = simulate((enum sit_queue)q, s + 1, variance, &runs[q][s]);
    if (!ok) {
        fprintf(stderr, "queue_simulation: %s\n", err.message);
        return 1;
    }
    double full = runs[SIT_QUEUE_RANDOM][0].test[truth.n_train];
    printf(
        "Accuracy on %zu test faces after so many labels of %zu, mean ± s.e. of %zu "
        "seeds; labels from\nwhich on the mean stays at 95 %% and 98 %% of %.3f, the "
        "accuracy with all labels:\n\n",
        truth.n - truth.n_train, truth.n_train, n_seeds, full);
    print_heading(" to 95 % | to 98 % |", 2);
    for (size_t q = 0; q < SIT_N_QUEUES; q++)
        print_accuracy(sit_queue_name((enum sit_queue)q), runs[q], n_seeds, full);
    printf(
        "\nWhat the screen shows: accuracy by leaving out sources (and how much it is "
        "above the test\naccuracy); in how many runs the stop hint came, when, and "
        "accuracy then, on the test faces and as shown:\n\n");
    print_heading(" hint | labels | test | shown |", 4);
    for (size_t q = 0; q < SIT_N_QUEUES; q++)
        print_live(sit_queue_name((enum sit_queue)q), runs[q], n_seeds);
    return 0;
}
