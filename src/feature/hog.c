/*
 * Histograms of oriented gradients of one face. Grey values and scaling come from the
 * image layer; descriptors of other sizes are nobody's. Written in loops along a row
 * that a compiler turns into vector instructions; the order of every sum is fixed, so
 * the features are the same to the bit whatever the width of the vectors.
 */
#include "sitter/hog.h"

#include <math.h>
#include <string.h>

enum {
    SIDE = SIT_HOG_SIDE_PX,
    CELL_PX = 8,
    N_CELLS = SIDE / CELL_PX,
    N_BINS = 9,
    N_BLOCKS = N_CELLS - 1,
    BLOCK_DIM = 4 * N_BINS,
    VOTE_PX = 2 * CELL_PX, /* how far a cell's votes come from, along one axis */
    MARGIN = CELL_PX / 2,  /* the same, beyond the picture's edge */
};

/* The widest vectors that the processor has, chosen when the program is loaded (which
 * is too early for a sanitizer). */
#if defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED 1
#elif defined(__has_feature)
#define IS_SANITIZED __has_feature(address_sanitizer)
#else
#define IS_SANITIZED 0
#endif
#if defined(__x86_64__) && defined(__gnu_linux__) && !IS_SANITIZED
#define WIDE_VECTORS __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define WIDE_VECTORS
#endif

/* One row of pixels: its gradients, then each bin's share of them. */
struct row {
    float magnitude[SIDE];
    float position[SIDE]; /* orientation in bins, 0 <= position <= N_BINS */
};

/* Votes summed down the rows of a cell, a column each, with room at both ends. */
typedef float column_sums[N_CELLS][N_BINS][SIDE + 2 * MARGIN];
typedef float cell_sums[N_CELLS][N_CELLS][N_BINS];

/* The angle of a gradient whose lesser component is `ratio` times the greater, 0 to 1,
 * in bins from the greater one's axis. A least-maximum polynomial for
 * atan(ratio) * 9 / pi, off by at most 1e-6. */
static inline float angle_in_bins(float ratio)
{
    static const float terms[] = {2.8647778f,  -0.95447230f,  0.56745207f, -0.37910727f,
                                  0.22810489f, -0.096268885f, 0.019514311f};
    float square = ratio * ratio, sum = terms[6];
    for (int i = 5; i >= 0; i--)
        sum = sum * square + terms[i];
    return sum * ratio;
}

/* Differences of the neighbours, their magnitude, and the orientation in bins, opposite
 * directions being the same. `grey` has one more value before and behind. */
static inline void find_gradients(const float *above, const float *grey,
                                  const float *below, struct row *row)
{
    for (size_t x = 0; x < SIDE; x++) {
        float dx = grey[x + 1] - grey[(ptrdiff_t)x - 1], dy = below[x] - above[x];
        float along = fabsf(dx), down = fabsf(dy);
        float greater = along > down ? along : down;
        float lesser = along > down ? down : along;
        float angle = angle_in_bins(lesser / (greater > 0 ? greater : 1));
        angle = down > along ? N_BINS / 2.0f - angle : angle;
        row->position[x] = dx * dy < 0 ? N_BINS - angle : angle;
        row->magnitude[x] = sqrtf(dx * dx + dy * dy);
    }
}

/* Bin b is centred on b + 1/2; the share of a bin falls off linearly to the centres of
 * its neighbours, around a circle. */
static inline void vote_row(const struct row *row, size_t y, column_sums columns)
{
    /* The row lies between the centres of two cells. */
    float place = ((float)y + 0.5f) / CELL_PX - 0.5f;
    float upper_cell = floorf(place), share_of_lower = place - upper_cell;
    int first = (int)upper_cell;
    for (size_t bin = 0; bin < N_BINS; bin++) {
        float share[SIDE], centre = (float)bin + 0.5f;
        for (size_t x = 0; x < SIDE; x++) {
            float apart = fabsf(row->position[x] - centre);
            float around = N_BINS - apart;
            float near = 1 - (apart < around ? apart : around);
            share[x] = (near > 0 ? near : 0) * row->magnitude[x];
        }
        for (int k = 0; k < 2; k++) {
            if (first + k < 0 || first + k >= N_CELLS)
                continue; /* votes beyond the edge are lost */
            float weight = k == 0 ? 1 - share_of_lower : share_of_lower;
            float *sum = columns[first + k][bin] + MARGIN;
            for (size_t x = 0; x < SIDE; x++)
                sum[x] += weight * share[x];
        }
    }
}

static inline void sum_cells(column_sums columns, cell_sums cells)
{
    for (size_t cy = 0; cy < N_CELLS; cy++)
        for (size_t bin = 0; bin < N_BINS; bin++) {
            float sum[N_CELLS] = {0};
            for (size_t i = 0; i < VOTE_PX; i++) {
                float from_centre = fabsf((float)i - (VOTE_PX - 1) / 2.0f);
                float weight = 1 - from_centre / CELL_PX;
                for (size_t cx = 0; cx < N_CELLS; cx++)
                    sum[cx] += weight * columns[cy][bin][cx * CELL_PX + i];
            }
            for (size_t cx = 0; cx < N_CELLS; cx++)
                cells[cy][cx][bin] = sum[cx];
        }
}

/* Four sums side by side: one alone would wait for each addition. */
static inline void scale_to_unit(float block[BLOCK_DIM])
{
    float sum[4] = {0};
    for (size_t i = 0; i < BLOCK_DIM; i += 4)
        for (size_t k = 0; k < 4; k++)
            sum[k] += block[i + k] * block[i + k];
    /* A flat block stays near 0 rather than becoming noise of length 1. */
    float factor = 1 / sqrtf(sum[0] + sum[1] + (sum[2] + sum[3]) + 1e-4f);
    for (size_t i = 0; i < BLOCK_DIM; i++)
        block[i] *= factor;
}

static inline void normalise_blocks(cell_sums cells, float *out)
{
    for (size_t by = 0; by < N_BLOCKS; by++)
        for (size_t bx = 0; bx < N_BLOCKS; bx++) {
            float *block = out + (by * N_BLOCKS + bx) * BLOCK_DIM;
            for (size_t k = 0; k < 4; k++)
                memcpy(block + k * N_BINS, cells[by + (k >> 1)][bx + (k & 1)],
                       N_BINS * sizeof *block);
            scale_to_unit(block);
            for (size_t i = 0; i < BLOCK_DIM; i++)
                block[i] = block[i] < 0.2f ? block[i] : 0.2f;
            scale_to_unit(block);
        }
}

WIDE_VECTORS
static void compute_hog(const uint8_t *grey, float *out)
{
    /* An edge pixel is its own neighbour. */
    float rows[SIDE][SIDE + 2];
    for (size_t y = 0; y < SIDE; y++) {
        for (size_t x = 0; x < SIDE; x++)
            rows[y][x + 1] = (float)grey[y * SIDE + x];
        rows[y][0] = rows[y][1];
        rows[y][SIDE + 1] = rows[y][SIDE];
    }
    column_sums columns;
    memset(columns, 0, sizeof columns);
    for (size_t y = 0; y < SIDE; y++) {
        struct row row;
        find_gradients(rows[y > 0 ? y - 1 : y] + 1, rows[y] + 1,
                       rows[y + 1 < SIDE ? y + 1 : y] + 1, &row);
        vote_row(&row, y, columns);
    }
    cell_sums cells;
    sum_cells(columns, cells);
    normalise_blocks(cells, out);
}

/* The clones stay private: compilers do not agree on how others would call them. */
void sit_hog_compute(const uint8_t *grey, float *out)
{
    compute_hog(grey, out);
}

enum sit_status sit_hog_extract(const struct sit_grey *face, float *out,
                                struct sit_error *err)
{
    uint8_t grey[SIDE * SIDE];
    enum sit_status status = sit_grey_scale(face, SIDE, SIDE, grey, err);
    if (status == SIT_OK)
        sit_hog_compute(grey, out);
    return status;
}
