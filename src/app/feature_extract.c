/*
 * Computing features of a project's faces, whatever the kind: while one block of faces
 * is computed and stored by the caller's thread, which alone touches the project,
 * others prepare the next. Each block is a transaction of its own.
 */
#include <stdlib.h>
#include <string.h>

#include "extractor.h"
#include "face_preparer.h"
#include "feature_provenance.h"
#include "sitter/alloc.h"
#include "sitter/cpu.h"

static const struct extractor *const extractors[] = {&extractor_hog,
                                                     &extractor_vggface};
enum { N_EXTRACTORS = sizeof extractors / sizeof extractors[0] };

/* One run. */
struct extraction {
    struct sit_project *project;
    const struct extractor *extractor;
    void *state;
    int64_t set_id;
    const int64_t *ids; /* (n) faces to do */
    size_t n, batch;
    struct face_preparer *preparer;
    float *features; /* (batch, dim), where they are computed from the inputs */
    size_t *rows;    /* (batch) places in the block whose picture was prepared */
    const struct sit_notes *notes;
    const struct sit_progress *progress;
    struct sit_feature_result result;
};

static enum sit_status find_extractor(const char *name, const struct extractor **out,
                                      struct sit_error *err)
{
    for (size_t i = 0; i < N_EXTRACTORS; i++)
        if (strcmp(extractors[i]->name, name) == 0) {
            *out = extractors[i];
            return SIT_OK;
        }
    return sit_error_set(err, SIT_E_ARG, "no features are made by a model '%s'", name);
}

/* Read the pictures of the block that begins at face `first`, and hand it over. */
static enum sit_status submit_block(struct extraction *run, size_t first,
                                    struct sit_error *err)
{
    struct face_block *block = face_preparer_block(run->preparer,
                                                   first / run->batch % 2);
    block->n = run->n - first < run->batch ? run->n - first : run->batch;
    block->face_ids = run->ids + first;
    for (size_t i = 0; i < block->n; i++) {
        sit_buf_reset(&block->pictures[i]);
        enum sit_status status = sit_project_face_picture(
            run->project, block->face_ids[i], &block->pictures[i], err);
        if (status != SIT_OK)
            return status;
    }
    face_preparer_submit(run->preparer, block);
    return SIT_OK;
}

/* The prepared faces of the block, moved together; the others are noted. */
static enum sit_status gather(struct extraction *run, struct face_block *block,
                              size_t *n_rows, struct sit_error *err)
{
    size_t n = 0, n_inputs = run->extractor->n_inputs;
    for (size_t i = 0; i < block->n; i++) {
        if (block->status[i] == SIT_E_NOMEM)
            return sit_error_nomem(err);
        if (block->status[i] != SIT_OK) {
            sit_note(run->notes, "%s", block->errors[i].message);
            continue;
        }
        if (n < i)
            memcpy(block->inputs + n * n_inputs, block->inputs + i * n_inputs,
                   n_inputs * sizeof *block->inputs);
        run->rows[n++] = i;
    }
    *n_rows = n;
    return SIT_OK;
}

static enum sit_status store_rows(struct extraction *run,
                                  const struct face_block *block, const float *features,
                                  size_t n_rows, struct sit_error *err)
{
    size_t dim = run->extractor->dim;
    enum sit_status status = sit_project_begin(run->project, err);
    for (size_t i = 0; status == SIT_OK && i < n_rows; i++)
        status = sit_project_put_feature(run->project, run->set_id,
                                         block->face_ids[run->rows[i]],
                                         features + i * dim, dim, err);
    if (status == SIT_OK)
        status = sit_project_commit(run->project, err);
    if (status != SIT_OK)
        sit_project_rollback(run->project);
    return status;
}

static enum sit_status finish_block(struct extraction *run, size_t first,
                                    struct sit_error *err)
{
    struct face_block *block = face_preparer_block(run->preparer,
                                                   first / run->batch % 2);
    size_t n_rows = 0;
    face_preparer_wait(run->preparer, block);
    enum sit_status status = gather(run, block, &n_rows, err);
    const float *features = block->inputs;
    if (status == SIT_OK && n_rows > 0 && run->extractor->compute != NULL) {
        status = run->extractor->compute(run->state, block->inputs, n_rows,
                                         run->features, err);
        features = run->features;
    }
    if (status == SIT_OK)
        status = store_rows(run, block, features, n_rows, err);
    if (status == SIT_OK) {
        run->result.n_stored += n_rows;
        run->result.n_failed += block->n - n_rows;
    }
    return status;
}

static enum sit_status extract_faces(struct extraction *run, struct sit_error *err)
{
    enum sit_status status = run->n > 0 ? submit_block(run, 0, err) : SIT_OK;
    for (size_t first = 0; status == SIT_OK && first < run->n; first += run->batch) {
        if (!sit_progress_report(run->progress, first, run->n, NULL))
            return sit_error_set(err, SIT_E_CANCELLED,
                                 "interrupted: %zu faces have features; run it again "
                                 "to go on",
                                 run->result.n_stored);
        if (run->n - first > run->batch)
            status = submit_block(run, first + run->batch, err);
        if (status == SIT_OK)
            status = finish_block(run, first, err);
    }
    if (status == SIT_OK)
        sit_progress_report(run->progress, run->n, run->n, NULL);
    return status;
}

static size_t n_preparing_threads(const struct extractor *extractor, size_t n_jobs)
{
    if (extractor->is_computed_in_threads)
        return 1; /* preparing takes a hundredth of the time */
    return n_jobs > 0 ? n_jobs : sit_cpu_count();
}

/* Open the extractor, which may take long, only where there is something to do. */
static enum sit_status run_extractor(struct extraction *run,
                                     const struct sit_extract_options *options,
                                     struct sit_error *err)
{
    const struct extractor *extractor = run->extractor;
    enum sit_status status = extractor->open(options, run->notes, &run->batch,
                                             &run->state, err);
    if (status != SIT_OK)
        return status;
    if (run->batch > run->n)
        run->batch = run->n;
    size_t n_floats;
    run->rows = sit_malloc_array(run->batch, sizeof *run->rows);
    if (extractor->compute != NULL &&
        sit_mul_size(run->batch, extractor->dim, &n_floats))
        run->features = sit_malloc_array(n_floats, sizeof *run->features);
    if (run->rows == NULL || (extractor->compute != NULL && run->features == NULL))
        status = sit_error_nomem(err);
    if (status == SIT_OK)
        status = face_preparer_new(extractor, run->state,
                                   n_preparing_threads(extractor, options->n_jobs),
                                   run->batch, &run->preparer, err);
    if (status == SIT_OK)
        status = extract_faces(run, err);
    face_preparer_free(run->preparer);
    if (extractor->close != NULL)
        extractor->close(run->state);
    free(run->features);
    free(run->rows);
    return status;
}

/* The set to fill, made where new. */
static enum sit_status begin_set(struct extraction *run,
                                 const struct sit_extract_options *options,
                                 struct sit_error *err)
{
    const struct extractor *extractor = run->extractor;
    const char *name = options->set_name != NULL ? options->set_name : extractor->name;
    json_t *provenance = json_pack("{s:s}", "program", "sitter " SITTER_VERSION);
    enum sit_status status = provenance != NULL
                                 ? extractor->describe(options, provenance, err)
                                 : sit_error_nomem(err);
    if (status == SIT_OK)
        status = feature_set_begin(run->project, name, extractor->dim, extractor->name,
                                   provenance, &run->set_id, err);
    json_decref(provenance);
    return status;
}

/* A set that nothing came into is not left behind by an error (by Ctrl-C it is). */
static void remove_empty_set(const struct extraction *run,
                             const struct sit_extract_options *options)
{
    const char *name = options->set_name != NULL ? options->set_name
                                                 : run->extractor->name;
    struct sit_feature_set set = {0};
    if (sit_project_any_feature_set(run->project, name, &set, NULL) != SIT_OK)
        return;
    if (!set.complete && set.n_faces == 0)
        sit_project_remove_feature_set(run->project, set.id, NULL);
    free(set.provenance);
}

/* Where no face lacks a vector: that is so of a project without faces, too. */
static enum sit_status check_has_faces(const struct extraction *run,
                                       const struct sit_extract_options *options,
                                       struct sit_error *err)
{
    const char *name = options->set_name != NULL ? options->set_name
                                                 : run->extractor->name;
    struct sit_feature_set set = {0};
    enum sit_status status = sit_project_any_feature_set(run->project, name, &set, err);
    if (status == SIT_OK && set.n_faces == 0)
        status = sit_error_set(err, SIT_E_NOT_FOUND,
                               "'%s' has no faces yet (sitter import adds them)",
                               sit_project_path(run->project));
    free(set.provenance);
    return status;
}

enum sit_status sit_features_extract(struct sit_project *project,
                                     const struct sit_extract_options *options,
                                     const struct sit_notes *notes,
                                     const struct sit_progress *progress,
                                     struct sit_feature_result *out,
                                     struct sit_error *err)
{
    struct extraction run = {.project = project, .notes = notes, .progress = progress};
    const char *model = options->model != NULL ? options->model : "hog";
    int64_t *ids = NULL;
    size_t n_missing = 0;
    enum sit_status status = find_extractor(model, &run.extractor, err);
    if (status == SIT_OK)
        status = begin_set(&run, options, err);
    if (status == SIT_OK)
        status = sit_project_faces_without_feature(project, run.set_id, &ids,
                                                   &n_missing, err);
    if (status == SIT_OK) {
        run.ids = ids;
        run.n = options->limit > 0 && options->limit < n_missing ? options->limit
                                                                 : n_missing;
        run.result.n_rows = run.n;
        run.result.dim = run.extractor->dim;
    }
    if (status == SIT_OK && n_missing == 0)
        status = check_has_faces(&run, options, err);
    if (status == SIT_OK && run.n > 0)
        status = run_extractor(&run, options, err);
    /* Each vector is right on its own: a set with gaps may be used, and says so. */
    if (status == SIT_OK)
        status = sit_project_finish_feature_set(project, run.set_id, err);
    if (status == SIT_OK) {
        run.result.n_missing = n_missing - run.result.n_stored;
        *out = run.result;
    } else if (run.set_id != 0 && status != SIT_E_CANCELLED) {
        remove_empty_set(&run, options);
    }
    free(ids);
    return status;
}
