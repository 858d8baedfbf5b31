/* Tables of trips in TNTP. */
#include "buckle/tntp.h"
#include "io/rows.h"
#include "io/tntp_lines.h"
#include "io/trip_lists.h"
#include "model/parse.h"

#include <math.h>
#include <string.h>

#define MOST_FAULTS 50 /* then reading stops: the file is another format */

typedef struct trip_reader {
    bki_tntp_lines lines;
    size_t         n_zones;
    double         scale;
    uint32_t       origin; /* of the entries that follow; BK_NONE before the first */
    bki_trip_list  list;
    uint32_t      *last_origin; /* [n_zones] the origin + 1 whose entry named this destination last */
    bool          *origin_seen; /* [n_zones] there was an `Origin` line */
    size_t         before;      /* faults recorded before this file */
} trip_reader;

static size_t
faults(const trip_reader *reader)
{
    return bk_error_count(reader->lines.ctx) - reader->before;
}

static bool
read_zone(trip_reader *reader, const char *word, size_t length, uint32_t *zone)
{
    double number;

    if (!bki_parse_integer(word, length, &number) || number < 1.0 || number > (double)reader->n_zones) {
        bki_tntp_fail(&reader->lines, BK_ERR_REFERENCE, word, NULL, "'%.*s' is not a zone, which go from 1 to %zu",
                      (int)(length < 40 ? length : 40), word, reader->n_zones);
        return false;
    }
    *zone = (uint32_t)number - 1;
    return true;
}

static void
read_origin(trip_reader *reader, const char *at, const char *end)
{
    size_t      length;
    const char *word = bki_tntp_word(&at, end, "", &length);

    reader->origin = BK_NONE;
    if (!read_zone(reader, word, length, &reader->origin))
        return;
    if (reader->origin_seen[reader->origin]) {
        bki_tntp_fail(&reader->lines, BK_ERR_DUPLICATE, word, "join the two parts", "Origin %u is given twice",
                      reader->origin + 1);
        reader->origin = BK_NONE;
        return;
    }
    reader->origin_seen[reader->origin] = true;
}

/* One `destination : volume`; `*at` moves behind it.  A fault is recorded, and the rest of the line passed over. */
static bk_status
read_entry(trip_reader *reader, const char **at, const char *end)
{
    uint32_t    zone;
    size_t      length;
    double      volume;
    const char *word = bki_tntp_word(at, end, ":;", &length);

    if (!read_zone(reader, word, length, &zone)) {
        *at = end;
        return BK_OK;
    }
    const char *destination = word;
    word = bki_tntp_word(at, end, ":;", &length);
    if (length > 0 || *at == end || **at != ':') {
        bki_tntp_fail(&reader->lines, BK_ERR_SYNTAX, word, "entries are `destination : volume ;`",
                      "a colon is missing");
        *at = end;
        return BK_OK;
    }
    ++*at;
    word = bki_tntp_word(at, end, ":;", &length);
    if (!bki_parse_number(word, length, &volume) || volume < 0.0 || !isfinite(volume * reader->scale)) {
        bki_tntp_fail(&reader->lines, BK_ERR_VALUE, word, NULL, "the volume is '%.*s', must be a number of at least 0",
                      (int)(length < 40 ? length : 40), word);
        *at = end;
        return BK_OK;
    }
    if (reader->last_origin[zone] == reader->origin + 1) {
        bki_tntp_fail(&reader->lines, BK_ERR_DUPLICATE, destination, NULL, "trips from %u to %u are given twice",
                      reader->origin + 1, zone + 1);
        return BK_OK;
    }
    reader->last_origin[zone] = reader->origin + 1;
    return volume * reader->scale > 0.0
               ? bki_trip_add(&reader->list, (bki_trip){reader->origin, zone, volume * reader->scale})
               : BK_OK;
}

static bk_status
read_entries(trip_reader *reader)
{
    const char *at = reader->lines.text, *end = at + reader->lines.length;
    size_t      length;

    if (reader->origin == BK_NONE) {
        if (faults(reader) == 0)
            bki_tntp_fail(&reader->lines, BK_ERR_SYNTAX, at, NULL, "trips stand here before any `Origin`");
        return BK_OK;
    }
    while (at < end) {
        BK_TRY(read_entry(reader, &at, end));
        const char *word = bki_tntp_word(&at, end, ";", &length);
        if (length > 0) {
            bki_tntp_fail(&reader->lines, BK_ERR_SYNTAX, word, "entries are `destination : volume ;`",
                          "a semicolon is missing");
            return BK_OK;
        }
        while (at < end && (*at == ';' || *at == ' ' || *at == '\t'))
            at++;
    }
    return BK_OK;
}

/* ---- metadata ------------------------------------------------------------------------------------------------- */

static void
check_zones(trip_reader *reader, const char *value, size_t length)
{
    double number;

    if (!bki_parse_integer(value, length, &number))
        bki_tntp_fail(&reader->lines, BK_ERR_VALUE, value, NULL, "NUMBER OF ZONES is '%.*s', must be a whole number",
                      (int)(length < 40 ? length : 40), value);
    else if (number != (double)reader->n_zones)
        bki_tntp_fail(&reader->lines, BK_ERR_INCONSISTENT, value, "do the two files belong together?",
                      "the trips are for %.0f zones, the network has %zu", number, reader->n_zones);
}

static bk_status
read_metadata(trip_reader *reader)
{
    for (bool more;;) {
        const char *key, *value;
        size_t      key_length, value_length;
        BK_TRY(bki_tntp_lines_next(&reader->lines, &more));
        if (!more)
            return bki_tntp_fail(&reader->lines, BK_ERR_SYNTAX, NULL, "is this a TNTP table of trips?",
                                 "the file ends before <END OF METADATA>");
        if (!bki_tntp_tag(&reader->lines, &key, &key_length, &value, &value_length))
            return bki_tntp_fail(&reader->lines, BK_ERR_SYNTAX, reader->lines.text, "is <END OF METADATA> missing?",
                                 "this is not `<KEY> value`");
        if (key_length == 15 && memcmp(key, "END OF METADATA", 15) == 0)
            return BK_OK;
        if (key_length == 15 && memcmp(key, "NUMBER OF ZONES", 15) == 0)
            check_zones(reader, value, value_length);
    }
}

/* ---- the whole ------------------------------------------------------------------------------------------------ */

static bk_status
read_demand(trip_reader *reader, bk_arena *arena, const bk_road_demand **out)
{
    BK_TRY(read_metadata(reader));
    for (bool more; faults(reader) < MOST_FAULTS;) {
        BK_TRY(bki_tntp_lines_next(&reader->lines, &more));
        if (!more)
            break;
        const char  *text = reader->lines.text;
        const size_t length = reader->lines.length;
        if (length > 6 && memcmp(text, "Origin", 6) == 0)
            read_origin(reader, text + 6, text + length);
        else
            BK_TRY(read_entries(reader));
    }
    return faults(reader) > 0 ? BK_ERR_VALUE : bki_trip_sort(&reader->list, reader->n_zones, arena, out);
}

static bk_status
read_with_scratch(trip_reader *reader, bk_context *ctx, const char *path, bk_arena *scratch, bk_arena *arena,
                  const bk_road_demand **out)
{
    reader->list.arena = scratch;
    reader->last_origin = BK_NEW(scratch, uint32_t, reader->n_zones);
    reader->origin_seen = BK_NEW(scratch, bool, reader->n_zones);
    BK_TRY(bk_arena_ok(scratch));
    BK_TRY(bki_tntp_lines_open(&reader->lines, ctx, scratch, path));
    return read_demand(reader, arena, out);
}

bk_status
bk_tntp_demand_read(bk_context *ctx, const char *path, const bk_road_network *network, double scale, bk_arena *arena,
                    const bk_road_demand **out)
{
    trip_reader reader = {.n_zones = network->n_zones,
                          .scale = scale,
                          .origin = BK_NONE,
                          .before = bk_error_count(ctx),
                          .lines = {.file = -1}};
    bk_arena    scratch;

    bk_arena_init(&scratch, ctx);
    const bk_status status = read_with_scratch(&reader, ctx, path, &scratch, arena, out);
    bki_tntp_lines_close(&reader.lines);
    bk_arena_release(&scratch);
    return status == BK_OK || status == BK_ERR_NO_MEMORY ? status : bki_first_fault(ctx, reader.before, status);
}
