/*
 * Passing remarks on.
 */
#include "sitter/notes.h"

#include <stdarg.h>
#include <stdio.h>

#include "sitter/status.h"

void sit_note(const struct sit_notes *notes, const char *format, ...)
{
    if (notes == NULL || notes->note == NULL)
        return;
    char message[SIT_ERROR_MESSAGE_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    notes->note(notes->context, message);
}
