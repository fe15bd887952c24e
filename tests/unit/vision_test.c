/*
 * Landmark models and alignment without a detector: a model made by hand moves points
 * as it says; forged and cut files are refused; the matrix puts the eyes where they
 * belong.
 */
#include "test_support.h"

#include <math.h>

#include "landmark_samples.h"
#include "sitter/detect.h"
#include "sitter/file.h"

static enum sit_status parse(const struct landmark_fault *fault, struct sit_error *err)
{
    struct sit_buf bytes = {0};
    struct sit_landmark_model *model = NULL;
    make_landmark_sample(fault, &bytes);
    enum sit_status status = sit_landmark_model_parse(bytes.data, bytes.n_bytes,
                                                      "m.dat", &model, err);
    sit_landmark_model_free(model);
    sit_buf_release(&bytes);
    return status;
}

static void test_a_model_moves_the_points(void **state)
{
    (void)state;
    struct sit_buf bytes = {0};
    struct sit_landmark_model *model = NULL;
    struct sit_image image = {0};
    struct sit_point points[SIT_N_LANDMARKS];
    const struct sit_face_box box = {10, 20, 74, 84,
                                     1.0}; /* 65 px: 64 between corners */
    make_landmark_sample(&(struct landmark_fault){0}, &bytes);
    assert_ok(
        sit_landmark_model_parse(bytes.data, bytes.n_bytes, "m.dat", &model, err));
    assert_ok(sit_image_new(100, 100, &image, err));
    for (int bright = 0; bright < 2; bright++) {
        memset(image.rgb + (20 * 100 + 10) * 3, bright * 3, 3);
        assert_ok(sit_landmark_model_fit(model, &image, &box, points, err));
        for (int i = 0; i < SIT_N_LANDMARKS; i++) {
            assert_int_equal(points[i].x, 10 + 6 * (i % 9) + (bright ? 16 : 0));
            assert_int_equal(points[i].y, 20 + 6 * (i / 9) + (bright ? 0 : 16));
        }
    }
    /* All pixels are outside: black, and no read leaves the picture. */
    const struct sit_face_box away = {-500, -500, -400, -400, 1.0};
    assert_ok(sit_landmark_model_fit(model, &image, &away, points, err));
    assert_int_equal(points[0].x, -500);
    sit_image_release(&image);
    sit_landmark_model_free(model);
    sit_buf_release(&bytes);
}

static void test_forged_models_are_refused(void **state)
{
    (void)state;
    struct sit_error error;
    assert_int_equal(parse(&(struct landmark_fault){0}, &error), SIT_OK);
    const struct landmark_fault faults[] = {
        {.split_index = 2},          {.split_index = -1}, {.split_index = 70000},
        {.anchor = SIT_N_LANDMARKS}, {.anchor = -3},      {.n_rows = 134},
        {.n_rows = 1000000000},      {.not_finite = true}};
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        assert_int_equal(parse(&faults[i], &error), SIT_E_FORMAT);
        assert_non_null(strstr(error.message, "'m.dat'"));
    }
}

static void test_cut_models_are_refused(void **state)
{
    (void)state;
    struct sit_buf bytes = {0};
    struct sit_landmark_model *model = NULL;
    struct sit_error error;
    make_landmark_sample(&(struct landmark_fault){0}, &bytes);
    for (size_t n = 0; n < bytes.n_bytes; n++) {
        char *cut = malloc(n + 1); /* its own block: reading further is seen */
        memcpy(cut, bytes.data, n);
        char *exact = n > 0 ? realloc(cut, n) : cut;
        assert_int_equal(sit_landmark_model_parse(exact, n, "m.dat", &model, &error),
                         SIT_E_FORMAT);
        assert_null(model);
        free(exact);
    }
    sit_buf_release(&bytes);
    assert_int_equal(sit_landmark_model_read("/nonexistent.dat", &model, &error),
                     SIT_E_IO);
}

/* Where the matrix takes a point. */
static void apply(const double m[6], double x, double y, double *u, double *v)
{
    *u = m[0] * x + m[1] * y + m[2];
    *v = m[3] * x + m[4] * y + m[5];
}

static void test_eyes_come_to_rest(void **state)
{
    (void)state;
    struct sit_point points[SIT_N_LANDMARKS] = {{0, 0}};
    for (int angle = 0; angle < 360; angle += 30) {
        double radians = angle * 3.14159265358979323846 / 180.0, m[6], u, v;
        for (int i = 36; i < 48; i++) {
            double side = i < 42 ? -1.0 : 1.0; /* the subject's right is at our left */
            points[i].x = (int32_t)lrint(500.0 + side * 100.0 * cos(radians));
            points[i].y = (int32_t)lrint(400.0 + side * 100.0 * sin(radians));
        }
        assert_ok(sit_face_align_matrix(points, 200, m, err));
        apply(m, points[36].x, points[36].y, &u, &v);
        assert_true(fabs(u - 70.0) < 0.5 && fabs(v - 70.0) < 0.5);
        apply(m, points[42].x, points[42].y, &u, &v);
        assert_true(fabs(u - 130.0) < 0.5 && fabs(v - 70.0) < 0.5);
    }
    struct sit_error error;
    double m[6] = {7, 7, 7, 7, 7, 7};
    memset(points, 0, sizeof points);
    assert_int_equal(sit_face_align_matrix(points, 200, m, &error), SIT_E_NUMERIC);
    assert_true(m[0] == 7.0);
}

static void test_without_dlib_it_says_so(void **state)
{
    (void)state;
    struct sit_detector *detector = NULL;
    struct sit_error error;
    enum sit_status status = sit_detector_new(&detector, &error);
    if (sit_detect_dlib_version() == NULL) {
        assert_int_equal(status, SIT_E_UNSUPPORTED);
        assert_non_null(strstr(error.message, "built without dlib"));
        return;
    }
    assert_int_equal(status, SIT_OK);
    struct sit_image image = {0};
    for (size_t side = 1; side < 120; side += 17) { /* smaller than the detector too */
        struct sit_face_box *boxes = NULL;
        size_t n = 9;
        assert_ok(sit_image_new(side, 3 * side, &image, err));
        assert_ok(sit_detector_find(detector, &image, 0.0, &boxes, &n, err));
        assert_int_equal(n, 0);
        assert_null(boxes);
        sit_image_release(&image);
    }
    sit_detector_free(detector);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_model_moves_the_points),
        cmocka_unit_test(test_forged_models_are_refused),
        cmocka_unit_test(test_cut_models_are_refused),
        cmocka_unit_test(test_eyes_come_to_rest),
        cmocka_unit_test(test_without_dlib_it_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
