/*
 * The labelled poster faces with their features, for reference tests: loads the matrix
 * and the names from the shared data and divides them into train and test.
 */
#ifndef SITTER_POSTERS_DATA_H
#define SITTER_POSTERS_DATA_H

#include "test_support.h"

#include "sitter/alloc.h"
#include "sitter/file.h"
#include "sitter/head.h"
#include "sitter/npy.h"

struct posters {
    struct sit_dataset all, train, test;
    float *x; /* (all.n, d), as in the file */
    uint8_t *y;
    uint32_t *group;
    bool *is_train;
    float *train_x, *test_x;
    uint8_t *train_y, *test_y;
    uint32_t *train_group, *test_group;
};

static inline void posters_release(struct posters *p)
{
    void *owned[] = {p->x,      p->y,       p->group,  p->is_train,    p->train_x,
                     p->test_x, p->train_y, p->test_y, p->train_group, p->test_group};
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++)
        free(owned[i]);
    *p = (struct posters){0};
}

/* "train/female/132765_0.jpg": class 1 is male; the source is the number before '_'. */
static inline void posters_parse_name(struct posters *p, size_t i, const char *name)
{
    p->is_train[i] = strncmp(name, "train/", 6) == 0;
    p->y[i] = strstr(name, "/male/") != NULL;
    p->group[i] = (uint32_t)strtoul(strrchr(name, '/') + 1, NULL, 10);
}

static inline void posters_add(struct sit_dataset *to, float *x, uint8_t *y,
                               uint32_t *group, const struct posters *p, size_t i)
{
    size_t d = p->all.d, n = to->n++;
    memcpy(x + n * d, p->x + i * d, d * sizeof *x);
    y[n] = p->y[i];
    group[n] = p->group[i];
}

/* False, everything zero, where the shared data is missing. */
static inline bool posters_load(struct posters *p)
{
    *p = (struct posters){0};
    char *matrix_path = test_shared_path("data/posters/faceres-1024.npy");
    char *names_path = test_shared_path("data/posters/faceres-1024.names.txt");
    if (matrix_path == NULL || names_path == NULL) {
        free(matrix_path);
        free(names_path);
        return false;
    }
    struct sit_npy npy = {0};
    struct sit_buf names = {0};
    assert_ok(sit_npy_open(matrix_path, &npy, err));
    assert_ok(sit_file_read(names_path, 1 << 20, &names, err));
    size_t n = npy.n_rows, d = npy.n_cols;
    float **matrices[] = {&p->x, &p->train_x, &p->test_x};
    uint8_t **labels[] = {&p->y, &p->train_y, &p->test_y};
    uint32_t **groups[] = {&p->group, &p->train_group, &p->test_group};
    for (size_t k = 0; k < 3; k++) {
        *matrices[k] = sit_malloc_array(n * d, sizeof(float));
        *labels[k] = sit_calloc(n, 1);
        *groups[k] = sit_calloc(n, sizeof(uint32_t));
        assert_true(*matrices[k] != NULL && *labels[k] != NULL && *groups[k] != NULL);
    }
    p->is_train = sit_calloc(n, sizeof *p->is_train);
    assert_non_null(p->is_train);
    assert_ok(sit_npy_read_rows(&npy, 0, n, p->x, err));
    p->all = (struct sit_dataset){p->x, p->y, p->group, n, d, 2};
    p->train = (struct sit_dataset){p->train_x, p->train_y, p->train_group, 0, d, 2};
    p->test = (struct sit_dataset){p->test_x, p->test_y, p->test_group, 0, d, 2};
    char *rest = names.data;
    for (size_t i = 0; i < n; i++) {
        const char *name = strsep(&rest, "\n");
        assert_non_null(name);
        posters_parse_name(p, i, name);
        if (p->is_train[i])
            posters_add(&p->train, p->train_x, p->train_y, p->train_group, p, i);
        else
            posters_add(&p->test, p->test_x, p->test_y, p->test_group, p, i);
    }
    sit_npy_close(&npy);
    sit_buf_release(&names);
    free(matrix_path);
    free(names_path);
    return true;
}

#endif
