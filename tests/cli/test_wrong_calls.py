"""Each verb called wrongly, in every way its options and their arguments can be wrong: the status, and what is said."""
import sys

from harness import CARAVAN, ROOT, buckle, copy_of, expect, files_in, main

USAGE, INPUT, MACHINE = 2, 3, 4
NET = str(ROOT / "docs" / "how-to" / "braess")
ASSIGN = f"assign --net {NET} --trips {NET}/demand.csv"
STRESS = "stress caravan --scenario middle-way"
INVEST = "invest caravan --budget 1e9"
OPTIMUM = f"{INVEST} --network-optimum"
FRONTIER = "--border, --mode and --frontier ask for a border post"
SHARD = "must be I/N with I from 1 to N"

# by what is wrong: (the call, the status, what standard error says)
CALLS = {
    "letters_and_ends_of_options": [
        ("check caravan -hx", USAGE, "no option -hx"),
        ("route caravan -k0", USAGE, "-k is '0', must be a whole number from 1 to"),
        ("check -", INPUT, "-: error: no such folder"),
        ("check -- --sources", INPUT, "--sources: error: no such folder"),
        ("compare a", USAGE, "buckle compare needs a B behind the A"),
        ("compare a b c", USAGE, "'c' is one argument too many"),
        ("check caravan --threads", USAGE, "--threads needs N behind it"),
        ("chek --format", USAGE, "did you mean check?"),
        (f"{STRESS} --tolerance 1e999", USAGE, "--tolerance is '1e999', must be a number from 1e-10 to 0.01"),
        (f"{STRESS} --draws 12x", USAGE, "--draws is '12x', must be a whole number from 2"),
        (f"{STRESS} --draws 99999999999", USAGE, "--draws is '99999999999', must be"),
        ("check caravan --policy XAL", USAGE, "--policy needs ECONOMY DATE behind it"),
        ("check caravan --policy XAL soon", USAGE, "'soon' is no day of the calendar"),
        ("check caravan --policy ZZZ 2003-01-01", INPUT, "'ZZZ' is not an economy of the study"),
    ],
    "help_and_explain": [
        ("help zzz", USAGE, "there is no verb 'zzz'; `buckle help` lists them"),
        ("explain no-pth", USAGE, "there is no error code 'no-pth'; did you mean no-path?"),
        ("explain zzzzzzzz", USAGE, "`buckle explain` lists them"),
    ],
    "a_claim": [
        ("claim caravan --economy zzzzzzzz --gain 1%", INPUT, "there is no economy 'zzzzzzzz' in the study\n"),
        ("claim caravan --economy XAM --gain 1%", INPUT, "did you mean XAL?"),
        *[(f"claim caravan --economy XAL --gain {gain}", USAGE, "--gain must be a percentage above 0")
          for gain in ("x", "-1%", "0", "inf", "nan", "1kg")],
        ("claim caravan --economy XAL", USAGE, "--gain must be a percentage above 0"),
        ("claim caravan --gain 1", USAGE, "name the economy of the claim"),
    ],
    "a_journey": [
        ("route caravan", USAGE, "needs --from and --to"),
        ("route caravan --from ori_city", USAGE, "needs --from and --to"),
        ("route caravan --to ori_city", USAGE, "needs --from and --to"),
        ("route caravan --border alm_gate", USAGE, FRONTIER),
        ("route caravan --frontier", USAGE, FRONTIER),
        ("route caravan --from ori_city --to alm_gate --mode rail", USAGE, FRONTIER),
        ("route caravan --border alm_gate --frontier --from ori_city", USAGE, "--from is of a journey, --border of a post"),
        ("route caravan --from nowhere --to alm_gate", INPUT, "--from 'nowhere' is not a place of the study"),
        ("route caravan --border nowhere --frontier", INPUT, "--border 'nowhere' is not a place"),
        ("route caravan --border ori_city --frontier", INPUT, "Orisund City has no border rows; "),
        ("route caravan --border alm_gate --frontier --mode sea", INPUT, "no border rows of mode sea"),
    ],
    "a_design": [
        ("design", USAGE, "--net is missing"),
        ("design --net x", USAGE, "--trips is missing"),
        ("design --net x --trips y", USAGE, "--budget-share is missing"),
        ("design --net x --trips y --budget-share 0.5", INPUT, "x: error: cannot be opened"),
    ],
    "an_assignment": [
        ("assign", USAGE, "--net is missing"),
        ("assign --net x", USAGE, "--trips is missing"),
        ("assign --trips x", USAGE, "--net is missing"),
        ("assign --net x --trips y --classes z", USAGE, "--trips and --classes both say whose trips"),
        (f"assign --net {NET} --classes none.csv", INPUT, "none.csv: error: cannot be opened"),
        ("assign caravan --net x", USAGE, "--net is for --net and --trips, not for a study"),
        ("assign caravan --method logit", USAGE, "--method is for --net and --trips"),
        ("assign caravan --scenario zzz", INPUT, "caravan has no scenario zzz"),
        (f"{ASSIGN} --dispersion 1", USAGE, "--dispersion and --routes are for --method logit"),
        (f"{ASSIGN} --routes 2", USAGE, "--dispersion and --routes are for --method logit"),
        (f"{ASSIGN} --method logit", USAGE, "--method logit needs --dispersion"),
        (f"{ASSIGN} --method recursive-logit --dispersion 1 --routes 3", USAGE, "recursive-logit has no list of routes"),
        (f"{ASSIGN} --method recursive-logit --dispersion 1 --paths p.csv", USAGE, "recursive-logit has no list of routes"),
        (f"{ASSIGN} --method frank-wolfe --select up", USAGE, "--select and --paths need the method algorithm-b or logit"),
        *[(f"{ASSIGN} --select {link}", INPUT, f"there is no link '{link}'; a link_id, or FROM-TO")
          for link in ("nothing", "start-nothing", "star-north", "startnorth", "south-north")],
    ],
    "a_part_of_the_work": [
        *[(f"{STRESS} --shard {part} --out d", USAGE, f"--shard is '{part}', {SHARD}")
          for part in ("0/2", "3/2", "-1/2", "1/-2", "1/x", "x", "/2", "1/2x", "1", "1/0")],
        (f"{STRESS} --shard 1/2", USAGE, "a shard is of use only in a file that can be merged; add --resume FILE"),
        (f"{INVEST} --shard 5/2 --resume i", USAGE, SHARD),
        (f"{STRESS} --out x.draws --resume y.draws", USAGE, "--out and --resume both name a file for the draws"),
        (f"{STRESS} --economy nowhere", INPUT, "there is no economy 'nowhere' in the study"),
        ("stress caravan", USAGE, "name the scenario to test"),
        ("merge", USAGE, "buckle merge needs a SHARD..."),
        ("merge nothing.draws", INPUT, "nothing.draws: error: cannot be opened"),
        ("merge caravan/study.yaml", INPUT, "is no file of records"),
    ],
    "an_investment": [
        ("invest caravan", USAGE, "--budget is missing"),
        (f"{INVEST} --objective zzz", INPUT, "'zzz' is not an economy of the study"),
        (f"{INVEST} --objective w.csv", INPUT, "w.csv: error: cannot be opened"),
        *[(f"{INVEST} --objective {name}.csv", INPUT, f"{name}.csv:{line}:1: error: XAL is no economy with a weight; write ECONOMY,WEIGHT")
          for name, line in (("alone", 2), ("empty", 2), ("unit", 3), ("endless", 1))],
        (f"{INVEST} --objective strange.csv", INPUT, "'ZZZ' is not an economy of the study"),
        (f"{INVEST} --candidates zzz", INPUT, "zzz is no project of caravan"),
        *[(f"{OPTIMUM} --per-km {price}", USAGE, f"{price} is no mode with a price above 0") for price in ("rail", "rail=", "rail=x", "rail=1x", "rail=-1")],
        (f"{OPTIMUM} --per-km sail=1e6", USAGE, "sail is no mode of caravan"),
        (f"{OPTIMUM} --gamma 0.2 --beta 0.1", USAGE, "--gamma 0.2 is above --beta 0.1"),
    ],
    "a_game": [
        ("pivot caravan", USAGE, "name the scenario that is the game"),
        ("pivot caravan --scenario middle-way --players XAL,ZZZ", INPUT, "'ZZZ' is not an economy of the study"),
        ("pivot caravan --tolls XAL,ZZZ", INPUT, "'ZZZ' is not an economy of the study"),
        ("game nothing.json", INPUT, "nothing.json: error: cannot be opened"),
        ("network nothing.json", INPUT, "nothing.json: error: cannot be opened"),
    ],
    "a_question_of_a_study": [
        ("run caravan --finance foreign", USAGE, "--finance foreign and --lender ECONOMY belong together"),
        ("run caravan --lender XAL", USAGE, "--finance foreign and --lender ECONOMY belong together"),
        ("run caravan --first-order --lender XAL", USAGE, "--finance foreign and --lender ECONOMY belong together"),
        ("run caravan --select zzz", INPUT, "there is nothing called 'zzz' to select"),
        ("run caravan --select link:zzz", INPUT, "there is nothing called 'link:zzz' to select"),
        ("trade caravan --bilateral ZZZ", INPUT, "'ZZZ' is not an economy of the study"),
        ("trade caravan --out caravan/study.yaml", MACHINE, "caravan/study.yaml: error: the folder cannot be made"),
        ("value caravan --economy ZZZ", INPUT, "'ZZZ' is not an economy of the study"),
        ("value caravan --by colour", USAGE, "--by cannot be 'colour'; one of: hour usd capacity"),
        ("value caravan --scenario zzz", INPUT, "caravan has no scenario zzz"),
        ("appraise caravan", USAGE, "name the scenario whose projects are to be appraised"),
        ("appraise caravan --scenario today", USAGE, "scenario today builds no project"),
        ("brief caravan", USAGE, "name the economy of the brief"),
        ("brief caravan --economy ZZZ", INPUT, "'ZZZ' is not an economy of the study"),
        ("brief caravan --economy XAL --out x.pdf", USAGE, "its ending tells the format; FILE.md, FILE.html or FILE.json"),
        ("brief caravan --economy XAL --out x", USAGE, "its ending tells the format"),
        ("calibrate caravan --no-fit", INPUT, "there is nothing to do"),
        ("calibrate caravan --follow nothing.csv --once", INPUT, "nothing.csv: error: cannot be opened"),
        ("calibrate caravan --follow nothing.csv --once --now soon", USAGE, "--now must be a date and a time"),
        ("balance caravan", INPUT, "caravan/economy/region.csv: error: the table is there already"),
        ("balance nothing --out x", INPUT, "nothing: error: no such folder"),
        ("serve nothing", INPUT, "nothing: error: no such folder"),
        ("serve caravan --port 99999999", USAGE, "--port is '99999999'"),
    ],
    "an_import": [
        ("import", USAGE, "buckle import needs a FORMAT"),
        ("import excel x --into caravan", USAGE, "there is no format 'excel' to import"),
        ("import gmns x --country XAL", USAGE, "buckle import needs --into"),
        ("import gmns x --into nothing --country XAL", INPUT, "nothing/study.yaml: error: no such file"),
    ],
    "a_result": [
        ("open nothing.gpkg", INPUT, "nothing.gpkg: error: cannot be opened"),
        ("open caravan", INPUT, "caravan: error: is a folder, not a file"),
        ("open a.gpkg --table economis", INPUT, "did you mean economies?"),
        ("open a.gpkg --table zzzzzzzzzzz", INPUT, "without --table they are listed"),
        ("compare a.gpkg nothing.gpkg", INPUT, "nothing.gpkg: error: cannot be opened"),
        ("compare a.gpkg caravan/study.yaml", INPUT, "is not a result; a result is a GeoPackage"),
        ("export a.gpkg", USAGE, "buckle export needs --to"),
        ("export a.gpkg --to a.xyz", USAGE, "'a.xyz' does not say which format is meant"),
        ("export a.gpkg --to a.geojson --table zzz", INPUT, "the result has no table 'zzz'"),
        ("export a.gpkg --to a.csv", USAGE, "a.csv can hold one table, not"),
    ],
    "what_is_to_be_verified": [
        ("verify nothing", INPUT, "nothing: error: cannot be opened"),
        ("verify caravan/study.yaml", INPUT, "is not a result"),
        ("verify blank.json", INPUT, "blank.json:1:2: error: the file ends where a value is missing"),
        ("verify list.json", INPUT, "list.json:1:2: error: is not one object"),
        ("verify bare.json", INPUT, "bare.json: error: has no manifest"),
        ("verify words.json", INPUT, "words.json: error: has no manifest"),
        ("verify nobody.json", INPUT, "was made by `buckle frobnicate`, which cannot be made again"),
        ("verify help.json", INPUT, "was made by `buckle help`, which cannot be made again"),
        ("verify old.json", INPUT, ["old.json was made by buckle 0.0, this is ", "`buckle stress` ended with status 2 this time"]),
    ],
}

FILES = {
    "alone.csv": "economy,weight\nXAL\n", "empty.csv": "economy,weight\nXAL,\n", "unit.csv": "\nXNO,1\nXAL,2x\n", "endless.csv": "XAL,inf\n",
    "strange.csv": "ZZZ,1\n", "blank.json": " ", "list.json": " [1]", "bare.json": '\n\t{"a": 1}',
    "words.json": '{"manifest": {"program": 1, "arguments": ["run", "x"]}}',
    "nobody.json": '{"manifest": {"program": "buckle 0.0", "arguments": ["frobnicate"]}}',
    "help.json": '{"manifest": {"program": "buckle 0.0", "arguments": ["help", "run"], "inputs": []}}',
    "old.json": '{"manifest": {"program": "buckle 0.0", "arguments": ["stress"]}}',
}


def of_calls(name):
    def test(folder):
        copy_of(CARAVAN, folder)
        for file, text in FILES.items():
            (folder / file).write_text(text)
        if name == "a_result":
            expect(buckle(folder, "run", "caravan", "--scenario", "middle-way", "--out", "a.gpkg"), 0)
        before = files_in(folder)
        for call, status, said in CALLS[name]:
            answer = buckle(folder, *call.split())
            try:
                expect(answer, status, err=said)
            except AssertionError as fault:
                raise AssertionError(f"buckle {call}: {fault}") from None
            assert answer.out == "", (call, answer.out)
            if "--format" not in call:
                verb, *words = call.split()
                error = expect(buckle(folder, verb, "--format", "json", *words), status).json()["error"]
                assert error["message"] in answer.err, (call, error)
        assert files_in(folder) == before, set(files_in(folder)) - set(before)
    return test


for what in CALLS:
    globals()[f"test_{what}_called_wrongly_is_told_and_writes_nothing"] = of_calls(what)


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
