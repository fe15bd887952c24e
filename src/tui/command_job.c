/*
 * The work behind :train, :predict and :export.
 */
#include "command_job.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sitter/alloc.h"
#include "sitter/export.h"
#include "sitter/file.h"
#include "sitter/train.h"

const char *sit_command_job_word(enum sit_work_kind work)
{
    switch (work) {
    case SIT_WORK_TRAIN: return "training";
    case SIT_WORK_PREDICT: return "predicting";
    default: return "exporting";
    }
}

/* As the newest head was trained, so that :train goes on with what was chosen once; the
 * usual options where there is none, or it came from elsewhere. */
static void choose_options(struct sit_project *project, const char *features,
                           struct sit_model *model, struct sit_train_options *options)
{
    *options = (struct sit_train_options){0};
    sit_head_options_init(&options->head, SIT_HEAD_LOGISTIC);
    options->head.c = 0; /* by cross-validation */
    struct sit_train_options as_before = {0};
    if (sit_project_model(project, 0, model, NULL) == SIT_OK &&
        sit_train_options_of_model(model, &as_before, NULL) == SIT_OK)
        *options = as_before;
    else
        options->features = features[0] != '\0' ? features : NULL;
}

static enum sit_status train(struct sit_command_job *job, struct sit_project *project,
                             const struct sit_progress *progress, struct sit_error *err)
{
    struct sit_model model = {0};
    struct sit_train_options options;
    struct sit_evaluation evaluation;
    choose_options(project, job->features, &model, &options);
    enum sit_status status = sit_train(project, &options, NULL, progress, &evaluation,
                                       NULL, err);
    free(model.options);
    free(model.report);
    if (status != SIT_OK)
        return status;
    const struct sit_metrics *metrics = &evaluation.metrics;
    if (evaluation.has_metrics)
        snprintf(job->result, sizeof job->result,
                 "trained: model %lld, %zu of %zu test faces right (%.1f %%)",
                 (long long)evaluation.model_id, metrics->n_correct, metrics->n,
                 100.0 * metrics->accuracy);
    else
        snprintf(job->result, sizeof job->result,
                 "trained: model %lld; no test face is labelled to judge it by",
                 (long long)evaluation.model_id);
    return SIT_OK;
}

static enum sit_status predict(struct sit_command_job *job, struct sit_project *project,
                               const struct sit_progress *progress,
                               struct sit_error *err)
{
    int64_t model_id;
    size_t n_faces;
    enum sit_status status = sit_predict(project, 0, progress, &model_id, &n_faces,
                                         err);
    if (status == SIT_OK)
        snprintf(job->result, sizeof job->result, "predicted: %zu faces, by model %lld",
                 n_faces, (long long)model_id);
    return status;
}

/* "~/" is the shell's; there is none here. */
static char *expand(const char *path)
{
    const char *home = getenv("HOME");
    if (strncmp(path, "~/", 2) == 0 && home != NULL && home[0] != '\0')
        return sit_file_join(home, path + 2);
    return sit_strdup(path);
}

/* A slip must not cost a file, least of all a project. */
static enum sit_status check_target(const char *path, bool force, struct sit_error *err)
{
    static const char magic[] = "SQLite format 3";
    char head[sizeof magic] = "";
    struct stat info;
    if (stat(path, &info) != 0)
        return SIT_OK; /* what is wrong shows in writing */
    if (!force)
        return sit_error_set(err, SIT_E_EXISTS,
                             "'%s' is there already; :export! writes over it", path);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t n = fd >= 0 ? read(fd, head, sizeof head) : 0;
    if (fd >= 0)
        close(fd);
    if (n == (ssize_t)sizeof head && memcmp(head, magic, sizeof magic) == 0)
        return sit_error_set(err, SIT_E_EXISTS,
                             "'%s' is a database, which is not written over", path);
    return SIT_OK;
}

static enum sit_status export_rows(struct sit_command_job *job,
                                   struct sit_project *project, const char *path,
                                   struct sit_error *err)
{
    struct sit_buf text = {0};
    enum sit_status status = check_target(path, job->force, err);
    if (status == SIT_OK)
        status = job->work == SIT_WORK_EXPORT_CSV
                     ? sit_export_csv(project, 0, &text, err)
                     : sit_export_jsonl(project, 0, &text, err);
    if (status == SIT_OK)
        status = sit_file_write_atomic(path, sit_buf_text(&text), text.n_bytes, err);
    sit_buf_release(&text);
    if (status == SIT_OK)
        snprintf(job->result, sizeof job->result,
                 "exported: labels and predictions in '%s'", path);
    return status;
}

static enum sit_status export_folders(const char *path, struct sit_command_job *job,
                                      struct sit_project *project,
                                      struct sit_error *err)
{
    size_t n_faces;
    enum sit_status status = sit_export_imagefolder(project, path, &n_faces, err);
    if (status == SIT_OK)
        snprintf(job->result, sizeof job->result, "exported: %zu faces in '%s'",
                 n_faces, path);
    return status;
}

static enum sit_status export(struct sit_command_job *job, struct sit_project *project,
                              struct sit_error *err) {
    char *path = expand(job->path); if (path == NULL) return sit_error_nomem(err);
    enum sit_status status = job->work == SIT_WORK_EXPORT_IMAGEFOLDER
                                 ? export_folders(path, job, project, err)
                                 : export_rows(job, project, path, err);
    free(path);
    return status;
}

enum sit_status sit_command_job_run(void *context, const struct sit_progress *progress,
                                    struct sit_error *err)
{
    struct sit_command_job *job = context;
    bool writes = job->work == SIT_WORK_TRAIN || job->work == SIT_WORK_PREDICT;
    struct sit_project *project = NULL;
    enum sit_status status = sit_project_open(
        job->project_path, writes ? SIT_PROJECT_WRITE : SIT_PROJECT_READ, &project,
        err);
    if (status != SIT_OK)
        return status;
    if (job->work == SIT_WORK_TRAIN)
        status = train(job, project, progress, err);
    else if (job->work == SIT_WORK_PREDICT)
        status = predict(job, project, progress, err);
    else
        status = export(job, project, err);
    sit_project_close(project);
    return status;
}
