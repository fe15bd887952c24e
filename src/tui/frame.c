/*
 * Frames. The rules for sixel under curses live here: pictures are written after curses
 * has sent the text, from one buffer, the cursor put back to where curses left it;
 * blanks sent by curses erase a picture only when the whole rows are sent again.
 */
#include "frame.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "line_speed.h"
#include "painter.h"
#include "picture_cache.h"
#include "sitter/alloc.h"
#include "sitter/progress.h"

enum {
    CACHE_BYTES = 64 * 1024 * 1024,
    PICTURE_WAIT_MS = 30, /* for one frame with text and picture instead of two */
    STRIP_COLOURS = 64,   /* many of them at once: 30 dB, in half the time */
};

/* What becomes of a slot in the frame at hand. */
struct slot_fate {
    enum sit_picture_state state;
    bool stays;           /* the picture is on the screen already */
    uint32_t id;          /* of the picture on the screen: kitty's; 0: not there */
    size_t quality;       /* of the picture on the screen, or of that to be sent */
    size_t at, n_bytes;   /* else, where it is READY: its part of frame->bytes */
    struct sit_error why; /* FAILED */
};

struct sit_frame {
    struct sit_painter *painter;
    struct sit_picture_cache *cache;
    struct sit_grid grid;
    struct sit_grid ahead;                             /* what may come next */
    struct sit_picture_slot shown[SIT_GRID_MAX_SLOTS]; /* pictures on the screen */
    uint32_t shown_ids[SIT_GRID_MAX_SLOTS];
    size_t shown_qualities[SIT_GRID_MAX_SLOTS];
    size_t n_shown;
    uint32_t last_id; /* ids go round: nobody has so many pictures on a screen */
    enum sit_graphics graphics;
    struct sit_line_speed line;
    size_t quality;     /* of the pictures of this frame */
    bool sharp_pending; /* sharper ones are still being made */
    struct slot_fate fates[SIT_GRID_MAX_SLOTS];
    bool incomplete;
    bool due; /* send everything */
    struct sit_buf out, bytes;
    /* What sit_frame_end() has to send: */
    bool text_open;
    size_t rest_at; /* out from here on */
    size_t end_row, end_col;
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

/* $SITTER_LINE: "fast" asks nothing and draws sharp. */
static void init_line(struct sit_frame *frame, const struct sit_term_caps *caps)
{
    const char *wish = getenv("SITTER_LINE");
    bool fast = wish != NULL && strcmp(wish, "fast") == 0;
    sit_line_speed_init(&frame->line, caps->answered && !fast,
                        getenv("SSH_CONNECTION") != NULL, caps->answer_ms);
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
    init_line(frame, caps);
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

static struct sit_picture picture_of(const struct sit_term_caps *caps,
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
        add_wish(wish, picture_of(caps, &grid->slots[i], quality));
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
            struct sit_picture picture = picture_of(caps, &grid->slots[i],
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
    struct sit_screen_metrics metrics = metrics_of(caps);
    for (size_t i = 0; driver->draw_ahead != NULL; i++) {
        if (!sit_grid_resize(&frame->ahead, caps->n_cols, caps->n_rows) ||
            !driver->draw_ahead(driver->context, i, &metrics, &frame->ahead))
            return;
        wish_slots(wish, caps, &frame->ahead, frame->quality);
    }
}

static void want_pictures(struct sit_frame *frame,
                          const struct sit_screen_driver *driver,
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

static bool same_place(const struct sit_picture_slot *a,
                       const struct sit_picture_slot *b)
{
    return a->area.col == b->area.col && a->area.row == b->area.row &&
           a->area.n_cols == b->area.n_cols && a->area.n_rows == b->area.n_rows &&
           a->is_square == b->is_square;
}

/* Whether it is on the screen, and then what and how it is there. */
static bool is_shown(const struct sit_frame *frame, const struct sit_picture_slot *slot,
                     struct slot_fate *fate)
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
    struct slot_fate *fate = &frame->fates[i];
    struct sit_picture picture = picture_of(caps, &frame->grid.slots[i],
                                            frame->quality);
    fate->quality = frame->quality;
    fate->at = frame->bytes.n_bytes;
    fate->state = sit_picture_cache_get(frame->cache, &picture, timeout_ms,
                                        &frame->bytes, &fate->why);
    fate->n_bytes = frame->bytes.n_bytes - fate->at;
}

/* By all that this frame has to send. */
static void choose_quality(struct sit_frame *frame, const struct sit_term_caps *caps)
{
    size_t n_px = 0;
    for (size_t i = 0; i < frame->grid.n_slots; i++) {
        struct slot_fate unused;
        size_t width_px, height_px;
        struct sit_picture picture = picture_of(caps, &frame->grid.slots[i],
                                                SIT_QUALITY_SHARP);
        sit_picture_canvas_size(&picture.format, &width_px, &height_px);
        if (!is_shown(frame, &frame->grid.slots[i], &unused))
            n_px += width_px * height_px;
    }
    /* Else what comes next is most likely as large as what came last. */
    if (n_px > 0)
        frame->quality = sit_line_speed_quality(&frame->line, caps->graphics, n_px,
                                                sit_clock_ms());
}

/* Decide what becomes of each slot; what is not ready yet is waited for a moment. */
static void fill_slots(struct sit_frame *frame, const struct sit_screen_driver *driver,
                       const struct sit_term_caps *caps)
{
    const struct sit_grid *grid = &frame->grid;
    size_t n_pending = 0;
    sit_buf_reset(&frame->bytes);
    for (size_t i = 0; i < grid->n_slots; i++) {
        struct slot_fate *fate = &frame->fates[i];
        *fate = (struct slot_fate){.state = SIT_PICTURE_READY};
        fate->stays = is_shown(frame, &grid->slots[i], fate);
        if (!fate->stays)
            get_picture(frame, i, caps, 0);
        n_pending += fate->state == SIT_PICTURE_PENDING ? 1 : 0;
    }
    if (n_pending == 0)
        return;
    want_pictures(frame, driver, caps);
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
        const struct slot_fate *fate = &frame->fates[i];
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

static bool is_to_send(const struct slot_fate *fate)
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

/* The bytes of one picture, the cursor moved to its place. */
static void append_picture(struct sit_frame *frame, const struct sit_term_caps *caps,
                           const struct slot_fate *fate, const struct sit_area *area)
{
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
        struct slot_fate *fate = &frame->fates[i];
        const struct sit_area *area = &frame->grid.slots[i].area;
        if (!is_to_send(fate))
            continue;
        if (frame->graphics == SIT_GRAPHICS_KITTY) {
            fate->id = next_id(frame);
            sit_picture_set_id(&frame->bytes, fate->at, fate->id);
        }
        append_picture(frame, caps, fate, area);
        frame->rest_at = out->n_bytes - STRING_END_BYTES;
    }
    append_deletes(frame);
}

/* Time how long n_bytes take: a question that is answered when they have been read. */
static void ask_line(struct sit_frame *frame, const struct sit_term_caps *caps,
                     size_t n_bytes)
{
    static const char question[] = "\033[5n";
    if (!sit_line_speed_ask(&frame->line, n_bytes, sit_clock_ms()))
        return;
    if (sit_term_is_wrapped(caps))
        sit_term_wrap_for_tmux(&frame->out, question, sizeof question - 1);
    else
        sit_buf_append_text(&frame->out, question);
}

/* Text, then the pictures, as one synchronised update where the terminal can; all but
 * what frame->rest_at and frame->text_open leave to sit_frame_end(). */
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
    enum sit_status status = SIT_OK;
    if (caps->has_sync)
        status = sit_term_write(STDOUT_FILENO, "\033[?2026h", 8, err);
    if (status != SIT_OK)
        return status;
    frame->text_open = !with_pictures; /* soon sent, and in one go */
    if (with_pictures)
        sit_painter_flush(frame->painter, frame->end_row, frame->end_col);
    struct sit_buf *out = &frame->out;
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
        ask_line(frame, caps, frame->rest_at);
    if (out->failed || frame->bytes.failed)
        return sit_error_nomem(err);
    return sit_term_write(STDOUT_FILENO, sit_buf_text(out), frame->rest_at, err);
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
    struct sit_screen_metrics metrics = metrics_of(caps);
    sit_buf_reset(&frame->out);
    frame->rest_at = 0;
    frame->text_open = false;
    if (!sit_grid_resize(&frame->grid, caps->n_cols, caps->n_rows))
        return sit_error_nomem(err);
    driver->draw(driver->context, &metrics, &frame->grid);
    choose_quality(frame, caps);
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
        want_pictures(frame, driver, caps);
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

/*
 * Sharpening
 */

bool sit_frame_is_coarse(const struct sit_frame *frame)
{
    if (frame->sharp_pending || frame->incomplete)
        return false;
    for (size_t i = 0; i < frame->n_shown; i++) {
        if (frame->shown_qualities[i] != SIT_QUALITY_SHARP)
            return true;
    }
    return false;
}

void sit_frame_wake(struct sit_frame *frame)
{
    frame->sharp_pending = false;
}

void sit_frame_take_report(struct sit_frame *frame, int64_t now_ms)
{
    sit_line_speed_answer(&frame->line, now_ms);
}

bool sit_frame_awaits_report(const struct sit_frame *frame)
{
    return frame->line.is_waiting && frame->line.can_ask;
}

/* Whether something comes within ms milliseconds that the rest of a picture has to wait
 * for. */
static bool is_interrupted(const int fds[2], int ms)
{
    struct pollfd ready[2] = {{.fd = fds[0], .events = POLLIN},
                              {.fd = fds[1], .events = POLLIN}};
    return poll(ready, 2, ms) != 0;
}

/* End a picture within its bytes, on whatever protocol it goes. */
static enum sit_status cut_off(const struct sit_term_caps *caps, struct sit_error *err)
{
    const char *end = sit_term_is_wrapped(caps) ? "\033\033\\\033\\"
                      : caps->graphics == SIT_GRAPHICS_KITTY
                          ? "\033\\\033_Gm=0,q=2;\033\\"
                          : "\033\\";
    return sit_term_write(STDOUT_FILENO, end, strlen(end), err);
}

/* No more at once than the line takes in a moment, so that a key never waits behind a
 * picture. *all: nothing came in between. */
static enum sit_status write_paced(struct sit_frame *frame,
                                   const struct sit_term_caps *caps, const int fds[2],
                                   bool *all, struct sit_error *err)
{
    enum { PIECE_MS = 20 };
    size_t piece = sit_line_speed_bytes(&frame->line, PIECE_MS);
    const char *bytes = sit_buf_text(&frame->out);
    size_t n_bytes = frame->out.n_bytes;
    enum sit_status status = SIT_OK;
    *all = true;
    for (size_t i = 0; i < n_bytes && status == SIT_OK;) {
        size_t end = n_bytes - i < piece ? n_bytes : i + piece;
        while (end < n_bytes && bytes[end - 1] == '\033') /* goes with the next */
            end++;
        status = sit_term_write(STDOUT_FILENO, bytes + i, end - i, err);
        i = end;
        if (i < n_bytes && status == SIT_OK && is_interrupted(fds, PIECE_MS)) {
            *all = false;
            return cut_off(caps, err);
        }
    }
    return status;
}

/* The sharp picture over the coarse one that is shown at place k. */
static enum sit_status sharpen(struct sit_frame *frame,
                               const struct sit_term_caps *caps, size_t k,
                               const int fds[2], bool *all, struct sit_error *err)
{
    const struct sit_picture_slot *slot = &frame->shown[k];
    struct slot_fate fate = {.state = SIT_PICTURE_READY};
    struct sit_picture picture = picture_of(caps, slot, SIT_QUALITY_SHARP);
    *all = false;
    sit_buf_reset(&frame->bytes);
    sit_buf_reset(&frame->out);
    if (sit_picture_cache_get(frame->cache, &picture, 0, &frame->bytes, NULL) !=
        SIT_PICTURE_READY) {
        frame->sharp_pending = true;
        return SIT_OK;
    }
    fate.n_bytes = frame->bytes.n_bytes;
    if (frame->graphics == SIT_GRAPHICS_KITTY) {
        fate.id = next_id(frame);
        sit_picture_set_id(&frame->bytes, 0, fate.id);
    }
    append_picture(frame, caps, &fate, &slot->area);
    if (frame->out.failed || frame->bytes.failed)
        return sit_error_nomem(err);
    enum sit_status status = write_paced(frame, caps, fds, all, err);
    if (status != SIT_OK || !*all)
        return status;
    sit_buf_reset(&frame->out);
    if (frame->shown_ids[k] != 0)
        sit_picture_append_delete(&frame->out, frame->shown_ids[k]);
    frame->shown_ids[k] = fate.id;
    frame->shown_qualities[k] = SIT_QUALITY_SHARP;
    return sit_term_write(STDOUT_FILENO, sit_buf_text(&frame->out), frame->out.n_bytes,
                          err);
}

enum sit_status sit_frame_sharpen(struct sit_frame *frame,
                                  const struct sit_screen_driver *driver,
                                  const struct sit_term_caps *caps, const int fds[2],
                                  struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    bool all = true;
    char home[48];
    want_pictures(frame, driver, caps);
    for (size_t k = 0; k < frame->n_shown && status == SIT_OK && all; k++) {
        if (frame->shown_qualities[k] != SIT_QUALITY_SHARP)
            status = sharpen(frame, caps, k, fds, &all, err);
    }
    snprintf(home, sizeof home, "\033[%zu;%zuH", frame->end_row + 1,
             frame->end_col + 1);
    if (status == SIT_OK)
        status = sit_term_write(STDOUT_FILENO, home, strlen(home), err);
    return status;
}
