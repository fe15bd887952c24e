/*
 * Merging files into a project: opening them, one transaction around all, and what it
 * means for the labels.
 */
#include "sitter/merge.h"

#include <string.h>
#include <sys/stat.h>

static enum sit_status check_is_other(struct sit_project *project, const char *path,
                                      struct sit_error *err)
{
    struct stat own, other;
    if (stat(sit_project_path(project), &own) == 0 && stat(path, &other) == 0 &&
        own.st_dev == other.st_dev && own.st_ino == other.st_ino)
        return sit_error_set(err, SIT_E_ARG, "'%s' is the project itself", path);
    return SIT_OK;
}

/* What stays behind is said. */
static enum sit_status note_left_behind(struct sit_project *project,
                                        struct sit_project *from,
                                        const struct sit_notes *notes,
                                        struct sit_error *err)
{
    struct sit_feature_set *sets = NULL;
    struct sit_model *models = NULL;
    size_t n_sets = 0, n_models = 0;
    double own_share = 0, share = 0;
    enum sit_status status = sit_project_feature_sets(from, &sets, &n_sets, err);
    if (status == SIT_OK)
        status = sit_project_models(from, &models, &n_models, err);
    if (status == SIT_OK)
        status = sit_project_share(project, SIT_SHARE_OVERLAP, &own_share, err);
    if (status == SIT_OK)
        status = sit_project_share(from, SIT_SHARE_OVERLAP, &share, err);
    if (status == SIT_OK && n_sets + n_models > 0)
        sit_note(notes, "features and models of '%s' are not taken over",
                 sit_project_path(from));
    if (status == SIT_OK && share != own_share)
        sit_note(notes, "'%s' has an overlap of %.3g %%, the project keeps %.3g %%",
                 sit_project_path(from), share * 100, own_share * 100);
    sit_feature_sets_release(sets, n_sets);
    sit_models_release(models, n_models);
    return status;
}

static enum sit_status merge_file(struct sit_project *project, const char *path,
                                  const struct sit_merge_options *options,
                                  const struct sit_notes *notes,
                                  struct sit_merge_counts *counts,
                                  struct sit_error *err)
{
    struct sit_project *from = NULL;
    enum sit_status status = check_is_other(project, path, err);
    if (status == SIT_OK)
        status = sit_project_open_other(path, &from, err);
    if (status == SIT_OK)
        status = sit_project_merge_rows(project, from, options->force, notes, counts,
                                        err);
    if (status == SIT_OK)
        status = note_left_behind(project, from, notes, err);
    sit_project_close(from);
    return status;
}

static enum sit_status count_disputed(struct sit_project *project, size_t *n_disputed,
                                      size_t *n_faces, struct sit_error *err)
{
    struct sit_face_table table = {0};
    enum sit_status status = sit_face_table_load(project, 0, &table, err);
    if (status == SIT_OK) {
        *n_disputed = table.n_disputed;
        *n_faces = table.n;
    }
    sit_face_table_release(&table);
    return status;
}

enum sit_status sit_merge(struct sit_project *project, const char *const *paths,
                          size_t n, const struct sit_merge_options *options,
                          const struct sit_notes *notes, struct sit_merge_result *out,
                          struct sit_error *err)
{
    struct sit_merge_result result = {0};
    enum sit_status status = sit_project_begin(project, err);
    if (status == SIT_OK)
        status = count_disputed(project, &result.n_disputed_before, &result.n_faces,
                                err);
    for (size_t i = 0; status == SIT_OK && i < n; i++)
        status = merge_file(project, paths[i], options, notes, &result.counts, err);
    if (status == SIT_OK)
        status = count_disputed(project, &result.n_disputed, &result.n_faces, err);
    if (status == SIT_OK && !options->dry_run)
        status = sit_project_commit(project, err);
    else
        sit_project_rollback(project);
    if (status == SIT_OK)
        *out = result;
    return status;
}
