/*
 * Weights of the VGG network from Keras files and folders of .npy: the same arrays from
 * every way of storing them, and an error that says what is wrong with each bad file.
 */
#include "keras_support.h"

#include <fcntl.h>
#include <math.h>
#include <signal.h>

#include "sitter/npy.h"
#include "weights_file.h"

enum { MAX_KERNEL = 3 * 3 * 512 * 512 };

static float *scratch; /* (MAX_KERNEL) */

/* Different in every layer and place, not symmetric in any axis. */
static float value_at(size_t layer, bool kernel, size_t i)
{
    return (float)(i % 9973) * 1e-4f - 0.4f + (float)layer + (kernel ? 0.0f : 100.0f);
}

static const float *fill(size_t layer, bool kernel, size_t n)
{
    for (size_t i = 0; i < n; i++)
        scratch[i] = value_at(layer, kernel, i);
    return scratch;
}

static size_t kernel_size(size_t i)
{
    return 9 * sit_vgg_layer(i)->n_in * sit_vgg_layer(i)->n_out;
}

/* How a file departs from what Keras writes. */
struct variant {
    enum keras_text text;
    bool full_model, extra_layers, keras_1;
    unsigned deflate;
    size_t n_layers; /* 0: all */
};

static void write_layer(hid_t group, size_t i, const struct variant *v)
{
    const struct sit_vgg_layer *layer = sit_vgg_layer(i);
    char kernel[64], bias[64];
    const char *names[2] = {kernel, bias};
    snprintf(kernel, sizeof kernel, v->keras_1 ? "%s_W" : "%s/kernel:0", layer->name);
    snprintf(bias, sizeof bias, v->keras_1 ? "%s_b" : "%s/bias:0", layer->name);
    hid_t layer_group = keras_group(group, layer->name), inner = -1;
    if (!v->keras_1)
        inner = keras_group(layer_group, layer->name);
    keras_names(layer_group, "weight_names", v->text, names, 2);
    const hsize_t dims[4] = {3, 3, layer->n_in, layer->n_out};
    keras_array(layer_group, kernel, H5T_IEEE_F32LE, 4, dims,
                fill(i, true, kernel_size(i)), v->deflate);
    keras_array(layer_group, bias, H5T_IEEE_F32LE, 1, dims + 3,
                fill(i, false, layer->n_out), 0);
    if (inner >= 0)
        H5Gclose(inner);
    H5Gclose(layer_group);
}

static void write_vgg(const char *path, const struct variant *v)
{
    const char *names[SIT_VGG_N_LAYERS + 2];
    size_t n = 0, n_layers = v->n_layers > 0 ? v->n_layers : SIT_VGG_N_LAYERS;
    hid_t file = keras_create(path), group = file;
    if (v->full_model)
        group = keras_group(file, "model_weights");
    if (v->extra_layers) {
        names[n++] = "input_1";
        hid_t input = keras_group(group, "input_1");
        keras_no_names(input, "weight_names");
        H5Gclose(input);
    }
    for (size_t i = 0; i < n_layers; i++) {
        names[n++] = sit_vgg_layer(i)->name;
        write_layer(group, i, v);
    }
    if (v->extra_layers) {
        const char *weights[1] = {"fc6/kernel:0"};
        const hsize_t dims[2] = {2, 2};
        names[n++] = "fc6";
        hid_t fc6 = keras_group(group, "fc6");
        H5Gclose(keras_group(fc6, "fc6"));
        keras_names(fc6, "weight_names", v->text, weights, 1);
        keras_array(fc6, weights[0], H5T_IEEE_F32LE, 2, dims, scratch, 0);
        H5Gclose(fc6);
    }
    keras_names(group, "layer_names", v->text, names, n);
    if (v->full_model)
        H5Gclose(group);
    H5Fclose(file);
}

static void expect_all(const char *path)
{
    struct sit_vgg_weights weights = {0};
    assert_ok(sit_vgg_weights_read(path, &weights, err));
    for (size_t i = 0; i < SIT_VGG_N_LAYERS; i++) {
        size_t n = kernel_size(i), n_out = sit_vgg_layer(i)->n_out;
        assert_memory_equal(weights.kernel[i], fill(i, true, n), n * sizeof(float));
        assert_memory_equal(weights.bias[i], fill(i, false, n_out),
                            n_out * sizeof(float));
    }
    sit_vgg_weights_release(&weights);
}

static void refuses(const char *path, enum sit_status status, const char *part)
{
    struct sit_vgg_weights weights = {0};
    struct sit_error failure = {0};
    enum sit_status got = sit_vgg_weights_read(path, &weights, &failure);
    if (got != status || strstr(failure.message, part) == NULL ||
        strstr(failure.message, path) == NULL)
        fail_msg("%s: '%s' does not say '%s'", sit_status_name(got), failure.message,
                 part);
    assert_null(weights.kernel[0]);
}

static void every_way_of_storing_gives_the_same(void **state)
{
    static const struct variant variants[] = {
        {.text = KERAS_FIXED},
        {.text = KERAS_VARIABLE, .extra_layers = true},
        {.text = KERAS_FIXED, .full_model = true, .extra_layers = true, .deflate = 1},
        {.text = KERAS_VARIABLE, .keras_1 = true},
    };
    char *path = sit_file_join(*state, "weights.h5");
    for (size_t i = 0; i < sizeof variants / sizeof variants[0]; i++) {
        write_vgg(path, &variants[i]);
        expect_all(path);
    }
    free(path);
}

static void a_folder_of_npy_gives_the_same(void **state)
{
    char *dir = sit_file_join(*state, "folder"), name[64];
    assert_ok(sit_file_make_dir(dir, err));
    refuses(dir, SIT_E_IO, "conv1_1.kernel.npy");
    for (size_t i = 0; i < SIT_VGG_N_LAYERS; i++) {
        const struct sit_vgg_layer *layer = sit_vgg_layer(i);
        for (int kernel = 0; kernel < 2; kernel++) {
            size_t n = kernel ? kernel_size(i) : layer->n_out;
            char dict[160], header[256];
            snprintf(name, sizeof name, "%s.%s.npy", layer->name,
                     kernel ? "kernel" : "bias");
            char *path = sit_file_join(dir, name);
            struct sit_buf bytes = {0};
            if (kernel)
                snprintf(dict, sizeof dict, "(3, 3, %zu, %zu)", layer->n_in,
                         layer->n_out);
            else
                snprintf(dict, sizeof dict, "(%zu,)", layer->n_out);
            int n_header = snprintf(
                header, sizeof header,
                "{'descr': '<f4', 'fortran_order': False, 'shape': %s}", dict);
            sit_buf_append(&bytes, "\x93NUMPY\x01\x00", 8);
            sit_buf_append_char(&bytes, (char)n_header);
            sit_buf_append_char(&bytes, '\0');
            sit_buf_append_text(&bytes, header);
            sit_buf_append(&bytes, fill(i, kernel != 0, n), n * sizeof(float));
            assert_ok(sit_file_write_atomic(path, bytes.data, bytes.n_bytes, err));
            sit_buf_release(&bytes);
            free(path);
        }
    }
    expect_all(dir);
    char hex[SIT_SHA256_HEX_BYTES], again[SIT_SHA256_HEX_BYTES];
    assert_ok(sit_vgg_weights_sha256(dir, hex, err));
    /* A matrix where a kernel belongs. */
    char *path = sit_file_join(dir, "conv3_2.kernel.npy");
    assert_ok(sit_npy_write(path, scratch, 9, 4, err));
    assert_ok(sit_vgg_weights_sha256(dir, again, err));
    assert_string_not_equal(hex, again);
    struct sit_error failure;
    struct sit_vgg_weights weights = {0};
    assert_int_equal(sit_vgg_weights_read(dir, &weights, &failure), SIT_E_FORMAT);
    assert_non_null(strstr(failure.message, "conv3_2.kernel.npy': the kernel of layer "
                                            "conv3_2 is 9 x 4, must be 3 x 3 x 256 x "
                                            "256"));
    free(path);
    free(dir);
}

static void missing_parts_are_named(void **state)
{
    char *path = sit_file_join(*state, "weights.h5");
    write_vgg(path, &(struct variant){.n_layers = 3});
    refuses(path, SIT_E_FORMAT, "has no layer conv2_2");
    hid_t file = keras_create(path);
    H5Fclose(file);
    refuses(path, SIT_E_FORMAT, "no attribute layer_names");

    const char *layers[1] = {"conv1_1"}, *weights[1] = {"conv1_1/kernel:0"};
    file = keras_create(path);
    keras_names(file, "layer_names", KERAS_FIXED, layers, 1);
    H5Fclose(file);
    refuses(path, SIT_E_FORMAT, "no 'conv1_1', though it is named");

    file = keras_create(path);
    keras_names(file, "layer_names", KERAS_FIXED, layers, 1);
    hid_t group = keras_group(file, "conv1_1");
    keras_names(group, "weight_names", KERAS_FIXED, weights, 1);
    H5Gclose(group);
    H5Fclose(file);
    refuses(path, SIT_E_FORMAT, "no 'conv1_1/kernel:0', though it is named");
    free(path);
}

/* A file whose first layer has one weight, as given. */
static void write_one(const char *path, const char *weight, hid_t type, size_t n_dims,
                      const hsize_t *dims)
{
    const char *layers[1] = {"conv1_1"}, *weights[1] = {weight};
    hid_t file = keras_create(path);
    keras_names(file, "layer_names", KERAS_FIXED, layers, 1);
    hid_t group = keras_group(file, "conv1_1");
    keras_names(group, "weight_names", KERAS_VARIABLE, weights, 1);
    keras_array(group, weight, type, n_dims, dims, scratch, 0);
    H5Gclose(group);
    H5Fclose(file);
}

static void shapes_and_types_are_checked(void **state)
{
    char *path = sit_file_join(*state, "weights.h5");
    const hsize_t oihw[4] = {64, 3, 3, 3}, good[4] = {3, 3, 3, 64};
    const hsize_t five[5] = {1, 1, 1, 1, 1};
    fill(0, true, kernel_size(0));
    write_one(path, "kernel:0", H5T_IEEE_F32LE, 4, oihw);
    refuses(path, SIT_E_FORMAT,
            "the kernel of layer conv1_1 is 64 x 3 x 3 x 3, must be 3 x 3 x 3 x 64");
    write_one(path, "kernel:0", H5T_IEEE_F32LE, 5, five);
    refuses(path, SIT_E_FORMAT, "5 dimensions, at most 4");
    write_one(path, "kernel:0", H5T_STD_I32LE, 4, good);
    refuses(path, SIT_E_FORMAT, "does not hold floats");
    write_one(path, "gamma:0", H5T_IEEE_F32LE, 4, good);
    refuses(path, SIT_E_FORMAT, "weight 'gamma:0', neither kernel nor bias");
    write_one(path, "kernel:0", H5T_IEEE_F64BE, 4, good);
    refuses(path, SIT_E_FORMAT, "layer conv1_1 has no bias");
    scratch[77] = NAN;
    write_one(path, "kernel:0", H5T_IEEE_F32LE, 4, good);
    refuses(path, SIT_E_NUMERIC, "value 77 (counted from 0)");
    scratch[77] = -INFINITY;
    write_one(path, "kernel:0", H5T_IEEE_F64LE, 4, good);
    refuses(path, SIT_E_NUMERIC, "value 77 (counted from 0)");
    free(path);
}

/* Nothing outside the file is opened, whatever it asks for. */
static void links_and_outside_storage_are_refused(void **state)
{
    char *path = sit_file_join(*state, "weights.h5");
    char *outside = sit_file_join(*state, "outside.h5");
    const hsize_t good[4] = {3, 3, 3, 64};
    const char *layers[1] = {"conv1_1"}, *weights[1] = {"kernel:0"};
    fill(0, true, kernel_size(0));
    write_one(outside, "kernel:0", H5T_IEEE_F32LE, 4, good);

    hid_t file = keras_create(path);
    keras_names(file, "layer_names", KERAS_FIXED, layers, 1);
    H5Lcreate_external(outside, "/conv1_1", file, "conv1_1", H5P_DEFAULT, H5P_DEFAULT);
    H5Fclose(file);
    refuses(path, SIT_E_FORMAT, "is a link to elsewhere");

    for (int external = 0; external < 2; external++) {
        file = keras_create(path);
        keras_names(file, "layer_names", KERAS_FIXED, layers, 1);
        hid_t group = keras_group(file, "conv1_1");
        keras_names(group, "weight_names", KERAS_FIXED, weights, 1);
        hid_t plist = H5Pcreate(H5P_DATASET_CREATE);
        hid_t space = H5Screate_simple(4, good, NULL);
        if (external)
            H5Pset_external(plist, outside, 0, sizeof(float) * kernel_size(0));
        else
            H5Pset_virtual(plist, space, outside, "/conv1_1/kernel:0", space);
        hid_t set = H5Dcreate2(group, "kernel:0", H5T_IEEE_F32LE, space, H5P_DEFAULT,
                               plist, H5P_DEFAULT);
        assert_true(set >= 0);
        H5Dclose(set);
        H5Sclose(space);
        H5Pclose(plist);
        H5Gclose(group);
        H5Fclose(file);
        refuses(path, SIT_E_FORMAT, "lies in other files");
    }
    free(outside);
    free(path);
}

static void lists_and_texts_have_limits(void **state)
{
    enum { N = 5000 };
    char *path = sit_file_join(*state, "weights.h5");
    char long_name[1000];
    const char *one[1] = {long_name};
    hid_t file = keras_create(path);
    hsize_t dims[1] = {N};
    hid_t space = H5Screate_simple(1, dims, NULL), type = H5Tcopy(H5T_C_S1);
    hid_t id = H5Acreate2(file, "layer_names", type, space, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(id >= 0);
    H5Aclose(id);
    H5Tclose(type);
    H5Sclose(space);
    H5Fclose(file);
    refuses(path, SIT_E_LIMIT, "5000 entries");

    memset(long_name, 'x', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    file = keras_create(path);
    keras_names(file, "layer_names", KERAS_VARIABLE, one, 1);
    H5Fclose(file);
    refuses(path, SIT_E_LIMIT, "512 bytes or longer");

    file = keras_create(path);
    keras_no_names(file, "layer_names");
    H5Fclose(file);
    refuses(path, SIT_E_FORMAT, "has no layer conv1_1");
    free(path);
}

static void cut_and_foreign_files_are_refused(void **state)
{
    char *path = sit_file_join(*state, "weights.h5");
    char *pipe_path = sit_file_join(*state, "pipe.h5");
    write_vgg(path, &(struct variant){.n_layers = 2});
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    const off_t cuts[] = {info.st_size - 1, info.st_size / 2, 4096, 800, 96, 8, 1, 0};
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        assert_int_equal(truncate(path, cuts[i]), 0);
        refuses(path, SIT_E_FORMAT, "cannot read it as HDF5");
    }
    assert_ok(sit_file_write_atomic(path, "PK\3\4", 4, err));
    refuses(path, SIT_E_FORMAT, "cannot read it as HDF5");
    assert_int_equal(unlink(path), 0);
    refuses(path, SIT_E_IO, "cannot open");
    assert_int_equal(mkfifo(pipe_path, 0600), 0);
    refuses(pipe_path, SIT_E_IO, "not a regular file");
    free(pipe_path);
    free(path);
}

/*
 * What the child is for: the filter runs there, in HDF5's stead.
 */

static enum sit_status crash(const void *context, const char *path,
                             const struct weights_tensor *tensor, bool *wanted,
                             struct sit_error *failure)
{
    (void)context, (void)path, (void)tensor, (void)wanted, (void)failure;
    raise(SIGSEGV);
    return SIT_OK;
}

static enum sit_status leave(const void *context, const char *path,
                             const struct weights_tensor *tensor, bool *wanted,
                             struct sit_error *failure)
{
    (void)context, (void)path, (void)tensor, (void)wanted, (void)failure;
    _exit(0);
}

static enum sit_status look_outside(const void *context, const char *path,
                                    const struct weights_tensor *tensor, bool *wanted,
                                    struct sit_error *failure)
{
    (void)context, (void)tensor, (void)wanted;
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (fd >= 0)
        return sit_error_set(failure, SIT_E_EXISTS, "'%s': a door stands open", path);
    return sit_error_set(failure, SIT_E_BUSY, "'%s': closed", path);
}

static void a_library_that_dies_is_an_error(void **state)
{
    char *path = sit_file_join(*state, "weights.h5");
    struct weights_file file = {0};
    struct sit_error failure = {0};
    struct weights_filter filter = {.choose = crash};
    write_vgg(path, &(struct variant){.n_layers = 1});
    assert_int_equal(weights_file_read(path, &filter, &file, &failure), SIT_E_FORMAT);
    assert_non_null(strstr(failure.message, "the HDF5 library failed on it (Segm"));
    filter.choose = leave;
    assert_int_equal(weights_file_read(path, &filter, &file, &failure), SIT_E_IO);
    assert_non_null(strstr(failure.message, "cut short"));
    filter.choose = look_outside;
    assert_int_equal(weights_file_read(path, &filter, &file, &failure), SIT_E_BUSY);
    assert_non_null(strstr(failure.message, "closed"));
    assert_null(file.tensors);
    free(path);
}

static int set_up(void **state)
{
    scratch = malloc(sizeof *scratch * MAX_KERNEL);
    *state = test_make_dir();
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return scratch == NULL;
}

static int tear_down(void **state)
{
    test_remove_dir(*state);
    free(scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_of_storing_gives_the_same),
        cmocka_unit_test(a_folder_of_npy_gives_the_same),
        cmocka_unit_test(missing_parts_are_named),
        cmocka_unit_test(shapes_and_types_are_checked),
        cmocka_unit_test(links_and_outside_storage_are_refused),
        cmocka_unit_test(lists_and_texts_have_limits),
        cmocka_unit_test(cut_and_foreign_files_are_refused),
        cmocka_unit_test(a_library_that_dies_is_an_error),
    };
    if (sit_hdf5_version() == NULL)
        return TEST_SKIPPED;
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
