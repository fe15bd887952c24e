/*
 * HOG as an extractor: everything happens in preparing, there is nothing to open.
 */
#include "extractor.h"
#include "sitter/hog.h"

enum { BATCH_FACES = 256 };

static enum sit_status describe(const struct sit_extract_options *options,
                                json_t *provenance, struct sit_error *err)
{
    if (options->weights_path != NULL || options->preprocess != NULL)
        return sit_error_set(err, SIT_E_ARG,
                             "hog features take neither weights nor preprocessing");
    json_t *facts = json_pack("{s:i, s:i, s:i, s:i, s:i}", "revision", SIT_HOG_REVISION,
                              "side_px", SIT_HOG_SIDE_PX, "cell_px", 8, "bins", 9,
                              "block", 2);
    int failed = facts == NULL || json_object_update(provenance, facts) != 0;
    json_decref(facts);
    return failed ? sit_error_nomem(err) : SIT_OK;
}

static enum sit_status open_hog(const struct sit_extract_options *options,
                                const struct sit_notes *notes, size_t *batch,
                                void **state, struct sit_error *err)
{
    (void)notes;
    (void)err;
    *batch = options->batch > 0 ? options->batch : BATCH_FACES;
    *state = NULL;
    return SIT_OK;
}

static enum sit_status prepare(const void *state, const void *bytes, size_t n_bytes,
                               const char *name, float *input, struct sit_error *err)
{
    (void)state;
    struct sit_grey grey = {0};
    enum sit_status status = sit_grey_decode(bytes, n_bytes, name, &grey, err);
    if (status == SIT_OK)
        status = sit_hog_extract(&grey, input, err);
    sit_grey_release(&grey);
    return status;
}

const struct extractor extractor_hog = {
    .name = "hog",
    .dim = SIT_HOG_DIM,
    .n_inputs = SIT_HOG_DIM,
    .describe = describe,
    .open = open_hog,
    .prepare = prepare,
};
