/*
 * Compares two .npy files row by row: the largest difference of each row against its
 * largest entry in the second file. Exits 1 where it is above the tolerance.
 *
 *     compare_npy A.npy B.npy TOLERANCE
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "sitter/alloc.h"
#include "sitter/npy.h"

static double deviation(const float *a, const float *b, size_t n)
{
    double largest = 0, difference = 0;
    for (size_t j = 0; j < n; j++) {
        largest = fmax(largest, fabs((double)b[j]));
        difference = fmax(difference, fabs((double)a[j] - (double)b[j]));
    }
    return difference == 0 ? 0 : difference / largest;
}

static enum sit_status compare(const struct sit_npy *a, const struct sit_npy *b,
                               double *worst, struct sit_error *err)
{
    if (a->n_rows != b->n_rows || a->n_cols != b->n_cols)
        return sit_error_set(err, SIT_E_FORMAT, "%zu x %zu and %zu x %zu", a->n_rows,
                             a->n_cols, b->n_rows, b->n_cols);
    float *x = sit_malloc_array(a->n_cols, sizeof *x);
    float *y = sit_malloc_array(a->n_cols, sizeof *y);
    enum sit_status status = x != NULL && y != NULL ? SIT_OK : sit_error_nomem(err);
    for (size_t i = 0; status == SIT_OK && i < a->n_rows; i++) {
        status = sit_npy_read_rows(a, i, 1, x, err);
        if (status == SIT_OK)
            status = sit_npy_read_rows(b, i, 1, y, err);
        if (status == SIT_OK)
            *worst = fmax(*worst, deviation(x, y, a->n_cols));
    }
    free(x);
    free(y);
    return status;
}

int main(int argc, char **argv)
{
    struct sit_npy a = {0}, b = {0};
    struct sit_error err;
    double worst = 0;
    if (argc != 4)
        return 2;
    enum sit_status status = sit_npy_open(argv[1], &a, &err);
    if (status == SIT_OK)
        status = sit_npy_open(argv[2], &b, &err);
    if (status == SIT_OK)
        status = compare(&a, &b, &worst, &err);
    sit_npy_close(&a);
    sit_npy_close(&b);
    if (status != SIT_OK) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    printf("largest difference: %.3g of the row's largest entry\n", worst);
    return worst <= strtod(argv[3], NULL) ? 0 : 1;
}
