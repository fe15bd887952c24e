/*
 * The options of scripts, and what a script's end prints.
 */
#include "screen_script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_out.h"
#include "sitter/file.h"

enum { MAX_SCRIPT_BYTES = 16 << 20, MAX_SIDE = 1000 };

bool cli_is_script(const struct cli *cli)
{
    return cli_value(cli, "script") != NULL;
}

int cli_check_script(const struct cli *cli)
{
    static const char *const only[] = {"dump", "size", "json"};
    for (size_t i = 0; i < sizeof only / sizeof only[0]; i++) {
        if (!cli_is_script(cli) && cli_value(cli, only[i]) != NULL)
            return cli_usage_error("%s: --%s is of --script", cli->command->name,
                                   only[i]);
    }
    return CLI_DONE;
}

static bool parse_size(const char *text, size_t *n_cols, size_t *n_rows)
{
    char *end;
    unsigned long cols = strtoul(text, &end, 10);
    if (end == text || *end != 'x' || text[0] == '-' || text[0] == '+')
        return false;
    const char *second = end + 1;
    unsigned long rows = strtoul(second, &end, 10);
    if (end == second || *end != '\0' || second[0] == '-' || second[0] == '+')
        return false;
    *n_cols = cols;
    *n_rows = rows;
    return cols >= 1 && cols <= MAX_SIDE && rows >= 1 && rows <= MAX_SIDE;
}

int cli_script_read(const struct cli *cli, struct cli_script *out)
{
    const char *given = cli_value(cli, "script"), *size = cli_value(cli, "size");
    struct sit_error err;
    *out = (struct cli_script){.dump = cli_flag(cli, "dump"),
                               .script = {.n_cols = 80, .n_rows = 24}};
    if (size != NULL && !parse_size(size, &out->script.n_cols, &out->script.n_rows))
        return cli_usage_error("%s: --size is COLSxROWS, such as 80x24, not '%s'",
                               cli->command->name, size);
    if (out->dump && cli_flag(cli, "json"))
        return cli_usage_error("%s: --dump and --json exclude each other",
                               cli->command->name);
    if (given[0] == '@') {
        if (sit_file_read(given + 1, MAX_SCRIPT_BYTES, &out->text, &err) != SIT_OK)
            return cli_fail(&err);
    } else {
        sit_buf_append_text(&out->text, given);
    }
    out->script.text = sit_buf_text(&out->text);
    out->script.n_bytes = out->text.n_bytes;
    out->script.screen = out->dump ? &out->screen : NULL;
    return CLI_DONE;
}

void cli_script_release(struct cli_script *script)
{
    sit_buf_release(&script->text);
    sit_buf_release(&script->screen);
}

static int print_json(const struct sit_tui_script_result *result, const char *face,
                      size_t position, enum sit_status status,
                      const struct sit_error *err)
{
    return json_out(json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:I, s:o}", "keys",
        (json_int_t)result->n_keys, "labelled", (json_int_t)result->n_labelled,
        "accepted", (json_int_t)result->n_accepted, "confirmed",
        (json_int_t)result->n_confirmed, "skipped", (json_int_t)result->n_skipped,
        "undone", (json_int_t)result->n_undone, "redone", (json_int_t)result->n_redone,
        "face", json_safe_text(face), "position", (json_int_t)(position + 1), "error",
        json_safe_text(status == SIT_OK ? NULL : err->message)));
}

static void print_count(const char *what, size_t n)
{
    if (n > 0)
        printf(", %zu %s", n, what);
}

static void print_words(const struct sit_tui_script_result *result, const char *face,
                        size_t position)
{
    printf("%zu key%s: %zu labelled", result->n_keys, cli_plural(result->n_keys),
           result->n_labelled);
    print_count("of these as suggested", result->n_accepted);
    print_count("confirmed", result->n_confirmed);
    print_count("skipped", result->n_skipped);
    print_count("undone", result->n_undone);
    print_count("done again", result->n_redone);
    if (face != NULL) {
        printf("; at face %zu, ", position + 1);
        cli_put_safe(face);
    }
    putchar('\n');
}

int cli_script_print(const struct cli *cli, const struct cli_script *script,
                     const struct sit_tui_script_result *result, const char *face,
                     size_t position, enum sit_status status,
                     const struct sit_error *err)
{
    int code = CLI_DONE;
    if (cli_flag(cli, "json"))
        code = print_json(result, face, position, status, err);
    else if (script->dump)
        fwrite(sit_buf_text(&script->screen), 1, script->screen.n_bytes, stdout);
    else
        print_words(result, face, position);
    if (code == CLI_DONE)
        code = cli_finish_stdout();
    return status == SIT_OK ? code : cli_fail(err);
}
