/* How long a local server takes to answer connections that stay: each asks, reads the whole answer, and asks again at
 * once.  One thread and epoll, so that it is the server that is measured and not who asks.
 *
 *     bench_http_load PORT COOKIE CONNECTIONS SECONDS PATH...
 *
 * A row for each path: replies, and how many milliseconds they took in the middle, at 99 of 100, and at most. */
#define _GNU_SOURCE /* memmem */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST_HEAD  8192
#define MOST_PATHS 16

typedef struct times {
    double *seconds; /* [n] */
    size_t  n, capacity;
} times;

typedef struct connection {
    int    file;
    size_t path, n_head; /* of the path asked for; bytes of the answer's head so far */
    bool   in_body;
    size_t left; /* of the body */
    double asked;
    char   head[MOST_HEAD];
} connection;

typedef struct load {
    const char *cookie;
    char      **paths;
    int         n_paths, port;
    times       took[MOST_PATHS];
} load;

static void
give_up(const char *why)
{
    fprintf(stderr, "bench_http_load: %s: %s\n", why, strerror(errno));
    exit(1);
}

static double
now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void
note(times *of, double seconds)
{
    if (of->n == of->capacity) {
        of->capacity = 2 * of->capacity + 1024;
        of->seconds = realloc(of->seconds, of->capacity * sizeof *of->seconds);
        if (of->seconds == NULL)
            give_up("memory");
    }
    of->seconds[of->n++] = seconds;
}

static void
ask(const load *l, connection *c)
{
    char      request[1000];
    const int n = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: %s\r\n\r\n",
                           l->paths[c->path], l->port, l->cookie);

    c->n_head = 0;
    c->in_body = false;
    c->asked = now();
    if (send(c->file, request, (size_t)n, MSG_NOSIGNAL) != n)
        give_up("a request could not be sent at once");
}

static void
dial(const load *l, connection *c)
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)l->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int yes = 1;

    c->file = socket(AF_INET, SOCK_STREAM, 0);
    if (c->file < 0 || connect(c->file, (const struct sockaddr *)&address, sizeof address) != 0)
        give_up("no connection");
    setsockopt(c->file, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    ask(l, c);
}

/* The head is whole: how long the body is, and how much of it came along. */
static void
begin_body(connection *c, const char *end)
{
    const char  *length = strcasestr(c->head, "\r\nContent-Length:");
    const size_t come = c->n_head - (size_t)(end + 4 - c->head);

    if (strncmp(c->head, "HTTP/1.1 200", 12) != 0 || length == NULL || length > end) {
        errno = EPROTO;
        give_up("an answer that is none");
    }
    c->in_body = true;
    c->left = strtoull(length + 17, NULL, 10) - come;
}

static void
hear(load *l, connection *c)
{
    static char   rest[1 << 18];
    char         *to = c->in_body ? rest : c->head + c->n_head;
    const size_t  room = c->in_body ? sizeof rest : MOST_HEAD - 1 - c->n_head;
    const ssize_t got = recv(c->file, to, room, MSG_DONTWAIT);

    if (got < 0 && errno == EAGAIN)
        return;
    if (got <= 0)
        give_up("the server closed a connection");
    if (c->in_body) {
        c->left -= (size_t)got;
    } else {
        c->n_head += (size_t)got;
        c->head[c->n_head] = '\0';
        const char *end = memmem(c->head, c->n_head, "\r\n\r\n", 4);
        if (end == NULL)
            return;
        begin_body(c, end);
    }
    if (c->left > 0)
        return;
    note(&l->took[c->path], now() - c->asked);
    c->path = (c->path + 1) % (size_t)l->n_paths;
    ask(l, c);
}

static int
by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

int
main(int n_words, char **words)
{
    if (n_words < 6 || n_words - 5 > MOST_PATHS) {
        fputs("usage: bench_http_load PORT COOKIE CONNECTIONS SECONDS PATH...\n", stderr);
        return n_words == 1 ? 0 : 2; /* asked among other benchmarks: there is no server to measure */
    }
    load               l = {.port = atoi(words[1]), .cookie = words[2], .paths = words + 5, .n_paths = n_words - 5};
    const int          n = atoi(words[3]), events = epoll_create1(0);
    connection        *all = calloc((size_t)n, sizeof *all);
    struct epoll_event found[64];

    for (int c = 0; c < n; c++) {
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &all[c]};
        all[c].path = (size_t)c % (size_t)l.n_paths;
        dial(&l, &all[c]);
        if (epoll_ctl(events, EPOLL_CTL_ADD, all[c].file, &event) != 0)
            give_up("epoll");
    }
    for (const double end = now() + atof(words[4]); now() < end;) {
        const int n_found = epoll_wait(events, found, 64, 100);
        for (int e = 0; e < n_found; e++)
            hear(&l, found[e].data.ptr);
    }
    printf("%-26s %9s %11s %9s %9s\n", "path", "replies", "median ms", "99 % ms", "most ms");
    for (int p = 0; p < l.n_paths; p++) {
        times *took = &l.took[p];
        if (took->n == 0)
            continue;
        qsort(took->seconds, took->n, sizeof *took->seconds, by_size);
        printf("%-26s %9zu %11.2f %9.2f %9.2f\n", l.paths[p], took->n, 1e3 * took->seconds[took->n / 2],
               1e3 * took->seconds[99 * took->n / 100], 1e3 * took->seconds[took->n - 1]);
        free(took->seconds);
    }
    free(all);
    return 0;
}
