/* Processes that mpirun started together: they share the work of a verb, and process 0 speaks for all. */
#ifndef CLI_TEAM_H
#define CLI_TEAM_H

#include "buckle/spread.h"
#include "cli/cli.h"

/* The variables of the environment that Open MPI, PMIx and PMI set, by which a process knows that it was started so. */
bool bki_team_is_wanted(void);

/* ---- team_mpi.c in buckle-mpi, team_alone.c in buckle ---------------------------------------------------------- */

/* The team of this process, NULL where it is alone.  buckle that was started by mpirun goes on as the buckle-mpi that
 * lies beside it.  False: there is none, which was said. */
bool bki_team_start(int *argc, char ***argv, const bk_team **out);
/* The status of all: that of the first process that failed, whose error process 0 then has in its context. */
bk_status bki_team_agree(bki_session *session, bk_status status);
void      bki_team_end(void);

#endif
