/*
 * Private to app: one poster's faces, cut out; knows no project.
 */
#ifndef SITTER_APP_DETECT_POSTER_H
#define SITTER_APP_DETECT_POSTER_H

#include "sitter/detect.h"
#include "sitter/file.h"
#include "sitter/project.h"

struct detect_settings {
    double upscale;
    size_t size_px;
    double min_score, margin;
    const struct sit_landmark_model *landmarks; /* NULL: plain crops */
};

struct poster_face {
    struct sit_poster_box box; /* landmarks: see below */
    char *landmarks;           /* JSON, owned; NULL without a model */
    struct sit_buf picture;    /* a JPEG */
    uint8_t sha256[SIT_SHA256_BYTES];
};

/* Zero-initialise. */
struct poster_faces {
    size_t width_px, height_px; /* of the poster */
    double scale;               /* by which it was enlarged */
    struct poster_face *faces;  /* (n), best first */
    size_t n;
    size_t n_dropped;         /* found, but their eyes coincide */
    struct sit_buf thumbnail; /* a JPEG; empty where there are no faces */
};

void poster_faces_release(struct poster_faces *faces);

/* By how much to enlarge a poster: `upscale`, or less where it would not fit in the
 * limits on pictures. */
double detect_scale(double upscale, size_t width_px, size_t height_px);

/* Search the poster in `bytes`; `name` is what errors call it. *out only on success. */
enum sit_status detect_poster(const struct detect_settings *settings,
                              struct sit_detector *detector,
                              const struct sit_buf *bytes, const char *name,
                              struct poster_faces *out, struct sit_error *err);

#endif
