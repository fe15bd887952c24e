/*
 * The detector of a program that was built without dlib: it says so.
 */
#include "sitter/detect.h"

const char *sit_detect_dlib_version(void)
{
    return NULL;
}

enum sit_status sit_detector_new(struct sit_detector **out, struct sit_error *err)
{
    (void)out;
    return sit_error_set(err, SIT_E_UNSUPPORTED,
                         "this sitter was built without dlib, which finds the faces "
                         "(Debian: libdlib-dev; then build again)");
}

enum sit_status sit_detector_copy(const struct sit_detector *detector,
                                  struct sit_detector **out, struct sit_error *err)
{
    (void)detector;
    return sit_detector_new(out, err);
}

void sit_detector_free(struct sit_detector *detector)
{
    (void)detector;
}

enum sit_status sit_detector_find(struct sit_detector *detector,
                                  const struct sit_image *image, double min_score,
                                  struct sit_face_box **boxes, size_t *n_boxes,
                                  struct sit_error *err)
{
    (void)detector, (void)image, (void)min_score, (void)boxes, (void)n_boxes;
    return sit_error_set(err, SIT_E_UNSUPPORTED, "built without dlib");
}
