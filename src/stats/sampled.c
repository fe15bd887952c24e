/*
 * Checking and collecting a figure's units, and the variance of a mean over its sample.
 */
#include "sampled.h"

#include <math.h>
#include <stdlib.h>

#include "sitter/alloc.h"

/* Sums of float probabilities may pass their total by rounding. */
static const double tolerance = 1e-4;

struct member {
    uint32_t cluster;
    size_t row;
};

static int by_cluster(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    if (x->cluster != y->cluster)
        return x->cluster < y->cluster ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

struct unit sit_sampled_unit(const struct sit_prevalence_data *data, size_t row)
{
    struct unit u = {.a = (double)data->y_num[row]};
    u.b = data->y_den != NULL ? (double)data->y_den[row] : isnan(u.a) ? NAN : 1;
    if (data->f_num != NULL) {
        u.f = (double)data->f_num[row];
        u.g = data->f_den != NULL ? (double)data->f_den[row] : 1;
    }
    return u;
}

static enum sit_status check_arrays(const struct sit_prevalence_data *data,
                                    struct sit_error *err)
{
    if (data->n == 0)
        return SIT_OK;
    if (data->y_num == NULL)
        return sit_error_set(err, SIT_E_ARG, "prevalence: y_num is missing");
    if (data->f_num == NULL && data->f_den != NULL)
        return sit_error_set(err, SIT_E_ARG, "prevalence: f_den without f_num");
    if (data->f_num != NULL && (data->f_den == NULL) != (data->y_den == NULL))
        return sit_error_set(err, SIT_E_ARG, "prevalence: %s is missing",
                             data->f_den == NULL ? "f_den" : "y_den");
    if (data->count_num == NULL && data->count_den != NULL)
        return sit_error_set(err, SIT_E_ARG, "prevalence: count_den without count_num");
    return SIT_OK;
}

static enum sit_status check_pair(double num, double den, bool is_mean,
                                  const char *name, size_t row, struct sit_error *err)
{
    if (!isfinite(num) || !isfinite(den))
        return sit_error_set(err, SIT_E_ARG, "prevalence: %s of unit %zu is not finite",
                             name, row);
    if (den < 0 || (num < 0 && !is_mean))
        return sit_error_set(err, SIT_E_ARG, "prevalence: %s of unit %zu is negative",
                             name, row);
    if (!is_mean && num > den + tolerance * fmax(1, den))
        return sit_error_set(
            err, SIT_E_ARG,
            "prevalence: %s of unit %zu has a num (%g) above its den (%g)", name, row,
            num, den);
    return SIT_OK;
}

static enum sit_status check_unit(const struct sit_prevalence_data *data, size_t row,
                                  struct sit_error *err)
{
    struct unit u = sit_sampled_unit(data, row);
    enum sit_status status = SIT_OK;
    if (isnan(u.a) != isnan(u.b))
        return sit_error_set(err, SIT_E_ARG,
                             "prevalence: unit %zu has a label in %s only", row,
                             isnan(u.a) ? "y_den" : "y_num");
    if (!isnan(u.a))
        status = check_pair(u.a, u.b, data->is_mean, "the label", row, err);
    if (status == SIT_OK && data->f_num != NULL)
        status = check_pair(u.f, u.g, data->is_mean, "the prediction", row, err);
    if (status == SIT_OK && data->count_num != NULL)
        status = check_pair((double)data->count_num[row],
                            data->count_den != NULL ? (double)data->count_den[row] : 1,
                            data->is_mean, "the count", row, err);
    return status;
}

static enum sit_status collect(const struct sit_prevalence_data *data,
                               const bool *in_group, struct member *members, size_t *n,
                               struct sit_error *err)
{
    size_t n_members = 0;
    bool is_sorted = true;
    for (size_t i = 0; i < data->n; i++) {
        if (in_group != NULL && !in_group[i])
            continue;
        enum sit_status status = check_unit(data, i, err);
        if (status != SIT_OK)
            return status;
        members[n_members++] = (struct member){
            .cluster = data->cluster != NULL ? data->cluster[i] : 0, .row = i};
        is_sorted = is_sorted && (n_members < 2 || members[n_members - 2].cluster <=
                                                       members[n_members - 1].cluster);
    }
    /* Faces are usually kept poster by poster. */
    if (!is_sorted)
        qsort(members, n_members, sizeof *members, by_cluster);
    *n = n_members;
    return SIT_OK;
}

/* Goes through the clusters; counts them, and the pairs within them. */
static void number(struct sampled *s, const struct member *members)
{
    bool is_single = s->data->cluster == NULL, is_whole = true;
    double pairs = 0, labelled_pairs = 0;
    for (size_t from = 0, to; from < s->n; from = to) {
        size_t before = s->n_labelled;
        for (to = from; to < s->n &&
                        (to == from ||
                         (!is_single && members[to].cluster == members[from].cluster));
             to++) {
            struct unit u = sit_sampled_unit(s->data, members[to].row);
            s->row[to] = members[to].row;
            if (isnan(u.a))
                continue;
            s->cluster[s->n_labelled] = (uint32_t)s->n_labelled_clusters;
            s->labelled[s->n_labelled++] = members[to].row;
            s->n_informative += u.b > 0;
        }
        double size = (double)(to - from),
               size_labelled = (double)(s->n_labelled - before);
        s->n_clusters++;
        s->n_labelled_clusters += size_labelled > 0;
        is_whole = is_whole && (size_labelled == 0 || size_labelled == size);
        pairs += size * (size - 1);
        labelled_pairs += size_labelled * (size_labelled - 1);
    }
    s->fraction = s->n > 0 && !s->data->is_endless
                      ? (double)s->n_labelled / (double)s->n
                      : 0;
    if (labelled_pairs > 0) {
        double both = labelled_pairs / pairs;
        s->pair_fraction = both;
        double factor = is_whole ? 1 : 1 - s->fraction * s->fraction / both;
        s->pair_factor = fmax(0, fmin(factor, 1 - s->fraction));
    }
}

enum sit_status sit_sampled_init(struct sampled *s,
                                 const struct sit_prevalence_data *data,
                                 const bool *in_group, struct sit_error *err)
{
    *s = (struct sampled){.data = data};
    struct member *members = NULL;
    enum sit_status status = check_arrays(data, err);
    if (status != SIT_OK)
        return status;
    members = sit_malloc_array(data->n, sizeof *members);
    s->row = sit_malloc_array(data->n, sizeof *s->row);
    s->labelled = sit_malloc_array(data->n, sizeof *s->labelled);
    s->cluster = sit_malloc_array(data->n, sizeof *s->cluster);
    if (members == NULL || s->row == NULL || s->labelled == NULL ||
        s->cluster == NULL) {
        status = sit_error_nomem(err);
        goto done;
    }
    status = collect(data, in_group, members, &s->n, err);
    if (status == SIT_OK)
        number(s, members);
done:
    free(members);
    return status;
}

void sit_sampled_release(struct sampled *s)
{
    free(s->row);
    free(s->labelled);
    free(s->cluster);
}

void sit_sampled_leverage(const struct sampled *s, const double *v, double *h)
{
    double n = (double)s->n_labelled, mean = 0, squares = 0;
    for (size_t i = 0; i < s->n_labelled && v != NULL; i++)
        mean += v[i] / n;
    for (size_t i = 0; i < s->n_labelled && v != NULL; i++)
        squares += (v[i] - mean) * (v[i] - mean);
    for (size_t i = 0; i < s->n_labelled; i++) {
        double off = v != NULL ? v[i] - mean : 0;
        h[i] = 1 / n + (squares > 0 ? off * off / squares : 0);
    }
}

double sit_sampled_variance(const struct sampled *s, const double *e, const double *h)
{
    const double most = 0.75; /* one unit must not make the variance by itself */
    double n = (double)s->n_labelled, clusters = (double)s->n_labelled_clusters;
    double mean = 0, squares = 0, cluster_squares = 0;
    if (s->n_labelled_clusters < 2)
        return INFINITY;
    double whole = s->fraction < 1 ? s->pair_factor / (1 - s->fraction) : 0;
    for (size_t i = 0; i < s->n_labelled; i++)
        mean += e[i] / n;
    for (size_t from = 0, to; from < s->n_labelled; from = to) {
        double sum = 0, h_cluster = 0;
        for (to = from; to < s->n_labelled && s->cluster[to] == s->cluster[from]; to++)
            h_cluster += h[to];
        for (size_t i = from; i < to; i++) {
            double leverage = fmin(most, h[i] + whole * (h_cluster - h[i]));
            double x = (e[i] - mean) / (1 - leverage);
            sum += x;
            squares += x * x;
        }
        cluster_squares += sum * sum;
    }
    double total = (1 - s->fraction) * squares +
                   s->pair_factor * (cluster_squares - squares);
    return (clusters - 1) / clusters * fmax(0, total) / (n * n);
}

double sit_sampled_chance(const struct sampled *s, const double *e)
{
    double n = (double)s->n_labelled, all = (double)s->n,
           clusters = (double)s->n_clusters;
    double mean = 0, squares = 0, cluster_squares = 0;
    if (s->data->is_endless)
        return 0;
    if (s->n_labelled_clusters < 2)
        return INFINITY;
    for (size_t i = 0; i < s->n_labelled; i++)
        mean += e[i] / n;
    for (size_t from = 0, to; from < s->n_labelled; from = to) {
        double sum = 0;
        for (to = from; to < s->n_labelled && s->cluster[to] == s->cluster[from];
             to++) {
            sum += e[to] - mean;
            squares += (e[to] - mean) * (e[to] - mean);
        }
        cluster_squares += sum * sum;
    }
    double total = squares / s->fraction;
    if (s->pair_fraction > 0)
        total += (cluster_squares - squares) / s->pair_fraction;
    /* Faces of a poster do not avoid each other; where it looks so, the pairs are few.
     */
    total = fmax(total, squares / s->fraction);
    return clusters / (clusters - 1) * total / (all * all);
}

double sit_sampled_df(const struct sampled *s, size_t n_fitted)
{
    return fmax(1, (double)s->n_labelled_clusters - (double)n_fitted);
}
