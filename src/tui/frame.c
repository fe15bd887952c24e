/*
 * Frames. The rules for sixel under curses live here: pictures are written after curses
 * has sent the text, from one buffer, the cursor put back to where curses left it;
 * blanks sent by curses erase a picture only when the whole rows are sent again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "frame_parts.h"
#include "painter.h"
#include "sitter/alloc.h"
#include "sitter/progress.h"

enum {
    CACHE_BYTES = 64 * 1024 * 1024,
    PICTURE_WAIT_MS = 30, /* for one frame with text and picture instead of two */
};

/* Before the screen is left. A terminal that has gone away is noticed elsewhere. */
static void clean_up_screen(const struct sit_frame *frame)
{
    static const char bytes[] = SIT_TERM_PASTE_OFF SIT_TERM_DELETE_PICTURES;
    sit_term_write(STDOUT_FILENO, bytes,
                   frame->graphics == SIT_GRAPHICS_KITTY
                       ? sizeof bytes - 1
                       : sizeof SIT_TERM_PASTE_OFF - 1,
                   NULL);
}

enum sit_status sit_frame_open(const char *project_path, struct sit_term_caps *caps,
                               int wake_fd, struct sit_frame **out,
                               struct sit_error *err)
{
    struct sit_frame *frame = sit_calloc(1, sizeof *frame);
    if (frame == NULL)
        return sit_error_nomem(err);
    const char *no_colour = getenv("NO_COLOR");
    bool use_colours = no_colour == NULL || no_colour[0] == '\0';
    enum sit_status status = sit_picture_cache_new(project_path, CACHE_BYTES, wake_fd,
                                                   &frame->cache, err);
    if (status == SIT_OK)
        status = sit_painter_open(use_colours ? caps->n_colours : 0,
                                  caps->knows_background ? caps->background : NULL,
                                  &frame->painter, err);
    if (status != SIT_OK) {
        sit_frame_close(frame);
        return status;
    }
    frame->graphics = caps->graphics;
    sit_term_guard_pictures(caps->graphics);
    frame->grid.ascii = caps->graphics == SIT_GRAPHICS_NONE || !caps->is_utf8;
    sit_frame_init_line(frame, caps);
    sit_frame_return(frame, caps);
    *out = frame;
    return SIT_OK;
}

void sit_frame_close(struct sit_frame *frame)
{
    if (frame == NULL)
        return;
    if (frame->painter != NULL)
        clean_up_screen(frame);
    sit_painter_close(frame->painter);
    sit_picture_cache_free(frame->cache);
    sit_grid_release(&frame->grid);
    sit_grid_release(&frame->ahead);
    sit_buf_release(&frame->out);
    sit_buf_release(&frame->bytes);
    free(frame);
}

void sit_frame_leave(struct sit_frame *frame)
{
    clean_up_screen(frame);
    sit_painter_leave(frame->painter);
}

void sit_frame_return(struct sit_frame *frame, struct sit_term_caps *caps)
{
    enum { USUAL_COLS = 80, USUAL_ROWS = 24 };
    sit_term_measure(STDOUT_FILENO, caps);
    frame->graphics = caps->graphics;
    if (caps->n_cols == 0 || caps->n_rows == 0) {
        caps->n_cols = USUAL_COLS;
        caps->n_rows = USUAL_ROWS;
    }
    sit_painter_return(frame->painter);
    sit_painter_resize(frame->painter, caps->n_cols, caps->n_rows);
    sit_picture_cache_forget_failures(frame->cache);
    frame->n_shown = 0; /* clearing the screen erases them */
    frame->due = true;
}

static bool same_place(const struct sit_picture_slot *a,
                       const struct sit_picture_slot *b)
{
    return a->area.col == b->area.col && a->area.row == b->area.row &&
           a->area.n_cols == b->area.n_cols && a->area.n_rows == b->area.n_rows &&
           a->is_square == b->is_square;
}

bool sit_frame_shows(const struct sit_frame *frame, const struct sit_picture_slot *slot,
                     struct sit_slot_fate *fate)
{
    for (size_t i = 0; i < frame->n_shown; i++) {
        const struct sit_picture_slot *shown = &frame->shown[i];
        if (same_place(shown, slot) && shown->picture_id == slot->picture_id &&
            sit_strip_equals(&shown->strip, &slot->strip)) {
            fate->id = frame->shown_ids[i];
            fate->quality = frame->shown_qualities[i];
            return true;
        }
    }
    return false;
}

static void get_picture(struct sit_frame *frame, size_t i,
                        const struct sit_term_caps *caps, int timeout_ms)
{
    struct sit_slot_fate *fate = &frame->fates[i];
    struct sit_picture picture = sit_frame_picture(caps, &frame->grid.slots[i],
                                                   frame->quality);
    fate->quality = frame->quality;
    fate->at = frame->bytes.n_bytes;
    fate->state = sit_picture_cache_get(frame->cache, &picture, timeout_ms,
                                        &frame->bytes, &fate->why);
    fate->n_bytes = frame->bytes.n_bytes - fate->at;
}

/* Decide what becomes of each slot; what is not ready yet is waited for a moment. */
static void fill_slots(struct sit_frame *frame, const struct sit_screen_driver *driver,
                       const struct sit_term_caps *caps)
{
    const struct sit_grid *grid = &frame->grid;
    size_t n_pending = 0;
    sit_buf_reset(&frame->bytes);
    for (size_t i = 0; i < grid->n_slots; i++) {
        struct sit_slot_fate *fate = &frame->fates[i];
        *fate = (struct sit_slot_fate){.state = SIT_PICTURE_READY};
        fate->stays = sit_frame_shows(frame, &grid->slots[i], fate);
        if (!fate->stays)
            get_picture(frame, i, caps, 0);
        n_pending += fate->state == SIT_PICTURE_PENDING ? 1 : 0;
    }
    if (n_pending == 0)
        return;
    sit_frame_want(frame, driver, caps);
    int64_t until_ms = sit_clock_ms() + PICTURE_WAIT_MS;
    for (size_t i = 0; i < grid->n_slots; i++) {
        int64_t left_ms = until_ms - sit_clock_ms();
        if (frame->fates[i].state == SIT_PICTURE_PENDING)
            get_picture(frame, i, caps, left_ms > 0 ? (int)left_ms : 0);
    }
}

/* Whether a slot of this frame covers the old picture's cells with a new one. */
static bool is_covered(const struct sit_frame *frame,
                       const struct sit_picture_slot *shown)
{
    for (size_t i = 0; i < frame->grid.n_slots; i++) {
        if (frame->fates[i].state == SIT_PICTURE_READY &&
            same_place(&frame->grid.slots[i], shown))
            return true;
    }
    return false;
}

static bool share_rows(const struct sit_area *a, const struct sit_area *b)
{
    return a->row < b->row + b->n_rows && b->row < a->row + a->n_rows;
}

/* Erase what has lost its place. Whole rows go: what stays beside it is sent again. */
static void erase_pictures(struct sit_frame *frame, const struct sit_term_caps *caps)
{
    for (size_t k = 0; k < frame->n_shown; k++) {
        const struct sit_area *area = &frame->shown[k].area;
        if (is_covered(frame, &frame->shown[k]))
            continue;
        sit_painter_erase_rows(frame->painter, area->row, area->n_rows);
        for (size_t i = 0; i < frame->grid.n_slots; i++) {
            if (!frame->fates[i].stays || !share_rows(area, &frame->grid.slots[i].area))
                continue;
            frame->fates[i].stays = false;
            get_picture(frame, i, caps, PICTURE_WAIT_MS);
        }
    }
}

/* In the cells of the pictures that are not there. */
static void draw_reasons(struct sit_frame *frame)
{
    struct sit_grid *grid = &frame->grid;
    frame->incomplete = false;
    for (size_t i = 0; i < grid->n_slots; i++) {
        const struct sit_slot_fate *fate = &frame->fates[i];
        struct sit_area area = grid->slots[i].area;
        char text[SIT_ERROR_MESSAGE_BYTES + 32];
        if (fate->state == SIT_PICTURE_PENDING) {
            frame->incomplete = true;
            sit_screen_draw_no_picture(grid, area, "loading");
        } else if (fate->state == SIT_PICTURE_FAILED &&
                   sit_picture_is_poster(grid->slots[i].picture_id) &&
                   fate->why.status == SIT_E_NOT_FOUND) {
            sit_screen_draw_no_picture(grid, area, "no poster for this face");
        } else if (fate->state == SIT_PICTURE_FAILED) {
            snprintf(text, sizeof text, "picture cannot be shown: %s",
                     fate->why.message);
            sit_screen_draw_no_picture(grid, area, text);
        }
    }
}

static bool is_to_send(const struct sit_slot_fate *fate)
{
    return fate->state == SIT_PICTURE_READY && !fate->stays;
}

/* The first slot whose picture is to be sent; n_slots: none. */
static size_t first_to_send(const struct sit_frame *frame)
{
    size_t i = 0;
    while (i < frame->grid.n_slots && !is_to_send(&frame->fates[i]))
        i++;
    return i;
}

/* Ids of our own, so that another program's pictures are left alone. */
static uint32_t next_id(struct sit_frame *frame)
{
    enum { FIRST_ID = 0x51770000, N_IDS = 1 << 16 };
    frame->last_id = (frame->last_id + 1) % N_IDS;
    return FIRST_ID + frame->last_id;
}

/* Kitty's pictures lie above each other: the old ones go once the new ones are there.
 */
static void append_deletes(struct sit_frame *frame)
{
    for (size_t k = 0; k < frame->n_shown; k++) {
        bool stays = false;
        for (size_t i = 0; i < frame->grid.n_slots; i++)
            stays = stays || (frame->fates[i].state == SIT_PICTURE_READY &&
                              frame->fates[i].id == frame->shown_ids[k]);
        if (!stays && frame->shown_ids[k] != 0)
            sit_picture_append_delete(&frame->out, frame->shown_ids[k]);
    }
}

void sit_frame_append_picture(struct sit_frame *frame, const struct sit_term_caps *caps,
                              struct sit_slot_fate *fate, const struct sit_area *area)
{
    if (frame->graphics == SIT_GRAPHICS_KITTY) {
        fate->id = next_id(frame);
        sit_picture_set_id(&frame->bytes, fate->at, fate->id);
    }
    const char *bytes = sit_buf_text(&frame->bytes) + fate->at;
    if (!sit_term_is_wrapped(caps)) {
        sit_buf_appendf(&frame->out, "\033[%zu;%zuH", area->row + 1, area->col + 1);
        sit_buf_append(&frame->out, bytes, fate->n_bytes);
        return;
    }
    struct sit_buf outer = {0};
    sit_buf_appendf(&outer, "\033[%zu;%zuH", caps->tmux_row + area->row + 1,
                    caps->tmux_col + area->col + 1);
    sit_buf_append(&outer, bytes, fate->n_bytes);
    sit_term_wrap_for_tmux(&frame->out, sit_buf_text(&outer), outer.n_bytes);
    frame->out.failed = frame->out.failed || outer.failed;
    sit_buf_release(&outer);
}

static void append_pictures(struct sit_frame *frame, const struct sit_term_caps *caps)
{
    enum { STRING_END_BYTES = 2 };
    struct sit_buf *out = &frame->out;
    for (size_t i = 0; i < frame->grid.n_slots; i++) {
        struct sit_slot_fate *fate = &frame->fates[i];
        const struct sit_area *area = &frame->grid.slots[i].area;
        if (!is_to_send(fate))
            continue;
        sit_frame_append_picture(frame, caps, fate, area);
        frame->rest_at = out->n_bytes - STRING_END_BYTES;
    }
    append_deletes(frame);
}

/* Text, then the pictures, as one synchronised update where the terminal can; all but
 * what frame->rest_at leaves to sit_frame_end(). */
static enum sit_status send_frame(struct sit_frame *frame,
                                  const struct sit_term_caps *caps,
                                  struct sit_error *err)
{
    size_t first = first_to_send(frame);
    bool with_pictures = first < frame->grid.n_slots;
    struct sit_area at = with_pictures ? frame->grid.slots[first].area
                                       : (struct sit_area){0};
    frame->end_row = at.row;
    frame->end_col = at.col;
    struct sit_buf *out = &frame->out;
    if (caps->has_sync)
        sit_buf_append_text(out, "\033[?2026h");
    sit_painter_flush(frame->painter, frame->end_row, frame->end_col, out);
    /* A scrolling region left over from another size of the window would hold up the
     * rows of a picture. This homes the cursor. Pasted text must be told from keys. */
    if (frame->due)
        sit_buf_append_text(out, "\033[r" SIT_TERM_PASTE_ON);
    if (frame->due && frame->graphics == SIT_GRAPHICS_KITTY)
        sit_buf_append_text(out, SIT_TERM_DELETE_PICTURES);
    append_pictures(frame, caps);
    if (frame->due || with_pictures)
        sit_buf_appendf(out, "\033[%zu;%zuH", frame->end_row + 1, frame->end_col + 1);
    if (caps->has_sync)
        sit_buf_append_text(out, "\033[?2026l");
    if (with_pictures)
        sit_frame_ask_line(frame, caps, frame->rest_at);
    if (out->failed || frame->bytes.failed)
        return sit_error_nomem(err);
    return sit_term_write(STDOUT_FILENO, sit_buf_text(out), frame->rest_at, err);
}

enum sit_status sit_frame_end(struct sit_frame *frame, struct sit_error *err)
{
    size_t from = frame->rest_at;
    return sit_term_write(STDOUT_FILENO, sit_buf_text(&frame->out) + from,
                          frame->out.n_bytes - from, err);
}

static void remember_pictures(struct sit_frame *frame)
{
    frame->n_shown = 0;
    for (size_t i = 0; i < frame->grid.n_slots; i++) {
        if (frame->fates[i].state != SIT_PICTURE_READY)
            continue;
        frame->shown_ids[frame->n_shown] = frame->fates[i].id;
        frame->shown_qualities[frame->n_shown] = frame->fates[i].quality;
        frame->shown[frame->n_shown++] = frame->grid.slots[i];
    }
}

enum sit_status sit_frame_show(struct sit_frame *frame,
                               const struct sit_screen_driver *driver,
                               const struct sit_term_caps *caps, int64_t *shown_id,
                               struct sit_error *err)
{
    struct sit_screen_metrics metrics = sit_frame_metrics(caps);
    sit_buf_reset(&frame->out);
    frame->rest_at = 0;
    if (!sit_grid_resize(&frame->grid, caps->n_cols, caps->n_rows))
        return sit_error_nomem(err);
    driver->draw(driver->context, &metrics, &frame->grid);
    sit_frame_choose_quality(frame, caps);
    fill_slots(frame, driver, caps);
    erase_pictures(frame, caps);
    draw_reasons(frame);
    bool changed = sit_painter_draw(frame->painter, &frame->grid);
    enum sit_status status = SIT_OK;
    if (changed || first_to_send(frame) < frame->grid.n_slots || frame->due)
        status = send_frame(frame, caps, err);
    /* Not before: what is drawn for later must not take the processor from this frame.
     */
    if (frame->grid.n_slots > 0)
        sit_frame_want(frame, driver, caps);
    frame->due = false;
    frame->sharp_pending = false;
    remember_pictures(frame);
    *shown_id = frame->incomplete ? 0 : frame->grid.shown_id;
    return status;
}

bool sit_frame_is_incomplete(const struct sit_frame *frame)
{
    return frame->incomplete;
}
