/*
 * A report made by hand over a drawn collection: what pages are tested on, whatever the
 * figures are computed with.
 */
#ifndef REPORT_PROJECT_H
#define REPORT_PROJECT_H

#include "report_samples.h"
#include "sitter/demo_project.h"
#include "sitter/file.h"
#include "sitter/report.h"
#include "test_support.h"

struct sample_report {
    char *dir;
    struct sit_project *project;
    struct sit_face_table collection;
    struct sit_report report;
    struct sit_report_table tables[4];
    char *limits[2];
    struct sit_report_annotator annotator;
};

#define HOSTILE_TITLE                                                                  \
    "<script>alert(1)</script>\" onmouseover=\"x' & \033[2J\xff\xe2\x80\xae"           \
    "若い女性</bdi></style>"

/* Half are female, a fifth is labelled, some of them against the prediction. */
static inline void sample_faces(struct sample_report *sample)
{
    struct sit_report *report = &sample->report;
    const struct sit_face_table *collection = &sample->collection;
    report->n_faces = collection->n;
    report->faces = sit_calloc(collection->n, sizeof(struct sit_report_face));
    report->n_sources = collection->n_sources;
    report->sources = sit_calloc(collection->n_sources,
                                 sizeof(struct sit_report_source));
    for (size_t i = 0; i < collection->n; i++) {
        struct sit_report_face *face = &report->faces[i];
        float p = 0.5f + 0.5f * (float)(i * 7919 % 1000) / 1000;
        *face = (struct sit_report_face){.id = collection->id[i],
                                         .name = i == 5 ? HOSTILE_TITLE : "1_1.jpg",
                                         .source = collection->source[i],
                                         .split = collection->split[i],
                                         .label = SIT_NO_CLASS,
                                         .predicted = (sit_class_index)(i % 2),
                                         .p = p,
                                         .p_share = i % 2 ? p : 1 - p,
                                         .annotator = -1};
        if (i % 5 == 0)
            face->label = (sit_class_index)(i % 20 == 0 ? 1 - i % 2 : i % 2);
        face->class_index = face->label != SIT_NO_CLASS ? face->label : face->predicted;
    }
    for (size_t i = 0; i < report->n_sources; i++)
        report->sources[i] = (struct sit_report_source){
            .id = 1, .name = "1", .title = HOSTILE_TITLE, .year_text = "1986"};
}

static inline void sample_rows(struct sample_report *sample,
                               struct sit_report_table *table)
{
    for (size_t r = 0; r < table->n_rows; r++) {
        table->rows[r].faces = sit_calloc(sample->report.n_faces, sizeof(uint32_t));
        for (uint32_t i = 0; i < sample->report.n_faces; i++)
            if (i % table->n_rows == r)
                table->rows[r].faces[table->rows[r].n_faces++] = i;
    }
}

static inline void sample_method(struct sample_report *sample)
{
    struct sit_report_method *m = &sample->report.method;
    sample->annotator = (struct sit_report_annotator){
        .name = "an<b>n", .is_person = true, .n_labels = 60, .n_by_class = {30, 30}};
    sample->limits[0] = "A face is counted as <it> looks.";
    sample->limits[1] = "Posters are no census.";
    *m = (struct sit_report_method){
        .n_labels = 60,
        .n_labels_by_class = {{20, 20}, {10, 10}},
        .n_random = 60,
        .annotators = &sample->annotator,
        .n_annotators = 1,
        .agreement = {.known = true,
                      .n_annotators = 2,
                      .n_faces = 40,
                      .percent = 0.95,
                      .kappa = 0.9,
                      .alpha = NAN,
                      .ac1 = 0.91},
        .n_faces_by_split = {225, 75},
        .model_id = 1,
        .head = "logistic",
        .features = "hog<>",
        .dim = 324,
        .c = 0.01,
        .temperature = 1,
        .n_train = 40,
        .n_out_of_fold = 40,
        .has_calibration = true,
        .limits = sample->limits,
        .n_limits = 2,
        .citation = "Of 300 faces 42.0 % [38.0, 46.0] are female & so on <1>.",
    };
    m->test.has_metrics = true;
    struct sit_metrics *metrics = &m->test.metrics;
    *metrics = (struct sit_metrics){.n = 20,
                                    .n_classes = 2,
                                    .n_correct = 18,
                                    .accuracy = 0.9,
                                    .accuracy_low = 0.7,
                                    .accuracy_high = 0.97,
                                    .confusion = {{9, 1}, {1, 9}}};
    for (int k = 0; k < 2; k++) {
        m->test.classes[k] = sample->report.classes.items[k];
        metrics->classes[k].recall = 0.9;
        metrics->classes[k].recall_ci = (struct sit_interval){0.6, 0.98};
    }
    m->calibration = *metrics;
    for (int b = 0; b < SIT_METRICS_N_BINS; b++)
        m->calibration.bins[b] = (struct sit_reliability_bin){
            .n = b < 8 ? 0 : (size_t)(4 + b),
            .confidence = (b + 0.5) / 15,
            .accuracy = b == 14 ? 1 : 0.75};
}

static inline void sample_report_make(struct sample_report *sample, size_t n_faces)
{
    static const struct sample_row decades[] = {
        {"1950s", 1955, 0.10, 0.06, 0.16, false},
        {"1960s", 1965, 0.25, 0.18, 0.33, false},
        {"1970s", 1975, 0.50, 0.25, 0.75, true},
        {"1980s", 1985, 0.40, 0.31, 0.49, false},
    };
    static const struct sample_row keywords[] = {
        {"\"onmouseover=alert(1) <img src=x>", NAN, 0.10, 0.06, 0.16, false},
        {"年代の若い女性と子供たち、農業", NAN, 0.25, 0.18, 0.33, true},
        {"\xd8\xb9\xd8\xb1\xd8\xa8\xd9\x8a 12", NAN, 0.4, 0.3, 0.5, false},
    };
    static const struct sit_demo_options options = {.seed = 1};
    *sample = (struct sample_report){.dir = test_make_dir()};
    struct sit_demo_options demo = options;
    demo.n_faces = n_faces;
    size_t n;
    char *dir = sit_file_join(sample->dir, "demo");
    char *db = sit_file_join(dir, "sitter.db");
    assert_ok(sit_demo_make(dir, &demo, NULL, NULL, &n, err));
    assert_ok(sit_project_open(db, SIT_PROJECT_READ, &sample->project, err));
    assert_ok(sit_face_table_load(sample->project, 0, &sample->collection, err));
    free(dir);
    free(db);
    struct sit_report *report = &sample->report;
    sit_class_list_default(&report->classes);
    report->project_path = "/tmp/<b>&project\033.db";
    report->version = "0.1.0";
    report->made_at_ms = 1700000000000;
    report->n_posters = 120;
    report->n_posters_with_faces = 110;
    report->first_year = 1952;
    report->last_year = 1989;
    report->share_class = 1;
    sample_faces(sample);
    sample->tables[0] = sample_table(SIT_CHART_LINE, decades, 4);
    sample->tables[1] = sample_table(SIT_CHART_BARS, keywords, 3);
    sample->tables[2] = sample_table(SIT_CHART_NONE, decades, 4);
    sample->tables[2].unit = "poster";
    free(sample->tables[1].title);
    sample->tables[1].title = sit_strdup("Faces by keyword " HOSTILE_TITLE);
    report->tables = sample->tables;
    report->n_tables = 3;
    for (size_t t = 0; t < report->n_tables; t++)
        sample_rows(sample, &sample->tables[t]);
    sample_method(sample);
}

static inline void sample_report_release(struct sample_report *sample)
{
    for (size_t t = 0; t < sample->report.n_tables; t++)
        sample_table_release(&sample->tables[t]);
    free(sample->report.faces);
    free(sample->report.sources);
    sit_face_table_release(&sample->collection);
    sit_project_close(sample->project);
    test_remove_dir(sample->dir);
}

#endif
