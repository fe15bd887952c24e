/*
 * The matrix that turns, scales and moves a face so that its eyes come to rest at fixed
 * places. Warping by it is image's part.
 */
#include <math.h>

#include "sitter/detect.h"

/* Where the eyes go, as shares of the side. */
static const double EYE_DISTANCE = 0.30, EYE_HEIGHT = 0.35;

enum {
    SUBJECT_RIGHT_EYE = 36, /* the first of six points */
    SUBJECT_LEFT_EYE = 42,
    EYE_POINTS = 6,
};

/* The mean of an eye's points, truncated towards zero. */
static struct sit_point eye_centre(const struct sit_point *points, size_t first)
{
    int64_t x = 0, y = 0;
    for (size_t i = 0; i < EYE_POINTS; i++) {
        x += points[first + i].x;
        y += points[first + i].y;
    }
    return (struct sit_point){(int32_t)(x / EYE_POINTS), (int32_t)(y / EYE_POINTS)};
}

/* Half a sum, rounded down also below zero. */
static double midpoint(int32_t a, int32_t b)
{
    return floor(((double)a + (double)b) / 2.0);
}

enum sit_status sit_face_align_matrix(const struct sit_point *points, size_t size_px,
                                      double m[6], struct sit_error *err)
{
    const double pi = 3.14159265358979323846;
    struct sit_point left = eye_centre(points, SUBJECT_LEFT_EYE);
    struct sit_point right = eye_centre(points, SUBJECT_RIGHT_EYE);
    double dx = (double)right.x - left.x, dy = (double)right.y - left.y;
    double distance = sqrt(dx * dx + dy * dy), side = (double)size_px;
    if (distance <= 0.0)
        return sit_error_set(err, SIT_E_NUMERIC, "both eyes are found at (%d, %d)",
                             (int)left.x, (int)left.y);
    /* By way of degrees, as the original, for the same rounding. */
    double degrees = atan2(dy, dx) * (180.0 / pi) - 180.0;
    double scale = EYE_DISTANCE * side / distance;
    double a = scale * cos(degrees * pi / 180.0);
    double b = scale * sin(degrees * pi / 180.0);
    double cx = midpoint(left.x, right.x), cy = midpoint(left.y, right.y);
    m[0] = a;
    m[1] = b;
    m[2] = (1.0 - a) * cx - b * cy + (side * 0.5 - cx);
    m[3] = -b;
    m[4] = a;
    m[5] = b * cx + (1.0 - a) * cy + (side * EYE_HEIGHT - cy);
    return SIT_OK;
}
