/*
 * Slow lines. A frame's pictures are as coarse as the line's speed asks for; once
 * nobody types, sharp ones replace them, in pieces so small that a key never waits
 * behind a picture.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "frame_parts.h"
#include "sitter/progress.h"

/* $SITTER_LINE: "fast" asks nothing and draws sharp. */
void sit_frame_init_line(struct sit_frame *frame, const struct sit_term_caps *caps)
{
    const char *wish = getenv("SITTER_LINE");
    bool fast = wish != NULL && strcmp(wish, "fast") == 0;
    sit_line_speed_init(&frame->line, caps->answered && !fast,
                        getenv("SSH_CONNECTION") != NULL, caps->answer_ms);
}

/* By all that this frame has to send. */
void sit_frame_choose_quality(struct sit_frame *frame, const struct sit_term_caps *caps)
{
    size_t n_px = 0;
    for (size_t i = 0; i < frame->grid.n_slots; i++) {
        struct sit_slot_fate unused;
        size_t width_px, height_px;
        struct sit_picture picture = sit_frame_picture(caps, &frame->grid.slots[i],
                                                       SIT_QUALITY_SHARP);
        sit_picture_canvas_size(&picture.format, &width_px, &height_px);
        if (!sit_frame_shows(frame, &frame->grid.slots[i], &unused))
            n_px += width_px * height_px;
    }
    /* Else what comes next is most likely as large as what came last. */
    if (n_px > 0)
        frame->quality = sit_line_speed_quality(&frame->line, caps->graphics, n_px,
                                                sit_clock_ms());
}

/* Time how long n_bytes take: a question that is answered when they have been read. */
void sit_frame_ask_line(struct sit_frame *frame, const struct sit_term_caps *caps,
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
    struct sit_slot_fate fate = {.state = SIT_PICTURE_READY};
    struct sit_picture picture = sit_frame_picture(caps, slot, SIT_QUALITY_SHARP);
    *all = false;
    sit_buf_reset(&frame->bytes);
    sit_buf_reset(&frame->out);
    if (sit_picture_cache_get(frame->cache, &picture, 0, &frame->bytes, NULL) !=
        SIT_PICTURE_READY) {
        frame->sharp_pending = true;
        return SIT_OK;
    }
    fate.n_bytes = frame->bytes.n_bytes;
    sit_frame_append_picture(frame, caps, &fate, &slot->area);
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
    sit_frame_want(frame, driver, caps);
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
