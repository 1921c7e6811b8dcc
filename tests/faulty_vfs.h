/* A SQLite VFS that stands on the ordinary one and fails on demand: from the
 * n-th change to any file on, every change fails with one code, as on a full
 * disk or a dying one. Reading goes on. */
#ifndef SPOOR_TESTS_FAULTY_VFS_H
#define SPOOR_TESTS_FAULTY_VFS_H

#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

struct faults {
    long left; /* changes that still work; -1: all */
    int code;  /* what the others fail with: SQLITE_FULL, SQLITE_IOERR_... */
    long done; /* changes asked for */
};
static struct faults faults = {.left = -1};

struct faulty_file {
    sqlite3_file base;
    sqlite3_file *real; /* in the same allocation, behind this */
};

static int faulty_change(void)
{
    faults.done++;
    if (faults.left < 0)
        return SQLITE_OK;
    if (faults.left == 0)
        return faults.code;
    faults.left--;
    return SQLITE_OK;
}

static sqlite3_file *faulty_real(sqlite3_file *file)
{
    return ((struct faulty_file *)file)->real;
}

static int faulty_close(sqlite3_file *file)
{
    sqlite3_file *real = faulty_real(file);
    return real->pMethods == NULL ? SQLITE_OK : real->pMethods->xClose(real);
}

static int faulty_read(
    sqlite3_file *file, void *to, int len, sqlite3_int64 offset)
{
    sqlite3_file *real = faulty_real(file);
    return real->pMethods->xRead(real, to, len, offset);
}

static int faulty_write(
    sqlite3_file *file, const void *from, int len, sqlite3_int64 offset)
{
    sqlite3_file *real = faulty_real(file);
    int code = faulty_change();
    if (code == SQLITE_OK)
        return real->pMethods->xWrite(real, from, len, offset);
    /* A write that fails may have been done in part. */
    if (len >= 2)
        real->pMethods->xWrite(real, from, len / 2, offset);
    return code;
}

static int faulty_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    sqlite3_file *real = faulty_real(file);
    return real->pMethods->xTruncate(real, size);
}

static int faulty_sync(sqlite3_file *file, int flags)
{
    sqlite3_file *real = faulty_real(file);
    int code = faulty_change();
    if (code != SQLITE_OK)
        return code == SQLITE_FULL ? SQLITE_FULL : SQLITE_IOERR_FSYNC;
    return real->pMethods->xSync(real, flags);
}

static int faulty_size(sqlite3_file *file, sqlite3_int64 *size)
{
    sqlite3_file *real = faulty_real(file);
    return real->pMethods->xFileSize(real, size);
}

static int faulty_lock(sqlite3_file *file, int level)
{
    sqlite3_file *real = faulty_real(file);
    return real->pMethods->xLock(real, level);
}

static int faulty_unlock(sqlite3_file *file, int level)
{
    sqlite3_file *real = faulty_real(file);
    return real->pMethods->xUnlock(real, level);
}

static int faulty_check_lock(sqlite3_file *file, int *reserved)
{
    sqlite3_file *real = faulty_real(file);
    return real->pMethods->xCheckReservedLock(real, reserved);
}

static int faulty_control(sqlite3_file *file, int code, void *value)
{
    sqlite3_file *real = faulty_real(file);
    return real->pMethods->xFileControl(real, code, value);
}

static int faulty_sector(sqlite3_file *file)
{
    sqlite3_file *real = faulty_real(file);
    return real->pMethods->xSectorSize(real);
}

static int faulty_device(sqlite3_file *file)
{
    sqlite3_file *real = faulty_real(file);
    return real->pMethods->xDeviceCharacteristics(real);
}

static int faulty_shm_map(
    sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
    sqlite3_file *real = faulty_real(file);
    return real->pMethods->xShmMap(real, page, size, extend, out);
}

static int faulty_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
    sqlite3_file *real = faulty_real(file);
    return real->pMethods->xShmLock(real, offset, n, flags);
}

static void faulty_shm_barrier(sqlite3_file *file)
{
    sqlite3_file *real = faulty_real(file);
    real->pMethods->xShmBarrier(real);
}

static int faulty_shm_unmap(sqlite3_file *file, int remove)
{
    sqlite3_file *real = faulty_real(file);
    return real->pMethods->xShmUnmap(real, remove);
}

static const sqlite3_io_methods faulty_methods = {
    .iVersion = 2,
    .xClose = faulty_close,
    .xRead = faulty_read,
    .xWrite = faulty_write,
    .xTruncate = faulty_truncate,
    .xSync = faulty_sync,
    .xFileSize = faulty_size,
    .xLock = faulty_lock,
    .xUnlock = faulty_unlock,
    .xCheckReservedLock = faulty_check_lock,
    .xFileControl = faulty_control,
    .xSectorSize = faulty_sector,
    .xDeviceCharacteristics = faulty_device,
    .xShmMap = faulty_shm_map,
    .xShmLock = faulty_shm_lock,
    .xShmBarrier = faulty_shm_barrier,
    .xShmUnmap = faulty_shm_unmap,
};

static int faulty_open(sqlite3_vfs *vfs, sqlite3_filename name,
    sqlite3_file *file, int flags, int *out_flags)
{
    sqlite3_vfs *below = vfs->pAppData;
    struct faulty_file *faulty = (struct faulty_file *)file;
    faulty->real = (sqlite3_file *)(void *)(faulty + 1);
    memset(faulty->real, 0, (size_t)below->szOsFile);
    int code = below->xOpen(below, name, faulty->real, flags, out_flags);
    file->pMethods = faulty->real->pMethods == NULL ? NULL : &faulty_methods;
    return code;
}

/* Make "faulty" known to SQLite. */
static void faulty_register(void)
{
    static sqlite3_vfs vfs;
    sqlite3_vfs *below = sqlite3_vfs_find(NULL);
    vfs = *below;
    vfs.zName = "faulty";
    vfs.pAppData = below;
    vfs.szOsFile = (int)sizeof(struct faulty_file) + below->szOsFile;
    vfs.xOpen = faulty_open;
    sqlite3_vfs_register(&vfs, 0);
}

#endif
