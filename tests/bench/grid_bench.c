/*
 * How long the grid takes: from writing a key to the pseudo-terminal to the last byte
 * of the complete frame, for a page of 60 faces turned, for a page labelled (one batch,
 * and the next page), and for a moved cursor. Prints a Markdown table; asserts nothing
 * about time.
 *
 *     grid_bench SITTER WORK_DIR [FACES...]     (default: 300 50000)
 *
 * A collection that WORK_DIR holds from an earlier run is used again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ptyterm.h"
#include "sitter/progress.h"
#include "sitter/text.h"

enum {
    N_COLS = 110,
    N_ROWS = 40, /* ten by six faces of 100 px */
    N_STRIPS = 6,
    LIMIT_MS = 20000,
    PACE_MS = 200,
    MAX_KEYS = 200,
    N_CURSOR = 90,
    N_TURNS = 50,
    N_BATCHES = 50,
};

struct series {
    size_t n;
    int64_t us[MAX_KEYS];
    size_t n_bytes;
};

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* The value that a share of the measurements does not exceed (nearest rank). */
static double at_share_ms(const struct series *series, double share)
{
    size_t rank = (size_t)(share * (double)series->n + 0.999999);
    rank = rank > 0 ? rank - 1 : 0;
    rank = rank < series->n ? rank : series->n - 1;
    return (double)series->us[rank] / 1000;
}

static void print_row(const char *n_faces, const char *what, struct series *series)
{
    if (series->n == 0)
        return;
    qsort(series->us, series->n, sizeof *series->us, by_value);
    printf("| %s | %s | %zu | %.2f | %.2f | %.2f | %zu |\n", n_faces, what, series->n,
           at_share_ms(series, 0.5), at_share_ms(series, 0.99), at_share_ms(series, 1),
           series->n_bytes / series->n);
    fflush(stdout);
}

static bool fail(const char *what)
{
    fprintf(stderr, "grid_bench: %s\n", what);
    return false;
}

static bool run_command(const char *format, const char *program, const char *first,
                        const char *second)
{
    struct sit_buf command = {0};
    sit_buf_appendf(&command, format, program, first, second);
    bool ok = !command.failed && system(sit_buf_text(&command)) == 0;
    sit_buf_release(&command);
    return ok;
}

/* A copy of the collection's project without labels. */
static bool prepare(const char *program, const char *dir, const char *n_faces,
                    struct sit_buf *copy)
{
    struct sit_buf demo = {0}, original = {0};
    struct stat info;
    bool ok = true;
    sit_buf_appendf(&demo, "%s/demo-%s", dir, n_faces);
    sit_buf_appendf(&original, "%s/sitter.db", sit_buf_text(&demo));
    sit_buf_appendf(copy, "%s/grid-bench.db", dir);
    if (stat(sit_buf_text(&original), &info) != 0)
        ok = run_command("'%s' --quiet demo --faces '%s' --no-label --no-posters"
                         " --no-features '%s'",
                         program, n_faces, sit_buf_text(&demo));
    unlink(sit_buf_text(copy));
    ok = ok && run_command("'%s' --db '%s' --quiet backup '%s'", program,
                           sit_buf_text(&original), sit_buf_text(copy));
    sit_buf_release(&demo);
    sit_buf_release(&original);
    return ok || fail("cannot make the collection");
}

static void pass_until(struct ptyterm *term, int64_t until_us)
{
    for (;;) {
        int64_t left_us = until_us - sit_clock_us();
        if (left_us <= 0)
            return;
        ptyterm_pump(term, left_us < 1000 ? 1 : (int)(left_us / 1000));
    }
}

/* Press a key and wait for n pictures; what comes in several frames counts whole. */
static bool press(struct ptyterm *term, const char *key, size_t n_pictures,
                  struct series *series)
{
    size_t n_before = ptyterm_n_pictures(term), n_bytes = term->output.n_bytes;
    int64_t key_us = sit_clock_us();
    if (!ptyterm_send(term, key) ||
        !ptyterm_expect_picture_end(term, n_before + n_pictures - 1, LIMIT_MS))
        return fail("a key without its pictures");
    if (series != NULL) {
        size_t last = n_before + n_pictures - 1;
        series->us[series->n++] = term->screen.pictures[last].frame_us - key_us;
        series->n_bytes += term->output.n_bytes - n_bytes;
    }
    pass_until(term, key_us + PACE_MS * 1000);
    return true;
}

static bool measure_cursor(struct ptyterm *term, struct series *in_row,
                           struct series *to_row)
{
    for (size_t i = 0; i < N_CURSOR; i++) {
        bool down = i % 3 == 2;
        const char *key = down ? (i % 6 == 2 ? "j" : "k") : (i % 6 < 3 ? "l" : "h");
        if (!press(term, key, down ? 2 : 1, down ? to_row : in_row))
            return false;
    }
    return true;
}

static bool measure(const char *program, const char *dir, const char *n_faces)
{
    static struct series start, in_row, to_row, turns, back, batches;
    start = in_row = to_row = turns = back = batches = (struct series){0};
    struct sit_buf db = {0};
    struct ptyterm term;
    struct sit_error err;
    size_t n_pages = strtoul(n_faces, NULL, 10) / (10 * N_STRIPS);
    bool ok = prepare(program, dir, n_faces, &db);
    const char *argv[] = {program,  "--db",        sit_buf_text(&db), "label",
                          "--grid", "--annotator", "bench",           NULL};
    int64_t begin_us = sit_clock_us();
    if (!ok)
        return false;
    if (ptyterm_start(&term, &ptyterm_sixel_sync, N_COLS, N_ROWS,
                      (char *const *)(uintptr_t)argv, NULL, &err) != SIT_OK)
        return fail(err.message);
    ok = ptyterm_expect_picture_end(&term, N_STRIPS - 1, LIMIT_MS);
    start.us[start.n++] = term.screen.pictures[N_STRIPS - 1].frame_us - begin_us;
    start.n_bytes = term.output.n_bytes;
    ptyterm_wait_quiet(&term, 200, LIMIT_MS);
    ok = ok && measure_cursor(&term, &in_row, &to_row);
    size_t n_turns = n_pages > N_TURNS ? N_TURNS : n_pages - 1;
    for (size_t i = 0; ok && i < n_turns; i++)
        ok = press(&term, "\033[6~", N_STRIPS, &turns);
    for (size_t i = 0; ok && i < n_turns; i++)
        ok = press(&term, "\033[5~", N_STRIPS, &back);
    size_t n_batches = n_pages > N_BATCHES + 1 ? N_BATCHES : n_pages - 1;
    for (size_t i = 0; ok && i < n_batches; i++)
        ok = press(&term, "*", N_STRIPS, NULL) &&
             press(&term, i % 2 == 0 ? "m" : "f", N_STRIPS, &batches);
    int status = -1;
    ok = ok && ptyterm_send(&term, "q") && ptyterm_wait_exit(&term, LIMIT_MS, &status);
    ptyterm_stop(&term);
    unlink(sit_buf_text(&db));
    sit_buf_release(&db);
    print_row(n_faces, "start", &start);
    print_row(n_faces, "cursor within a row", &in_row);
    print_row(n_faces, "cursor to another row", &to_row);
    print_row(n_faces, "next page", &turns);
    print_row(n_faces, "page before", &back);
    print_row(n_faces, "60 labels, next page", &batches);
    return ok;
}

int main(int argc, char **argv)
{
    static const char *const usual[] = {"300", "50000"};
    if (argc < 3) {
        fprintf(stderr, "usage: grid_bench SITTER WORK_DIR [FACES...]\n");
        return 2;
    }
    if (!sit_text_init_locale())
        return 1;
    printf("Terminal of %d x %d cells of %zu x %zu px: pages of 60 faces, a key every"
           " %d ms.\n\n",
           N_COLS, N_ROWS, ptyterm_sixel_sync.cell_width_px,
           ptyterm_sixel_sync.cell_height_px, PACE_MS);
    printf("| faces | key | n | median ms | p99 ms | max ms | bytes each |\n"
           "|---|---|---|---|---|---|---|\n");
    for (int i = 3; i < argc; i++) {
        if (!measure(argv[1], argv[2], argv[i]))
            return 1;
    }
    for (size_t i = 0; argc == 3 && i < sizeof usual / sizeof *usual; i++) {
        if (!measure(argv[1], argv[2], usual[i]))
            return 1;
    }
    return 0;
}
