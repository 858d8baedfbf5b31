/* All of the library's headers, for programs that use it.  The library's own files include what they need. */
#ifndef BUCKLE_BUCKLE_H
#define BUCKLE_BUCKLE_H

#include "buckle/appraisal.h"
#include "buckle/assignment.h"
#include "buckle/balance.h"
#include "buckle/base.h"
#include "buckle/border.h"
#include "buckle/builder.h"
#include "buckle/coupling.h"
#include "buckle/design.h"
#include "buckle/equilibrium.h"
#include "buckle/game.h"
#include "buckle/import.h"
#include "buckle/invest.h"
#include "buckle/io.h"
#include "buckle/margins.h"
#include "buckle/model.h"
#include "buckle/network.h"
#include "buckle/planner.h"
#include "buckle/pivot.h"
#include "buckle/policy.h"
#include "buckle/portfolio.h"
#include "buckle/results.h"
#include "buckle/road.h"
#include "buckle/spatial.h"
#include "buckle/study.h"
#include "buckle/tntp.h"
#include "buckle/trade.h"
#include "buckle/value.h"
#include "buckle/worth.h"

#endif
