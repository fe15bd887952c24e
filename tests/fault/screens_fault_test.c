/*
 * The n-th allocation fails while a filter is set, a page of the grid is arranged, a
 * command is completed, and the report's figures are computed.
 */
#include "unit/train_support.h"

#include "alloc_faults.h"
#include "command.h"
#include "sitter/export.h"
#include "sitter/filter.h"
#include "sitter/page.h"
#include "sitter/report.h"

enum { N_MADE = 6 };

static size_t fail_each(work_fn *work, void *context, enum sit_status at_last)
{
    return fail_by(work, context, at_last, 0);
}

static struct sit_project *make(const char *path)
{
    static const char *const keywords[] = {"war", "peace"};
    struct sit_project *project = new_project(path);
    struct sit_labels *labels;
    int64_t set_id;
    add_faces(project, 0, N_MADE);
    assert_ok(sit_labels_open(project, "ann", &labels, err));
    const struct sit_face_table *table = sit_labels_table(labels);
    assert_ok(
        sit_project_begin_feature_set(project, "made", DIM, "npy", "{}", &set_id, err));
    assert_ok(sit_project_begin(project, err));
    for (size_t i = 0; i < table->n; i++) {
        const float vector[DIM] = {1.0f, (float)i, (float)(i % 2)};
        assert_ok(
            sit_project_put_feature(project, set_id, table->id[i], vector, DIM, err));
    }
    for (size_t i = 0; i < table->n_sources; i++) {
        struct sit_source_facts facts = {
            .year = 1950, .decade = 1950, .keywords = keywords, .n_keywords = 2};
        struct sit_face_detail detail = {0};
        assert_ok(sit_project_face_detail(project, table->id[i], 0, &detail, err));
        assert_ok(sit_project_set_source_facts(project, detail.source, &facts, err));
        sit_face_detail_release(&detail);
    }
    assert_ok(sit_project_commit(project, err));
    assert_ok(sit_project_finish_feature_set(project, set_id, err));
    const struct sit_label_note note = {.spent_ms = -1, .suggested = SIT_NO_CLASS};
    for (size_t i = 0; i < table->n; i += 2)
        assert_ok(sit_labels_set(labels, i, (sit_class_index)(i % 4 / 2), &note, err));
    sit_labels_free(labels);
    return project;
}

static enum sit_status filter(void *context, struct sit_error *cause)
{
    struct sit_project *project = context;
    struct sit_face_table table = {0};
    struct sit_filter_terms terms;
    struct sit_filter *out = NULL;
    enum sit_status status = sit_filter_parse(
        "label=m !name~f000 keyword~war year>1900 split=train", &terms, cause);
    if (status == SIT_OK)
        status = sit_face_table_load(project, 0, &table, cause);
    if (status == SIT_OK)
        status = sit_filter_new(project, &table, &terms, &out, cause);
    sit_filter_free(out);
    sit_face_table_release(&table);
    return status;
}

static enum sit_status pages(void *context, struct sit_error *cause)
{
    static const struct sit_page_owner owner;
    struct sit_labels *labels = NULL;
    struct sit_page *page = NULL;
    enum sit_status status = sit_labels_open(context, "ann", &labels, cause);
    if (status == SIT_OK)
        status = sit_page_open(labels, &owner, &page, cause);
    if (status == SIT_OK)
        status = sit_page_arrange(page, SIT_PAGE_SIMILAR, SIT_PAGE_ALL, 1, cause);
    if (status == SIT_OK)
        status = sit_page_arrange(page, SIT_PAGE_SOURCE, SIT_PAGE_ALL, 0, cause);
    sit_page_free(page);
    sit_labels_free(labels);
    return status;
}

/* Nothing is completed where there is no memory: the prompt stays as it is. */
static enum sit_status complete(void *context, struct sit_error *cause)
{
    struct sit_screen screen = {.commands = SIT_COMMANDS_LABEL};
    struct sit_effect effect = {0};
    sit_screen_ask(&screen, SIT_PROMPT_COMMAND, "filter labe");
    sit_command_key(&screen, context, 1, SIT_KEY_TAB, &effect);
    if (strcmp(screen.prompt.text, "filter label") == 0)
        return SIT_OK;
    assert_true(screen.prompt.text[0] == '\0' ||
                strcmp(screen.prompt.text, "filter labe") == 0);
    return sit_error_nomem(cause);
}

static enum sit_status rows(void *context, struct sit_error *cause)
{
    struct sit_buf csv = {0}, jsonl = {0};
    enum sit_status status = sit_export_csv(context, 0, &csv, cause);
    if (status == SIT_OK)
        status = sit_export_jsonl(context, 0, &jsonl, cause);
    sit_buf_release(&csv);
    sit_buf_release(&jsonl);
    return status;
}

static enum sit_status report(void *context, struct sit_error *cause)
{
    const struct sit_report_options options = {.n_keyword_posters = 1};
    struct sit_report *out = NULL;
    enum sit_status status = sit_report_compute(context, &options, NULL, &out, cause);
    assert_true(status == SIT_OK || out == NULL);
    sit_report_free(out);
    return status;
}

static void test_screens(void **state)
{
    struct fixture *f = *state;
    struct sit_class_list classes;
    struct sit_project *project = make(f->path);
    sit_class_list_default(&classes);
    assert_true(fail_each(filter, project, SIT_OK) > 10);
    assert_true(fail_each(pages, project, SIT_OK) > 20);
    assert_true(fail_each(complete, &classes, SIT_OK) > 0);
    assert_true(fail_each(rows, project, SIT_OK) > 10);
    sit_project_close(project);
}

static void test_report(void **state)
{
    struct fixture *f = *state;
    struct sit_project *project = make(f->path);
    assert_true(fail_by(report, project, SIT_OK, 100) > 100);
    sit_project_close(project);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_fixture(test_screens),
        with_fixture(test_report),
    };
    return cmocka_run_group_tests_name("allocation faults of screens", tests, NULL,
                                       NULL);
}
