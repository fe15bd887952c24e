/*
 * VGG-Face as an extractor: the weights, the network and the memory they take together.
 */
#include <stdlib.h>
#include <string.h>

#include "extractor.h"
#include "feature_provenance.h"
#include "sitter/alloc.h"
#include "sitter/vgg.h"
#include "sitter/vgg_weights.h"

enum {
    REVISION = 1, /* goes up when the same weights and face give other numbers */
    BATCH_FACES = 8,
    MIB = 1024 * 1024,
};

struct vggface {
    struct sit_vgg *vgg;
    enum sit_vgg_preprocess preprocess;
};

static enum sit_status find_preprocess(const struct sit_extract_options *options,
                                       enum sit_vgg_preprocess *out,
                                       struct sit_error *err)
{
    const char *name = options->preprocess;
    if (name == NULL || strcmp(name, "raw") == 0)
        *out = SIT_VGG_RAW;
    else if (strcmp(name, "v1") == 0)
        *out = SIT_VGG_V1;
    else
        return sit_error_set(err, SIT_E_ARG, "preprocessing is 'raw' or 'v1', not '%s'",
                             name);
    return SIT_OK;
}

static enum sit_status describe(const struct sit_extract_options *options,
                                json_t *provenance, struct sit_error *err)
{
    enum sit_vgg_preprocess preprocess = SIT_VGG_RAW;
    char hex[SIT_SHA256_HEX_BYTES];
    if (options->weights_path == NULL)
        return sit_error_set(err, SIT_E_ARG, "vggface features need a weights file");
    enum sit_status status = find_preprocess(options, &preprocess, err);
    if (status == SIT_OK)
        status = sit_vgg_weights_sha256(options->weights_path, hex, err);
    if (status != SIT_OK)
        return status;
    json_t *facts = json_pack("{s:i, s:s, s:s}", "revision", REVISION, "preprocess",
                              preprocess == SIT_VGG_V1 ? "v1" : "raw", "weights_sha256",
                              hex);
    bool failed = facts == NULL || json_object_update(provenance, facts) != 0 ||
                  !feature_provenance_add_path(provenance, "weights",
                                               options->weights_path);
    json_decref(facts);
    return failed ? sit_error_nomem(err) : SIT_OK;
}

static void close_vggface(void *state)
{
    struct vggface *self = state;
    sit_vgg_free(self->vgg);
    free(self);
}

/* The weights as they are read, until the network has taken them over. */
static size_t weights_bytes(void)
{
    size_t n_floats = 0;
    for (size_t i = 0; i < SIT_VGG_N_LAYERS; i++) {
        const struct sit_vgg_layer *layer = sit_vgg_layer(i);
        n_floats += (9 * layer->n_in + 1) * layer->n_out;
    }
    return n_floats * sizeof(float);
}

/* Two batches of pictures and features: one computed, the next prepared. */
static size_t batch_bytes(size_t batch)
{
    return 2 * batch * (SIT_VGG_N_PIXEL_VALUES + SIT_VGG_DIM) * sizeof(float);
}

static enum sit_status make_network(const struct sit_extract_options *options,
                                    struct vggface *self, struct sit_error *err)
{
    struct sit_vgg_options wanted;
    struct sit_vgg_weights weights = {0};
    sit_vgg_options_init(&wanted);
    wanted.batch = options->batch > 0 ? options->batch : BATCH_FACES;
    wanted.n_threads = options->n_jobs;
    if (options->max_bytes > 0)
        wanted.max_bytes = options->max_bytes;
    size_t beside = weights_bytes() + batch_bytes(wanted.batch);
    wanted.max_bytes = wanted.max_bytes > beside ? wanted.max_bytes - beside : 1;
    enum sit_status status = sit_vgg_weights_read(options->weights_path, &weights, err);
    if (status == SIT_OK)
        status = sit_vgg_new(&weights, &wanted, &self->vgg, err);
    if (status == SIT_E_LIMIT && self->vgg == NULL)
        sit_error_prefix(err, "beside %zu MiB of --memory for weights and pictures",
                         (beside + MIB - 1) / MIB);
    sit_vgg_weights_release(&weights);
    return status;
}

static enum sit_status open_vggface(const struct sit_extract_options *options,
                                    const struct sit_notes *notes, size_t *batch,
                                    void **state, struct sit_error *err)
{
    struct vggface *self = sit_calloc(1, sizeof *self);
    if (self == NULL)
        return sit_error_nomem(err);
    enum sit_status status = find_preprocess(options, &self->preprocess, err);
    if (status == SIT_OK)
        status = make_network(options, self, err);
    if (status != SIT_OK) {
        close_vggface(self);
        return status;
    }
    size_t n = sit_vgg_batch(self->vgg);
    size_t bytes = sit_vgg_memory_bytes(self->vgg) + weights_bytes() + batch_bytes(n);
    sit_note(notes, "vggface: %zu face%s a batch, %zu MiB at most", n,
             n == 1 ? "" : "s", (bytes + MIB - 1) / MIB);
    *batch = n;
    *state = self;
    return SIT_OK;
}

static enum sit_status prepare(const void *state, const void *bytes, size_t n_bytes,
                               const char *name, float *input, struct sit_error *err)
{
    const struct vggface *self = state;
    struct sit_image image = {0};
    enum sit_status status = sit_image_decode(bytes, n_bytes, name, &image, err);
    if (status == SIT_OK)
        status = sit_vgg_prepare(&image, self->preprocess, input, err);
    sit_image_release(&image);
    return status;
}

static enum sit_status compute(void *state, const float *inputs, size_t n, float *out,
                               struct sit_error *err)
{
    const struct vggface *self = state;
    return sit_vgg_forward(self->vgg, inputs, n, out, err);
}

const struct extractor extractor_vggface = {
    .name = "vggface",
    .dim = SIT_VGG_DIM,
    .n_inputs = SIT_VGG_N_PIXEL_VALUES,
    .is_computed_in_threads = true,
    .describe = describe,
    .open = open_vggface,
    .prepare = prepare,
    .compute = compute,
    .close = close_vggface,
};
