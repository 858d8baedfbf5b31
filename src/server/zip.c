/* A ZIP archive of a folder's files, stored as they are (PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16).  All
 * files carry one date, so that the same tables make the same bytes. */
#include "io/folder.h"
#include "server/worker.h"

#include <string.h>

enum { LOCAL_SIZE = 30, CENTRAL_SIZE = 46, END_SIZE = 22, UTF8_NAMES = 0x0800, FIRST_DAY = 0x21 }; /* 1980-01-01 */

typedef struct member {
    const char *name, *bytes;
    size_t      n, offset;
    uint32_t    crc;
} member;

/* CRC-32 of ISO 3309, bit by bit through a table of 16. */
static uint32_t
crc32_of(const char *bytes, size_t n)
{
    uint32_t table[16], crc = 0xffffffffu;

    for (uint32_t i = 0; i < 16; i++) {
        uint32_t c = i;
        for (int bit = 0; bit < 4; bit++)
            c = c & 1 ? 0xedb88320u ^ (c >> 1) : c >> 1;
        table[i] = c;
    }
    for (size_t i = 0; i < n; i++) {
        crc ^= (unsigned char)bytes[i];
        crc = table[crc & 15] ^ (crc >> 4);
        crc = table[crc & 15] ^ (crc >> 4);
    }
    return crc ^ 0xffffffffu;
}

static char *
put(char *at, uint64_t value, int n_bytes)
{
    for (int i = 0; i < n_bytes; i++)
        *at++ = (char)(value >> (8 * i) & 255);
    return at;
}

/* The fields that both headers of a member have in common. */
static char *
put_common(char *at, const member *of)
{
    at = put(at, UTF8_NAMES, 2);
    at = put(at, 0, 2); /* stored */
    at = put(at, 0, 2);
    at = put(at, FIRST_DAY, 2);
    at = put(at, of->crc, 4);
    at = put(at, of->n, 4);
    at = put(at, of->n, 4);
    at = put(at, strlen(of->name), 2);
    return put(at, 0, 2); /* no extra field */
}

static char *
put_text(char *at, const char *bytes, size_t n)
{
    memcpy(at, bytes, n);
    return at + n;
}

static char *
put_local(char *at, const member *of)
{
    at = put(at, 0x04034b50, 4);
    at = put(at, 20, 2);
    at = put_common(at, of);
    at = put_text(at, of->name, strlen(of->name));
    return put_text(at, of->bytes, of->n);
}

static char *
put_central(char *at, const member *of)
{
    at = put(at, 0x02014b50, 4);
    at = put(at, 20, 2);
    at = put(at, 20, 2);
    at = put_common(at, of);
    at = put(at, 0, 2); /* no comment */
    at = put(at, 0, 2); /* first disk */
    at = put(at, 0, 2);
    at = put(at, 0, 4);
    at = put(at, of->offset, 4);
    return put_text(at, of->name, strlen(of->name));
}

static bk_status
archive(bk_context *ctx, member *members, size_t n, bk_arena *arena, const char **out, size_t *n_out)
{
    size_t size = END_SIZE;

    for (size_t m = 0; m < n; m++)
        size += LOCAL_SIZE + CENTRAL_SIZE + 2 * strlen(members[m].name) + members[m].n;
    if (size > UINT32_MAX || n > UINT16_MAX)
        return bk_fail(ctx, BK_ERR_VALUE, "the tables are too large for one archive");
    char *bytes = BK_NEW(arena, char, size), *at = bytes;
    BK_TRY(bk_arena_ok(arena));
    for (size_t m = 0; m < n; m++) {
        members[m].offset = (size_t)(at - bytes);
        at = put_local(at, &members[m]);
    }
    const size_t directory = (size_t)(at - bytes);
    for (size_t m = 0; m < n; m++)
        at = put_central(at, &members[m]);
    const size_t end = (size_t)(at - bytes);
    at = put(at, 0x06054b50, 4);
    at = put(at, 0, 4);
    at = put(at, n, 2);
    at = put(at, n, 2);
    at = put(at, end - directory, 4);
    at = put(at, directory, 4);
    put(at, 0, 2);
    *out = bytes;
    *n_out = size;
    return BK_OK;
}

bk_status
bki_zip_folder(bk_context *ctx, const char *folder, const char *ending, bk_arena *arena, const char **out,
               size_t *n_out)
{
    const char *const *names;
    size_t             n_names, n = 0;

    BK_TRY(bki_folder_list(ctx, folder, arena, &n_names, &names));
    member *members = BK_NEW(arena, member, n_names + 1);
    BK_TRY(bk_arena_ok(arena));
    for (size_t i = 0; i < n_names; i++) {
        if (!bki_ends_with(names[i], ending))
            continue;
        member *of = &members[n++];
        of->name = names[i];
        const char *path = bki_path_join(arena, folder, names[i]);
        BK_TRY(bk_arena_ok(arena));
        BK_TRY(bk_file_read(ctx, path, arena, &of->bytes, &of->n));
        of->crc = crc32_of(of->bytes, of->n);
    }
    return archive(ctx, members, n, arena, out, n_out);
}
