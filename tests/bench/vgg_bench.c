/*
 * The VGG-Face forward pass, one measurement for each line on standard input, so that
 * vgg_torch.py can have it take turns with PyTorch. Weights and pictures are generated.
 * Commands, each answered by one line:
 *
 *     faces N      seconds for a forward pass of N faces
 *     peak         GFLOP/s of a large sgemm of OpenBLAS on all cores
 *     features     the 512 features of the first face
 *     info         threads, batch, bytes, GFLOP a face: direct convolution's, our
 * products'
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/matrix.h"
#include "sitter/progress.h"
#include "vgg_generated.h"

enum { MAX_FACES = 16, GEMM_SIDE = 2560, TILE = 4, PATCH = 6 };

static bool fail(const char *what)
{
    fprintf(stderr, "vgg_bench: %s\n", what);
    return false;
}

static double seconds_since(int64_t start_us)
{
    return (double)(sit_clock_us() - start_us) / 1e6;
}

static bool measure_faces(struct sit_vgg *vgg, const float *pixels, size_t n)
{
    static float out[MAX_FACES * SIT_VGG_DIM];
    struct sit_error err;
    if (n < 1 || n > MAX_FACES)
        return fail("that many faces are not there");
    int64_t start_us = sit_clock_us();
    if (sit_vgg_forward(vgg, pixels, n, out, &err) != SIT_OK)
        return fail(err.message);
    printf("%.6f\n", seconds_since(start_us));
    return true;
}

static bool measure_peak(void)
{
    size_t n = (size_t)GEMM_SIDE * GEMM_SIDE;
    float *a = vgg_generated_array(n, 1, 1), *b = vgg_generated_array(n, 2, 1);
    float *c = sit_calloc(n, sizeof *c);
    bool ok = a != NULL && b != NULL && c != NULL;
    if (ok) {
        int64_t start_us = sit_clock_us();
        ok = sit_matrix_sgemm(false, false, GEMM_SIDE, GEMM_SIDE, GEMM_SIDE, 1, a, b, 0,
                              c, NULL) == SIT_OK;
        printf("%.3f\n", 2.0 * GEMM_SIDE * (double)n / seconds_since(start_us) / 1e9);
    }
    free(a);
    free(b);
    free(c);
    return ok || fail("no memory for the product");
}

static bool print_features(struct sit_vgg *vgg, const float *pixels)
{
    float out[SIT_VGG_DIM];
    struct sit_error err;
    if (sit_vgg_forward(vgg, pixels, 1, out, &err) != SIT_OK)
        return fail(err.message);
    for (size_t i = 0; i < SIT_VGG_DIM; i++)
        printf("%.9g ", (double)out[i]);
    printf("\n");
    return true;
}

/* Multiplications and additions of a face, by definition and in our matrix products. */
static void count_flops(double *direct, double *products)
{
    size_t side = SIT_VGG_SIDE_PX;
    *direct = *products = 0;
    for (size_t l = 0; l < SIT_VGG_N_LAYERS; l++) {
        const struct sit_vgg_layer *layer = sit_vgg_layer(l);
        double pair = 2.0 * (double)layer->n_in * (double)layer->n_out;
        size_t n_tiles = (side + TILE - 1) / TILE * ((side + TILE - 1) / TILE);
        double by_definition = 9 * pair * (double)(side * side);
        *direct += by_definition;
        *products += l == 0 ? by_definition : PATCH * PATCH * pair * (double)n_tiles;
        side = layer->pool_after ? side / 2 : side;
    }
}

static bool answer(struct sit_vgg *vgg, const float *pixels, const char *line)
{
    size_t n;
    if (sscanf(line, "faces %zu", &n) == 1)
        return measure_faces(vgg, pixels, n);
    if (strcmp(line, "peak\n") == 0)
        return measure_peak();
    if (strcmp(line, "features\n") == 0)
        return print_features(vgg, pixels);
    if (strcmp(line, "info\n") == 0) {
        double direct, products;
        count_flops(&direct, &products);
        printf("%zu %zu %zu %.4f %.4f\n", sit_vgg_n_threads(vgg), sit_vgg_batch(vgg),
               sit_vgg_memory_bytes(vgg), direct / 1e9, products / 1e9);
        return true;
    }
    return fail("unknown command");
}

int main(void)
{
    struct sit_vgg_weights weights = {0};
    struct sit_vgg_options options;
    struct sit_vgg *vgg = NULL;
    struct sit_error err;
    char line[64];
    size_t n = (size_t)MAX_FACES * SIT_VGG_N_PIXEL_VALUES;
    float *pixels = sit_malloc_array(n, sizeof *pixels);
    bool ok = pixels != NULL || fail("out of memory");
    for (size_t i = 0; ok && i < n; i++)
        pixels[i] = (float)(int)(256 * vgg_generated_uniform(i, 1));

    sit_vgg_options_init(&options);
    vgg_generated_weights(&weights);
    ok = ok &&
         (sit_vgg_new(&weights, &options, &vgg, &err) == SIT_OK || fail(err.message));
    sit_vgg_weights_release(&weights);
    if (ok)
        sit_matrix_set_threads(sit_vgg_n_threads(vgg));
    while (ok && fgets(line, sizeof line, stdin) != NULL) {
        ok = answer(vgg, pixels, line);
        fflush(stdout);
    }
    sit_vgg_free(vgg);
    free(pixels);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
