/*
 * Arbitrary bytes as a landmark model: what is taken can be fitted to a picture without
 * touching memory that is not its own.
 */
#include <stdint.h>
#include <stdlib.h>

#include "sitter/detect.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
    struct sit_landmark_model *model = NULL;
    struct sit_image image = {0};
    struct sit_point points[SIT_N_LANDMARKS];
    const struct sit_face_box box = {-2, -2, 20, 25, 0.0};
    if (sit_landmark_model_parse(bytes, n_bytes, "fuzz", &model, NULL) != SIT_OK)
        return 0;
    if (sit_image_new(16, 16, &image, NULL) == SIT_OK)
        (void)sit_landmark_model_fit(model, &image, &box, points, NULL);
    sit_image_release(&image);
    sit_landmark_model_free(model);
    return 0;
}
