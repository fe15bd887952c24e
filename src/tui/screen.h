/*
 * What the screens have in common: the events they are stepped with, the effects they
 * ask for, and the pieces both of them draw. Pure: nothing here reads a clock, a
 * terminal or the project. The loop performs effects and tells the screen the result.
 */
#ifndef SITTER_TUI_SCREEN_H
#define SITTER_TUI_SCREEN_H

#include "grid.h"
#include "held_key.h"
#include "keymap.h"
#include "prompt.h"
#include "sitter/labels.h"
#include "sitter/page.h"
#include "sitter/review.h"
#include "sitter/session.h"
#include "sitter/term.h"

/** Below this there is only a message. */
enum { SIT_SCREEN_MIN_COLS = 40, SIT_SCREEN_MIN_ROWS = 12 };

/** No picture gets larger: encoding costs time and bytes on the line with its area. */
enum { SIT_SCREEN_PICTURE_MAX_PX = 480 };

/** What drawing needs to know of the terminal. */
struct sit_screen_metrics {
    enum sit_graphics graphics;
    size_t cell_width_px, cell_height_px;
    size_t max_picture_px; /* the terminal's own limit; 0: none known */
};

enum sit_ui_event_kind {
    SIT_UI_KEY,
    SIT_UI_MOUSE, /* a click, or a turn of the wheel, at a cell */
    SIT_UI_SHOWN, /* the face is on the screen, picture and all; 0: there is none */
};

struct sit_ui_event {
    enum sit_ui_event_kind kind;
    uint32_t key;
    unsigned button; /* MOUSE: an enum sit_mouse, SIT_MOUSE_SHIFT and so on or'ed */
    size_t mouse_row, mouse_col; /* 0 based; may be beyond the grid */
    int64_t face_id;
    int64_t at_ms;
};

enum sit_effect_kind {
    SIT_EFFECT_NONE = 0,
    SIT_EFFECT_LABEL,
    SIT_EFFECT_CONFIRM,
    SIT_EFFECT_SKIP,
    SIT_EFFECT_MOVE,
    SIT_EFFECT_GO,
    SIT_EFFECT_FIND,
    SIT_EFFECT_UNDO,
    SIT_EFFECT_REDO,
    SIT_EFFECT_SCOPE,
    SIT_EFFECT_LIST,
    SIT_EFFECT_RETRAIN,
    SIT_EFFECT_REPAINT,
    SIT_EFFECT_SUSPEND,
    SIT_EFFECT_QUIT,
    SIT_EFFECT_ACCEPT,
    SIT_EFFECT_HIDE_SUGGESTIONS,
    SIT_EFFECT_QUEUE,
    SIT_EFFECT_COMMENT,
    SIT_EFFECT_BOOKMARK,
    SIT_EFFECT_GRID,    /* to the grid, and back */
    SIT_EFFECT_FILTER,  /* text: a filter, or "" */
    SIT_EFFECT_WORK,    /* in the background; text: the file of an export */
    SIT_EFFECT_MARK,    /* faces of the grid */
    SIT_EFFECT_ARRANGE, /* the grid in another order */
    SIT_EFFECT_BLIND,
    SIT_EFFECT_FOR_ALL, /* what was decided last */
};

/** What a command can have done in the background. */
enum sit_work_kind {
    SIT_WORK_TRAIN,
    SIT_WORK_PREDICT,
    SIT_WORK_EXPORT_CSV,
    SIT_WORK_EXPORT_JSONL,
    SIT_WORK_EXPORT_IMAGEFOLDER,
};

/** What the loop is asked to do. */
struct sit_effect {
    enum sit_effect_kind kind;
    sit_class_index class_index;    /* LABEL */
    int64_t spent_ms;               /* LABEL, CONFIRM; -1 unknown */
    long by;                        /* MOVE */
    size_t position;                /* GO */
    enum sit_queue queue;           /* QUEUE */
    enum sit_work_kind work;        /* WORK */
    bool force;                     /* WORK: write over what is there */
    bool hides;                     /* HIDE_SUGGESTIONS, BLIND: else they are shown */
    bool backwards;                 /* FIND */
    bool takes_back;                /* UNDO, REDO, BOOKMARK: corrects a held key */
    bool marks;                     /* MARK: else takes marks away */
    enum sit_page_order order;      /* ARRANGE */
    enum sit_page_scope page_scope; /* ARRANGE */
    bool keeps;                     /* LABEL: it is the label already */
    enum sit_review_scope scope;    /* SCOPE */
    enum sit_review_kind kind_of_list; /* LIST */
    char text[SIT_PROMPT_BYTES];       /* FIND, COMMENT, FILTER, WORK */
};

/** What came of it. */
struct sit_effect_result {
    enum sit_status status;
    const char *message;         /* of an error; "" otherwise */
    bool saved;                  /* a decision was written, whatever failed after it */
    bool moved;                  /* SKIP */
    struct sit_undo_result undo; /* UNDO, REDO */
    size_t n_faces, n_left;      /* of the grid: labelled, and left without a label */
};

enum { SIT_NOTICE_BYTES = 400 };

/** The line above the key bar. */
struct sit_notice {
    char text[SIT_NOTICE_BYTES];
    enum sit_style style;
};

enum sit_screen_mode { SIT_MODE_FACES, SIT_MODE_PROMPT, SIT_MODE_HELP };

/** What is being typed. */
enum sit_prompt_purpose { SIT_PROMPT_FIND, SIT_PROMPT_COMMENT, SIT_PROMPT_COMMAND };

struct sit_history;

/** Which commands a screen has. */
enum sit_command_set { SIT_COMMANDS_LABEL, SIT_COMMANDS_REVIEW, SIT_COMMANDS_GRID };

/** The part of a screen's state that both screens have. Zero-initialise. */
struct sit_screen {
    enum sit_screen_mode mode;
    struct sit_notice notice;
    struct sit_prompt prompt;
    enum sit_prompt_purpose purpose; /* of the prompt */
    char sought[SIT_PROMPT_BYTES];   /* what was found last */
    size_t help_page;                /* counts on; drawn modulo the number of pages */
    struct sit_held_key held;
    int64_t context_face_id; /* of this face the poster is shown; 0: none */
    bool context_beside;    /* posters are shown beside the faces where there is room */
    bool has_room;          /* there was when the screen was drawn last */
    int64_t zoomed_face_id; /* of this face the middle is shown; 0: none */
    int64_t shown_face_id;  /* 0: none */
    int64_t shown_at_ms;
    char acted_on[SIT_NOTICE_BYTES / 2]; /* the face of the last effect, escaped */
    /* Commands (command.h): */
    enum sit_command_set commands;
    struct sit_history *history;  /* borrowed; NULL: none is kept */
    size_t recalled;              /* lines back in it; 0: what is being typed */
    size_t n_completed;           /* times that Tab came */
    char typed[SIT_PROMPT_BYTES]; /* before that */
    /* Background work: */
    char work[96]; /* "training"; "" none */
    char progress[160];
    bool warned_of_quitting;
};

/** Work has begun ("training"), goes on, has ended with a message. */
void sit_screen_work_began(struct sit_screen *screen, const char *what);
void sit_screen_work_goes_on(struct sit_screen *screen, size_t done, size_t total,
                             const char *text);
void sit_screen_work_ended(struct sit_screen *screen, enum sit_status status,
                           const char *message);
/** Whether to quit: not at the first time while work is running; then a notice says so.
 */
bool sit_screen_may_quit(struct sit_screen *screen);

void sit_screen_notice(struct sit_screen *screen, enum sit_style style,
                       const char *format, ...) __attribute__((format(printf, 3, 4)));

/** Milliseconds from the face being shown to at_ms; -1 where it was not shown before.
 */
int64_t sit_screen_spent_ms(const struct sit_screen *screen, int64_t face_id,
                            int64_t at_ms);
void sit_screen_shown(struct sit_screen *screen, int64_t face_id, int64_t at_ms);

/** Whether a decision about the face may count: it was on the screen when the key came.
 * If not, the key is dropped with a notice. */
bool sit_screen_has_seen(struct sit_screen *screen, int64_t face_id, int64_t at_ms);

/** Ask for a line of text, beginning with `text`. */
void sit_screen_ask(struct sit_screen *screen, enum sit_prompt_purpose purpose,
                    const char *text);

/** Whether the key is pasted text. It goes into the prompt; elsewhere there is a
 * notice.
 */
bool sit_screen_take_paste(struct sit_screen *screen, uint32_t key);

/** Show the face on its poster, or as itself again. Another face comes as itself: it is
 * what there is to decide on. Where there is room for both the poster is beside it, and
 * stays. */
void sit_screen_toggle_context(struct sit_screen *screen, int64_t face_id);

/** Show the middle of the face, or all of it again; another face comes whole. */
void sit_screen_toggle_zoom(struct sit_screen *screen, int64_t face_id);

/** Remember the face that an effect acts on, for the notice afterwards. */
void sit_screen_act_on(struct sit_screen *screen, const char *name);

/**
 * Look a key up, held keys filtered out. A repeat gives SIT_REQUEST_NONE and a notice;
 * a press that proves to have been a repeat fills *effect with what takes it back.
 */
enum sit_request
sit_screen_key(struct sit_screen *screen, const struct sit_keymap *keymap,
               const struct sit_class_list *classes, const struct sit_ui_event *event,
               sit_class_index *class_index, struct sit_effect *effect);

/** Fill *effect for the requests that mean the same on each screen. */
bool sit_screen_common_request(struct sit_screen *screen, enum sit_request request,
                               size_t position, size_t n_positions,
                               struct sit_effect *effect);

/** A key while the help screen is shown: turns its pages or leaves it. */
void sit_screen_help_key(struct sit_screen *screen, uint32_t key,
                         struct sit_effect *effect);

/** Whether a key means the same in every mode; fills *effect. */
bool sit_screen_global_key(uint32_t key, struct sit_effect *effect);

/** The notice after a filter has been set or taken away ("" then). */
void sit_screen_filter_notice(struct sit_screen *screen, const char *filter,
                              size_t n_matching, size_t n_faces);

/** The notice after an effect that has failed; it says whether a decision is saved. */
void sit_screen_failed(struct sit_screen *screen, const struct sit_effect *effect,
                       const struct sit_effect_result *result);

/** The notice after an undo or redo. `name` NULL where it is not known. */
void sit_screen_undo_notice(struct sit_screen *screen, const struct sit_effect *effect,
                            const struct sit_undo_result *undo,
                            const struct sit_class_list *classes, const char *name);

/*
 * Drawing
 */

/** "unlabelled" for SIT_NO_CLASS. */
const char *sit_class_display_name(const struct sit_class_list *classes,
                                   sit_class_index class_index);
enum sit_style sit_class_style(sit_class_index class_index);

/** Where things are. */
struct sit_layout {
    struct sit_area title, picture, panel, notice, keys;
    size_t separator_col; /* between picture and panel; 0: none */
};

/** False (and a message in the middle) where the screen is too small. */
bool sit_screen_layout(struct sit_grid *grid, const struct sit_screen_metrics *metrics,
                       struct sit_layout *out);

/** That message. */
void sit_screen_draw_too_small(struct sit_grid *grid);

/** Take the place of a poster beside the face out of the panel. False where there is
 * none: in narrow windows. */
bool sit_screen_layout_beside(struct sit_layout *layout,
                              const struct sit_screen_metrics *metrics,
                              struct sit_area *poster);
/** Whether a window has such a place. */
bool sit_screen_has_room(size_t n_cols, size_t n_rows,
                         const struct sit_screen_metrics *metrics);

/** Place the pictures of a face: itself or its middle, its poster instead or beside. */
void sit_screen_place_face(const struct sit_screen *screen, struct sit_grid *grid,
                           struct sit_layout *layout,
                           const struct sit_screen_metrics *metrics, int64_t face_id);

/** Title, separator, notice or prompt, key bar. */
void sit_screen_draw_frame(const struct sit_screen *screen,
                           const struct sit_layout *layout,
                           const struct sit_keymap *keymap,
                           const struct sit_class_list *classes, const char *title_left,
                           const char *title_right, struct sit_grid *grid);

/** The background work at the right of the notice line: "training: fold 3". */
void sit_screen_draw_work(const struct sit_screen *screen, struct sit_grid *grid,
                          struct sit_area area);

/** The picture to show for a face: its own, or its poster's. */
int64_t sit_screen_picture(const struct sit_screen *screen, int64_t face_id);

/** Reserve as many cells of `area` as a picture is to have. */
void sit_screen_place_picture(struct sit_grid *grid, struct sit_area area,
                              const struct sit_screen_metrics *metrics,
                              int64_t picture_id);

/** What is known of a face's source ("title  ..." and so on), wrapped; returns the rows
 * used, with grid NULL the rows it would like. */
size_t sit_screen_draw_facts(struct sit_grid *grid, struct sit_area area,
                             const struct sit_face_detail *face);

void sit_screen_draw_help(const struct sit_screen *screen,
                          const struct sit_keymap *keymap,
                          const struct sit_class_list *classes, struct sit_grid *grid);

/** Say in the slot of the picture why there is none (wrapped, centred). */
void sit_screen_draw_no_picture(struct sit_grid *grid, struct sit_area area,
                                const char *text);

#endif
