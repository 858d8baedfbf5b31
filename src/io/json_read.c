/* JSON (RFC 8259) to a tree whose values know where they stand. */
#include "buckle/io.h"
#include "io/utf8.h"
#include "model/parse.h"

#include <string.h>

enum { MOST_DEPTH = 64 };

typedef struct reader {
    bk_context *ctx;
    bk_arena   *arena;
    const char *at, *end, *shown;
    int         line;
    const char *counted; /* how far characters of this line were counted, so that a long line is walked once */
    int         column;  /* of `counted` */
} reader;

static int
column_of(reader *in, const char *at)
{
    for (; in->counted < at; in->counted++)
        in->column += ((unsigned char)*in->counted & 0xc0) != 0x80;
    return in->column;
}

static void
new_line(reader *in, const char *start)
{
    in->line++;
    in->counted = start;
    in->column = 1;
}

static bk_status
fault(reader *in, const char *at, const char *what)
{
    return bk_fail_at(in->ctx, BK_ERR_SYNTAX, in->shown, in->line, column_of(in, at), NULL, "%s", what);
}

static void
skip_space(reader *in)
{
    for (; in->at < in->end && strchr(" \t\r\n", *in->at) && *in->at; in->at++)
        if (*in->at == '\n')
            new_line(in, in->at + 1);
}

static bool
take(reader *in, char c)
{
    skip_space(in);
    if (in->at == in->end || *in->at != c)
        return false;
    in->at++;
    return true;
}

/* ---- text ------------------------------------------------------------------------------------------------------- */

static bool
hex4(const reader *in, const char *at, uint32_t *code)
{
    *code = 0;
    for (int i = 0; i < 4; i++) {
        const char *digits = "0123456789abcdefABCDEF", *found = at + i < in->end ? strchr(digits, at[i]) : NULL;
        if (!found || !*found)
            return false;
        const uint32_t digit = (uint32_t)(found - digits);
        *code = *code * 16 + (digit < 16 ? digit : digit - 6);
    }
    return true;
}

static size_t
put_utf8(uint32_t code, char *out)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xc0 | code >> 6);
        out[1] = (char)(0x80 | (code & 63));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xe0 | code >> 12);
        out[1] = (char)(0x80 | (code >> 6 & 63));
        out[2] = (char)(0x80 | (code & 63));
        return 3;
    }
    out[0] = (char)(0xf0 | code >> 18);
    out[1] = (char)(0x80 | (code >> 12 & 63));
    out[2] = (char)(0x80 | (code >> 6 & 63));
    out[3] = (char)(0x80 | (code & 63));
    return 4;
}

/* Behind "\u": one code point, of one escape or of a pair of surrogates. */
static bk_status
read_code(reader *in, uint32_t *code)
{
    uint32_t low;

    if (!hex4(in, in->at, code))
        return fault(in, in->at, "\\u needs four hexadecimal digits");
    in->at += 4;
    if (*code >= 0xd800 && *code < 0xdc00 && in->end - in->at >= 6 && in->at[0] == '\\' && in->at[1] == 'u' &&
        hex4(in, in->at + 2, &low) && low >= 0xdc00 && low < 0xe000) {
        *code = 0x10000 + ((*code - 0xd800) << 10) + (low - 0xdc00);
        in->at += 6;
    }
    if (*code == 0 || (*code >= 0xd800 && *code < 0xe000))
        return fault(in, in->at, "this escape stands for no character that text may hold");
    return BK_OK;
}

static bk_status
read_escape(reader *in, char *out, size_t *n)
{
    static const char letters[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
    const char       *found = in->at < in->end && *in->at ? strchr(letters, *in->at) : NULL;
    uint32_t          code;

    if (found) {
        out[(*n)++] = means[found - letters];
        in->at++;
        return BK_OK;
    }
    if (in->at == in->end || *in->at != 'u')
        return fault(in, in->at, "there is no such escape");
    in->at++;
    BK_TRY(read_code(in, &code));
    *n += put_utf8(code, out + *n);
    return BK_OK;
}

/* Behind the opening quotation mark. */
static bk_status
read_text(reader *in, const char **out)
{
    const char *close = in->at;
    size_t      n = 0;

    while (close < in->end && *close != '"')
        close += *close == '\\' && close + 1 < in->end ? 2 : 1;
    char *text = BK_NEW(in->arena, char, (size_t)(close - in->at) + 1); /* escapes are longer than what they mean */
    BK_TRY(bk_arena_ok(in->arena));
    while (in->at < in->end && *in->at != '"') {
        const unsigned char c = (unsigned char)*in->at;
        if (c < 32)
            return fault(in, in->at, "a text runs over the end of its line, or holds a control character");
        in->at++;
        if (c == '\\')
            BK_TRY(read_escape(in, text, &n));
        else
            text[n++] = (char)c;
    }
    if (in->at == in->end)
        return fault(in, in->at, "a text has no closing quotation mark");
    in->at++;
    *out = text;
    return BK_OK;
}

/* ---- numbers and words ------------------------------------------------------------------------------------------ */

static const char *
digits(const reader *in, const char *at)
{
    while (at < in->end && *at >= '0' && *at <= '9')
        at++;
    return at;
}

/* The grammar of RFC 8259, which is narrower than that of a cell. */
static bk_status
read_number(reader *in, bk_json_value *value)
{
    const char *start = in->at, *at = start + (*start == '-'), *behind = digits(in, at);

    bool is_number = behind > at && (*at != '0' || behind == at + 1);
    at = behind;
    if (is_number && at < in->end && *at == '.') {
        behind = digits(in, at + 1);
        is_number = behind > at + 1;
        at = behind;
    }
    if (is_number && at < in->end && (*at == 'e' || *at == 'E')) {
        at += 1 + (at + 1 < in->end && (at[1] == '+' || at[1] == '-'));
        behind = digits(in, at);
        is_number = behind > at;
        at = behind;
    }
    if (!is_number)
        return fault(in, start, "this is no JSON value");
    value->kind = BK_JSON_NUMBER;
    if (!bki_parse_number(start, (size_t)(at - start), &value->number))
        return fault(in, start, "this number is too large");
    in->at = at;
    return BK_OK;
}

static bool
take_word(reader *in, const char *word)
{
    const size_t n = strlen(word);

    if ((size_t)(in->end - in->at) < n || memcmp(in->at, word, n) != 0)
        return false;
    in->at += n;
    return true;
}

/* ---- values ----------------------------------------------------------------------------------------------------- */

static bk_status read_value(reader *in, int depth, bk_json_value *value);

static bk_status
check_key(reader *in, const bk_json_value *object, const bk_json_value *member)
{
    for (const bk_json_value *other = object->child; other; other = other->next)
        if (strcmp(other->key, member->key) == 0)
            return bk_fail_at(in->ctx, BK_ERR_DUPLICATE, in->shown, member->line, member->column, NULL,
                              "the key \"%s\" stands twice in one object", member->key);
    return BK_OK;
}

static bk_status
read_members(reader *in, int depth, bk_json_value *value)
{
    const bool            is_object = value->kind == BK_JSON_OBJECT;
    const char            close = is_object ? '}' : ']';
    const bk_json_value **tail = &value->child;

    if (take(in, close))
        return BK_OK;
    for (;;) {
        bk_json_value *member = BK_NEW(in->arena, bk_json_value, 1);
        BK_TRY(bk_arena_ok(in->arena));
        if (is_object) {
            if (!take(in, '"'))
                return fault(in, in->at, "a key in quotation marks is missing");
            member->line = in->line;
            member->column = column_of(in, in->at - 1);
            BK_TRY(read_text(in, &member->key));
            BK_TRY(check_key(in, value, member));
            if (!take(in, ':'))
                return fault(in, in->at, "a colon is missing behind the key");
        }
        BK_TRY(read_value(in, depth + 1, member));
        *tail = member;
        tail = (const bk_json_value **)&member->next;
        value->n++;
        if (take(in, close))
            return BK_OK;
        if (!take(in, ','))
            return fault(in, in->at, is_object ? "a comma or } is missing" : "a comma or ] is missing");
    }
}

static bk_status
read_value(reader *in, int depth, bk_json_value *value)
{
    skip_space(in);
    if (in->at == in->end)
        return fault(in, in->at, "the file ends where a value is missing");
    if (depth > MOST_DEPTH)
        return fault(in, in->at, "values are nested too deep");
    value->line = in->line;
    value->column = column_of(in, in->at);
    if (take(in, '{') || take(in, '[')) {
        value->kind = in->at[-1] == '{' ? BK_JSON_OBJECT : BK_JSON_ARRAY;
        return read_members(in, depth, value);
    }
    if (take(in, '"')) {
        value->kind = BK_JSON_TEXT;
        return read_text(in, &value->text);
    }
    if (take_word(in, "null"))
        return BK_OK;
    value->kind = BK_JSON_FLAG;
    value->flag = take_word(in, "true");
    if (value->flag || take_word(in, "false"))
        return BK_OK;
    return read_number(in, value);
}

bk_status
bk_json_read(bk_context *ctx, const char *bytes, size_t n, const char *shown, bk_arena *arena,
             const bk_json_value **out)
{
    reader         in = {.ctx = ctx, .arena = arena, .at = bytes, .end = bytes + n, .shown = shown, .counted = bytes};
    bk_json_value *value = BK_NEW(arena, bk_json_value, 1);
    const size_t   valid = bki_utf8_fault(bytes, n);

    BK_TRY(bk_arena_ok(arena));
    new_line(&in, bytes);
    if (valid < n) {
        for (; in.at < bytes + valid; in.at++)
            if (*in.at == '\n')
                new_line(&in, in.at + 1);
        return fault(&in, in.at, "this byte is not UTF-8");
    }
    BK_TRY(read_value(&in, 0, value));
    skip_space(&in);
    if (in.at < in.end)
        return fault(&in, in.at, "something stands behind the value");
    *out = value;
    return BK_OK;
}

const bk_json_value *
bk_json_member(const bk_json_value *object, const char *key)
{
    for (const bk_json_value *member = object->kind == BK_JSON_OBJECT ? object->child : NULL; member;
         member = member->next)
        if (strcmp(member->key, key) == 0)
            return member;
    return NULL;
}
