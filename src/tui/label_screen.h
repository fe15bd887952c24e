/*
 * The labelling screen: what keys do and what it looks like. Pure; see screen.h.
 */
#ifndef SITTER_TUI_LABEL_SCREEN_H
#define SITTER_TUI_LABEL_SCREEN_H

#include "screen.h"
#include "sitter/session.h"

/** Zero-initialise. */
struct sit_label_screen {
    struct sit_screen base;
    /* What was suggested for base.shown_face_id when it was last drawn, since when. */
    sit_class_index suggested;
    int64_t suggested_at_ms;
};

bool sit_label_all_labelled(const struct sit_session_view *view);

/** What quits, for notices: "q". */
struct sit_key_text sit_label_quit_key(const struct sit_session_view *view);

/** What an event asks for; *effect is SIT_EFFECT_NONE where nothing is to be done. */
void sit_label_screen_step(struct sit_label_screen *screen,
                           const struct sit_session_view *view,
                           const struct sit_ui_event *event, struct sit_effect *effect);

/** What came of the effect; `view` is the one after it. */
void sit_label_screen_done(struct sit_label_screen *screen,
                           const struct sit_session_view *view,
                           const struct sit_effect *effect,
                           const struct sit_effect_result *result);

/** Draw onto a blank grid of any size. */
void sit_label_screen_draw(const struct sit_label_screen *screen,
                           const struct sit_session_view *view,
                           const struct sit_screen_metrics *metrics,
                           struct sit_grid *grid);

#endif
