"""buckle route: alternatives a forwarder would recognise; inspection against delay at a post."""
import csv
import math
import sys

from harness import CARAVAN, SILKROAD, buckle, copy_of, edit, expect, main


def routes(folder, study, *more, origin="xian", destination="duisburg"):
    return expect(buckle(folder, "route", study, "--from", origin, "--to", destination, *more, "--format", "json"), 0).json()


def test_alternatives_come_cheapest_first_and_shares_add_up(folder):
    found = routes(folder, SILKROAD, "-k", "5")["alternatives"]
    assert len(found) == 5
    costs = [way["cost"] for way in found]
    assert costs == sorted(costs)
    assert abs(sum(way["share"] for way in found) - 1) < 1e-12
    assert all(0 < way["path_size"] <= 1 for way in found)


def test_legs_are_a_chain_and_add_up(folder):
    for way in routes(folder, SILKROAD, "-k", "3")["alternatives"]:
        legs = way["legs"]
        assert legs[0]["from"] == "xian" and legs[-1]["to"] == "duisburg"
        for before, after in zip(legs, legs[1:]):
            assert before["to"] == after["from"]
        for key, total in (("km", "km"), ("usd_per_tonne", "money"), ("hours", "hours")):
            assert abs(sum(leg[key] for leg in legs) - way[total]) < 1e-6 * max(1, way[total]), key


def test_the_railway_goes_through_kazakhstan_in_about_fifteen_days(folder):
    # published block trains: 12 to 17 days (studies/silkroad/NOTES.md)
    way = routes(folder, SILKROAD)["alternatives"][0]
    assert {leg["mode"] for leg in way["legs"] if leg["kind"] == "line"} == {"rail"}
    assert any(leg["to"] in ("dostyk", "altynkol") for leg in way["legs"])
    assert 12 * 24 <= way["hours"] <= 17 * 24


def test_cost_is_money_and_time_at_its_value(folder):
    free = routes(folder, SILKROAD, "--value-of-time", "0", "-k", "1")["alternatives"][0]
    assert abs(free["cost"] - free["money"]) < 1e-9 * free["money"]


def test_a_dearer_hour_never_chooses_a_slower_way(folder):
    hours = [routes(folder, SILKROAD, "--value-of-time", value, "-k", "1")["alternatives"][0]["hours"]
             for value in ("0", "0.5", "2", "10")]
    assert hours == sorted(hours, reverse=True)


def test_a_dearer_link_makes_its_way_dearer(folder):
    study = copy_of(SILKROAD, folder)
    before = routes(folder, study, "-k", "1")["alternatives"][0]
    link = before["links"][1]

    def dearer(rows):
        for row in rows:
            if row["link_id"] == link:
                row["usd_per_tonne_km"] = str(1 + float(row["usd_per_tonne_km"]))
    edit(study / "network" / "link.csv", dearer)
    after = routes(folder, study, "-k", "1")["alternatives"][0]
    assert after["cost"] > before["cost"] and link not in after["links"]


def test_places_may_be_named_as_people_write_them(folder):
    assert routes(folder, SILKROAD, origin="Xi'an", destination="DUISBURG") == routes(folder, SILKROAD)


def test_an_unknown_place_is_answered_with_the_nearest(folder):
    expect(buckle(folder, "route", SILKROAD, "--from", "xian", "--to", "duisbug"), 3, err="did you mean 'duisburg'?")


def test_an_unknown_sector_is_answered_with_the_nearest(folder):
    expect(buckle(folder, "route", SILKROAD, "--from", "xian", "--to", "duisburg", "--sector", "machinry"), 3,
           err="did you mean 'machinery'?")


def test_both_ends_are_needed_and_differ(folder):
    expect(buckle(folder, "route", SILKROAD, "--from", "xian"), 2, err="--from and --to")
    expect(buckle(folder, "route", SILKROAD, "--from", "xian", "--to", "xian"), 2, err="begins and ends")


def test_the_text_is_a_table_and_a_way_for_each(folder):
    answer = expect(buckle(folder, "route", SILKROAD, "--from", "xian", "--to", "duisburg", "-k", "3"), 0,
                    out=["USD/t", "days", "borders", "Xi'an, rail > ", "Duisburg"])
    assert answer.err == ""


def frontier(folder, *more, study=CARAVAN, post="alm_gate"):
    return expect(buckle(folder, "route", study, "--border", post, "--frontier", *more, "--format", "json"), 0).json()


def border_rows(study, post):
    with open(study / "network" / "border.csv", encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["node_id"] == post]


def test_a_post_has_a_frontier_for_each_of_its_rows(folder):
    found, rows = frontier(folder), border_rows(CARAVAN, "alm_gate")
    key = ("mode", "from_country", "to_country", "side")
    assert [tuple(row[k] for k in key) for row in found["rows"]] == [tuple(row[k] for k in key) for row in rows]
    rail = frontier(folder, "--mode", "rail")["rows"]
    assert rail == [row for row in found["rows"] if row["mode"] == "rail"]


def test_the_frontier_is_the_mixture_of_released_and_inspected(folder):
    # caravan's border factors are 1 by road: hours are the row's own, and the spread its own but for p (1 - p) (h1 - h0)^2
    facts_by_road = [row for row in border_rows(CARAVAN, "alm_gate") if row["mode"] == "road"]
    for row, facts in zip(frontier(folder, "--mode", "road")["rows"], facts_by_road):
        now, h0, h1, sd = (float(facts[k]) for k in ("inspected_share", "control_hours", "inspection_hours", "hours_sd"))
        shares = [point["inspected_share"] for point in row["frontier"]]
        assert shares == sorted(shares) and shares[0] == 0 and shares[-1] == 1 and shares[row["today"]] == now
        for p, point in zip(shares, row["frontier"]):
            assert abs(point["hours"] - point["queue_hours"] - ((1 - p) * h0 + p * h1)) < 1e-9
            variance = sd * sd + (p * (1 - p) - now * (1 - now)) * (h1 - h0) ** 2
            assert abs(point["hours_sd"] - math.sqrt(variance)) < 1e-9


def test_the_border_factor_of_what_passes_stretches_hours_and_spread_alike(folder):
    # by rail it is 0.5 for goods, 1 for the rest (network/mode.csv)
    for row, facts in zip(frontier(folder, "--mode", "rail")["rows"], border_rows(CARAVAN, "alm_gate")):
        now, h0, h1, sd = (float(facts[k]) for k in ("inspected_share", "control_hours", "inspection_hours", "hours_sd"))
        today = row["frontier"][row["today"]]
        factor = (today["hours"] - today["queue_hours"]) / ((1 - now) * h0 + now * h1)
        assert 0.5 < factor < 1
        assert abs(today["hours_sd"] - factor * sd) < 1e-9


def test_the_queue_is_the_closed_form_at_base_year_traffic(folder):
    for row, facts in zip(frontier(folder, "--mode", "rail")["rows"], border_rows(CARAVAN, "alm_gate")):
        lanes, service, tonnes = (float(facts[k]) for k in ("lanes", "service_hours", "tonnes_per_vehicle"))
        busy = row["tonnes"] * service / (8760 * lanes * tonnes)
        assert abs(row["utilisation"] - busy) < 1e-9 and busy < 0.98
        # Sakasegawa (1977); the coefficient of variation is 1
        wait = service / lanes * busy ** (math.sqrt(2 * (lanes + 1)) - 1) / (1 - busy)
        assert all(abs(point["queue_hours"] - wait) < 1e-9 * wait for point in row["frontier"])


def test_an_hour_at_the_post_costs_its_value_times_what_passes(folder):
    for row in frontier(folder)["rows"]:
        for point in row["frontier"]:
            assert abs(point["usd_per_tonne"] * row["tonnes"] - point["usd_per_year"]) < 1e-9 * point["usd_per_year"]
        # the slope at today's share lies between the chords to both sides: cost is concave in the share
        at, points = row["today"], row["frontier"]
        before, here, after = points[at - 1: at + 2]
        chord = [(b["usd_per_year"] - a["usd_per_year"]) / (b["inspected_share"] - a["inspected_share"]) / 100
                 for a, b in ((before, here), (here, after))]
        assert chord[0] >= row["saved_usd_per_year"]["share_point_less"] >= chord[1]


def test_a_post_is_asked_for_by_border_and_frontier_alone(folder):
    expect(buckle(folder, "route", CARAVAN, "--border", "alm_gate"), 2, err="--frontier")
    expect(buckle(folder, "route", CARAVAN, "--frontier"), 2, err="--border")
    expect(buckle(folder, "route", CARAVAN, "--border", "alm_gate", "--frontier", "--from", "ori_gate"), 2, err="--from")
    expect(buckle(folder, "route", CARAVAN, "--border", "alm_gat", "--frontier"), 3, err="did you mean 'alm_gate'?")
    expect(buckle(folder, "route", CARAVAN, "--border", "alm_gate", "--frontier", "--mode", "rial"), 3, err="did you mean 'rail'?")
    expect(buckle(folder, "route", CARAVAN, "--border", "alm_gate", "--frontier", "--mode", "sea"), 3, err="no border rows of mode sea")
    expect(buckle(folder, "route", CARAVAN, "--border", "alm_gate", "--frontier", "--mode", "rail"), 0,
           out=["today", "half the spread", "one lane more"])


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
