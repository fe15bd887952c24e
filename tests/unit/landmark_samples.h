/*
 * Small landmark models as dlib writes them, for tests: built number by number.
 */
#ifndef SITTER_LANDMARK_SAMPLES_H
#define SITTER_LANDMARK_SAMPLES_H

#include "sitter/buf.h"
#include "sitter/detect.h"

static inline void put_int(struct sit_buf *out, long long value)
{
    unsigned long long rest = (unsigned long long)(value < 0 ? -value : value);
    char bytes[9];
    int n = 0;
    do {
        bytes[1 + n++] = (char)(rest & 0xff);
        rest >>= 8;
    } while (rest > 0);
    bytes[0] = (char)(n | (value < 0 ? 0x80 : 0));
    sit_buf_append(out, bytes, (size_t)n + 1);
}

/* value / 1024 */
static inline void put_float(struct sit_buf *out, long long value)
{
    put_int(out, value);
    put_int(out, -10);
}

/* What makes a sample wrong; zero: nothing. */
struct landmark_fault {
    int split_index; /* instead of one of the two pixels */
    int anchor;      /* instead of landmark 0 */
    int n_rows;      /* instead of 136 */
    bool not_finite;
};

/* The mean shape is a grid of 68 points; one stage, one tree of one split: where pixel
 * 0 is brighter than pixel 1 by more than 0.5, all points move right by 1/4, otherwise
 * down by 1/4. Pixel 0 lies at landmark 0, pixel 1 half a box to the right of it. */
static inline void make_landmark_sample(const struct landmark_fault *fault,
                                        struct sit_buf *out)
{
    const int n_floats = 2 * SIT_N_LANDMARKS;
    put_int(out, 1);
    put_int(out, fault->n_rows != 0 ? fault->n_rows : n_floats);
    put_int(out, 1);
    for (int i = 0; i < SIT_N_LANDMARKS; i++) {
        put_float(out, (i % 9) * 96);
        put_float(out, (i / 9) * 96);
    }
    put_int(out, 1); /* stages */
    put_int(out, 1); /* trees */
    put_int(out, 1); /* splits */
    put_int(out, 0);
    put_int(out, fault->split_index != 0 ? fault->split_index : 1);
    put_int(out, fault->not_finite ? 1 : 512);
    put_int(out, fault->not_finite ? 32000 : -10);
    put_int(out, 2); /* leaves */
    for (int leaf = 0; leaf < 2; leaf++) {
        put_int(out, -n_floats); /* as newer files have them */
        put_int(out, -1);
        for (int i = 0; i < n_floats; i++)
            put_float(out, i % 2 == leaf ? 256 : 0);
    }
    put_int(out, 1); /* stages of anchors */
    put_int(out, 2);
    put_int(out, fault->anchor);
    put_int(out, 0);
    put_int(out, 1); /* stages of offsets */
    put_int(out, 2);
    put_float(out, 0);
    put_float(out, 0);
    put_float(out, 512);
    put_float(out, 0);
}

#endif
