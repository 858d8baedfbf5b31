/* The manifest of an answer: program, arguments that decide it, and every file it was made from with its SHA-256, as
 * `sha256sum` prints it. */
#include "cli/manifest.h"

#include <fcntl.h>
#include <sha2.h>
#include <string.h>
#include <unistd.h>

#define TABLE "manifest"

/* ---- inputs -------------------------------------------------------------------------------------------------------
 */

bool
bki_file_digest(const char *path, bki_input *out)
{
    unsigned char block[1 << 14], digest[SHA256_DIGEST_LENGTH];
    SHA2_CTX      state;
    ssize_t       n = 0;
    const int     file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (file < 0)
        return false;
    out->bytes = 0;
    SHA256Init(&state);
    while ((n = read(file, block, sizeof block)) > 0) {
        SHA256Update(&state, block, (size_t)n);
        out->bytes += (uint64_t)n;
    }
    SHA256Final(digest, &state);
    close(file);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(out->sha256 + 2 * i, 3, "%02x", digest[i]);
    return n == 0;
}

void
bki_session_input(bki_session *session, const char *path)
{
    for (size_t i = 0; i < session->n_inputs; i++)
        if (strcmp(session->inputs[i].path, path) == 0)
            return;
    bki_input *inputs =
        bk_arena_grow(&session->arena, session->inputs, session->n_inputs, 1, sizeof *inputs, &session->input_capacity);
    if (!inputs)
        return; /* the arena remembers */
    session->inputs = inputs;
    bki_input *input = &session->inputs[session->n_inputs];
    input->path = bk_arena_text(&session->arena, path, strlen(path));
    session->n_inputs += input->path && bki_file_digest(path, input); /* the reader says what is wrong with the file */
}

/* ---- arguments ----------------------------------------------------------------------------------------------------
 */

/* Options that every verb has, those that say where to write, and the cache leave the answer as it is. */
static bool
decides(const bki_option *option)
{
    if (option->writes || strcmp(option->name, "no-cache") == 0)
        return false;
    for (size_t o = 0; o < bki_common_option_count(); o++)
        if (bki_common_option(o) == option)
            return false;
    return true;
}

/* Room for [2 * options + operands] words; returns how many. */
static size_t
arguments_of(bki_session *session, const char **words)
{
    size_t n = 0;

    words[n++] = session->verb->name;
    for (size_t o = 0; o < session->n_operands; o++)
        words[n++] = session->operands[o];
    for (size_t o = session->n_operands; o == 0 && session->operand; o++)
        words[n++] = session->operand;
    if (session->second)
        words[n++] = session->second;
    for (size_t v = 0; v < session->n_values; v++) {
        const bki_value *value = &session->values[v];
        if (!decides(value->option))
            continue;
        const bool is_list = value->option->kind == BKI_OPTION_LIST;
        for (size_t t = 0; t < value->n_texts; t++) {
            if (t == 0 || is_list)
                words[n++] = bk_arena_format(&session->arena, "%s%s", strlen(value->option->name) > 1 ? "--" : "-",
                                             value->option->name);
            if (value->option->kind != BKI_OPTION_FLAG)
                words[n++] = value->texts[t];
            else
                break;
        }
    }
    return n;
}

static const char **
arguments_list(bki_session *session, size_t *n)
{
    size_t room = session->n_operands + 3;

    for (size_t v = 0; v < session->n_values; v++)
        room += 2 * session->values[v].n_texts + 1;
    const char **words = BK_NEW(&session->arena, const char *, room);
    *n = words ? arguments_of(session, words) : 0;
    return words;
}

/* ---- written ------------------------------------------------------------------------------------------------------
 */

static const char *
program_name(bk_arena *arena)
{
    return bk_arena_format(arena, "buckle %s", bk_version());
}

void
bki_json_close(bki_session *session, bk_json *json)
{
    size_t       n = 0;
    const char **words = session->warm || !session->verb ? NULL : arguments_list(session, &n);

    if (words) {
        bk_json_object(json, TABLE);
        bk_json_text(json, "program", program_name(&session->arena));
        bk_json_array(json, "arguments");
        for (size_t w = 0; w < n; w++)
            bk_json_text(json, NULL, words[w]);
        bk_json_end(json);
        bk_json_array(json, "inputs");
        for (size_t i = 0; i < session->n_inputs; i++) {
            bk_json_object(json, NULL);
            bk_json_text(json, "file", session->inputs[i].path);
            bk_json_integer(json, "bytes", (int64_t)session->inputs[i].bytes);
            bk_json_text(json, "sha256", session->inputs[i].sha256);
            bk_json_end(json);
        }
        bk_json_end(json);
        bk_json_end(json);
    }
    bk_json_end(json);
}

bki_exit
bki_json_finish(bki_session *session, bk_json *json)
{
    bki_json_close(session, json);
    return bki_json_print(json);
}

/* One row of the table; arrays have room. */
typedef struct rows {
    const char **item, **value, **sha256;
    int64_t     *bytes;
    bool        *empty;
    size_t       n;
} rows;

static void
add_row(rows *to, const char *item, const char *value, const bki_input *input)
{
    to->item[to->n] = item;
    to->value[to->n] = value;
    to->bytes[to->n] = input ? (int64_t)input->bytes : 0;
    to->sha256[to->n] = input ? input->sha256 : NULL;
    to->empty[to->n++] = input == NULL;
}

bk_status
bki_with_manifest(bki_session *session, const bk_results *results, bk_results *out)
{
    size_t       n = 0;
    const char **words = session->warm ? NULL : arguments_list(session, &n);
    const size_t room = n + session->n_inputs + 2;
    bk_arena    *arena = &session->arena;
    rows         all = {.item = BK_NEW(arena, const char *, room),
                        .value = BK_NEW(arena, const char *, room),
                        .sha256 = BK_NEW(arena, const char *, room),
                        .bytes = BK_NEW(arena, int64_t, room),
                        .empty = BK_NEW(arena, bool, room)};
    bk_column   *columns = BK_NEW(arena, bk_column, 4);

    *out = *results;
    BK_TRY(bk_arena_ok(arena));
    if (!words)
        return BK_OK;
    add_row(&all, "program", program_name(arena), NULL);
    for (size_t w = 0; w < n; w++)
        add_row(&all, "argument", words[w], NULL);
    for (size_t i = 0; i < session->n_inputs; i++)
        add_row(&all, "input", session->inputs[i].path, &session->inputs[i]);
    columns[0] = (bk_column){.name = "item", .unit = "", .meaning = "program, argument or input", .text = all.item};
    columns[1] = (bk_column){.name = "value", .unit = "", .meaning = "its text, or the file's path", .text = all.value};
    columns[2] = (bk_column){.name = "size",
                             .unit = "bytes",
                             .meaning = "of the file",
                             .kind = BK_COLUMN_INTEGER,
                             .integer = all.bytes,
                             .empty = all.empty};
    columns[3] = (bk_column){
        .name = "sha256", .unit = "", .meaning = "of the file (FIPS 180-4)", .text = all.sha256, .empty = all.empty};
    return bk_results_append(session->ctx, out,
                             &(bk_table){.name = TABLE,
                                         .title = "What `buckle verify` needs to make this again",
                                         .n_rows = all.n,
                                         .n_columns = 4,
                                         .columns = columns});
}
