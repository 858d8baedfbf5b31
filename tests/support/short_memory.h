/* Memory that runs short once at every place of the code that asks for it.
 *
 * A program linked with short_memory.c and `short_memory_args` asks through it.  A request that comes by a call not
 * seen before is refused: not here but in a copy of the process, made at that moment, which goes on by itself to its
 * end while this process waits, hears how it ended, and then has what it asked for.  So one run tries every place, at
 * the cost of the copies' ways out.  While a file is open to be written nothing is tried: it would be shared with the
 * copy. */
#ifndef BKT_SHORT_MEMORY_H
#define BKT_SHORT_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Called twice for each copy: in it, with BKT_SHORT_BEGINS, before it goes on; and here, with its status of waitpid().
 */
#define BKT_SHORT_BEGINS (-1)
typedef void (*bkt_short_judge)(void *state, size_t copy, int status);

/* From here on, by this one thread. */
void bkt_short_begin(bkt_short_judge judge, void *state);
/* And no longer.  Returns how many copies there were. */
size_t bkt_short_end(void);
/* Whether this process is a copy. */
bool bkt_short_is_copy(void);
/* The calls seen, for another run of the same program: those that are in the file are not tried.  Ends the process if
 * it cannot be read or written; one that is not there is empty. */
void bkt_short_load(const char *path);
void bkt_short_save(const char *path);

#endif
