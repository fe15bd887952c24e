/*
 * Decoding, enlarging, detection, landmarks and alignment together against dlib 19.24
 * and OpenCV 4.6 on photographs: the same boxes, scores, points, matrices and pixels.
 */
#include "test_support.h"

#include <jansson.h>
#include <math.h>

#include "sitter/detect.h"
#include "sitter/file.h"
#include "sitter/image.h"

enum { CROP_PX = 224, N_FACES = 68 };

struct context {
    const char *photos, *aligned;
    struct sit_detector *detector;
    struct sit_landmark_model *landmarks;
    size_t n_faces;
    double score, matrix; /* largest deviations */
    double psnr;          /* smallest */
};

static long number_of(const json_t *object, const char *key)
{
    return (long)json_integer_value(json_object_get(object, key));
}

static struct sit_image read_picture(const char *folder, const char *name)
{
    struct sit_buf bytes = {0};
    struct sit_image image = {0};
    char *path = sit_file_join(folder, name);
    assert_ok(sit_file_read(path, SIT_IMAGE_MAX_FILE_BYTES, &bytes, err));
    assert_ok(sit_image_decode(bytes.data, bytes.n_bytes, path, &image, err));
    sit_buf_release(&bytes);
    free(path);
    return image;
}

static void compare_crop(struct context *context, const struct sit_image *enlarged,
                         const double m[6], const char *photo, size_t face)
{
    struct sit_buf name = {0};
    struct sit_image crop = {0};
    sit_buf_appendf(&name, "%.*s_%zu.png", (int)(strrchr(photo, '.') - photo), photo,
                    face);
    struct sit_image wanted = read_picture(context->aligned, sit_buf_text(&name));
    assert_ok(sit_image_warp(enlarged, m, CROP_PX, CROP_PX, &crop, err));
    context->psnr = fmin(context->psnr, sit_image_psnr(&crop, &wanted));
    sit_image_release(&crop);
    sit_image_release(&wanted);
    sit_buf_release(&name);
}

static void compare_face(struct context *context, const struct sit_image *enlarged,
                         const struct sit_face_box *box, const json_t *face,
                         const char *photo, size_t j)
{
    struct sit_point points[SIT_N_LANDMARKS];
    double m[6];
    assert_int_equal(box->left, number_of(face, "left"));
    assert_int_equal(box->top, number_of(face, "top"));
    assert_int_equal(box->right, number_of(face, "right"));
    assert_int_equal(box->bottom, number_of(face, "bottom"));
    double score = json_number_value(json_object_get(face, "score"));
    context->score = fmax(context->score, fabs(box->score - score));
    assert_ok(sit_landmark_model_fit(context->landmarks, enlarged, box, points, err));
    const json_t *lm = json_object_get(face, "lm");
    assert_int_equal(json_array_size(lm), SIT_N_LANDMARKS);
    for (size_t i = 0; i < SIT_N_LANDMARKS; i++) {
        const json_t *point = json_array_get(lm, i);
        assert_int_equal(points[i].x, json_integer_value(json_array_get(point, 0)));
        assert_int_equal(points[i].y, json_integer_value(json_array_get(point, 1)));
    }
    assert_ok(sit_face_align_matrix(points, CROP_PX, m, err));
    const json_t *affine = json_object_get(face, "affine");
    for (size_t i = 0; i < 6; i++) {
        const json_t *row = json_array_get(affine, i / 3);
        double wanted = json_number_value(json_array_get(row, i % 3));
        context->matrix = fmax(context->matrix, fabs(m[i] - wanted));
    }
    compare_crop(context, enlarged, m, photo, j);
    context->n_faces++;
}

static void compare_photo(struct context *context, const char *name,
                          const json_t *photo)
{
    struct sit_image image = read_picture(context->photos, name), enlarged = {0};
    struct sit_face_box *boxes = NULL;
    size_t n_boxes = 0;
    assert_ok(sit_image_scale_bilinear(&image, 2.5, &enlarged, err));
    assert_int_equal(enlarged.width_px, number_of(photo, "width"));
    assert_int_equal(enlarged.height_px, number_of(photo, "height"));
    assert_ok(
        sit_detector_find(context->detector, &enlarged, 0.0, &boxes, &n_boxes, err));
    const json_t *faces = json_object_get(photo, "faces");
    if (n_boxes != json_array_size(faces))
        fail_msg("%s: %zu faces, not %zu", name, n_boxes, json_array_size(faces));
    for (size_t j = 0; j < n_boxes; j++)
        compare_face(context, &enlarged, &boxes[j], json_array_get(faces, j), name, j);
    free(boxes);
    sit_image_release(&enlarged);
    sit_image_release(&image);
}

static void photos_agree_with_dlib_and_opencv(void **state)
{
    struct context *context = *state;
    char *path = test_shared_path("reference/aligned/detections.json");
    json_t *reference = json_load_file(path, 0, NULL);
    assert_non_null(reference);
    const char *name;
    json_t *photo;
    json_object_foreach(reference, name, photo) compare_photo(context, name, photo);
    json_decref(reference);
    free(path);
    print_message("largest deviation: score %.1e, matrix %.1e; least PSNR %.1f dB\n",
                  context->score, context->matrix, context->psnr);
    assert_int_equal(context->n_faces, N_FACES);
    assert_true(context->score < 1e-4);
    assert_true(context->matrix < 1e-9);
    assert_true(context->psnr >= 40.0);
}

int main(void)
{
    struct context context = {.psnr = (double)INFINITY};
    char *photos = test_shared_path("data/photos");
    char *aligned = test_shared_path("reference/aligned");
    int code = TEST_SKIPPED;
    if (photos == NULL || aligned == NULL) {
        printf("skipped: the shared data is not here ($SITTER_SHARED)\n");
    } else if (sit_detect_dlib_version() == NULL) {
        printf("skipped: built without dlib\n");
    } else if (access(SIT_LANDMARKS_PATH, R_OK) != 0) {
        printf("skipped: %s is not here (libdlib-data)\n", SIT_LANDMARKS_PATH);
    } else if (sit_detector_new(&context.detector, NULL) != SIT_OK ||
               sit_landmark_model_read(SIT_LANDMARKS_PATH, &context.landmarks, NULL) !=
                   SIT_OK) {
        printf("the detector or the landmark model cannot be loaded\n");
        code = 1;
    } else {
        context.photos = photos;
        context.aligned = aligned;
        const struct CMUnitTest tests[] = {
            cmocka_unit_test_prestate(photos_agree_with_dlib_and_opencv, &context),
        };
        code = cmocka_run_group_tests(tests, NULL, NULL);
    }
    sit_landmark_model_free(context.landmarks);
    sit_detector_free(context.detector);
    free(photos);
    free(aligned);
    return code;
}
