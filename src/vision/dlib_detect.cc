/*
 * dlib's frontal face detector behind detector_calls.h. The only C++ in the program: no
 * exception leaves this file, and pictures are looked at where they lie, not copied.
 */
#include <algorithm>
#include <cstdlib>
#include <exception>
#include <new>
#include <vector>

#include <dlib/image_processing/frontal_face_detector.h>
#include <dlib/revision.h>

#include "detector_calls.h"

namespace
{

/* A sit_image as dlib's generic image: read-only. */
struct borrowed_image {
    const struct sit_image *image;
};

long num_rows(const borrowed_image &borrowed)
{
    return static_cast<long>(borrowed.image->height_px);
}

long num_columns(const borrowed_image &borrowed)
{
    return static_cast<long>(borrowed.image->width_px);
}

const void *image_data(const borrowed_image &borrowed)
{
    return borrowed.image->rgb;
}

long width_step(const borrowed_image &borrowed)
{
    return static_cast<long>(borrowed.image->width_px * 3);
}

} // namespace

namespace dlib
{
template <> struct image_traits<borrowed_image> {
    typedef rgb_pixel pixel_type;
};
} // namespace dlib

static_assert(sizeof(dlib::rgb_pixel) == 3, "rows are packed RGB");

struct sit_detector {
    dlib::frontal_face_detector dlib;
};

#define STRING_OF(x)  #x
#define VERSION_OF(x) STRING_OF(x)

static enum sit_status fail(const std::exception &cause, struct sit_error *err)
{
    if (dynamic_cast<const std::bad_alloc *>(&cause) != nullptr)
        return sit_error_nomem(err);
    return sit_error_set(err, SIT_E_UNSUPPORTED, "dlib cannot look for faces: %s",
                         cause.what());
}

static enum sit_status make(struct sit_detector **out, struct sit_error *err)
{
    try {
        *out = new sit_detector{dlib::get_frontal_face_detector()};
        return SIT_OK;
    } catch (const std::exception &cause) {
        return fail(cause, err);
    }
}

static enum sit_status copy(const struct sit_detector *detector,
                            struct sit_detector **out, struct sit_error *err)
{
    try {
        *out = new sit_detector{detector->dlib};
        return SIT_OK;
    } catch (const std::exception &cause) {
        return fail(cause, err);
    }
}

static void release(struct sit_detector *detector)
{
    delete detector;
}

/* dlib's coordinates are long; those of a picture we accept fit by far. */
static int32_t to_int32(long value)
{
    return static_cast<int32_t>(
        std::clamp(value, static_cast<long>(INT32_MIN), static_cast<long>(INT32_MAX)));
}

static enum sit_status find(struct sit_detector *detector,
                            const struct sit_image *image, double min_score,
                            struct sit_face_box **boxes, size_t *n_boxes,
                            struct sit_error *err)
{
    std::vector<dlib::rect_detection> found;
    try {
        detector->dlib(borrowed_image{image}, found, min_score);
    } catch (const std::exception &cause) {
        return fail(cause, err);
    }
    struct sit_face_box *copies = nullptr;
    if (!found.empty()) {
        copies = static_cast<struct sit_face_box *>(
            std::malloc(found.size() * sizeof *copies));
        if (copies == nullptr)
            return sit_error_nomem(err);
    }
    for (size_t i = 0; i < found.size(); i++) {
        const dlib::rectangle &rect = found[i].rect;
        copies[i] = {to_int32(rect.left()), to_int32(rect.top()),
                     to_int32(rect.right()), to_int32(rect.bottom()),
                     found[i].detection_confidence};
    }
    *boxes = copies;
    *n_boxes = found.size();
    return SIT_OK;
}

#ifndef SITTER_DETECTOR_TABLE
#define SITTER_DETECTOR_TABLE detector_calls_plain
#endif

extern "C" const struct detector_calls SITTER_DETECTOR_TABLE = {
    make, copy, release, find,
    VERSION_OF(DLIB_MAJOR_VERSION) "." VERSION_OF(DLIB_MINOR_VERSION)};
