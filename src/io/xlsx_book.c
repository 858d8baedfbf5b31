/* Names of sheets, where they lie, the strings and the styles they share. */
#include "io/xlsx_book.h"

#include <stdlib.h>
#include <string.h>

static const char *
kept(bk_arena *arena, const char *text)
{
    return text ? bk_arena_text(arena, text, strlen(text)) : NULL;
}

static bk_status
book_ok(void *state)
{
    bki_book *book = state;

    BK_TRY(bk_arena_ok(book->arena));
    BK_TRY(bk_arena_ok(book->scratch));
    return book->text.has_failed ? bk_fail_no_memory(book->ctx) : BK_OK;
}

/* ---- sheets and where they lie -------------------------------------------------------------------------------- */

static void
workbook_open(void *state, const char *name, const char *const *attributes)
{
    bki_book *book = state;

    if (strcmp(name, "workbookPr") == 0) {
        const char *said = bki_part_attribute(attributes, "date1904", "0");
        book->counts_from_1904 = strcmp(said, "1") == 0 || strcmp(said, "true") == 0;
    }
    if (strcmp(name, "sheet") != 0)
        return;
    size_t       capacity = book->sheet_capacity;
    const char **names = bk_arena_grow(book->scratch, book->names, book->n_sheets, 1, sizeof *names, &capacity);
    const char **relations =
        bk_arena_grow(book->scratch, book->relations, book->n_sheets, 1, sizeof *relations, &book->sheet_capacity);
    if (!names || !relations)
        return; /* the arena remembers */
    book->names = names;
    book->relations = relations;
    names[book->n_sheets] = kept(book->arena, bki_part_attribute(attributes, "name", ""));
    relations[book->n_sheets++] = kept(book->scratch, bki_part_attribute(attributes, "id", ""));
}

static void
relation_open(void *state, const char *name, const char *const *attributes)
{
    bki_book *book = state;

    if (strcmp(name, "Relationship") != 0)
        return;
    const char *target = bki_part_attribute(attributes, "Target", "");
    const char *(*links)[3] =
        bk_arena_grow(book->scratch, book->links, book->n_links, 1, sizeof *links, &book->link_capacity);
    if (!links)
        return;
    book->links = links;
    links[book->n_links][0] = kept(book->scratch, bki_part_attribute(attributes, "Id", ""));
    links[book->n_links][1] = kept(book->scratch, bki_part_attribute(attributes, "Type", ""));
    links[book->n_links++][2] =
        target[0] == '/' ? kept(book->scratch, target + 1) : bk_arena_format(book->scratch, "xl/%s", target);
}

static bool
ends_with(const char *text, const char *end)
{
    const size_t n = strlen(text), m = strlen(end);

    return n >= m && strcmp(text + n - m, end) == 0;
}

const char *
bki_book_part(const bki_book *book, size_t sheet)
{
    for (size_t l = 0; l < book->n_links; l++)
        if (strcmp(book->links[l][0], book->relations[sheet]) == 0 && ends_with(book->links[l][1], "/worksheet"))
            return book->links[l][2];
    return NULL;
}

/* The one part of a type; NULL: there is none. */
static const char *
part_of_type(const bki_book *book, const char *type)
{
    for (size_t l = 0; l < book->n_links; l++)
        if (ends_with(book->links[l][1], type))
            return book->links[l][2];
    return NULL;
}

/* ---- shared strings ------------------------------------------------------------------------------------------- */

void
bki_book_text_open(bki_book *book, const char *name)
{
    book->in_phonetic += strcmp(name, "rPh") == 0;
    book->in_text += strcmp(name, "t") == 0;
}

void
bki_book_text_close(bki_book *book, const char *name)
{
    book->in_phonetic -= strcmp(name, "rPh") == 0;
    book->in_text -= strcmp(name, "t") == 0;
}

void
bki_book_text_take(bki_book *book, const char *bytes, size_t n)
{
    if (book->in_text > 0 && book->in_phonetic == 0)
        bki_text_append(&book->text, bytes, n);
}

static void
string_open(void *state, const char *name, const char *const *attributes)
{
    bki_book *book = state;

    (void)attributes;
    if (strcmp(name, "si") == 0)
        book->text.length = 0;
    bki_book_text_open(book, name);
}

static void
string_close(void *state, const char *name)
{
    bki_book *book = state;

    bki_book_text_close(book, name);
    if (strcmp(name, "si") != 0)
        return;
    const char **strings =
        bk_arena_grow(book->scratch, book->strings, book->n_strings, 1, sizeof *strings, &book->string_capacity);
    if (!strings)
        return;
    book->strings = strings;
    strings[book->n_strings++] =
        bk_arena_text(book->arena, book->text.length > 0 ? book->text.bytes : "", book->text.length);
}

static void
string_text(void *state, const char *bytes, size_t n)
{
    bki_book_text_take(state, bytes, n);
}

/* ---- styles --------------------------------------------------------------------------------------------------- */

/* Clause 18.8.30: the formats that need no code and show a day or a time. */
static bool
is_built_in_date(long id)
{
    return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
}

/* Whether a code has a part of a date or time outside quotes, brackets and escapes. */
static bool
shows_date(const char *code)
{
    char closing = '\0';

    for (; *code; code++) {
        if (closing != '\0') {
            closing = *code == closing ? '\0' : closing;
            continue;
        }
        if (*code == '"' || *code == '[')
            closing = *code == '"' ? '"' : ']';
        else if ((*code == '\\' || *code == '_' || *code == '*') && code[1] != '\0')
            code++;
        else if (strchr("yYmMdDhHsS", *code))
            return true;
    }
    return false;
}

static bool
is_date_format(const bki_book *book, long id)
{
    for (size_t f = 0; f < book->n_formats; f++)
        if ((long)book->date_formats[f] == id)
            return true;
    return is_built_in_date(id);
}

static void
style_open(void *state, const char *name, const char *const *attributes)
{
    bki_book  *book = state;
    const long id = strtol(bki_part_attribute(attributes, "numFmtId", "0"), NULL, 10);

    if (strcmp(name, "cellXfs") == 0)
        book->in_styles = true;
    if (strcmp(name, "numFmt") == 0 && shows_date(bki_part_attribute(attributes, "formatCode", ""))) {
        uint32_t *formats = bk_arena_grow(book->scratch, book->date_formats, book->n_formats, 1, sizeof *formats,
                                          &book->format_capacity);
        if (!formats)
            return;
        book->date_formats = formats;
        formats[book->n_formats++] = (uint32_t)id;
    }
    if (strcmp(name, "xf") != 0 || !book->in_styles)
        return;
    bool *is_date =
        bk_arena_grow(book->scratch, book->is_date, book->n_styles, 1, sizeof *is_date, &book->style_capacity);
    if (!is_date)
        return;
    book->is_date = is_date;
    is_date[book->n_styles++] = is_date_format(book, id);
}

static void
style_close(void *state, const char *name)
{
    bki_book *book = state;

    if (strcmp(name, "cellXfs") == 0)
        book->in_styles = false;
}

static void
ignore_close(void *state, const char *name)
{
    (void)state;
    (void)name;
}

/* ---- the whole ------------------------------------------------------------------------------------------------ */

static bk_status
missing(const bki_book *book, const char *part)
{
    return bk_fail_at(book->ctx, BK_ERR_SYNTAX, book->archive.path, 0, 0,
                      "save it as an Excel workbook (.xlsx), not as .xls or .ods", "is no workbook: it has no %s",
                      part);
}

bk_status
bki_book_read(bki_book *book)
{
    static const bki_part_reader workbook = {workbook_open, ignore_close, NULL, book_ok};
    static const bki_part_reader relations = {relation_open, ignore_close, NULL, book_ok};
    static const bki_part_reader strings = {string_open, string_close, string_text, book_ok};
    static const bki_part_reader styles = {style_open, style_close, NULL, book_ok};
    bool                         found = false;

    book->text.arena = book->scratch;
    BK_TRY(bki_part_read(&book->archive, "xl/workbook.xml", &workbook, book, &found));
    if (!found)
        return missing(book, "xl/workbook.xml");
    BK_TRY(bki_part_read(&book->archive, "xl/_rels/workbook.xml.rels", &relations, book, &found));
    if (!found)
        return missing(book, "xl/_rels/workbook.xml.rels");
    const char *string_part = part_of_type(book, "/sharedStrings"), *style_part = part_of_type(book, "/styles");
    if (string_part)
        BK_TRY(bki_part_read(&book->archive, string_part, &strings, book, &found));
    book->in_text = book->in_phonetic = 0;
    return style_part ? bki_part_read(&book->archive, style_part, &styles, book, &found) : BK_OK;
}

bk_status
bki_xlsx_read(bk_context *ctx, const char *path, bk_arena *arena, size_t *n_out, const bki_sheet **out)
{
    bk_arena scratch;
    bki_book book = {.ctx = ctx, .arena = arena, .scratch = &scratch};

    BK_TRY(bki_archive_open(ctx, path, &book.archive));
    bk_note_input(ctx, path);
    bk_arena_init(&scratch, ctx);
    bk_status  status = bki_book_read(&book);
    bki_sheet *sheets = status == BK_OK ? BK_NEW(arena, bki_sheet, book.n_sheets + 1) : NULL;
    size_t     n = 0;
    if (status == BK_OK)
        status = bk_arena_ok(arena);
    for (size_t s = 0; status == BK_OK && s < book.n_sheets; s++) {
        const char *part = bki_book_part(&book, s);
        sheets[n].name = book.names[s];
        if (part)
            status = bki_sheet_read(&book, part, &sheets[n++]);
    }
    bki_archive_close(&book.archive);
    bk_arena_release(&scratch);
    *n_out = n;
    *out = sheets;
    return status;
}
