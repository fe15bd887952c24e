/*
 * Which of the two compilations of the detector runs: decided by the processor, once a
 * call; their results differ by rounding alone (scores by less than 1e-5).
 */
#include "detector_calls.h"
#include "sitter/cpu.h"

static const struct detector_calls *calls(void)
{
#ifdef SITTER_DETECT_AVX2
    if (sit_cpu_level() >= SIT_CPU_AVX2)
        return &detector_calls_avx2;
#endif
    return &detector_calls_plain;
}

const char *sit_detect_dlib_version(void)
{
    return calls()->version;
}

enum sit_status sit_detector_new(struct sit_detector **out, struct sit_error *err)
{
    return calls()->make(out, err);
}

enum sit_status sit_detector_copy(const struct sit_detector *detector,
                                  struct sit_detector **out, struct sit_error *err)
{
    return calls()->copy(detector, out, err);
}

void sit_detector_free(struct sit_detector *detector)
{
    calls()->release(detector);
}

enum sit_status sit_detector_find(struct sit_detector *detector,
                                  const struct sit_image *image, double min_score,
                                  struct sit_face_box **boxes, size_t *n_boxes,
                                  struct sit_error *err)
{
    return calls()->find(detector, image, min_score, boxes, n_boxes, err);
}
