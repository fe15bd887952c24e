/*
 * What commands print with: data on stdout, notes, errors and progress on stderr.
 */
#include "cli.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "sitter/text.h"

/* One line on stderr, escaped: messages carry file names. */
static void put_line(const char *prefix, const char *message)
{
    struct sit_buf line = {0};
    sit_buf_append_text(&line, prefix);
    sit_text_escape(&line, message, strlen(message));
    sit_buf_append_char(&line, '\n');
    fputs(sit_buf_text(&line), stderr);
    sit_buf_release(&line);
}

int cli_fail(const struct sit_error *err)
{
    put_line("sitter: ", err->message);
    return CLI_FAILED;
}

int cli_usage_error(const char *format, ...)
{
    char message[SIT_ERROR_MESSAGE_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    put_line("sitter: ", message);
    return CLI_USAGE;
}

void cli_say(const struct cli *cli, const char *format, ...)
{
    if (cli->quiet)
        return;
    char message[2 * SIT_ERROR_MESSAGE_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    put_line("", message);
}

void cli_say_next(const struct cli *cli, const char *words)
{
    struct sit_buf line = {0};
    sit_buf_append_text(&line, "next: ");
    for (const char *at = words; *at != '\0';) {
        size_t length = strcspn(at, ",");
        sit_buf_append_text(&line, cli->program);
        if (cli->db_given)
            sit_buf_appendf(&line,
                            strpbrk(cli->db, " \t'\"$\\*?") != NULL ? " --db '%s'"
                                                                    : " --db %s",
                            cli->db);
        sit_buf_appendf(&line, " %.*s", (int)length, at);
        at += length;
        if (*at == ',') {
            sit_buf_append_text(&line, ", ");
            at += strspn(at, ", ");
        }
    }
    cli_say(cli, "%s", sit_buf_text(&line));
    sit_buf_release(&line);
}

const char *cli_plural(size_t n)
{
    return n == 1 ? "" : "s";
}

void cli_put_safe(const char *text)
{
    struct sit_buf safe = {0};
    sit_text_escape(&safe, text, strlen(text));
    fputs(sit_buf_text(&safe), stdout);
    sit_buf_release(&safe);
}

void cli_put_cell(const char *text, size_t n_cells, bool right)
{
    struct sit_buf cell = {0};
    sit_text_append_cell(&cell, text, n_cells, right);
    fputs(sit_buf_text(&cell), stdout);
    sit_buf_release(&cell);
}

int cli_finish_stdout(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return CLI_DONE;
    fprintf(stderr, "sitter: cannot write the output: %s\n", strerror(errno));
    return CLI_FAILED;
}

/* Names in the rows are hostile: on a terminal each line is escaped. */
static void write_lines_safely(const char *bytes, size_t n_bytes)
{
    for (size_t at = 0; at < n_bytes;) {
        const char *end = memchr(bytes + at, '\n', n_bytes - at);
        size_t length = end != NULL ? (size_t)(end - bytes) - at : n_bytes - at;
        size_t shown = length > 0 && bytes[at + length - 1] == '\r' ? length - 1
                                                                    : length;
        struct sit_buf line = {0};
        sit_text_escape(&line, bytes + at, shown);
        puts(sit_buf_text(&line));
        sit_buf_release(&line);
        at += length + 1;
    }
}

int cli_write_stdout(const void *bytes, size_t n_bytes)
{
    if (isatty(STDOUT_FILENO))
        write_lines_safely(bytes, n_bytes);
    else
        fwrite(bytes, 1, n_bytes, stdout);
    return cli_finish_stdout();
}

/* The progress line that is on the terminal now, so that a note goes above it. */
static struct cli_progress *live;

static void erase_line(void)
{
    if (live != NULL && live->drawn)
        fputs("\r\033[K", stderr);
    if (live != NULL)
        live->drawn = false;
}

static void show_note(void *context, const char *message)
{
    const struct cli *cli = context;
    if (cli->quiet)
        return;
    erase_line();
    put_line("sitter: ", message);
}

struct sit_notes cli_notes(struct cli *cli)
{
    return (struct sit_notes){.note = show_note, .context = cli};
}

/*
 * Progress
 */

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal_number)
{
    (void)signal_number;
    interrupted = 1;
}

static void append_duration(struct sit_buf *line, int64_t seconds)
{
    if (seconds >= 3600)
        sit_buf_appendf(line, "%lld:%02lld:%02lld", (long long)(seconds / 3600),
                        (long long)(seconds / 60 % 60), (long long)(seconds % 60));
    else
        sit_buf_appendf(line, "%lld:%02lld", (long long)(seconds / 60),
                        (long long)(seconds % 60));
}

static void draw_progress(struct cli_progress *progress, size_t done, size_t total,
                          const char *text)
{
    enum { BAR_CELLS = 24 };
    struct sit_buf line = {0};
    double elapsed = (double)(sit_clock_ms() - progress->started_ms) / 1000.0;
    double rate = elapsed > 0 ? (double)(done - progress->first_done) / elapsed : 0;
    sit_buf_appendf(&line, "%s ", progress->label);
    if (total > 0) {
        size_t filled = done >= total ? BAR_CELLS : done * BAR_CELLS / total;
        sit_buf_append_char(&line, '[');
        for (size_t i = 0; i < BAR_CELLS; i++)
            sit_buf_append_char(&line, i < filled ? '#' : '.');
        sit_buf_appendf(&line, "] %zu/%zu", done, total);
        if (rate > 0 && elapsed > 1 && done < total) {
            sit_buf_appendf(&line, "  %.*f/s  ", rate < 10 ? 1 : 0, rate);
            append_duration(&line, (int64_t)((double)(total - done) / rate));
            sit_buf_append_text(&line, " left");
        }
    }
    if (text != NULL)
        sit_buf_appendf(&line, "  %s", text);
    /* Two cells to spare: the terminal echoes ^C there, and the line must not wrap. */
    struct winsize size;
    size_t n_cells = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 3
                         ? (size_t)size.ws_col - 3
                         : 77;
    struct sit_buf fitted = {0};
    sit_text_fit(&fitted, sit_buf_text(&line), n_cells);
    fprintf(stderr, "\r%s\033[K", sit_buf_text(&fitted));
    fflush(stderr);
    progress->drawn = true;
    sit_buf_release(&fitted);
    sit_buf_release(&line);
}

static bool report(void *context, size_t done, size_t total, const char *text)
{
    enum { REDRAW_MS = 100 };
    struct cli_progress *progress = context;
    int64_t now_ms = sit_clock_ms();
    if (progress->started_ms == 0 || done < progress->first_done) {
        progress->started_ms = now_ms;
        progress->first_done = done;
    }
    if (live == progress && now_ms - progress->shown_ms >= REDRAW_MS) {
        progress->shown_ms = now_ms;
        draw_progress(progress, done, total, text);
    }
    return !interrupted;
}

void cli_progress_begin(struct cli_progress *progress, const struct cli *cli,
                        const char *label)
{
    *progress = (struct cli_progress){.cli = cli, .label = label};
    progress->progress = (struct sit_progress){.report = report, .context = progress};
    interrupted = 0;
    struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = SA_RESTART};
    sigaction(SIGINT, &action, NULL);
    const char *term = getenv("TERM");
    bool can_draw = isatty(STDERR_FILENO) && term != NULL && strcmp(term, "dumb") != 0;
    if (!cli->quiet && can_draw)
        live = progress;
}

void cli_progress_end(struct cli_progress *progress)
{
    erase_line();
    if (live == progress)
        live = NULL;
    signal(SIGINT, SIG_DFL);
}
