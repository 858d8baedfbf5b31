/* libyaml's events to a tree; see yaml.h for what is refused. */
#include "io/yaml.h"
#include "io/utf8.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#define DEEPEST      16                 /* mappings and lists inside one another */
#define MOST_FAULTS  50                 /* in a file; more say nothing new */
#define LARGEST_FILE ((size_t)16 << 20) /* bytes */

typedef struct yaml_reading {
    bk_context   *ctx;
    const char   *bytes;
    size_t        n_bytes;
    const char   *shown;
    bk_arena     *arena;
    yaml_parser_t parser;
    bk_status     first_fault; /* BK_OK while there is none */
    size_t        faults;
} yaml_reading;

static int
to_int(size_t zero_based)
{
    return zero_based >= INT_MAX ? INT_MAX : (int)zero_based + 1;
}

static bk_status
yaml_fault(yaml_reading *reading, bk_status code, yaml_mark_t mark, const char *hint, const char *text)
{
    if (reading->first_fault == BK_OK)
        reading->first_fault = code;
    reading->faults++;
    return bk_fail_at(reading->ctx, code, reading->shown, to_int(mark.line), to_int(mark.column), hint, "%s", text);
}

/* The parser leaves no line for a byte that is no character: it is counted here. */
static yaml_mark_t
mark_of_offset(const yaml_reading *reading, size_t offset)
{
    const size_t n = offset < reading->n_bytes ? offset : reading->n_bytes;
    const char  *start = reading->bytes;
    yaml_mark_t  mark = {.index = n};

    for (const char *next; (next = memchr(start, '\n', (size_t)(reading->bytes + n - start))) != NULL; mark.line++)
        start = next + 1;
    if (mark.line == 0 && n >= 3 && memcmp(start, "\xef\xbb\xbf", 3) == 0)
        start += 3;
    mark.column = bki_utf8_count(start, (size_t)(reading->bytes + n - start));
    return mark;
}

/* What the parser found wrong. */
static bk_status
yaml_parser_fault(yaml_reading *reading)
{
    const yaml_parser_t *parser = &reading->parser;
    const char          *problem = parser->problem != NULL ? parser->problem : "not well-formed";
    const char          *hint = NULL;
    char                 text[256];

    if (parser->error == YAML_MEMORY_ERROR)
        return bk_fail_no_memory(reading->ctx);
    if (parser->error == YAML_READER_ERROR) {
        snprintf(text, sizeof text, "%s", problem);
        return yaml_fault(reading, BK_ERR_SYNTAX, mark_of_offset(reading, parser->problem_offset),
                          "save the file as text in UTF-8", text);
    }
    if (strstr(problem, "mapping values are not allowed") != NULL)
        hint = "put a text that holds a colon in quotes";
    else if (strstr(problem, "cannot start any token") != NULL)
        hint = "indent with spaces, and put a text that begins with a special character in quotes";
    snprintf(text, sizeof text, "%s%s%s", problem, parser->context != NULL ? " " : "",
             parser->context != NULL ? parser->context : "");
    return yaml_fault(reading, BK_ERR_SYNTAX, parser->problem_mark, hint, text);
}

static bk_status
yaml_next(yaml_reading *reading, yaml_event_t *event)
{
    return yaml_parser_parse(&reading->parser, event) ? BK_OK : yaml_parser_fault(reading);
}

static bk_status yaml_node(yaml_reading *reading, const yaml_event_t *event, int depth, bki_yaml *node);

/* A copy of a scalar, NULL if it was refused or memory is short. */
static const char *
scalar_text(yaml_reading *reading, const yaml_event_t *event)
{
    const char  *value = (const char *)event->data.scalar.value;
    const size_t length = event->data.scalar.length;

    if (memchr(value, '\0', length) != NULL) {
        yaml_fault(reading, BK_ERR_SYNTAX, event->start_mark, NULL, "a text with a NUL character");
        return NULL;
    }
    return bk_arena_text(reading->arena, value, length);
}

/* Names and references would let a small file stand for a huge one; a tag would let a file choose its own types. */
static bk_status
yaml_refuse(yaml_reading *reading, const yaml_event_t *event)
{
    const unsigned char *anchor = NULL, *tag = NULL;

    switch (event->type) {
    case YAML_ALIAS_EVENT:
        return yaml_fault(reading, BK_ERR_SCHEMA, event->start_mark, "write the value out", "an alias (*name)");
    case YAML_SCALAR_EVENT:
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
        break;
    case YAML_SEQUENCE_START_EVENT:
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
        break;
    case YAML_MAPPING_START_EVENT:
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
        break;
    default:
        break;
    }
    if (anchor != NULL)
        return yaml_fault(reading, BK_ERR_SCHEMA, event->start_mark, "write the value out where it is used",
                          "an anchor (&name)");
    if (tag != NULL)
        return yaml_fault(reading, BK_ERR_SCHEMA, event->start_mark, "leave the tag out: types come from the schema",
                          "a tag (!type)");
    return BK_OK;
}

static void
yaml_key_again(yaml_reading *reading, const bki_yaml *map, const char *key, yaml_mark_t mark)
{
    const bki_yaml *first = map->child;
    char            text[160];

    while (first != NULL && strcmp(first->key, key) != 0)
        first = first->next;
    snprintf(text, sizeof text, "key %.*s stands here again, first on line %d", (int)bki_utf8_cut(key, strlen(key), 80),
             key, first != NULL ? first->key_line : 0);
    yaml_fault(reading, BK_ERR_DUPLICATE, mark, "keep one of the two", text);
}

/* The key that `event` starts, into a new child. */
static bk_status
yaml_key(yaml_reading *reading, bki_yaml *map, bk_names *seen, const yaml_event_t *event, bki_yaml *child)
{
    BK_TRY(yaml_refuse(reading, event));
    if (event->type != YAML_SCALAR_EVENT)
        return yaml_fault(reading, BK_ERR_SCHEMA, event->start_mark, NULL, "a key that is not a plain text");
    child->key = scalar_text(reading, event);
    BK_TRY(bk_arena_ok(reading->arena));
    if (child->key == NULL)
        return reading->first_fault;
    child->key_line = to_int(event->start_mark.line);
    child->key_column = to_int(event->start_mark.column);
    const size_t count = bk_names_count(seen);
    if (bk_names_intern(seen, child->key, strlen(child->key)) == BK_NONE)
        return bk_fail_no_memory(reading->ctx);
    if (bk_names_count(seen) == count)
        yaml_key_again(reading, map, child->key, event->start_mark);
    return BK_OK;
}

/* One child of a mapping or list; `event` starts it (in a mapping: its key). */
static bk_status
yaml_child(yaml_reading *reading, bki_yaml *parent, bk_names *seen, const yaml_event_t *event, int depth,
           bki_yaml *child)
{
    yaml_event_t value;

    if (seen == NULL)
        return yaml_node(reading, event, depth, child);
    BK_TRY(yaml_key(reading, parent, seen, event, child));
    BK_TRY(yaml_next(reading, &value));
    const bk_status status = yaml_node(reading, &value, depth, child);
    yaml_event_delete(&value);
    return status;
}

/* The children of a mapping or list up to its end. */
static bk_status
yaml_children(yaml_reading *reading, int depth, bki_yaml *parent)
{
    const bki_yaml **last = &parent->child;
    bk_names        *seen = parent->kind == BKI_YAML_MAP ? bk_names_create(reading->arena) : NULL;
    bk_status        status;

    do {
        yaml_event_t event;
        BK_TRY(bk_arena_ok(reading->arena));
        BK_TRY(yaml_next(reading, &event));
        if (event.type == YAML_SEQUENCE_END_EVENT || event.type == YAML_MAPPING_END_EVENT) {
            yaml_event_delete(&event);
            return BK_OK;
        }
        bki_yaml *child = BK_NEW(reading->arena, bki_yaml, 1);
        status = child != NULL ? yaml_child(reading, parent, seen, &event, depth, child) : bk_arena_ok(reading->arena);
        yaml_event_delete(&event);
        *last = child;
        if (child != NULL)
            last = &child->next;
        parent->n_children++;
    } while (status == BK_OK && reading->faults < MOST_FAULTS);
    return status != BK_OK ? status : reading->first_fault;
}

/* The node that `event` starts.  Returns BK_OK if reading may go on. */
static bk_status
yaml_node(yaml_reading *reading, const yaml_event_t *event, int depth, bki_yaml *node)
{
    BK_TRY(yaml_refuse(reading, event));
    node->line = to_int(event->start_mark.line);
    node->column = to_int(event->start_mark.column);
    if (event->type == YAML_SCALAR_EVENT) {
        node->kind = BKI_YAML_SCALAR;
        node->text = scalar_text(reading, event);
        BK_TRY(bk_arena_ok(reading->arena));
        return node->text != NULL ? BK_OK : reading->first_fault;
    }
    if (depth == DEEPEST)
        return yaml_fault(reading, BK_ERR_SCHEMA, event->start_mark, NULL, "too many levels inside one another");
    node->kind = event->type == YAML_SEQUENCE_START_EVENT ? BKI_YAML_LIST : BKI_YAML_MAP;
    return yaml_children(reading, depth + 1, node);
}

/* Up to and with the first event that is neither the start of the stream nor of a document; then the whole node. */
static bk_status
yaml_document(yaml_reading *reading, bki_yaml *root)
{
    yaml_event_t      event;
    yaml_event_type_t type;

    do {
        BK_TRY(yaml_next(reading, &event));
        type = event.type;
        if (type == YAML_STREAM_START_EVENT || type == YAML_DOCUMENT_START_EVENT)
            yaml_event_delete(&event);
    } while (type == YAML_STREAM_START_EVENT || type == YAML_DOCUMENT_START_EVENT);
    if (type == YAML_STREAM_END_EVENT) {
        yaml_event_delete(&event);
        *root = (bki_yaml){.kind = BKI_YAML_MAP, .line = 1, .column = 1};
        return BK_OK;
    }
    const bk_status status = yaml_node(reading, &event, 0, root);
    yaml_event_delete(&event);
    BK_TRY(status);

    BK_TRY(yaml_next(reading, &event)); /* the end of the document */
    yaml_event_delete(&event);
    BK_TRY(yaml_next(reading, &event));
    const yaml_mark_t mark = event.start_mark;
    type = event.type;
    yaml_event_delete(&event);
    return type == YAML_STREAM_END_EVENT
               ? BK_OK
               : yaml_fault(reading, BK_ERR_SCHEMA, mark, "keep one file a document", "a second document (---)");
}

bk_status
bki_yaml_read(bk_context *ctx, const char *bytes, size_t n, const char *shown, bk_arena *arena, const bki_yaml **out)
{
    yaml_reading reading = {.ctx = ctx, .bytes = bytes, .n_bytes = n, .shown = shown, .arena = arena};
    bki_yaml    *root = BK_NEW(arena, bki_yaml, 1);

    BK_TRY(bk_arena_ok(arena));
    if (n > LARGEST_FILE)
        return bk_fail_at(ctx, BK_ERR_SCHEMA, shown, 0, 0, "keep tables in CSV files",
                          "a YAML file of more than 16 MiB");
    if (!yaml_parser_initialize(&reading.parser))
        return bk_fail_no_memory(ctx);
    yaml_parser_set_input_string(&reading.parser, (const unsigned char *)bytes, n);
    const bk_status status = yaml_document(&reading, root);
    yaml_parser_delete(&reading.parser);
    BK_TRY(status);
    BK_TRY(reading.first_fault);
    *out = root;
    return BK_OK;
}

const char *
bki_yaml_kind_name(bki_yaml_kind kind)
{
    return kind == BKI_YAML_SCALAR ? "a single value" : kind == BKI_YAML_LIST ? "a list" : "a mapping";
}

bk_status
bki_yaml_unknown_key(bk_context *ctx, const bki_yaml *node, const char *shown, const char *what,
                     const char *const *names, size_t n)
{
    bk_arena scratch;
    char     hint[256] = "known are ";

    bk_arena_init(&scratch, ctx);
    bk_names   *known = bk_names_create(&scratch);
    const char *nearest = NULL;
    for (size_t i = 0; i < n && known != NULL; i++) {
        bk_names_intern(known, names[i], strlen(names[i]));
        const size_t used = strlen(hint);
        snprintf(hint + used, sizeof hint - used, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    const size_t length = strlen(node->key);
    if (known != NULL)
        nearest = bk_names_nearest(known, node->key, length);
    if (nearest != NULL)
        snprintf(hint, sizeof hint, "did you mean %s?", nearest);
    const bk_status status =
        bk_fail_at(ctx, BK_ERR_SCHEMA, shown, node->key_line, node->key_column, hint, "%s has no key %.*s", what,
                   (int)bki_utf8_cut(node->key, length, 80), node->key);
    bk_arena_release(&scratch);
    return status;
}
