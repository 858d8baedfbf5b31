/* Protocol buffers by hand: the format needs five wire rules, and every length is checked before it is believed. */
#include "io/osm_pbf.h"
#include "io/file.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { MOST_HEADER = 64 << 10, MOST_BLOB = 32 << 20 }; /* by the format */

/* ---- the wire -------------------------------------------------------------------------------------------------------
 */

typedef struct wire { /* what is left of a message; bad: it was not one */
    const uint8_t *at, *end;
    bool           bad;
} wire;

static uint64_t
varint(wire *in)
{
    uint64_t value = 0;

    for (int shift = 0; shift < 64 && in->at < in->end; shift += 7) {
        const uint8_t byte = *in->at++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return value;
    }
    in->bad = true;
    in->at = in->end;
    return 0;
}

static int64_t
signed_varint(wire *in)
{
    const uint64_t value = varint(in);

    return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

/* A sum that wraps: ids and coordinates are differences, which a damaged file may make anything of. */
static int64_t
plus(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a + (uint64_t)b);
}

static wire
bytes(wire *in)
{
    const uint64_t n = varint(in);
    wire           out = {.at = in->at, .end = in->at};

    if (in->bad || n > (uint64_t)(in->end - in->at)) {
        in->bad = true;
        in->at = in->end;
        return out;
    }
    in->at += n;
    out.end = in->at;
    return out;
}

/* The number of the next field; 0 at the end. */
static uint32_t
field(wire *in, uint32_t *type)
{
    if (in->at >= in->end)
        return 0;
    const uint64_t key = varint(in);
    *type = (uint32_t)(key & 7);
    if (key >> 3 == 0 || key >> 3 > 1u << 29)
        in->bad = true;
    return in->bad ? 0 : (uint32_t)(key >> 3);
}

static void
skip(wire *in, uint32_t type)
{
    const ptrdiff_t left = in->end - in->at;

    if (type == 0)
        varint(in);
    else if (type == 1 && left >= 8)
        in->at += 8;
    else if (type == 2)
        bytes(in);
    else if (type == 5 && left >= 4)
        in->at += 4;
    else
        in->bad = true;
}

/* ---- blocks
 * ----------------------------------------------------------------------------------------------------------- */

typedef struct room { /* grows by doubling, what it outgrows stays with the arena */
    void  *items;
    size_t capacity;
} room;

typedef struct reader {
    bk_context            *ctx;
    const bki_osm_visitor *visitor;
    bk_arena               arena;
    uint8_t               *header; /* [MOST_HEADER + 1] */
    room                   packed, plain, strings, keys, values, refs;
    size_t                 n_strings;
    int64_t                granularity, lat_offset, lon_offset;
} reader;

static bk_status
make_room(reader *r, room *of, size_t n, size_t size)
{
    if (n <= of->capacity)
        return BK_OK;
    const size_t capacity = n + n / 2 + 64;
    of->items = BK_NEW(&r->arena, char, capacity *size);
    of->capacity = of->items ? capacity : 0;
    return bk_arena_ok(&r->arena);
}

static bk_status
read_strings(reader *r, wire table)
{
    wire     counting = table;
    uint32_t type = 0;

    r->n_strings = 0;
    for (uint32_t number; (number = field(&counting, &type)) != 0; skip(&counting, type))
        r->n_strings += number == 1 && type == 2;
    BK_TRY(make_room(r, &r->strings, r->n_strings, sizeof(bki_osm_text)));
    bki_osm_text *strings = r->strings.items;
    size_t        n = 0;
    for (uint32_t number; (number = field(&table, &type)) != 0;) {
        if (number == 1 && type == 2 && n < r->n_strings) {
            const wire text = bytes(&table);
            strings[n++] = (bki_osm_text){(const char *)text.at, (size_t)(text.end - text.at)};
        } else {
            skip(&table, type);
        }
    }
    r->n_strings = n;
    return BK_OK;
}

static bki_osm_text
string_at(const reader *r, uint64_t index)
{
    return index < r->n_strings ? ((const bki_osm_text *)r->strings.items)[index] : (bki_osm_text){"", 0};
}

/* The texts of packed indices; returns how many. */
static bk_status
take_texts(reader *r, wire indices, room *into, size_t *n)
{
    BK_TRY(make_room(r, into, (size_t)(indices.end - indices.at), sizeof(bki_osm_text)));
    for (*n = 0; indices.at < indices.end; ++*n)
        ((bki_osm_text *)into->items)[*n] = string_at(r, varint(&indices));
    return BK_OK;
}

static double
degrees(const reader *r, int64_t offset, int64_t value)
{
    return 1e-9 * ((double)offset + (double)r->granularity * (double)value);
}

/* ---- objects
 * ------------------------------------------------------------------------------------------------------------ */

static bk_status
read_node(reader *r, wire in, bool *bad)
{
    bki_osm_object node = {0};
    size_t         n_keys = 0, n_values = 0;
    uint32_t       type = 0;

    for (uint32_t number; (number = field(&in, &type)) != 0;) {
        if (number == 1 && type == 0)
            node.id = signed_varint(&in);
        else if (number == 2 && type == 2)
            BK_TRY(take_texts(r, bytes(&in), &r->keys, &n_keys));
        else if (number == 3 && type == 2)
            BK_TRY(take_texts(r, bytes(&in), &r->values, &n_values));
        else if (number == 8 && type == 0)
            node.lat = degrees(r, r->lat_offset, signed_varint(&in));
        else if (number == 9 && type == 0)
            node.lon = degrees(r, r->lon_offset, signed_varint(&in));
        else
            skip(&in, type);
    }
    *bad = in.bad || n_keys != n_values;
    node.n_tags = n_keys;
    node.keys = r->keys.items;
    node.values = r->values.items;
    return *bad ? BK_OK : r->visitor->node(r->visitor->state, &node);
}

/* Tags of all dense nodes stand in one list, those of a node ended by 0. */
static bk_status
take_dense_tags(reader *r, wire *tags, size_t *n)
{
    *n = 0;
    while (tags->at < tags->end) {
        const uint64_t key = varint(tags);
        if (key == 0)
            break;
        const uint64_t value = varint(tags);
        if (*n == r->keys.capacity || *n == r->values.capacity) {
            const room keys = r->keys, values = r->values;
            BK_TRY(make_room(r, &r->keys, *n + 1, sizeof(bki_osm_text)));
            BK_TRY(make_room(r, &r->values, *n + 1, sizeof(bki_osm_text)));
            if (*n > 0) {
                memcpy(r->keys.items, keys.items, *n * sizeof(bki_osm_text));
                memcpy(r->values.items, values.items, *n * sizeof(bki_osm_text));
            }
        }
        ((bki_osm_text *)r->keys.items)[*n] = string_at(r, key);
        ((bki_osm_text *)r->values.items)[(*n)++] = string_at(r, value);
    }
    return BK_OK;
}

static bk_status
read_dense(reader *r, wire in, bool *bad)
{
    wire     ids = {0}, lats = {0}, lons = {0}, tags = {0};
    uint32_t type = 0;
    int64_t  id = 0, lat = 0, lon = 0;

    for (uint32_t number; (number = field(&in, &type)) != 0;) {
        wire *into = type != 2      ? NULL
                     : number == 1  ? &ids
                     : number == 8  ? &lats
                     : number == 9  ? &lons
                     : number == 10 ? &tags
                                    : NULL;
        if (into)
            *into = bytes(&in);
        else
            skip(&in, type);
    }
    while (ids.at < ids.end && !ids.bad && !lats.bad && !lons.bad && !tags.bad) {
        id = plus(id, signed_varint(&ids));
        bki_osm_object node = {.id = id};
        lat = plus(lat, signed_varint(&lats));
        lon = plus(lon, signed_varint(&lons));
        node.lat = degrees(r, r->lat_offset, lat);
        node.lon = degrees(r, r->lon_offset, lon);
        BK_TRY(take_dense_tags(r, &tags, &node.n_tags));
        node.keys = r->keys.items;
        node.values = r->values.items;
        if (!lats.bad && !lons.bad && !tags.bad)
            BK_TRY(r->visitor->node(r->visitor->state, &node));
    }
    *bad = in.bad || ids.bad || lats.bad || lons.bad || tags.bad;
    return BK_OK;
}

static bk_status
take_refs(reader *r, wire in, size_t *n)
{
    int64_t ref = 0;

    BK_TRY(make_room(r, &r->refs, (size_t)(in.end - in.at), sizeof(int64_t)));
    for (*n = 0; in.at < in.end; ++*n)
        ((int64_t *)r->refs.items)[*n] = ref = plus(ref, signed_varint(&in));
    return BK_OK;
}

static bk_status
read_way(reader *r, wire in, bool *bad)
{
    bki_osm_object way = {0};
    size_t         n_keys = 0, n_values = 0;
    uint32_t       type = 0;

    for (uint32_t number; (number = field(&in, &type)) != 0;) {
        if (number == 1 && type == 0)
            way.id = (int64_t)varint(&in);
        else if (number == 2 && type == 2)
            BK_TRY(take_texts(r, bytes(&in), &r->keys, &n_keys));
        else if (number == 3 && type == 2)
            BK_TRY(take_texts(r, bytes(&in), &r->values, &n_values));
        else if (number == 8 && type == 2)
            BK_TRY(take_refs(r, bytes(&in), &way.n_refs));
        else
            skip(&in, type);
    }
    *bad = in.bad || n_keys != n_values;
    way.n_tags = n_keys;
    way.keys = r->keys.items;
    way.values = r->values.items;
    way.refs = r->refs.items;
    return *bad ? BK_OK : r->visitor->way(r->visitor->state, &way);
}

static bk_status
read_group(reader *r, wire in, bool *bad)
{
    uint32_t type = 0;

    for (uint32_t number; !*bad && (number = field(&in, &type)) != 0;) {
        if (type != 2) {
            skip(&in, type);
            continue;
        }
        const wire message = bytes(&in);
        if (number == 1 && r->visitor->node)
            BK_TRY(read_node(r, message, bad));
        else if (number == 2 && r->visitor->node)
            BK_TRY(read_dense(r, message, bad));
        else if (number == 3 && r->visitor->way)
            BK_TRY(read_way(r, message, bad));
    }
    *bad = *bad || in.bad;
    return BK_OK;
}

/* Strings and scale may stand behind the groups: they are looked for first. */
static bk_status
read_block(reader *r, wire in, bool *bad)
{
    wire     first = in, strings = {0};
    uint32_t type = 0;

    r->granularity = 100;
    r->lat_offset = r->lon_offset = 0;
    for (uint32_t number; (number = field(&first, &type)) != 0;) {
        if (number == 1 && type == 2)
            strings = bytes(&first);
        else if (number == 17 && type == 0)
            r->granularity = (int64_t)varint(&first);
        else if (number == 19 && type == 0)
            r->lat_offset = (int64_t)varint(&first);
        else if (number == 20 && type == 0)
            r->lon_offset = (int64_t)varint(&first);
        else
            skip(&first, type);
    }
    *bad = first.bad;
    BK_TRY(read_strings(r, strings));
    for (uint32_t number; !*bad && (number = field(&in, &type)) != 0;)
        if (number == 2 && type == 2)
            BK_TRY(read_group(r, bytes(&in), bad));
        else
            skip(&in, type);
    return BK_OK;
}

/* What a file requires of its reader. */
static bool
is_readable(wire in)
{
    static const char *const known[] = {"OsmSchema-V0.6", "DenseNodes"};
    uint32_t                 type = 0;

    for (uint32_t number; (number = field(&in, &type)) != 0;) {
        if (number != 4 || type != 2) {
            skip(&in, type);
            continue;
        }
        const wire         text = bytes(&in);
        const bki_osm_text feature = {(const char *)text.at, (size_t)(text.end - text.at)};
        if (!bki_osm_is(feature, known[0]) && !bki_osm_is(feature, known[1]))
            return false;
    }
    return !in.bad;
}

/* ---- blobs
 * -------------------------------------------------------------------------------------------------------------- */

/* The bytes of a blob, inflated; NULL `at` if it is damaged or packed in another way. */
static bk_status
unpack(reader *r, wire blob, wire *out)
{
    wire     packed = {0};
    uint64_t size = 0;
    uint32_t type = 0;

    *out = (wire){0};
    for (uint32_t number; (number = field(&blob, &type)) != 0;) {
        if (number == 1 && type == 2)
            *out = bytes(&blob);
        else if (number == 2 && type == 0)
            size = varint(&blob);
        else if (number == 3 && type == 2)
            packed = bytes(&blob);
        else
            skip(&blob, type);
    }
    if (blob.bad || out->at || !packed.at || size > MOST_BLOB)
        return BK_OK;
    BK_TRY(make_room(r, &r->plain, (size_t)size + 1, 1));
    uLongf n = (uLongf)size + 1;
    if (uncompress(r->plain.items, &n, packed.at, (uLong)(packed.end - packed.at)) == Z_OK && n == size)
        *out = (wire){.at = r->plain.items, .end = (const uint8_t *)r->plain.items + n};
    return BK_OK;
}

static bk_status
damaged(const reader *r, const char *path, uint64_t at, const char *what)
{
    return bk_fail_at(r->ctx, BK_ERR_SYNTAX, path, 0, 0,
                      "an .osm.pbf file, as download servers of OpenStreetMap have it", "%s in the block at byte %llu",
                      what, (unsigned long long)at);
}

/* Length of the header, then the header: what comes, and how many bytes of it. */
static bk_status
read_header(reader *r, int file, const char *path, uint64_t at, bki_osm_text *kind, size_t *n_blob, bool *at_end)
{
    uint8_t length[4];
    size_t  n = 0;

    BK_TRY(bki_file_read_some(r->ctx, file, path, (char *)length, 4, &n, at_end));
    if (*at_end && n == 0)
        return BK_OK;
    const uint32_t size = (uint32_t)length[0] << 24 | (uint32_t)length[1] << 16 | (uint32_t)length[2] << 8 | length[3];
    if (n < 4 || size > MOST_HEADER)
        return damaged(r, path, at, "no block header");
    n = 0;
    BK_TRY(bki_file_read_some(r->ctx, file, path, (char *)r->header, size, &n, at_end));
    wire     in = {.at = r->header, .end = r->header + n};
    uint32_t type = 0;
    uint64_t blob = 0;
    for (uint32_t number; (number = field(&in, &type)) != 0;) {
        if (number == 1 && type == 2) {
            const wire text = bytes(&in);
            *kind = (bki_osm_text){(const char *)text.at, (size_t)(text.end - text.at)};
        } else if (number == 3 && type == 0) {
            blob = varint(&in);
        } else {
            skip(&in, type);
        }
    }
    if (n < size || in.bad || blob > MOST_BLOB || !kind->bytes)
        return damaged(r, path, at, "no block header");
    *n_blob = (size_t)blob;
    return BK_OK;
}

static bk_status
read_blob(reader *r, int file, const char *path, uint64_t at, bki_osm_text kind, size_t n_blob)
{
    const bool is_data = bki_osm_is(kind, "OSMData"), is_header = bki_osm_is(kind, "OSMHeader");
    size_t     n = 0;
    bool       at_end = false, bad = false;
    wire       plain;

    BK_TRY(make_room(r, &r->packed, n_blob, 1));
    BK_TRY(bki_file_read_some(r->ctx, file, path, r->packed.items, n_blob, &n, &at_end));
    if (n < n_blob)
        return damaged(r, path, at, "the file ends");
    if (n == 0)
        return damaged(r, path, at, "no bytes");
    BK_TRY(unpack(r, (wire){.at = r->packed.items, .end = (const uint8_t *)r->packed.items + n}, &plain));
    if (!plain.at)
        return damaged(r, path, at, "bytes that are neither plain nor packed with zlib");
    if (is_header && !is_readable(plain))
        return damaged(r, path, at, "a feature that is required and not known");
    if (is_data)
        BK_TRY(read_block(r, plain, &bad));
    return bad ? damaged(r, path, at, "damaged objects") : BK_OK;
}

static bk_status
read_file(reader *r, int file, const char *path)
{
    uint64_t     at = 0;
    bki_osm_text kind = {0};
    size_t       n_blob = 0;
    bool         at_end = false;

    for (;;) {
        BK_TRY(read_header(r, file, path, at, &kind, &n_blob, &at_end));
        if (at_end)
            return at > 0 ? BK_OK : damaged(r, path, 0, "nothing");
        if (at == 0 && !bki_osm_is(kind, "OSMHeader"))
            return damaged(r, path, 0, "no OSMHeader");
        BK_TRY(read_blob(r, file, path, at, kind, n_blob));
        if (bk_cancelled(r->ctx))
            return bk_fail(r->ctx, BK_ERR_CANCELLED, "interrupted");
        at = (uint64_t)lseek(file, 0, SEEK_CUR);
    }
}

bk_status
bki_osm_read(bk_context *ctx, const char *path, const bki_osm_visitor *visitor)
{
    reader r = {.ctx = ctx, .visitor = visitor};
    int    file;

    bk_note_input(ctx, path);
    BK_TRY(bki_file_open(ctx, path, path, &file));
    bk_arena_init(&r.arena, ctx);
    r.header = BK_NEW(&r.arena, uint8_t, MOST_HEADER + 1);
    const bk_status status = r.header ? read_file(&r, file, path) : bk_arena_ok(&r.arena);
    bk_arena_release(&r.arena);
    close(file);
    return status;
}

bool
bki_osm_is(bki_osm_text text, const char *word)
{
    return strlen(word) == text.length && memcmp(text.bytes, word, text.length) == 0;
}

bki_osm_text
bki_osm_tag(const bki_osm_object *object, const char *key)
{
    for (size_t t = 0; t < object->n_tags; t++)
        if (bki_osm_is(object->keys[t], key))
            return object->values[t];
    return (bki_osm_text){NULL, 0};
}
