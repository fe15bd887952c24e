/*
 * Progress reports and clocks.
 */
#include "sitter/progress.h"

#include <ctype.h>
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

/* Digits of a fraction after '.' or ',', as milliseconds. */
static const char *parse_fraction(const char *at, int64_t *ms)
{
    *ms = 0;
    if (*at != '.' && *at != ',')
        return at;
    int64_t unit = 100;
    for (at++; isdigit((unsigned char)*at); at++, unit /= 10)
        *ms += unit * (*at - '0');
    return at;
}

/* "Z", "+09", "+09:00", "-0330" or nothing; NULL for anything else. */
static const char *parse_offset(const char *at, int64_t *minutes)
{
    *minutes = 0;
    if (*at == 'Z' || *at == 'z')
        return at + 1;
    if (*at != '+' && *at != '-')
        return at;
    unsigned hours = 0, rest = 0;
    int used = 0;
    bool negative = *at++ == '-';
    if (sscanf(at, "%2u:%2u%n", &hours, &rest, &used) < 2 &&
        sscanf(at, "%2u%2u%n", &hours, &rest, &used) < 2 &&
        sscanf(at, "%2u%n", &hours, &used) < 1)
        return NULL;
    if (hours > 14 || rest > 59)
        return NULL;
    *minutes = (int64_t)hours * 60 + rest;
    if (negative)
        *minutes = -*minutes;
    return at + used;
}

bool sit_time_parse(const char *text, int64_t *time_ms)
{
    struct tm parts = {0};
    int64_t fraction_ms = 0, offset_minutes = 0;
    const char *at = strptime(text, "%Y-%m-%d", &parts);
    if (at != NULL && (*at == 'T' || *at == 't' || *at == ' ')) {
        at = strptime(at + 1, "%H:%M", &parts);
        if (at != NULL && *at == ':')
            at = strptime(at + 1, "%S", &parts);
        if (at != NULL)
            at = parse_fraction(at, &fraction_ms);
        if (at != NULL)
            at = parse_offset(at, &offset_minutes);
    }
    if (at == NULL || *at != '\0')
        return false;
    int day = parts.tm_mday;
    time_t seconds = timegm(&parts);
    if (parts.tm_mday != day) /* 31 February */
        return false;
    *time_ms = ((int64_t)seconds - offset_minutes * 60) * 1000 + fraction_ms;
    return true;
}
