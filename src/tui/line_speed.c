/*
 * The line's speed and the quality of pictures.
 */
#include "line_speed.h"

const struct sit_quality sit_qualities[SIT_N_QUALITIES] = {
    {128, 1}, /* half a decibel less than 256 colours, a sixth of the bytes saved */
    {32, 2},
    {16, 3},
    {16, 6}, /* as high as a row of sixels */
};

/* Bytes a pixel, measured on faces of 480 px. */
static const double sixel_bytes[SIT_N_QUALITIES] = {0.60, 0.24, 0.13, 0.06};
static const double kitty_bytes[SIT_N_QUALITIES] = {1.90, 0.81, 0.45, 0.20};

/* Less than that is latency; a line not known yet is taken for a slow one. */
enum { LEAST_BYTES = 4096, UNKNOWN_BYTES_PER_MS = 200, GIVE_UP_MS = 10000 };

void sit_line_speed_init(struct sit_line_speed *line, bool can_ask, bool is_remote,
                         int64_t latency_ms)
{
    *line = (struct sit_line_speed){
        .can_ask = can_ask, .is_remote = is_remote, .latency_ms = latency_ms};
}

bool sit_line_speed_ask(struct sit_line_speed *line, size_t n_bytes, int64_t now_ms)
{
    if (line->is_waiting && now_ms - line->asked_at_ms > GIVE_UP_MS)
        line->can_ask = false; /* it answers no such question */
    if (!line->can_ask || line->is_waiting || n_bytes < LEAST_BYTES)
        return false;
    line->is_waiting = true;
    line->asked_bytes = n_bytes;
    line->asked_at_ms = now_ms;
    return true;
}

static double speed_of_answer(const struct sit_line_speed *line, int64_t now_ms)
{
    int64_t ms = now_ms - line->asked_at_ms - line->latency_ms;
    return (double)line->asked_bytes / (double)(ms > 1 ? ms : 1);
}

void sit_line_speed_answer(struct sit_line_speed *line, int64_t now_ms)
{
    if (!line->is_waiting)
        return;
    double speed = speed_of_answer(line, now_ms);
    line->is_waiting = false;
    /* Half of what was known: a moment's stall is not the line's speed. */
    line->bytes_per_ms = line->bytes_per_ms > 0 ? (line->bytes_per_ms + speed) / 2
                                                : speed;
}

size_t sit_line_speed_quality(const struct sit_line_speed *line,
                              enum sit_graphics graphics, size_t n_px, int64_t now_ms)
{
    double speed = line->bytes_per_ms;
    if (!sit_graphics_has_pixels(graphics))
        return SIT_QUALITY_SHARP;
    if (line->is_waiting && line->can_ask) {
        double at_most = speed_of_answer(line, now_ms);
        if (now_ms - line->asked_at_ms > SIT_LINE_PATIENCE_MS + line->latency_ms &&
            (speed <= 0 || at_most < speed))
            speed = at_most;
    }
    if (speed <= 0 && line->is_remote && line->can_ask)
        speed = UNKNOWN_BYTES_PER_MS;
    if (speed <= 0)
        return SIT_QUALITY_SHARP;
    const double *bytes = graphics == SIT_GRAPHICS_KITTY ? kitty_bytes : sixel_bytes;
    size_t quality = SIT_QUALITY_SHARP;
    while (quality + 1 < SIT_N_QUALITIES &&
           bytes[quality] * (double)n_px > speed * SIT_LINE_PATIENCE_MS)
        quality++;
    return quality;
}

size_t sit_line_speed_bytes(const struct sit_line_speed *line, int64_t ms)
{
    const size_t least = 512;
    double speed = line->bytes_per_ms > 0 ? line->bytes_per_ms : UNKNOWN_BYTES_PER_MS;
    double bytes = speed * (double)ms;
    return bytes > (double)least ? (bytes < 1e6 ? (size_t)bytes : 1000000) : least;
}
