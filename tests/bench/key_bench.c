/*
 * How long a key takes: from writing it to the pseudo-terminal to the last byte of the
 * next face's complete frame, picture included, as a sixel terminal would receive it.
 * At human pace (a key every 150 ms), back to back (2 ms after the frame), and with a
 * second process that labels the same project, both at 20 keys a second. The projects
 * have 512 features a face and some labels, so that the live model is at work. Prints a
 * Markdown table; asserts nothing about time.
 *
 *     key_bench SITTER FILL WORK_DIR [FACES...]      (default: 300 50000 327322)
 *
 * FILL: the program large_project_fill. A collection that WORK_DIR holds from an
 * earlier run is used again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ptyterm.h"
#include "sitter/progress.h"
#include "sitter/project.h"
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
    PAIR_MS = 50,
    N_PAIR = 200, /* keys of each of the two processes */
    DIM = 512,
    N_LABELLED = 60, /* before the first key */
};

/* Measurements of one mode, in microseconds and bytes. */
struct series {
    size_t n;
    int64_t us[MAX_KEYS];
    size_t n_bytes;
    size_t most_kib; /* of memory, of the program measured */
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
        n_over += series->us[i] >= 16000;
    printf("| %s | %s | %zu | %.2f | %.2f | %.2f | %zu | %zu | %zu |\n", n_faces, mode,
           series->n, at_share_ms(series, 0.5), at_share_ms(series, 0.99),
           at_share_ms(series, 1), n_over, series->n_bytes / series->n,
           series->most_kib >> 10);
    fflush(stdout);
}

static bool fail(const char *what)
{
    fprintf(stderr, "key_bench: %s\n", what);
    return false;
}

/* The most memory that the program has had so far. */
static void note_memory(const struct ptyterm *term, struct series *series)
{
    char path[64], line[256];
    snprintf(path, sizeof path, "/proc/%ld/status", (long)term->pid);
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        size_t kib = 0;
        if (sscanf(line, "VmHWM: %zu", &kib) == 1 && kib > series->most_kib)
            series->most_kib = kib;
    }
    if (file != NULL)
        fclose(file);
}

static bool start(struct ptyterm *term, const char *program, const char *db,
                  const char *annotator)
{
    const char *argv[] = {program, "--db", db, "label", "--annotator", annotator, NULL};
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
    if (!start(&term, program, db, "ann"))
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
    note_memory(&term, &series);
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
        if (!start(&term, program, db, "ann"))
            return false;
        series.us[series.n++] = term.screen.pictures[0].frame_us - begin_us;
        series.n_bytes += term.output.n_bytes;
        note_memory(&term, &series);
        if (!quit(&term))
            return false;
    }
    print_row(n_faces, "start", &series);
    return true;
}

/* One of two processes that label at once. */
struct labeller {
    struct ptyterm term;
    size_t n_keys, n_pictures;
    int64_t key_us, next_us;
    bool waits; /* for the frame after its last key */
};

/* Type the next key when it is due, or note that the frame has come. False where the
 * frame does not come at all. */
static bool go_on(struct labeller *labeller, struct series *series)
{
    struct ptyterm *term = &labeller->term;
    ptyterm_pump(term, 1);
    int64_t now_us = sit_clock_us();
    const char *key = labeller->n_keys % 2 == 0 ? "m" : "f";
    if (!labeller->waits) {
        if (now_us < labeller->next_us || labeller->n_keys == N_PAIR)
            return true;
        labeller->n_pictures = ptyterm_n_pictures(term);
        labeller->key_us = sit_clock_us();
        labeller->waits = ptyterm_send(term, key);
        return labeller->waits;
    }
    if (ptyterm_picture_ended(term, labeller->n_pictures)) {
        series->us[series->n++] = term->screen.pictures[labeller->n_pictures].frame_us -
                                  labeller->key_us;
        labeller->waits = false;
        labeller->n_keys++;
        labeller->next_us = labeller->key_us + PAIR_MS * 1000;
        int64_t seen_us = now_us + LOOK_MS * 1000;
        labeller->next_us = labeller->next_us > seen_us ? labeller->next_us : seen_us;
    } else if (now_us - labeller->key_us > 500000 &&
               ptyterm_screen_has(term, "too early")) {
        labeller->waits = false; /* again; the time counts from the new press */
    }
    return now_us - labeller->key_us < LIMIT_MS * 1000;
}

static bool count_event(void *context, const struct sit_event *event)
{
    (void)event;
    ++*(size_t *)context;
    return true;
}

static bool count_events(const char *db, size_t *n)
{
    struct sit_project *project = NULL;
    struct sit_error err;
    *n = 0;
    bool ok = sit_project_open(db, SIT_PROJECT_READ, &project, &err) == SIT_OK &&
              sit_project_events(project, 0, 0, 0, count_event, n, &err) == SIT_OK;
    sit_project_close(project);
    return ok || fail(err.message);
}

static bool measure_pair(const char *program, const char *db, const char *n_faces)
{
    enum { N_PROCESSES = 2 };
    static const char *const annotators[N_PROCESSES] = {"ann", "bob"};
    static struct labeller labellers[N_PROCESSES];
    static struct series series;
    size_t n_before, n_after, n_started = 0;
    series = (struct series){0};
    memset(labellers, 0, sizeof labellers);
    bool ok = count_events(db, &n_before);
    for (; ok && n_started < N_PROCESSES; n_started++) {
        ok = start(&labellers[n_started].term, program, db, annotators[n_started]);
        if (ok)
            ptyterm_wait_quiet(&labellers[n_started].term, 50, LIMIT_MS);
    }
    while (ok && (labellers[0].n_keys < N_PAIR || labellers[1].n_keys < N_PAIR))
        for (size_t i = 0; ok && i < N_PROCESSES; i++)
            ok = go_on(&labellers[i], &series) || fail("a key without a frame");
    for (size_t i = 0; i < n_started; i++) {
        note_memory(&labellers[i].term, &series);
        ok = quit(&labellers[i].term) && ok;
    }
    ok = ok && count_events(db, &n_after);
    if (!ok)
        return false;
    print_row(n_faces, "two processes", &series);
    if (n_after - n_before != N_PROCESSES * N_PAIR)
        fprintf(stderr, "key_bench: %zu events instead of %d\n", n_after - n_before,
                N_PROCESSES * N_PAIR);
    return n_after - n_before == N_PROCESSES * N_PAIR;
}

static bool run_command(struct sit_buf *command)
{
    bool ok = !command->failed && system(sit_buf_text(command)) == 0;
    sit_buf_release(command);
    return ok;
}

/* Pictures to fill projects with. */
static bool draw_pictures(const char *program, const char *demo)
{
    struct sit_buf command = {0};
    sit_buf_appendf(&command,
                    "'%s' --quiet demo --faces 300 --no-label --no-posters"
                    " --no-features '%s'",
                    program, demo);
    return run_command(&command) || fail("cannot draw pictures");
}

/* A project with features and few labels. */
static bool prepare(const char *program, const char *fill, const char *dir,
                    const char *n_faces, struct sit_buf *original, struct sit_buf *copy)
{
    struct sit_buf demo = {0}, command = {0};
    struct stat info;
    bool ok = true;
    sit_buf_appendf(&demo, "%s/demo-300", dir);
    sit_buf_appendf(original, "%s/key-%s.db", dir, n_faces);
    sit_buf_appendf(copy, "%s/key-bench.db", dir);
    if (stat(sit_buf_text(&demo), &info) != 0)
        ok = draw_pictures(program, sit_buf_text(&demo));
    if (ok && stat(sit_buf_text(original), &info) != 0) {
        sit_buf_appendf(
            &command, "'%s' '%s.part' '%s' %d %d '%s/sitter.db' && mv '%s.part' '%s'",
            fill, sit_buf_text(original), n_faces, DIM, N_LABELLED, sit_buf_text(&demo),
            sit_buf_text(original), sit_buf_text(original));
        ok = run_command(&command);
    }
    sit_buf_release(&demo);
    return ok || fail("cannot make the collection");
}

static bool renew(const char *program, const char *original, const char *copy)
{
    struct sit_buf command = {0};
    unlink(copy);
    sit_buf_appendf(&command, "'%s' --db '%s' --quiet backup '%s'", program, original,
                    copy);
    return run_command(&command) || fail("cannot copy the collection");
}

/* 500 keys need 500 faces: a smaller collection is labelled as far as it goes. */
static size_t n_keys_for(const char *n_faces, size_t wanted)
{
    size_t most = strtoul(n_faces, NULL, 10);
    most = most > N_LABELLED + 10 ? most - N_LABELLED - 10 : 1;
    return wanted < most ? wanted : most;
}

static bool measure(const char *program, const char *fill, const char *dir,
                    const char *n_faces)
{
    struct sit_buf original = {0}, copy = {0};
    bool ok = prepare(program, fill, dir, n_faces, &original, &copy) &&
              renew(program, sit_buf_text(&original), sit_buf_text(&copy)) &&
              measure_starts(program, sit_buf_text(&copy), n_faces) &&
              measure_keys(program, sit_buf_text(&copy), n_faces, "every 150 ms",
                           n_keys_for(n_faces, N_HUMAN), HUMAN_MS) &&
              renew(program, sit_buf_text(&original), sit_buf_text(&copy)) &&
              measure_keys(program, sit_buf_text(&copy), n_faces, "back to back",
                           n_keys_for(n_faces, N_FAST), 0);
    if (ok && strtoul(n_faces, NULL, 10) > 3 * N_PAIR)
        ok = renew(program, sit_buf_text(&original), sit_buf_text(&copy)) &&
             measure_pair(program, sit_buf_text(&copy), n_faces);
    unlink(sit_buf_text(&copy));
    sit_buf_release(&original);
    sit_buf_release(&copy);
    return ok;
}

int main(int argc, char **argv)
{
    static const char *const usual[] = {"300", "50000", "327322"};
    if (argc < 4) {
        fprintf(stderr, "usage: key_bench SITTER FILL WORK_DIR [FACES...]\n");
        return 2;
    }
    if (!sit_text_init_locale())
        return 1;
    printf("Terminal of %d x %d cells of %zu x %zu px, sixel, synchronised output.\n\n",
           N_COLS, N_ROWS, ptyterm_sixel_sync.cell_width_px,
           ptyterm_sixel_sync.cell_height_px);
    printf("| faces | mode | n | median ms | p99 ms | max ms | of 16 ms or more |"
           " bytes each | MiB |\n|---|---|---|---|---|---|---|---|---|\n");
    for (int i = 4; i < argc; i++) {
        if (!measure(argv[1], argv[2], argv[3], argv[i]))
            return 1;
    }
    for (size_t i = 0; argc == 4 && i < sizeof usual / sizeof *usual; i++) {
        if (!measure(argv[1], argv[2], argv[3], usual[i]))
            return 1;
    }
    return 0;
}
