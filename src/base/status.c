/*
 * Error records: writing them, and naming the codes.
 */
#include "sitter/status.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void write_message(struct sit_error *err, enum sit_status status,
                          const char *format, va_list args)
{
    if (err == NULL)
        return;
    err->status = status;
    vsnprintf(err->message, sizeof err->message, format, args);
}

enum sit_status sit_error_set(struct sit_error *err, enum sit_status status,
                              const char *format, ...)
{
    va_list args;
    va_start(args, format);
    write_message(err, status, format, args);
    va_end(args);
    return status;
}

enum sit_status sit_error_set_errno(struct sit_error *err, enum sit_status status,
                                    const char *format, ...)
{
    int cause = errno;
    va_list args;
    va_start(args, format);
    write_message(err, status, format, args);
    va_end(args);
    if (err != NULL) {
        size_t used = strlen(err->message);
        char text[128] = "";
        /* strerror() may use a static buffer; workers call this at the same time. */
#if defined(__GLIBC__)
        const char *cause_text = strerrordesc_np(cause);
        snprintf(text, sizeof text, "%s", cause_text ? cause_text : "unknown error");
#else
        strerror_r(cause, text, sizeof text);
#endif
        snprintf(err->message + used, sizeof err->message - used, ": %s", text);
    }
    errno = cause;
    return status;
}

enum sit_status sit_error_nomem(struct sit_error *err)
{
    return sit_error_set(err, SIT_E_NOMEM, "out of memory");
}

void sit_error_prefix(struct sit_error *err, const char *format, ...)
{
    if (err == NULL)
        return;
    char text[SIT_ERROR_MESSAGE_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    size_t used = strlen(text);
    if (used > sizeof err->message - 3)
        used = sizeof err->message - 3;
    size_t rest = strnlen(err->message, sizeof err->message - used - 3);
    memmove(err->message + used + 2, err->message, rest);
    err->message[used + 2 + rest] = '\0';
    memcpy(err->message, text, used);
    memcpy(err->message + used, ": ", 2);
}

const char *sit_status_name(enum sit_status status)
{
    switch (status) {
    case SIT_OK: return "ok";
    case SIT_E_ARG: return "bad argument";
    case SIT_E_NOMEM: return "out of memory";
    case SIT_E_IO: return "input/output error";
    case SIT_E_FORMAT: return "bad format";
    case SIT_E_NOT_FOUND: return "not found";
    case SIT_E_EXISTS: return "exists already";
    case SIT_E_BUSY: return "busy";
    case SIT_E_NUMERIC: return "non-finite number";
    case SIT_E_CANCELLED: return "cancelled";
    case SIT_E_NOT_CONVERGED: return "not converged";
    case SIT_E_UNSUPPORTED: return "not supported";
    case SIT_E_LIMIT: return "over a limit";
    }
    return "unknown status";
}
