/* A PostGIS that is none: what it was told, and what it answers.  GDAL's own calls are refused as the others are. */
#ifndef REFUSE_GDAL_H
#define REFUSE_GDAL_H

#include "bkt.h"

#include <stdbool.h>

typedef struct refuse_database {
    bool has_postgis, has_table; /* what its queries answer */
    char said[8192];             /* every statement, one a line, those of transactions too */
} refuse_database;

/* From here on connections are opened to this one; NULL: to real ones. */
void refuse_database_use(refuse_database *use);

#endif
