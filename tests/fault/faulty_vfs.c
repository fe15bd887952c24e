/*
 * The VFS shim: every method is handed on, some of them count.
 */
#include "faulty_vfs.h"

#include <sqlite3.h>
#include <stdlib.h>

struct shim_file {
    sqlite3_file base;
    sqlite3_file *real; /* right after this struct */
    bool is_temporary;
};

static sqlite3_vfs *real_vfs;
static size_t countdown;
static bool fails_full, fails_for_good, has_failed, counts_memory, skips_temporary;

void faulty_vfs_arm(size_t n, bool full, bool for_good)
{
    countdown = n;
    fails_full = full;
    fails_for_good = for_good;
    has_failed = false;
}

void faulty_vfs_count_memory(bool counted)
{
    counts_memory = counted;
}

void faulty_vfs_skip_temporary(bool skipped)
{
    skips_temporary = skipped;
}

bool faulty_vfs_has_failed(void)
{
    return has_failed;
}

static bool should_fail(void)
{
    if (has_failed)
        return fails_for_good;
    has_failed = countdown > 0 && --countdown == 0;
    return has_failed;
}

/* The same for an operation on a file. */
static bool should_fail_on(sqlite3_file *file)
{
    const struct shim_file *shim = (const struct shim_file *)file;
    return !(skips_temporary && shim->is_temporary) && should_fail();
}

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((struct shim_file *)file)->real;
}

#define METHODS(file) (real_of(file)->pMethods)

static int shim_close(sqlite3_file *f)
{
    return METHODS(f)->xClose(real_of(f));
}

static int shim_read(sqlite3_file *f, void *bytes, int n, sqlite3_int64 at)
{
    return METHODS(f)->xRead(real_of(f), bytes, n, at);
}

static int shim_write(sqlite3_file *f, const void *bytes, int n, sqlite3_int64 at)
{
    if (should_fail_on(f)) {
        METHODS(f)->xWrite(real_of(f), bytes, n / 2, at);
        return fails_full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    }
    return METHODS(f)->xWrite(real_of(f), bytes, n, at);
}

static int shim_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    if (should_fail_on(f))
        return SQLITE_IOERR_TRUNCATE;
    return METHODS(f)->xTruncate(real_of(f), size);
}

static int shim_sync(sqlite3_file *f, int flags)
{
    if (should_fail_on(f))
        return fails_full ? SQLITE_FULL : SQLITE_IOERR_FSYNC;
    (void)f, (void)flags;
    return SQLITE_OK; /* nobody pulls a plug here, and the disk is slow */
}

static int shim_size(sqlite3_file *f, sqlite3_int64 *size)
{
    return METHODS(f)->xFileSize(real_of(f), size);
}

static int shim_lock(sqlite3_file *f, int level)
{
    return METHODS(f)->xLock(real_of(f), level);
}

static int shim_unlock(sqlite3_file *f, int level)
{
    return METHODS(f)->xUnlock(real_of(f), level);
}

static int shim_check(sqlite3_file *f, int *out)
{
    return METHODS(f)->xCheckReservedLock(real_of(f), out);
}

static int shim_control(sqlite3_file *f, int what, void *argument)
{
    return METHODS(f)->xFileControl(real_of(f), what, argument);
}

static int shim_sector(sqlite3_file *f)
{
    return METHODS(f)->xSectorSize(real_of(f));
}

static int shim_device(sqlite3_file *f)
{
    return METHODS(f)->xDeviceCharacteristics(real_of(f));
}

static int shim_shm_map(sqlite3_file *f, int page, int size, int extend,
                        void volatile **out)
{
    if (counts_memory && should_fail()) {
        *out = NULL;
        return SQLITE_IOERR_SHMMAP;
    }
    return METHODS(f)->xShmMap(real_of(f), page, size, extend, out);
}

static int shim_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    if (counts_memory && (flags & SQLITE_SHM_LOCK) != 0 && should_fail())
        return SQLITE_IOERR_SHMLOCK;
    return METHODS(f)->xShmLock(real_of(f), offset, n, flags);
}

static void shim_shm_barrier(sqlite3_file *f)
{
    METHODS(f)->xShmBarrier(real_of(f));
}

static int shim_shm_unmap(sqlite3_file *f, int remove)
{
    return METHODS(f)->xShmUnmap(real_of(f), remove);
}

/* Version 2: no memory mapping of the database, so that every write comes by here. */
static const sqlite3_io_methods shim_methods = {
    .iVersion = 2,
    .xClose = shim_close,
    .xRead = shim_read,
    .xWrite = shim_write,
    .xTruncate = shim_truncate,
    .xSync = shim_sync,
    .xFileSize = shim_size,
    .xLock = shim_lock,
    .xUnlock = shim_unlock,
    .xCheckReservedLock = shim_check,
    .xFileControl = shim_control,
    .xSectorSize = shim_sector,
    .xDeviceCharacteristics = shim_device,
    .xShmMap = shim_shm_map,
    .xShmLock = shim_shm_lock,
    .xShmBarrier = shim_shm_barrier,
    .xShmUnmap = shim_shm_unmap,
};

static int shim_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags,
                     int *out_flags)
{
    (void)vfs;
    struct shim_file *shim = (struct shim_file *)file;
    shim->real = (sqlite3_file *)(shim + 1);
    shim->base.pMethods = NULL;
    shim->is_temporary = (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL |
                                   SQLITE_OPEN_MAIN_JOURNAL)) == 0;
    int code = real_vfs->xOpen(real_vfs, path, shim->real, flags, out_flags);
    if (shim->real->pMethods != NULL)
        shim->base.pMethods = &shim_methods;
    return code;
}

void faulty_vfs_install(void)
{
    static sqlite3_vfs vfs;
    real_vfs = sqlite3_vfs_find(NULL);
    if (real_vfs == NULL)
        abort();
    vfs = *real_vfs; /* the other methods take the real one's data */
    vfs.zName = "faulty";
    vfs.szOsFile = (int)sizeof(struct shim_file) + real_vfs->szOsFile;
    vfs.xOpen = shim_open;
    if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK)
        abort();
}
