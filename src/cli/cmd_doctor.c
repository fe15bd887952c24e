/*
 * sitter doctor: what the terminal can do, which libraries are there, whether the
 * project is sound.
 */
#include <fcntl.h>
#include <jansson.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "json_out.h"
#include "sitter/detect.h"
#include "sitter/matrix.h"
#include "sitter/term.h"
#include "sitter/tui.h"
#include "sitter/vgg_weights.h"

enum { ANSWER_MS = 1200 };

struct findings {
    bool has_terminal;
    struct sit_term_caps caps;
    bool has_project;
    struct sit_buf integrity; /* "ok", or what is wrong */
    bool sound;
};

/* What is printed may go to a file; the terminal is asked all the same. */
static void look_at_terminal(struct findings *findings)
{
    struct sit_error err;
    if (!isatty(STDIN_FILENO))
        return;
    int fd = isatty(STDOUT_FILENO) ? STDOUT_FILENO
                                   : open("/dev/tty", O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return;
    fflush(stdout);
    findings->has_terminal = sit_term_query(STDIN_FILENO, fd, ANSWER_MS, NULL,
                                            &findings->caps, &err) == SIT_OK;
    if (fd != STDOUT_FILENO)
        close(fd);
}

/* A project that cannot be opened is a finding, not the end. */
static void look_at_project(const struct cli *cli, struct findings *findings)
{
    struct sit_project *project = NULL;
    struct sit_error err;
    enum sit_status status = sit_project_open(cli->db, SIT_PROJECT_READ, &project,
                                              &err);
    findings->has_project = status != SIT_E_NOT_FOUND;
    if (status == SIT_OK)
        status = sit_project_check(project, &findings->integrity, &err);
    if (status != SIT_OK && findings->has_project) {
        sit_buf_reset(&findings->integrity);
        sit_buf_append_text(&findings->integrity, err.message);
    }
    findings->sound = !findings->has_project ||
                      strcmp(sit_buf_text(&findings->integrity), "ok") == 0;
    sit_project_close(project);
}

static bool is_set(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0';
}

/* Why pictures are drawn as they are. */
static const char *graphics_reason(const struct sit_term_caps *caps)
{
    if (is_set("SITTER_GRAPHICS"))
        return "by $SITTER_GRAPHICS";
    if (caps->tmux_passes)
        return caps->tmux_problem != NULL ? caps->tmux_problem
                                          : "tmux passes them on to its terminal";
    if (caps->in_tmux && !sit_graphics_has_pixels(caps->graphics))
        return "this tmux has no sixel, and passes nothing on to a terminal that has "
               "(set -g allow-passthrough on)";
    if (caps->graphics == SIT_GRAPHICS_SIXEL)
        return caps->has_kitty ? "told by DA1; kitty graphics would do as well"
                               : "told by DA1";
    if (caps->graphics == SIT_GRAPHICS_KITTY)
        return "told by the terminal; it has no sixel";
    if (!caps->answered)
        return "the terminal answers nothing";
    return "neither sixel nor kitty graphics";
}

static json_t *background_value(const struct sit_term_caps *caps)
{
    char text[16];
    if (!caps->knows_background)
        return json_null();
    snprintf(text, sizeof text, "#%02x%02x%02x", caps->background[0],
             caps->background[1], caps->background[2]);
    return json_string(text);
}

static json_t *terminal_object(const struct findings *findings)
{
    const struct sit_term_caps *caps = &findings->caps;
    if (!findings->has_terminal)
        return json_null();
    return json_pack("{s:b, s:b, s:I, s:I, s:i, s:s, s:s, s:I, s:b, s:I, s:I, s:s, "
                     "s:b, s:I, s:o, s:b, "
                     "s:b, s:s}",
                     "sixel", caps->has_sixel, "kitty", caps->has_kitty, "cell_width",
                     (json_int_t)caps->cell_width_px, "cell_height",
                     (json_int_t)caps->cell_height_px, "colors", caps->n_colours,
                     "graphics", sit_graphics_name(caps->graphics), "reason",
                     graphics_reason(caps), "registers", (json_int_t)caps->n_registers,
                     "sync", caps->has_sync, "columns", (json_int_t)caps->n_cols,
                     "rows", (json_int_t)caps->n_rows, "name", caps->name, "answered",
                     caps->answered, "answer_ms", (json_int_t)caps->answer_ms,
                     "background", background_value(caps), "tmux", caps->in_tmux,
                     "tmux_passes", caps->tmux_passes, "outer_name", caps->outer_name);
}

static json_t *libraries_object(void)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s?, s:s?, s:s?}", "sqlite",
                     sit_project_sqlite_version(), "sixel", sit_term_sixel_version(),
                     "ncurses", sit_tui_curses_version(), "openblas",
                     sit_matrix_blas_version(), "jansson", jansson_version_str(),
                     "hdf5", sit_hdf5_version(), "dlib", sit_detect_dlib_version(),
                     "chafa", sit_term_chafa_version());
}

static void print_terminal(const struct findings *findings)
{
    const struct sit_term_caps *caps = &findings->caps;
    if (!findings->has_terminal) {
        printf("terminal: none here\n");
        return;
    }
    printf("terminal: %s, %zux%zu cells of %zux%zu px (%s)%s\n",
           caps->name[0] != '\0' ? caps->name : "no name told", caps->n_cols,
           caps->n_rows, caps->cell_width_px, caps->cell_height_px, caps->cell_source,
           caps->answered ? "" : "; it answered nothing");
    printf("pictures: %s: %s\n", sit_graphics_name(caps->graphics),
           graphics_reason(caps));
    printf("graphics: sixel %s, %zu colour registers, kitty graphics %s, synchronised "
           "output %s, block characters %s\n",
           caps->has_sixel ? "yes" : "no", caps->n_registers,
           caps->has_kitty ? "yes" : "no", caps->has_sync ? "yes" : "no",
           sit_term_chafa_version() != NULL && !caps->half_blocks ? "of all shapes"
                                                                  : "halves");
    if (caps->in_tmux && caps->tmux_passes)
        printf("tmux: inside %s, first cell at row %zu, column %zu of it\n",
               caps->outer_name[0] != '\0' ? caps->outer_name : "a terminal",
               caps->tmux_row + 1, caps->tmux_col + 1);
    else
        printf("tmux: %s\n", caps->in_tmux ? "yes" : "no");
    if (caps->knows_background)
        printf("text: %d colours on #%02x%02x%02x\n", caps->n_colours,
               caps->background[0], caps->background[1], caps->background[2]);
    else
        printf("text: %d colours on an unknown background\n", caps->n_colours);
    printf("line: answered in %lld ms%s\n", (long long)caps->answer_ms,
           is_set("SSH_CONNECTION") ? ", over SSH: pictures begin coarse" : "");
    if (!sit_graphics_has_pixels(caps->graphics))
        printf(
            "for sharp pictures use a terminal with sixel or kitty graphics: foot, "
            "WezTerm, Konsole, iTerm2, mlterm, kitty, Ghostty, or xterm -ti vt340\n");
}

static int run(struct cli *cli)
{
    struct findings findings = {0};
    if (cli_check_environment() != CLI_DONE)
        return CLI_USAGE;
    look_at_terminal(&findings);
    look_at_project(cli, &findings);
    int code;
    if (cli_flag(cli, "json")) {
        code = json_out(json_pack(
            "{s:o, s:o, s:o}", "terminal", terminal_object(&findings), "libraries",
            libraries_object(), "integrity",
            findings.has_project ? json_safe_text(sit_buf_text(&findings.integrity))
                                 : json_null()));
    } else {
        print_terminal(&findings);
        printf("locale: %s\n", nl_langinfo(CODESET));
        printf("libraries: SQLite %s, libsixel %s, %s, %s, jansson %s, HDF5 %s, "
               "dlib %s, chafa %s\n",
               sit_project_sqlite_version(), sit_term_sixel_version(),
               sit_tui_curses_version(), sit_matrix_blas_version(),
               jansson_version_str(),
               sit_hdf5_version() != NULL ? sit_hdf5_version() : "none",
               sit_detect_dlib_version() != NULL ? sit_detect_dlib_version() : "none",
               sit_term_chafa_version() != NULL ? sit_term_chafa_version() : "none");
        printf("project: ");
        cli_put_safe(cli->db);
        printf(": ");
        cli_put_safe(findings.has_project ? sit_buf_text(&findings.integrity)
                                          : "not there yet");
        printf("\n");
        code = cli_finish_stdout();
    }
    sit_buf_release(&findings.integrity);
    return code == CLI_DONE && !findings.sound ? CLI_FAILED : code;
}

static const struct cli_option options[] = {
    {"json", NULL, "as JSON"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_doctor = {
    .name = "doctor",
    .arguments = "",
    .summary = "the terminal, the libraries, the project's integrity",
    .options = options,
    .run = run,
};
