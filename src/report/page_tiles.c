/*
 * Faces on the page. Each is embedded once, as the background of the class "f<number>";
 * wherever it is shown stands a link with text of its own, to what is known of it.
 */
#include "html_page.h"

#include <math.h>

#include "html_text.h"

const char *page_class_style(sit_class_index class_index)
{
    static const char *const styles[] = {"c0", "c1", "c2", "c3", "c4", "c5"};
    return class_index < 0 ? "" : styles[(size_t)class_index % 6];
}

void page_class_name(const struct page *page, sit_class_index class_index)
{
    if (class_index < 0 || (size_t)class_index >= page->report->classes.n)
        sit_buf_append_text(page->out, "no class");
    else
        html_bdi(page->out, page->report->classes.items[class_index].name);
}

static void tile(const struct page *page, uint32_t face_index)
{
    const struct sit_report_face *face = &page->report->faces[face_index];
    struct sit_buf *out = page->out;
    size_t number = page_faces_number(page->faces, face_index);
    bool disagrees = page_face_disagrees(face, page->faces->predicted_classes);
    float sure = page_face_sureness(face);
    sit_buf_appendf(out,
                    "<li><a class=\"f f%zu %s%s\" href=\"#f%zu\">"
                    "<span class=\"v\">face %zu </span>",
                    number, page_class_style(face->class_index), disagrees ? " x" : "",
                    number, number + 1);
    if (isfinite(sure))
        sit_buf_appendf(out, "%s%.2f", disagrees ? "≠ " : "", (double)sure);
    else
        sit_buf_append_text(out, "label");
    sit_buf_append_text(out, "</a></li>");
}

void page_tiles(const struct page *page, const uint32_t *faces, size_t n,
                const char *id)
{
    sit_buf_append_text(page->out, "<ul class=\"tiles\"");
    if (id != NULL)
        sit_buf_appendf(page->out, " id=\"%s\"", id);
    sit_buf_append_text(page->out, ">\n");
    for (size_t i = 0; i < n; i++)
        tile(page, faces[i]);
    sit_buf_append_text(page->out, "\n</ul>\n");
}

static size_t count_class(const struct sit_report *report, size_t class_index)
{
    size_t n = 0;
    for (size_t i = 0; i < report->n_faces; i++)
        n += report->faces[i].class_index == (sit_class_index)class_index;
    return n;
}

void page_sheet(const struct page *page)
{
    const struct page_faces *faces = page->faces;
    struct sit_buf *out = page->out;
    sit_buf_append_text(
        out,
        "<section id=\"sheet\" aria-labelledby=\"sheet-h\">\n"
        "<h2 id=\"sheet-h\">Contact sheet</h2>\n"
        "<p>The collection by class, the most sure faces first. The number under a "
        "face is how probable its class is; a dashed frame and ≠ mark a labelled "
        "face that is predicted as another class. A face links to what is known "
        "of it.</p>\n");
    for (size_t c = 0; c < page->report->classes.n; c++) {
        size_t n = faces->sheet_start[c + 1] - faces->sheet_start[c];
        if (n == 0)
            continue;
        size_t n_class = count_class(page->report, c);
        sit_buf_appendf(out, "<h3 class=\"%s\">", page_class_style((sit_class_index)c));
        page_class_name(page, (sit_class_index)c);
        sit_buf_append_text(out, ": ");
        html_count(out, n_class);
        sit_buf_append_text(out, n_class == 1 ? " face" : " faces");
        if (n < n_class)
            sit_buf_appendf(out, ", %zu at even distances shown", n);
        sit_buf_append_text(out, "</h3>\n");
        page_tiles(page, faces->sheet + faces->sheet_start[c], n, NULL);
    }
    sit_buf_append_text(out, "</section>\n");
}

static void index_entry(const struct page *page, size_t number)
{
    struct sit_buf *out = page->out;
    const struct sit_report_face *face =
        &page->report->faces[page->faces->shown[number]];
    const struct sit_report_source *source = &page->report->sources[face->source];
    sit_buf_appendf(out, "<li class=\"f f%zu\" id=\"f%zu\"><b>", number, number);
    html_bdi(out, face->name);
    sit_buf_append_text(out, "</b>");
    if (source->title != NULL && source->title[0] != '\0') {
        sit_buf_append_text(out, " from ");
        html_bdi(out, source->title);
    }
    if (source->year_text != NULL && source->year_text[0] != '\0') {
        sit_buf_append_text(out, ", ");
        html_bdi(out, source->year_text);
    }
    sit_buf_append_text(out, ". ");
    if (face->label != SIT_NO_CLASS) {
        sit_buf_append_text(out, "Labelled ");
        page_class_name(page, face->label);
        sit_buf_append_text(out, face->split == SIT_TEST ? " (test)" : " (train)");
    } else {
        sit_buf_append_text(out, "Not labelled");
    }
    if (face->predicted != SIT_NO_CLASS) {
        sit_buf_append_text(out, ", predicted ");
        page_class_name(page, face->predicted);
        if (isfinite(face->p))
            sit_buf_appendf(out, " %.3f", (double)face->p);
    }
    sit_buf_append_text(out, ".</li>\n");
}

void page_index(const struct page *page)
{
    struct sit_buf *out = page->out;
    sit_buf_append_text(out,
                        "<section id=\"faces\" aria-labelledby=\"faces-h\">\n"
                        "<h2 id=\"faces-h\">Faces shown</h2>\n<p>This page shows ");
    html_count(out, page->faces->n_shown);
    sit_buf_append_text(out, " of ");
    html_count(out, page->report->n_faces);
    sit_buf_append_text(out, " faces.</p>\n<details><summary>What is known of each"
                             "</summary>\n<ul class=\"index\">\n");
    for (size_t i = 0; i < page->faces->n_shown; i++)
        index_entry(page, i);
    sit_buf_append_text(out, "</ul></details>\n</section>\n");
}
