/*
 * Frames. The rules for sixel under curses live here: pictures are written after curses
 * has sent the text, from one buffer, the cursor put back to where curses left it;
 * blanks sent by curses erase a picture only when the whole rows are sent again.
 */
#include "frame.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "painter.h"
#include "picture_cache.h"
#include "sitter/alloc.h"

enum {
    CACHE_BYTES = 64 * 1024 * 1024,
    PICTURE_WAIT_MS = 30, /* for one frame with text and picture instead of two */
    MAX_COLOURS = 128,    /* half a decibel less than 256, a sixth of the bytes saved */
};

struct sit_frame {
    struct sit_painter *painter;
    struct sit_picture_cache *cache;
    struct sit_grid grid;
    bool has_picture; /* on the screen: */
    struct sit_picture_slot picture;
    bool incomplete;
    bool due; /* send everything */
    struct sit_buf out, bytes;
    /* What sit_frame_end() has to send: */
    bool text_open;
    size_t rest_at; /* out from here on */
    size_t end_row, end_col;
};

/* A terminal that has gone away is noticed elsewhere. */
static void stop_marking_pastes(void)
{
    sit_term_write(STDOUT_FILENO, SIT_TERM_PASTE_OFF, sizeof SIT_TERM_PASTE_OFF - 1,
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
    enum sit_status status = sit_picture_cache_new(project_path, CACHE_BYTES, wake_fd,
                                                   &frame->cache, err);
    if (status == SIT_OK)
        status = sit_painter_open(no_colour == NULL || no_colour[0] == '\0',
                                  &frame->painter, err);
    if (status != SIT_OK) {
        sit_frame_close(frame);
        return status;
    }
    frame->grid.ascii = caps->graphics == SIT_GRAPHICS_NONE || !caps->is_utf8;
    sit_frame_return(frame, caps);
    *out = frame;
    return SIT_OK;
}

void sit_frame_close(struct sit_frame *frame)
{
    if (frame == NULL)
        return;
    if (frame->painter != NULL)
        stop_marking_pastes();
    sit_painter_close(frame->painter);
    sit_picture_cache_free(frame->cache);
    sit_grid_release(&frame->grid);
    sit_buf_release(&frame->out);
    sit_buf_release(&frame->bytes);
    free(frame);
}

void sit_frame_leave(struct sit_frame *frame)
{
    stop_marking_pastes();
    sit_painter_leave(frame->painter);
}

void sit_frame_return(struct sit_frame *frame, struct sit_term_caps *caps)
{
    enum { USUAL_COLS = 80, USUAL_ROWS = 24 };
    sit_term_measure(STDOUT_FILENO, caps);
    if (caps->n_cols == 0 || caps->n_rows == 0) {
        caps->n_cols = USUAL_COLS;
        caps->n_rows = USUAL_ROWS;
    }
    sit_painter_return(frame->painter);
    sit_painter_resize(frame->painter, caps->n_cols, caps->n_rows);
    sit_picture_cache_forget_failures(frame->cache);
    frame->has_picture = false; /* clearing the screen erases it */
    frame->due = true;
}

static struct sit_screen_metrics metrics_of(const struct sit_term_caps *caps)
{
    size_t max_px = caps->max_width_px;
    if (max_px == 0 || (caps->max_height_px > 0 && caps->max_height_px < max_px))
        max_px = caps->max_height_px;
    return (struct sit_screen_metrics){.graphics = caps->graphics,
                                       .cell_width_px = caps->cell_width_px,
                                       .cell_height_px = caps->cell_height_px,
                                       .max_picture_px = max_px};
}

static struct sit_picture_format format_of(const struct sit_term_caps *caps,
                                           const struct sit_area *area)
{
    size_t n_colours = caps->n_registers;
    if (n_colours < 2 || n_colours > MAX_COLOURS)
        n_colours = MAX_COLOURS;
    return (struct sit_picture_format){.graphics = caps->graphics,
                                       .n_cols = area->n_cols,
                                       .n_rows = area->n_rows,
                                       .cell_width_px = caps->cell_width_px,
                                       .cell_height_px = caps->cell_height_px,
                                       .n_colours = n_colours,
                                       .is_square = true};
}

static void want_pictures(struct sit_frame *frame,
                          const struct sit_screen_driver *driver,
                          const struct sit_picture_format *format)
{
    int64_t ids[SIT_PICTURE_CACHE_MAX_WANTED];
    enum { N_AHEAD = 12 };
    ids[0] = frame->grid.slot.picture_id;
    size_t n = driver->upcoming(driver->context, ids + 1, N_AHEAD);
    sit_picture_cache_want(frame->cache, format, ids, 1 + n);
}

static bool same_area(struct sit_area a, struct sit_area b)
{
    return a.col == b.col && a.row == b.row && a.n_cols == b.n_cols &&
           a.n_rows == b.n_rows;
}

/* What becomes of the slot: its picture's bytes in frame->bytes, or text in its cells.
 */
static enum sit_picture_state fill_slot(struct sit_frame *frame,
                                        const struct sit_screen_driver *driver,
                                        bool on_screen,
                                        const struct sit_picture_format *format)
{
    struct sit_error why = {0};
    int64_t picture_id = frame->grid.slot.picture_id;
    sit_buf_reset(&frame->bytes);
    if (on_screen)
        return SIT_PICTURE_READY;
    enum sit_picture_state state = sit_picture_cache_get(
        frame->cache, format, picture_id, 0, &frame->bytes, &why);
    if (state == SIT_PICTURE_PENDING) {
        want_pictures(frame, driver, format);
        state = sit_picture_cache_get(frame->cache, format, picture_id, PICTURE_WAIT_MS,
                                      &frame->bytes, &why);
    }
    if (state == SIT_PICTURE_PENDING)
        sit_screen_draw_no_picture(&frame->grid, frame->grid.slot.area, "loading");
    if (state == SIT_PICTURE_FAILED && sit_picture_is_poster(picture_id) &&
        why.status == SIT_E_NOT_FOUND) {
        sit_screen_draw_no_picture(&frame->grid, frame->grid.slot.area,
                                   "no poster for this face");
    } else if (state == SIT_PICTURE_FAILED) {
        char text[SIT_ERROR_MESSAGE_BYTES + 32];
        snprintf(text, sizeof text, "picture cannot be shown: %s", why.message);
        sit_screen_draw_no_picture(&frame->grid, frame->grid.slot.area, text);
    }
    return state;
}

/* Text, then the picture, as one synchronised update where the terminal can; all but
 * what frame->rest_at and frame->text_open leave to sit_frame_end(). */
static enum sit_status send_frame(struct sit_frame *frame, bool with_picture,
                                  bool has_sync, struct sit_error *err)
{
    enum { STRING_END_BYTES = 2 };
    struct sit_area at = frame->grid.slot.area;
    frame->end_row = with_picture ? at.row : 0;
    frame->end_col = with_picture ? at.col : 0;
    enum sit_status status = SIT_OK;
    if (has_sync)
        status = sit_term_write(STDOUT_FILENO, "\033[?2026h", 8, err);
    if (status != SIT_OK)
        return status;
    frame->text_open = !with_picture; /* soon sent, and in one go */
    if (with_picture)
        sit_painter_flush(frame->painter, frame->end_row, frame->end_col);
    struct sit_buf *out = &frame->out;
    /* A scrolling region left over from another size of the window would hold up the
     * rows of a picture. This homes the cursor. Pasted text must be told from keys. */
    if (frame->due)
        sit_buf_append_text(out, "\033[r" SIT_TERM_PASTE_ON);
    if (frame->due || with_picture)
        sit_buf_appendf(out, "\033[%zu;%zuH", frame->end_row + 1, frame->end_col + 1);
    if (with_picture) {
        sit_buf_append(out, frame->bytes.data, frame->bytes.n_bytes);
        frame->rest_at = out->n_bytes - STRING_END_BYTES;
        sit_buf_appendf(out, "\033[%zu;%zuH", frame->end_row + 1, frame->end_col + 1);
    }
    if (has_sync)
        sit_buf_append_text(out, "\033[?2026l");
    if (out->failed)
        return sit_error_nomem(err);
    return sit_term_write(STDOUT_FILENO, out->data, frame->rest_at, err);
}

enum sit_status sit_frame_end(struct sit_frame *frame, struct sit_error *err)
{
    if (frame->text_open)
        sit_painter_flush(frame->painter, frame->end_row, frame->end_col);
    frame->text_open = false;
    size_t from = frame->rest_at;
    return sit_term_write(STDOUT_FILENO, sit_buf_text(&frame->out) + from,
                          frame->out.n_bytes - from, err);
}

enum sit_status sit_frame_show(struct sit_frame *frame,
                               const struct sit_screen_driver *driver,
                               const struct sit_term_caps *caps, int64_t *shown_face_id,
                               struct sit_error *err)
{
    struct sit_screen_metrics metrics = metrics_of(caps);
    sit_buf_reset(&frame->out);
    frame->rest_at = 0;
    frame->text_open = false;
    if (!sit_grid_resize(&frame->grid, caps->n_cols, caps->n_rows))
        return sit_error_nomem(err);
    driver->draw(driver->context, &metrics, &frame->grid);
    const struct sit_picture_slot *slot = &frame->grid.slot;
    bool has_slot = frame->grid.has_slot;
    bool same_place = has_slot && frame->has_picture &&
                      same_area(slot->area, frame->picture.area);
    bool on_screen = same_place && slot->picture_id == frame->picture.picture_id;
    enum sit_picture_state state = SIT_PICTURE_FAILED;
    struct sit_picture_format format = {0};
    if (has_slot) {
        format = format_of(caps, &slot->area);
        state = fill_slot(frame, driver, on_screen, &format);
    }
    bool with_picture = has_slot && state == SIT_PICTURE_READY && !on_screen;
    /* A picture of the same size covers the old one. */
    if (frame->has_picture && !on_screen && !(with_picture && same_place))
        sit_painter_erase_rows(frame->painter, frame->picture.area.row,
                               frame->picture.area.n_rows);
    bool changed = sit_painter_draw(frame->painter, &frame->grid);
    enum sit_status status = SIT_OK;
    if (changed || with_picture || frame->due)
        status = send_frame(frame, with_picture, caps->has_sync, err);
    /* Not before: what is drawn for later must not take the processor from this frame.
     */
    if (has_slot)
        want_pictures(frame, driver, &format);
    frame->due = false;
    frame->has_picture = on_screen || with_picture;
    frame->picture = *slot;
    frame->incomplete = has_slot && state == SIT_PICTURE_PENDING;
    *shown_face_id = has_slot && !frame->incomplete ? llabs(slot->picture_id) : 0;
    return status;
}

bool sit_frame_is_incomplete(const struct sit_frame *frame)
{
    return frame->incomplete;
}
