#include "server/channel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- frames ------------------------------------------------------------------------------------------------------ */

static bool
send_bytes(int socket, const char *bytes, size_t n)
{
    while (n > 0) {
        const ssize_t sent = send(socket, bytes, n, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        bytes += sent;
        n -= (size_t)sent;
    }
    return true;
}

bool
bki_send(int socket, bki_frame_kind kind, uint32_t value, const void *bytes, size_t n)
{
    const bki_frame frame = {.kind = kind, .value = value, .n = n};

    return send_bytes(socket, (const char *)&frame, sizeof frame) && send_bytes(socket, bytes, n);
}

bool
bki_receive(int socket, void *bytes, size_t n)
{
    char *at = bytes;

    while (n > 0) {
        const ssize_t got = read(socket, at, n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        at += got;
        n -= (size_t)got;
    }
    return true;
}

bool
bki_inbox_fill(bki_inbox *inbox, int socket)
{
    if (inbox->capacity - inbox->n < 65536) {
        const size_t capacity = 2 * inbox->capacity + 131072;
        char        *grown = capacity <= BKI_FRAME_MOST ? realloc(inbox->bytes, capacity) : NULL;
        if (grown == NULL)
            return false;
        inbox->bytes = grown;
        inbox->capacity = capacity;
    }
    const ssize_t got = recv(socket, inbox->bytes + inbox->n, inbox->capacity - inbox->n, MSG_DONTWAIT);
    if (got < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    inbox->n += (size_t)got;
    return got > 0;
}

bool
bki_inbox_frame(const bki_inbox *inbox, bki_frame *frame, const char **bytes)
{
    if (inbox->n < sizeof *frame)
        return false;
    memcpy(frame, inbox->bytes, sizeof *frame);
    *bytes = inbox->bytes + sizeof *frame;
    return frame->n <= inbox->n - sizeof *frame;
}

void
bki_inbox_drop(bki_inbox *inbox, const bki_frame *frame)
{
    const size_t n = sizeof *frame + frame->n;

    memmove(inbox->bytes, inbox->bytes + n, inbox->n - n);
    inbox->n -= n;
}

/* ---- notes ------------------------------------------------------------------------------------------------------- */

typedef union files_control { /* room for two files, aligned as the system wants it */
    char           bytes[CMSG_SPACE(2 * sizeof(int))];
    struct cmsghdr align;
} files_control;

bool
bki_note_send(int socket, const bki_note *note, const int *files, int n_files)
{
    struct iovec  part = {.iov_base = (void *)(uintptr_t)note, .iov_len = sizeof *note};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    files_control control;
    ssize_t       sent;

    if (n_files > 0) {
        memset(&control, 0, sizeof control);
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE((size_t)n_files * sizeof(int));
        struct cmsghdr *head = CMSG_FIRSTHDR(&message);
        head->cmsg_level = SOL_SOCKET;
        head->cmsg_type = SCM_RIGHTS;
        head->cmsg_len = CMSG_LEN((size_t)n_files * sizeof(int));
        memcpy(CMSG_DATA(head), files, (size_t)n_files * sizeof(int));
    }
    do
        sent = sendmsg(socket, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)sizeof *note;
}

bool
bki_note_receive(int socket, bki_note *note, int files[2])
{
    files_control control;
    struct iovec  part = {.iov_base = note, .iov_len = sizeof *note};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    ssize_t got;

    files[0] = files[1] = -1;
    do
        got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    if (got != (ssize_t)sizeof *note)
        return false;
    for (struct cmsghdr *head = CMSG_FIRSTHDR(&message); head != NULL; head = CMSG_NXTHDR(&message, head))
        if (head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS)
            memcpy(files, CMSG_DATA(head), head->cmsg_len - CMSG_LEN(0));
    note->text[sizeof note->text - 1] = '\0';
    return true;
}
