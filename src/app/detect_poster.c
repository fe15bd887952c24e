/*
 * From a poster's bytes to faces: decode, enlarge, find, align, encode; and a thumbnail
 * of the whole.
 */
#include "detect_poster.h"

#include <math.h>
#include <stdlib.h>

#include "sitter/alloc.h"

enum {
    FACE_QUALITY = 95, /* at 224 px: 48 dB, a fifth of a PNG's bytes */
    THUMBNAIL_QUALITY = 85,
    THUMBNAIL_PX = 640,
};

void poster_faces_release(struct poster_faces *faces)
{
    for (size_t i = 0; i < faces->n; i++) {
        sit_buf_release(&faces->faces[i].picture);
        free(faces->faces[i].landmarks);
    }
    free(faces->faces);
    sit_buf_release(&faces->thumbnail);
    *faces = (struct poster_faces){0};
}

double detect_scale(double upscale, size_t width_px, size_t height_px)
{
    double width = (double)width_px, height = (double)height_px;
    /* A little less than fits: sides are rounded. */
    double by_side = ((double)SIT_IMAGE_MAX_SIDE_PX - 1.0) / fmax(width, height);
    double by_area = sqrt((double)SIT_IMAGE_MAX_PIXELS / (width * height)) * 0.999;
    return fmin(upscale, fmin(by_side, by_area));
}

static void append_landmarks(struct sit_buf *json, const struct sit_point *points,
                             double scale)
{
    for (size_t i = 0; i < SIT_N_LANDMARKS; i++)
        sit_buf_appendf(json, "%s[%.2f, %.2f]", i == 0 ? "[" : ", ",
                        (points[i].x + 0.5) / scale, (points[i].y + 0.5) / scale);
    sit_buf_append_char(json, ']');
}

/* The box with its margin, squared, to size_px. */
static void plain_matrix(const struct detect_settings *settings,
                         const struct sit_face_box *box, double m[6])
{
    double width = (double)box->right - box->left + 1.0;
    double height = (double)box->bottom - box->top + 1.0;
    double side = fmax(width, height) * (1.0 + 2.0 * settings->margin);
    double zoom = (double)settings->size_px / side;
    double left = box->left + (width - side) / 2.0;
    double top = box->top + (height - side) / 2.0;
    /* Centres of pixels onto centres of pixels. */
    double matrix[6] = {zoom, 0.0,  (0.5 - left) * zoom - 0.5,
                        0.0,  zoom, (0.5 - top) * zoom - 0.5};
    for (size_t i = 0; i < 6; i++)
        m[i] = matrix[i];
}

static enum sit_status encode_face(const struct detect_settings *settings,
                                   const struct sit_image *enlarged, const double m[6],
                                   struct poster_face *face, struct sit_error *err)
{
    struct sit_image crop = {0};
    enum sit_status status = sit_image_warp(enlarged, m, settings->size_px,
                                            settings->size_px, &crop, err);
    if (status == SIT_OK)
        status = sit_image_encode_jpeg(&crop, FACE_QUALITY, &face->picture, err);
    if (status == SIT_OK)
        sit_sha256(face->picture.data, face->picture.n_bytes, face->sha256);
    sit_image_release(&crop);
    return status;
}

/* SIT_E_NUMERIC where landmarks are of no use. */
static enum sit_status cut_face(const struct detect_settings *settings,
                                const struct sit_image *enlarged, double scale,
                                const struct sit_face_box *box,
                                struct poster_face *face, struct sit_error *err)
{
    struct sit_point points[SIT_N_LANDMARKS];
    struct sit_buf json = {0};
    enum sit_status status = SIT_OK;
    double m[6];
    face->box = (struct sit_poster_box){
        .left = box->left / scale,
        .top = box->top / scale,
        .width = ((double)box->right - box->left + 1.0) / scale,
        .height = ((double)box->bottom - box->top + 1.0) / scale,
        .score = box->score};
    if (settings->landmarks == NULL) {
        plain_matrix(settings, box, m);
        return encode_face(settings, enlarged, m, face, err);
    }
    status = sit_landmark_model_fit(settings->landmarks, enlarged, box, points, err);
    if (status == SIT_OK)
        status = sit_face_align_matrix(points, settings->size_px, m, err);
    if (status == SIT_OK)
        status = encode_face(settings, enlarged, m, face, err);
    if (status != SIT_OK)
        return status;
    append_landmarks(&json, points, scale);
    if (json.failed) {
        sit_buf_release(&json);
        return sit_error_nomem(err);
    }
    face->landmarks = sit_buf_take(&json);
    face->box.landmarks = face->landmarks;
    return SIT_OK;
}

static enum sit_status make_thumbnail(const struct sit_image *poster,
                                      struct sit_buf *out, struct sit_error *err)
{
    size_t longest = poster->width_px > poster->height_px ? poster->width_px
                                                          : poster->height_px;
    if (longest <= THUMBNAIL_PX)
        return sit_image_encode_jpeg(poster, THUMBNAIL_QUALITY, out, err);
    struct sit_image_placement place = sit_image_place(
        poster->width_px, poster->height_px, THUMBNAIL_PX, THUMBNAIL_PX);
    struct sit_image small = {0};
    enum sit_status status = sit_image_scale(poster, place.width_px, place.height_px,
                                             &small, err);
    if (status == SIT_OK)
        status = sit_image_encode_jpeg(&small, THUMBNAIL_QUALITY, out, err);
    sit_image_release(&small);
    return status;
}

static enum sit_status cut_faces(const struct detect_settings *settings,
                                 const struct sit_image *enlarged,
                                 const struct sit_face_box *boxes, size_t n_boxes,
                                 struct poster_faces *out, struct sit_error *err)
{
    out->faces = sit_calloc(n_boxes, sizeof *out->faces);
    if (out->faces == NULL)
        return sit_error_nomem(err);
    for (size_t i = 0; i < n_boxes; i++) {
        struct poster_face *face = &out->faces[out->n];
        enum sit_status status = cut_face(settings, enlarged, out->scale, &boxes[i],
                                          face, err);
        if (status != SIT_OK && status != SIT_E_NUMERIC) {
            sit_buf_release(&face->picture);
            return status;
        }
        if (status == SIT_OK)
            out->n++;
        else
            out->n_dropped++;
    }
    return SIT_OK;
}

enum sit_status detect_poster(const struct detect_settings *settings,
                              struct sit_detector *detector,
                              const struct sit_buf *bytes, const char *name,
                              struct poster_faces *out, struct sit_error *err)
{
    struct sit_image poster = {0}, enlarged = {0};
    struct sit_face_box *boxes = NULL;
    size_t n_boxes = 0;
    struct poster_faces faces = {0};
    enum sit_status status = sit_image_decode(sit_buf_text(bytes), bytes->n_bytes, name,
                                              &poster, err);
    if (status != SIT_OK)
        return status;
    faces.width_px = poster.width_px;
    faces.height_px = poster.height_px;
    faces.scale = detect_scale(settings->upscale, poster.width_px, poster.height_px);
    status = sit_image_scale_bilinear(&poster, faces.scale, &enlarged, err);
    if (status == SIT_OK)
        status = sit_detector_find(detector, &enlarged, settings->min_score, &boxes,
                                   &n_boxes, err);
    if (status != SIT_OK)
        sit_error_prefix(err, "'%s'", name);
    if (status == SIT_OK)
        status = cut_faces(settings, &enlarged, boxes, n_boxes, &faces, err);
    if (status == SIT_OK && faces.n > 0)
        status = make_thumbnail(&poster, &faces.thumbnail, err);
    free(boxes);
    sit_image_release(&enlarged);
    sit_image_release(&poster);
    if (status == SIT_OK)
        *out = faces;
    else
        poster_faces_release(&faces);
    return status;
}
