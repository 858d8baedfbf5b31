/* Frames over a local socket, and the small messages between the front and the master. */
#ifndef SERVER_CHANNEL_H
#define SERVER_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- frames: worker <-> front ------------------------------------------------------------------------------------ */

typedef enum bki_frame_kind {
    BKI_FRAME_PROGRESS = 'P', /* {"stage", "done"} */
    BKI_FRAME_RESULT = 'R',   /* the answer; value: whether it converged */
    BKI_FRAME_ERROR = 'E',    /* {"code", "message", ...} */
    BKI_FRAME_QUESTION = 'Q', /* to a worker that is done: "select ...", see questions.c */
    BKI_FRAME_REPLY = 'A'     /* its answer: value an HTTP status, a line of headers, then the body */
} bki_frame_kind;

typedef struct bki_frame {
    uint32_t kind, value;
    uint64_t n; /* bytes that follow */
} bki_frame;

#define BKI_FRAME_MOST ((size_t)512 << 20) /* bytes; more is a worker gone mad */

/* Writes all, waiting if need be; false if the other end is gone. */
bool bki_send(int socket, bki_frame_kind kind, uint32_t value, const void *bytes, size_t n);
/* Reads exactly n bytes; false at the end. */
bool bki_receive(int socket, void *bytes, size_t n);

typedef struct bki_inbox { /* what has come so far of frames, for a reader that never waits */
    char  *bytes;
    size_t n, capacity;
} bki_inbox;

/* Takes what is there.  False at the end, or if memory is short or the frame is too long. */
bool bki_inbox_fill(bki_inbox *inbox, int socket);
/* The next whole frame; its bytes lie in the inbox until bki_inbox_drop. */
bool bki_inbox_frame(const bki_inbox *inbox, bki_frame *frame, const char **bytes);
void bki_inbox_drop(bki_inbox *inbox, const bki_frame *frame);

/* ---- notes: front <-> master ------------------------------------------------------------------------------------- */

typedef enum bki_note_kind {
    BKI_NOTE_START, /* front: fork a worker for `job`; carries its socket and its request; value: is it a service */
    BKI_NOTE_KILL,  /* front: end it */
    BKI_NOTE_STAGE, /* master: what it is doing before it can start any, in `text` */
    BKI_NOTE_READY, /* master: workers start at once from now on */
    BKI_NOTE_BASE,  /* master: there is no base year, for the reason in `text` */
    BKI_NOTE_EXIT   /* master: the worker of `job` ended, `value` as of waitpid */
} bki_note_kind;

typedef struct bki_note {
    uint32_t kind, job;
    int      value;
    char     text[1000];
} bki_note;

/* With `n_files` open files (at most 2), which the other end gets copies of. */
bool bki_note_send(int socket, const bki_note *note, const int *files, int n_files);
/* False at the end.  `files` [2], -1 where none came. */
bool bki_note_receive(int socket, bki_note *note, int files[2]);

#endif
