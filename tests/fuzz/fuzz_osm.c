/* A map of OpenStreetMap, nodes and ways. */
#include "fuzz.h"

#include "io/osm_pbf.h"

static bk_status
visit(void *state, const bki_osm_object *object)
{
    size_t *length = state;

    for (size_t t = 0; t < object->n_tags; t++)
        *length += object->keys[t].length + object->values[t].length;
    for (size_t r = 0; r < object->n_refs; r++)
        *length += (size_t)object->refs[r];
    return BK_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t length = 0;
    fuzz   f;

    fuzz_begin(&f);
    const bk_status status = bki_osm_read(f.ctx, fuzz_file(&f, data, size),
                                          &(bki_osm_visitor){.state = &length, .node = visit, .way = visit});
    fuzz_end(&f, status);
    return 0;
}
