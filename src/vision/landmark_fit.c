/*
 * Fitting landmarks to a face: stage by stage the trees look at differences of pixels
 * around the shape so far and move it. Follows dlib's arithmetic, so that the same
 * model gives the same points.
 */
#include <math.h>
#include <stdlib.h>

#include "landmark_model.h"
#include "sitter/alloc.h"

/* Rotation and scale, [a, -b; b, a]. */
struct similarity {
    float a, b;
};

/* The similarity that takes one shape to the other in least squares, without the move:
 * Umeyama's, which for shapes that are not mirrored has this closed form. */
static struct similarity similarity_between(const float from[SHAPE_FLOATS],
                                            const float to[SHAPE_FLOATS])
{
    double mean[4] = {0};
    for (size_t i = 0; i < SIT_N_LANDMARKS; i++) {
        mean[0] += from[2 * i];
        mean[1] += from[2 * i + 1];
        mean[2] += to[2 * i];
        mean[3] += to[2 * i + 1];
    }
    for (size_t k = 0; k < 4; k++)
        mean[k] /= SIT_N_LANDMARKS;
    double along = 0.0, across = 0.0, norm = 0.0;
    for (size_t i = 0; i < SIT_N_LANDMARKS; i++) {
        double x = from[2 * i] - mean[0], y = from[2 * i + 1] - mean[1];
        double u = to[2 * i] - mean[2], v = to[2 * i + 1] - mean[3];
        along += x * u + y * v;
        across += x * v - y * u;
        norm += x * x + y * y;
    }
    if (norm <= 0.0)
        return (struct similarity){1.0f, 0.0f};
    return (struct similarity){(float)(along / norm), (float)(across / norm)};
}

/* A place in the box's frame, where (0, 0) and (1, 1) are its corner pixels, in pixels
 * of the picture. */
static double to_picture(double share, int32_t first, int32_t last)
{
    return floor((double)first + share * ((double)last - (double)first) + 0.5);
}

/* Mean of the channels, whole; 0 outside the picture (also for NaN). */
static float intensity_at(const struct sit_image *image, double x, double y)
{
    if (!(x >= 0.0 && y >= 0.0 && x < (double)image->width_px &&
          y < (double)image->height_px))
        return 0.0f;
    const uint8_t *pixel = image->rgb + ((size_t)y * image->width_px + (size_t)x) * 3;
    return (float)((pixel[0] + pixel[1] + pixel[2]) / 3);
}

/* pixels (n_pixels) around the shape, where the stage wants them. */
static void read_pixels(const struct landmark_stage *stage,
                        const struct sit_image *image, const struct sit_face_box *box,
                        const float shape[SHAPE_FLOATS], struct similarity turn,
                        float *pixels)
{
    for (size_t i = 0; i < stage->n_pixels; i++) {
        float dx = stage->offsets[2 * i], dy = stage->offsets[2 * i + 1];
        const float *anchor = shape + 2 * stage->anchors[i];
        float x = turn.a * dx - turn.b * dy + anchor[0];
        float y = turn.b * dx + turn.a * dy + anchor[1];
        pixels[i] = intensity_at(image, to_picture((double)x, box->left, box->right),
                                 to_picture((double)y, box->top, box->bottom));
    }
}

/* The leaf of one tree for these pixels. */
static const float *find_leaf(const struct landmark_stage *stage, size_t tree,
                              const float *pixels)
{
    const struct landmark_split *splits = stage->splits + tree * stage->n_splits;
    size_t at = 0;
    while (at < stage->n_splits) {
        const struct landmark_split *split = &splits[at];
        bool left = pixels[split->a] - pixels[split->b] > split->threshold;
        at = 2 * at + (left ? 1 : 2);
    }
    size_t leaf = tree * (stage->n_splits + 1) + (at - stage->n_splits);
    return stage->leaves + leaf * SHAPE_FLOATS;
}

static void run_stage(const struct landmark_stage *stage, const float *pixels,
                      float shape[SHAPE_FLOATS])
{
    for (size_t tree = 0; tree < stage->n_trees; tree++) {
        const float *leaf = find_leaf(stage, tree, pixels);
        for (size_t i = 0; i < SHAPE_FLOATS; i++)
            shape[i] += leaf[i];
    }
}

/* False where a value is no place at all. */
static bool to_points(const float shape[SHAPE_FLOATS], const struct sit_face_box *box,
                      struct sit_point points[SIT_N_LANDMARKS])
{
    const double limit = 1e6; /* far outside any picture */
    for (size_t i = 0; i < SIT_N_LANDMARKS; i++) {
        double x = to_picture((double)shape[2 * i], box->left, box->right);
        double y = to_picture((double)shape[2 * i + 1], box->top, box->bottom);
        if (!(fabs(x) < limit && fabs(y) < limit))
            return false;
        points[i] = (struct sit_point){(int32_t)x, (int32_t)y};
    }
    return true;
}

enum sit_status sit_landmark_model_fit(const struct sit_landmark_model *model,
                                       const struct sit_image *image,
                                       const struct sit_face_box *box,
                                       struct sit_point *points, struct sit_error *err)
{
    float shape[SHAPE_FLOATS];
    struct sit_point fitted[SIT_N_LANDMARKS];
    float *pixels = sit_malloc_array(model->max_pixels, sizeof *pixels);
    if (pixels == NULL)
        return sit_error_nomem(err);
    for (size_t i = 0; i < SHAPE_FLOATS; i++)
        shape[i] = model->mean_shape[i];
    for (size_t s = 0; s < model->n_stages; s++) {
        struct similarity turn = similarity_between(model->mean_shape, shape);
        read_pixels(&model->stages[s], image, box, shape, turn, pixels);
        run_stage(&model->stages[s], pixels, shape);
    }
    free(pixels);
    if (!to_points(shape, box, fitted))
        return sit_error_set(err, SIT_E_NUMERIC,
                             "the landmark model gives points far outside the picture");
    for (size_t i = 0; i < SIT_N_LANDMARKS; i++)
        points[i] = fitted[i];
    return SIT_OK;
}
