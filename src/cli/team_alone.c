/* The program without MPI: alone, unless mpirun started it and the program with MPI lies beside it. */
#include "cli/team.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The path of this program with -mpi behind it; false if it is too long or not known. */
static bool
path_beside(char *path, size_t room)
{
    static const char suffix[] = "-mpi";
    const ssize_t     n = readlink("/proc/self/exe", path, room - sizeof suffix);

    if (n <= 0 || (size_t)n >= room - sizeof suffix)
        return false;
    memcpy(path + n, suffix, sizeof suffix);
    return true;
}

bool
bki_team_start(int *argc, char ***argv, const bk_team **out)
{
    char path[4096] = "";

    (void)argc;
    *out = NULL;
    if (!bki_team_is_wanted())
        return true;
    if (path_beside(path, sizeof path))
        execv(path, *argv); /* returns only if it is not there */
    fputs("buckle: error: started by mpirun, but built without MPI; install libopenmpi-dev and set the build up with "
          "-Dmpi=enabled\n",
          stderr);
    return false;
}

bk_status
bki_team_agree(bki_session *session, bk_status status)
{
    (void)session;
    return status;
}

void
bki_team_end(void)
{
}
