/*
 * One frame on the terminal: text by the painter, then the pictures in one write. Knows
 * which pictures are on the screen and where, so that each is sent once, and erased
 * when its place is given to something else.
 */
#ifndef SITTER_TUI_FRAME_H
#define SITTER_TUI_FRAME_H

#include "loop.h"
#include "sitter/term.h"

struct sit_frame;

/** Switch the terminal to the full screen and start the workers for the pictures. */
enum sit_status sit_frame_open(const char *project_path, struct sit_term_caps *caps,
                               int wake_fd, struct sit_frame **out,
                               struct sit_error *err);
/** Back to the shell's screen. NULL is fine. */
void sit_frame_close(struct sit_frame *frame);

/** Back to the shell's screen for a while. */
void sit_frame_leave(struct sit_frame *frame);
/** After sit_frame_leave(), a resize, or whatever else may have spoilt the screen:
 * measure the window again and send everything with the next frame. */
void sit_frame_return(struct sit_frame *frame, struct sit_term_caps *caps);

/**
 * Draw the screen and send what differs, but for the last bytes of the frame. Waits a
 * moment for pictures that are not ready; without them the frame says so and is
 * incomplete. *shown_id is the grid's shown_id where each of its pictures (or the
 * reason why there is none) is on the screen when the frame has ended, else 0.
 */
enum sit_status sit_frame_show(struct sit_frame *frame,
                               const struct sit_screen_driver *driver,
                               const struct sit_term_caps *caps, int64_t *shown_id,
                               struct sit_error *err);
/** Send the rest. What was typed before this nobody typed having seen the face whole.
 */
enum sit_status sit_frame_end(struct sit_frame *frame, struct sit_error *err);
bool sit_frame_is_incomplete(const struct sit_frame *frame);

/** Whether pictures are coarser than they could be, for the line's sake, and may be
 * sharpened now: not while those are still being made, see sit_frame_wake(). */
bool sit_frame_is_coarse(const struct sit_frame *frame);
/** Sharpen them, at the pace of the line, until one of the descriptors (negative ones
 * are ignored) can be read: then the frame is as coarse as before. */
enum sit_status sit_frame_sharpen(struct sit_frame *frame,
                                  const struct sit_screen_driver *driver,
                                  const struct sit_term_caps *caps, const int fds[2],
                                  struct sit_error *err);
/** A picture has become ready. */
void sit_frame_wake(struct sit_frame *frame);

/** The terminal has told that it has read everything up to its question. */
void sit_frame_take_report(struct sit_frame *frame, int64_t now_ms);
/** Whether such a report is still to come. */
bool sit_frame_awaits_report(const struct sit_frame *frame);

#endif
