"""buckle route: alternatives a forwarder would recognise."""
import sys

from harness import SILKROAD, buckle, copy_of, edit, expect, main


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


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
