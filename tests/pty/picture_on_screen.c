/*
 * Compares a screenshot of a real terminal with the face that should be on it: where
 * the screen's own layout puts the picture, the pixels are compared with the face's
 * stored picture scaled to that place. Prints the PSNR in dB, or 0 where anything is
 * left of another picture around it.
 *
 *   picture_on_screen DB label FACE SHOT.png COLS ROWS CELL_W CELL_H GRAPHICS X Y
 *   picture_on_screen DB review "" SHOT.png ...      (the worst mistake of the newest
 * model)
 *   picture_on_screen DB grid N SHOT.png ...         (the worst of the page whose first
 * face is number N of the project, from 0; 0 also where a caption is not there)
 *
 * GRAPHICS is sixel, kitty or blocks-256; (X, Y) is the first cell's place in pixels.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "page_screen.h"
#include "screen.h"
#include "sitter/file.h"
#include "sitter/image.h"
#include "sitter/project.h"
#include "sitter/review.h"
#include "strip_picture.h"

/* What the canvas has for a cell of block characters of all shapes. */
enum { SHAPE_WIDTH_PX = 8, SHAPE_HEIGHT_PX = 16, MAX_BYTES = 64 * 1024 * 1024 };

static size_t origin_x, origin_y;

static void check(enum sit_status status, const struct sit_error *err)
{
    if (status == SIT_OK)
        return;
    fprintf(stderr, "picture_on_screen: %s\n", err->message);
    exit(2);
}

static int64_t find_face(struct sit_project *project, const char *db, const char *mode,
                         const char *name)
{
    struct sit_error err;
    int64_t face_id = 0;
    if (strcmp(mode, "label") == 0) {
        check(sit_project_find_face(project, name, &face_id, &err), &err);
        return face_id;
    }
    struct sit_review_list list = {0};
    check(sit_review_compute(db, SIT_REVIEW_MISTAKES, NULL, NULL, &list, &err), &err);
    if (list.n > 0)
        face_id = list.items[0].face_id;
    sit_review_list_release(&list);
    return face_id;
}

/* The picture's cells; *room is all of the screen's part that pictures may be in. */
static struct sit_area picture_area(const struct sit_screen_metrics *metrics,
                                    size_t n_cols, size_t n_rows, struct sit_area *room)
{
    struct sit_grid grid = {0};
    struct sit_layout layout = {0};
    struct sit_area area = {0};
    if (sit_grid_resize(&grid, n_cols, n_rows) &&
        sit_screen_layout(&grid, metrics, &layout)) {
        sit_screen_place_picture(&grid, layout.picture, metrics, 1);
        area = grid.slots[0].area;
    }
    *room = layout.picture;
    sit_grid_release(&grid);
    return area;
}

/* Whether anything is left of another picture: the room outside the picture's cells is
 * of one colour. */
static bool has_remains(const struct sit_image *shot,
                        const struct sit_screen_metrics *m, struct sit_area room,
                        struct sit_area area)
{
    const uint8_t *first = NULL;
    for (size_t row = room.row; row < room.row + room.n_rows; row++) {
        for (size_t col = room.col; col < room.col + room.n_cols; col++) {
            if (row >= area.row && row < area.row + area.n_rows && col >= area.col &&
                col < area.col + area.n_cols)
                continue;
            for (size_t i = 0; i < m->cell_width_px * m->cell_height_px; i++) {
                size_t x = origin_x + col * m->cell_width_px + i % m->cell_width_px;
                size_t y = origin_y + row * m->cell_height_px + i / m->cell_width_px;
                if (x >= shot->width_px || y >= shot->height_px)
                    continue;
                const uint8_t *pixel = shot->rgb + 3 * (y * shot->width_px + x);
                if (first == NULL)
                    first = pixel;
                if (memcmp(first, pixel, 3) != 0)
                    return true;
            }
        }
    }
    return false;
}

/* Half blocks: one pixel a half cell, taken from its middle. Other shapes are compared
 * as they are, in pixels of the screen. */
static void sample_blocks(const struct sit_image *shot,
                          const struct sit_picture_format *f, struct sit_area area,
                          struct sit_image *out)
{
    for (size_t y = 0; y < out->height_px; y++) {
        for (size_t x = 0; x < out->width_px; x++) {
            size_t px = origin_x + (area.col + x) * f->cell_width_px +
                        f->cell_width_px / 2;
            size_t py = origin_y + (area.row + y / 2) * f->cell_height_px +
                        (y % 2 == 0 ? f->cell_height_px / 4
                                    : f->cell_height_px * 3 / 4);
            if (px < shot->width_px && py < shot->height_px)
                memcpy(out->rgb + 3 * (y * out->width_px + x),
                       shot->rgb + 3 * (py * shot->width_px + px), 3);
        }
    }
}

static void read_face(struct sit_project *project, int64_t face_id,
                      struct sit_image *out)
{
    struct sit_error err;
    struct sit_buf bytes = {0};
    check(sit_project_face_picture(project, face_id, &bytes, &err), &err);
    check(sit_image_decode(bytes.data, bytes.n_bytes, "face", out, &err), &err);
    sit_buf_release(&bytes);
}

/*
 * The grid
 */

/* One face of a row: `strip` is the row's format, in its first cell's area. Block
 * characters are compared in pixels of the screen. */
static double tile_psnr(const struct sit_image *shot,
                        const struct sit_picture_format *strip, struct sit_area area,
                        size_t n_tiles, size_t i, const struct sit_image *face)
{
    static const uint8_t black[3] = {0, 0, 0};
    struct sit_error err;
    struct sit_image expected = {0}, scaled = {0}, seen = {0};
    size_t width, height;
    sit_picture_canvas_size(strip, &width, &height);
    bool has_pixels = sit_graphics_has_pixels(strip->graphics);
    struct sit_image_placement p = sit_strip_face_place(width / n_tiles, height,
                                                        has_pixels);
    double scale_x = has_pixels ? 1
                                : (double)(strip->n_cols * strip->cell_width_px) /
                                      (double)width;
    double scale_y = has_pixels ? 1
                                : (double)(strip->n_rows * strip->cell_height_px) /
                                      (double)height;
    double x = (double)(i * (width / n_tiles) + p.x_px) * scale_x;
    double y = (double)p.y_px * scale_y;
    size_t shown_width = (size_t)((double)p.width_px * scale_x);
    size_t shown_height = (size_t)((double)p.height_px * scale_y);
    check(sit_image_fit(face, p.width_px, p.height_px, black, &expected, &err), &err);
    check(sit_image_scale(&expected, shown_width, shown_height, &scaled, &err), &err);
    check(sit_image_crop(shot, origin_x + area.col * strip->cell_width_px + (size_t)x,
                         origin_y + area.row * strip->cell_height_px + (size_t)y,
                         shown_width, shown_height, &seen, &err),
          &err);
    double psnr = sit_image_psnr(&scaled, &seen);
    sit_image_release(&seen);
    sit_image_release(&scaled);
    sit_image_release(&expected);
    return isfinite(psnr) ? psnr : 99.0;
}

/* Whether the cells have more than one colour. */
static bool has_ink(const struct sit_image *shot, const struct sit_screen_metrics *m,
                    struct sit_area area)
{
    size_t width = area.n_cols * m->cell_width_px,
           height = area.n_rows * m->cell_height_px;
    size_t left = origin_x + area.col * m->cell_width_px;
    size_t top = origin_y + area.row * m->cell_height_px;
    for (size_t i = 0; i < width * height; i++) {
        size_t x = left + i % width, y = top + i / width;
        if (x < shot->width_px && y < shot->height_px &&
            memcmp(shot->rgb + 3 * (y * shot->width_px + x),
                   shot->rgb + 3 * (top * shot->width_px + left), 3) != 0)
            return true;
    }
    return false;
}

static double page_psnr(struct sit_project *project, const struct sit_image *shot,
                        const struct sit_screen_metrics *metrics, size_t n_cols,
                        size_t n_rows, size_t first)
{
    struct sit_page_geometry g = sit_page_geometry(metrics, n_cols, n_rows);
    struct sit_error err;
    struct sit_face_table table = {0};
    struct sit_area all = {0, g.row, n_cols, n_rows - 2 - g.row};
    size_t height = g.tile_rows + g.caption_rows;
    double worst = g.n_cols == 0 ? 0 : 99;
    check(sit_face_table_load(project, 0, &table, &err), &err);
    for (size_t k = 0; k < g.n_cols * g.n_rows && first + k < table.n; k++) {
        struct sit_area row = {g.col, g.row + k / g.n_cols * height,
                               g.n_cols * g.tile_cols, g.tile_rows};
        const struct sit_picture_format format = {
            .graphics = metrics->graphics,
            .n_cols = row.n_cols,
            .n_rows = row.n_rows,
            .cell_width_px = metrics->cell_width_px,
            .cell_height_px = metrics->cell_height_px,
            .n_colours = 64};
        struct sit_image face = {0};
        read_face(project, table.id[first + k], &face);
        double psnr = tile_psnr(shot, &format, row, g.n_cols, k % g.n_cols, &face);
        sit_image_release(&face);
        struct sit_area caption = {g.col + k % g.n_cols * g.tile_cols,
                                   row.row + g.tile_rows, g.tile_cols - 1, 1};
        if (g.caption_rows > 0 && !has_ink(shot, metrics, caption))
            psnr = 0;
        worst = psnr < worst ? psnr : worst;
    }
    sit_face_table_release(&table);
    struct sit_area page = {g.col, g.row, g.n_cols * g.tile_cols, g.n_rows * height};
    return has_remains(shot, metrics, all, page) ? 0 : worst;
}

/*
 * One face
 */

static void print_face_psnr(struct sit_project *project, char **argv,
                            const struct sit_image *shot,
                            const struct sit_screen_metrics *metrics)
{
    static const uint8_t black[3] = {0, 0, 0};
    struct sit_error err;
    struct sit_image face = {0}, expected = {0}, seen = {0};
    struct sit_picture_format format = {.graphics = metrics->graphics,
                                        .cell_width_px = metrics->cell_width_px,
                                        .cell_height_px = metrics->cell_height_px,
                                        .n_colours = 256,
                                        .is_square = true};
    struct sit_area room;
    struct sit_area area = picture_area(metrics, (size_t)atoi(argv[5]),
                                        (size_t)atoi(argv[6]), &room);
    format.n_cols = area.n_cols;
    format.n_rows = area.n_rows;
    size_t width, height;
    sit_picture_canvas_size(&format, &width, &height);

    read_face(project, find_face(project, argv[1], argv[2], argv[3]), &face);
    check(sit_image_fit(&face, width, height, black, &expected, &err), &err);
    bool shapes = !sit_graphics_has_pixels(metrics->graphics) && width > area.n_cols;
    if (shapes) { /* so many pixels of the screen are a cell, whatever made it up */
        struct sit_image scaled = {0};
        size_t n_cols = width / SHAPE_WIDTH_PX, n_rows = height / SHAPE_HEIGHT_PX;
        width = n_cols * format.cell_width_px;
        height = n_rows * format.cell_height_px;
        check(sit_image_scale(&expected, width, height, &scaled, &err), &err);
        sit_image_release(&expected);
        expected = scaled;
    }
    if (shapes || sit_graphics_has_pixels(metrics->graphics)) {
        check(sit_image_crop(shot, origin_x + area.col * format.cell_width_px,
                             origin_y + area.row * format.cell_height_px, width, height,
                             &seen, &err),
              &err);
    } else {
        check(sit_image_new(width, height, &seen, &err), &err);
        sample_blocks(shot, &format, area, &seen);
    }
    double psnr = sit_image_psnr(&expected, &seen);
    if (has_remains(shot, metrics, room, area))
        printf("0 with remains of another picture beside it\n");
    else
        printf("%.1f\n", isfinite(psnr) ? psnr : 99.0);
    sit_image_release(&seen);
    sit_image_release(&expected);
    sit_image_release(&face);
}

int main(int argc, char **argv)
{
    if (argc != 12)
        return 2;
    origin_x = (size_t)atoi(argv[10]);
    origin_y = (size_t)atoi(argv[11]);
    struct sit_error err;
    struct sit_project *project = NULL;
    struct sit_buf file = {0};
    struct sit_image shot = {0};
    enum sit_graphics graphics = SIT_GRAPHICS_BLOCKS_256;
    if (strcmp(argv[9], "sixel") == 0)
        graphics = SIT_GRAPHICS_SIXEL;
    else if (strcmp(argv[9], "kitty") == 0)
        graphics = SIT_GRAPHICS_KITTY;
    struct sit_screen_metrics metrics = {.graphics = graphics,
                                         .cell_width_px = (size_t)atoi(argv[7]),
                                         .cell_height_px = (size_t)atoi(argv[8]),
                                         .max_picture_px = 1000};
    check(sit_project_open(argv[1], SIT_PROJECT_READ, &project, &err), &err);
    check(sit_file_read(argv[4], MAX_BYTES, &file, &err), &err);
    check(sit_image_decode(file.data, file.n_bytes, argv[4], &shot, &err), &err);
    if (strcmp(argv[2], "grid") == 0)
        printf("%.1f\n", page_psnr(project, &shot, &metrics, (size_t)atoi(argv[5]),
                                   (size_t)atoi(argv[6]), (size_t)atoi(argv[3])));
    else
        print_face_psnr(project, argv, &shot, &metrics);
    sit_image_release(&shot);
    sit_buf_release(&file);
    sit_project_close(project);
    return 0;
}
