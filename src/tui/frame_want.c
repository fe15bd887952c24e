/*
 * Which pictures a frame wants, and in which order: its own, those of the faces that
 * most likely come next in the same places, and then sharper ones of its own.
 */
#include "frame_parts.h"
#include "poster_picture.h"

enum {
    STRIP_COLOURS = 64, /* many of them at once: 30 dB, in half the time */
};

struct sit_screen_metrics sit_frame_metrics(const struct sit_term_caps *caps)
{
    size_t max_px = caps->max_width_px;
    if (max_px == 0 || (caps->max_height_px > 0 && caps->max_height_px < max_px))
        max_px = caps->max_height_px;
    return (struct sit_screen_metrics){.graphics = caps->graphics,
                                       .cell_width_px = caps->cell_width_px,
                                       .cell_height_px = caps->cell_height_px,
                                       .max_picture_px = max_px};
}

struct sit_picture sit_frame_picture(const struct sit_term_caps *caps,
                                     const struct sit_picture_slot *slot,
                                     size_t quality)
{
    const struct sit_quality *wanted = &sit_qualities[quality];
    size_t n_colours = caps->n_registers;
    if (n_colours < 2 || n_colours > wanted->n_colours)
        n_colours = wanted->n_colours;
    if (slot->strip.n_tiles > 0 && n_colours > STRIP_COLOURS)
        n_colours = STRIP_COLOURS;
    return (struct sit_picture){.picture_id = slot->picture_id,
                                .strip = slot->strip,
                                .format = {.graphics = caps->graphics,
                                           .n_cols = slot->area.n_cols,
                                           .n_rows = slot->area.n_rows,
                                           .cell_width_px = caps->cell_width_px,
                                           .cell_height_px = caps->cell_height_px,
                                           .n_colours = n_colours,
                                           .coarseness = wanted->coarseness,
                                           .half_blocks = caps->half_blocks,
                                           .is_square = slot->is_square}};
}

/* Pictures wanted, most urgent first. */
struct wish {
    struct sit_picture pictures[SIT_PICTURE_CACHE_MAX_WANTED];
    size_t n;
};

static void add_wish(struct wish *wish, struct sit_picture picture)
{
    if (wish->n < SIT_PICTURE_CACHE_MAX_WANTED)
        wish->pictures[wish->n++] = picture;
}

static void wish_slots(struct wish *wish, const struct sit_term_caps *caps,
                       const struct sit_grid *grid, size_t quality)
{
    for (size_t i = 0; i < grid->n_slots; i++)
        add_wish(wish, sit_frame_picture(caps, &grid->slots[i], quality));
}

/* Other faces in the places of this one. Alone, a poster is a look aside: the next face
 * comes as itself. */
static void wish_faces(struct wish *wish, struct sit_frame *frame,
                       const struct sit_screen_driver *driver,
                       const struct sit_term_caps *caps)
{
    enum { N_AHEAD = 12 };
    int64_t ids[N_AHEAD];
    const struct sit_grid *grid = &frame->grid;
    if (driver->upcoming == NULL || grid->n_slots == 0 ||
        grid->slots[0].strip.n_tiles > 0)
        return;
    size_t n = driver->upcoming(driver->context, ids, N_AHEAD);
    for (size_t k = 0; k < n; k++) {
        for (size_t i = 0; i < grid->n_slots; i++) {
            struct sit_picture picture = sit_frame_picture(caps, &grid->slots[i],
                                                           frame->quality);
            bool poster = grid->n_slots > 1 &&
                          sit_picture_is_poster(picture.picture_id);
            picture.picture_id = poster ? sit_picture_of_poster(ids[k]) : ids[k];
            add_wish(wish, picture);
        }
    }
}

static void wish_ahead(struct wish *wish, struct sit_frame *frame,
                       const struct sit_screen_driver *driver,
                       const struct sit_term_caps *caps)
{
    struct sit_screen_metrics metrics = sit_frame_metrics(caps);
    for (size_t i = 0; driver->draw_ahead != NULL; i++) {
        if (!sit_grid_resize(&frame->ahead, caps->n_cols, caps->n_rows) ||
            !driver->draw_ahead(driver->context, i, &metrics, &frame->ahead))
            return;
        wish_slots(wish, caps, &frame->ahead, frame->quality);
    }
}

void sit_frame_want(struct sit_frame *frame, const struct sit_screen_driver *driver,
                    const struct sit_term_caps *caps)
{
    struct wish wish = {.n = 0};
    bool coarse = frame->quality != SIT_QUALITY_SHARP;
    wish_slots(&wish, caps, &frame->grid, frame->quality);
    wish_faces(&wish, frame, driver, caps);
    wish_ahead(&wish, frame, driver, caps);
    if (coarse && wish.n + frame->grid.n_slots > SIT_PICTURE_CACHE_MAX_WANTED)
        wish.n = SIT_PICTURE_CACHE_MAX_WANTED - frame->grid.n_slots;
    if (coarse)
        wish_slots(&wish, caps, &frame->grid, SIT_QUALITY_SHARP);
    sit_picture_cache_want(frame->cache, wish.pictures, wish.n);
}
