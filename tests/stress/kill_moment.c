/*
 * Arming, and reading off what was hit.
 */
#include "kill_moment.h"

#include "test_support.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "sitter/file.h"

enum { MAX_WORDS = 16 };

static volatile pid_t clock_pid;

struct kill_plan kill_make_plan(struct sit_rng *rng, size_t max_key,
                                uint64_t max_delay_us, size_t max_call)
{
    return (struct kill_plan){.by_call = sit_rng_below(rng, 2) == 0,
                              .at_key = (size_t)sit_rng_below(rng, max_key + 1),
                              .delay_us = sit_rng_below(rng, max_delay_us),
                              .call = 1 + (size_t)sit_rng_below(rng, max_call),
                              .half = sit_rng_below(rng, 2) == 0};
}

static char *report_path(const char *db)
{
    struct sit_buf path = {0};
    sit_buf_appendf(&path, "%s.killed", db);
    return sit_buf_take(&path);
}

static void arm_call_number(size_t call, bool half, const char *db)
{
    char number[32], *path = report_path(db);
    snprintf(number, sizeof number, "%zu", call);
    unlink(path);
    setenv("LD_PRELOAD", DISK_CALLS_LIBRARY, 1);
    setenv("KILL_AT_CALL", number, 1);
    setenv("KILL_REPORT", path, 1);
    if (half)
        setenv("KILL_AT_HALF", "1", 1);
    setenv("ASAN_OPTIONS", "verify_asan_link_order=0:detect_leaks=0", 1);
    free(path);
}

void kill_arm_calls(const struct kill_plan *plan, const char *db)
{
    if (plan->by_call)
        arm_call_number(plan->call, plan->half, db);
}

void kill_disarm_calls(void)
{
    static const char *const names[] = {"LD_PRELOAD", "KILL_AT_CALL", "KILL_REPORT",
                                        "KILL_AT_HALF", "ASAN_OPTIONS"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        unsetenv(names[i]);
}

static void strike(int number)
{
    (void)number;
    if (clock_pid > 0)
        kill(clock_pid, SIGKILL);
}

void kill_arm_clock(pid_t pid, uint64_t delay_us)
{
    struct sigaction action = {.sa_handler = strike, .sa_flags = SA_RESTART};
    struct itimerval after = {
        .it_value = {.tv_sec = (time_t)(delay_us / 1000000),
                     .tv_usec = (suseconds_t)(delay_us % 1000000)}};
    clock_pid = pid;
    sigaction(SIGALRM, &action, NULL);
    if (delay_us == 0)
        kill(pid, SIGKILL);
    else
        setitimer(ITIMER_REAL, &after, NULL);
}

void kill_disarm_clock(void)
{
    struct itimerval none = {0};
    setitimer(ITIMER_REAL, &none, NULL);
    clock_pid = 0;
}

static pid_t start(const char *db, const char *arguments)
{
    const char *argv[MAX_WORDS + 5] = {SITTER_PROGRAM, "--db", db, "--quiet"};
    char words[4096], *rest = words, *word;
    size_t n = 4;
    snprintf(words, sizeof words, "%s", arguments);
    while ((word = strsep(&rest, " ")) != NULL && n < MAX_WORDS + 4)
        argv[n++] = word;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        int null = open("/dev/null", O_RDWR);
        dup2(null, STDIN_FILENO);
        dup2(null, STDOUT_FILENO);
        execv(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    return pid;
}

bool kill_run(const struct kill_plan *plan, const char *db, const char *arguments)
{
    int status = 0;
    kill_arm_calls(plan, db);
    pid_t pid = start(db, arguments);
    kill_disarm_calls();
    if (!plan->by_call)
        kill_arm_clock(pid, plan->delay_us);
    while (waitpid(pid, &status, 0) != pid)
        continue;
    kill_disarm_clock();
    if (WIFSIGNALED(status)) {
        assert_int_equal(WTERMSIG(status), SIGKILL);
        return true;
    }
    assert_int_equal(status, 0);
    return false;
}

static char *read_report(const char *db)
{
    struct sit_buf text = {0};
    char *path = report_path(db);
    bool there = sit_file_read(path, 1024, &text, NULL) == SIT_OK && text.n_bytes > 0;
    free(path);
    return there ? sit_buf_take(&text) : calloc(1, 1);
}

size_t kill_count_calls(const char *db, const char *arguments)
{
    const struct kill_plan none = {.by_call = true, .call = 0};
    assert_false(kill_run(&none, db, arguments));
    char *text = read_report(db);
    size_t n = strtoul(text, NULL, 10);
    free(text);
    return n;
}

static uint32_t big_endian(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
           (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Whether the write-ahead log ends in frames of a transaction without its last one,
 * the one that says how large the file is then. */
static bool is_log_unfinished(const char *db)
{
    enum { HEADER = 32, FRAME_HEADER = 24 };
    struct sit_buf path = {0}, log = {0};
    bool unfinished = false;
    sit_buf_appendf(&path, "%s-wal", db);
    if (sit_file_read(sit_buf_text(&path), (size_t)1 << 30, &log, NULL) == SIT_OK &&
        log.n_bytes > HEADER) {
        const unsigned char *bytes = (const unsigned char *)log.data;
        size_t frame_bytes = FRAME_HEADER + big_endian(bytes + 8), at = HEADER;
        /* Frames with another salt are left from before the log began anew. */
        while (at + FRAME_HEADER <= log.n_bytes &&
               memcmp(bytes + at + 8, bytes + 16, 8) == 0) {
            unfinished = big_endian(bytes + at + 4) == 0 ||
                         at + frame_bytes > log.n_bytes;
            at += frame_bytes;
        }
    }
    sit_buf_release(&log);
    sit_buf_release(&path);
    return unfinished;
}

void kill_count_moment(const struct kill_plan *plan, const char *db,
                       struct kill_tally *tally)
{
    char *text = read_report(db);
    bool in_file = plan->by_call && strncmp(text, "file", 4) == 0;
    tally->n_kills++;
    tally->n_by_call += plan->by_call;
    tally->n_in_file += in_file;
    tally->n_in_log += !in_file && (plan->by_call ? strncmp(text, "log", 3) == 0
                                                  : is_log_unfinished(db));
    free(text);
}
