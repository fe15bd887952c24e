/*
 * Fisherfaces against scikit-learn on drawn data (make_fisher_reference.py), and
 * against the predictions kept for the poster faces.
 */
#include "test_support.h"

#include <jansson.h>
#include <math.h>

#include "sitter/alloc.h"
#include "sitter/file.h"
#include "sitter/head.h"
#include "sitter/image.h"

static float *read_floats(const json_t *array, size_t n)
{
    float *values = sit_malloc_array(n, sizeof *values);
    assert_non_null(values);
    assert_int_equal(json_array_size(array), n);
    for (size_t i = 0; i < n; i++)
        values[i] = (float)json_number_value(json_array_get(array, i));
    return values;
}

static size_t number(const json_t *object, const char *key)
{
    return (size_t)json_integer_value(json_object_get(object, key));
}

/* Scores are read back as log-odds; a temperature keeps them within what a float
 * probability holds. */
static double worst_score(const json_t *reference)
{
    enum { TEMPERATURE = 1000 };
    size_t n = number(reference, "n"), d = number(reference, "d");
    size_t k = number(reference, "k");
    float *x = read_floats(json_object_get(reference, "x"), n * d);
    float *p = sit_malloc_array(n, k * sizeof *p);
    uint8_t *y = sit_calloc(n, 1);
    uint32_t *group = sit_calloc(n, sizeof *group);
    assert_true(p != NULL && y != NULL && group != NULL);
    for (size_t i = 0; i < n; i++)
        y[i] = (uint8_t)json_integer_value(
            json_array_get(json_object_get(reference, "y"), i));
    struct sit_dataset data = {x, y, group, n, d, k};
    struct sit_head_options options;
    struct sit_head *head = NULL;
    sit_head_options_init(&options, SIT_HEAD_FISHER);
    assert_ok(sit_head_train(&data, NULL, &options, NULL, &head, NULL, err));
    assert_ok(sit_head_set_temperature(head, TEMPERATURE, err));
    assert_ok(sit_head_predict(head, x, n, d, p, err));
    const json_t *scores = json_object_get(reference, "scores");
    double worst = 0, largest = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t c = 1; c < k; c++) {
            double found = TEMPERATURE * log((double)p[i * k + c] / (double)p[i * k]);
            double expected = json_number_value(
                json_array_get(scores, i * (k - 1) + c - 1));
            worst = fmax(worst, fabs(found - expected));
            largest = fmax(largest, fabs(expected));
        }
    sit_head_free(head);
    free(x);
    free(y);
    free(group);
    free(p);
    return worst / largest;
}

static void scores_are_scikit_learns(void **state)
{
    (void)state;
    json_t *reference = json_load_file(SITTER_REF_DIR "/fisher-reference.json", 0,
                                       NULL);
    const json_t *cases = json_object_get(reference, "cases");
    assert_int_equal(json_array_size(cases), 4);
    for (size_t i = 0; i < 4; i++) {
        double worst = worst_score(json_array_get(cases, i));
        print_message("case %zu: scores within %.1e of the largest\n", i, worst);
        assert_true(worst < 1e-4); /* float probabilities at temperature 1000 */
    }
    json_decref(reference);
}

enum { SIDE = 200, DIM = SIDE * SIDE };

static void read_face(const char *folder, const char *name, float *grey)
{
    struct sit_buf path = {0}, bytes = {0};
    struct sit_image face = {0}, sized = {0};
    sit_buf_appendf(&path, "%s/%s", folder, name);
    assert_ok(sit_file_read(sit_buf_text(&path), 1 << 20, &bytes, err));
    assert_ok(sit_image_decode(bytes.data, bytes.n_bytes, name, &face, err));
    assert_ok(sit_image_resize_bilinear(&face, SIDE, SIDE, &sized, err));
    sit_image_to_grey(&sized, grey);
    sit_image_release(&face);
    sit_image_release(&sized);
    sit_buf_release(&path);
    sit_buf_release(&bytes);
}

/* Train on the article's train faces, predict all. */
static void check_posters(const json_t *reference, const char *folder)
{
    const json_t *names = json_object_get(reference, "names");
    const json_t *expected = json_object_get(reference, "pred_male");
    size_t n = json_array_size(names), n_train = 0, n_equal = 0;
    assert_int_equal(n, 290);
    float *x = sit_malloc_array(n, DIM * sizeof *x);
    uint8_t *y = sit_calloc(n, 1);
    uint32_t *group = sit_calloc(n, sizeof *group);
    assert_true(x != NULL && y != NULL && group != NULL);
    /* The train faces come first. */
    for (size_t i = 0; i < n; i++) {
        const char *name = json_string_value(json_array_get(names, i));
        y[i] = strstr(name, "/male/") != NULL;
        group[i] = (uint32_t)i;
        if (strncmp(name, "train/", 6) == 0)
            assert_int_equal(n_train++, i);
        read_face(folder, name, x + i * DIM);
    }
    struct sit_dataset train = {x, y, group, n_train, DIM, 2};
    struct sit_head_options options;
    struct sit_head *head = NULL;
    float p[2 * 290];
    sit_head_options_init(&options, SIT_HEAD_FISHER);
    assert_ok(sit_head_train(&train, NULL, &options, NULL, &head, NULL, err));
    assert_ok(sit_head_predict(head, x, n, DIM, p, err));
    for (size_t i = 0; i < n; i++)
        n_equal += (p[2 * i + 1] > p[2 * i]) ==
                   (json_integer_value(json_array_get(expected, i)) != 0);
    print_message("%zu of %zu predictions are equal\n", n_equal, n);
    assert_int_equal(n_equal, n);
    sit_head_free(head);
    free(x);
    free(y);
    free(group);
}

static void posters_are_predicted_alike(void **state)
{
    (void)state;
    char *path = test_shared_path("reference/fisherfaces-posters.json");
    char *folder = test_shared_path("data/posters/faces");
    skip_without(path);
    skip_without(folder);
    json_t *reference = json_load_file(path, 0, NULL);
    assert_non_null(reference);
    check_posters(reference, folder);
    json_decref(reference);
    free(path);
    free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_are_scikit_learns),
        cmocka_unit_test(posters_are_predicted_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
