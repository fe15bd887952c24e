/*
 * How long a key takes: from writing it to the pseudo-terminal to the last byte of the
 * next face's complete frame, picture included, as a sixel terminal would receive it.
 * At human pace (a key every 150 ms) and back to back (2 ms after the frame). Prints a
 * Markdown table; asserts nothing about time.
 *
 *     key_bench SITTER WORK_DIR [FACES...]      (default: 300 50000)
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
    N_COLS = 100,
    N_ROWS = 40,
    LIMIT_MS = 20000,
    HUMAN_MS = 150,
    LOOK_MS = 2, /* back to back: a key at once would be refused as unseen */
    N_HUMAN = 200,
    N_FAST = 300,
    MAX_KEYS = 400,
    N_STARTS = 5,
};

/* Measurements of one mode, in microseconds and bytes. */
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

static void print_row(const char *n_faces, const char *mode, struct series *series)
{
    qsort(series->us, series->n, sizeof *series->us, by_value);
    size_t n_over = 0;
    for (size_t i = 0; i < series->n; i++)
        n_over += series->us[i] >= 20000;
    printf("| %s | %s | %zu | %.2f | %.2f | %.2f | %zu | %zu |\n", n_faces, mode,
           series->n, at_share_ms(series, 0.5), at_share_ms(series, 0.99),
           at_share_ms(series, 1), n_over, series->n_bytes / series->n);
    fflush(stdout);
}

static bool fail(const char *what)
{
    fprintf(stderr, "key_bench: %s\n", what);
    return false;
}

static bool start(struct ptyterm *term, const char *program, const char *db)
{
    const char *argv[] = {program, "--db", db, "label", "--annotator", "bench", NULL};
    struct sit_error err;
    if (ptyterm_start(term, &ptyterm_sixel_sync, N_COLS, N_ROWS,
                      (char *const *)(uintptr_t)argv, NULL, &err) != SIT_OK)
        return fail(err.message);
    return ptyterm_expect_picture_end(term, 0, LIMIT_MS) || fail("no first frame");
}

static bool quit(struct ptyterm *term)
{
    int status = -1;
    bool ok = ptyterm_send(term, "q") && ptyterm_wait_exit(term, LIMIT_MS, &status) &&
              WIFEXITED(status) && WEXITSTATUS(status) == 0;
    ptyterm_stop(term);
    return ok || fail("sitter does not end well");
}

/* Take in what comes until the moment of the next key. */
static void wait_until(struct ptyterm *term, int64_t until_us)
{
    for (;;) {
        int64_t left_us = until_us - sit_clock_us();
        if (left_us <= 0)
            return;
        ptyterm_pump(term, left_us < 1000 ? 1 : (int)(left_us / 1000));
    }
}

/* Type a key until it is not refused; the time counts from the press that is taken. */
static bool press(struct ptyterm *term, const char *key, int64_t *key_us)
{
    enum { N_TRIES = 20, TRY_MS = 500 };
    size_t n_pictures = ptyterm_n_pictures(term);
    for (size_t i = 0; i < N_TRIES; i++) {
        *key_us = sit_clock_us();
        ptyterm_send(term, key);
        if (ptyterm_expect_picture_end(term, n_pictures, TRY_MS))
            return true;
        if (!ptyterm_screen_has(term, "too early"))
            return ptyterm_expect_picture_end(term, n_pictures, LIMIT_MS);
    }
    return false;
}

static bool measure_keys(const char *program, const char *db, const char *n_faces,
                         const char *mode, size_t n_keys, int pace_ms)
{
    struct ptyterm term;
    static struct series series;
    series = (struct series){0};
    if (!start(&term, program, db))
        return false;
    ptyterm_wait_quiet(&term, 50, LIMIT_MS);
    int64_t next_us = sit_clock_us();
    for (size_t i = 0; i < n_keys; i++) {
        size_t n_pictures = ptyterm_n_pictures(&term);
        size_t n_bytes = term.output.n_bytes;
        wait_until(&term, next_us);
        int64_t key_us;
        if (!press(&term, i % 2 == 0 ? "m" : "f", &key_us)) {
            ptyterm_stop(&term);
            return fail("a key without a frame");
        }
        series.us[series.n++] = term.screen.pictures[n_pictures].frame_us - key_us;
        series.n_bytes += term.output.n_bytes - n_bytes;
        next_us = key_us + (int64_t)pace_ms * 1000;
        int64_t seen_us = sit_clock_us() + LOOK_MS * 1000;
        next_us = next_us > seen_us ? next_us : seen_us;
    }
    if (!quit(&term))
        return false;
    print_row(n_faces, mode, &series);
    return true;
}

static bool measure_starts(const char *program, const char *db, const char *n_faces)
{
    static struct series series;
    series = (struct series){0};
    for (size_t i = 0; i < N_STARTS; i++) {
        struct ptyterm term;
        int64_t begin_us = sit_clock_us();
        if (!start(&term, program, db))
            return false;
        series.us[series.n++] = term.screen.pictures[0].frame_us - begin_us;
        series.n_bytes += term.output.n_bytes;
        if (!quit(&term))
            return false;
    }
    print_row(n_faces, "start", &series);
    return true;
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

/* A copy of the collection's project, without labels, for each mode. */
static bool prepare(const char *program, const char *dir, const char *n_faces,
                    struct sit_buf *original, struct sit_buf *copy)
{
    struct sit_buf demo = {0};
    struct stat info;
    bool ok = true;
    sit_buf_appendf(&demo, "%s/demo-%s", dir, n_faces);
    sit_buf_appendf(original, "%s/sitter.db", sit_buf_text(&demo));
    sit_buf_appendf(copy, "%s/key-bench.db", dir);
    if (stat(sit_buf_text(original), &info) != 0)
        ok = run_command("'%s' --quiet demo --faces '%s' --no-label --no-posters"
                         " --no-features '%s'",
                         program, n_faces, sit_buf_text(&demo));
    sit_buf_release(&demo);
    return ok || fail("cannot make the collection");
}

static bool renew(const char *program, const char *original, const char *copy)
{
    unlink(copy);
    return run_command("'%s' --db '%s' --quiet backup '%s'", program, original, copy) ||
           fail("cannot copy the collection");
}

/* 500 keys need 500 faces: a smaller collection is labelled as far as it goes. */
static size_t n_keys_for(const char *n_faces, size_t wanted)
{
    size_t most = strtoul(n_faces, NULL, 10);
    most = most > 10 ? most - 10 : 1;
    return wanted < most ? wanted : most;
}

static bool measure(const char *program, const char *dir, const char *n_faces)
{
    struct sit_buf original = {0}, copy = {0};
    bool ok = prepare(program, dir, n_faces, &original, &copy) &&
              renew(program, sit_buf_text(&original), sit_buf_text(&copy)) &&
              measure_starts(program, sit_buf_text(&copy), n_faces) &&
              measure_keys(program, sit_buf_text(&copy), n_faces, "every 150 ms",
                           n_keys_for(n_faces, N_HUMAN), HUMAN_MS) &&
              renew(program, sit_buf_text(&original), sit_buf_text(&copy)) &&
              measure_keys(program, sit_buf_text(&copy), n_faces, "back to back",
                           n_keys_for(n_faces, N_FAST), 0);
    unlink(sit_buf_text(&copy));
    sit_buf_release(&original);
    sit_buf_release(&copy);
    return ok;
}

int main(int argc, char **argv)
{
    static const char *const usual[] = {"300", "50000"};
    if (argc < 3) {
        fprintf(stderr, "usage: key_bench SITTER WORK_DIR [FACES...]\n");
        return 2;
    }
    if (!sit_text_init_locale())
        return 1;
    printf("Terminal of %d x %d cells of %zu x %zu px, sixel, synchronised output.\n\n",
           N_COLS, N_ROWS, ptyterm_sixel_sync.cell_width_px,
           ptyterm_sixel_sync.cell_height_px);
    printf("| faces | mode | n | median ms | p99 ms | max ms | of 20 ms or more |"
           " bytes each |\n|---|---|---|---|---|---|---|---|\n");
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
