/*
 * sitter keys: the keys of the screens, and taking those of the user's own.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "sitter/file.h"
#include "sitter/tui.h"

/* Where the configuration file is, whether there or not; NULL without a home. The
 * caller frees it. */
static char *config_path(void)
{
    const char *base = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    if (base != NULL && base[0] == '/') /* a relative one is to be ignored */
        return sit_file_join(base, "sitter/config");
    return home != NULL && home[0] != '\0'
               ? sit_file_join(home, ".config/sitter/config")
               : NULL;
}

int cli_load_keys(void)
{
    struct sit_error err;
    char *path = config_path();
    int code = CLI_DONE;
    bool is_missing = path == NULL || (access(path, F_OK) != 0 &&
                                       (errno == ENOENT || errno == ENOTDIR));
    if (!is_missing && sit_tui_load_keys(path, &err) != SIT_OK)
        code = cli_usage_error("%s", err.message);
    free(path);
    return code;
}

static int run(struct cli *cli)
{
    int code = cli_flag(cli, "default") ? CLI_DONE : cli_load_keys();
    if (code != CLI_DONE)
        return code;
    struct sit_buf text = {0};
    struct sit_error err;
    sit_tui_print_keys(&text);
    if (text.failed) {
        sit_error_nomem(&err);
        code = cli_fail(&err);
    } else {
        code = cli_write_stdout(text.data, text.n_bytes);
    }
    sit_buf_release(&text);
    return code;
}

static const struct cli_option options[] = {
    {"default", NULL, "as they are without a configuration file"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_keys = {
    .name = "keys",
    .arguments = "",
    .summary = "the keys of the screens, in the form of the configuration file",
    .text =
        "Lines such as 'label.undo = u Backspace Ctrl-U' in "
        "$XDG_CONFIG_HOME/sitter/config\n"
        "(else ~/.config/sitter/config) change them. A class's key wins over these.",
    .options = options,
    .run = run,
};
