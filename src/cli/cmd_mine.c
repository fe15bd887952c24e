/*
 * sitter mine: its options, and the tables of phrases, categories and unknown words.
 */
#include "sitter/mine.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "json_out.h"
#include "sitter/file.h"
#include "sitter/text.h"

enum {
    N_CELLS = 80,
    MIN_TEXT_CELLS = 14,
    COUNT_CELLS = 8,
    ODDS_CELLS = 35, /* log-odds, interval, z, mark */
    N_UNKNOWN_SHOWN = 12,
};

/* What all the tables of one run have in common. */
struct tables {
    const struct sit_mine_words *words;
    size_t top, min_count;
    size_t n_text_cells;
    bool with_odds;
};

/*
 * Text
 */

/* As wide as 80 columns allow; with many classes the log-odds have to go. */
static struct tables lay_out(const struct sit_mine_words *words, size_t top,
                             size_t min_count)
{
    struct tables tables = {.words = words, .top = top, .min_count = min_count};
    size_t n_used = COUNT_CELLS * words->n_groups;
    tables.with_odds = words->n_groups >= 2 &&
                       n_used + ODDS_CELLS + MIN_TEXT_CELLS <= N_CELLS;
    n_used += tables.with_odds ? ODDS_CELLS : 0;
    tables.n_text_cells = n_used + MIN_TEXT_CELLS < N_CELLS ? N_CELLS - n_used
                                                            : MIN_TEXT_CELLS;
    if (tables.n_text_cells > 36)
        tables.n_text_cells = 36;
    return tables;
}

static void print_head(const struct tables *tables, const char *what)
{
    cli_put_cell(what, tables->n_text_cells, false);
    for (size_t g = 0; g < tables->words->n_groups; g++) {
        printf(" ");
        cli_put_cell(tables->words->groups[g].name, COUNT_CELLS - 1, true);
    }
    printf("%s\n", tables->with_odds ? " log-odds          95 % CI     z" : "");
}

static const char *mark_of(const struct sit_log_odds *odds)
{
    if (odds->survives)
        return "**";
    return odds->low > 0 || odds->high < 0 ? "*" : "";
}

static void print_row(const struct tables *tables, const struct sit_mine_row *row)
{
    cli_put_cell(row->text[0] != '\0' ? row->text : "(no category)",
                 tables->n_text_cells, false);
    for (size_t g = 0; g < tables->words->n_groups; g++)
        printf("%*zu", COUNT_CELLS, row->counts[g]);
    if (tables->with_odds && isfinite(row->odds.z))
        printf(" %+8.2f [%+6.2f,%+6.2f]%+6.1f%s%s", row->odds.value, row->odds.low,
               row->odds.high, row->odds.z, mark_of(&row->odds)[0] != '\0' ? " " : "",
               mark_of(&row->odds));
    printf("\n");
}

static void print_rows(const struct tables *tables, const char *what,
                       const struct sit_mine_rows *rows)
{
    size_t n_shown = 0, n_wanted = 0;
    printf("\n");
    print_head(tables, what);
    for (size_t i = 0; i < rows->n; i++) {
        if (rows->items[i].total < tables->min_count || rows->items[i].total == 0)
            continue;
        n_wanted++;
        if (n_shown == tables->top)
            continue;
        print_row(tables, &rows->items[i]);
        n_shown++;
    }
    if (n_wanted > n_shown)
        printf("... and %zu more (--top %zu shows all)\n", n_wanted - n_shown,
               n_wanted);
}

static void print_summary(const struct sit_mine_words *words,
                          const struct sit_mine_result *result)
{
    size_t n_words = 0, n_phrases = 0;
    for (size_t g = 0; g < words->n_groups; g++) {
        n_words += result->n_words[g];
        n_phrases += result->n_phrases[g];
    }
    printf("%zu of %zu source%s with text\n", result->n_texts, result->n_sources,
           cli_plural(result->n_sources));
    printf("%zu class word%s, %zu phrase%s, %zu different\n", n_words,
           cli_plural(n_words), n_phrases, cli_plural(n_phrases), result->phrases.n);
    for (size_t g = 0; g < words->n_groups; g++) {
        printf("  ");
        cli_put_safe(words->groups[g].name);
        for (size_t i = 0, n = 0; i < words->n; i++) {
            if (words->items[i].group != g)
                continue;
            printf("%s", n++ > 0 ? ", " : ": ");
            cli_put_safe(words->items[i].lemma);
        }
        printf(" %zu time%s, %zu phrase%s\n", result->n_words[g],
               cli_plural(result->n_words[g]), result->n_phrases[g],
               cli_plural(result->n_phrases[g]));
    }
}

static void put_line(const struct sit_buf *line)
{
    struct sit_buf fitted = {0};
    sit_text_fit(&fitted, sit_buf_text(line), N_CELLS);
    printf("%s\n", sit_buf_text(&fitted));
    sit_buf_release(&fitted);
}

static void print_legend(const struct tables *tables,
                         const struct sit_mine_result *result)
{
    struct sit_buf line = {0};
    if (!tables->with_odds || result->phrases.n == 0)
        return;
    sit_buf_appendf(&line, "log-odds above 0: more of %s than of %s",
                    tables->words->groups[0].name, tables->words->groups[1].name);
    printf("\n");
    put_line(&line);
    printf("* the 95 %% interval leaves out 0   ** also among all %zu rows (Holm)\n"
           "Dirichlet prior: %g counts, distributed as the phrases of both together\n",
           result->phrases.n, result->phrases.prior);
    sit_buf_release(&line);
}

/* The most frequent ones, a few lines at most. */
static void print_unknown(const struct sit_mine_rows *unknown, bool skipped)
{
    struct sit_buf line = {0};
    if (unknown->n == 0)
        return;
    printf("\n%zu word%s Apertium does not know (%s):\n", unknown->n,
           cli_plural(unknown->n),
           skipped ? "they end a phrase" : "nouns where their form allows it");
    for (size_t i = 0; i < unknown->n && i < N_UNKNOWN_SHOWN; i++) {
        const struct sit_mine_row *row = &unknown->items[i];
        struct sit_buf item = {0};
        sit_text_fit(&item, row->text, N_CELLS / 2);
        if (line.n_bytes > 0 && sit_text_width(sit_buf_text(&line)) +
                                        sit_text_width(sit_buf_text(&item)) + 12 >
                                    N_CELLS) {
            put_line(&line);
            sit_buf_reset(&line);
        }
        sit_buf_appendf(&line, "%s%s %zu", line.n_bytes > 0 ? ", " : "  ",
                        sit_buf_text(&item), row->total);
        sit_buf_release(&item);
    }
    put_line(&line);
    if (unknown->n > N_UNKNOWN_SHOWN)
        printf("  and %zu more (--json has all)\n", unknown->n - N_UNKNOWN_SHOWN);
    sit_buf_release(&line);
}

static int print_text(const struct tables *tables, const struct sit_mine_result *result,
                      bool skipped)
{
    print_summary(tables->words, result);
    if (result->phrases.n > 0)
        print_rows(tables, "phrase", &result->phrases);
    if (result->categories.n > 0 && result->phrases.n > 0)
        print_rows(tables, "category", &result->categories);
    print_legend(tables, result);
    print_unknown(&result->unknown, skipped);
    return cli_finish_stdout();
}

/*
 * JSON
 */

static json_t *groups_json(const struct sit_mine_words *words,
                           const struct sit_mine_result *result)
{
    json_t *list = json_array();
    for (size_t g = 0; g < words->n_groups; g++) {
        json_t *lemmas = json_array();
        for (size_t i = 0; i < words->n; i++)
            if (words->items[i].group == g)
                json_array_append_new(lemmas, json_safe_text(words->items[i].lemma));
        json_array_append_new(
            list, json_pack("{s:o, s:o, s:o, s:I, s:I}", "key",
                            json_safe_text(words->groups[g].key), "name",
                            json_safe_text(words->groups[g].name), "words", lemmas,
                            "n_words", (json_int_t)result->n_words[g], "n_phrases",
                            (json_int_t)result->n_phrases[g]));
    }
    return list;
}

static json_t *row_json(const struct sit_mine_words *words, const char *name,
                        const struct sit_mine_row *row)
{
    json_t *counts = json_object();
    for (size_t g = 0; g < words->n_groups; g++)
        json_object_set_new(counts, words->groups[g].key,
                            json_integer((json_int_t)row->counts[g]));
    struct sit_interval interval = {row->odds.low, row->odds.high};
    return json_pack(
        "{s:o, s:o, s:I, s:o, s:o, s:o, s:b}", name, json_safe_text(row->text),
        "counts", counts, "total", (json_int_t)row->total, "log_odds",
        json_number_or_null(row->odds.value), "ci95",
        isfinite(row->odds.z) ? json_interval_or_null(interval) : json_null(), "z",
        json_number_or_null(row->odds.z), "survives", row->odds.survives);
}

static json_t *phrases_json(const struct tables *tables,
                            const struct sit_mine_result *result)
{
    json_t *list = json_array();
    for (size_t i = 0; i < result->phrases.n; i++) {
        const struct sit_mine_row *row = &result->phrases.items[i];
        if (row->total < tables->min_count || json_array_size(list) >= tables->top)
            continue;
        json_t *object = row_json(tables->words, "phrase", row);
        if (row->category != SIZE_MAX)
            json_object_set_new(
                object, "category",
                json_safe_text(result->categories.items[row->category].text));
        json_array_append_new(list, object);
    }
    return list;
}

static int print_json(const struct tables *tables, const struct sit_mine_result *result)
{
    json_t *categories = json_array(), *unknown = json_array();
    for (size_t i = 0; i < result->categories.n; i++)
        json_array_append_new(categories, row_json(tables->words, "category",
                                                   &result->categories.items[i]));
    for (size_t i = 0; i < result->unknown.n; i++)
        json_array_append_new(
            unknown, json_pack("{s:o, s:I}", "word",
                               json_safe_text(result->unknown.items[i].text), "total",
                               (json_int_t)result->unknown.items[i].total));
    return json_out(json_pack(
        "{s:I, s:I, s:o, s:f, s:o, s:o, s:o}", "sources", (json_int_t)result->n_sources,
        "texts", (json_int_t)result->n_texts, "groups",
        groups_json(tables->words, result), "prior", result->phrases.prior, "phrases",
        phrases_json(tables, result), "categories", categories, "unknown", unknown));
}

/*
 * The command
 */

/* --words, or f=woman and m=man as far as the project has such classes. */
static int read_words(const struct cli *cli, struct sit_project *project,
                      struct sit_mine_words *words)
{
    struct sit_class_list classes;
    struct sit_error err;
    if (sit_project_classes(project, &classes, &err) != SIT_OK)
        return cli_fail(&err);
    for (size_t i = 0; i < cli->n_given; i++)
        if (strcmp(cli->given[i].option->name, "words") == 0 &&
            sit_mine_words_add(words, &classes, cli->given[i].value, &err) != SIT_OK)
            return cli_usage_error("mine: --words: %s", err.message);
    if (words->n > 0)
        return CLI_DONE;
    if (sit_mine_words_add(words, &classes, "f=woman", &err) != SIT_OK ||
        sit_mine_words_add(words, &classes, "m=man", &err) != SIT_OK)
        return cli_usage_error("mine: without classes f and m the words are needed: "
                               "--words KEY=WORD,WORD");
    return CLI_DONE;
}

static int write_csv(const struct cli *cli, const char *path,
                     const struct tables *tables, const struct sit_mine_result *result)
{
    struct sit_buf csv = {0};
    struct sit_error err;
    enum sit_status status = sit_mine_csv(tables->words, result, tables->min_count,
                                          &csv, &err);
    if (status == SIT_OK)
        status = sit_file_write_atomic(path, csv.data, csv.n_bytes, &err);
    sit_buf_release(&csv);
    if (status != SIT_OK)
        return cli_fail(&err);
    cli_say(cli, "phrases in '%s'", path);
    return CLI_DONE;
}

/* Everything but the project is known. */
static int mine(struct cli *cli, struct sit_project *project,
                struct sit_mine_options *options, size_t top, size_t min_count)
{
    struct sit_mine_words words = {0};
    struct sit_mine_result result = {0};
    struct sit_error err;
    struct cli_progress progress;
    const char *csv = cli_value(cli, "csv");
    int code = read_words(cli, project, &words);
    if (code != CLI_DONE)
        goto done;
    options->words = &words;
    cli_progress_begin(&progress, cli, "descriptions");
    enum sit_status status = sit_mine(project, options, &progress.progress, &result,
                                      &err);
    cli_progress_end(&progress);
    if (status != SIT_OK) {
        code = cli_fail(&err);
        goto done;
    }
    struct tables tables = lay_out(&words, top, min_count);
    if (csv != NULL)
        code = write_csv(cli, csv, &tables, &result);
    if (code == CLI_DONE)
        code = cli_flag(cli, "json")
                   ? print_json(&tables, &result)
                   : print_text(&tables, &result, options->skip_unknown);
    if (code == CLI_DONE && result.n_texts == 0)
        cli_say_next(cli, "metadata import FILE.csv");
done:
    sit_mine_result_release(&result);
    sit_mine_words_release(&words);
    return code;
}

static int run(struct cli *cli)
{
    struct sit_mine_options options = {
        .field = cli_value(cli, "field"),
        .pair = cli_value(cli, "pair"),
        .apertium = cli_value(cli, "apertium"),
        .categories = cli_value(cli, "categories"),
    };
    struct sit_project *project = NULL;
    const char *unknown = cli_value(cli, "unknown");
    size_t top = cli_flag(cli, "json") ? SIZE_MAX : 30, min_count = 1;
    if (!cli_size(cli, "top", 1, SIZE_MAX, &top) ||
        !cli_size(cli, "min-count", 1, SIZE_MAX, &min_count) ||
        !cli_double(cli, "prior", 1e-6, 1e9, &options.prior))
        return CLI_USAGE;
    if (unknown != NULL && strcmp(unknown, "skip") != 0 && strcmp(unknown, "noun") != 0)
        return cli_usage_error("mine: --unknown is '%s', not noun or skip", unknown);
    options.skip_unknown = unknown != NULL && strcmp(unknown, "skip") == 0;
    if (cli_check_out(cli, cli_value(cli, "csv")) != CLI_DONE)
        return CLI_FAILED;
    int code = cli_open(cli, SIT_PROJECT_READ, &project);
    if (code != CLI_DONE)
        return code;
    code = mine(cli, project, &options, top, min_count);
    sit_project_close(project);
    return code;
}

static const struct cli_option options[] = {
    {"words", "KEY=WORD,WORD",
     "a class and the words for it, repeated (default: f=woman m=man)"},
    {"field", "NAME", "title or a further column (default: description)"},
    {"categories", "FILE.csv", "with the columns lemma and category: sums, too"},
    {"top", "N", "rows shown of each table (default: 30, JSON: all)"},
    {"min-count", "N", "leave out what came less often (default: 1)"},
    {"unknown", "noun|skip", "words Apertium does not know (default: noun)"},
    {"prior", "COUNTS", "weight of the prior (default: the number of phrases)"},
    {"pair", "PAIR", "Apertium's language pair (default: eng-spa)"},
    {"apertium", "DIR", "its data (default: /usr/share/apertium)"},
    {"csv", "FILE", "write the phrases there as well"},
    {"json", NULL, "as JSON"},
    {NULL, NULL, NULL},
};

const struct cli_command cli_command_mine = {
    .name = "mine",
    .arguments = "",
    .summary = "nouns that follow man and woman in the descriptions",
    .text =
        "Words are tagged by Apertium (Debian package apertium-eng-spa), which is not\n"
        "part of sitter. \"Woman textile worker\" counts as \"textile worker\" of the\n"
        "class f. Log-odds compare the first two classes (Monroe, Colaresi and Quinn\n"
        "2008). A category is found for a whole phrase, or for its last words.\n"
        "docs/mining.md has the rule and its limits.",
    .options = options,
    .run = run,
};
