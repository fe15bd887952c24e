/*
 * What the tests of the screens share: a project in a scratch folder with its faces'
 * names, sitter running on it in a pseudo-terminal, and checks that the face on the
 * screen is the one it should be, picture and all. Failures end the test (cmocka).
 * What a terminal is, and waiting for it, is left to ptyterm.h.
 */
#ifndef SCREEN_DRIVER_H
#define SCREEN_DRIVER_H

#include "ptyterm.h"
#include "sitter/project.h"

/** No wait of a test is longer; generous, for sanitizers on a busy machine. */
enum { DRIVER_LIMIT_MS = 20000 };

/** The screen that most tests use, in cells. */
enum { DRIVER_COLS = 100, DRIVER_ROWS = 40 };

/** A project of the test's own. */
struct driver_project {
    char *dir;
    char *db;
    struct sit_project *project; /* reads */
    size_t n;                    /* faces */
    int64_t *ids;                /* (n) in order */
    char **names;                /* (n) */
};

/** The demo collection of at least so many faces in a fresh folder. */
void driver_make_project(struct driver_project *out, size_t n_faces,
                         bool with_features);

/** Open dir/name; takes the folder over, which is removed on release. */
void driver_open_project(struct driver_project *out, char *dir, const char *name);

void driver_release_project(struct driver_project *project);

/** The position of a face's name; fails where there is none. */
size_t driver_find_name(const struct driver_project *project, const char *name);

/** All labelling events of the project, in order. */
struct driver_events {
    size_t n, capacity;
    struct sit_event *items;
};
void driver_load_events(const struct driver_project *project,
                        struct driver_events *out);
void driver_release_events(struct driver_events *events);

/** The labels in force are exactly these (n of the project, by position). */
void driver_assert_labels(const struct driver_project *project,
                          const sit_class_index *labels);

/** How many faces have a label. */
size_t driver_count_labelled(const struct driver_project *project);

/** Nothing in the file is damaged. */
void driver_assert_sound(const struct driver_project *project);

/** Run `sitter --db DB COMMAND... ` to its end without a terminal; it must succeed. */
void driver_run(const struct driver_project *project, const char *command);

/** Start `sitter --db DB COMMAND --annotator NAME`; the command may have options,
 * parted by single blanks. */
void driver_start_size(struct ptyterm *term, const struct ptyterm_profile *profile,
                       const struct driver_project *project, const char *command,
                       const char *annotator, size_t n_cols, size_t n_rows);
/** The same on the usual screen. */
void driver_start(struct ptyterm *term, const struct ptyterm_profile *profile,
                  const struct driver_project *project, const char *command,
                  const char *annotator);

/** Fail the test, with the screen. */
void driver_fail(struct ptyterm *term, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** The name of the face in the panel; "" where there is none. Valid until the next call
 * on the terminal. */
const char *driver_shown_name(struct ptyterm *term);

/** The line for notices. */
const char *driver_notice(struct ptyterm *term);

/** Wait for a text to come on the screen, or to go, with no frame half sent. */
void driver_expect_text(struct ptyterm *term, const char *text);
void driver_expect_no_text(struct ptyterm *term, const char *text);

/** Wait until the panel shows a face's name, and no frame is half sent. */
void driver_expect_name(struct ptyterm *term, const char *name);

/** Wait for a picture more than n_before, its frame complete, and check that name and
 * picture are face `at`'s: 28 dB against the face's own file, and closer to it than to
 * its neighbours'. */
void driver_expect_face(struct ptyterm *term, const struct driver_project *project,
                        size_t n_before, size_t at);

/**
 * Type until the predicate holds. A decision that comes before its face can have been
 * seen is refused with a notice, and a test may be that fast: the keys are typed again
 * where the program has said so and is quiet. False where the time is up.
 */
bool driver_press_until(struct ptyterm *term, const char *keys,
                        ptyterm_predicate *predicate, void *context, int timeout_ms);

/** The same until the next picture's frame is complete; true where it is in time. */
bool driver_press(struct ptyterm *term, const char *keys, int timeout_ms);

/** Whether the notice says that a key came too early, and nothing has come since. */
bool driver_is_refused(struct ptyterm *term);

/** The same until the screen shows a text; fails where it does not. */
void driver_press_to_text(struct ptyterm *term, const char *keys, const char *text);

/** Type, then wait for the next face: driver_expect_face(). */
void driver_type_to_face(struct ptyterm *term, const struct driver_project *project,
                         const char *keys, size_t at);

/** The PSNR of picture i that was sent against a face's picture file. */
double driver_picture_psnr(struct ptyterm *term, size_t i,
                           const struct driver_project *project, size_t at);

/** Let `ms` go by, taking in what comes: for keys whose timing is what is tested. */
void driver_pass_time(struct ptyterm *term, int ms);

/** Every picture so far ended above the last row and was no larger than terminals
 * show, nothing has scrolled, and no sequence was unknown. */
void driver_assert_pictures_fit(const struct ptyterm *term);

/** The cells that a picture covers. */
void driver_picture_cells(const struct ptyterm *term,
                          const struct ptyscreen_picture *picture, size_t *n_rows,
                          size_t *n_cols);

/** Put a mark into cells of the screen model, as if another program had written there;
 * and count the marks left: those of cells the program has not written to since. */
void driver_mark_cells(struct ptyterm *term, size_t row, size_t col, size_t n_rows,
                       size_t n_cols);
void driver_mark_screen(struct ptyterm *term);
size_t driver_count_marks(const struct ptyterm *term, size_t row, size_t col,
                          size_t n_rows, size_t n_cols);

/** None of the marks in a picture's cells is left: it has been erased. */
void driver_assert_erased(const struct ptyterm *term,
                          const struct ptyscreen_picture *picture);

/** The terminal is as it was before: ptyterm_is_restored(), saying what is not. */
void driver_assert_restored(struct ptyterm *term);

/** Quit by a key: exit status 0, the terminal as it was before. */
void driver_quit(struct ptyterm *term, const char *key);

#endif
