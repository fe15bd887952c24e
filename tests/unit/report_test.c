/*
 * The report on projects small enough to count by hand: every figure, what counts as
 * random, what is out-of-sample, and text that means harm.
 */
#include "train_support.h"

#include <math.h>

#include "sitter/report.h"

enum { MALE, FEMALE, OTHER };

static int64_t add_source(struct sit_project *project, const char *name)
{
    int64_t id;
    enum sit_split split;
    assert_ok(
        sit_project_add_source(project, name, false, SIT_TRAIN, &id, &split, err));
    return id;
}

static void set_facts(struct sit_project *project, const char *name, int year,
                      const char *const *keywords, size_t n_keywords)
{
    struct sit_source_facts facts = {.year = year,
                                     .decade = year / 10 * 10,
                                     .keywords = keywords,
                                     .n_keywords = n_keywords};
    assert_ok(sit_project_set_source_facts(project, name, &facts, err));
}

static int64_t add_face(struct sit_project *project, int64_t source, const char *name,
                        enum sit_split split)
{
    struct sit_new_face face = {.name = name,
                                .source_id = source,
                                .split = split,
                                .width_px = 1,
                                .height_px = 1,
                                .format = "other",
                                .bytes = name,
                                .n_bytes = strlen(name)};
    int64_t id;
    sit_sha256(name, strlen(name), face.sha256);
    assert_ok(sit_project_add_face(project, &face, &id, err));
    return id;
}

static void label(struct sit_project *project, int64_t face, sit_class_index k,
                  const char *queue)
{
    int64_t annotator, id;
    assert_ok(sit_project_annotator(project, "ann", &annotator, err));
    struct sit_event event = {.face_id = face,
                              .annotator_id = annotator,
                              .class_index = k,
                              .at_ms = 1,
                              .spent_ms = -1,
                              .suggested = SIT_NO_CLASS,
                              .queue = queue};
    assert_ok(sit_project_append_event(project, &event, &id, err));
}

static void add_labelled(struct sit_project *project, int64_t source, const char *name,
                         sit_class_index k)
{
    label(project, add_face(project, source, name, SIT_TRAIN), k, NULL);
}

static void add_poster(struct sit_project *project, const char *name)
{
    struct sit_new_poster poster = {
        .name = name, .path = name, .n_bytes = 1, .width_px = 1, .height_px = 1};
    int64_t id;
    poster.parameters = "{}";
    assert_ok(sit_project_add_poster(project, &poster, &id, err));
}

/* Two men; a woman; a mixed one with no person beside; no person; no face, told of by
 * the metadata and searched; no face, searched. */
static struct sit_project *make_six_posters(const char *path)
{
    static const char *const both[] = {"war", "peace", "war"};
    static const char *const war[] = {"war"}, *const peace[] = {"peace"};
    struct sit_project *project = new_project(path);
    assert_ok(sit_project_begin(project, err));
    int64_t s = add_source(project, "s1");
    add_labelled(project, s, "s1_0", MALE);
    add_labelled(project, s, "s1_1", MALE);
    set_facts(project, "s1", 1953, both, 3);
    add_labelled(project, add_source(project, "s2"), "s2_0", FEMALE);
    set_facts(project, "s2", 1958, war, 1);
    s = add_source(project, "s3");
    add_labelled(project, s, "s3_0", MALE);
    add_labelled(project, s, "s3_1", FEMALE);
    add_labelled(project, s, "s3_2", OTHER);
    set_facts(project, "s3", 1961, peace, 1);
    add_labelled(project, add_source(project, "s4"), "s4_0", OTHER);
    assert_ok(sit_project_add_empty_source(project, "s5", err));
    set_facts(project, "s5", 1965, peace, 1);
    add_poster(project, "s5");
    add_poster(project, "empty");
    assert_ok(sit_project_commit(project, err));
    return project;
}

static struct sit_report *compute(struct sit_project *project,
                                  struct sit_report_options options)
{
    struct sit_report *report = NULL;
    options.n_keyword_posters = 1;
    assert_ok(sit_report_compute(project, &options, NULL, &report, err));
    return report;
}

static const struct sit_report_row *row_of(const struct sit_report *report,
                                           const char *table, const char *name,
                                           const char *second)
{
    const struct sit_report_table *t = sit_report_find_table(report, table);
    if (t == NULL)
        fail_msg("no table %s", table);
    for (size_t i = 0; i < t->n_rows; i++)
        if (strcmp(t->rows[i].label, name) == 0 &&
            (second == NULL || strcmp(t->rows[i].label2, second) == 0))
            return &t->rows[i];
    fail_msg("table %s has no row %s", table, name);
    return NULL;
}

static void assert_share(const struct sit_report *report, const char *table,
                         const char *name, size_t column, size_t k, size_t n)
{
    const struct sit_figure *figure =
        &row_of(report, table, name, NULL)->figures[column];
    assert_int_equal(figure->kind, SIT_FIGURE_SHARE);
    assert_int_equal((size_t)figure->count, k);
    assert_int_equal(figure->n, n);
    if (n > 0)
        assert_true(fabs(figure->estimate - (double)k / (double)n) < 1e-12);
}

/* Posters, faces, and the share of women. */
static void assert_group(const struct sit_report *report, const char *table,
                         const char *name, size_t n_posters, size_t n_faces, size_t k,
                         size_t n)
{
    const struct sit_report_row *row = row_of(report, table, name, NULL);
    assert_int_equal((size_t)row->figures[0].count, n_posters);
    assert_int_equal((size_t)row->figures[1].count, n_faces);
    assert_int_equal(row->n_faces, n_faces);
    assert_share(report, table, name, 2, k, n);
}

static void counts_by_hand(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = make_six_posters(f->path);
    struct sit_report *report = compute(project, (struct sit_report_options){0});
    assert_int_equal(report->share_class, FEMALE);
    assert_int_equal(report->n_posters, 6);
    assert_int_equal(report->n_posters_with_faces, 4);
    assert_int_equal(report->n_posters_searched, 2);
    assert_int_equal(report->first_year, 1953);
    assert_int_equal(report->last_year, 1965);

    assert_share(report, "faces", "male", 0, 3, 5);
    assert_share(report, "faces", "female", 0, 2, 5);
    assert_share(report, "faces", "other", 0, 2, 7);
    assert_share(report, "posters", "only male", 0, 1, 4);
    assert_share(report, "posters", "only female", 0, 1, 4);
    assert_share(report, "posters", "mixed", 0, 1, 4);
    assert_share(report, "posters", "no people", 0, 1, 4);
    assert_int_equal(row_of(report, "posters", "no face", NULL)->figures[0].kind,
                     SIT_FIGURE_COUNT);
    assert_true(row_of(report, "posters", "no face", NULL)->figures[0].count == 2);
    assert_share(report, "mixed", "female", 0, 1, 2);

    assert_group(report, "decade", "1950s", 2, 3, 1, 3);
    assert_group(report, "decade", "1960s", 2, 3, 1, 2);
    assert_group(report, "decade", "unknown", 2, 1, 0, 0);
    assert_true(row_of(report, "decade", "unknown", NULL)->unknown);
    assert_true(row_of(report, "decade", "1950s", NULL)->x == 1954.5);
    assert_group(report, "year", "1965", 1, 0, 0, 0);

    const struct sit_report_table *keywords = sit_report_find_table(report, "keywords");
    assert_int_equal(keywords->n_rows, 2);
    assert_string_equal(keywords->rows[0].label, "peace");
    assert_share(report, "keywords", "peace", 0, 3, 4);
    assert_share(report, "keywords", "war", 0, 2, 4);
    assert_group(report, "keyword_share", "peace", 3, 5, 1, 4);
    assert_group(report, "keyword_share", "war", 2, 3, 1, 3);
    assert_string_equal(sit_report_find_table(report, "keyword_share")->rows[0].label,
                        "war");
    const struct sit_report_table *shares = sit_report_find_table(report,
                                                                  "keyword_share");
    for (size_t c = 0; c < shares->n_columns; c++)
        if (strcmp(shares->columns[c].id, "difference") == 0)
            assert_true(isnan(shares->rows[0].figures[c].count));
    assert_true(report->method.counted);
    assert_non_null(strstr(report->method.citation, "40.0 % are female"));
    assert_non_null(strstr(report->method.citation, "labelled by 1 annotator ("));
    sit_report_free(report);
    sit_project_close(project);
}

static void crosses_any_two_fields(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = make_six_posters(f->path);
    struct sit_report_options options = {.by = {{{"decade", "keyword"}},
                                                {{"class", "decade"}},
                                                {{"label", NULL}},
                                                {{"source", NULL}}},
                                         .n_by = 4,
                                         .share = "m"};
    struct sit_report *report = compute(project, options);
    const struct sit_report_row *row = row_of(report, "by_decade_keyword", "1950s",
                                              "war");
    assert_int_equal((size_t)row->figures[0].count, 2);
    assert_int_equal((size_t)row->figures[2].count, 2);
    assert_int_equal(row->figures[2].n, 3);
    row = row_of(report, "by_decade_keyword", "1960s", "peace");
    assert_int_equal((size_t)row->figures[0].count, 2);
    assert_int_equal(row->figures[2].n, 2);
    assert_int_equal(sit_report_find_table(report, "by_decade_keyword")->n_rows, 3);
    row = row_of(report, "by_class_decade", "other", "1960s");
    assert_int_equal((size_t)row->figures[2].count, 1);
    assert_int_equal(row->figures[2].n, 3);
    assert_int_equal(row->n_faces, 1);
    assert_string_equal(report->faces[row->faces[0]].name, "s3_2");
    assert_group(report, "by_label", "ann", 4, 7, 3, 5);
    assert_group(report, "by_source", "s3", 1, 3, 1, 2);
    sit_report_free(report);
    sit_project_close(project);
}

static void says_what_it_cannot(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    struct sit_report *report = NULL;
    struct sit_report_options options = {0};
    struct sit_error err = {0};
    assert_int_equal(sit_report_compute(project, &options, NULL, &report, &err),
                     SIT_E_NOT_FOUND);
    assert_non_null(strstr(err.message, "neither labels nor predictions"));
    sit_project_close(project);
    unlink(f->path);
    project = make_six_posters(f->path);
    options.share = "unicorn";
    assert_int_equal(sit_report_compute(project, &options, NULL, &report, &err),
                     SIT_E_ARG);
    options.share = "other";
    assert_int_equal(sit_report_compute(project, &options, NULL, &report, &err),
                     SIT_E_ARG);
    options = (struct sit_report_options){.by = {{{"colour", NULL}}}, .n_by = 1};
    assert_int_equal(sit_report_compute(project, &options, NULL, &report, &err),
                     SIT_E_ARG);
    assert_non_null(strstr(err.message, "no field 'colour'"));
    options = (struct sit_report_options){.model_id = 7};
    assert_int_equal(sit_report_compute(project, &options, NULL, &report, &err),
                     SIT_E_NOT_FOUND);
    assert_null(report);
    sit_project_close(project);
}

static void knows_which_labels_are_random(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = new_project(f->path);
    assert_ok(sit_project_begin(project, err));
    int64_t s = add_source(project, "s");
    label(project, add_face(project, s, "chosen", SIT_TRAIN), MALE, "margin");
    label(project, add_face(project, s, "drawn", SIT_TRAIN), MALE, "random");
    label(project, add_face(project, s, "test", SIT_TEST), FEMALE, NULL);
    add_face(project, s, "none", SIT_TRAIN);
    assert_ok(sit_project_commit(project, err));
    struct sit_report *report = compute(project, (struct sit_report_options){0});
    static const uint8_t random[] = {0, 1, 1, 0};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(report->faces[i].random, random[i]);
    const struct sit_figure *female = &report->tables[0].rows[FEMALE].figures[0];
    assert_int_equal(female->n, 3);
    assert_int_equal(female->n_random, 2);
    assert_true(female->few);
    assert_true(fabs(female->raw - 1.0 / 3) < 1e-12);
    assert_true(fabs(female->estimate - 0.5) < 1e-12);
    assert_int_equal(report->method.n_not_random, 1);
    sit_report_free(report);

    /* With the last one labelled everything is counted, whoever chose it. */
    assert_ok(sit_project_begin(project, err));
    label(project, 4, FEMALE, "margin");
    assert_ok(sit_project_commit(project, err));
    report = compute(project, (struct sit_report_options){0});
    assert_true(report->method.counted);
    assert_int_equal(report->method.n_random, 4);
    assert_true(fabs(report->tables[0].rows[FEMALE].figures[0].estimate - 0.5) < 1e-12);
    sit_report_free(report);
    sit_project_close(project);
}

static void tells_of_agreement(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = make_six_posters(f->path);
    int64_t other, id;
    assert_ok(sit_project_begin(project, err));
    assert_ok(sit_project_annotator(project, "other", &other, err));
    for (int64_t face = 1; face <= 4; face++) {
        struct sit_event event = {.face_id = face,
                                  .annotator_id = other,
                                  .class_index = FEMALE,
                                  .blind = true,
                                  .at_ms = 2,
                                  .spent_ms = -1,
                                  .suggested = SIT_NO_CLASS};
        assert_ok(sit_project_append_event(project, &event, &id, err));
    }
    assert_ok(sit_project_commit(project, err));
    /* m m f m against f f f f: three disputed faces have no label. */
    struct sit_report *report = compute(project, (struct sit_report_options){0});
    assert_true(report->method.agreement.known);
    assert_int_equal(report->method.agreement.n_faces, 4);
    assert_true(fabs(report->method.agreement.percent - 0.25) < 1e-12);
    assert_int_equal(report->method.n_labels, 4);
    const struct sit_figure *female = &report->tables[0].rows[FEMALE].figures[0];
    assert_int_equal(female->n, 2);
    assert_true(female->count == 2);
    assert_true(isnan(female->estimate)); /* none of them drawn at random */
    sit_report_free(report);
    sit_project_close(project);
}

static void predictions_are_out_of_sample(void **state)
{
    struct train_fixture *f = *state;
    struct sit_train_options options = logistic(10);
    struct sit_evaluation e, cv;
    int64_t model;
    size_t n, n_right[2] = {0, 0}, n_faces[2] = {0, 0};
    assert_ok(sit_train(f->project, &options, NULL, NULL, &e, NULL, err));
    assert_ok(sit_predict(f->project, 0, NULL, &model, &n, err));
    assert_ok(sit_evaluate(f->project, 0, SIT_EVALUATE_CV, NULL, &cv, err));
    struct sit_report *report = compute(f->project, (struct sit_report_options){0});
    for (size_t i = 0; i < report->n_faces; i++) {
        const struct sit_report_face *face = &report->faces[i];
        n_faces[face->split]++;
        n_right[face->split] += face->predicted == face->label;
    }
    assert_int_equal(n_faces[SIT_TRAIN], cv.metrics.n);
    assert_int_equal(n_right[SIT_TRAIN], cv.metrics.n_correct);
    assert_int_equal(n_right[SIT_TEST], e.metrics.n_correct);
    assert_int_equal(report->method.n_out_of_fold, n_faces[SIT_TRAIN]);
    assert_int_equal(report->method.test.metrics.n_correct, e.metrics.n_correct);
    assert_int_equal(report->method.calibration.n, N_FACES);
    assert_int_equal(report->method.calibration.n_correct,
                     e.metrics.n_correct + cv.metrics.n_correct);
    sit_report_free(report);
}

/* Labels on the test side alone would leave nothing to train on; so the train labels
 * were taken back after the training. */
static void without_labels_it_is_model_based(void **state)
{
    struct train_fixture *f = *state;
    struct sit_train_options options = logistic(1);
    struct sit_evaluation e;
    int64_t model;
    size_t n;
    assert_ok(sit_train(f->project, &options, NULL, NULL, &e, NULL, err));
    assert_ok(sit_predict(f->project, 0, NULL, &model, &n, err));
    sit_project_close(f->project);
    free(query_text(f->base.path, "DELETE FROM label_now"));
    f->project = open_project(f->base.path, SIT_PROJECT_WRITE);
    struct sit_report *report = compute(f->project, (struct sit_report_options){0});
    const struct sit_figure *female = &report->tables[0].rows[FEMALE].figures[0];
    assert_true(female->model_based && female->few);
    assert_int_equal(female->n_predicted, N_FACES);
    assert_int_equal(female->n_random, 0);
    assert_true(female->low <= female->estimate && female->estimate <= female->high);
    assert_false(report->method.test.has_metrics);
    sit_report_free(report);
}

static void hostile_text_stays_text(void **state)
{
    struct fixture *f = *state;
    static const char *const keywords[] = {"=1+1\x1b[31m", "a,\"b\"\r\nc"};
    struct sit_project *project = make_six_posters(f->path);
    struct sit_source_field field = {"../e\nvil", "@x"};
    struct sit_source_facts facts = {.title = "\x1b]0;t\x07",
                                     .keywords = keywords,
                                     .n_keywords = 2,
                                     .fields = &field,
                                     .n_fields = 1};
    assert_ok(sit_project_begin(project, err));
    assert_ok(sit_project_set_source_facts(project, "s1", &facts, err));
    assert_ok(sit_project_commit(project, err));
    struct sit_report_options options = {.by = {{{"../e\nvil", "keyword"}}}, .n_by = 1};
    struct sit_report *report = compute(project, options);
    char *dir = in_dir(f->dir, "csv"), *path = in_dir(dir, "keyword_share.csv");
    assert_ok(sit_report_write_csv(report, dir, err));
    struct sit_buf text = {0};
    assert_ok(sit_file_read(path, 1 << 20, &text, err));
    assert_non_null(strstr(text.data, "\n'=1+1\x1b[31m,"));
    assert_non_null(strstr(text.data, "\n\"a,\"\"b\"\"\r\nc\","));
    free(path);
    path = in_dir(dir, "by____e_vil_keyword.csv");
    sit_buf_reset(&text);
    assert_ok(sit_file_read(path, 1 << 20, &text, err));
    assert_non_null(strstr(text.data, "\n'@x,'=1+1"));
    sit_buf_release(&text);
    free(path);

    /* All files or none: a folder is in the way of one. */
    char *state_before, *state_after;
    path = in_dir(dir, "posters.csv");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    state_before = folder_state(dir);
    struct sit_report *other = compute(project,
                                       (struct sit_report_options){.share = "m"});
    assert_int_not_equal(sit_report_write_csv(other, dir, NULL), SIT_OK);
    state_after = folder_state(dir);
    assert_string_equal(state_after, state_before);
    free(state_before);
    free(state_after);
    free(path);
    free(dir);
    sit_report_free(other);
    sit_report_free(report);
    sit_project_close(project);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_fixture(counts_by_hand),
        with_fixture(crosses_any_two_fields),
        with_fixture(says_what_it_cannot),
        with_fixture(knows_which_labels_are_random),
        with_fixture(tells_of_agreement),
        with_fixture(hostile_text_stays_text),
        cmocka_unit_test_setup_teardown(predictions_are_out_of_sample, setup_whole,
                                        teardown),
        cmocka_unit_test_setup_teardown(without_labels_it_is_model_based, setup_whole,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
