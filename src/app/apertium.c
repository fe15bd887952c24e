/*
 * Apertium as child processes: reads a pair's mode file, which is a shell pipeline,
 * takes the stages up to the tagger and runs them one after the other on batches of
 * texts. The stream between them is apertium_stream.c's.
 */
#include "apertium.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sitter/alloc.h"
#include "sitter/child.h"
#include "sitter/file.h"

enum {
    MAX_MODE_BYTES = 1 << 16,
    BATCH_BYTES = 1 << 20,
    MAX_OUTPUT_BYTES = 512 << 20, /* of a stage, for one batch */
};

static const char DEFAULT_DIR[] = "/usr/share/apertium";

/*
 * The mode file
 */

/* What may come before the tagger is done; anything else ends the part of interest. */
static bool is_tagging(const char *program)
{
    const char *const known[] = {"lt-proc", "hfst-proc", "cg-proc", "apertium-tagger"};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(program, known[i]) == 0)
            return true;
    return false;
}

static enum sit_status add_argument(struct apertium_stage *stage, const char *text,
                                    struct sit_error *err)
{
    char **argv = sit_realloc_array(stage->argv, stage->n + 2, sizeof *argv);
    if (argv == NULL)
        return sit_error_nomem(err);
    stage->argv = argv;
    stage->argv[stage->n] = sit_strdup(text);
    if (stage->argv[stage->n] == NULL)
        return sit_error_nomem(err);
    stage->argv[++stage->n] = NULL;
    return SIT_OK;
}

/* One word of the pipeline, without its quotes; *quoted where it had some. Returns
 * where the next begins, or NULL at the end. */
static const char *next_word(const char *at, struct sit_buf *word, bool *quoted)
{
    sit_buf_reset(word);
    *quoted = false;
    at += strspn(at, " \t\r\n");
    if (*at == '\0')
        return NULL;
    if (*at == '|') {
        sit_buf_append_char(word, '|');
        return at + 1;
    }
    for (char quote = '\0'; *at != '\0'; at++) {
        if (quote == '\0' && strchr(" \t\r\n|", *at) != NULL)
            break;
        if (*at == quote) {
            quote = '\0';
        } else if (quote == '\0' && (*at == '\'' || *at == '"')) {
            quote = *at;
            *quoted = true;
        } else {
            sit_buf_append_char(word, *at);
        }
    }
    return at;
}

/* A data file as `dir` has it: its folder and name there, where they are. */
static enum sit_status place_file(const char *dir, const char *file,
                                  struct sit_buf *out, struct sit_error *err)
{
    const char *name = strrchr(file, '/');
    const char *tail = name;
    while (tail > file && tail[-1] != '/')
        tail--;
    sit_buf_reset(out);
    sit_buf_appendf(out, "%s/%s", dir, tail);
    if (out->failed)
        return sit_error_nomem(err);
    if (access(out->data, R_OK) == 0)
        return SIT_OK;
    sit_buf_reset(out);
    sit_buf_append_text(out, file);
    if (out->failed)
        return sit_error_nomem(err);
    if (access(file, R_OK) != 0)
        return sit_error_set_errno(err, SIT_E_NOT_FOUND, "cannot read '%s'", file);
    return SIT_OK;
}

/* Parameters of the shell are left out, as are options that drop readings or words we
 * want to see: the surface is shown, the choice comes first. */
static enum sit_status take_word(struct apertium_stage *stage, const char *dir,
                                 const char *word, struct sit_error *err)
{
    if (stage->n == 0) {
        enum sit_status status = add_argument(stage, word, err);
        if (status == SIT_OK && strcmp(word, "apertium-tagger") == 0)
            status = add_argument(stage, "-pf", err);
        return status;
    }
    bool is_cg = strcmp(stage->argv[0], "cg-proc") == 0;
    if (word[0] == '$' ||
        (is_cg && (strcmp(word, "-n") == 0 || strcmp(word, "-1") == 0)))
        return SIT_OK;
    if (strchr(word, '/') == NULL)
        return add_argument(stage, word, err);
    struct sit_buf file = {0};
    enum sit_status status = place_file(dir, word, &file, err);
    if (status == SIT_OK)
        status = add_argument(stage, sit_buf_text(&file), err);
    sit_buf_release(&file);
    return status;
}

static void release_stage(struct apertium_stage *stage)
{
    for (size_t i = 0; i < stage->n; i++)
        free(stage->argv[i]);
    free(stage->argv);
    *stage = (struct apertium_stage){0};
}

/* lt-proc generates and translates with these; then the text is analysed already. */
static bool is_analysis(const struct apertium_stage *stage)
{
    if (strcmp(stage->argv[0], "lt-proc") != 0)
        return true;
    for (size_t i = 1; i < stage->n; i++)
        if (stage->argv[i][0] == '-' && strpbrk(stage->argv[i], "bgdnlp") != NULL)
            return false;
    return true;
}

static enum sit_status parse_mode(const char *mode, const char *dir,
                                  struct apertium *out, struct sit_error *err)
{
    struct sit_buf word = {0};
    enum sit_status status = SIT_OK;
    const char *at = mode;
    bool quoted, more = true;
    while (status == SIT_OK && more && out->n_stages < APERTIUM_MAX_STAGES) {
        struct apertium_stage *stage = &out->stages[out->n_stages];
        while ((at = next_word(at, &word, &quoted)) != NULL) {
            if (!quoted && strcmp(sit_buf_text(&word), "|") == 0)
                break;
            if (stage->n == 0 && !is_tagging(sit_buf_text(&word)))
                goto done;
            status = take_word(stage, dir, sit_buf_text(&word), err);
            if (status != SIT_OK)
                goto done;
        }
        if (stage->n == 0 || !is_analysis(stage)) {
            release_stage(stage);
            break;
        }
        out->n_stages++;
        more = at != NULL && strcmp(stage->argv[0], "apertium-tagger") != 0;
    }
done:
    if (status == SIT_OK && word.failed)
        status = sit_error_nomem(err);
    sit_buf_release(&word);
    return status;
}

/* Analysis alone does not choose between readings. */
static bool has_tagger(const struct apertium *apertium)
{
    for (size_t i = 0; i < apertium->n_stages; i++) {
        const char *program = apertium->stages[i].argv[0];
        if (strcmp(program, "apertium-tagger") == 0 || strcmp(program, "cg-proc") == 0)
            return true;
    }
    return false;
}

static enum sit_status check_pair(const char *pair, struct sit_error *err)
{
    const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                           "0123456789-_";
    if (pair[0] == '\0' || pair[0] == '-' || pair[strspn(pair, allowed)] != '\0')
        return sit_error_set(err, SIT_E_ARG,
                             "'%s' is no pair of languages such as eng-spa", pair);
    return SIT_OK;
}

enum sit_status apertium_open(const char *pair, const char *dir, struct apertium *out,
                              struct sit_error *err)
{
    struct sit_buf path = {0}, mode = {0};
    struct apertium found = {0};
    enum sit_status status = check_pair(pair, err);
    if (status != SIT_OK)
        return status;
    dir = dir != NULL ? dir : DEFAULT_DIR;
    found.pair = sit_strdup(pair);
    sit_buf_appendf(&path, "%s/modes/%s.mode", dir, pair);
    if (found.pair == NULL || path.failed) {
        status = sit_error_nomem(err);
        goto done;
    }
    if (access(path.data, F_OK) != 0) {
        status = sit_error_set(
            err, SIT_E_NOT_FOUND,
            "Apertium's data for %s is not installed: there is no '%s' (Debian package "
            "apertium-%s, or with the languages the other way round)",
            pair, path.data, pair);
        goto done;
    }
    status = sit_file_read(path.data, MAX_MODE_BYTES, &mode, err);
    if (status == SIT_OK)
        status = parse_mode(sit_buf_text(&mode), dir, &found, err);
    if (status == SIT_OK && !has_tagger(&found))
        status = sit_error_set(err, SIT_E_FORMAT,
                               "'%s': this pair does not tag its words", path.data);
done:
    sit_buf_release(&mode);
    sit_buf_release(&path);
    if (status == SIT_OK)
        *out = found;
    else
        apertium_release(&found);
    return status;
}

void apertium_release(struct apertium *apertium)
{
    for (size_t i = 0; i < APERTIUM_MAX_STAGES; i++)
        release_stage(&apertium->stages[i]);
    free(apertium->pair);
    *apertium = (struct apertium){0};
}

bool apertium_is_english(const struct apertium *apertium)
{
    return strncmp(apertium->pair, "eng-", 4) == 0 ||
           strncmp(apertium->pair, "en-", 3) == 0;
}

/*
 * Tagging
 */

static const char *package_of(const char *program)
{
    if (strcmp(program, "cg-proc") == 0)
        return "cg3";
    if (strcmp(program, "hfst-proc") == 0)
        return "hfst";
    return strcmp(program, "lt-proc") == 0 ? "lttoolbox" : "apertium";
}

/* Put the text through all stages; *text is replaced. */
static enum sit_status run_stages(const struct apertium *apertium, struct sit_buf *text,
                                  const struct sit_progress *progress, size_t n_done,
                                  size_t n_texts, struct sit_error *err)
{
    for (size_t i = 0; i < apertium->n_stages; i++) {
        const struct apertium_stage *stage = &apertium->stages[i];
        struct sit_child_result result = {0};
        struct sit_child_options options = {
            .argv = (const char *const *)stage->argv,
            .input = text->data,
            .n_input_bytes = text->n_bytes,
            .max_output_bytes = MAX_OUTPUT_BYTES,
            .progress = progress,
            .progress_done = n_done,
            .progress_total = n_texts,
        };
        enum sit_status status = sit_child_run(&options, &result, err);
        if (status == SIT_E_NOT_FOUND)
            sit_error_set(err, status,
                          "Apertium's '%s' is not installed (Debian packages "
                          "apertium-%s, %s)",
                          stage->argv[0], apertium->pair, package_of(stage->argv[0]));
        if (status == SIT_OK)
            status = sit_child_check(&result, stage->argv[0], err);
        if (status != SIT_OK) {
            sit_child_result_release(&result);
            return status;
        }
        sit_buf_release(text);
        *text = result.out;
    }
    return SIT_OK;
}

enum sit_status apertium_tag(const struct apertium *apertium, const char *const *texts,
                             size_t n, const struct sit_progress *progress,
                             apertium_text_fn *visit, void *context,
                             struct sit_error *err)
{
    struct sit_buf text = {0};
    enum sit_status status = SIT_OK;
    for (size_t first = 0; first < n && status == SIT_OK;) {
        size_t end = first;
        sit_buf_reset(&text);
        while (end < n && text.n_bytes < BATCH_BYTES && !text.failed) {
            apertium_append_text(&text, end, texts[end]);
            end++;
        }
        if (text.failed) {
            status = sit_error_nomem(err);
            break;
        }
        status = run_stages(apertium, &text, progress, first, n, err);
        if (status == SIT_OK)
            status = apertium_read(text.data, text.n_bytes, first, end - first, visit,
                                   context, err);
        first = end;
    }
    if (status == SIT_OK && !sit_progress_report(progress, n, n, NULL))
        status = sit_error_set(err, SIT_E_CANCELLED, "interrupted");
    sit_buf_release(&text);
    return status;
}
