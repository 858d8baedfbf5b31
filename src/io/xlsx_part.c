/* ZIP by minizip, XML by Expat, both a block at a time. */
#include "io/xlsx_part.h"
#include "io/file.h"

#include <expat.h>
#include <minizip/unzip.h>
#include <string.h>
#include <unistd.h>

#define LARGEST_PART                                                                                                   \
    ((size_t)512 << 20) /* bytes of XML: more than a full sheet, and the end of an archive made to harm */
#define BLOCK 65536

typedef struct parsing {
    const bki_part_reader *reader;
    void                  *state;
    XML_Parser             parser;
    bool                   has_doctype;
} parsing;

bk_status
bki_archive_open(bk_context *ctx, const char *path, bki_archive *out)
{
    int probe;

    *out = (bki_archive){.ctx = ctx, .path = path};
    BK_TRY(bki_file_open(ctx, path, path, &probe));
    close(probe);
    out->zip = unzOpen64(path);
    if (out->zip)
        return BK_OK;
    return bk_fail_at(ctx, BK_ERR_SYNTAX, path, 0, 0, "save it as an Excel workbook (.xlsx), not as .xls or .ods",
                      "is not a workbook");
}

void
bki_archive_close(bki_archive *archive)
{
    if (archive->zip)
        unzClose(archive->zip);
    archive->zip = NULL;
}

const char *
bki_part_attribute(const char *const *attributes, const char *name, const char *otherwise)
{
    for (size_t a = 0; attributes[a]; a += 2) {
        const char *colon = strrchr(attributes[a], ':');
        if (strcmp(colon ? colon + 1 : attributes[a], name) == 0)
            return attributes[a + 1];
    }
    return otherwise;
}

/* ---- XML ------------------------------------------------------------------------------------------------------ */

static const char *
local(const char *name)
{
    const char *colon = strrchr(name, ':');

    return colon ? colon + 1 : name;
}

static void
on_open(void *state, const XML_Char *name, const XML_Char **attributes)
{
    const parsing *p = state;

    p->reader->open(p->state, local(name), attributes);
}

static void
on_close(void *state, const XML_Char *name)
{
    const parsing *p = state;

    p->reader->close(p->state, local(name));
}

static void
on_text(void *state, const XML_Char *bytes, int n)
{
    const parsing *p = state;

    if (p->reader->text)
        p->reader->text(p->state, bytes, (size_t)n);
}

static void
on_doctype(void *state, const XML_Char *name, const XML_Char *system, const XML_Char *public, int has_internal)
{
    parsing *p = state;

    (void)name, (void)system, (void)public, (void)has_internal;
    p->has_doctype = true;
    XML_StopParser(p->parser, XML_FALSE);
}

static bk_status
damaged(const bki_archive *archive, const char *part, const char *why)
{
    return bk_fail_at(archive->ctx, BK_ERR_SYNTAX, archive->path, 0, 0, NULL, "the workbook's %s is damaged: %s", part,
                      why);
}

/* The part that is open in the archive. */
static bk_status
part_parse(const bki_archive *archive, const char *name, parsing *p)
{
    size_t total = 0;

    for (int n = 1; n > 0;) {
        void *block = XML_GetBuffer(p->parser, BLOCK);
        if (!block)
            return bk_fail_no_memory(archive->ctx);
        n = unzReadCurrentFile(archive->zip, block, BLOCK);
        if (n < 0)
            return damaged(archive, name, "it does not unpack");
        total += (size_t)n;
        if (total > LARGEST_PART)
            return damaged(archive, name, "larger than any sheet can be");
        const enum XML_Status status = XML_ParseBuffer(p->parser, n, n == 0);
        BK_TRY(p->reader->ok(p->state));
        if (p->has_doctype)
            return damaged(archive, name, "it has a document type");
        if (status != XML_STATUS_OK)
            return damaged(archive, name, XML_ErrorString(XML_GetErrorCode(p->parser)));
    }
    return BK_OK;
}

bk_status
bki_part_read(const bki_archive *archive, const char *name, const bki_part_reader *reader, void *state, bool *found)
{
    const int without_case = 2;
    parsing   p = {.reader = reader, .state = state};

    *found = unzLocateFile(archive->zip, name, without_case) == UNZ_OK;
    if (!*found)
        return BK_OK;
    if (unzOpenCurrentFile(archive->zip) != UNZ_OK)
        return damaged(archive, name, "it does not unpack");
    p.parser = XML_ParserCreate(NULL);
    bk_status status = p.parser ? BK_OK : bk_fail_no_memory(archive->ctx);
    if (status == BK_OK) {
        XML_SetUserData(p.parser, &p);
        XML_SetElementHandler(p.parser, on_open, on_close);
        XML_SetCharacterDataHandler(p.parser, on_text);
        XML_SetStartDoctypeDeclHandler(p.parser, on_doctype);
        status = part_parse(archive, name, &p);
        XML_ParserFree(p.parser);
    }
    const int closed = unzCloseCurrentFile(archive->zip); /* which tells whether the sum of the part is right */
    return status == BK_OK && closed != UNZ_OK ? damaged(archive, name, "its checksum is another") : status;
}
