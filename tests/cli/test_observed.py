"""buckle check --observed: what each kind of observation is compared with, by identities and closed forms."""
import csv
import math
import sys

from harness import CARAVAN, buckle, copy_of, edit, expect, main

FERRY = "ferry-almlake-surlake"
COUNTRIES = ("XAL", "XOR", "XNO", "XSU", "XWE")
TONNES_PER_TEU = {"farm": 14, "oil": 18, "goods": 10}  # economy/sector.csv


def row(name, kind, measure, unit, **columns):
    return {"observation": name, "kind": kind, "measure": measure, "links": "", "origin": "", "destination": "",
            "sector": "", "direction": "out", "value": "2", "unit": unit, "period": "2024", "use": "validate",
            "source": "invented for this study", "confidence": "estimate", **columns}


def flow(name, measure="tonnes", unit="t/yr", links=FERRY, **columns):
    return row(name, "flow", measure, unit, links=links, **columns)


def journey(name, measure="any", unit="h", kind="time", origin="ori_port", destination="wes_port", **columns):
    return row(name, kind, measure, unit, origin=origin, destination=destination, **columns)


def compare(folder, *rows):
    """The answer to each observation, by its name."""
    study = copy_of(CARAVAN, folder)
    edit(study / "observed" / "observation.csv", lambda _: list(rows))
    answer = expect(buckle(folder, "check", study, "--observed", "--format", "json"), 0).json()
    found = {each["observation"]: each for each in answer["observed"]}
    assert list(found) == [each["observation"] for each in rows]
    for each in found.values():
        assert each["ratio"] is None if not each["computed"] else math.isclose(each["ratio"], each["model"] / 2)
    return found


def close(value, wanted):
    assert wanted > 0 and math.isclose(value, wanted, rel_tol=1e-9), f"{value}, not {wanted}"


def test_a_flow_is_the_sum_of_its_directions_its_sectors_and_its_ends(folder):
    rows = [flow("all"), flow("to", direction="to XSU"), flow("fro", direction="to XAL"), flow("boxes", unit="TEU/yr")]
    rows += [flow(sector, sector=sector) for sector in TONNES_PER_TEU]
    rows += [flow(f"from {country}", origin=country) for country in COUNTRIES]
    rows += [flow("into XSU", destination="XSU"), flow("inside XSU", origin="XSU", destination="XSU"),
             flow("XSU", origin="XSU", direction="both")]
    model = {name: found["model"] for name, found in compare(folder, *rows).items()}
    close(model["to"] + model["fro"], model["all"])
    close(sum(model[sector] for sector in TONNES_PER_TEU), model["all"])
    close(sum(model[f"from {country}"] for country in COUNTRIES), model["all"])
    close(sum(model[sector] / tonnes for sector, tonnes in TONNES_PER_TEU.items()), model["boxes"])
    close(model["from XSU"] + model["into XSU"] - model["inside XSU"], model["XSU"])


def test_a_flow_is_what_a_run_lays_on_its_link(folder):
    rows = [flow(f"{sector} {way}", sector=sector, direction=f"to {way}")
            for sector in TONNES_PER_TEU for way in ("XSU", "XAL")]
    found = compare(folder, *rows)
    expect(buckle(folder, "run", "caravan", "--scenario", "today", "--tables", "tables"), 0)
    with open(folder / "tables" / "flows.csv", encoding="utf-8", newline="") as file:
        laid = [line for line in csv.DictReader(file) if (line["scenario"], line["link"]) == ("base", FERRY)]
    assert sorted(line["to"] for line in laid) == ["alm_lake", "sur_lake"]
    for line in laid:
        way = {"alm_lake": "XAL", "sur_lake": "XSU"}[line["to"]]
        for sector in TONNES_PER_TEU:
            close(found[f"{sector} {way}"]["model"], float(line[f"tonnes_{sector} [t/yr]"]))


def test_turnover_is_tonnes_times_kilometres_with_the_background(folder):
    # network/link.csv: km and tonnes of background traffic of every link inside Surania
    links = {"rail": {"rail-surlake-surcity": (380, 3e6), "rail-surcity-surport": (480, 3e6)},
             "road": {"road-surlake-surcity": (400, 0), "road-surcity-surport": (500, 0)}}
    rows = [flow(link, links=link) for of_mode in links.values() for link in of_mode]
    rows += [flow(f"by {mode}", f"{mode} turnover in XSU", "tkm/yr", "*") for mode in links]
    found = compare(folder, *rows, flow("whole", "turnover in XSU", "tkm/yr", "*"))
    for mode, of_mode in links.items():
        close(found[f"by {mode}"]["model"],
              sum(km * (found[link]["model"] + background) for link, (km, background) in of_mode.items()))
        assert found[f"by {mode}"]["how"] == f"tonnes x km on links inside XSU by {mode}, background traffic included"
    close(found["whole"]["model"], found["by rail"]["model"] + found["by road"]["model"])


def test_transit_and_trade_are_counted_where_they_cross_the_border(folder):
    # network/link.csv: rails enter Nordria at two places, and two lanes leave Orisund
    north = [flow("east", "x", links="rail-almcity-norgate", direction="to XNO"),
             flow("west", "x", links="rail-norwest-wesgate", direction="to XNO")]
    gates = "rail-almcity-norgate rail-norwest-wesgate"
    ends = [flow("out of XNO", "x", links=gates, direction="to XNO", origin="XNO"),
            flow("into XNO", "x", links=gates, direction="to XNO", destination="XNO")]
    found = compare(folder, *north, *ends, flow("transit", "rail transit of XNO", links="*"),
                    flow("from XOR", "XNO transit by train", links="*", origin="XOR"),
                    flow("to XOR", "XNO transit by train", links="*", destination="XOR"),
                    row("share", "share", "share of XNO transit by rail that is to or from XOR", "share", links="*"),
                    flow("exports", "exports by sea", links="*", origin="XOR"),
                    flow("lanes", "x", links="sea-oriport-surport sea-oriport-wesport", origin="XOR"),
                    flow("imports", "imports by sea", links="*", destination="XOR"),
                    flow("lanes in", "x", links="sea-oriport-surport sea-oriport-wesport", destination="XOR"))
    model = {name: each["model"] for name, each in found.items()}
    close(model["east"] + model["west"] - model["out of XNO"] - model["into XNO"], model["transit"])
    close(model["share"], (model["from XOR"] + model["to XOR"]) / model["transit"])
    assert 0 < model["share"] < 1
    close(model["exports"], model["lanes"])
    close(model["imports"], model["lanes in"])
    assert found["exports"]["how"] == "trade that leaves its origin by sea, at the border"
    assert found["imports"]["how"] == "trade that enters its destination by sea, at the border"
    assert found["share"]["how"] == "of what enters XNO by rail with no end there"
    assert found["transit"]["how"] == "entries into XNO by rail of trade with no end there, each entry counted"


def test_a_voyage_takes_the_hours_and_the_money_of_its_lanes(folder):
    # 32 km/h and 0.0045 USD/t/km (0.4 of it for farm products); loading and unloading 60 h and 5 USD/t each
    direct, by_port_suran = 19800, 16200 + 6300
    money = 0.4 * 0.0045 * direct + 2 * 5
    rows = [journey("by sea", "by sea"), journey("lane", links="sea-oriport-wesport"),
            journey("detour", links="sea-surport-wesport")]
    rows += [journey(unit, "by sea", unit, "cost", sector="farm") for unit in ("USD/t", "USD/TEU", "USD/FEU")]
    found = compare(folder, *rows)
    close(found["by sea"]["model"], direct / 32 + 120)
    close(found["lane"]["model"], direct / 32 + 120)
    close(found["detour"]["model"], by_port_suran / 32 + 120)
    assert found["by sea"]["how"] == "goods, mostly sea, 19800 km" and "22500 km" in found["detour"]["how"]
    close(found["USD/t"]["model"], money)
    close(found["USD/TEU"]["model"], 14 * money)
    close(found["USD/FEU"]["model"], 2 * 14 * money)
    assert found["USD/t"]["how"] == "farm, mostly sea, 19800 km"


def test_a_named_link_bends_a_journey_only_if_the_cheapest_avoids_it(folder):
    inland = {"origin": "ori_city", "destination": "wes_city"}
    found = compare(folder, journey("cheapest", **inland), journey("rail", "by rail", **inland),
                    journey("on the way", links="rail-norgate-norcity", **inland),
                    journey("by the road", links="road-norgate-norcity", **inland))
    close(found["on the way"]["model"], found["cheapest"]["model"])
    close(found["rail"]["model"], found["cheapest"]["model"])
    assert found["on the way"]["how"] == found["cheapest"]["how"] != found["by the road"]["how"]
    assert found["by the road"]["model"] != found["cheapest"]["model"]


def test_what_cannot_be_computed_says_why(folder):
    ends = "country, region or agreement of the study"
    wrong = [
        (journey("no end", destination=""), "it names no pair of places"),
        (journey("no place", destination="nowhere"), "its ends are not places of the study"),
        (journey("days", unit="d"), "its unit is not h"),
        (journey("dollars", unit="USD", kind="cost"), "its unit is none of USD/t, USD/TEU and USD/FEU"),
        (journey("pipe", "by pipeline"), "the mode it names leads on none of the dozen cheapest corridors"),
        (journey("no goods in pipes", links="pipe-almmine-norcity"), "no route goes over a link it names"),
        (flow("kilograms", unit="kg/yr"), "its unit is neither t/yr, TEU/yr nor, for turnover, tkm/yr"),
        (flow("tonnes for tonne-km", "turnover in XSU", links="*"), "its unit is neither"),
        (flow("origin", origin="ori_city"), f"its origin is no {ends}"),
        (flow("destination", destination="wes_city"), f"its destination is no {ends}"),
        (flow("direction", direction="to nowhere"), "its direction is no country of the study"),
        (flow("nothing", links="*"), "it names neither links, nor a country of transit or turnover, nor an end"),
        (row("no partner", "share", "share of XNO transit", "share", links="*"), "does not say `share of A transit that"),
        (row("no country", "share", "share to or from XWE", "share", links="*"), "does not say `share of A transit that"),
        (row("none", "share", "share of XSU transit by pipeline that is to or from XOR", "share", links="*"),
         "there is no transit to take a share of"),
        (row("dust", "weather", "dust", "g"), "rows of kind 'weather' are not computed"),
    ]
    found = compare(folder, *(each for each, _ in wrong))
    for each, why in wrong:
        answer = found[each["observation"]]
        assert not answer["computed"] and answer["model"] is None and why in answer["how"], answer


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
