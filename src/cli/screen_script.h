/*
 * Private to the command line: --script of the screens.
 */
#ifndef SITTER_CLI_SCREEN_SCRIPT_H
#define SITTER_CLI_SCREEN_SCRIPT_H

#include "cli.h"
#include "sitter/tui.h"

/* A script from --script, --dump and --size. */
struct cli_script {
    struct sit_tui_script script;
    struct sit_buf text, screen;
    bool dump;
};

/* Of a command's table of options. */
#define CLI_SCRIPT_OPTIONS                                                             \
    {"script", "KEYS", "no screen: obey these keys, or those of a file with @FILE"},   \
        {"dump", NULL, "of a script: print the screen as it is at the end"},           \
    {                                                                                  \
        "size", "COLSxROWS", "of that screen (default 80x24)"                          \
    }

/* Whether there is to be no screen. */
bool cli_is_script(const struct cli *cli);
/* Options that only scripts have: CLI_DONE, or CLI_USAGE after a message. */
int cli_check_script(const struct cli *cli);

/* Read the options; CLI_DONE, or what to exit with after an error message. */
int cli_script_read(const struct cli *cli, struct cli_script *out);
void cli_script_release(struct cli_script *script);

/* Print what the keys did, or the screen; `status` and `err` are of the run. Returns
 * the exit code. */
int cli_script_print(const struct cli *cli, const struct cli_script *script,
                     const struct sit_tui_script_result *result, const char *face,
                     size_t position, enum sit_status status,
                     const struct sit_error *err);

#endif
