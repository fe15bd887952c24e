/*
 * The contact sheet as a picture: a heading a class, then its tiles with frames in the
 * class's colour, the most sure faces first.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "page_faces.h"
#include "pixel_text.h"
#include "sitter/canvas.h"
#include "sitter/file.h"
#include "sitter/report_page.h"
#include "sitter/text.h"
#include "thumbs.h"

enum {
    COLS = 20,
    FACE = 64,
    FRAME = 3,
    GAP = 4,
    TILE = FACE + 2 * FRAME + GAP,
    MARGIN = 16,
    HEADING = 44,
    SCALE = 2,
    MAX_TILES = 3200, /* no side beyond SIT_IMAGE_MAX_SIDE_PX */
};

static const uint8_t CLASS_COLOURS[6][3] = {{0x1f, 0x6f, 0xb5}, {0xb8, 0x50, 0x1a},
                                            {0x5f, 0x6f, 0x00}, {0x7a, 0x4f, 0xb5},
                                            {0x00, 0x77, 0x6b}, {0xa8, 0x32, 0x6e}};
static const uint8_t INK[3] = {0x1a, 0x1c, 0x1e}, WHITE[3] = {0xff, 0xff, 0xff},
                     WARN[3] = {0xd6, 0x1f, 0x1f};

struct sheet {
    const struct sit_report *report;
    uint32_t *faces; /* class after class */
    size_t starts[SIT_PROJECT_MAX_CLASSES + 1];
    size_t tops[SIT_PROJECT_MAX_CLASSES]; /* of each class's heading */
    uint32_t predicted_classes;
    struct sit_image image;
};

/* A layout from the numbers of tiles alone; classes without faces have no heading. */
static size_t layout(struct sheet *sheet)
{
    size_t top = MARGIN;
    for (size_t c = 0; c < sheet->report->classes.n; c++) {
        size_t n = sheet->starts[c + 1] - sheet->starts[c];
        sheet->tops[c] = top;
        if (n > 0)
            top += HEADING + (n + COLS - 1) / COLS * TILE + MARGIN;
    }
    return top;
}

/* Class names are text of the project's; the font has ASCII. */
static void heading_text(const struct sheet *sheet, size_t class_index, char *out,
                         size_t n_bytes)
{
    const struct sit_class *class_ = &sheet->report->classes.items[class_index];
    size_t n = 0, n_shown = sheet->starts[class_index + 1] - sheet->starts[class_index];
    for (size_t i = 0; i < sheet->report->n_faces; i++)
        n += sheet->report->faces[i].class_index == (sit_class_index)class_index;
    bool plain = true;
    for (const char *at = class_->name; *at != '\0'; at++)
        plain &= *at >= ' ' && *at < 0x7f;
    int used = plain ? snprintf(out, n_bytes, "%s: ", class_->name)
                     : snprintf(out, n_bytes, "class %zu: ", class_index + 1);
    if (used < 0 || (size_t)used >= n_bytes)
        return;
    if (n_shown < n)
        snprintf(out + used, n_bytes - (size_t)used, "%zu faces, %zu at even distances",
                 n, n_shown);
    else
        snprintf(out + used, n_bytes - (size_t)used, "%zu face%s", n,
                 n == 1 ? "" : "s");
}

static void fill(struct sit_image *image, size_t left, size_t top, size_t side,
                 const uint8_t rgb[3])
{
    for (size_t y = top; y < top + side && y < image->height_px; y++)
        for (size_t x = left; x < left + side && x < image->width_px; x++)
            memcpy(image->rgb + 3 * (y * image->width_px + x), rgb, 3);
}

/* Dashes of white and red around a face that was predicted otherwise: to be told from
 * a class's colour by its shape, too. */
static void dash_frame(struct sit_image *image, size_t left, size_t top)
{
    enum { SIDE = FACE + 2 * FRAME, DASH = 5 };
    fill(image, left, top, SIDE, WHITE);
    for (size_t y = top; y < top + SIDE && y < image->height_px; y++)
        for (size_t x = left; x < left + SIDE && x < image->width_px; x++)
            if ((x - left + y - top) / DASH % 2 == 0)
                memcpy(image->rgb + 3 * (y * image->width_px + x), WARN, 3);
}

static enum sit_status put_tile(void *context, size_t i,
                                const struct sit_image *picture,
                                const struct sit_buf *jpeg, struct sit_error *err)
{
    struct sheet *sheet = context;
    size_t c = 0;
    (void)jpeg;
    (void)err;
    while (i >= sheet->starts[c + 1])
        c++;
    size_t k = i - sheet->starts[c];
    size_t left = MARGIN + k % COLS * TILE;
    size_t top = sheet->tops[c] + HEADING + k / COLS * TILE;
    if (page_face_disagrees(&sheet->report->faces[sheet->faces[i]],
                            sheet->predicted_classes))
        dash_frame(&sheet->image, left, top);
    else
        fill(&sheet->image, left, top, FACE + 2 * FRAME, CLASS_COLOURS[c % 6]);
    sit_canvas_paste(&sheet->image, picture, (long)(left + FRAME), (long)(top + FRAME));
    return SIT_OK;
}

static void draw_headings(struct sheet *sheet)
{
    for (size_t c = 0; c < sheet->report->classes.n; c++) {
        char text[128];
        if (sheet->starts[c + 1] == sheet->starts[c])
            continue;
        heading_text(sheet, c, text, sizeof text);
        size_t top = sheet->tops[c] + 12;
        fill(&sheet->image, MARGIN, top - 4, 24, CLASS_COLOURS[c % 6]);
        pixel_text(&sheet->image, text, MARGIN + 36, top, SCALE, INK);
    }
}

static bool ends_with(const char *path, const char *end)
{
    size_t n = strlen(path), n_end = strlen(end);
    return n > n_end && strcasecmp(path + n - n_end, end) == 0;
}

static enum sit_status draw(struct sheet *sheet, const struct thumbs_job *job,
                            struct sit_error *err)
{
    size_t height = layout(sheet);
    enum sit_status status = sit_image_new(2 * MARGIN + COLS * TILE - GAP, height,
                                           &sheet->image, err);
    if (status != SIT_OK)
        return status;
    memset(sheet->image.rgb, 0xff, 3 * sheet->image.width_px * height);
    draw_headings(sheet);
    return thumbs_walk(job, put_tile, sheet, err);
}

enum sit_status sit_report_sheet_write(struct sit_project *project,
                                       const struct sit_report *report,
                                       const struct sit_report_page_options *options,
                                       const char *path, const struct sit_notes *notes,
                                       const struct sit_progress *progress,
                                       struct sit_error *err)
{
    bool png = ends_with(path, ".png");
    if (!png && !ends_with(path, ".jpg") && !ends_with(path, ".jpeg"))
        return sit_error_set(err, SIT_E_ARG,
                             "'%s': a contact sheet is a .png, .jpg or .jpeg", path);
    enum { JPEG_QUALITY = 88 };
    struct sheet sheet = {.report = report,
                          .predicted_classes = page_predicted_classes(report)};
    struct sit_buf bytes = {0};
    size_t n_classes = report->classes.n;
    size_t per_class = n_classes > 0 ? MAX_TILES / n_classes : 0;
    per_class = per_class < SIT_SHEET_PER_CLASS ? per_class : SIT_SHEET_PER_CLASS;
    enum sit_status status = page_faces_sheet(report, per_class, &sheet.faces,
                                              sheet.starts, err);
    if (status == SIT_OK && sheet.starts[n_classes] == 0)
        status = sit_error_set(err, SIT_E_NOT_FOUND,
                               "no face has a class: there is no contact sheet");
    if (status == SIT_OK) {
        const struct thumbs_job job = {.project = project,
                                       .report = report,
                                       .faces = sheet.faces,
                                       .n_faces = sheet.starts[n_classes],
                                       .side_px = FACE,
                                       .n_threads = options->n_threads,
                                       .notes = notes,
                                       .progress = progress};
        status = draw(&sheet, &job, err);
    }
    if (status == SIT_OK)
        status = png ? sit_image_encode_png(&sheet.image, &bytes, err)
                     : sit_image_encode_jpeg(&sheet.image, JPEG_QUALITY, &bytes, err);
    if (status == SIT_OK)
        status = sit_file_write_atomic(path, bytes.data, bytes.n_bytes, err);
    sit_image_release(&sheet.image);
    sit_buf_release(&bytes);
    free(sheet.faces);
    return status;
}
