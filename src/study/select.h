/* What a run selects, as tables. */
#ifndef STUDY_SELECT_H
#define STUDY_SELECT_H

#include "study/run.h"

/* The facilities that the run's settings name, before anything is solved. */
bk_status bki_select_find(bki_run *run);
/* Their flows in one state; NULL where none are named. */
bk_status bki_select_state(bki_run *run, const bk_model *model, const bk_joint_solution *solution,
                           const bk_selection **out);

#endif
