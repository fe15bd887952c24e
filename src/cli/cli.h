/*
 * Private to the command line: the table of commands, their options, and what all of
 * them print with.
 */
#ifndef SITTER_CLI_H
#define SITTER_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sitter/notes.h"
#include "sitter/progress.h"
#include "sitter/project.h"

enum { CLI_DONE = 0, CLI_FAILED = 1, CLI_USAGE = 2 };
enum { CLI_MAX_OPTIONS = 24, CLI_MAX_VALUES = 64 };

struct cli_option {
    const char *name;  /* without the dashes; NULL ends the table */
    const char *value; /* what it takes, "FILE"; NULL: a flag */
    const char *help;
};

/* A parsed command line. */
struct cli {
    const char *program; /* how it was called: "sitter", or a path to it */
    const char *db;      /* --db, $SITTER_DB or sitter.db */
    bool db_given;       /* by --db: hints repeat it */
    bool quiet;
    const struct cli_command *command;
    size_t n_given;
    struct {
        const struct cli_option *option;
        const char *value; /* "" for a flag */
    } given[CLI_MAX_VALUES];
    char **arguments;
    size_t n_arguments;
};

struct cli_command {
    const char *name;      /* one or two words: "train", "features import" */
    const char *arguments; /* "PATH...", "" */
    size_t min_arguments, max_arguments;
    const char *summary; /* one line */
    const char *text;    /* further help, or NULL */
    const struct cli_option *options;
    int (*run)(struct cli *cli);
};

/* All commands, in the order of the help; ended by a NULL name. */
extern const struct cli_command *const cli_commands[];

/*
 * options.c
 */

/* Parse what follows the command's name; CLI_DONE, or what to exit with (help printed:
 * *finished). */
int cli_parse(struct cli *cli, int argc, char **argv, bool *finished);
void cli_print_help(const struct cli_command *command);

/* The last value given for an option, or NULL. */
const char *cli_value(const struct cli *cli, const char *name);
bool cli_flag(const struct cli *cli, const char *name);

/* Numbers within a range: false after an error message. `value` stays where the option
 * was not given. */
bool cli_size(const struct cli *cli, const char *name, size_t low, size_t high,
              size_t *value);
bool cli_double(const struct cli *cli, const char *name, double low, double high,
                double *value);

/* A share of 0 to 1, as "0.05" or "5%"; likewise. */
bool cli_share(const struct cli *cli, const char *name, double *share);

/* Argument i as a model's number, or -1 after an error message. */
int64_t cli_model_id(const struct cli *cli, size_t i);

/*
 * output.c
 */

/* "sitter: message" on stderr, escaped; returns CLI_FAILED. */
int cli_fail(const struct sit_error *err);
/* The same with a text of ours; returns CLI_USAGE. */
int cli_usage_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* A note on stderr unless --quiet. */
void cli_say(const struct cli *cli, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* "next: sitter --db FILE WORDS" on stderr unless --quiet; `words` is one command or
 * several, joined by ", ". */
void cli_say_next(const struct cli *cli, const char *words);
/* "s" unless n is 1. */
const char *cli_plural(size_t n);
/* Refuse to write over a project or another database; CLI_DONE, or CLI_FAILED after an
 * error message. NULL is fine. */
int cli_check_out(const struct cli *cli, const char *path);
/* Text from files on stdout: escaped, fit for a terminal. */
void cli_put_safe(const char *text);
/* The same, cut and padded to n_cells: a cell of a table. */
void cli_put_cell(const char *text, size_t n_cells, bool right);
/* All of stdout written? Else an error message and CLI_FAILED. */
int cli_finish_stdout(void);
/* Lines to stdout: as they are, or escaped where it is a terminal. */
int cli_write_stdout(const void *bytes, size_t n_bytes);

/* Notes of the library: to stderr as they come. The context is the struct cli. */
struct sit_notes cli_notes(struct cli *cli);

/* A progress line on a terminal, and Ctrl-C as cancellation, between begin and end. */
struct cli_progress {
    const struct cli *cli;
    const char *label;
    int64_t started_ms, shown_ms;
    size_t first_done; /* when it started, for the rate */
    bool drawn;
    struct sit_progress progress;
};
void cli_progress_begin(struct cli_progress *progress, const struct cli *cli,
                        const char *label);
void cli_progress_end(struct cli_progress *progress);

/*
 * context.c
 */

/* Open the project; CLI_DONE or CLI_FAILED after an error message. */
int cli_open(const struct cli *cli, enum sit_project_mode mode,
             struct sit_project **project);
/* Every argument a path that can be read? CLI_DONE, or CLI_FAILED after a message. */
int cli_check_paths(const struct cli *cli);
/* Open the project for writing, made with the default classes where it is not there
 * (*is_new). */
int cli_open_or_make(const struct cli *cli, struct sit_project **project, bool *is_new);
/* Once it is closed: a new project is told of, or removed where nothing came into it.
 */
void cli_keep_new(const struct cli *cli, bool is_new, bool empty);
/* "no picture in 'PATH'"; returns CLI_FAILED. */
int cli_fail_without_pictures(const struct cli *cli);
/* $SITTER_GRAPHICS, where set, must be a name; CLI_DONE, or CLI_USAGE after a message.
 */
int cli_check_environment(void);
/* Take the keys of the configuration file, where there is one; CLI_DONE, or CLI_USAGE
 * after an error message. */
int cli_load_keys(void);
/* Whether the user's locale says UTF-8. (The program's own may be C.UTF-8 for the sake
 * of widths, whatever the terminal draws.) */
bool cli_locale_is_utf8(void);
/* Say how many faces are left out because annotators tie on them, if any are. */
void cli_say_disputed(const struct cli *cli, struct sit_project *project);
/* The annotator: --annotator, or the login name. */
const char *cli_annotator(const struct cli *cli);

#endif
