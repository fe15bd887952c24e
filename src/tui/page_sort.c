/*
 * The thread that sorts the grid by similarity.
 */
#include "page_sort.h"

#include "sitter/project.h"

enum { VALUES_AT_ONCE = 4 * 1024 * 1024 }; /* 16 MiB: some 20 ms */

static enum sit_status run(void *context, const struct sit_progress *progress,
                           struct sit_error *err)
{
    struct sit_page_sort *sort = context;
    struct sit_project *project = NULL;
    enum sit_status status = sit_project_open(sort->project_path, SIT_PROJECT_READ,
                                              &project, err);
    if (status == SIT_OK)
        status = sit_page_sorting_run(sort->sorting, project, progress, err);
    sit_project_close(project);
    return status;
}

void sit_page_sort_give_up(struct sit_page_sort *sort)
{
    sit_background_free(sort->background); /* waits a moment */
    sort->background = NULL;
    sit_page_sorting_free(sort->sorting);
    sort->sorting = NULL;
}

enum sit_status sit_page_sort_begin(struct sit_page_sort *sort, struct sit_page *page,
                                    struct sit_project *project,
                                    enum sit_page_scope scope, size_t like,
                                    struct sit_error *err)
{
    sit_page_sort_give_up(sort);
    sort->done = sort->total = 0;
    enum sit_status status = sit_page_sorting_begin(page, scope, like, &sort->sorting,
                                                    err);
    if (status != SIT_OK)
        return status;
    if (sit_page_sorting_values(sort->sorting) <= VALUES_AT_ONCE) {
        status = sit_page_sorting_run(sort->sorting, project, NULL, err);
        if (status == SIT_OK)
            status = sit_page_sorting_end(page, sort->sorting, err);
        sit_page_sort_give_up(sort);
        return status;
    }
    status = sit_background_new(sort->wake_fd, &sort->background, err);
    if (status == SIT_OK)
        status = sit_background_start(sort->background, run, sort, err);
    if (status != SIT_OK)
        sit_page_sort_give_up(sort);
    return status;
}

bool sit_page_sort_take(struct sit_page_sort *sort, struct sit_page *page,
                        enum sit_status *status, struct sit_error *err)
{
    struct sit_background_news news;
    *status = SIT_OK;
    if (sort->sorting == NULL)
        return false;
    sit_background_take(sort->background, &news);
    if (news.has_progress) {
        sort->done = news.done;
        sort->total = news.total;
    }
    if (!news.has_ended)
        return news.has_progress;
    *status = news.status;
    *err = news.err;
    if (news.status == SIT_OK)
        *status = sit_page_sorting_end(page, sort->sorting, err);
    sit_page_sort_give_up(sort);
    return true;
}
