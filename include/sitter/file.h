/*
 * Files: read whole, write atomically, list folders in byte order, hash.
 */
#ifndef SITTER_FILE_H
#define SITTER_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sitter/buf.h"
#include "sitter/status.h"

enum { SIT_SHA256_BYTES = 32, SIT_SHA256_HEX_BYTES = 65 };

/**
 * Append the whole file to *out. A regular file of at most `max_bytes`; a folder, a
 * device or a larger file is an error that names it. *out is unchanged on failure.
 */
enum sit_status sit_file_read(const char *path, size_t max_bytes, struct sit_buf *out,
                              struct sit_error *err);

/**
 * Write a file so that either the old or the whole new content is there: a temporary
 * file beside it, fsync, rename. Nothing is left behind on failure. A link is followed;
 * what is no regular file (a device, a pipe) is written to as it is, never replaced.
 */
enum sit_status sit_file_write_atomic(const char *path, const void *bytes,
                                      size_t n_bytes, struct sit_error *err);

/** Make a folder and its parents; one that is there already is fine. */
enum sit_status sit_file_make_dir(const char *path, struct sit_error *err);

/** Join two parts with one slash; NULL without memory. The caller frees it. */
char *sit_file_join(const char *dir, const char *name);

/** One entry of a folder. */
struct sit_dir_entry {
    char *name; /* without the folder */
    bool is_dir;
};

struct sit_dir_list {
    struct sit_dir_entry *entries;
    size_t n_entries;
};

/**
 * The entries of a folder in byte order of their names: regular files and folders
 * (links followed); names that begin with a dot are left out.
 */
enum sit_status sit_dir_list_read(const char *path, struct sit_dir_list *out,
                                  struct sit_error *err);
void sit_dir_list_release(struct sit_dir_list *list);

/** SHA-256 of bytes. */
void sit_sha256(const void *bytes, size_t n_bytes, uint8_t digest[SIT_SHA256_BYTES]);

/** SHA-256 of a file of any size, as 64 lower-case hex digits and a NUL. */
enum sit_status sit_sha256_file(const char *path, char hex[SIT_SHA256_HEX_BYTES],
                                struct sit_error *err);

/** One digest for several files of a folder: the SHA-256 of the lines "HEX  NAME\n"
 * that `sha256sum NAME...` prints in it. */
enum sit_status sit_sha256_files(const char *dir, const char *const *names,
                                 size_t n_names, char hex[SIT_SHA256_HEX_BYTES],
                                 struct sit_error *err);

/** A digest as hex. */
void sit_sha256_hex(const uint8_t digest[SIT_SHA256_BYTES],
                    char hex[SIT_SHA256_HEX_BYTES]);

#endif
