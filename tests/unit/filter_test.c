/*
 * Filters: how they are read, what errors say, which faces match.
 */
#include "project_support.h"

#include "sitter/filter.h"
#include "sitter/labels.h"

static struct sit_filter_terms parse(const char *text)
{
    struct sit_filter_terms terms;
    assert_ok(sit_filter_parse(text, &terms, err));
    return terms;
}

static void test_terms(void **state)
{
    (void)state;
    struct sit_filter_terms t = parse("  source~1327 label=f p<0.6\tbookmarked ");
    assert_int_equal(t.n, 4);
    assert_int_equal(t.items[0].field, SIT_FILTER_SOURCE);
    assert_int_equal(t.items[0].op, SIT_FILTER_CONTAINS);
    assert_string_equal(t.items[0].text, "1327");
    assert_int_equal(t.items[0].position, 3);
    assert_int_equal(t.items[1].field, SIT_FILTER_LABEL);
    assert_string_equal(t.items[1].text, "f");
    assert_int_equal(t.items[2].op, SIT_FILTER_BELOW);
    assert_true(t.items[2].number > 0.5999 && t.items[2].number < 0.6001);
    assert_int_equal(t.items[3].field, SIT_FILTER_BOOKMARKED);
    assert_int_equal(t.items[3].op, SIT_FILTER_HOLDS);
    t = parse(
        "!title~\"a \\\"b\\\" c\" -Year>=1950 decade=1970s keyword!=war !label!=m");
    assert_true(t.items[0].negated);
    assert_string_equal(t.items[0].text, "a \"b\" c");
    assert_true(t.items[1].negated);
    assert_int_equal(t.items[1].op, SIT_FILTER_AT_LEAST);
    assert_int_equal((int)t.items[1].number, 1950);
    assert_int_equal((int)t.items[2].number, 1970);
    assert_true(t.items[3].negated);
    assert_false(t.items[4].negated); /* twice is not at all */
    assert_int_equal(parse("").n, 0);
    assert_int_equal(parse(" \t ").n, 0);
    assert_int_equal((int)parse("decade=1974").items[0].number, 1970);
}

static void assert_wrong(const char *text, const char *message)
{
    struct sit_filter_terms terms = {.n = 99};
    struct sit_error cause = {0};
    assert_int_equal(sit_filter_parse(text, &terms, &cause), SIT_E_ARG);
    assert_string_equal(cause.message, message);
    assert_int_equal(terms.n, 99);
}

static void test_errors_say_where_and_what(void **state)
{
    (void)state;
    assert_wrong("label=m colour=red",
                 "filter, character 9: no field 'colour' (source, name, title, artist, "
                 "keyword, about, year, decade, label, predicted, p, split, annotator, "
                 "bookmarked, commented, comment, disputed)");
    assert_wrong("label", "filter, character 6: label is followed by =");
    assert_wrong("label~m", "filter, character 6: label is followed by =");
    assert_wrong("p=0.5", "filter, character 2: p is followed by <, >, <= or >=");
    assert_wrong("p<60", "filter, character 3: a probability is missing, such as 0.6");
    assert_wrong("p<", "filter, character 3: the value is missing");
    assert_wrong("p<nan", "filter, character 3: a probability is missing, such as 0.6");
    assert_wrong("year=1e3", "filter, character 6: a year is missing, such as 1974");
    assert_wrong("bookmarked=1", "filter, character 11: bookmarked stands alone");
    assert_wrong("title~\"x", "filter, character 7: the \" has no second one");
    assert_wrong("title~\"x\"y",
                 "filter, character 10: a blank is missing after the \"");
    assert_wrong("about=x", "filter, character 6: about is followed by ~ (contains)");
    char many[600] = "";
    for (int i = 0; i <= SIT_FILTER_MAX_TERMS; i++)
        strcat(many, "p<1 ");
    assert_wrong(many, "filter, character 97: there are too many terms");
    char longer[300] = "title~";
    memset(longer + 6, 'x', 200);
    assert_wrong(longer, "filter, character 7: the value is too long");
}

/* 12 faces of 6 sources; train but for those of the sources 0 and 4. */
struct collection {
    struct sit_project *project;
    struct sit_labels *labels;
    const struct sit_face_table *table;
};

static void set_facts(struct sit_project *project, const char *source, int year,
                      const char *title, const char *keyword)
{
    struct sit_source_facts facts = {.title = title,
                                     .artist = "Kim 50%_",
                                     .description = "A miner",
                                     .year = year,
                                     .decade = year / 10 * 10,
                                     .keywords = &keyword,
                                     .n_keywords = 1};
    assert_ok(sit_project_set_source_facts(project, source, &facts, err));
}

static struct collection make(const struct fixture *f)
{
    struct collection c = {.project = new_project(f->path)};
    add_faces(c.project, 0, 12);
    assert_ok(sit_project_begin(c.project, err));
    set_facts(c.project, "f0001", 1974, "More coal", "mining");
    set_facts(c.project, "f0002", 1979, "Songun", "army");
    set_facts(c.project, "f0003", 1980, "COAL", "Mining; steel");
    assert_ok(sit_project_commit(c.project, err));
    assert_ok(sit_labels_open(c.project, "ann", &c.labels, err));
    c.table = sit_labels_table(c.labels);
    struct sit_label_note note = {.spent_ms = -1, .suggested = SIT_NO_CLASS};
    assert_ok(sit_labels_set(c.labels, 2, 0, &note, err));
    assert_ok(sit_labels_set(c.labels, 3, 1, &note, err));
    assert_ok(sit_labels_set(c.labels, 8, 1, &note, err));
    return c;
}

static void release(struct collection *c)
{
    sit_labels_free(c->labels);
    sit_project_close(c->project);
}

/* The faces that match, as "2 3 8". */
static void assert_matches(struct collection *c, const char *text, const char *expected)
{
    struct sit_filter_terms terms = parse(text);
    struct sit_filter *filter = NULL;
    struct sit_buf got = {0};
    size_t n = 0;
    assert_ok(sit_filter_new(c->project, c->table, &terms, &filter, err));
    for (size_t i = 0; i < c->table->n; i++) {
        if (!sit_filter_matches(filter, c->table, i, SIT_NO_CLASS, 0.0))
            continue;
        sit_buf_appendf(&got, "%s%zu", n > 0 ? " " : "", i);
        n++;
    }
    assert_string_equal(sit_buf_text(&got), expected);
    assert_int_equal(sit_filter_count(filter, c->table), n);
    sit_buf_release(&got);
    sit_filter_free(filter);
}

static void test_what_the_file_knows(void **state)
{
    struct collection c = make(*state);
    assert_matches(&c, "", "0 1 2 3 4 5 6 7 8 9 10 11");
    assert_matches(&c, "source~0003", "6 7");
    assert_matches(&c, "source=f000", "");
    assert_matches(&c, "source=F0005", "10 11");
    assert_matches(&c, "name~_1.JPG source~f0001", "3");
    assert_matches(&c, "name=f0002_0.jpg", "4");
    assert_matches(&c, "title~coal", "2 3 6 7");
    assert_matches(&c, "title=coal", "6 7");
    assert_matches(&c, "-title~coal", "0 1 4 5 8 9 10 11");
    assert_matches(&c, "artist~%_", "2 3 4 5 6 7"); /* no wildcards */
    assert_matches(&c, "artist~_50", "");
    assert_matches(&c, "keyword=mining", "2 3");
    assert_matches(&c, "keyword~MINING", "2 3 6 7");
    assert_matches(&c, "about~\"a miner\" !keyword=army", "2 3 6 7");
    assert_matches(&c, "year=1974", "2 3");
    assert_matches(&c, "year>1974", "4 5 6 7");
    assert_matches(&c, "year>=1974 year<=1979", "2 3 4 5");
    assert_matches(&c, "year<1980", "2 3 4 5"); /* unknown is not below */
    assert_matches(&c, "decade=1970s", "2 3 4 5");
    assert_matches(&c, "decade>=1980", "6 7");
    assert_matches(&c, "decade<=1975", "2 3 4 5");
    assert_matches(&c, "decade>1970s", "6 7");
    release(&c);
}

static void test_labels_as_they_are_now(void **state)
{
    struct collection c = make(*state);
    assert_matches(&c, "label=m", "2");
    assert_matches(&c, "label=Female", "3 8");
    assert_matches(&c, "label!=f", "0 1 2 4 5 6 7 9 10 11");
    assert_matches(&c, "label=none split=train", "4 5 6 7 10 11");
    assert_matches(&c, "split=test label=none", "0 1 9");
    struct sit_filter_terms terms = parse("label=none source~0002");
    struct sit_filter *filter = NULL;
    struct sit_label_note note = {.spent_ms = -1, .suggested = SIT_NO_CLASS};
    assert_ok(sit_filter_new(c.project, c.table, &terms, &filter, err));
    assert_true(sit_filter_matches(filter, c.table, 4, SIT_NO_CLASS, 0.0));
    assert_ok(sit_labels_set(c.labels, 4, 2, &note, err));
    assert_false(sit_filter_matches(filter, c.table, 4, SIT_NO_CLASS, 0.0));
    assert_false(sit_filter_matches(filter, c.table, 12, SIT_NO_CLASS, 0.0));
    sit_filter_free(filter);

    static const struct {
        const char *text, *message;
    } wrong[] = {
        {"p<1 label=x",
         "filter, character 5: no class 'x' (m male, f female, o other, none)"},
        {"split=dev", "filter, character 1: no split 'dev' (train, test)"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct sit_error cause = {0};
        terms = parse(wrong[i].text);
        filter = NULL;
        assert_int_equal(sit_filter_new(c.project, c.table, &terms, &filter, &cause),
                         SIT_E_ARG);
        assert_null(filter);
        assert_string_equal(cause.message, wrong[i].message);
    }
    release(&c);
}

static void store_predictions(struct collection *c)
{
    struct sit_model model = {.head = "logistic",
                              .n_classes = 2,
                              .classes = {0, 1},
                              .options = "{}",
                              .report = "{}"};
    assert_ok(sit_project_begin_feature_set(c->project, "set", 1, "npy", "{}",
                                            &model.feature_set_id, err));
    assert_ok(sit_project_begin(c->project, err));
    assert_ok(sit_project_add_model(c->project, &model, "x", 1, &model.id, err));
    for (size_t i = 0; i < 11; i++) { /* face 11 has none */
        float p[2] = {0.05F * (float)i, 1.0F - 0.05F * (float)i};
        assert_ok(
            sit_project_put_prediction(c->project, &model, c->table->id[i], p, err));
    }
    assert_ok(sit_project_commit(c->project, err));
}

static void label_as(struct collection *c, const char *annotator, size_t index,
                     sit_class_index class_index)
{
    struct sit_labels *labels = NULL;
    struct sit_label_note note = {.spent_ms = -1, .suggested = SIT_NO_CLASS};
    struct sit_project *project = open_project(sit_project_path(c->project),
                                               SIT_PROJECT_WRITE);
    assert_ok(sit_labels_open(project, annotator, &labels, err));
    assert_ok(sit_labels_set(labels, index, class_index, &note, err));
    sit_labels_free(labels);
    sit_project_close(project);
}

static void test_annotators_and_remarks(void **state)
{
    struct collection c = make(*state);
    label_as(&c, "Bob B", 2, 1); /* ann says male */
    label_as(&c, "Bob B", 5, 0);
    assert_ok(sit_labels_refresh(c.labels, NULL, err));
    assert_matches(&c, "annotator=\"bob b\"", "2 5");
    assert_matches(&c, "annotator=ann", "2 3 8");
    assert_matches(&c, "annotator!=ann annotator=\"Bob B\"", "5");
    assert_matches(&c, "annotator=nobody", "");
    assert_matches(&c, "disputed", "2");
    assert_matches(&c, "!disputed label!=none", "3 5 8");
    assert_matches(&c, "bookmarked", "");
    assert_ok(sit_labels_set_bookmark(c.labels, 7, true, err));
    assert_matches(&c, "bookmarked", "7");
    assert_ok(sit_labels_set_bookmark(c.labels, 7, false, err));
    assert_matches(&c, "bookmarked", "");
    assert_ok(sit_labels_set_comment(c.labels, 4, "a Hat, 100%", err));
    assert_ok(sit_labels_set_comment(c.labels, 6, "gone", err));
    struct sit_filter_terms terms = parse("commented");
    struct sit_filter *filter = NULL;
    assert_ok(sit_filter_new(c.project, c.table, &terms, &filter, err));
    assert_int_equal(sit_filter_count(filter, c.table), 2);
    assert_ok(sit_labels_set_comment(c.labels, 6, "", err));
    assert_ok(sit_filter_renew(filter, c.project, c.table, 6, err));
    assert_int_equal(sit_filter_count(filter, c.table), 1);
    sit_filter_free(filter);
    assert_matches(&c, "commented", "4");
    assert_matches(&c, "comment~hat", "4");
    assert_matches(&c, "comment!~hat source~2", "5");
    assert_matches(&c, "comment~%%", "");
    release(&c);
}

/* Of unlabelled test faces (0, 1, 9) nothing is said about predictions. */
static void test_predictions(void **state)
{
    struct collection c = make(*state);
    assert_matches(&c, "p<0.9", "");
    store_predictions(&c);
    assert_matches(&c, "p>0.799", "2 3 4");
    assert_matches(&c, "p<=0.601", "8 10");
    assert_matches(&c, "!p<0.69", "2 3 4 5 6 11");
    assert_matches(&c, "predicted=f p<0.69", "7 8");
    assert_matches(&c, "predicted=none", "11");
    assert_matches(&c, "!predicted=f", "10 11");
    struct sit_filter_terms terms = parse("predicted=m p>0.9");
    struct sit_filter *filter = NULL;
    assert_ok(sit_filter_new(c.project, c.table, &terms, &filter, err));
    assert_true(sit_filter_needs_prediction(filter));
    assert_true(sit_filter_matches(filter, c.table, 5, 0, 0.95)); /* what is shown */
    assert_false(sit_filter_matches(filter, c.table, 5, 0, 0.85));
    assert_false(sit_filter_matches(filter, c.table, 0, 0, 0.95));
    sit_filter_free(filter);
    release(&c);
}

static void test_renewing(void **state)
{
    struct collection c = make(*state);
    struct sit_filter_terms terms = parse("title~steel !year=1990");
    struct sit_filter *filter = NULL;
    assert_ok(sit_filter_new(c.project, c.table, &terms, &filter, err));
    assert_int_equal(sit_filter_count(filter, c.table), 0);
    assert_ok(sit_project_begin(c.project, err));
    set_facts(c.project, "f0004", 1991, "Steel", "x");
    assert_ok(sit_project_commit(c.project, err));
    assert_ok(sit_filter_renew(filter, c.project, c.table, 9, err));
    assert_int_equal(sit_filter_count(filter, c.table), 1);
    assert_true(sit_filter_matches(filter, c.table, 9, SIT_NO_CLASS, 0.0));
    assert_ok(sit_filter_renew(filter, c.project, c.table, SIZE_MAX, err));
    assert_int_equal(sit_filter_count(filter, c.table), 2);
    assert_ok(sit_project_begin(c.project, err));
    set_facts(c.project, "f0004", 1990, "Steel", "x");
    assert_ok(sit_project_commit(c.project, err));
    assert_ok(sit_filter_renew(filter, c.project, c.table, 8, err));
    assert_int_equal(sit_filter_count(filter, c.table), 1);
    sit_filter_free(filter);
    sit_filter_free(NULL);
    release(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_terms),
        cmocka_unit_test(test_errors_say_where_and_what),
        with_fixture(test_what_the_file_knows),
        with_fixture(test_labels_as_they_are_now),
        with_fixture(test_annotators_and_remarks),
        with_fixture(test_predictions),
        with_fixture(test_renewing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
