/*
 * Progress reports and clocks.
 */
#include "sitter/progress.h"

#include <stdio.h>
#include <time.h>

bool sit_progress_report(const struct sit_progress *progress, size_t done, size_t total,
                         const char *text)
{
    if (progress == NULL || progress->report == NULL)
        return true;
    return progress->report(progress->context, done, total, text);
}

int64_t sit_clock_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t sit_clock_ms(void)
{
    return sit_clock_us() / 1000;
}

int64_t sit_time_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void sit_time_format(int64_t time_ms, char out[32])
{
    time_t seconds = (time_t)(time_ms / 1000);
    struct tm parts;
    if (gmtime_r(&seconds, &parts) == NULL ||
        strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        snprintf(out, 32, "?");
}
