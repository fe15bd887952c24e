/*
 * Private to vision: the detector as a table, because it is compiled twice: for any
 * x86-64, and for processors with AVX2, for which dlib's own vector code is a third
 * quicker.
 */
#ifndef SITTER_VISION_DETECTOR_CALLS_H
#define SITTER_VISION_DETECTOR_CALLS_H

#include "sitter/detect.h"

#ifdef __cplusplus
extern "C" {
#endif

/* As the functions of sitter/detect.h without their prefix. */
struct detector_calls {
    enum sit_status (*make)(struct sit_detector **out, struct sit_error *err);
    enum sit_status (*copy)(const struct sit_detector *detector,
                            struct sit_detector **out, struct sit_error *err);
    void (*release)(struct sit_detector *detector);
    enum sit_status (*find)(struct sit_detector *detector,
                            const struct sit_image *image, double min_score,
                            struct sit_face_box **boxes, size_t *n_boxes,
                            struct sit_error *err);
    const char *version;
};

extern const struct detector_calls detector_calls_plain;
#ifdef SITTER_DETECT_AVX2
extern const struct detector_calls detector_calls_avx2;
#endif

#ifdef __cplusplus
}
#endif
#endif
