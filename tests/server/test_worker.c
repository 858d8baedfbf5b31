/* A worker in this process: what it answers to jobs and to the questions after them, and that memory and files may end
 * anywhere on the way.  Its end comes back here instead of ending the process, and it is not shut in: the cage has a
 * test of its own. */
#define _GNU_SOURCE /* memfd_create, mkdtemp */
#include "bkt.h"
#include "bkt_api.h"
#include "bkt_refuse.h"
#include "bkt_verbs.h"
#include "server/cage.h"
#include "server/channel.h"
#include "server/master.h"

#include <ftw.h>
#include <pthread.h>
#include <setjmp.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- in place of the end, and of the cage -------------------------------------------------------------------------
 */

static jmp_buf at_end;
static int     end_status;

_Noreturn void __wrap__exit(int status);
_Noreturn void
__wrap__exit(int status)
{
    end_status = status;
    longjmp(at_end, 1);
}

bki_cage __wrap_bki_cage_enter(size_t n_readable, const char *const *readable, size_t n_writable,
                               const char *const *writable);
bki_cage
__wrap_bki_cage_enter(size_t n_readable, const char *const *readable, size_t n_writable, const char *const *writable)
{
    (void)n_readable;
    (void)readable;
    (void)n_writable;
    (void)writable;
    return (bki_cage){0};
}

/* ---- a worker ------------------------------------------------------------------------------------------------------
 */

#define MOST_FRAMES 32
#define MOST_HEARD  ((size_t)8 << 20)

typedef struct house {
    bk_context        *ctx;
    bk_arena           arena;
    bk_study           study;
    bki_serve_settings settings;
    bki_master         master;
    char               scratch[64];
    int                ends[2];
    size_t             n_heard, n_frames;
    bki_frame          frames[MOST_FRAMES];
    const char        *bodies[MOST_FRAMES]; /* in `heard` */
    char               heard[MOST_HEARD];   /* terminated */
} house;

static void *
hear(void *state)
{
    house  *h = state;
    ssize_t got;

    while (h->n_heard < MOST_HEARD - 1 &&
           (got = read(h->ends[0], h->heard + h->n_heard, MOST_HEARD - 1 - h->n_heard)) > 0)
        h->n_heard += (size_t)got;
    h->heard[h->n_heard] = '\0';
    return NULL;
}

static void
cut_frames(house *h)
{
    for (size_t at = 0; at < h->n_heard && h->n_frames < MOST_FRAMES;) {
        bki_frame *frame = &h->frames[h->n_frames];
        assert_true(h->n_heard - at >= sizeof *frame);
        memcpy(frame, h->heard + at, sizeof *frame);
        at += sizeof *frame;
        assert_true(h->n_heard - at >= frame->n);
        h->bodies[h->n_frames++] = h->heard + at;
        at += frame->n;
    }
}

/* Does the job, then answers the questions, then ends; the status with which it does. */
static int
work_with(house *h, const char *no_base, const char *request, size_t n, const char *const *questions)
{
    pthread_t listener;
    const int file = memfd_create("request", MFD_CLOEXEC);

    assert_int_equal(write(file, request, strlen(request)), (ssize_t)strlen(request));
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, h->ends), 0);
    for (size_t q = 0; q < n; q++)
        assert_true(bki_send(h->ends[0], BKI_FRAME_QUESTION, 0, questions[q], strlen(questions[q])));
    shutdown(h->ends[0], SHUT_WR);
    h->n_heard = h->n_frames = 0;
    assert_int_equal(pthread_create(&listener, NULL, hear, h), 0);
    if (setjmp(at_end) == 0)
        bki_worker_run(&h->master, &h->study, no_base, 7, h->ends[1], file);
    close(h->ends[1]);
    pthread_join(listener, NULL);
    close(h->ends[0]);
    cut_frames(h);
    return end_status;
}

static int
work(house *h, const char *request)
{
    return work_with(h, NULL, request, 0, NULL);
}

/* Of the first frame of a kind; NULL if none came. */
static const char *
frame_of(const house *h, bki_frame_kind kind)
{
    for (size_t f = 0; f < h->n_frames; f++)
        if (h->frames[f].kind == kind)
            return h->bodies[f];
    return NULL;
}

static void
assert_failed(house *h, const char *request, const char *why)
{
    assert_int_equal(work(h, request), 3);
    const char *told = frame_of(h, BKI_FRAME_ERROR);
    assert_non_null(told);
    if (strstr(told, why) == NULL)
        fail_msg("%s: %s, not %s", request, told, why);
}

static int
open_house(void **state)
{
    static const char *const none[] = {NULL};
    house                   *h = calloc(1, sizeof *h);
    const bk_study          *study;
    bool                     cached;

    snprintf(h->scratch, sizeof h->scratch, "/tmp/buckle-worker-XXXXXX");
    assert_non_null(mkdtemp(h->scratch));
    assert_int_equal(bk_context_create(NULL, &h->ctx), BK_OK);
    bk_arena_init(&h->arena, h->ctx);
    assert_int_equal(bk_study_open(h->ctx, bkt_caravan(), none, 0, &h->arena, &study), BK_OK);
    h->study = *study;
    assert_int_equal(bk_study_base(h->ctx, &h->study, NULL, &h->arena, &h->study.base, &cached), BK_OK);
    h->settings = (bki_serve_settings){.folder = h->study.folder, .threads = 1, .verbs = &bkt_verbs};
    h->master = (bki_master){.settings = &h->settings, .study = &h->study, .scratch = h->scratch, .notes = -1};
    *state = h;
    return 0;
}

static int
remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

static int
close_house(void **state)
{
    house *h = *state;

    bk_arena_release(&h->arena);
    bk_context_release(h->ctx);
    nftw(h->scratch, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(h);
    return 0;
}

#define WORKS                                                                                                          \
    "{\\\"title\\\":\\\"Works\\\",\\\"measures\\\":[{\\\"id\\\":\\\"works\\\",\\\"projects\\\":[\\\"steppe-line\\\"]}" \
    "]}"

/* ---- jobs ----------------------------------------------------------------------------------------------------------
 */

static void
what_is_no_request_is_told_so(void **state)
{
    house *h = *state;

    assert_failed(h, "{", "\"syntax\"");
    assert_failed(h, "{}", "no such kind");
    assert_failed(h, "{\"kind\":1}", "no such kind");
    assert_failed(h, "{\"kind\":\"dance\"}", "no such kind");
    assert_int_equal(work_with(h, "the reason", "{\"kind\":\"run\"}", 0, NULL), 3);
    assert_non_null(strstr(frame_of(h, BKI_FRAME_ERROR), "the reason"));
}

static void
a_run_takes_its_options_and_no_others(void **state)
{
    static const char *const wrong[] = {"{\"attribution\":\"magic\"}",
                                        "{\"attribution\":5}",
                                        "{\"finance\":\"magic\"}",
                                        "{\"lender\":5}",
                                        "{\"tolerance\":\"x\"}",
                                        "{\"tolerance\":1}",
                                        "{\"tolerance\":1e-30}",
                                        "{\"rounds\":0}",
                                        "{\"rounds\":1e9}",
                                        "{\"rounds\":\"x\"}",
                                        "{\"out\":\"x\"}"};
    house                   *h = *state;
    char                     request[300];

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        snprintf(request, sizeof request, "{\"kind\":\"run\",\"options\":%s}", wrong[i]);
        assert_failed(h, request, "has no option");
    }
    assert_int_equal(work(h, "{\"kind\":\"run\",\"name\":\"mine\",\"scenario_text\":\"" WORKS
                             "\",\"options\":{\"attribution\":\"none\",\"finance\":\"works\",\"lender\":\"XOR\","
                             "\"tolerance\":1e-6,\"rounds\":500}}"),
                     0);
    assert_non_null(strstr(frame_of(h, BKI_FRAME_RESULT), "\"scenarios\":1,\"map\":{\"links\":["));
    assert_failed(h, "{\"kind\":\"run\",\"scenario_text\":\"{\"}", "\"syntax\"");
    assert_failed(h,
                  "{\"kind\":\"run\",\"scenario_text\":\"{\\\"title\\\":\\\"x\\\",\\\"measures\\\":[{\\\"id\\\":"
                  "\\\"a\\\",\\\"close\\\":[\\\"nowhere\\\"]}]}\"}",
                  "\"errors\"");
}

static void
a_verb_is_given_its_options_as_the_program_would_be(void **state)
{
    house *h = *state;

    assert_int_equal(work(h, "{\"kind\":\"stress\",\"name\":\"mine\",\"scenario_text\":\"" WORKS
                             "\",\"against\":[\"today\"],\"options\":{\"draws\":8,\"indices\":true,\"seed\":null,"
                             "\"sampler\":\"sobol\",\"growth\":\"-1.5e2 %\"}}"),
                     0);
    const char *told = frame_of(h, BKI_FRAME_RESULT);
    assert_non_null(strstr(told, "/7/mine.yaml\",\"--scenario=today\",\"--draws=8\",\"--indices\",\"--sampler=sobol\","
                                 "\"--growth=-1.5e2 %\"]"));
    assert_int_equal(work(h, "{\"kind\":\"stress\",\"options\":{\"indices\":false}}"), 0);
    assert_null(strstr(frame_of(h, BKI_FRAME_RESULT), "--indices"));
    assert_int_equal(work(h, "{\"kind\":\"stress\",\"options\":{\"status\":1}}"), 0); /* not converged is an answer */
    assert_int_equal(h->frames[h->n_frames - 1].value, 0);
    assert_failed(h, "{\"kind\":\"stress\",\"options\":{\"status\":5}}", "as told");
    assert_failed(h, "{\"kind\":\"stress\",\"options\":{\"status\":6}}", "it failed");
    assert_failed(h, "{\"kind\":\"stress\",\"options\":{\"status\":7}}", "it failed");
    assert_failed(h, "{\"kind\":\"stress\",\"options\":{\"status\":2}}", "it failed"); /* no error in what it said */
}

static void
an_option_may_not_name_a_file_nor_be_of_another_form(void **state)
{
    house *h = *state;
    char   request[2000] = "{\"kind\":\"stress\",\"options\":{\"a0\":0";

    assert_failed(h, "{\"kind\":\"claim\",\"options\":{\"economy\":\"XAL\"}}", "has no option 'economy'");
    assert_failed(h, "{\"kind\":\"stress\",\"options\":{\"indices\":3}}", "must be true or false");
    assert_failed(h, "{\"kind\":\"stress\",\"options\":{\"draws\":true}}", "must be a number or a text");
    assert_failed(h, "{\"kind\":\"stress\",\"options\":{\"draws\":[3]}}", "must be a number or a text");
    assert_failed(h, "{\"kind\":\"stress\",\"options\":{\"draws\":{}}}", "must be a number or a text");
    assert_failed(h, "{\"kind\":\"stress\",\"options\":{\"x\":\"a/b\"}}", "name of a file");
    assert_failed(h, "{\"kind\":\"stress\",\"options\":{\"x\":\"~\"}}", "name of a file");
    assert_failed(h, "{\"kind\":\"stress\",\"options\":{\"x\":\"a\\\\b\"}}", "name of a file");
    assert_failed(h, "{\"kind\":\"stress\",\"options\":{\"x\":\"a.csv\"}}", "name of a file");
    for (int i = 1; i < 70; i++)
        snprintf(request + strlen(request), 20, ",\"a%d\":%d", i, i);
    strcat(request, "}}");
    assert_failed(h, request, "too many options");
}

static void
files_that_cannot_be_had_are_told(void **state)
{
    house      *h = *state;
    const char *request = "{\"kind\":\"stress\",\"scenario_text\":\"" WORKS "\"}";

    const bkt_call calls[] = {BKT_FSTAT, BKT_MEMFD, BKT_DUP};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        /* the first memfd is the test's own, for the request */
        bkt_refuse(calls[i], calls[i] == BKT_MEMFD ? 2 : 1);
        assert_failed(h, request, "\"file\"");
    }
    char path[100];
    snprintf(path, sizeof path, "%s/7", h->scratch);
    nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    FILE *file = fopen(path, "w"); /* where the folder of the job's files should be */
    fclose(file);
    assert_failed(h, request, "\"file\"");
    h->master.scratch = "/nowhere/at/all";
    assert_failed(h, request, "no folder for the job's files");
    h->master.scratch = h->scratch;
    remove(path);
}

/* ---- questions ------------------------------------------------------------------------------------------------------
 */

typedef struct question {
    const char *text;
    uint32_t    status;
    const char *told;
} question;

static void
put_questions(house *h, const char *request, const question *questions, size_t n)
{
    const char *texts[MOST_FRAMES];
    size_t      at = 0;

    for (size_t q = 0; q < n; q++)
        texts[q] = questions[q].text;
    assert_int_equal(work_with(h, NULL, request, n, texts), 0);
    for (size_t f = 0; f < h->n_frames; f++) {
        if (h->frames[f].kind != BKI_FRAME_REPLY)
            continue;
        if (h->frames[f].value != questions[at].status || strstr(h->bodies[f], questions[at].told) == NULL)
            fail_msg("%s: %u %.300s", questions[at].text, h->frames[f].value, h->bodies[f]);
        at++;
    }
    assert_int_equal(at, n);
}

static void
a_run_answers_for_its_flows_ways_and_files(void **state)
{
    static const question questions[] = {
        {"select\tlink:rail-origate-almgate", 200, "\"by\":[{\"sector\""},
        {"select\tborder:alm_gate|rail|XOR|XAL", 200, "\"background\""},
        {"select\ttransfer:nowhere", 404, "no such facility"},
        {"select\tborder:nowhere", 404, "no such facility"},
        {"select\tplace:nowhere", 404, "no such facility"},
        {"select", 404, "no such facility"},
        {"route\tori_port\twes_gate\t\t2", 200, "\"--from=ori_port\",\"--to=wes_gate\",\"--k=2\"]"},
        {"flows\tXOR\tXWE\tgoods", 200, "{\"links\":[{"},
        {"flows\t\t\t", 200, "{\"links\":[{"},
        {"flows", 200, "{\"links\":[{"},
        {"flows\tMARS", 400, "no 'MARS'"},
        {"flows\t\tMARS", 400, "no 'MARS'"},
        {"flows\t\t\tMARS", 400, "no 'MARS'"},
        {"export\tcsv", 200, "application/zip\tmine-csv.zip\nPK"},
        {"export\tcsv\teconomies", 200, "text/csv; charset=utf-8\teconomies.csv\nscenario"},
        {"export\tcsv\tnothing", 404, "no table or figure"},
        {"export\tcsv\t../mine", 404, "no table or figure"},
        {"export\txlsx", 200, "mine.xlsx\nPK"},
        {"export\tgpkg", 200, "mine.gpkg\nSQLite format 3"},
        {"export\thtml", 200, "mine.html\n<!"},
        {"export\tsvg", 200, "mine-svg.zip\nPK"},
        {"export\texe", 400, "no such format"},
        {"export", 400, "no such format"},
    };

    put_questions(*state,
                  "{\"kind\":\"run\",\"name\":\"mine\",\"scenario_text\":\"" WORKS
                  "\",\"options\":{\"attribution\":\"none\"}}",
                  questions, sizeof questions / sizeof *questions);
}

static void
the_base_year_answers_too(void **state)
{
    static const question questions[] = {
        {"select\tlink:rail-origate-almgate", 200, "\"by\":[{\"sector\""},
        {"flows\tXOR", 200, "{\"links\":[{"},
        {"route\tori_port\t", 200, "\"--from=ori_port\"]"},
        {"export\thtml", 200, "base.html\n<!"},
        {"a\tb\tc\td\te\tf\tg\th\ti", 400, "no such format"},
    };

    put_questions(*state, "{\"kind\":\"run\"}", questions, sizeof questions / sizeof *questions);
}

/* What the verb says of a wrong question goes on as it is. */
static void
a_way_that_is_none_is_told_as_the_program_would(void **state)
{
    static const question questions[] = {
        {"route\ta", 400, "no JSON"},
    };
    house    *h = *state;
    bki_verbs verbs = bkt_verbs;

    verbs.run = bkt_verb_refuse;
    h->settings.verbs = &verbs;
    put_questions(h, "{\"kind\":\"run\"}", questions, 1);
    h->settings.verbs = &bkt_verbs;
}

static void
the_service_answers_to_first_order(void **state)
{
    static const question questions[] = {
        {"values\t", 200, "\"economy\":\"X"},
        {"values\tXAL", 200, "\"economy\":\"XAL\""},
        {"values", 200, "\"economy\":\"X"},
        {"values\tMARS", 400, "no economy 'MARS'"},
        {"first-order\t{\"title\":\"nothing\",\"measures\":[]}", 200, "\"first_order\":true"},
        {"first-order\t{", 500, "\"syntax\""},
        {"first-order", 400, "there is no scenario"},
    };

    put_questions(*state, "{\"kind\":\"first-order\"}", questions, sizeof questions / sizeof *questions);
}

static void
a_question_too_long_or_cut_ends_the_worker(void **state)
{
    house          *h = *state;
    const bki_frame frame = {.kind = BKI_FRAME_QUESTION, .n = (uint64_t)1 << 40},
                    cut = {.kind = BKI_FRAME_QUESTION, .n = 9};
    const bki_frame frames[] = {frame, cut};

    for (int i = 0; i < 2; i++) {
        char text[sizeof frame + 1] = {0};
        memcpy(text, &frames[i], sizeof frame);
        /* as the body of a first question, so that the head of a second lies in it */
        const int file = memfd_create("request", MFD_CLOEXEC);
        assert_int_equal(write(file, "{\"kind\":\"run\"}", 14), 14);
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, h->ends), 0);
        assert_int_equal(write(h->ends[0], text, sizeof frame), (ssize_t)sizeof frame);
        shutdown(h->ends[0], SHUT_WR);
        pthread_t listener;
        h->n_heard = h->n_frames = 0;
        assert_int_equal(pthread_create(&listener, NULL, hear, h), 0);
        if (setjmp(at_end) == 0)
            bki_worker_run(&h->master, &h->study, NULL, 7, h->ends[1], file);
        close(h->ends[1]);
        pthread_join(listener, NULL);
        close(h->ends[0]);
        cut_frames(h);
        assert_non_null(frame_of(h, BKI_FRAME_RESULT));
        assert_null(frame_of(h, BKI_FRAME_REPLY));
    }
}

/* ---- memory ---------------------------------------------------------------------------------------------------------
 */

/* The n-th request for memory is refused, for the first and the last ones and some between: an answer, or an error, or
 * the end by a status that says so.  Steps are primes, so that they do not keep time with what repeats. */
static void
exhaust(house *h, bkt_call call, const char *request, size_t n_questions, const char *const *questions, size_t first)
{
    bkt_refuse(call, 0);
    const int whole = work_with(h, NULL, request, n_questions, questions);
    assert_true(whole == 0 || whole == 3);
    const size_t total = bkt_refuse_count(call);

    for (size_t n = first < total ? total - first : 1, step; n <= total; n += step) {
        step = first < total || n < 100 || total - n < 300 ? 1 : total / 100 | 1;
        bkt_refuse(call, n);
        const int status = work_with(h, NULL, request, n_questions, questions);
        bkt_refuse(call, 0);
        bool ended = status != 0;
        for (size_t f = 0; f < h->n_frames; f++) {
            const uint32_t kind = h->frames[f].kind, value = h->frames[f].value;
            ended |= kind == BKI_FRAME_RESULT || kind == BKI_FRAME_ERROR;
            if (kind == BKI_FRAME_REPLY)
                assert_true(value == 200 || value == 400 || value == 404 || value == 500);
        }
        assert_true(ended);
    }
}

static void
memory_may_end_anywhere_in_a_job(void **state)
{
    house      *h = *state;
    const char *stress = "{\"kind\":\"stress\",\"scenario_text\":\"" WORKS "\",\"against\":[\"a\"],"
                         "\"options\":{\"draws\":8,\"indices\":true}}";
    const char *run = "{\"kind\":\"run\",\"scenario_text\":\"" WORKS "\",\"options\":{\"attribution\":\"none\"}}";

    exhaust(h, BKT_ARENA, stress, 0, NULL, SIZE_MAX);
    exhaust(h, BKT_MEMORY, stress, 0, NULL, SIZE_MAX);
    exhaust(h, BKT_ARENA, "{\"kind\":\"stress\",\"options\":{\"status\":5}}", 0, NULL, SIZE_MAX);
    exhaust(h, BKT_ARENA, run, 0, NULL, SIZE_MAX);
}

static void
memory_may_end_anywhere_in_a_question(void **state)
{
    static const char *const questions[][1] = {{"select\tlink:rail-origate-almgate"},
                                               {"select\tborder:alm_gate|rail|XOR|XAL"},
                                               {"flows\tXOR"},
                                               {"route\ta\tb"},
                                               {"export\tcsv"},
                                               {"export\tcsv\teconomies"},
                                               {"export\texe"}};
    static const char *const values[] = {"values\tXAL"}, *const scenario[] = {
                                                             "first-order\t{\"title\":\"nothing\",\"measures\":[]}"};
    house *h = *state;

    for (size_t q = 0; q < sizeof questions / sizeof *questions; q++) {
        bkt_refuse(BKT_ARENA, 0);
        work_with(h, NULL, "{\"kind\":\"run\"}", 0, NULL);
        const size_t before = bkt_refuse_count(BKT_ARENA);
        bkt_refuse(BKT_ARENA, 0);
        work_with(h, NULL, "{\"kind\":\"run\"}", 1, questions[q]);
        const size_t own = bkt_refuse_count(BKT_ARENA) - before;
        exhaust(h, BKT_ARENA, "{\"kind\":\"run\"}", 1, questions[q], own < 400 ? own : 400);
    }
    exhaust(h, BKT_ARENA, "{\"kind\":\"first-order\"}", 1, values, 300);
    exhaust(h, BKT_ARENA, "{\"kind\":\"first-order\"}", 1, scenario, 300);
    exhaust(h, BKT_MEMORY, "{\"kind\":\"run\"}", 1, questions[0], 60);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_request_is_told_so),
        cmocka_unit_test(a_run_takes_its_options_and_no_others),
        cmocka_unit_test(a_verb_is_given_its_options_as_the_program_would_be),
        cmocka_unit_test(an_option_may_not_name_a_file_nor_be_of_another_form),
        cmocka_unit_test(files_that_cannot_be_had_are_told),
        cmocka_unit_test(a_run_answers_for_its_flows_ways_and_files),
        cmocka_unit_test(the_base_year_answers_too),
        cmocka_unit_test(a_way_that_is_none_is_told_as_the_program_would),
        cmocka_unit_test(the_service_answers_to_first_order),
        cmocka_unit_test(a_question_too_long_or_cut_ends_the_worker),
        cmocka_unit_test(memory_may_end_anywhere_in_a_job),
        cmocka_unit_test(memory_may_end_anywhere_in_a_question),
    };
    return cmocka_run_group_tests(tests, open_house, close_house);
}
