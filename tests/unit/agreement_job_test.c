/*
 * Agreement of a project's annotators: whose labels count, pairs, retests and their
 * undo.
 */
#include "project_support.h"

#include <math.h>

#include "sitter/agreement_job.h"
#include "sitter/labels.h"

enum { N_FACES = 12, M = 0, F = 1, O = 2 };

static void label(struct sit_project *project, const char *who, const char *classes,
                  bool blind, const char *reason)
{
    struct sit_labels *labels = NULL;
    assert_ok(sit_labels_open(project, who, &labels, err));
    for (size_t i = 0; classes[i] != '\0'; i++) {
        struct sit_label_note note = {.spent_ms = -1,
                                      .suggested = SIT_NO_CLASS,
                                      .blind = blind,
                                      .reason = reason};
        const char *at = strchr("mfo", classes[i]);
        if (at != NULL)
            assert_ok(
                sit_labels_set(labels, i, (sit_class_index)(at - "mfo"), &note, err));
    }
    sit_labels_free(labels);
}

static struct sit_agreement_report run(struct sit_project *project, bool all_labels)
{
    struct sit_agreement_report report;
    assert_ok(sit_agreement_run(project, all_labels, 200, NULL, &report, err));
    return report;
}

static void test_nobody_and_one(void **state)
{
    struct fixture *fixture = *state;
    struct sit_project *project = new_project(fixture->path);
    add_faces(project, 0, N_FACES);
    struct sit_agreement_report report = run(project, false);
    assert_int_equal(report.n_annotators, 0);
    assert_false(report.has_all);
    label(project, "import", "mfmfmf", true, NULL);
    label(project, "ann", "mm", false, NULL);
    report = run(project, false);
    assert_int_equal(report.n_annotators, 1);
    assert_int_equal(report.annotators[0].n_labels, 2);
    assert_false(report.has_all);
    sit_agreement_report_release(&report);
    sit_project_close(project);
}

/* The first label of a face and the blind ones count; the others only if asked. */
static void test_whose_labels_count(void **state)
{
    struct fixture *fixture = *state;
    struct sit_project *project = new_project(fixture->path);
    add_faces(project, 0, N_FACES);
    label(project, "ann", "mmmmff", false, NULL);
    label(project, "bob", "mmffffmm", true, NULL);
    label(project, "cyd", "mfmfmfmfo", false, NULL); /* sees theirs */
    struct sit_agreement_report report = run(project, false);
    assert_int_equal(report.n_annotators, 3);
    assert_int_equal(report.annotators[0].n_labels, 6);
    assert_int_equal(report.annotators[1].n_labels, 8);
    assert_int_equal(report.annotators[2].n_labels, 3); /* 7 and 8: only bob's, blind */
    assert_int_equal(report.n_seen, 6);
    assert_int_equal(report.n_pairs, 3);
    const struct sit_agreement_pair *pair = &report.pairs[0]; /* ann, bob */
    assert_int_equal(pair->n_faces, 6);
    assert_int_equal(pair->counts[3 * M + M], 2);
    assert_int_equal(pair->counts[3 * M + F], 2);
    assert_int_equal(pair->counts[3 * F + F], 2);
    assert_true(fabs(pair->agreement.percent.value - 4.0 / 6) < 1e-12);
    /* (2/3 - 1/3 - 1/9 ...): 4/6 seen, (4/6)(2/6) + (2/6)(4/6) by chance */
    assert_true(fabs(pair->agreement.kappa.value - (4.0 / 6 - 4.0 / 9) / (5.0 / 9)) <
                1e-12);
    assert_int_equal(report.pairs[1].n_faces, 0); /* ann, cyd */
    assert_int_equal(report.pairs[2].n_faces, 2); /* bob, cyd */
    assert_true(report.has_all);
    assert_int_equal(report.all.n_units, 8);
    sit_agreement_report_release(&report);
    report = run(project, true);
    assert_int_equal(report.n_seen, 0);
    assert_int_equal(report.pairs[1].n_faces, 6);
    assert_int_equal(report.all.n_units, 8);
    sit_agreement_report_release(&report);
    sit_project_close(project);
}

/* Of two who saw each other's, the earlier one counts, whatever their ids. */
static void test_the_earlier_counts(void **state)
{
    struct fixture *fixture = *state;
    struct sit_project *project = new_project(fixture->path);
    add_faces(project, 0, N_FACES);
    label(project, "ann", "..m", false, NULL);
    label(project, "bob", "mfm", false, NULL);
    label(project, "ann", "mm", false, NULL);
    struct sit_agreement_report report = run(project, false);
    assert_int_equal(report.annotators[0].n_labels, 1);
    assert_int_equal(report.annotators[1].n_labels, 2);
    assert_int_equal(report.n_seen, 3);
    sit_agreement_report_release(&report);
    sit_project_close(project);
}

static void test_retests(void **state)
{
    struct fixture *fixture = *state;
    struct sit_project *project = new_project(fixture->path);
    add_faces(project, 0, N_FACES);
    label(project, "ann", "mmmmff", false, NULL);
    label(project, "ann", "mf.m", false, "retest");
    label(project, "ann", "......m", false, "retest"); /* it had no label */
    struct sit_agreement_report report = run(project, false);
    assert_int_equal(report.annotators[0].n_retested, 3);
    assert_int_equal(report.annotators[0].n_same, 2);
    sit_agreement_report_release(&report);

    struct sit_labels *labels = NULL;
    struct sit_undo_result undo;
    assert_ok(sit_labels_open(project, "ann", &labels, err));
    for (size_t i = 0; i < 3; i++) /* 6, 3, 1 */
        assert_ok(sit_labels_undo(labels, SIT_ORIGIN_SCREEN, &undo, err));
    report = run(project, false);
    assert_int_equal(report.annotators[0].n_retested, 1);
    assert_int_equal(report.annotators[0].n_same, 1);
    sit_agreement_report_release(&report);
    assert_ok(sit_labels_redo(labels, SIT_ORIGIN_SCREEN, &undo, err));
    report = run(project, false);
    assert_int_equal(report.annotators[0].n_retested, 2);
    assert_int_equal(report.annotators[0].n_same, 1);
    sit_agreement_report_release(&report);
    sit_labels_free(labels);
    sit_project_close(project);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_fixture(test_nobody_and_one),
        with_fixture(test_whose_labels_count),
        with_fixture(test_the_earlier_counts),
        with_fixture(test_retests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
