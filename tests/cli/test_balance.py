"""buckle import and buckle balance: from a download and a few facts to a study in which nothing moves without a change."""
import csv
import sys

from harness import SILKROAD, buckle, copy_of, expect, main

STUDY = "buckle: 1\ntitle: Two economies\nbase_year: 2018\nmoney: 1e6 USD\ntrade:\n  deficits: fixed\n"
SECTORS = "sector,name,trade_elasticity,usd_per_tonne,traded\ngoods,Goods,4,300,1\nservices,Services,5,,1\n"
ICIO = (",AUS_A01_02,AUS_C10,KAZ_A01_02,KAZ_C10,USA_C10,AUS_HFCE,KAZ_GFCF,KAZ_INVNT,TOTAL\n"
        "AUS_A01_02,20,10,5,0,7,55,12,-2,100\nAUS_C10,15,5,0,10,0,30,0,0,60\nKAZ_A01_02,10,0,25,5,0,10,30,0,80\n"
        "KAZ_C10,0,5,10,5,0,1,29,0,50\nTLS,5,2,3,1,0,9,4,0,24\nVA,50,38,37,29,0,0,0,0,154\nOUT,100,60,80,50,7,103,77,-2,470\n")


def write(folder, **files):
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def study_of(folder):
    write(folder, study__study_dot_yaml=STUDY, study__balance__sector_dot_csv=SECTORS, icio_dot_csv=ICIO,
          regions_dot_csv="country,region\nAUS,AUS\nKAZ,KAZ\n", sectors_dot_csv="industry,sector\nA01_02,goods\nC10,services\n")
    return folder / "study"


def import_icio(folder, *more):
    return buckle(folder, "import", "icio", "icio.csv", "--into", "study", "--regions", "regions.csv", "--sectors",
                  "sectors.csv", *more)


def hats(folder, study):
    found = expect(buckle(folder, "trade", study, "--format", "json"), 0).json()
    return [region[hat] for region in found["regions"] for hat in ("wage_hat", "price_hat", "income_hat")]


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_download_becomes_a_study_in_which_nothing_moves(folder):
    study = study_of(folder)
    expect(import_icio(folder), 0)
    expect(buckle(folder, "balance", study), 0)
    expect(buckle(folder, "check", study), 0)
    assert all(abs(hat - 1) < 1e-12 for hat in hats(folder, study))


def test_an_import_tells_what_it_left_out(folder):
    study_of(folder)
    found = expect(import_icio(folder, "--format", "json"), 0).json()
    assert {"cells_read", "cells_kept", "value_read", "value_kept", "dropped", "notes", "files"} <= set(found)
    assert found["dropped"] == [{"what": "columns of country USA", "reason": "not in the concordances", "cells": 1, "value": 7}]
    assert found["value_read"] == found["value_kept"] + 7
    assert [row["file"].rsplit("/", 1)[1] for row in found["files"]] == ["region.csv", "trade.csv", "account.csv", "technology.csv"]


def test_a_second_import_does_not_write_over_the_first(folder):
    study_of(folder)
    expect(import_icio(folder), 0)
    assert "--replace" in expect(import_icio(folder), 3).err
    expect(import_icio(folder, "--replace"), 0)


def test_bad_usage_of_import_is_told(folder):
    study_of(folder)
    assert "needs a FILE" in expect(buckle(folder, "import", "icio"), 2).err
    assert "no format 'excel'" in expect(buckle(folder, "import", "excel", "x", "--into", "study", "--regions", "r", "--sectors", "s"), 2).err
    assert "needs --regions" in expect(buckle(folder, "import", "icio", "icio.csv", "--into", "study"), 2).err


def test_the_built_in_study_is_left_as_it_is_by_the_correction(folder):
    study = copy_of(SILKROAD, folder)
    found = expect(buckle(folder, "balance", study, "--out", folder / "economy", "--changes", folder / "changes.csv", "--format",
                          "json"), 0).json()
    assert found["from_facts"] is False and found["residual"] < 1e-14
    for name in ("region", "sector", "trade", "tariff", "value_added_share", "input_share", "final_share", "unit_value"):
        old, new = rows_of(study / "economy" / f"{name}.csv"), rows_of(folder / "economy" / f"{name}.csv")
        assert len(old) == len(new), name
        for before, after in zip(old, new):  # rows keep their order, their source and every number that stands
            assert before == after or name in ("input_share", "final_share", "region"), (name, before, after)
            assert {k: v for k, v in before.items() if k not in ("share", "value_added", "deficit")} == {
                k: v for k, v in after.items() if k not in ("share", "value_added", "deficit")}
    for change in found["changes"]:  # its shares stand with 17 digits, so what is left is rounding
        assert abs(change["after"] - change["before"]) < 1e-6 * max(abs(change["before"]), 1e-3), change


def test_facts_that_cannot_hold_are_named(folder):
    study = study_of(folder)
    expect(import_icio(folder), 0)
    write(folder, study__balance__replace_dot_csv="exporter,importer,value\nKAZ,AUT,5\n")
    found = expect(buckle(folder, "balance", study, "--format", "json"), 3).json()
    assert found["error"]["file"].endswith("balance/replace.csv") and found["error"]["line"] == 2
    assert "AUT" in found["error"]["message"] and "AUS" in found["error"]["hint"]


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
