/*
 * Faces on pictures: dlib's frontal face detector, its 68 landmarks, and the matrix
 * that aligns a face by its eyes. A detector belongs to one thread; a landmark model is
 * read-only and shared.
 */
#ifndef SITTER_DETECT_H
#define SITTER_DETECT_H

#include <stddef.h>
#include <stdint.h>

#include "sitter/image.h"
#include "sitter/status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { SIT_N_LANDMARKS = 68 };

/** Where Debian's libdlib-data puts the landmark model. */
#define SIT_LANDMARKS_PATH "/usr/share/dlib/shape_predictor_68_face_landmarks.dat"

struct sit_point {
    int32_t x, y;
};

/** A face in pixels of the picture searched; right and bottom are inside. The box may
 * reach beyond the picture, as dlib's do. */
struct sit_face_box {
    int32_t left, top, right, bottom;
    double score; /* dlib's confidence; above the threshold asked for */
};

/** dlib's version as "19.24", or NULL where this program was built without it. */
const char *sit_detect_dlib_version(void);

struct sit_detector;

/** SIT_E_UNSUPPORTED: built without dlib. SIT_E_NOMEM. */
enum sit_status sit_detector_new(struct sit_detector **out, struct sit_error *err);
/** Another one for another thread: much quicker than making it anew. SIT_E_NOMEM. */
enum sit_status sit_detector_copy(const struct sit_detector *detector,
                                  struct sit_detector **out, struct sit_error *err);
void sit_detector_free(struct sit_detector *detector);

/**
 * All faces that score at least min_score (0 is dlib's own threshold), best first; the
 * caller frees *boxes (NULL where there are none). Faces of about 80 px and more are
 * found: smaller ones need an enlarged picture. Looks at colours as dlib does: the
 * strongest gradient of the three. SIT_E_NOMEM; SIT_E_UNSUPPORTED with dlib's own
 * words.
 */
enum sit_status sit_detector_find(struct sit_detector *detector,
                                  const struct sit_image *image, double min_score,
                                  struct sit_face_box **boxes, size_t *n_boxes,
                                  struct sit_error *err);

struct sit_landmark_model;

/**
 * Read a 68-point shape predictor as dlib writes it, checked: every index it will use
 * is in range. SIT_E_IO; SIT_E_FORMAT: not such a file, or cut short; SIT_E_NOMEM.
 */
enum sit_status sit_landmark_model_read(const char *path,
                                        struct sit_landmark_model **out,
                                        struct sit_error *err);
/** The same from bytes; `name` is what errors call them. */
enum sit_status sit_landmark_model_parse(const void *bytes, size_t n_bytes,
                                         const char *name,
                                         struct sit_landmark_model **out,
                                         struct sit_error *err);
void sit_landmark_model_free(struct sit_landmark_model *model);

/**
 * The landmarks of the face in `box`. points (SIT_N_LANDMARKS), caller's, written only
 * on success; they may lie outside the picture. SIT_E_NOMEM; SIT_E_NUMERIC: a model
 * with absurd values.
 */
enum sit_status sit_landmark_model_fit(const struct sit_landmark_model *model,
                                       const struct sit_image *image,
                                       const struct sit_face_box *box,
                                       struct sit_point *points, struct sit_error *err);

/**
 * The affine matrix m (2, 3) for sit_image_warp() that brings a face upright to size_px
 * x size_px: both eyes at 0.35 of the height, 0.30 of the width apart. points
 * (SIT_N_LANDMARKS). SIT_E_NUMERIC where the eyes coincide.
 * Source: imutils' FaceAligner. Test: tests/unit/vision_test.c.
 */
enum sit_status sit_face_align_matrix(const struct sit_point *points, size_t size_px,
                                      double m[6], struct sit_error *err);

#ifdef __cplusplus
}
#endif
#endif
