/* The calls that can be refused: what the linker has the library call in place of them (--wrap).  A call that gives
 * something back is made nevertheless, so that nothing stays open, and then said to have failed. */
#include "refuse_asks.h"

#include <cairo.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <expat.h>
#include <fcntl.h>
#include <hdf5.h>
#include <minizip/unzip.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xlsxwriter.h>
#include <yaml.h>
#include <zlib.h>

/* Of libraries that need each other: the linker looks for the wrappers from there as well. */
#pragma GCC visibility push(default)

/* clang-format off */
#define WRAP(type, name, parameters, arguments, is_refused, refused)                               \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters { return (is_refused) ? refused : __real_##name arguments; }
#define SYSTEM(type, name, parameters, arguments, error, refused)                                  \
    WRAP(type, name, parameters, arguments, refuse_asks(REFUSE_SYSTEM), (errno = (error), refused))
#define INTERRUPTED(type, name, parameters, arguments, error)                                      \
    WRAP(type, name, parameters, arguments,                                                        \
         (refuse_asks(REFUSE_INTERRUPTED) && (errno = EINTR) != 0) ||                              \
         (refuse_asks(REFUSE_SYSTEM) && (errno = (error)) != 0), -1)
#define LIBRARY(type, name, parameters, arguments, refused)                                        \
    WRAP(type, name, parameters, arguments, refuse_asks(REFUSE_SYSTEM), refused)

/* ---- memory ----------------------------------------------------------------------------------------------------- */

static bool
has_no_room(bk_arena *arena)
{
    if (!refuse_asks(REFUSE_MEMORY))
        return false;
    arena->failed = true;
    return true;
}

WRAP(void *, bk_arena_alloc, (bk_arena *arena, size_t count, size_t size), (arena, count, size),
     has_no_room(arena), NULL)
WRAP(char *, bk_arena_text, (bk_arena *arena, const char *text, size_t length), (arena, text, length),
     has_no_room(arena), NULL)
WRAP(void *, bk_arena_grow, (bk_arena *arena, void *items, size_t n, size_t more, size_t size, size_t *capacity),
     (arena, items, n, more, size, capacity), n + more > *capacity && has_no_room(arena), NULL)

char *__wrap_bk_arena_format(bk_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

char *
__wrap_bk_arena_format(bk_arena *arena, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    const int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    assert_true(length >= 0);
    char *text = bk_arena_alloc(arena, (size_t)length + 1, 1); /* which may be refused */
    if (text == NULL)
        return NULL;
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text;
}

/* ---- files ------------------------------------------------------------------------------------------------------ */

INTERRUPTED(ssize_t, read, (int file, void *to, size_t n), (file, to, n), EIO)
INTERRUPTED(ssize_t, write, (int file, const void *from, size_t n), (file, from, n), ENOSPC)
SYSTEM(int, fsync, (int file), (file), EIO, -1)
SYSTEM(int, fdatasync, (int file), (file), EIO, -1)
SYSTEM(int, flock, (int file, int how), (file, how), EWOULDBLOCK, -1)
SYSTEM(int, rename, (const char *from, const char *to), (from, to), EIO, -1)
SYSTEM(int, mkdir, (const char *path, mode_t mode), (path, mode), EROFS, -1)
SYSTEM(char *, mkdtemp, (char *path), (path), EROFS, NULL)
SYSTEM(char *, realpath, (const char *path, char *to), (path, to), EIO, NULL)
SYSTEM(DIR *, opendir, (const char *path), (path), EACCES, NULL)
SYSTEM(int, fstat64, (int file, struct stat *about), (file, about), EIO, -1)
SYSTEM(int, ftruncate64, (int file, off_t size), (file, size), EIO, -1)
SYSTEM(off_t, lseek64, (int file, off_t to, int from), (file, to, from), EIO, -1)
SYSTEM(int, open64, (const char *path, int how, mode_t mode), (path, how, mode), EMFILE, -1)

/* ---- libraries -------------------------------------------------------------------------------------------------- */

LIBRARY(int, uncompress, (Bytef *to, uLongf *room, const Bytef *from, uLong n), (to, room, from, n), Z_MEM_ERROR)
LIBRARY(XML_Parser, XML_ParserCreate, (const XML_Char *encoding), (encoding), NULL)
LIBRARY(void *, XML_GetBuffer, (XML_Parser parser, int n), (parser, n), NULL)
LIBRARY(unzFile, unzOpen64, (const void *path), (path), NULL)
LIBRARY(int, unzOpenCurrentFile, (unzFile file), (file), UNZ_INTERNALERROR)
LIBRARY(int, unzReadCurrentFile, (unzFile file, voidp to, unsigned n), (file, to, n), UNZ_ERRNO)
LIBRARY(int, unzCloseCurrentFile, (unzFile file), (file), (__real_unzCloseCurrentFile(file), UNZ_CRCERROR))
LIBRARY(int, yaml_parser_initialize, (yaml_parser_t *parser), (parser), 0)

LIBRARY(int, sqlite3_open_v2, (const char *path, sqlite3 **out, int how, const char *vfs), (path, out, how, vfs),
        (__real_sqlite3_open_v2(path, out, how, vfs), SQLITE_CANTOPEN))
LIBRARY(int, sqlite3_exec, (sqlite3 *base, const char *sql, int (*row)(void *, int, char **, char **), void *state, char **error),
        (base, sql, row, state, error), SQLITE_FULL)
LIBRARY(int, sqlite3_prepare_v2, (sqlite3 *base, const char *sql, int n, sqlite3_stmt **out, const char **rest),
        (base, sql, n, out, rest), (*out = NULL, SQLITE_NOMEM))
LIBRARY(int, sqlite3_step, (sqlite3_stmt *statement), (statement), SQLITE_IOERR)
LIBRARY(int, sqlite3_close, (sqlite3 *base), (base), (__real_sqlite3_close(base), SQLITE_IOERR))
LIBRARY(int, sqlite3_bind_text, (sqlite3_stmt *s, int i, const char *text, int n, void (*end)(void *)), (s, i, text, n, end),
        SQLITE_NOMEM)
LIBRARY(int, sqlite3_bind_blob64, (sqlite3_stmt *s, int i, const void *bytes, sqlite3_uint64 n, void (*end)(void *)),
        (s, i, bytes, n, end), SQLITE_NOMEM)
LIBRARY(int, sqlite3_bind_int64, (sqlite3_stmt *s, int i, sqlite3_int64 number), (s, i, number), SQLITE_NOMEM)
LIBRARY(int, sqlite3_bind_double, (sqlite3_stmt *s, int i, double number), (s, i, number), SQLITE_NOMEM)
LIBRARY(int, sqlite3_bind_null, (sqlite3_stmt *s, int i), (s, i), SQLITE_NOMEM)
LIBRARY(const unsigned char *, sqlite3_column_text, (sqlite3_stmt *s, int i), (s, i), NULL)

LIBRARY(cairo_status_t, cairo_status, (cairo_t *cairo), (cairo), CAIRO_STATUS_NO_MEMORY)
LIBRARY(cairo_status_t, cairo_surface_status, (cairo_surface_t *surface), (surface), CAIRO_STATUS_NO_MEMORY)
LIBRARY(cairo_status_t, cairo_surface_write_to_png_stream, (cairo_surface_t *surface, cairo_write_func_t write, void *state),
        (surface, write, state), CAIRO_STATUS_WRITE_ERROR)
LIBRARY(lxw_workbook *, workbook_new_opt, (const char *path, lxw_workbook_options *options), (path, options), NULL)
LIBRARY(lxw_worksheet *, workbook_add_worksheet, (lxw_workbook *book, const char *name), (book, name), NULL)
LIBRARY(lxw_format *, workbook_add_format, (lxw_workbook *book), (book), NULL)
LIBRARY(lxw_error, workbook_close, (lxw_workbook *book), (book), (__real_workbook_close(book), LXW_ERROR_ZIP_CLOSE))
LIBRARY(lxw_error, worksheet_write_string, (lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column, const char *text, lxw_format *format),
        (sheet, row, column, text, format), LXW_ERROR_MEMORY_MALLOC_FAILED)
LIBRARY(lxw_error, worksheet_write_number, (lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column, double number, lxw_format *format),
        (sheet, row, column, number, format), LXW_ERROR_MEMORY_MALLOC_FAILED)

LIBRARY(hid_t, H5Fopen, (const char *path, unsigned how, hid_t access), (path, how, access), -1)
LIBRARY(hid_t, H5Fcreate, (const char *path, unsigned how, hid_t create, hid_t access), (path, how, create, access), -1)
LIBRARY(herr_t, H5Fclose, (hid_t file), (file), (__real_H5Fclose(file), -1))
LIBRARY(hid_t, H5Gopen2, (hid_t in, const char *name, hid_t access), (in, name, access), -1)
LIBRARY(hid_t, H5Gcreate2, (hid_t in, const char *name, hid_t links, hid_t create, hid_t access), (in, name, links, create, access), -1)
LIBRARY(herr_t, H5Gget_info, (hid_t group, H5G_info_t *about), (group, about), -1)
LIBRARY(ssize_t, H5Lget_name_by_idx, (hid_t in, const char *group, H5_index_t index, H5_iter_order_t order, hsize_t n, char *name, size_t room, hid_t access),
        (in, group, index, order, n, name, room, access), -1)
LIBRARY(hid_t, H5Dopen2, (hid_t in, const char *name, hid_t access), (in, name, access), -1)
LIBRARY(hid_t, H5Dcreate2, (hid_t in, const char *name, hid_t type, hid_t space, hid_t links, hid_t create, hid_t access),
        (in, name, type, space, links, create, access), -1)
LIBRARY(herr_t, H5Dread, (hid_t data, hid_t type, hid_t memory, hid_t file, hid_t transfer, void *to),
        (data, type, memory, file, transfer, to), -1)
LIBRARY(herr_t, H5Dwrite, (hid_t data, hid_t type, hid_t memory, hid_t file, hid_t transfer, const void *from),
        (data, type, memory, file, transfer, from), -1)
LIBRARY(hid_t, H5Dget_space, (hid_t data), (data), -1)
LIBRARY(hid_t, H5Dget_type, (hid_t data), (data), -1)
LIBRARY(hid_t, H5Screate, (H5S_class_t kind), (kind), -1)
LIBRARY(hid_t, H5Screate_simple, (int n, const hsize_t *sizes, const hsize_t *most), (n, sizes, most), -1)
LIBRARY(herr_t, H5Sselect_hyperslab, (hid_t space, H5S_seloper_t how, const hsize_t *start, const hsize_t *stride, const hsize_t *count, const hsize_t *block),
        (space, how, start, stride, count, block), -1)
LIBRARY(hid_t, H5Tcopy, (hid_t type), (type), -1)
LIBRARY(hid_t, H5Acreate2, (hid_t in, const char *name, hid_t type, hid_t space, hid_t create, hid_t access),
        (in, name, type, space, create, access), -1)
LIBRARY(herr_t, H5Awrite, (hid_t attribute, hid_t type, const void *from), (attribute, type, from), -1)
LIBRARY(hid_t, H5Aopen, (hid_t in, const char *name, hid_t access), (in, name, access), -1)
LIBRARY(herr_t, H5Aread, (hid_t attribute, hid_t type, void *to), (attribute, type, to), -1)
LIBRARY(hid_t, H5Aget_space, (hid_t attribute), (attribute), -1)
LIBRARY(hid_t, H5Aget_type, (hid_t attribute), (attribute), -1)
LIBRARY(hid_t, H5Pcreate, (hid_t kind), (kind), -1)
LIBRARY(herr_t, H5Pset_chunk, (hid_t list, int n, const hsize_t *sizes), (list, n, sizes), -1)
LIBRARY(herr_t, H5Pset_deflate, (hid_t list, unsigned level), (list, level), -1)
/* clang-format on */

#pragma GCC visibility pop
