/*
 * The report: from labels and predictions over the whole collection to figures, each
 * saying how sure it is. This is the data: tables, the faces behind every row, and the
 * page that says how it was found out. Terminal, CSV, JSON and HTML only draw it.
 * Docs: docs/report.md.
 *
 * All text in here that is not the program's own (names, titles, keywords, values of
 * fields) is as it stands in the project: hostile. Whoever shows it makes it safe.
 */
#ifndef SITTER_REPORT_H
#define SITTER_REPORT_H

#include <math.h>

#include "sitter/interval.h"
#include "sitter/notes.h"
#include "sitter/progress.h"
#include "sitter/project.h"
#include "sitter/train.h"

/* Fewer labels than these behind a figure: it is marked. */
enum { SIT_REPORT_FEW_LABELS = 10 };

enum sit_figure_kind {
    SIT_FIGURE_NONE = 0, /* an empty cell: not defined here */
    SIT_FIGURE_COUNT,    /* `count` alone: counted, no uncertainty */
    SIT_FIGURE_SHARE,    /* of `n` units: `count` of them, estimate and interval in
                            [0, 1]; differences lie in [-1, 1] */
    SIT_FIGURE_NUMBER,   /* estimate and interval in the column's own unit */
};

/**
 * One figure. Of a share: n = n_labelled + n_predicted units are counted, `count` of
 * which are of the class by label where there is one and by prediction elsewhere.
 * `estimate` corrects that raw share by the faces that were labelled at random. NAN
 * where a number is not known.
 */
struct sit_figure {
    enum sit_figure_kind kind;
    size_t n;           /* units (faces, posters, ...) that the share is of */
    size_t n_labelled;  /* of these by a person's label */
    size_t n_predicted; /* by prediction alone */
    size_t n_random;    /* labels that the estimate rests on: labelled at random, or
                           because all were */
    size_t n_sources;   /* posters that the units are from: the clusters */
    double count;       /* raw */
    double raw;         /* count / n */
    double estimate;
    double low, high;    /* 95 %; both the estimate where all was counted */
    double labels_share; /* from the labels at random alone, without predictions */
    double labels_low, labels_high; /* Wilson, on the effective number of labels */
    double lambda;                  /* weight of the predictions in the estimate */
    const char *method; /* the program's words: "counted", "PPI++", "Wilson",
                           "model-based", ...; "" where there is nothing to say */
    bool few;           /* fewer than SIT_REPORT_FEW_LABELS labels behind it */
    bool model_based;   /* rests on predictions with no check by labels of its own */
    double p;           /* of the difference that the column names; NAN: no test */
    double q;           /* the same after Benjamini-Hochberg over the column */
    bool survives;      /* q <= 0.05 */
};

enum sit_report_chart {
    SIT_CHART_NONE = 0,
    SIT_CHART_BARS, /* a bar a row of the table's charted column, with its interval */
    SIT_CHART_LINE, /* the same over `x` of the rows: time */
};

struct sit_report_column {
    char *id;   /* "share", "female": a field name of CSV and JSON */
    char *name; /* "share of female" */
    enum sit_figure_kind kind;
    sit_class_index class_index; /* the class that the figure counts: its faces are
                                    those of the row with this class; SIT_NO_CLASS: all
                                    the row's faces */
};

struct sit_report_row {
    char *label;  /* "1990s", "flag", "female" */
    char *label2; /* of cross tables, the second field's value; NULL elsewhere */
    double x;     /* a point in time for charts (the year; a decade's middle); NAN */
    bool unknown; /* the row of those without a value ("year unknown"): not charted */
    struct sit_figure *figures; /* (table->n_columns) */
    /* The faces behind the row: indices into report->faces, ascending. A figure's are
     * those of them with the column's class_index; of a table whose unit is not a face,
     * all. */
    uint32_t *faces;
    size_t n_faces;
};

/* A straight line through a charted column over x. */
struct sit_report_trend {
    bool known;
    double slope; /* change of the share in ten years: 0.02 is 2 points a decade */
    double low, high;
    double p;
    double x_mean, y_mean; /* the line goes through here */
    const char *method;
};

struct sit_report_table {
    char *id;    /* safe as a file's name: "faces", "decade", "by_decade_keyword" */
    char *title; /* "Faces by decade" */
    char *note;  /* what one must know to read it; "" */
    const char *unit;     /* what a share's units are: "face", "poster" */
    char *field, *field2; /* what the rows' labels are: "decade"; field2 NULL but for
                             cross tables */
    enum sit_report_chart chart;
    size_t chart_column;
    double reference; /* the collection's share, as a line in the chart; NAN: none */
    struct sit_report_trend trend;
    struct sit_report_column *columns;
    size_t n_columns;
    struct sit_report_row *rows;
    size_t n_rows, row_capacity;
};

/** A face as the report counts it. */
struct sit_report_face {
    int64_t id;
    const char *name;
    uint32_t source;             /* index into report->sources */
    uint8_t split;               /* enum sit_split */
    uint8_t random;              /* its label counts as random */
    sit_class_index label;       /* SIT_NO_CLASS */
    sit_class_index predicted;   /* out-of-sample where it is labelled; SIT_NO_CLASS */
    sit_class_index class_index; /* what it is counted as: label, else prediction */
    float p;                     /* probability of `predicted`; NAN */
    float p_share;               /* probability of the share class; NAN */
    int16_t annotator;           /* whose label: index into method.annotators; -1 */
};

/** A source, with or without faces. */
struct sit_report_source {
    int64_t id; /* 0: a searched poster without faces that is no source */
    const char *name;
    const char *title;     /* NULL */
    const char *year_text; /* NULL */
    int year, decade;      /* 0 unknown */
    uint32_t first_face;   /* into report->by_source */
    uint32_t n_faces;
    bool split_given; /* by the layout of folders */
};

struct sit_report_annotator {
    char *name;
    bool is_person;  /* not where labels came in from folders or files */
    size_t n_labels; /* in force */
    size_t n_by_class[SIT_PROJECT_MAX_CLASSES];
};

/** Between annotators; has is false where nobody has labelled what another did. */
struct sit_report_agreement {
    bool known;
    size_t n_annotators, n_faces;
    double percent, kappa, alpha, ac1; /* NAN where not defined */
    struct sit_interval percent_ci, kappa_ci, alpha_ci, ac1_ci;
};

/** A published figure beside ours (--reproduce). */
struct sit_report_published {
    bool asked;
    const char *citation; /* what was published where */
    size_t n_correct, n;
    double accuracy;
    struct sit_interval ci; /* Wilson, computed here */
};

/** How the figures were found out. */
struct sit_report_method {
    size_t n_labels;                                      /* in force */
    size_t n_labels_by_class[2][SIT_PROJECT_MAX_CLASSES]; /* by split */
    size_t n_random;     /* labels that count as random */
    size_t n_not_random; /* those that enter the raw count only */
    bool counted;        /* every face has a label: nothing is estimated */
    struct sit_report_annotator *annotators;
    size_t n_annotators;
    struct sit_report_agreement agreement;
    enum sit_split_unit split_unit;
    size_t n_split_given; /* sources whose split the layout of folders gave */
    size_t n_faces_by_split[2], n_sources_by_split[2];
    /* The model whose predictions are used; model_id 0: none. */
    int64_t model_id;
    char head[16];
    char features[64];
    size_t dim;
    char *provenance; /* of the features, JSON; NULL */
    double c;         /* NAN for an MLP */
    double temperature;
    size_t n_train;
    bool imported;        /* the head was not trained here */
    size_t n_out_of_fold; /* labelled train faces predicted by heads that saw no face
                             of their source */
    struct sit_leak leak;
    /* Labelled test faces, by the model's own probabilities; has_metrics false: none.
     */
    struct sit_evaluation test;
    /* Test and train faces together, out-of-sample: for a calibration plot. */
    bool has_calibration;
    struct sit_metrics calibration; /* bins, ece, log-loss, brier */
    struct sit_report_published published;
    char **limits; /* sentences: what the figures do not say */
    size_t n_limits;
    char *citation; /* a paragraph with numbers */
};

struct report_texts;

struct sit_report {
    const char *project_path;
    struct sit_class_list classes;
    sit_class_index share_class; /* whose share is reported */
    /* The collection. */
    size_t n_posters; /* sources and searched posters, each once */
    size_t n_posters_with_faces;
    size_t n_posters_searched; /* by detect, with or without faces */
    int first_year, last_year; /* 0 unknown */
    size_t n_with_year;        /* posters */
    int64_t made_at_ms;
    const char *version; /* the program's */

    struct sit_report_table *tables; /* in the order they are shown */
    size_t n_tables, table_capacity;
    struct sit_report_method method;

    struct sit_report_face *faces; /* (n_faces) by id */
    size_t n_faces;
    struct sit_report_source *sources; /* (n_sources) */
    size_t n_sources;
    uint32_t *by_source;        /* (n_faces) indices of faces, source by source */
    struct report_texts *texts; /* private: what the texts above point into */
};

struct sit_report_by {
    const char *fields[2]; /* of cross tables; the second may be NULL */
};

enum {
    SIT_REPORT_MAX_BY = 8,
    SIT_REPORT_DEFAULT_KEYWORDS = 20,
    SIT_REPORT_DEFAULT_KEYWORD_POSTERS = 5
};

/** Start from zero. */
struct sit_report_options {
    int64_t model_id;  /* 0: the newest that has predicted */
    const char *share; /* key or name of a class; NULL: "female", else the first */
    struct sit_report_by by[SIT_REPORT_MAX_BY];
    size_t n_by;
    size_t n_keywords;        /* 0: SIT_REPORT_DEFAULT_KEYWORDS */
    size_t n_keyword_posters; /* a keyword has at least so many; 0: the default */
    bool reproduce;           /* the study's published figure beside ours */
    const char *project_path; /* shown; NULL: the project's */
};

/**
 * Compute everything. Without predictions figures rest on labels alone, without labels
 * on predictions alone; SIT_E_NOT_FOUND where there are neither (or no such model);
 * SIT_E_ARG: no such class or field; SIT_E_CANCELLED.
 */
enum sit_status sit_report_compute(struct sit_project *project,
                                   const struct sit_report_options *options,
                                   const struct sit_progress *progress,
                                   struct sit_report **out, struct sit_error *err);
void sit_report_free(struct sit_report *report); /* NULL is fine */

/** A table by its id, or NULL. */
const struct sit_report_table *sit_report_find_table(const struct sit_report *report,
                                                     const char *id);

/** Write every table as CSV, DIR/<id>.csv, and DIR/method.csv (field, value). The
 * folder is made where it is not there; all files or none are replaced. */
enum sit_status sit_report_write_csv(const struct sit_report *report, const char *dir,
                                     struct sit_error *err);

#endif
