/*
 * Histograms of oriented gradients of one face. Scaling and grey values come from the
 * image layer; descriptors of other sizes are nobody's.
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
};

/* Where a pixel's vote goes along one axis: two neighbouring cells. The histogram has a
 * border of one cell on each side for votes that fall outside, so no test is needed. */
struct cell_vote {
    size_t cell; /* the lower one, in the bordered histogram */
    float upper; /* share of cell + 1 */
};

typedef float histogram[N_CELLS + 2][N_CELLS + 2][N_BINS];

static void find_votes(struct cell_vote votes[SIDE])
{
    for (size_t i = 0; i < SIDE; i++) {
        float position = ((float)i + 0.5f) / CELL_PX + 0.5f;
        votes[i].cell = (size_t)position;
        votes[i].upper = position - (float)votes[i].cell;
    }
}

/* Differences of the neighbours (an edge pixel being its own), their magnitude, and the
 * orientation in bins, 0 <= bin < N_BINS, opposite directions being the same. */
static void row_gradients(const float *grey, size_t y, float *magnitude, float *bin)
{
    const float *row = grey + y * SIDE;
    const float *above = y > 0 ? row - SIDE : row;
    const float *below = y + 1 < SIDE ? row + SIDE : row;
    for (size_t x = 0; x < SIDE; x++) {
        float dx = row[x + 1 < SIDE ? x + 1 : x] - row[x > 0 ? x - 1 : x];
        float dy = below[x] - above[x];
        magnitude[x] = sqrtf(dx * dx + dy * dy);
        float turn = atan2f(dy, dx) / (float)M_PI; /* -1 to 1 */
        bin[x] = (turn < 0 ? turn + 1 : turn) * N_BINS;
    }
}

static void vote_row(const struct cell_vote votes[SIDE], size_t y,
                     const float *magnitude, const float *bin, histogram cells)
{
    for (size_t x = 0; x < SIDE; x++) {
        /* Bin b is centred on b + 1/2; the orientations are a circle. */
        float position = bin[x] + N_BINS - 0.5f;
        size_t whole = (size_t)position;
        size_t low = whole % N_BINS, high = (whole + 1) % N_BINS;
        float high_share = (position - (float)whole) * magnitude[x];
        float low_share = magnitude[x] - high_share;
        for (size_t k = 0; k < 4; k++) {
            float along_y = k & 2 ? votes[y].upper : 1 - votes[y].upper;
            float along_x = k & 1 ? votes[x].upper : 1 - votes[x].upper;
            float *cell = cells[votes[y].cell + (k >> 1)][votes[x].cell + (k & 1)];
            cell[low] += along_y * along_x * low_share;
            cell[high] += along_y * along_x * high_share;
        }
    }
}

static void scale_to_unit(float block[BLOCK_DIM])
{
    float sum = 0;
    for (size_t i = 0; i < BLOCK_DIM; i++)
        sum += block[i] * block[i];
    /* A flat block stays near 0 rather than becoming noise of length 1. */
    float factor = 1 / sqrtf(sum + 1e-4f);
    for (size_t i = 0; i < BLOCK_DIM; i++)
        block[i] *= factor;
}

enum sit_status sit_hog_extract(const struct sit_image *face, float *out,
                                struct sit_error *err)
{
    struct sit_image small = {0};
    enum sit_status status = sit_image_scale(face, SIDE, SIDE, &small, err);
    if (status != SIT_OK)
        return status;
    float grey[SIDE * SIDE];
    sit_image_to_grey(&small, grey);
    sit_image_release(&small);

    struct cell_vote votes[SIDE];
    histogram cells;
    memset(cells, 0, sizeof cells);
    find_votes(votes);
    for (size_t y = 0; y < SIDE; y++) {
        float magnitude[SIDE], bin[SIDE];
        row_gradients(grey, y, magnitude, bin);
        vote_row(votes, y, magnitude, bin, cells);
    }
    for (size_t by = 0; by < N_BLOCKS; by++)
        for (size_t bx = 0; bx < N_BLOCKS; bx++) {
            float *block = out + (by * N_BLOCKS + bx) * BLOCK_DIM;
            for (size_t k = 0; k < 4; k++)
                memcpy(block + k * N_BINS, cells[by + 1 + (k >> 1)][bx + 1 + (k & 1)],
                       N_BINS * sizeof *block);
            scale_to_unit(block);
            for (size_t i = 0; i < BLOCK_DIM; i++)
                block[i] = fminf(block[i], 0.2f);
            scale_to_unit(block);
        }
    return SIT_OK;
}
