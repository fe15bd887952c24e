/*
 * Remarks that long work makes by the way: a picture that cannot be read, a row without
 * a face. They are not errors of the call; the caller shows or collects them.
 */
#ifndef SITTER_NOTES_H
#define SITTER_NOTES_H

#include <stddef.h>

/** `message` is complete, lower case, may hold raw bytes of file names; borrowed. */
typedef void sit_note_fn(void *context, const char *message);

struct sit_notes {
    sit_note_fn *note; /* may be NULL */
    void *context;
};

/** Format and pass on; `notes` may be NULL. */
void sit_note(const struct sit_notes *notes, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
