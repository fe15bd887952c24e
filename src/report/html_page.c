/*
 * The HTML page: its head with every face's thumbnail, then section after section, each
 * written out before the next is made.
 */
#include "html_page.h"

#include <string.h>

#include "html_text.h"
#include "sitter/file_writer.h"
#include "thumbs.h"

struct writing {
    struct page page;
    struct sit_file_writer file;
};

static enum sit_status flush(struct writing *w, struct sit_error *err)
{
    struct sit_buf *out = w->page.out;
    if (out->failed)
        return sit_error_nomem(err);
    enum sit_status status = sit_file_writer_put(&w->file, sit_buf_text(out),
                                                 out->n_bytes, err);
    sit_buf_reset(out);
    return status;
}

static void append_head(const struct page *page)
{
    struct sit_buf *out = page->out;
    sit_buf_append_text(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "img-src data:; style-src 'unsafe-inline'\">\n"
        "<meta name=\"referrer\" content=\"no-referrer\">\n"
        "<meta name=\"generator\" content=\"sitter ");
    html_text(out, page->report->version);
    sit_buf_append_text(out, "\">\n<title>Who is shown: report on ");
    html_text(out, page->report->project_path);
    sit_buf_append_text(out, "</title>\n<style>\n");
    sit_buf_append_text(out, PAGE_STYLE);
}

/* A face's style: the only place where its picture is. */
static enum sit_status put_face(void *context, size_t i,
                                const struct sit_image *picture,
                                const struct sit_buf *jpeg, struct sit_error *err)
{
    struct writing *w = context;
    struct sit_buf *out = w->page.out;
    (void)picture;
    if (jpeg->n_bytes == 0)
        return SIT_OK;
    sit_buf_appendf(out, ".f%zu{background-image:url(data:image/jpeg;base64,", i);
    html_base64(out, jpeg->data, jpeg->n_bytes);
    sit_buf_append_text(out, ")}\n");
    return flush(w, err);
}

static void fact(struct sit_buf *out, const char *name, size_t n)
{
    sit_buf_appendf(out, "<div><dt>%s</dt><dd>", name);
    html_count(out, n);
    sit_buf_append_text(out, "</dd></div>\n");
}

static void append_facts(const struct page *page)
{
    const struct sit_report *report = page->report;
    struct sit_buf *out = page->out;
    sit_buf_append_text(out, "<dl class=\"facts\">\n");
    fact(out, "posters", report->n_posters);
    fact(out, "posters with faces", report->n_posters_with_faces);
    fact(out, "faces", report->n_faces);
    fact(out, "labelled", report->method.n_labels);
    if (report->first_year != 0)
        sit_buf_appendf(out, "<div><dt>years</dt><dd>%d–%d</dd></div>\n",
                        report->first_year, report->last_year);
    sit_buf_append_text(out, "</dl>\n");
}

static void append_header(const struct page *page)
{
    const struct sit_report *report = page->report;
    struct sit_buf *out = page->out;
    char made[32];
    sit_time_format(report->made_at_ms, made);
    sit_buf_append_text(out, "</style>\n</head>\n<body>\n"
                             "<a class=\"skip\" href=\"#main\">Skip to the report</a>\n"
                             "<header>\n<h1>Who is shown</h1>\n<p class=\"muted\">");
    html_bdi(out, report->project_path);
    sit_buf_appendf(out, ", made %s by sitter ", made);
    html_text(out, report->version);
    sit_buf_append_text(out, "</p>\n");
    append_facts(page);
    sit_buf_append_text(out, "</header>\n<nav aria-label=\"Contents\">\n<ul>\n"
                             "<li><a href=\"#summary\">In short</a></li>\n");
    for (size_t t = 0; t < report->n_tables; t++) {
        sit_buf_appendf(out, "<li><a href=\"#t%zu\">", t);
        html_bdi(out, report->tables[t].title);
        sit_buf_append_text(out, "</a></li>\n");
    }
    sit_buf_append_text(out, "<li><a href=\"#sheet\">Contact sheet</a></li>\n"
                             "<li><a href=\"#method\">How it was found out</a></li>\n"
                             "<li><a href=\"#faces\">Faces shown</a></li>\n"
                             "</ul>\n</nav>\n<main id=\"main\" tabindex=\"-1\">\n"
                             "<section id=\"summary\" aria-labelledby=\"summary-h\">\n"
                             "<h2 id=\"summary-h\">In short</h2>\n");
    if (report->method.citation != NULL) {
        sit_buf_append_text(out, "<p class=\"cite\">");
        html_bdi(out, report->method.citation);
        sit_buf_append_text(out, "</p>\n");
    }
    sit_buf_append_text(out, "<p>What was done, and what it does not say: "
                             "<a href=\"#method\">how it was found out</a>.</p>\n"
                             "</section>\n");
}

static enum sit_status write_faces(struct writing *w, const struct thumbs_job *job,
                                   struct sit_error *err)
{
    append_head(&w->page);
    enum sit_status status = flush(w, err);
    return status == SIT_OK ? thumbs_walk(job, put_face, w, err) : status;
}

static enum sit_status write_sections(struct writing *w, struct sit_error *err)
{
    append_header(&w->page);
    enum sit_status status = flush(w, err);
    for (size_t t = 0; status == SIT_OK && t < w->page.report->n_tables; t++) {
        status = page_table(&w->page, t, err);
        if (status == SIT_OK)
            status = flush(w, err);
    }
    if (status != SIT_OK)
        return status;
    page_sheet(&w->page);
    page_method(&w->page);
    page_index(&w->page);
    sit_buf_append_text(
        w->page.out, "</main>\n<footer><p>One file, without scripts: it can be kept, "
                     "printed and read offline. It holds pictures of faces.</p>"
                     "</footer>\n</body>\n</html>\n");
    return flush(w, err);
}

enum sit_status sit_report_html_write(struct sit_project *project,
                                      const struct sit_report *report,
                                      const struct sit_report_page_options *options,
                                      const char *path, const struct sit_notes *notes,
                                      const struct sit_progress *progress,
                                      struct sit_error *err)
{
    struct page_faces faces = {0};
    struct sit_buf out = {0};
    struct writing w = {
        .page = {
            .report = report, .faces = &faces, .seed = options->seed, .out = &out}};
    enum sit_status status = page_faces_choose(report, options, &faces, err);
    if (status == SIT_OK)
        status = sit_file_writer_open(path, &w.file, err);
    if (status == SIT_OK) {
        const struct thumbs_job job = {.project = project,
                                       .report = report,
                                       .faces = faces.shown,
                                       .n_faces = faces.n_shown,
                                       .side_px = PAGE_THUMB_PX,
                                       .jpeg_quality = PAGE_THUMB_QUALITY,
                                       .n_threads = options->n_threads,
                                       .notes = notes,
                                       .progress = progress};
        status = write_faces(&w, &job, err);
    }
    if (status == SIT_OK)
        status = write_sections(&w, err);
    if (status == SIT_OK)
        status = sit_file_writer_commit(&w.file, err);
    sit_file_writer_discard(&w.file);
    page_faces_release(&faces);
    sit_buf_release(&out);
    return status;
}
