/*
 * A poster's thumbnail with the box of one face. The box is drawn here, on the screen's
 * pixels, and not in the stored thumbnail: all faces of a poster share that, and a line
 * drawn at the final size stays sharp.
 */
#include "poster_picture.h"

#include <math.h>
#include <string.h>

/* Pixel edges, right and bottom outside. */
struct frame {
    double left, top, right, bottom;
};

static double clamp(double value, double low, double high)
{
    return value < low ? low : value > high ? high : value;
}

static void fill(struct sit_image *image, struct frame area, const uint8_t colour[3])
{
    double width = (double)image->width_px, height = (double)image->height_px;
    size_t x0 = (size_t)clamp(area.left, 0.0, width);
    size_t x1 = (size_t)clamp(area.right, 0.0, width);
    size_t y0 = (size_t)clamp(area.top, 0.0, height);
    size_t y1 = (size_t)clamp(area.bottom, 0.0, height);
    for (size_t y = y0; y < y1; y++)
        for (size_t x = x0; x < x1; x++)
            memcpy(image->rgb + (y * image->width_px + x) * 3, colour, 3);
}

/* A line of that thickness just outside the frame. */
static void outline(struct sit_image *image, struct frame f, double thickness,
                    const uint8_t colour[3])
{
    double left = f.left - thickness, right = f.right + thickness;
    fill(image, (struct frame){left, f.top - thickness, right, f.top}, colour);
    fill(image, (struct frame){left, f.bottom, right, f.bottom + thickness}, colour);
    fill(image, (struct frame){left, f.top, f.left, f.bottom}, colour);
    fill(image, (struct frame){f.right, f.top, right, f.bottom}, colour);
}

static void draw_box(struct sit_image *canvas, struct sit_image_placement place,
                     const struct sit_face_context *context)
{
    static const uint8_t yellow[3] = {255, 220, 0}, black[3] = {0, 0, 0};
    const struct sit_poster_box *box = &context->box;
    double zoom_x = (double)place.width_px / (double)context->width_px;
    double zoom_y = (double)place.height_px / (double)context->height_px;
    /* Off by up to a side: a box may reach beyond its poster. */
    struct frame f = {.left = round((double)place.x_px + box->left * zoom_x),
                      .top = round((double)place.y_px + box->top * zoom_y)};
    f.right = fmax(f.left + 2.0,
                   round((double)place.x_px + (box->left + box->width) * zoom_x));
    f.bottom = fmax(f.top + 2.0,
                    round((double)place.y_px + (box->top + box->height) * zoom_y));
    double thickness = floor(fmax(1.0, (double)canvas->width_px / 160.0));
    outline(canvas, f, thickness, yellow);
    if (thickness > 1.0) { /* seen on yellow too */
        f = (struct frame){f.left - thickness, f.top - thickness, f.right + thickness,
                           f.bottom + thickness};
        outline(canvas, f, 1.0, black);
    }
}

enum sit_status sit_poster_picture(struct sit_project *project, int64_t face_id,
                                   size_t width_px, size_t height_px,
                                   struct sit_image *out, struct sit_error *err)
{
    static const uint8_t black[3];
    struct sit_face_context context;
    struct sit_buf file = {0};
    struct sit_image thumbnail = {0}, canvas = {0};
    enum sit_status status = sit_project_face_context(project, face_id, &context, &file,
                                                      err);
    if (status == SIT_OK && (context.width_px == 0 || context.height_px == 0))
        status = sit_error_set(err, SIT_E_FORMAT, "the poster has no size");
    if (status == SIT_OK)
        status = sit_image_decode(sit_buf_text(&file), file.n_bytes, "poster",
                                  &thumbnail, err);
    if (status == SIT_OK)
        status = sit_image_fit(&thumbnail, width_px, height_px, black, &canvas, err);
    if (status == SIT_OK) {
        draw_box(&canvas,
                 sit_image_place(thumbnail.width_px, thumbnail.height_px, width_px,
                                 height_px),
                 &context);
        *out = canvas;
    }
    sit_image_release(&thumbnail);
    sit_buf_release(&file);
    return status;
}
