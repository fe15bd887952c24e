/*
 * tmux around us: where the pane lies, and sequences for the terminal around it.
 */
#include "tmux.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sitter/child.h"

enum { ANSWER_MS = 500, MAX_ANSWER_BYTES = 4096 };

const char *sit_tmux_parse(const char *text, size_t n_bytes, size_t *row, size_t *col)
{
    char line[256] = "", status[16], position[16];
    unsigned left, top, n_panes, zoomed, attached, client_width, client_height;
    unsigned window_width, window_height;
    memcpy(line, text, n_bytes < sizeof line ? n_bytes : sizeof line - 1);
    if (sscanf(line, "%u %u %u %u %u %u %u %u %u %15s %15s", &left, &top, &n_panes,
               &zoomed, &attached, &client_width, &client_height, &window_width,
               &window_height, status, position) != 11)
        return "tmux did not tell where the pane is";
    unsigned n_status = strcmp(status, "off") == 0  ? 0
                        : strcmp(status, "on") == 0 ? 1
                                                    : (unsigned)atoi(status);
    if (attached != 1)
        return "the session is shown by several terminals";
    if (n_panes != 1 && zoomed == 0)
        return "the window has several panes (zoom this one)";
    if (window_width > client_width || window_height + n_status > client_height)
        return "the window is larger than the terminal";
    *col = left;
    *row = top + (strcmp(position, "top") == 0 ? n_status : 0);
    return NULL;
}

/* A server that hangs is not waited for. */
static bool is_in_time(void *context, size_t done, size_t total, const char *text)
{
    (void)done;
    (void)total;
    (void)text;
    return sit_clock_ms() < *(int64_t *)context;
}

void sit_tmux_locate(struct sit_term_caps *caps)
{
    const char *pane = getenv("TMUX_PANE");
    const char *const argv[] = {"tmux", "display-message",        "-p",
                                "-t",   pane != NULL ? pane : "", SIT_TMUX_FORMAT,
                                NULL};
    int64_t until_ms = sit_clock_ms() + ANSWER_MS;
    const struct sit_progress progress = {.report = is_in_time, .context = &until_ms};
    const struct sit_child_options options = {
        .argv = argv, .max_output_bytes = MAX_ANSWER_BYTES, .progress = &progress};
    struct sit_child_result result = {0};
    caps->tmux_problem = "tmux did not tell where the pane is";
    if (pane == NULL || sit_child_run(&options, &result, NULL) != SIT_OK)
        return;
    if (result.exit_status == 0)
        caps->tmux_problem = sit_tmux_parse(sit_buf_text(&result.out),
                                            result.out.n_bytes, &caps->tmux_row,
                                            &caps->tmux_col);
    sit_child_result_release(&result);
}

void sit_term_wrap_for_tmux(struct sit_buf *out, const char *bytes, size_t n_bytes)
{
    /* tmux drops strings of 1 MiB; those that follow each other it writes as one. */
    enum { PIECE_BYTES = 512 * 1024 };
    for (size_t i = 0; i < n_bytes;) {
        size_t end = n_bytes - i < PIECE_BYTES ? n_bytes : i + PIECE_BYTES;
        sit_buf_append_text(out, "\033Ptmux;");
        while (i < end) {
            const char *escape = memchr(bytes + i, '\033', end - i);
            size_t n = escape != NULL ? (size_t)(escape - bytes) - i : end - i;
            sit_buf_append(out, bytes + i, n);
            i += n;
            if (escape != NULL) {
                sit_buf_append_text(out, "\033\033");
                i++;
            }
        }
        sit_buf_append_text(out, "\033\\");
    }
}
