/*
 * The driver: projects, starting the program, and looking at what it shows.
 */
#include "screen_driver.h"

#include <signal.h>
#include <sys/wait.h>

#include "sitter/alloc.h"
#include "sitter/demo_project.h"
#include "sitter/progress.h"
#include "test_support.h"

enum { MARK = 0xe000 /* of the private use area: no program writes it */ };

static const double LEAST_PSNR_DB = 28;

/*
 * Projects
 */

void driver_open_project(struct driver_project *out, char *dir, const char *name)
{
    *out = (struct driver_project){.dir = dir};
    struct sit_buf path = {0};
    sit_buf_appendf(&path, "%s/%s", dir, name);
    out->db = sit_buf_take(&path);
    assert_ok(sit_project_open(out->db, SIT_PROJECT_READ, &out->project, err));
    struct sit_face_table table = {0};
    assert_ok(sit_face_table_load(out->project, 0, &table, err));
    out->n = table.n;
    out->ids = sit_malloc_array(table.n, sizeof *out->ids);
    out->names = sit_malloc_array(table.n, sizeof *out->names);
    assert_true(table.n > 0 && out->ids != NULL && out->names != NULL);
    struct sit_face_detail detail = {0};
    for (size_t i = 0; i < table.n; i++) {
        assert_ok(sit_project_face_detail(out->project, table.id[i], 0, &detail, err));
        out->ids[i] = table.id[i];
        out->names[i] = sit_strdup(detail.name);
        assert_non_null(out->names[i]);
    }
    sit_face_detail_release(&detail);
    sit_face_table_release(&table);
}

void driver_make_project(struct driver_project *out, size_t n_faces, bool with_features)
{
    struct sit_demo_options options = {
        .n_faces = n_faces, .seed = 7, .features = with_features};
    char *dir = test_make_dir();
    size_t n;
    assert_ok(sit_demo_make(dir, &options, NULL, NULL, &n, err));
    driver_open_project(out, dir, "sitter.db");
    assert_true(out->n >= n_faces);
}

void driver_release_project(struct driver_project *project)
{
    sit_project_close(project->project);
    for (size_t i = 0; i < project->n; i++)
        free(project->names[i]);
    free(project->names);
    free(project->ids);
    free(project->db);
    test_remove_dir(project->dir);
    *project = (struct driver_project){0};
}

size_t driver_find_name(const struct driver_project *project, const char *name)
{
    for (size_t i = 0; i < project->n; i++) {
        if (strcmp(project->names[i], name) == 0)
            return i;
    }
    fail_msg("no face is named '%s'", name);
    return 0;
}

static bool keep_event(void *context, const struct sit_event *event)
{
    struct driver_events *events = context;
    void *items = events->items;
    if (!sit_grow_array(&items, &events->capacity, events->n + 1,
                        sizeof *events->items))
        return false;
    events->items = items;
    events->items[events->n++] = *event;
    return true;
}

void driver_load_events(const struct driver_project *project, struct driver_events *out)
{
    *out = (struct driver_events){0};
    assert_ok(sit_project_events(project->project, 0, 0, 0, keep_event, out, err));
}

void driver_release_events(struct driver_events *events)
{
    free(events->items);
    *events = (struct driver_events){0};
}

void driver_assert_labels(const struct driver_project *project,
                          const sit_class_index *labels)
{
    struct sit_face_table table = {0};
    assert_ok(sit_face_table_load(project->project, 0, &table, err));
    assert_int_equal(table.n, project->n);
    for (size_t i = 0; i < table.n; i++) {
        if (table.label[i] != labels[i])
            fail_msg("face %zu has label %d, not %d", i, table.label[i], labels[i]);
    }
    sit_face_table_release(&table);
}

size_t driver_count_labelled(const struct driver_project *project)
{
    struct sit_face_table table = {0};
    size_t n = 0;
    assert_ok(sit_face_table_load(project->project, 0, &table, err));
    for (size_t i = 0; i < table.n; i++)
        n += table.label[i] != SIT_NO_CLASS;
    sit_face_table_release(&table);
    return n;
}

void driver_assert_sound(const struct driver_project *project)
{
    struct sit_buf report = {0};
    assert_ok(sit_project_check(project->project, &report, err));
    assert_string_equal(sit_buf_text(&report), "ok");
    sit_buf_release(&report);
}

void driver_run(const struct driver_project *project, const char *command)
{
    struct sit_buf text = {0};
    sit_buf_appendf(&text, "'%s' --db '%s' --quiet %s > /dev/null", SITTER_PROGRAM,
                    project->db, command);
    assert_int_equal(system(sit_buf_text(&text)), 0);
    sit_buf_release(&text);
}

/*
 * The program
 */

void driver_start_size(struct ptyterm *term, const struct ptyterm_profile *profile,
                       const struct driver_project *project, const char *command,
                       const char *annotator, size_t n_cols, size_t n_rows)
{
    enum { MAX_WORDS = 6 };
    const char *argv[MAX_WORDS + 6] = {SITTER_PROGRAM, "--db", project->db};
    char words[128], *rest = words, *word;
    size_t n = 3;
    snprintf(words, sizeof words, "%s", command);
    while ((word = strsep(&rest, " ")) != NULL && n < MAX_WORDS + 3)
        argv[n++] = word;
    argv[n++] = "--annotator";
    argv[n++] = annotator;
    assert_ok(ptyterm_start(term, profile, n_cols, n_rows,
                            (char *const *)(uintptr_t)argv, NULL, err));
}

void driver_start(struct ptyterm *term, const struct ptyterm_profile *profile,
                  const struct driver_project *project, const char *command,
                  const char *annotator)
{
    driver_start_size(term, profile, project, command, annotator, DRIVER_COLS,
                      DRIVER_ROWS);
}

void driver_fail(struct ptyterm *term, const char *format, ...)
{
    struct sit_buf text = {0};
    char message[256];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    /* Whole, which the test library would cut. */
    sit_buf_append_text(&text, ptyterm_screen_text(term));
    fprintf(stderr, "the screen:\n%s", sit_buf_text(&text));
    sit_buf_release(&text);
    fail_msg("%s", message);
}

const char *driver_shown_name(struct ptyterm *term)
{
    static const char separator[] = "\u2502 ";
    const char *text = strstr(ptyterm_row_text(term, 1), separator);
    return text != NULL ? text + strlen(separator) : "";
}

const char *driver_notice(struct ptyterm *term)
{
    return ptyterm_row_text(term, term->screen.n_rows - 2);
}

/* No sequence and no frame is half sent. */
static bool is_settled(const struct ptyterm *term)
{
    return ptyscreen_is_ground(&term->screen) && !term->screen.is_sync_open;
}

static bool shows_text(struct ptyterm *term, void *context)
{
    return ptyterm_screen_has(term, context) && is_settled(term);
}

void driver_expect_text(struct ptyterm *term, const char *text)
{
    if (!ptyterm_wait(term, shows_text, (void *)(uintptr_t)text, DRIVER_LIMIT_MS))
        driver_fail(term, "no \"%s\"", text);
}

static bool lacks_text(struct ptyterm *term, void *context)
{
    return !ptyterm_screen_has(term, context) && is_settled(term);
}

void driver_expect_no_text(struct ptyterm *term, const char *text)
{
    if (!ptyterm_wait(term, lacks_text, (void *)(uintptr_t)text, DRIVER_LIMIT_MS))
        driver_fail(term, "still \"%s\"", text);
}

static bool shows_name(struct ptyterm *term, void *context)
{
    return strcmp(driver_shown_name(term), context) == 0 && is_settled(term);
}

void driver_expect_name(struct ptyterm *term, const char *name)
{
    if (!ptyterm_wait(term, shows_name, (void *)(uintptr_t)name, DRIVER_LIMIT_MS))
        driver_fail(term, "no face \"%s\"", name);
}

double driver_picture_psnr(struct ptyterm *term, size_t i,
                           const struct driver_project *project, size_t at)
{
    static const uint8_t black[3];
    struct sit_image shown = {0}, face = {0}, canvas = {0};
    struct sit_buf file = {0};
    assert_ok(ptyterm_picture(term, i, &shown, NULL, NULL, err));
    assert_ok(sit_project_face_picture(project->project, project->ids[at], &file, err));
    assert_ok(sit_image_decode(file.data, file.n_bytes, "face", &face, err));
    assert_ok(
        sit_image_fit(&face, shown.width_px, shown.height_px, black, &canvas, err));
    double psnr = sit_image_psnr(&shown, &canvas);
    sit_image_release(&shown);
    sit_image_release(&face);
    sit_image_release(&canvas);
    sit_buf_release(&file);
    return psnr;
}

void driver_expect_face(struct ptyterm *term, const struct driver_project *project,
                        size_t n_before, size_t at)
{
    assert_true(at < project->n);
    if (!ptyterm_expect_picture_end(term, n_before, DRIVER_LIMIT_MS))
        driver_fail(term, "no picture of \"%s\"", project->names[at]);
    if (strcmp(driver_shown_name(term), project->names[at]) != 0)
        driver_fail(term, "not \"%s\"", project->names[at]);
    size_t last = ptyterm_n_pictures(term) - 1;
    double psnr = driver_picture_psnr(term, last, project, at);
    if (!(psnr >= LEAST_PSNR_DB))
        fail_msg("face %zu is shown at %.2f dB", at, psnr);
    if (at > 0 && !(driver_picture_psnr(term, last, project, at - 1) < psnr))
        fail_msg("the picture of face %zu is that of the face before", at);
    if (at + 1 < project->n &&
        !(driver_picture_psnr(term, last, project, at + 1) < psnr))
        fail_msg("the picture of face %zu is that of the face after", at);
}

bool driver_is_refused(struct ptyterm *term)
{
    enum { QUIET_US = 100000 };
    return sit_clock_us() - term->last_output_us > QUIET_US && is_settled(term) &&
           strstr(driver_notice(term), "too early") != NULL;
}

bool driver_press_until(struct ptyterm *term, const char *keys,
                        ptyterm_predicate *predicate, void *context, int timeout_ms)
{
    enum { LOOK_AGAIN_MS = 20, NO_ANSWER_US = 2000000 };
    int64_t end_ms = sit_clock_ms() + timeout_ms;
    assert_true(ptyterm_send(term, keys));
    int64_t sent_us = sit_clock_us();
    for (;;) {
        int64_t left_ms = end_ms - sit_clock_ms();
        if (predicate(term, context))
            return true;
        if (left_ms <= 0 || term->is_closed)
            return false;
        ptyterm_pump(term, left_ms < LOOK_AGAIN_MS ? (int)left_ms : LOOK_AGAIN_MS);
        /* The same notice again sends nothing: then only the time tells. */
        bool is_answered = term->last_output_us > sent_us ||
                           sit_clock_us() - sent_us > NO_ANSWER_US;
        if (is_answered && driver_is_refused(term)) {
            assert_true(ptyterm_send(term, keys));
            sent_us = sit_clock_us();
        }
    }
}

static bool has_new_picture(struct ptyterm *term, void *context)
{
    return ptyterm_picture_ended(term, *(size_t *)context);
}

bool driver_press(struct ptyterm *term, const char *keys, int timeout_ms)
{
    size_t n_before = ptyterm_n_pictures(term);
    return driver_press_until(term, keys, has_new_picture, &n_before, timeout_ms);
}

void driver_press_to_text(struct ptyterm *term, const char *keys, const char *text)
{
    if (!driver_press_until(term, keys, shows_text, (void *)(uintptr_t)text,
                            DRIVER_LIMIT_MS))
        driver_fail(term, "no \"%s\"", text);
}

void driver_type_to_face(struct ptyterm *term, const struct driver_project *project,
                         const char *keys, size_t at)
{
    size_t n_before = ptyterm_n_pictures(term);
    if (!driver_press(term, keys, DRIVER_LIMIT_MS))
        driver_fail(term, "no picture of \"%s\"", project->names[at]);
    driver_expect_face(term, project, n_before, at);
}

void driver_pass_time(struct ptyterm *term, int ms)
{
    int64_t end_ms = sit_clock_ms() + ms;
    for (int64_t left = ms; left > 0; left = end_ms - sit_clock_ms())
        ptyterm_pump(term, (int)left);
}

void driver_assert_pictures_fit(const struct ptyterm *term)
{
    enum { MAX_SIDE_PX = 1000 };
    assert_int_equal(term->screen.n_scrolls, 0);
    if (term->screen.n_unknown > 0)
        fail_msg("an unknown sequence: %s", term->screen.unknown + 1);
    for (size_t i = 0; i < ptyterm_n_pictures(term); i++) {
        struct sit_image image = {0};
        assert_ok(ptyterm_picture(term, i, &image, NULL, NULL, err));
        assert_in_range(image.width_px, 1, MAX_SIDE_PX);
        assert_in_range(image.height_px, 1, MAX_SIDE_PX);
        sit_image_release(&image);
        assert_true(term->screen.pictures[i].max_register < 256);
    }
}

void driver_picture_cells(const struct ptyterm *term,
                          const struct ptyscreen_picture *picture, size_t *n_rows,
                          size_t *n_cols)
{
    struct sit_image image = {0};
    size_t cell_width = term->profile->cell_width_px;
    size_t cell_height = term->profile->cell_height_px;
    assert_ok(ptyscreen_decode(picture, &image, err));
    *n_rows = (image.height_px + cell_height - 1) / cell_height;
    *n_cols = (image.width_px + cell_width - 1) / cell_width;
    sit_image_release(&image);
}

void driver_mark_cells(struct ptyterm *term, size_t row, size_t col, size_t n_rows,
                       size_t n_cols)
{
    for (size_t r = row; r < row + n_rows && r < term->screen.n_rows; r++) {
        for (size_t c = col; c < col + n_cols && c < term->screen.n_cols; c++)
            term->screen.cells[r * term->screen.n_cols + c] = MARK;
    }
}

void driver_mark_screen(struct ptyterm *term)
{
    driver_mark_cells(term, 0, 0, term->screen.n_rows, term->screen.n_cols);
}

size_t driver_count_marks(const struct ptyterm *term, size_t row, size_t col,
                          size_t n_rows, size_t n_cols)
{
    size_t n = 0;
    for (size_t r = row; r < row + n_rows && r < term->screen.n_rows; r++) {
        for (size_t c = col; c < col + n_cols && c < term->screen.n_cols; c++)
            n += term->screen.cells[r * term->screen.n_cols + c] == MARK;
    }
    return n;
}

void driver_assert_erased(const struct ptyterm *term,
                          const struct ptyscreen_picture *picture)
{
    size_t n_rows, n_cols;
    driver_picture_cells(term, picture, &n_rows, &n_cols);
    assert_int_equal(
        driver_count_marks(term, picture->row, picture->col, n_rows, n_cols), 0);
}

void driver_assert_restored(struct ptyterm *term)
{
    const struct ptyscreen *screen = &term->screen;
    if (!ptyterm_is_restored(term))
        driver_fail(term, "not restored: alternate %d, cursor %d, update %d, modes %s",
                    screen->is_alternate, screen->is_cursor_visible,
                    screen->is_sync_open,
                    ptyterm_termios_restored(term) ? "restored" : "changed");
}

void driver_quit(struct ptyterm *term, const char *key)
{
    int status = -1;
    assert_true(ptyterm_send(term, key));
    if (!ptyterm_wait_exit(term, DRIVER_LIMIT_MS, &status))
        driver_fail(term, "does not quit");
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        driver_fail(term, "wait status %#x", status);
    driver_assert_restored(term);
}
