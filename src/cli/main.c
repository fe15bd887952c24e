/*
 * The command line's entry: global options, the choice of a command, the list of all.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "commands.h"
#include "sitter/text.h"

const struct cli_command *const cli_commands[] = {
    &cli_command_demo,
    &cli_command_init,
    &cli_command_import,
    &cli_command_detect,
    &cli_command_features_extract,
    &cli_command_features_import,
    &cli_command_features_list,
    &cli_command_features_export,
    &cli_command_features_remove,
    &cli_command_label,
    &cli_command_train,
    &cli_command_evaluate,
    &cli_command_compare,
    &cli_command_curve,
    &cli_command_review,
    &cli_command_adjudicate,
    &cli_command_suspects,
    &cli_command_agreement,
    &cli_command_predict,
    &cli_command_report,
    &cli_command_model_list,
    &cli_command_model_show,
    &cli_command_model_remove,
    &cli_command_model_import,
    &cli_command_export,
    &cli_command_labels_import,
    &cli_command_metadata_import,
    &cli_command_metadata_export,
    &cli_command_mine,
    &cli_command_merge,
    &cli_command_status,
    &cli_command_keys,
    &cli_command_doctor,
    &cli_command_backup,
    NULL,
};

static void print_overview(void)
{
    printf("usage: sitter [--db FILE] [--quiet] COMMAND [OPTIONS]\n\n"
           "Label faces at a terminal, train a head on them, review what it got "
           "wrong.\n\n");
    for (size_t i = 0; cli_commands[i] != NULL; i++)
        printf("  %-18s %s\n", cli_commands[i]->name, cli_commands[i]->summary);
    printf("\nsitter COMMAND --help tells more; sitter demo shows it all on drawn "
           "faces.\n");
}

/* The command that the words name, and how many words that takes. */
static const struct cli_command *find_command(int argc, char **argv, int *n_words)
{
    for (int words = 2; words >= 1; words--) {
        if (argc < words)
            continue;
        char name[64];
        snprintf(name, sizeof name, "%s%s%s", argv[0], words == 2 ? " " : "",
                 words == 2 ? argv[1] : "");
        for (size_t i = 0; cli_commands[i] != NULL; i++) {
            if (strcmp(cli_commands[i]->name, name) == 0) {
                *n_words = words;
                return cli_commands[i];
            }
        }
    }
    return NULL;
}

static int unknown_command(int argc, char **argv)
{
    /* The first word of a pair: name the pairs. */
    struct sit_buf pairs = {0};
    size_t length = strlen(argv[0]);
    for (size_t i = 0; cli_commands[i] != NULL; i++)
        if (strncmp(cli_commands[i]->name, argv[0], length) == 0 &&
            cli_commands[i]->name[length] == ' ')
            sit_buf_appendf(&pairs, "%s%s", pairs.n_bytes > 0 ? ", " : "",
                            cli_commands[i]->name + length + 1);
    int code;
    if (pairs.n_bytes > 0 && argc > 1 && strcmp(argv[1], "--help") == 0) {
        printf("usage: sitter %s %s\n", argv[0], sit_buf_text(&pairs));
        code = cli_finish_stdout();
    } else if (pairs.n_bytes > 0) {
        code = cli_usage_error("'%s' is followed by one of: %s", argv[0],
                               sit_buf_text(&pairs));
    } else {
        code = cli_usage_error("'%s' is no command (sitter --help lists them)",
                               argv[0]);
    }
    sit_buf_release(&pairs);
    return code;
}

/* sitter help [COMMAND] */
static int help(int argc, char **argv)
{
    int n_words = 0;
    const struct cli_command *command = argc > 0 ? find_command(argc, argv, &n_words)
                                                 : NULL;
    if (argc > 0 && command == NULL)
        return unknown_command(argc, argv);
    if (command != NULL)
        cli_print_help(command);
    else
        print_overview();
    return cli_finish_stdout();
}

/* Options before the command; returns the index of the command's word, or -1 where
 * *code says what to exit with. */
static int parse_globals(struct cli *cli, int argc, char **argv, int *code)
{
    int i = 1;
    for (; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            print_overview();
            *code = cli_finish_stdout();
            return -1;
        }
        if (strcmp(argv[i], "--version") == 0) {
            printf("sitter %s\n", SITTER_VERSION);
            *code = cli_finish_stdout();
            return -1;
        }
        if (strcmp(argv[i], "--db") == 0 && i + 1 == argc) {
            *code = cli_usage_error("option '--db' needs a value");
            return -1;
        }
        if (strcmp(argv[i], "--quiet") == 0) {
            cli->quiet = true;
        } else if (strncmp(argv[i], "--db=", 5) == 0) {
            cli->db = argv[i] + 5;
            cli->db_given = true;
        } else if (strcmp(argv[i], "--db") == 0 && i + 1 < argc) {
            cli->db = argv[++i];
            cli->db_given = true;
        } else {
            *code = cli_usage_error("unknown option '%s' (sitter --help)", argv[i]);
            return -1;
        }
    }
    return i;
}

int main(int argc, char **argv)
{
    sit_text_init_locale();
    struct cli cli = {.db = getenv("SITTER_DB")};
    cli.program = argc > 0 && strchr(argv[0], '/') != NULL ? argv[0] : "sitter";
    if (cli.db == NULL || cli.db[0] == '\0')
        cli.db = "sitter.db";
    int code = CLI_DONE;
    int at = parse_globals(&cli, argc, argv, &code);
    if (at < 0)
        return code;
    if (at == argc) {
        print_overview();
        return cli_finish_stdout() == CLI_DONE ? CLI_USAGE : CLI_FAILED;
    }
    if (strcmp(argv[at], "help") == 0)
        return help(argc - at - 1, argv + at + 1);
    int n_words = 0;
    cli.command = find_command(argc - at, argv + at, &n_words);
    if (cli.command == NULL)
        return unknown_command(argc - at, argv + at);
    bool finished = false;
    code = cli_parse(&cli, argc - at - n_words + 1, argv + at + n_words - 1, &finished);
    if (code != CLI_DONE || finished)
        return code;
    return cli.command->run(&cli);
}
