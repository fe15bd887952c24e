/*
 * What the files of a frame share: the frame itself, which pictures it wants
 * (frame_want.c), and how they are written (frame.c) and sharpened (frame_sharpen.c).
 */
#ifndef SITTER_TUI_FRAME_PARTS_H
#define SITTER_TUI_FRAME_PARTS_H

#include "frame.h"
#include "line_speed.h"
#include "picture_cache.h"

/* What becomes of a slot in the frame at hand. */
struct sit_slot_fate {
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
    struct sit_slot_fate fates[SIT_GRID_MAX_SLOTS];
    bool incomplete;
    bool due; /* send everything */
    struct sit_buf out, bytes;
    /* What sit_frame_end() has to send: */
    size_t rest_at; /* out from here on */
    size_t end_row, end_col;
};

/*
 * frame_want.c
 */

struct sit_screen_metrics sit_frame_metrics(const struct sit_term_caps *caps);

/* What is to be encoded for a slot; quality counts sit_qualities. */
struct sit_picture sit_frame_picture(const struct sit_term_caps *caps,
                                     const struct sit_picture_slot *slot,
                                     size_t quality);

/* Ask the cache for this frame's pictures, and after them for what may come next. */
void sit_frame_want(struct sit_frame *frame, const struct sit_screen_driver *driver,
                    const struct sit_term_caps *caps);

/*
 * frame.c
 */

/* Whether it is on the screen, and then what and how it is there. */
bool sit_frame_shows(const struct sit_frame *frame, const struct sit_picture_slot *slot,
                     struct sit_slot_fate *fate);

/* Append the picture of frame->bytes that fate names to frame->out, the cursor moved to
 * its place. Sets fate->id. */
void sit_frame_append_picture(struct sit_frame *frame, const struct sit_term_caps *caps,
                              struct sit_slot_fate *fate, const struct sit_area *area);

/*
 * frame_sharpen.c
 */

void sit_frame_init_line(struct sit_frame *frame, const struct sit_term_caps *caps);

/* By all that this frame has to send. */
void sit_frame_choose_quality(struct sit_frame *frame,
                              const struct sit_term_caps *caps);

/* Time how long n_bytes take: a question that is answered when they have been read. */
void sit_frame_ask_line(struct sit_frame *frame, const struct sit_term_caps *caps,
                        size_t n_bytes);

#endif
