/*
 * Strips. From outside to inside a tile has the cursor's ring, the selection's ring and
 * the frame of its class, each in a place of its own: so all can be seen at once, and
 * the face itself never moves.
 */
#include "strip_picture.h"

#include <string.h>

#include "glyph.h"
#include "grid.h"

enum { RING_PX = 2, N_RINGS = 3, RIM_PX = RING_PX * N_RINGS, DOT_PX = 2, PAD_PX = 2 };

/* The painter's colours of the classes, in the same order. */
static const uint8_t class_colours[SIT_N_CLASS_STYLES][3] = {
    {0, 135, 255}, {215, 95, 215}, {215, 135, 0},
    {0, 175, 95},  {135, 95, 255}, {175, 135, 95},
};
static const uint8_t white[3] = {255, 255, 255}, black[3] = {0, 0, 0};
static const uint8_t yellow[3] = {255, 220, 0}, red[3] = {230, 30, 30};
static const uint8_t grey[3] = {60, 60, 60};

/* A part of the canvas. */
struct box {
    size_t x, y, width, height;
};

static void fill(struct sit_image *canvas, struct box box, const uint8_t colour[3])
{
    for (size_t y = box.y; y < box.y + box.height && y < canvas->height_px; y++)
        for (size_t x = box.x; x < box.x + box.width && x < canvas->width_px; x++)
            memcpy(canvas->rgb + 3 * (y * canvas->width_px + x), colour, 3);
}

static struct box shrink(struct box box, size_t by)
{
    size_t both = 2 * by;
    return (struct box){box.x + by, box.y + by, box.width > both ? box.width - both : 0,
                        box.height > both ? box.height - both : 0};
}

/* A ring inside the box; `corner` is how far it goes from each corner, 0: all around.
 */
static void draw_ring(struct sit_image *canvas, struct box b, size_t corner,
                      const uint8_t colour[3])
{
    if (b.width < 2 * RING_PX || b.height < 2 * RING_PX)
        return;
    size_t w = corner > 0 && corner < b.width / 2 ? corner : b.width / 2 + 1;
    size_t h = corner > 0 && corner < b.height / 2 ? corner : b.height / 2 + 1;
    size_t right = b.x + b.width, bottom = b.y + b.height;
    const size_t xs[2] = {b.x, right - w}, ys[2] = {b.y, bottom - h};
    const size_t rows[2] = {b.y, bottom - RING_PX}, cols[2] = {b.x, right - RING_PX};
    for (int i = 0; i < 2; i++) {
        for (int k = 0; k < 2; k++) {
            fill(canvas, (struct box){xs[i], rows[k], w, RING_PX}, colour);
            fill(canvas, (struct box){cols[i], ys[k], RING_PX, h}, colour);
        }
    }
}

/* A letter on a ground, its top left corner at (x, y). */
static void draw_badge(struct sit_image *canvas, size_t x, size_t y,
                       const uint8_t ground[3], const uint8_t ink[3], char letter)
{
    fill(canvas,
         (struct box){x, y, SIT_GLYPH_WIDTH * DOT_PX + 2 * PAD_PX,
                      SIT_GLYPH_HEIGHT * DOT_PX + 2 * PAD_PX},
         ground);
    sit_glyph_draw(canvas, x + PAD_PX, y + PAD_PX, DOT_PX, ink, letter);
}

/* Both diagonals of a box, dark at their sides so that they show on anything. */
static void draw_cross(struct sit_image *canvas, struct box b)
{
    if (b.width < 2 || b.height < 2)
        return;
    for (int pass = 0; pass < 2; pass++) {
        size_t thick = pass == 0 ? 4 : 2, off = pass == 0 ? 0 : 1;
        for (size_t y = 0; y + thick <= b.height; y++) {
            size_t x = y * (b.width - 4) / b.height;
            const uint8_t *ink = pass == 0 ? black : red;
            fill(canvas, (struct box){b.x + x + off, b.y + y, thick, thick / 2}, ink);
            fill(canvas,
                 (struct box){b.x + b.width - 4 - x + off, b.y + y, thick, thick / 2},
                 ink);
        }
    }
}

static void draw_looks(struct sit_image *canvas, const struct sit_tile *tile,
                       struct box box, struct box face)
{
    const uint8_t *colour = class_colours[tile->colour % SIT_N_CLASS_STYLES];
    size_t badge = SIT_GLYPH_HEIGHT * DOT_PX + 2 * PAD_PX;
    if ((tile->look & SIT_TILE_MARKED) != 0)
        draw_cross(canvas, face);
    if ((tile->look & SIT_TILE_LABELLED) != 0)
        draw_ring(canvas, shrink(box, 2 * RING_PX), 0, colour);
    else if ((tile->look & SIT_TILE_SUGGESTED) != 0)
        draw_ring(canvas, shrink(box, 2 * RING_PX), box.width / 4, colour);
    if ((tile->look & SIT_TILE_SELECTED) != 0)
        draw_ring(canvas, shrink(box, RING_PX), 0, white);
    if ((tile->look & SIT_TILE_CURSOR) != 0)
        draw_ring(canvas, box, 0, yellow); /* seen on any screen */
    if (tile->letter != 0 && face.height >= badge) {
        bool is_suggested = (tile->look & SIT_TILE_SUGGESTED) != 0;
        draw_badge(canvas, face.x, face.y + face.height - badge,
                   is_suggested ? black : colour, is_suggested ? colour : white,
                   tile->letter);
    }
    if (tile->hint != 0)
        draw_badge(canvas, face.x, face.y, yellow, black, tile->hint);
}

struct sit_image_placement sit_strip_face_place(size_t tile_width_px,
                                                size_t tile_height_px, bool with_looks)
{
    struct box box = {0, 0, tile_width_px, tile_height_px};
    if (with_looks)
        box = shrink(box, RIM_PX);
    return (struct sit_image_placement){box.x, box.y, box.width, box.height};
}

static void draw_missing(struct sit_image *canvas, struct box face)
{
    fill(canvas, face, grey);
    sit_glyph_draw(canvas, face.x + face.width / 2, face.y + face.height / 3, DOT_PX,
                   white, '?');
}

static enum sit_status draw_tile(const struct sit_tile *tile, bool with_looks,
                                 struct sit_tile_cache *cache,
                                 struct sit_project *project, struct box box,
                                 struct sit_image *canvas, struct sit_error *err)
{
    struct sit_image_placement at = sit_strip_face_place(box.width, box.height,
                                                         with_looks);
    struct box face = {box.x + at.x_px, box.y + at.y_px, at.width_px, at.height_px};
    if (tile->face_id == 0 || face.width == 0 || face.height == 0)
        return SIT_OK;
    enum sit_status status = sit_tile_cache_draw(cache, project, tile->face_id,
                                                 face.width, face.height, canvas,
                                                 face.x, face.y, err);
    if (status == SIT_E_NOMEM)
        return status;
    if (status != SIT_OK)
        draw_missing(canvas, face);
    if (with_looks)
        draw_looks(canvas, tile, box, face);
    return SIT_OK;
}

enum sit_status sit_strip_picture(const struct sit_strip *strip, bool with_looks,
                                  struct sit_tile_cache *cache,
                                  struct sit_project *project, size_t width_px,
                                  size_t height_px, struct sit_image *out,
                                  struct sit_error *err)
{
    struct sit_image canvas = {0};
    size_t tile_px = strip->n_tiles > 0 ? width_px / strip->n_tiles : 0;
    if (tile_px == 0)
        return sit_error_set(err, SIT_E_ARG, "no room for %zu faces in %zu px",
                             strip->n_tiles, width_px);
    enum sit_status status = sit_image_new(width_px, height_px, &canvas, err);
    for (size_t i = 0; status == SIT_OK && i < strip->n_tiles; i++)
        status = draw_tile(&strip->tiles[i], with_looks, cache, project,
                           (struct box){i * tile_px, 0, tile_px, height_px}, &canvas,
                           err);
    if (status == SIT_OK)
        *out = canvas;
    else
        sit_image_release(&canvas);
    return status;
}
