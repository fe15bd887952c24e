/*
 * The loop behind every screen: waits for keys, signals, pictures and background work,
 * steps the screen, performs what it asks for, and brings text and picture to the
 * terminal as one frame. What a screen is comes as a table of functions.
 */
#ifndef SITTER_TUI_LOOP_H
#define SITTER_TUI_LOOP_H

#include "screen.h"

/** A screen together with what it acts on. All functions take `context`. */
struct sit_screen_driver {
    const char *project_path;
    void *context;
    /** The loop runs; a byte written to wake_fd (not blocking) has on_wake called. May
     * be NULL. */
    enum sit_status (*start)(void *context, int wake_fd, struct sit_error *err);
    void (*step)(void *context, const struct sit_ui_event *event,
                 struct sit_effect *effect);
    /** Carry an effect out. Never QUIT, SUSPEND, REPAINT. */
    enum sit_status (*act)(void *context, const struct sit_effect *effect,
                           struct sit_effect_result *result, struct sit_error *err);
    /** Tell the screen what came of it, or (effect NONE) why a refresh failed. */
    void (*done)(void *context, const struct sit_effect *effect,
                 const struct sit_effect_result *result);
    void (*draw)(void *context, const struct sit_screen_metrics *metrics,
                 struct sit_grid *grid);
    /** Take in what others have written. */
    enum sit_status (*refresh)(void *context, bool *changed, struct sit_error *err);
    void (*idle)(void *context);
    /** Faces that a key would most likely show next in the place of this one. May be
     * NULL. */
    size_t (*upcoming)(void *context, int64_t *face_ids, size_t n);
    /** Draw screen i of those that a key would most likely show next, most likely
     * first; false where there is none. May be NULL. */
    bool (*draw_ahead)(void *context, size_t i,
                       const struct sit_screen_metrics *metrics, struct sit_grid *grid);
    /** True where the screen is to be drawn again. May be NULL. */
    bool (*on_wake)(void *context);
    /** For scripts (script.h): the face that is shown, 0 for none; the notice, which
     * may be cleared; whether that key (0: none) has to wait for work in the background
     * (NULL: never). */
    int64_t (*face_id)(void *context);
    struct sit_notice *(*notice)(void *context);
    bool (*is_busy)(void *context, uint32_t key);
    /** Whether clicks are wanted now: then the terminal selects text with Shift only.
     * NULL: never. */
    bool (*wants_mouse)(void *context);
    /** The loop ends; wake_fd is not to be written to any more. May be NULL. */
    void (*stop)(void *context);
};

/** Take over the terminal on stdin and stdout until the user quits. Errors as
 * sit_tui_label() has them; SIT_E_CANCELLED after SIGTERM. */
enum sit_status sit_loop_run(const struct sit_screen_driver *driver,
                             struct sit_error *err);

#endif
