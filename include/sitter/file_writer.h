/*
 * Writing a file piece by piece so that either the old or the whole new content is
 * there.
 */
#ifndef SITTER_FILE_WRITER_H
#define SITTER_FILE_WRITER_H

#include <stddef.h>

#include "sitter/buf.h"
#include "sitter/status.h"

/** Zero-initialise; sit_file_writer_discard() releases. */
struct sit_file_writer {
    int fd;
    char *path;   /* as given, for messages; NULL: not open */
    char *target; /* what is replaced; NULL where `path` is a device or a pipe */
    char *temp;   /* the new file until then */
    struct sit_buf pending;
};

/** A temporary file beside `path`. A link is followed; what is no regular file (a
 * device, a pipe) is written to as it is, never replaced. SIT_E_IO, SIT_E_NOMEM. */
enum sit_status sit_file_writer_open(const char *path, struct sit_file_writer *out,
                                     struct sit_error *err);

/** Append. SIT_E_IO (also: disk full), SIT_E_NOMEM; only discard is possible then. */
enum sit_status sit_file_writer_put(struct sit_file_writer *writer, const void *bytes,
                                    size_t n_bytes, struct sit_error *err);

/** fsync and rename; closes whatever comes of it. Nothing is left behind on failure. */
enum sit_status sit_file_writer_commit(struct sit_file_writer *writer,
                                       struct sit_error *err);

/** Give up: the old content stays. Harmless after commit and on a zeroed struct. */
void sit_file_writer_discard(struct sit_file_writer *writer);

#endif
