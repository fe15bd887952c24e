/*
 * sitter doctor: what the terminal can do, which libraries are there, whether the
 * project is sound.
 */
#include <jansson.h>
#include <langinfo.h>
#include <stdio.h>
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

static void look_at_terminal(struct findings *findings)
{
    struct sit_error err;
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return;
    fflush(stdout);
    findings->has_terminal = sit_term_query(STDIN_FILENO, STDOUT_FILENO, ANSWER_MS,
                                            NULL, &findings->caps, &err) == SIT_OK;
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

static json_t *terminal_object(const struct findings *findings)
{
    const struct sit_term_caps *caps = &findings->caps;
    if (!findings->has_terminal)
        return json_null();
    return json_pack("{s:b, s:b, s:I, s:I, s:i, s:s, s:I, s:b, s:I, s:I, s:s, s:b}",
                     "sixel", caps->has_sixel, "kitty", caps->has_kitty, "cell_width",
                     (json_int_t)caps->cell_width_px, "cell_height",
                     (json_int_t)caps->cell_height_px, "colors", caps->n_colours,
                     "graphics", sit_graphics_name(caps->graphics), "registers",
                     (json_int_t)caps->n_registers, "sync", caps->has_sync, "columns",
                     (json_int_t)caps->n_cols, "rows", (json_int_t)caps->n_rows, "name",
                     caps->name, "answered", caps->answered);
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
    printf(
        "pictures: %s; sixel %s, %zu colour registers, kitty graphics %s, synchronised "
        "output %s, %d text colours\n",
        sit_graphics_name(caps->graphics), caps->has_sixel ? "yes" : "no",
        caps->n_registers, caps->has_kitty ? "yes" : "no",
        caps->has_sync ? "yes" : "no", caps->n_colours);
    if (caps->graphics != SIT_GRAPHICS_SIXEL)
        printf("for sharp pictures use a terminal with sixel: foot, WezTerm, Konsole, "
               "iTerm2, mlterm, or xterm -ti vt340\n");
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
