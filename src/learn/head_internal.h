/*
 * What a trained head is made of, for the files of this folder: the part that all kinds
 * share, and the table of functions that each kind fills in.
 */
#ifndef SITTER_HEAD_INTERNAL_H
#define SITTER_HEAD_INTERNAL_H

#include "sitter/head.h"

enum {
    HEAD_MAX_DIM = 1 << 20,
    HEAD_MAX_LAYER = 1 << 16,
    HEAD_MAX_PARAMS = 1 << 28,
};

struct head_ops;

struct sit_head {
    const struct head_ops *ops;
    size_t d, n_classes;
    double temperature; /* > 0 */
    void *body;         /* the kind's own */
};

/** Stored bytes on their way back; nothing in them is trusted. */
struct head_reader {
    const unsigned char *at;
    size_t n_left;
    uint32_t version;
    const char *name; /* for errors */
};

/** A kind of head. Every function is there but where NULL is mentioned. */
struct head_ops {
    enum sit_head_kind kind;
    const char *name;

    enum sit_status (*check_options)(const struct sit_head_options *options,
                                     struct sit_error *err);

    /** Whether train() itself finds features that are not finite, and takes rows from
     * a source. NULL: never. */
    bool (*checks_features)(const struct sit_dataset *data);

    /** Train head->body (NULL on entry) on checked rows; d and n_classes are set. */
    enum sit_status (*train)(struct sit_head *head, const struct sit_dataset *data,
                             const struct sit_dataset *held_out,
                             const struct sit_head_options *options,
                             const struct sit_progress *progress,
                             struct sit_head_report *report, struct sit_error *err);

    /** Prepare a trained or parsed body for scores(). NULL: nothing to do. */
    void (*finish)(struct sit_head *head);

    /** Free a body, also half of one; NULL is fine. */
    void (*free_body)(void *body);

    /**
     * Scores before the sigmoid or softmax of rows x (n, d) into
     * z (n, head_n_outputs()). A row's scores do not depend on the rows beside it.
     * Thread-safe.
     */
    enum sit_status (*scores)(const struct sit_head *head, const float *x, size_t n,
                              double *z, struct sit_error *err);

    /** Whether a row's scores are not finite where one of its features is not;
     * otherwise scores() is only given finite features. */
    bool scores_show_bad_features;

    /** Append the body as bytes; what fails shows in out->failed. */
    void (*append)(const struct sit_head *head, struct sit_buf *out);

    /** Read head->body (NULL on entry) back, up to the reader's end. */
    enum sit_status (*parse)(struct head_reader *reader, struct sit_head *head,
                             struct sit_error *err);
};

/** Train a logistic head on rows from a source, as sit_head_train_read(). */
enum sit_status logistic_head_train_read(struct sit_head *head,
                                         const struct sit_dataset *data,
                                         const struct sit_row_source *source,
                                         const struct sit_head_options *options,
                                         const struct sit_progress *progress,
                                         struct sit_head_report *report,
                                         struct sit_error *err);

extern const struct head_ops logistic_head_ops, mlp_head_ops, fisher_head_ops;

/** NULL where no kind has that number. */
const struct head_ops *head_ops_of(enum sit_head_kind kind);

/** Outputs before the sigmoid or softmax: one for two classes, else one a class. */
size_t head_n_outputs(size_t n_classes);

/** Scores z (n_outputs) of one row, which are consumed, as probabilities
 * p (n_classes). */
void head_probabilities(const struct sit_head *head, double *z, float *p);

/** A head without a body; SIT_E_ARG where kind or sizes are not within the limits. */
enum sit_status head_new(enum sit_head_kind kind, size_t d, size_t n_classes,
                         struct sit_head **out, struct sit_error *err);

/** Rows and labels as sit_head_train() demands them of a known kind of head. `what`
 * names them in errors. */
enum sit_status head_check_dataset(const struct sit_dataset *data,
                                   enum sit_head_kind kind, const char *what,
                                   struct sit_error *err);

/** SIT_E_UNSUPPORTED for kinds that need all rows in memory. */
enum sit_status head_check_reads(const struct sit_head_options *options,
                                 struct sit_error *err);

enum sit_status head_check_options(const struct sit_head_options *options,
                                   struct sit_error *err);

/*
 * Bytes, little-endian
 */

void head_append_u32(struct sit_buf *out, size_t value);
void head_append_doubles(struct sit_buf *out, const double *values, size_t n);
void head_append_floats(struct sit_buf *out, const float *values, size_t n);

/** SIT_E_FORMAT: too few bytes are left ("impossible sizes"), or a value is not
 * finite. */
enum sit_status head_read_u32(struct head_reader *reader, size_t *out,
                              struct sit_error *err);
enum sit_status head_read_doubles(struct head_reader *reader, double *values, size_t n,
                                  struct sit_error *err);
enum sit_status head_read_floats(struct head_reader *reader, float *values, size_t n,
                                 struct sit_error *err);

/** Whether so many values of so many bytes can still follow: before memory is taken for
 * them. */
enum sit_status head_reader_expect(const struct head_reader *reader, size_t n,
                                   size_t value_bytes, struct sit_error *err);

#endif
