/* Whether mpirun, or what stands in for it, started this process. */
#include "cli/team.h"

#include <stdlib.h>

bool
bki_team_is_wanted(void)
{
    static const char *const names[] = {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (getenv(names[i]))
            return true;
    return false;
}
