/*
 * Status codes and the error record that every fallible function of libsitter
 * fills in. The library never prints and never exits: it reports here.
 */
#ifndef SITTER_STATUS_H
#define SITTER_STATUS_H

#include <stdarg.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Zero is success; everything else is negative. */
enum sit_status {
    SIT_OK = 0,
    SIT_E_ARG = -1,            /* the caller's argument is unusable */
    SIT_E_NOMEM = -2,          /* out of memory */
    SIT_E_IO = -3,             /* the operating system said no */
    SIT_E_FORMAT = -4,         /* a file's content is not what it must be */
    SIT_E_NOT_FOUND = -5,      /* nothing by that name */
    SIT_E_EXISTS = -6,         /* there already, and different */
    SIT_E_BUSY = -7,           /* another process holds the project too long */
    SIT_E_NUMERIC = -8,        /* a non-finite value in a computation */
    SIT_E_CANCELLED = -9,      /* the user interrupted; nothing half-done */
    SIT_E_NOT_CONVERGED = -10, /* an iteration ended before its tolerance */
    SIT_E_UNSUPPORTED = -11,   /* built without, or not made for that */
    SIT_E_LIMIT = -12,         /* larger than this program accepts */
};

/** Capacity of an error message, terminator included. */
enum { SIT_ERROR_MESSAGE_BYTES = 512 };

/**
 * The last parameter of a fallible function; may be NULL there. Written once,
 * where the cause is known, and left alone on success. The message is complete
 * enough to print: lower case, no full stop, names the file; it may hold raw
 * bytes of file names, so print it through sit_text_escape().
 */
struct sit_error {
    enum sit_status status;
    char message[SIT_ERROR_MESSAGE_BYTES];
};

/** Fill *err (may be NULL) and return `status`, for `return sit_error_set(...)`. */
enum sit_status sit_error_set(struct sit_error *err, enum sit_status status,
                              const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** As sit_error_set, the cause being errno: appends ": " and its text. */
enum sit_status sit_error_set_errno(struct sit_error *err, enum sit_status status,
                                    const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** SIT_E_NOMEM with a message; allocates nothing. */
enum sit_status sit_error_nomem(struct sit_error *err);

/** Put "prefix: " before the message that is in *err (may be NULL). */
void sit_error_prefix(struct sit_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** A short name of the code, for logs and tests: "out of memory". Never NULL. */
const char *sit_status_name(enum sit_status status);

#ifdef __cplusplus
}
#endif
#endif
