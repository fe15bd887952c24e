/*
 * How far the annotators of a project agree: with each other, and each with themselves
 * on faces that came again.
 */
#ifndef SITTER_AGREEMENT_JOB_H
#define SITTER_AGREEMENT_JOB_H

#include "sitter/agreement.h"
#include "sitter/project.h"

/** Two annotators, by their position in the list. */
struct sit_agreement_pair {
    size_t first, second;
    size_t n_faces; /* that both labelled; 0: the rest is empty */
    struct sit_agreement agreement;
    /* (n_classes, n_classes): rows the first's classes, columns the second's. */
    size_t counts[SIT_PROJECT_MAX_CLASSES * SIT_PROJECT_MAX_CLASSES];
};

struct sit_agreement_annotator {
    int64_t id;
    char *name;                    /* owned; hostile */
    size_t n_labels;               /* that count here */
    size_t n_retested;             /* faces that came again */
    size_t n_same;                 /* and were labelled as before */
    struct sit_interval same_ci95; /* Wilson */
};

struct sit_agreement_report {
    struct sit_class_list classes;
    struct sit_agreement_annotator *annotators; /* persons with labels, by id */
    size_t n_annotators;
    struct sit_agreement_pair *pairs; /* (0, 1), (0, 2) ... (1, 2) ... */
    size_t n_pairs;
    bool has_all;
    struct sit_agreement all; /* of all of them; where has_all */
    /* Labels left out, as their annotators had seen another's label of the face. */
    size_t n_seen;
};
void sit_agreement_report_release(struct sit_agreement_report *report);

/**
 * Measure. A label counts where it was given without seeing others': the first of its
 * face, and those of events marked blind (on overlap faces, in blind reviews); with
 * `all_labels` every label. Adjudications and labels of files are not people's own.
 * n_replicates: of the bootstrap by source; 0: no intervals.
 * SIT_E_CANCELLED. No annotators, or no common face, is no error.
 */
enum sit_status sit_agreement_run(struct sit_project *project, bool all_labels,
                                  size_t n_replicates,
                                  const struct sit_progress *progress,
                                  struct sit_agreement_report *out,
                                  struct sit_error *err);

#endif
