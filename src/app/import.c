/*
 * Importing: the one writer that takes checked pictures in order and puts them into the
 * project in short transactions, so that others may label meanwhile.
 */
#include "sitter/import.h"

#include <stdlib.h>
#include <string.h>

#include "import_reader.h"
#include "import_scan.h"
#include "sitter/cpu.h"
#include "label_writer.h"
#include "split_rule.h"

enum { BATCH_FACES = 512, BATCH_MS = 100 };

struct importer {
    struct sit_project *project;
    const struct sit_notes *notes;
    const struct sit_class_list *classes;
    struct split_rule rule;
    int64_t annotator_id;
    struct sit_import_result result;
};

static const char *format_name(enum sit_image_format format)
{
    return format == SIT_IMAGE_JPEG  ? "jpeg"
           : format == SIT_IMAGE_PNG ? "png"
                                     : "other";
}

/* A label from a folder's name; an existing other label stays. */
static enum sit_status take_label(struct importer *importer,
                                  const struct import_file *file, int64_t face_id,
                                  struct sit_error *err)
{
    if (file->class_index == SIT_NO_CLASS)
        return SIT_OK;
    sit_class_index label;
    enum sit_status status = sit_project_face_label(importer->project, face_id, &label,
                                                    err);
    if (status != SIT_OK || label == file->class_index)
        return status;
    if (label != SIT_NO_CLASS) {
        sit_note(importer->notes,
                 "'%s' is labelled %s in the project, %s by its folder; "
                 "the project's label stays",
                 file->path, importer->classes->items[label].name,
                 importer->classes->items[file->class_index].name);
        importer->result.n_conflicts++;
        return SIT_OK;
    }
    status = label_writer_append(importer->project, face_id, importer->annotator_id,
                                 file->class_index, SIT_ORIGIN_IMPORT, 0, err);
    if (status == SIT_OK)
        importer->result.n_labelled++;
    return status;
}

static enum sit_status add_face(struct importer *importer,
                                const struct import_file *file,
                                const struct import_picture *picture,
                                struct sit_error *err)
{
    int64_t face_id = 0;
    if (sit_project_find_face(importer->project, file->name, &face_id, NULL) ==
        SIT_OK) {
        sit_note(importer->notes,
                 "'%s' is left out: the project has another picture named '%s'",
                 file->path, file->name);
        importer->result.n_failed++;
        return SIT_OK;
    }
    struct sit_new_face face = {.name = file->name,
                                .width_px = picture->info.width_px,
                                .height_px = picture->info.height_px,
                                .format = format_name(picture->info.format),
                                .bytes = picture->bytes.data,
                                .n_bytes = picture->bytes.n_bytes};
    memcpy(face.sha256, picture->sha256, sizeof face.sha256);
    enum sit_status status = split_rule_choose(
        &importer->rule, importer->project, file->source,
        file->split_given ? &file->split : NULL, &face.source_id, &face.split, err);
    if (status == SIT_OK)
        status = sit_project_add_face(importer->project, &face, &face_id, err);
    if (status != SIT_OK)
        return status;
    importer->result.n_added++;
    importer->rule.n_counted_faces++;
    return take_label(importer, file, face_id, err);
}

/* A picture whose content is in the project: under this name, or under another. */
static enum sit_status meet_again(struct importer *importer,
                                  const struct import_file *file, int64_t face_id,
                                  struct sit_error *err)
{
    int64_t named = 0;
    enum sit_status status = sit_project_find_face(importer->project, file->name,
                                                   &named, err);
    if (status == SIT_OK && named == face_id) {
        importer->result.n_known++;
    } else if (status == SIT_OK) {
        sit_note(importer->notes,
                 "'%s' is left out: the project has another picture named '%s'",
                 file->path, file->name);
        importer->result.n_failed++;
        return SIT_OK;
    } else if (status == SIT_E_NOT_FOUND) {
        importer->result.n_duplicates++;
        status = sit_project_add_alias(importer->project, file->name, face_id, err);
    }
    return status == SIT_OK ? take_label(importer, file, face_id, err) : status;
}

static enum sit_status import_one(struct importer *importer,
                                  const struct import_file *file,
                                  const struct import_picture *picture,
                                  struct sit_error *err)
{
    importer->result.n_pictures++;
    if (picture->status == SIT_E_NOMEM)
        return sit_error_nomem(err);
    if (picture->status != SIT_OK) {
        importer->result.n_failed++;
        sit_note(importer->notes, "%s", picture->error.message);
        return SIT_OK;
    }
    int64_t face_id;
    enum sit_status status = sit_project_find_content(importer->project,
                                                      picture->sha256, &face_id, err);
    if (status == SIT_E_NOT_FOUND)
        return add_face(importer, file, picture, err);
    return status == SIT_OK ? meet_again(importer, file, face_id, err) : status;
}

/* Write everything the reader hands over. Batches are short; a picture is waited for
 * outside of them. */
static enum sit_status write_batches(struct importer *importer,
                                     struct import_reader *reader,
                                     const struct import_files *files,
                                     const struct sit_progress *progress,
                                     struct sit_error *err)
{
    enum sit_status status = SIT_OK;
    size_t i = 0;
    while (status == SIT_OK && i < files->n) {
        import_reader_next(reader);
        if (!sit_progress_report(progress, i, files->n, NULL))
            return sit_error_set(err, SIT_E_CANCELLED, "interrupted");
        struct sit_import_result before = importer->result;
        size_t counted_before = importer->rule.n_counted_faces;
        status = sit_project_begin(importer->project, err);
        int64_t started_ms = sit_clock_ms();
        for (size_t n = 0; status == SIT_OK && i < files->n && n < BATCH_FACES &&
                           sit_clock_ms() - started_ms < BATCH_MS;
             n++) {
            struct import_picture *picture = import_reader_next(reader);
            status = import_one(importer, &files->items[i], picture, err);
            import_reader_done(reader);
            i++;
        }
        if (status == SIT_OK)
            status = sit_project_commit(importer->project, err);
        if (status != SIT_OK) {
            sit_project_rollback(importer->project);
            importer->result = before;
            importer->rule.n_counted_faces = counted_before;
        }
    }
    if (status == SIT_OK)
        sit_progress_report(progress, files->n, files->n, NULL);
    return status;
}

static enum sit_status prepare(struct importer *importer, struct sit_error *err)
{
    enum sit_status status = sit_project_begin(importer->project, err);
    if (status == SIT_OK)
        status = split_rule_store(&importer->rule, importer->project, err);
    if (status == SIT_OK)
        status = sit_project_annotator(importer->project, "import",
                                       &importer->annotator_id, err);
    if (status == SIT_OK)
        status = sit_project_commit(importer->project, err);
    if (status != SIT_OK)
        sit_project_rollback(importer->project);
    return status;
}

static void note_folders(const struct importer *importer,
                         const struct import_files *files)
{
    if (files->other_folders.n_bytes == 0)
        return;
    struct sit_buf classes = {0};
    for (size_t i = 0; i < importer->classes->n; i++)
        sit_buf_appendf(&classes, "%s%s", i > 0 ? ", " : "",
                        importer->classes->items[i].name);
    sit_note(
        importer->notes,
        "folders %s are not named after classes (%s): no labels are taken from them",
        sit_buf_text(&files->other_folders), sit_buf_text(&classes));
    sit_buf_release(&classes);
}

enum sit_status sit_import_paths(struct sit_project *project, const char *const *paths,
                                 size_t n_paths,
                                 const struct sit_import_options *options,
                                 const struct sit_notes *notes,
                                 const struct sit_progress *progress,
                                 struct sit_import_result *out, struct sit_error *err)
{
    struct sit_class_list classes;
    struct importer importer = {
        .project = project, .notes = notes, .classes = &classes};
    struct import_files files = {0};
    struct import_reader *reader = NULL;
    uint8_t *known = NULL;
    size_t n_known = 0;
    enum sit_status status = sit_project_classes(project, &classes, err);
    if (status == SIT_OK)
        status = split_rule_settle(
            project, options->split_unit_given ? &options->split_unit : NULL,
            &importer.rule, err);
    if (status == SIT_OK)
        status = import_scan(paths, n_paths, &classes, options->source_pattern,
                             importer.rule.unit, &files, err);
    if (status == SIT_OK)
        note_folders(&importer, &files);
    if (status == SIT_OK && files.n > 0) {
        status = prepare(&importer, err);
        if (status == SIT_OK)
            status = sit_project_contents(project, &known, &n_known, err);
        if (status == SIT_OK)
            status = import_reader_start(
                &files, known, n_known,
                options->n_jobs > 0 ? options->n_jobs : sit_cpu_count(), &reader, err);
        if (status == SIT_OK)
            status = write_batches(&importer, reader, &files, progress, err);
    }
    importer.result.n_ignored = files.n_ignored;
    *out = importer.result;
    import_reader_free(reader);
    import_files_release(&files);
    free(known);
    return status;
}
