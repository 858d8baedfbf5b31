/* Names in folders and paths from them. */
#ifndef IO_FOLDER_H
#define IO_FOLDER_H

#include "buckle/base.h"

/* What a folder holds, "." and ".." left out, in byte order; held by `arena`.  BK_ERR_FILE with the reason. */
bk_status bki_folder_list(bk_context *ctx, const char *path, bk_arena *arena, size_t *n_out, const char *const **names);

/* Makes the folder unless it is there; the one it stands in must be. */
bk_status bki_folder_make(bk_context *ctx, const char *path);

/* Makes a folder that was not there beside `path`, to become it when it is whole.  `*made`: its path, held by `arena`.
 */
bk_status bki_folder_make_beside(bk_context *ctx, const char *path, bk_arena *arena, const char **made);
/* Takes away a folder and all that is in it, without asking for memory; what cannot be taken away stays. */
void bki_folder_remove(const char *path);

bool bki_is_folder(const char *path);
/* Also where something is there that cannot be followed or looked at, as a link in a circle: opening it says why. */
bool bki_exists(const char *path);

/* folder/name, or name alone if it is absolute or the folder is "."; NULL if memory is short. */
const char *bki_path_join(bk_arena *arena, const char *folder, const char *name);
/* The folder a file stands in, "." if its path names none; NULL if memory is short. */
const char *bki_path_folder(bk_arena *arena, const char *path);
bool        bki_ends_with(const char *text, const char *end);

/* "did you mean NAME?" with the nearest of `names` [n], each without `ending`; NULL if none is near. */
const char *bki_suggest(bk_arena *arena, const char *text, const char *const *names, size_t n, const char *ending);

#endif
