/*
 * An SQLite VFS over the default one whose n-th write, sync or truncation fails.
 */
#ifndef SITTER_FAULTY_VFS_H
#define SITTER_FAULTY_VFS_H

#include <stdbool.h>
#include <stddef.h>

/* Make it the default VFS; once, before anything is opened. */
void faulty_vfs_install(void);

/* Fail operation number `n` from now on (1 based; 0: none) with SQLITE_FULL or an I/O
 * error; `for_good`: and all after it. A failing write leaves half of its bytes. */
void faulty_vfs_arm(size_t n, bool full, bool for_good);

/* Whether the shared memory of the log's index counts among the operations: mapping and
 * locking it. Off at first. */
void faulty_vfs_count_memory(bool counted);

/* Whether SQLite's temporary files are left out: the journals of long statements. */
void faulty_vfs_skip_temporary(bool skipped);

/* Whether an operation has failed since. */
bool faulty_vfs_has_failed(void);

#endif
