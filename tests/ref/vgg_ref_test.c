/*
 * The VGG-16 forward pass against PyTorch's features of the same faces and the same
 * generated weights (reference/make_vgg_reference.py in the shared data), and both of
 * our paths against each other.
 */
#include "test_support.h"

#include <math.h>

#include "sitter/alloc.h"
#include "sitter/file.h"
#include "sitter/npy.h"
#include "vgg_generated.h"

enum { N_FACES = 2 };

static void load_faces(const char *names_path, enum sit_vgg_preprocess preprocess,
                       float *pixels)
{
    char name[256];
    FILE *names = fopen(names_path, "r");
    assert_non_null(names);
    for (size_t i = 0; i < N_FACES; i++) {
        struct sit_buf bytes = {0}, path = {0};
        struct sit_image face = {0};
        assert_non_null(fgets(name, sizeof name, names));
        name[strcspn(name, "\n")] = '\0';
        sit_buf_appendf(&path, "data/posters/faces/%s", name);
        char *full = test_shared_path(sit_buf_text(&path));
        assert_non_null(full);
        assert_ok(sit_file_read(full, SIT_IMAGE_MAX_FILE_BYTES, &bytes, err));
        assert_ok(sit_image_decode(bytes.data, bytes.n_bytes, name, &face, err));
        assert_ok(sit_vgg_prepare(&face, preprocess, pixels, err));
        pixels += SIT_VGG_N_PIXEL_VALUES;
        sit_image_release(&face);
        sit_buf_release(&bytes);
        sit_buf_release(&path);
        free(full);
    }
    fclose(names);
}

/* The largest difference over the row's largest entry, of the worst row. */
static double deviation(const float *x, const float *reference, size_t n_rows)
{
    double worst = 0;
    for (size_t i = 0; i < n_rows; i++) {
        double largest = 0, difference = 0;
        for (size_t j = i * SIT_VGG_DIM; j < (i + 1) * SIT_VGG_DIM; j++) {
            largest = fmax(largest, fabs((double)reference[j]));
            difference = fmax(difference, fabs((double)x[j] - (double)reference[j]));
        }
        worst = fmax(worst, difference / largest);
    }
    return worst;
}

struct run {
    enum sit_vgg_path path;
    float *pixels[2]; /* raw, v1 */
    float *reference[2];
};

static void check_path(const struct run *run)
{
    struct sit_vgg_weights weights = {0};
    struct sit_vgg_options options;
    struct sit_vgg *vgg = NULL;
    assert_true(vgg_generated_weights(&weights));
    sit_vgg_options_init(&options);
    options.path = run->path;
    options.batch = N_FACES;
    assert_ok(sit_vgg_new(&weights, &options, &vgg, err));
    sit_vgg_weights_release(&weights);
    for (size_t k = 0; k < 2; k++) {
        float features[N_FACES * SIT_VGG_DIM];
        assert_ok(sit_vgg_forward(vgg, run->pixels[k], N_FACES, features, err));
        double worst = deviation(features, run->reference[k], N_FACES);
        print_message("%s path, %s: off by %.1e of the largest entry\n",
                      run->path == SIT_VGG_FAST ? "fast" : "plain",
                      k == 0 ? "raw" : "v1", worst);
        assert_true(worst < 1e-5);
    }
    sit_vgg_free(vgg);
}

static void features_are_those_of_pytorch(void **state)
{
    (void)state;
    static const char *const names[2] = {"raw", "v1"};
    struct run run = {0};
    char *list = test_shared_path("reference/vgg-random-names.txt");
    skip_without(list);
    for (size_t k = 0; k < 2; k++) {
        struct sit_npy npy = {0};
        struct sit_buf path = {0};
        sit_buf_appendf(&path, "reference/vgg-random-%s.npy", names[k]);
        char *full = test_shared_path(sit_buf_text(&path));
        assert_non_null(full);
        assert_ok(sit_npy_open(full, &npy, err));
        assert_int_equal(npy.n_rows, N_FACES);
        assert_int_equal(npy.n_cols, SIT_VGG_DIM);
        run.reference[k] = sit_malloc_array(N_FACES * SIT_VGG_DIM, sizeof(float));
        run.pixels[k] = sit_malloc_array(N_FACES * SIT_VGG_N_PIXEL_VALUES,
                                         sizeof(float));
        assert_true(run.reference[k] != NULL && run.pixels[k] != NULL);
        assert_ok(sit_npy_read_rows(&npy, 0, N_FACES, run.reference[k], err));
        load_faces(list, k == 0 ? SIT_VGG_RAW : SIT_VGG_V1, run.pixels[k]);
        sit_npy_close(&npy);
        sit_buf_release(&path);
        free(full);
    }
    run.path = SIT_VGG_FAST;
    check_path(&run);
    run.path = SIT_VGG_PLAIN;
    check_path(&run);
    for (size_t k = 0; k < 2; k++) {
        free(run.reference[k]);
        free(run.pixels[k]);
    }
    free(list);
}

int main(void)
{
    const char *shared = getenv("SITTER_SHARED");
    char *list = test_shared_path("reference/vgg-random-names.txt");
    if (list == NULL) {
        print_message("skipped: %s has no reference features\n",
                      shared != NULL ? shared : "$SITTER_SHARED");
        return TEST_SKIPPED;
    }
    free(list);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(features_are_those_of_pytorch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
