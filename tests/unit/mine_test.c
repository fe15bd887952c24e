/*
 * Mining without Apertium: the stream to and fro, the phrase rule on readings written
 * out, counting, categories, class words, mode files.
 */
#include "test_support.h"

#include <math.h>

#include "apertium.h"
#include "mine_categories.h"
#include "mine_phrases.h"
#include "mine_tally.h"
#include "sitter/file.h"
#include "sitter/text.h"

static struct sit_mine_words words;

/*
 * The stream
 */

static void test_escaping(void **state)
{
    (void)state;
    struct sit_buf out = {0};
    apertium_append_text(&out, 17, "a^b$c/d[e]f{g}h\\i<j>k@l~m");
    assert_string_equal(sit_buf_text(&out),
                        "[#17]a\\^b\\$c\\/d\\[e\\]f\\{g\\}h\\\\i\\<j\\>k\\@l\\~m .\n");
    sit_buf_reset(&out);
    apertium_append_text(&out, 0, "x\x1by\x01\xffz\xc2\x9b.\r\n\n");
    assert_string_equal(sit_buf_text(&out), "[#0]x y \xef\xbf\xbdz .\r\n\n .\n");
    sit_buf_reset(&out);
    /* An endless word is divided. */
    char *text = malloc(5001);
    assert_non_null(text);
    memset(text, 'a', 5000);
    text[5000] = '\0';
    apertium_append_text(&out, 1, text);
    for (const char *at = out.data; *at != '\0'; at += strcspn(at, " \n") + 1)
        assert_true(strcspn(at, " \n") < 300);
    free(text);
    sit_buf_release(&out);
}

struct seen {
    struct sit_buf text; /* "number: lemma(tag) ..." */
};

static enum sit_status list_tokens(void *context, size_t number,
                                   const struct apertium_tokens *tokens,
                                   struct sit_error *err)
{
    struct seen *seen = context;
    (void)err;
    sit_buf_appendf(&seen->text, "%zu:", number);
    for (size_t i = 0; i < tokens->n; i++)
        sit_buf_appendf(&seen->text, "%s%s=%s(%d%d%s)",
                        tokens->items[i].break_before   ? "|"
                        : tokens->items[i].space_before ? " "
                                                        : "+",
                        apertium_surface(tokens, i), apertium_lemma(tokens, i),
                        (int)tokens->items[i].tag, (int)tokens->items[i].number,
                        tokens->items[i].may_be_verb ? "v" : "");
    return SIT_OK;
}

static void check_read(const char *stream, size_t n_texts, const char *wanted)
{
    struct seen seen = {0};
    assert_ok(
        apertium_read(stream, strlen(stream), 5, n_texts, list_tokens, &seen, err));
    assert_string_equal(sit_buf_text(&seen.text), wanted);
    sit_buf_release(&seen.text);
}

static void test_reading(void **state)
{
    (void)state;
    check_read("[#5]^Men/Man<n><pl>$ ^steel/steel<n><sg>/steel<vblex><inf>$"
               "^-/-<guio>$^xyz/*xyz$ .\n[#6][#7]^don't/do<vbdo><pres>+not<adv>$",
               3,
               "5:|Men=Man(12) steel=steel(11v)+-=-(40)+xyz=xyz(70)6:7:|don't=do(30v)");
    /* Escapes in words; anything between words but blanks is a break. */
    check_read("[#5]^\\//\\/<sym>$ ^a\\^b/*a\\^b$\xc2\xa0^c/*c$\n\n^d/*d$ \\@ ^e/*e$"
               "\xe2\x80\x9c^f/*f$",
               1, "5:|/=/(00) a^b=a^b(70) c=c(70)|d=d(70)|e=e(70)|f=f(70)");
}

static void test_malformed(void **state)
{
    (void)state;
    const char *const streams[] = {"",
                                   "[#6]",
                                   "x[#5]",
                                   "[#5]^open/open<adj>",
                                   "[#5]^alone$",
                                   "[#5]^a/a<n>\\$",
                                   "[#5]a[#7]",
                                   "[#5][",
                                   "[#5"};
    for (size_t i = 0; i < sizeof streams / sizeof streams[0]; i++) {
        struct seen seen = {0};
        struct sit_error err;
        assert_int_equal(apertium_read(streams[i], strlen(streams[i]), 5, 1,
                                       list_tokens, &seen, &err),
                         SIT_E_FORMAT);
        assert_non_null(strstr(err.message, "the tagger's output"));
        sit_buf_release(&seen.text);
    }
}

/*
 * The rule
 */

struct found {
    struct sit_buf text; /* "f=a;m=b;" */
    struct sit_buf unknown;
    size_t n_words;
    struct mine_rule rule;
};

static enum sit_status on_word(void *context, size_t group, struct sit_error *err)
{
    (void)group, (void)err;
    ((struct found *)context)->n_words++;
    return SIT_OK;
}

static enum sit_status on_phrase(void *context, size_t group, const char *text,
                                 struct sit_error *err)
{
    (void)err;
    sit_buf_appendf(&((struct found *)context)->text, "%s=%s;", words.groups[group].key,
                    text);
    return SIT_OK;
}

static enum sit_status on_unknown(void *context, const char *text,
                                  struct sit_error *err)
{
    (void)err;
    sit_buf_appendf(&((struct found *)context)->unknown, "%s;", text);
    return SIT_OK;
}

static enum sit_status on_text(void *context, size_t number,
                               const struct apertium_tokens *tokens,
                               struct sit_error *err)
{
    struct found *found = context;
    const struct mine_sink sink = {found, on_word, on_phrase, on_unknown};
    (void)number;
    return mine_phrases(&found->rule, tokens, &sink, err);
}

/* Readings in short: "woman.n.sg textile.adj march.n.sg/march.vblex"; ", ", "- " and so
 * on as they are; the surface is the lemma, a plural's gets an s. */
static void append_reading(struct sit_buf *out, const char *text, size_t n)
{
    const char *dot = memchr(text, '.', n);
    size_t length = dot != NULL ? (size_t)(dot - text) : n;
    sit_buf_append(out, text, length);
    for (const char *at = dot; at != NULL && at < text + n;) {
        size_t tag = strcspn(at + 1, "./ ");
        sit_buf_appendf(out, "<%.*s>", (int)tag, at + 1);
        at += tag + 1;
    }
}

static void append_stream(struct sit_buf *out, const char *text)
{
    sit_buf_append_text(out, "[#0]");
    while (*text != '\0') {
        size_t n = strcspn(text, " ");
        if (strchr(",-;", *text) != NULL && n == 1) {
            sit_buf_append(out, text, 1);
        } else {
            size_t surface = strcspn(text, "./ ");
            const char *plural = memmem(text, n, ".pl", 3) != NULL ? "s" : "";
            const char *from = *text == '*' ? text + 1 : text;
            sit_buf_appendf(out, "^%.*s%s", (int)(surface - (size_t)(from - text)),
                            from, plural);
            for (size_t at = 0; at < n;) {
                size_t reading = strcspn(text + at, "/ ");
                sit_buf_append_char(out, '/');
                append_reading(out, text + at, reading);
                at += reading + 1;
            }
            sit_buf_append_char(out, '$');
        }
        text += n;
        if (*text == ' ') {
            sit_buf_append_char(out, ' ');
            text++;
        }
    }
}

static void check_rule(const struct mine_rule *rule, const char *text,
                       const char *wanted)
{
    struct found found = {.rule = *rule};
    struct sit_buf stream = {0};
    append_stream(&stream, text);
    assert_ok(apertium_read(stream.data, stream.n_bytes, 0, 1, on_text, &found, err));
    if (strcmp(sit_buf_text(&found.text), wanted) != 0)
        fail_msg("%s: got '%s', not '%s'", stream.data, sit_buf_text(&found.text),
                 wanted);
    sit_buf_release(&stream);
    sit_buf_release(&found.text);
    sit_buf_release(&found.unknown);
}

static void check(const char *text, const char *wanted)
{
    struct mine_rule rule = {.words = &words, .english = true};
    check_rule(&rule, text, wanted);
}

static void test_phrases(void **state)
{
    (void)state;
    check("Woman.n.sg textile.adj worker.n.sg and.cnjcoo man.n.sg soldier.n.pl",
          "f=textile worker;m=soldier;");
    check("a.det man.n.sg in.pr uniform.n.sg", "");
    check("woman.n.sg ; worker.n.sg", "");
    check("woman.n.sg 's.gen hat.n.sg", "");
    check("workman.n.sg teacher.n.sg", "");
    check("woman.n.sg young.adj", "");
    check("woman.n.sg old.adj teacher.n.sg young.adj with.pr", "f=old teacher;");
    check("woman.n.pl and.cnjcoo man.n.pl worker.n.pl", "f=worker;m=worker;");
    check("woman.n.sg and.cnjcoo a.det man.n.sg worker.n.sg", "m=worker;");
    check("woman.n.sg and.cnjcoo man.n.pl worker.n.pl", "m=worker;");
    check("woman.n.pl and.cnjcoo , man.n.pl worker.n.pl", "m=worker;");
    check("woman.n.pl , and.cnjcoo man.n.pl worker.n.pl", "m=worker;");
    check("woman.n.sg man.n.sg worker.n.sg", "m=worker;");
    check("girl.n.sg pupil.n.sg", "f=pupil;");
    check("WOMAN.n.sg Weaver.n.sg", "f=weaver;");
}

/* A word that may be a verb is a noun only where it agrees as one. */
static void test_agreement(void **state)
{
    (void)state;
    check("man.n.sg point.n.pl/point.vblex at.pr", "");
    check("woman.n.pl laugh.n.sg/laugh.vblex .sent", "");
    check("woman.n.pl soldier.n.pl march.n.sg/march.vblex past.n.sg the.det",
          "f=soldier;");
    check("man.n.pl cook.n.pl/cook.vblex", "m=cook;");
    check("man.n.sg cook.n.sg/cook.vblex", "m=cook;");
    check("man.n.pl steel.n.sg/steel.vblex worker.n.pl", "m=steel worker;");
    check("woman.n.sg tobacco.n.sg sorter.n.pl", "f=tobacco sorter;");
    check("woman.n.pl militia.n.sg", "f=militia;");
    check("woman.n.pl soldier.n.pl holding.n.sg/hold.vblex flag.n.pl", "f=soldier;");
    check("woman.n.sg welding.n.sg a.det pipe.n.sg", "");
    check("man.n.sg king.n.sg", "m=king;");
    check("woman.n.sg parachutist.n.sg salute.n.pl the.det viewer.n.sg",
          "f=parachutist;");
    check("man.n.sg cut.n.sg/cut.vblex the.det rope.n.sg", "");
}

static void test_hyphens(void **state)
{
    (void)state;
    struct mine_rule rule = {.words = &words, .english = true};
    const char *const streams[] = {
        "[#0]^woman/woman<n><sg>$^-/-<guio>$^soldier/soldier<n><sg>$",
        "[#0]^woman/woman<n><sg>$ ^-/-<guio>$ ^soldier/soldier<n><sg>$",
        "[#0]^women/woman<n><pl>$ ^farm/farm<n><sg>$^-/-<guio>$^workers/worker<n><pl>$",
        "[#0]^woman/woman<n><sg>$^-/-<guio>$",
    };
    const char *const wanted[] = {"f=soldier;", "", "f=farm worker;", ""};
    for (size_t i = 0; i < 4; i++) {
        struct found found = {.rule = rule};
        assert_ok(
            apertium_read(streams[i], strlen(streams[i]), 0, 1, on_text, &found, err));
        assert_string_equal(sit_buf_text(&found.text), wanted[i]);
        sit_buf_release(&found.text);
    }
}

static void test_unknown_words(void **state)
{
    (void)state;
    struct mine_rule skip = {.words = &words, .english = true, .skip_unknown = true};
    struct mine_rule other = {.words = &words};
    check("woman.n.pl *harvesters", "f=harvester;");
    check("woman.n.pl *berries", "f=berry;");
    check("woman.n.pl *witches", "f=witch;");
    check("woman.n.pl *seamstresses", "f=seamstress;");
    check("man.n.pl *marksmen", "m=marksman;");
    check("woman.n.sg *virus", "f=virus;");
    check("woman.n.sg *saluting", "");
    check("woman.n.sg *clothed", "");
    check("woman.n.sg *Kim", "");
    check("Woman.n.sg *Welder", "f=welder;");
    check("woman.n.sg *x1y", "");
    check("woman.n.sg *\xe5\xb7\xa5\xe4\xba\xba\xe5\xae\xb6",
          "f=\xe5\xb7\xa5\xe4\xba\xba\xe5\xae\xb6;");
    check_rule(&skip, "woman.n.pl *harvesters", "");
    check_rule(&other, "woman.n.pl *obreras", "f=obreras;");
}

/*
 * Counting
 */

static void test_counts(void **state)
{
    (void)state;
    struct mine_tally tally = {0};
    struct sit_mine_rows rows = {0};
    for (size_t i = 0; i < 10; i++)
        assert_ok(mine_tally_add(&tally, i < 9 ? 0 : 1, "textile worker", err));
    assert_ok(mine_tally_add(&tally, 1, "soldier", err));
    assert_ok(mine_tally_add(&tally, 1, "farmer", err));
    assert_ok(mine_tally_rows(&tally, &rows, err));
    assert_int_equal(rows.n, 3);
    assert_string_equal(rows.items[0].text, "textile worker");
    assert_int_equal(rows.items[0].counts[0], 9);
    assert_int_equal(rows.items[0].counts[1], 1);
    assert_string_equal(rows.items[1].text, "farmer");
    assert_ok(mine_rows_compare(&rows, 2, 0, err));
    assert_true(rows.prior > 2.99 && rows.prior < 3.01);
    assert_true(rows.items[0].odds.value > 0 && rows.items[1].odds.value < 0);
    mine_rows_release(&rows);
    mine_tally_release(&tally);
    assert_ok(mine_tally_rows(&tally, &rows, err));
    assert_ok(mine_rows_compare(&rows, 2, 0, err));
    assert_int_equal(rows.n, 0);
}

static enum sit_status categorise(const char *dir, const char *csv,
                                  struct sit_mine_rows *phrases,
                                  struct sit_mine_rows *categories,
                                  struct sit_error *why)
{
    char *path = sit_file_join(dir, "categories.csv");
    assert_non_null(path);
    assert_ok(sit_file_write_atomic(path, csv, strlen(csv), err));
    enum sit_status status = mine_categorise(path, phrases, categories, why);
    free(path);
    return status;
}

static void test_categories(void **state)
{
    (void)state;
    char *dir = test_make_dir();
    struct mine_tally tally = {0};
    struct sit_mine_rows rows = {0}, categories = {0};
    struct sit_error why;
    const char *const seen[] = {"steel worker", "steel worker", "textile worker",
                                "worker",       "fire worker",  "poet"};
    for (size_t i = 0; i < 6; i++)
        assert_ok(mine_tally_add(&tally, i % 2, seen[i], err));
    assert_ok(mine_tally_rows(&tally, &rows, err));
    const char *const wrong[] = {"", "lemma\nworker\n", "lemma,category\nworker,\n",
                                 "lemma,category\nworker,a\nWorker,b\n"};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(categorise(dir, wrong[i], &rows, &categories, &why),
                         SIT_E_FORMAT);
        assert_non_null(strstr(why.message, "categories.csv"));
        assert_int_equal(categories.n, 0);
    }
    assert_non_null(strstr(why.message, "line 2"));
    assert_ok(categorise(dir,
                         "category,note,lemma\nindustry,,Worker\nheavy,,steel worker\n"
                         "industry,,worker\nunused,,cook\n",
                         &rows, &categories, err));
    assert_int_equal(categories.n, 4);
    assert_string_equal(categories.items[0].text, "industry");
    assert_int_equal(categories.items[0].total, 3);
    assert_string_equal(categories.items[1].text, "heavy");
    assert_int_equal(categories.items[1].counts[0], 1);
    assert_string_equal(categories.items[2].text, "");
    assert_int_equal(categories.items[2].total, 1);
    for (size_t i = 0; i < rows.n; i++)
        if (strcmp(rows.items[i].text, "steel worker") == 0)
            assert_int_equal(rows.items[i].category, 1);
    mine_rows_release(&categories);
    mine_rows_release(&rows);
    mine_tally_release(&tally);
    test_remove_dir(dir);
}

static void test_class_words(void **state)
{
    (void)state;
    struct sit_mine_words mine = {0};
    struct sit_class_list classes;
    struct sit_error why;
    sit_class_list_default(&classes);
    const char *const wrong[] = {
        "woman", "=woman", "x=woman", "f=", "f=woman,", "f=woman,Woman", "f=a,,b"};
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(sit_mine_words_add(&mine, &classes, wrong[i], &why),
                         SIT_E_ARG);
        sit_mine_words_release(&mine);
    }
    assert_ok(sit_mine_words_add(&mine, &classes, "female=Woman,girl", err));
    assert_ok(sit_mine_words_add(&mine, &classes, "o=child", err));
    assert_ok(sit_mine_words_add(&mine, &classes, "f=lady", err));
    assert_int_equal(mine.n_groups, 2);
    assert_int_equal(mine.n, 4);
    assert_string_equal(mine.items[0].lemma, "woman");
    assert_int_equal(mine.items[3].group, 0);
    sit_mine_words_release(&mine);
}

/*
 * Mode files
 */

static enum sit_status open_mode(const char *dir, const char *mode,
                                 struct apertium *apertium, struct sit_error *why)
{
    struct sit_buf path = {0};
    sit_buf_appendf(&path, "%s/modes", dir);
    assert_ok(sit_file_make_dir(path.data, err));
    sit_buf_append_text(&path, "/eng-xyz.mode");
    assert_ok(sit_file_write_atomic(path.data, mode, strlen(mode), err));
    sit_buf_release(&path);
    return apertium_open("eng-xyz", dir, apertium, why);
}

static void test_modes(void **state)
{
    (void)state;
    char *dir = test_make_dir();
    struct apertium apertium = {0};
    struct sit_error why;
    struct sit_buf path = {0};
    sit_buf_appendf(&path, "%s/apertium-x y", dir);
    assert_ok(sit_file_make_dir(path.data, err));
    sit_buf_append_text(&path, "/a.bin");
    assert_ok(sit_file_write_atomic(path.data, "x", 1, err));
    assert_ok(
        open_mode(dir,
                  "lt-proc -w '/else/where/apertium-x y/a.bin' | cg-proc -n -1 -w "
                  "'/else/apertium-x y/a.bin'|apertium-tagger -gx $2 "
                  "'/else/apertium-x y/a.bin' | rm -rf '/'",
                  &apertium, err));
    assert_int_equal(apertium.n_stages, 3);
    assert_string_equal(apertium.stages[0].argv[2], path.data);
    assert_int_equal(apertium.stages[1].n, 3);
    assert_string_equal(apertium.stages[2].argv[1], "-pf");
    assert_string_equal(apertium.stages[2].argv[2], "-gx");
    assert_int_equal(apertium.stages[2].n, 4);
    assert_true(apertium_is_english(&apertium));
    apertium_release(&apertium);
    const char *const wrong[] = {"", "rm -rf '/'", "lt-proc -w | lt-proc -b x",
                                 "/tmp/lt-proc | apertium-tagger", "| | |"};
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(open_mode(dir, wrong[i], &apertium, &why), SIT_E_FORMAT);
    assert_int_equal(
        open_mode(dir, "lt-proc '/no/such.bin' | apertium-tagger", &apertium, &why),
        SIT_E_NOT_FOUND);
    assert_non_null(strstr(why.message, "/no/such.bin"));
    assert_int_equal(apertium_open("eng-abc", dir, &apertium, &why), SIT_E_NOT_FOUND);
    assert_non_null(strstr(why.message, "Debian package apertium-eng-abc"));
    assert_int_equal(apertium_open("../eng", dir, &apertium, &why), SIT_E_ARG);
    sit_buf_release(&path);
    test_remove_dir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_escaping),      cmocka_unit_test(test_reading),
        cmocka_unit_test(test_malformed),     cmocka_unit_test(test_phrases),
        cmocka_unit_test(test_agreement),     cmocka_unit_test(test_hyphens),
        cmocka_unit_test(test_unknown_words), cmocka_unit_test(test_counts),
        cmocka_unit_test(test_categories),    cmocka_unit_test(test_class_words),
        cmocka_unit_test(test_modes),
    };
    struct sit_class_list classes;
    sit_text_init_locale();
    sit_class_list_default(&classes);
    if (sit_mine_words_add(&words, &classes, "f=woman,girl", NULL) != SIT_OK ||
        sit_mine_words_add(&words, &classes, "m=man", NULL) != SIT_OK)
        return 1;
    int n_failed = cmocka_run_group_tests(tests, NULL, NULL);
    sit_mine_words_release(&words);
    return n_failed;
}
