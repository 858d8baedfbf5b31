/* What an answer rests on: the input files its figures are computed from, and how much of them is estimated. */
#include "study/brief.h"

#include <string.h>

#define TRADE  "economy/trade.csv", "economy/sector.csv"
#define COSTS  "network/link.csv", "network/border.csv", "network/constant.csv"
#define WORKS  "projects/project.csv", "projects/effect.csv", "projects/finance.csv"
#define POLICY "policy/member.csv", "economy/tariff.csv"
enum { MOST_FILES = 8 };

/* [question - 1] NULL ends a list. */
static const char *const files_of[BK_BRIEF_QUESTIONS][MOST_FILES + 1] = {
    {TRADE, COSTS, WORKS},
    {TRADE, COSTS, "projects/effect.csv", POLICY},
    {TRADE, COSTS, WORKS},
    {TRADE, COSTS, "projects/effect.csv"},
    {TRADE, COSTS, "network/corridor.csv", "projects/effect.csv"},
    {TRADE, COSTS},
    {TRADE, POLICY, "network/border.csv"},
    {TRADE, POLICY},
    {TRADE},
    {TRADE, COSTS, "network/corridor.csv"},
    {TRADE, COSTS, "projects/effect.csv"},
    {TRADE, "network/border.csv"},
    {TRADE, "network/border.csv"},
    {TRADE, COSTS, WORKS},
    {"projects/project.csv", "projects/finance.csv"},
    {TRADE, "economy/input_share.csv", "economy/value_added_share.csv"},
    {TRADE, COSTS, "projects/effect.csv"},
    {TRADE, COSTS, WORKS},
};

static const bk_file_rows *
find_file(const bk_model *model, const char *name)
{
    for (size_t i = 0; i < model->n_files; i++)
        if (strcmp(model->files[i].file, name) == 0 && model->files[i].rows > 0)
            return &model->files[i];
    return NULL;
}

bk_status
bki_brief_rest(const bk_model *model, bk_arena *arena, bk_brief_answer *answers)
{
    for (int q = 0; q < BK_BRIEF_QUESTIONS; q++) {
        const char *text = "";
        for (const char *const *name = files_of[q]; text != NULL && *name != NULL; name++) {
            const bk_file_rows *file = find_file(model, *name);
            if (file != NULL)
                text = bk_arena_format(arena, "%s%s%s %.0f %%", text, text[0] ? ", " : "", *name,
                                       100.0 * (double)file->by_confidence[BK_ESTIMATE] / (double)file->rows);
        }
        answers[q].rests_on = text;
    }
    return bk_arena_ok(arena);
}
