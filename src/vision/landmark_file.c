/*
 * Reading a shape predictor as dlib serialises it. The numbers are packed (a length
 * byte, then the bytes; a float is mantissa and exponent), so nothing can be mapped;
 * all counts are held against the bytes left, all indices against what they point into.
 */
#include <math.h>
#include <stdlib.h>

#include "landmark_model.h"
#include "sitter/alloc.h"
#include "sitter/file.h"

enum {
    MAX_FILE_BYTES = 1024 * 1024 * 1024,
    MAX_STAGES = 256,
    MAX_TREES = 65536,
    MAX_SPLITS = 4095,
    MAX_PIXELS = 65536,
};

/* The file, read front to back. Once `fault` is set, all reads give 0. */
struct source {
    const uint8_t *bytes;
    size_t n_bytes, at;
    const char *fault;
    bool no_memory;
};

static void set_fault(struct source *source, const char *fault)
{
    if (source->fault == NULL)
        source->fault = fault;
}

/* A packed whole number. The first byte holds the sign and the count of bytes. */
static int64_t read_int(struct source *source)
{
    if (source->fault != NULL)
        return 0;
    if (source->at == source->n_bytes) {
        set_fault(source, "it is cut short");
        return 0;
    }
    uint8_t control = source->bytes[source->at++];
    size_t n = control & 0x0f;
    if (n == 0 || n > 8) {
        set_fault(source, "not a shape predictor of dlib's");
        return 0;
    }
    if (n > source->n_bytes - source->at) {
        set_fault(source, "it is cut short");
        return 0;
    }
    uint64_t value = 0;
    for (size_t i = n; i-- > 0;)
        value = value << 8 | source->bytes[source->at + i];
    source->at += n;
    if (value > INT64_MAX) {
        set_fault(source, "a number is out of range");
        return 0;
    }
    return (control & 0x80) != 0 ? -(int64_t)value : (int64_t)value;
}

static float read_float(struct source *source)
{
    int64_t mantissa = read_int(source), exponent = read_int(source);
    /* Codes from 32000 on stand for infinities and NaN. */
    if (exponent < -2000 || exponent > 2000) {
        set_fault(source, "a value is not finite");
        return 0.0f;
    }
    float value = ldexpf((float)mantissa, (int)exponent);
    if (!isfinite(value))
        set_fault(source, "a value is not finite");
    return value;
}

/* A count of things that take at least 2 bytes each. */
static size_t read_count(struct source *source, size_t limit)
{
    int64_t n = read_int(source);
    if (source->fault != NULL)
        return 0;
    if (n < 0 || (uint64_t)n > limit) {
        set_fault(source, "a count is out of range");
        return 0;
    }
    if ((size_t)n > (source->n_bytes - source->at) / 2) {
        set_fault(source, "it is cut short");
        return 0;
    }
    return (size_t)n;
}

static void *take_array(struct source *source, size_t n, size_t item_bytes)
{
    if (source->fault != NULL)
        return NULL;
    void *items = sit_calloc(n, item_bytes);
    if (items == NULL) {
        source->no_memory = true;
        set_fault(source, "out of memory");
    }
    return items;
}

/* A column vector of SHAPE_FLOATS: its sides (negated in newer files), then values. */
static void read_shape(struct source *source, float shape[SHAPE_FLOATS])
{
    int64_t n_rows = read_int(source), n_columns = read_int(source);
    if (source->fault == NULL &&
        (llabs(n_rows) != SHAPE_FLOATS || llabs(n_columns) != 1)) {
        set_fault(source, "it is not for 68 landmarks");
        return;
    }
    for (size_t i = 0; i < SHAPE_FLOATS && source->fault == NULL; i++)
        shape[i] = read_float(source);
}

static uint32_t read_index(struct source *source)
{
    int64_t value = read_int(source);
    if (value < 0 || value >= MAX_PIXELS) {
        set_fault(source, "an index is out of range");
        return 0;
    }
    return (uint32_t)value;
}

/* Room for the trees, once the first has told how deep they are. */
static void allocate_trees(struct source *source, struct landmark_stage *stage,
                           size_t n_splits)
{
    size_t n_all, n_floats;
    if ((n_splits & (n_splits + 1)) != 0) {
        set_fault(source, "a tree is not full");
        return;
    }
    /* A leaf's values are at least 4 bytes each: what the file cannot hold is not
     * asked for. */
    if (!sit_mul_size(stage->n_trees, n_splits + 1, &n_all) ||
        !sit_mul_size(n_all, SHAPE_FLOATS, &n_floats) ||
        n_floats > (source->n_bytes - source->at) / 4) {
        set_fault(source, "it is cut short");
        return;
    }
    stage->n_splits = n_splits;
    stage->splits = take_array(source, stage->n_trees * n_splits,
                               sizeof *stage->splits);
    stage->leaves = take_array(source, n_floats, sizeof *stage->leaves);
}

static void read_tree(struct source *source, struct landmark_stage *stage, size_t tree)
{
    size_t n_splits = read_count(source, MAX_SPLITS);
    if (tree == 0)
        allocate_trees(source, stage, n_splits);
    else if (n_splits != stage->n_splits)
        set_fault(source, "its trees differ in depth");
    if (source->fault != NULL)
        return;
    struct landmark_split *splits = stage->splits + tree * n_splits;
    for (size_t i = 0; i < n_splits && source->fault == NULL; i++) {
        splits[i].a = read_index(source);
        splits[i].b = read_index(source);
        splits[i].threshold = read_float(source);
    }
    if (read_count(source, MAX_SPLITS + 1) != n_splits + 1)
        set_fault(source, "a tree is not full");
    float *leaves = stage->leaves + tree * (n_splits + 1) * SHAPE_FLOATS;
    for (size_t i = 0; i <= n_splits && source->fault == NULL; i++)
        read_shape(source, leaves + i * SHAPE_FLOATS);
}

static void read_forest(struct source *source, struct landmark_stage *stage)
{
    stage->n_trees = read_count(source, MAX_TREES);
    for (size_t i = 0; i < stage->n_trees && source->fault == NULL; i++)
        read_tree(source, stage, i);
}

static void read_anchors(struct source *source, struct landmark_stage *stage)
{
    stage->n_pixels = read_count(source, MAX_PIXELS);
    stage->anchors = take_array(source, stage->n_pixels, sizeof *stage->anchors);
    for (size_t i = 0; i < stage->n_pixels && source->fault == NULL; i++) {
        stage->anchors[i] = read_index(source);
        if (stage->anchors[i] >= SIT_N_LANDMARKS)
            set_fault(source, "an index is out of range");
    }
}

static void read_offsets(struct source *source, struct landmark_stage *stage)
{
    if (read_count(source, MAX_PIXELS) != stage->n_pixels)
        set_fault(source, "its parts contradict each other");
    stage->offsets = take_array(source, stage->n_pixels, 2 * sizeof *stage->offsets);
    for (size_t i = 0; i < 2 * stage->n_pixels && source->fault == NULL; i++)
        stage->offsets[i] = read_float(source);
}

static void check_splits(struct source *source, const struct landmark_stage *stage)
{
    for (size_t i = 0; i < stage->n_trees * stage->n_splits; i++)
        if (stage->splits[i].a >= stage->n_pixels ||
            stage->splits[i].b >= stage->n_pixels) {
            set_fault(source, "an index is out of range");
            return;
        }
}

static void read_model(struct source *source, struct sit_landmark_model *model)
{
    if (read_int(source) != 1)
        set_fault(source, "not a shape predictor of dlib's");
    read_shape(source, model->mean_shape);
    size_t n_stages = read_count(source, MAX_STAGES);
    model->stages = take_array(source, n_stages, sizeof *model->stages);
    model->n_stages = model->stages != NULL ? n_stages : 0;
    for (size_t i = 0; i < model->n_stages; i++)
        read_forest(source, &model->stages[i]);
    if (read_count(source, MAX_STAGES) != n_stages)
        set_fault(source, "its parts contradict each other");
    for (size_t i = 0; i < model->n_stages; i++)
        read_anchors(source, &model->stages[i]);
    if (read_count(source, MAX_STAGES) != n_stages)
        set_fault(source, "its parts contradict each other");
    for (size_t i = 0; i < model->n_stages; i++)
        read_offsets(source, &model->stages[i]);
    for (size_t i = 0; i < model->n_stages && source->fault == NULL; i++) {
        check_splits(source, &model->stages[i]);
        if (model->stages[i].n_pixels > model->max_pixels)
            model->max_pixels = model->stages[i].n_pixels;
    }
}

enum sit_status sit_landmark_model_parse(const void *bytes, size_t n_bytes,
                                         const char *name,
                                         struct sit_landmark_model **out,
                                         struct sit_error *err)
{
    struct source source = {.bytes = bytes, .n_bytes = n_bytes};
    struct sit_landmark_model *model = sit_calloc(1, sizeof *model);
    if (model == NULL)
        return sit_error_nomem(err);
    read_model(&source, model);
    if (source.fault == NULL) {
        *out = model;
        return SIT_OK;
    }
    sit_landmark_model_free(model);
    if (source.no_memory)
        return sit_error_nomem(err);
    return sit_error_set(err, SIT_E_FORMAT, "cannot use '%s' for landmarks: %s", name,
                         source.fault);
}

enum sit_status sit_landmark_model_read(const char *path,
                                        struct sit_landmark_model **out,
                                        struct sit_error *err)
{
    struct sit_buf file = {0};
    enum sit_status status = sit_file_read(path, MAX_FILE_BYTES, &file, err);
    if (status == SIT_OK)
        status = sit_landmark_model_parse(sit_buf_text(&file), file.n_bytes, path, out,
                                          err);
    sit_buf_release(&file);
    return status;
}

void sit_landmark_model_free(struct sit_landmark_model *model)
{
    if (model == NULL)
        return;
    for (size_t i = 0; i < model->n_stages; i++) {
        free(model->stages[i].anchors);
        free(model->stages[i].offsets);
        free(model->stages[i].splits);
        free(model->stages[i].leaves);
    }
    free(model->stages);
    free(model);
}
