/*
 * Private to app: from a group of faces or posters to one figure.
 */
#ifndef SITTER_APP_REPORT_FIGURE_H
#define SITTER_APP_REPORT_FIGURE_H

#include "report_data.h"
#include "sitter/prevalence.h"

/* What a poster is by the people on it. */
enum report_composition_kind { REPORT_ONLY, REPORT_MIXED, REPORT_NOBODY };
struct report_composition {
    enum report_composition_kind kind;
    sit_class_index class_index; /* of REPORT_ONLY */
};

/* Columns of the estimators, made for one group at a time. Zero-initialise. */
struct report_estimator {
    const struct report_data *data;
    size_t capacity;
    float *f_num, *f_den, *y_num, *y_den, *year;
    uint32_t *cluster;
    float *mean_p; /* (n_classes) of all predictions: for faces without any */
    /* The collection's figure of each class, whose lambda thin groups use. */
    struct sit_prevalence whole[SIT_PROJECT_MAX_CLASSES];
    bool whole_known[SIT_PROJECT_MAX_CLASSES];
};

enum sit_status report_estimator_open(struct report_estimator *e,
                                      const struct report_data *data,
                                      struct sit_error *err);
void report_estimator_release(struct report_estimator *e);

/* The share of a class among the people on the faces of a group; of an excluded class,
 * which no head predicts, among all faces, by labels alone. */
enum sit_status report_share_of_faces(struct report_estimator *e, const uint32_t *faces,
                                      size_t n, sit_class_index class_index,
                                      struct sit_figure *out, struct sit_error *err);

/* How the group's share of the class differs from the whole collection's: estimate and
 * interval of the difference, and p. */
enum sit_status report_difference(struct report_estimator *e, const uint32_t *faces,
                                  size_t n, sit_class_index class_index,
                                  struct sit_figure *out, struct sit_error *err);

/* The share of posters with faces that are of that composition. */
enum sit_status report_share_of_posters(struct report_estimator *e,
                                        const struct report_composition *composition,
                                        struct sit_figure *out, struct sit_error *err);

/* The share of the class among the people of mixed posters. */
enum sit_status report_share_within_mixed(struct report_estimator *e,
                                          sit_class_index class_index,
                                          struct sit_figure *out,
                                          struct sit_error *err);

/* The line of the class's share over the years. */
enum sit_status report_trend(struct report_estimator *e, sit_class_index class_index,
                             struct sit_report_trend *out, struct sit_error *err);

/* The composition of a source's faces as they are counted; false where it has none that
 * is counted as anything. */
bool report_compose(const struct report_data *data, size_t source,
                    struct report_composition *out);

/* Benjamini-Hochberg over the figures of a column: q and survives of those with p. */
enum sit_status report_adjust(struct sit_report_table *table, size_t column,
                              struct sit_error *err);

struct sit_figure report_count(double count);
struct sit_figure report_empty_share(void);
/* Estimate, interval and what they rest on. */
void report_take_estimate(const struct sit_prevalence *from, struct sit_figure *to);

#endif
