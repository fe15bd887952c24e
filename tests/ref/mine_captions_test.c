/*
 * The phrase rule against captions that were tagged by hand before the rule was made:
 * precision and recall of phrases with the real Apertium. The rule was tuned on the
 * first file only. The pair and its folder can be set by $SITTER_MINE_PAIR and
 * $SITTER_MINE_APERTIUM.
 */
#include "test_support.h"

#include <locale.h>

#include "apertium.h"
#include "mine_phrases.h"
#include "sitter/alloc.h"
#include "sitter/file.h"
#include "sitter/text.h"

enum { MAX_CAPTIONS = 100 };

struct captions {
    struct sit_buf file;
    const char *texts[MAX_CAPTIONS], *wanted[MAX_CAPTIONS];
    size_t n;
    struct mine_rule rule;
    struct sit_buf got; /* of the caption at hand: "f=a;m=b;" */
    size_t n_right, n_wanted, n_got;
};

static struct apertium apertium;

static void read_captions(struct captions *captions, const char *name)
{
    struct sit_buf path = {0};
    sit_buf_appendf(&path, "%s/%s", SITTER_REF_DIR, name);
    assert_ok(sit_file_read(path.data, 1 << 20, &captions->file, err));
    char *rest = captions->file.data, *line;
    while ((line = strsep(&rest, "\n")) != NULL && *line != '\0') {
        char *tab = strchr(line, '\t');
        assert_non_null(tab);
        assert_true(captions->n < MAX_CAPTIONS);
        *tab = '\0';
        captions->texts[captions->n] = line;
        captions->wanted[captions->n++] = strcmp(tab + 1, "-") == 0 ? "" : tab + 1;
    }
    sit_buf_release(&path);
}

static enum sit_status on_word(void *context, size_t group, struct sit_error *err)
{
    (void)context, (void)group, (void)err;
    return SIT_OK;
}

static enum sit_status on_phrase(void *context, size_t group, const char *text,
                                 struct sit_error *err)
{
    struct captions *captions = context;
    (void)err;
    sit_buf_appendf(&captions->got, "%s=%s;", captions->rule.words->groups[group].key,
                    text);
    return SIT_OK;
}

static enum sit_status on_unknown(void *context, const char *text,
                                  struct sit_error *err)
{
    (void)context, (void)text, (void)err;
    return SIT_OK;
}

/* How many of the phrases "f=a;m=b" are in the other list, each counted once; *n is how
 * many there are. */
static size_t count_shared(const char *wanted, const char *got, size_t *n)
{
    char *left = sit_strdup(got), *list = sit_strdup(wanted), *rest = list, *one;
    size_t n_shared = 0;
    assert_true(left != NULL && list != NULL);
    while ((one = strsep(&rest, ";")) != NULL) {
        struct sit_buf whole = {0};
        if (*one == '\0')
            continue;
        ++*n;
        sit_buf_appendf(&whole, "%s;", one);
        char *found = strstr(left, whole.data);
        if (found != NULL && (found == left || found[-1] == ';')) {
            memset(found, '#', whole.n_bytes - 1);
            n_shared++;
        }
        sit_buf_release(&whole);
    }
    free(left);
    free(list);
    return n_shared;
}

static enum sit_status on_caption(void *context, size_t number,
                                  const struct apertium_tokens *tokens,
                                  struct sit_error *err)
{
    struct captions *captions = context;
    const struct mine_sink sink = {captions, on_word, on_phrase, on_unknown};
    const char *wanted = captions->wanted[number];
    sit_buf_reset(&captions->got);
    enum sit_status status = mine_phrases(&captions->rule, tokens, &sink, err);
    const char *got = sit_buf_text(&captions->got);
    size_t n_wanted = 0, n_got = 0;
    size_t n_right = count_shared(wanted, got, &n_wanted);
    count_shared(got, wanted, &n_got);
    if (n_right < n_wanted || n_right < n_got)
        print_message("\"%s\"\n    wanted %s\n    got    %s\n", captions->texts[number],
                      wanted, got);
    captions->n_right += n_right;
    captions->n_wanted += n_wanted;
    captions->n_got += n_got;
    return status;
}

static void check_file(const char *name)
{
    struct captions captions = {0};
    struct sit_class_list classes;
    struct sit_mine_words words = {0};
    sit_class_list_default(&classes);
    assert_ok(sit_mine_words_add(&words, &classes, "f=woman", err));
    assert_ok(sit_mine_words_add(&words, &classes, "m=man", err));
    captions.rule = (struct mine_rule){.words = &words, .english = true};
    read_captions(&captions, name);
    assert_int_equal(captions.n, 40);
    assert_ok(apertium_tag(&apertium, captions.texts, captions.n, NULL, on_caption,
                           &captions, err));
    double precision = (double)captions.n_right / (double)captions.n_got;
    double recall = (double)captions.n_right / (double)captions.n_wanted;
    print_message("%s, %s: %zu wanted, %zu found, %zu right: precision %.3f, recall "
                  "%.3f\n",
                  name, apertium.pair, captions.n_wanted, captions.n_got,
                  captions.n_right, precision, recall);
    assert_true(precision >= 0.95);
    assert_true(recall >= 0.95);
    sit_mine_words_release(&words);
    sit_buf_release(&captions.file);
    sit_buf_release(&captions.got);
}

static void test_tuned(void **state)
{
    (void)state;
    check_file("captions.tsv");
}

static void test_held_out(void **state)
{
    (void)state;
    check_file("captions_held_out.tsv");
}

static void test_fresh(void **state)
{
    (void)state;
    check_file("captions_fresh.tsv");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tuned),
        cmocka_unit_test(test_held_out),
        cmocka_unit_test(test_fresh),
    };
    struct sit_error err;
    const char *pair = getenv("SITTER_MINE_PAIR");
    sit_text_init_locale();
    if (apertium_open(pair != NULL ? pair : "eng-spa", getenv("SITTER_MINE_APERTIUM"),
                      &apertium, &err) != SIT_OK) {
        printf("skipped: %s\n", err.message);
        return TEST_SKIPPED;
    }
    int n_failed = cmocka_run_group_tests(tests, NULL, NULL);
    apertium_release(&apertium);
    return n_failed;
}
