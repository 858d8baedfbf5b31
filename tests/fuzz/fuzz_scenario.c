/* A scenario, YAML or JSON, against a small model: read, written in both forms, and applied. */
#include "fuzz.h"

#include "bkt_study.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const bk_model    *model;
    const bk_scenario *scenario;
    const char        *text;
    size_t             n;
    fuzz               f;

    fuzz_begin(&f);
    if (bkt_study_build(f.ctx, &f.arena, &f.arena, NULL, 0, &model) != BK_OK)
        abort();
    bk_status status = bk_scenario_parse(f.ctx, (const char *)data, size, "fuzz", model, &f.arena, &scenario);
    for (int form = BK_SCENARIO_YAML; status == BK_OK && form <= BK_SCENARIO_JSON; form++)
        status = bk_scenario_write(f.ctx, (const char *)data, size, NULL, NULL, 0, (bk_scenario_form)form, &f.arena,
                                   &text, &n);
    fuzz_end(&f, status);
    return 0;
}
