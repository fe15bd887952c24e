/*
 * A project with faces but without pictures, and files to import, for tests of feature
 * jobs.
 */
#ifndef SITTER_FEATURE_SUPPORT_H
#define SITTER_FEATURE_SUPPORT_H

#include "picture_support.h"

#include "sitter/feature_job.h"
#include "sitter/npy.h"

struct feature_fixture {
    struct fixture base;
    struct sit_project *project;
    char *npy, *names;
};

enum { N_FACES = 10, DIM = 5 };

static inline int setup(void **state)
{
    struct feature_fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->base.dir = test_make_dir();
    f->base.path = in_dir(f->base.dir, "p.db");
    f->npy = in_dir(f->base.dir, "x.npy");
    f->names = in_dir(f->base.dir, "names.txt");
    f->project = new_project(f->base.path);
    add_faces(f->project, 0, N_FACES);
    *state = f;
    return 0;
}

static inline int teardown(void **state)
{
    struct feature_fixture *f = *state;
    sit_project_close(f->project);
    free(f->names);
    free(f->npy);
    free(f->base.path);
    test_remove_dir(f->base.dir);
    free(f);
    return 0;
}

#define with_features(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

/* Cancels at the n-th report. */
struct stop_after {
    size_t n_calls, stop_at;
};

static inline bool stop_after(void *context, size_t done, size_t total,
                              const char *text)
{
    struct stop_after *stop = context;
    (void)done;
    (void)total;
    (void)text;
    return ++stop->n_calls < stop->stop_at;
}

/* That many faces have equal vectors in the project's two sets. */
static inline void assert_equal_sets(const char *db, const char *n)
{
    assert_query(db,
                 "SELECT count(*) FROM feature AS a JOIN feature AS b"
                 " ON a.face_id = b.face_id AND a.vector = b.vector"
                 " AND a.set_id < b.set_id",
                 n);
}

#endif
