/*
 * Detection: the one writer that takes searched posters in order and puts each, with
 * its faces, into the project in a transaction of its own.
 */
#include "sitter/detect_job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "detect_pool.h"
#include "import_scan.h"
#include "sitter/alloc.h"
#include "sitter/cpu.h"
#include "sitter/pool.h"
#include "split_rule.h"

void sit_detect_options_init(struct sit_detect_options *options)
{
    *options = (struct sit_detect_options){
        .upscale = 2.5, .size_px = 224, .margin = 0.4};
}

struct job {
    struct sit_project *project;
    const struct sit_notes *notes;
    const struct sit_detect_options *options;
    struct detect_settings settings;
    struct split_rule rule;
    size_t n_other_parameters; /* known posters that were searched otherwise */
    struct sit_detect_result result;
};

static enum sit_status check_options(const struct sit_detect_options *options,
                                     struct sit_error *err)
{
    if (!(options->upscale >= 0.1 && options->upscale <= 20.0))
        return sit_error_set(err, SIT_E_ARG, "the upscale %g is not 0.1 to 20",
                             options->upscale);
    if (options->size_px < 16 || options->size_px > 2048)
        return sit_error_set(err, SIT_E_ARG, "a face of %zu px is not 16 to 2048",
                             options->size_px);
    if (!(options->min_score >= -5.0 && options->min_score <= 100.0))
        return sit_error_set(err, SIT_E_ARG, "the score %g is not -5 to 100",
                             options->min_score);
    if (!(options->margin >= 0.0 && options->margin <= 10.0))
        return sit_error_set(err, SIT_E_ARG, "the margin %g is not 0 to 10",
                             options->margin);
    return SIT_OK;
}

/* The model that is asked for, or the usual one where it is there; NULL: none. */
static const char *landmark_path(const struct job *job)
{
    const char *path = job->options->landmarks;
    if (path != NULL)
        return strcmp(path, "none") == 0 ? NULL : path;
    if (access(SIT_LANDMARKS_PATH, F_OK) == 0)
        return SIT_LANDMARKS_PATH;
    sit_note(job->notes,
             "no landmark model at '%s' (Debian: libdlib-data): faces are cut out "
             "with a margin, not aligned by their eyes",
             SIT_LANDMARKS_PATH);
    return NULL;
}

/* What is made before the first poster: a quarter of a second each, so side by side. */
struct tools {
    const char *landmark_path;
    struct sit_detector *detector;
    struct sit_landmark_model *landmarks;
    enum sit_status status[2];
    struct sit_error errors[2];
};

static void make_tool(void *context, size_t task, size_t worker)
{
    struct tools *tools = context;
    (void)worker;
    if (task == 0)
        tools->status[0] = sit_detector_new(&tools->detector, &tools->errors[0]);
    else if (tools->landmark_path != NULL)
        tools->status[1] = sit_landmark_model_read(
            tools->landmark_path, &tools->landmarks, &tools->errors[1]);
}

static void tools_release(struct tools *tools)
{
    sit_detector_free(tools->detector);
    sit_landmark_model_free(tools->landmarks);
}

static enum sit_status make_tools(struct job *job, struct tools *tools,
                                  struct sit_error *err)
{
    struct sit_pool *pool = NULL;
    if (sit_detect_dlib_version() == NULL)
        return sit_detector_new(&tools->detector, err);
    tools->landmark_path = landmark_path(job);
    enum sit_status status = sit_pool_new(2, &pool, err);
    if (status != SIT_OK)
        return status;
    sit_pool_run(pool, make_tool, tools, 2);
    sit_pool_free(pool);
    for (size_t i = 0; i < 2; i++)
        if (tools->status[i] != SIT_OK)
            return sit_error_set(err, tools->status[i], "%s", tools->errors[i].message);
    job->settings.landmarks = tools->landmarks;
    job->result.aligned = tools->landmarks != NULL;
    return SIT_OK;
}

/* How a poster is searched, as JSON. */
static void append_parameters(const struct job *job, double scale, struct sit_buf *out)
{
    sit_buf_appendf(out,
                    "{\"scale\": %.6g, \"min_score\": %.6g, \"size\": %zu, "
                    "\"landmarks\": %s",
                    scale, job->options->min_score, job->options->size_px,
                    job->settings.landmarks != NULL ? "true" : "false");
    if (job->settings.landmarks == NULL)
        sit_buf_appendf(out, ", \"margin\": %.6g", job->options->margin);
    sit_buf_append_char(out, '}');
}

/* A crop with exactly the bytes of a face in the project gets its name as an alias. */
static enum sit_status add_face(struct job *job, const char *source,
                                const struct poster_face *found, const char *name,
                                int64_t *face_id, int64_t *source_id,
                                struct sit_error *err)
{
    enum sit_status status = sit_project_find_content(job->project, found->sha256,
                                                      face_id, err);
    if (status == SIT_OK) {
        status = sit_project_add_alias(job->project, name, *face_id, err);
        *face_id = 0;
        return status;
    }
    if (status != SIT_E_NOT_FOUND)
        return status;
    struct sit_new_face face = {.name = name,
                                .width_px = job->settings.size_px,
                                .height_px = job->settings.size_px,
                                .format = "jpeg",
                                .bytes = found->picture.data,
                                .n_bytes = found->picture.n_bytes};
    memcpy(face.sha256, found->sha256, sizeof face.sha256);
    status = split_rule_choose(&job->rule, job->project, source, NULL, &face.source_id,
                               &face.split, err);
    if (status == SIT_OK)
        status = sit_project_add_face(job->project, &face, face_id, err);
    if (status != SIT_OK)
        return status;
    *source_id = face.source_id;
    job->result.n_faces++;
    job->rule.n_counted_faces++;
    return SIT_OK;
}

/* Faces first: the poster's row names their source. face_ids (n), 0 where a face went
 * to another poster or was left out. */
static enum sit_status add_faces(struct job *job, const struct import_file *file,
                                 const struct detect_found *found, int64_t *face_ids,
                                 int64_t *source_id, struct sit_error *err)
{
    struct sit_buf name = {0};
    enum sit_status status = SIT_OK;
    for (size_t i = 0; status == SIT_OK && i < found->faces.n; i++) {
        int64_t other;
        sit_buf_reset(&name);
        sit_buf_appendf(&name, "%s_%zu", file->source, i);
        if (name.failed) {
            status = sit_error_nomem(err);
            break;
        }
        status = sit_project_find_face(job->project, name.data, &other, err);
        if (status == SIT_OK) {
            sit_note(job->notes,
                     "'%s': its face %zu is left out: the project has another picture "
                     "named '%s'",
                     file->path, i, name.data);
            continue;
        }
        if (status == SIT_E_NOT_FOUND)
            status = add_face(job, file->source, &found->faces.faces[i], name.data,
                              &face_ids[i], source_id, err);
    }
    sit_buf_release(&name);
    return status;
}

static enum sit_status add_poster(struct job *job, const struct import_file *file,
                                  const struct detect_found *found, int64_t *face_ids,
                                  struct sit_error *err)
{
    const struct poster_faces *faces = &found->faces;
    struct sit_buf parameters = {0};
    int64_t poster_id, source_id = 0;
    append_parameters(job, faces->scale, &parameters);
    if (parameters.failed)
        return sit_error_nomem(err);
    enum sit_status status = add_faces(job, file, found, face_ids, &source_id, err);
    struct sit_new_poster poster = {.name = file->source,
                                    .path = file->path,
                                    .n_bytes = found->n_bytes,
                                    .width_px = faces->width_px,
                                    .height_px = faces->height_px,
                                    .n_faces = faces->n,
                                    .source_id = source_id,
                                    .parameters = parameters.data,
                                    .thumbnail = faces->thumbnail.data,
                                    .n_thumbnail_bytes = faces->thumbnail.n_bytes};
    memcpy(poster.sha256, found->sha256, sizeof poster.sha256);
    if (status == SIT_OK)
        status = sit_project_add_poster(job->project, &poster, &poster_id, err);
    for (size_t i = 0; status == SIT_OK && i < faces->n; i++)
        if (face_ids[i] != 0)
            status = sit_project_add_poster_box(job->project, face_ids[i], poster_id, i,
                                                &faces->faces[i].box, err);
    sit_buf_release(&parameters);
    return status;
}

static void note_poster(const struct job *job, const struct import_file *file,
                        const struct poster_faces *faces)
{
    if (faces->scale < job->options->upscale)
        sit_note(job->notes,
                 "'%s' is enlarged by %.2f instead of %g: it would be too large",
                 file->path, faces->scale, job->options->upscale);
    if (faces->n_dropped > 0)
        sit_note(job->notes, "'%s': %zu face%s left out: no two eyes found", file->path,
                 faces->n_dropped, faces->n_dropped == 1 ? " is" : "s are");
}

/* A poster that has been searched just now. */
static enum sit_status take_new(struct job *job, const struct import_file *file,
                                const struct detect_found *found, struct sit_error *err)
{
    int64_t *face_ids = sit_calloc(found->faces.n, sizeof *face_ids);
    if (face_ids == NULL)
        return sit_error_nomem(err);
    enum sit_status status = add_poster(job, file, found, face_ids, err);
    free(face_ids);
    if (status != SIT_OK)
        return status;
    note_poster(job, file, &found->faces);
    job->result.n_searched++;
    job->result.n_without_faces += found->faces.n == 0;
    return SIT_OK;
}

/* A name that is in the project: the same file, or another one. */
static enum sit_status meet_name(struct job *job, const struct import_file *file,
                                 const struct detect_found *found,
                                 const uint8_t sha256[SIT_SHA256_BYTES],
                                 const char *parameters, struct sit_error *err)
{
    if (memcmp(sha256, found->sha256, SIT_SHA256_BYTES) != 0) {
        sit_note(
            job->notes,
            "'%s' is left out: the project has another poster named '%s' (the file "
            "has changed, or two share a name)",
            file->path, file->source);
        job->result.n_changed++;
        return SIT_OK;
    }
    struct sit_buf now = {0};
    append_parameters(job, job->options->upscale, &now);
    if (now.failed)
        return sit_error_nomem(err);
    job->n_other_parameters += strcmp(parameters, now.data) != 0;
    job->result.n_known++;
    sit_buf_release(&now);
    return SIT_OK;
}

static enum sit_status take_readable(struct job *job, const struct import_file *file,
                                     const struct detect_found *found,
                                     struct sit_error *err)
{
    uint8_t sha256[SIT_SHA256_BYTES];
    struct sit_buf text = {0};
    enum sit_status status = sit_project_find_poster(job->project, file->source, sha256,
                                                     &text, err);
    if (status == SIT_OK) {
        status = meet_name(job, file, found, sha256, sit_buf_text(&text), err);
    } else if (status == SIT_E_NOT_FOUND) {
        status = sit_project_find_poster_content(job->project, found->sha256, &text,
                                                 err);
        if (status == SIT_OK) {
            sit_note(job->notes, "'%s' is left out: the same file as poster '%s'",
                     file->path, sit_buf_text(&text));
            job->result.n_duplicates++;
        } else if (status == SIT_E_NOT_FOUND) {
            status = take_new(job, file, found, err);
        }
    }
    sit_buf_release(&text);
    return status;
}

static enum sit_status take_poster(struct job *job, const struct import_file *file,
                                   const struct detect_found *found,
                                   struct sit_error *err)
{
    job->result.n_posters++;
    if (found->status == SIT_E_NOMEM)
        return sit_error_nomem(err);
    if (found->status != SIT_OK) {
        job->result.n_failed++;
        sit_note(job->notes, "%s", found->error.message);
        return SIT_OK;
    }
    struct job before = *job;
    enum sit_status status = sit_project_begin(job->project, err);
    if (status == SIT_OK)
        status = take_readable(job, file, found, err);
    if (status == SIT_OK)
        status = sit_project_commit(job->project, err);
    if (status != SIT_OK) {
        sit_project_rollback(job->project);
        *job = before;
    }
    return status;
}

static enum sit_status write_posters(struct job *job, struct detect_pool *pool,
                                     const struct import_files *files,
                                     const struct sit_progress *progress,
                                     struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    for (size_t i = 0; status == SIT_OK && i < files->n; i++) {
        char text[48];
        snprintf(text, sizeof text, "%zu face%s", job->result.n_faces,
                 job->result.n_faces == 1 ? "" : "s");
        if (!sit_progress_report(progress, i, files->n, text))
            return sit_error_set(err, SIT_E_CANCELLED, "interrupted");
        struct detect_found *found = detect_pool_next(pool);
        status = take_poster(job, &files->items[i], found, err);
        detect_pool_done(pool);
    }
    if (status == SIT_OK)
        sit_progress_report(progress, files->n, files->n, NULL);
    return status;
}

static enum sit_status store_rule(struct job *job, struct sit_error *err)
{
    enum sit_status status = sit_project_begin(job->project, err);
    if (status == SIT_OK)
        status = split_rule_store(&job->rule, job->project, err);
    if (status == SIT_OK)
        status = sit_project_commit(job->project, err);
    if (status != SIT_OK)
        sit_project_rollback(job->project);
    return status;
}

static enum sit_status search_files(struct job *job, const struct import_files *files,
                                    const struct sit_progress *progress,
                                    struct sit_error *err)
{
    struct tools tools = {0};
    struct detect_pool *pool = NULL;
    uint8_t *known = NULL;
    size_t n_known = 0;
    size_t n_jobs = job->options->n_jobs > 0 ? job->options->n_jobs : sit_cpu_count();
    enum sit_status status = sit_project_poster_contents(job->project, &known, &n_known,
                                                         err);
    if (status == SIT_OK)
        status = make_tools(job, &tools, err);
    if (status == SIT_OK)
        status = detect_pool_start(files, &job->settings, tools.detector, known,
                                   n_known, n_jobs, &pool, err);
    if (status == SIT_OK)
        status = store_rule(job, err);
    if (status == SIT_OK)
        status = write_posters(job, pool, files, progress, err);
    detect_pool_free(pool);
    tools_release(&tools);
    free(known);
    return status;
}

enum sit_status sit_detect_paths(struct sit_project *project, const char *const *paths,
                                 size_t n_paths,
                                 const struct sit_detect_options *options,
                                 const struct sit_notes *notes,
                                 const struct sit_progress *progress,
                                 struct sit_detect_result *out, struct sit_error *err)
{
    struct job job = {.project = project, .notes = notes, .options = options};
    struct import_files files = {0};
    enum sit_status status = check_options(options, err);
    if (status == SIT_OK)
        status = split_rule_settle(
            project, options->split_unit_given ? &options->split_unit : NULL, &job.rule,
            err);
    if (status == SIT_OK)
        status = import_scan_posters(paths, n_paths, &files, err);
    job.settings = (struct detect_settings){.upscale = options->upscale,
                                            .size_px = options->size_px,
                                            .min_score = options->min_score,
                                            .margin = options->margin};
    job.result.n_ignored = files.n_ignored;
    if (status == SIT_OK && files.n > 0)
        status = search_files(&job, &files, progress, err);
    if (job.n_other_parameters > 0)
        sit_note(
            notes,
            "%zu poster%s searched before with other options, and not again (a new "
            "project, --db FILE, takes them so)",
            job.n_other_parameters, job.n_other_parameters == 1 ? " was" : "s were");
    *out = job.result;
    import_files_release(&files);
    return status;
}
