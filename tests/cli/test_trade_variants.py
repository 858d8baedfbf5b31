"""buckle trade on variants of the model, against the equations solved here the slow and plain way.

Written from Caliendo and Parro (2015), equations 10-14, with trade shares formed and every unknown moved a little at a
time; nothing of the program's arithmetic is used.  Each variant is a study of its own in files: what the program reads of
them is tested too.
"""
import csv
import itertools
import math
import random
import shutil
import sys

from harness import CARAVAN, buckle, expect, main


def rows_of(name):
    with open(CARAVAN / "economy" / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Economy:
    """Trade, tariffs and technology given, all else follows, so that the base year is an equilibrium."""

    def __init__(self, regions, sectors, elasticity, trade, tariff, labour, inputs):
        self.regions, self.sectors, self.elasticity = regions, sectors, elasticity
        self.trade, self.tariff = trade, tariff  # [sector, importer, exporter]
        self.inputs = inputs  # [region, using sector, supplying sector]
        everyone = list(itertools.product(sectors, regions))
        self.spending = {(j, n): sum(trade[j, n, i] * (1 + tariff[j, n, i]) for i in regions) for j, n in everyone}
        self.output = {(j, i): sum(trade[j, n, i] for n in regions) for j, i in everyone}
        # so much labour that what is bought for production leaves something to consume
        self.labour = {(n, j): max(labour[n, j], 1 - 0.2 * min(self.spending[k, n] for k in sectors) / self.output[j, n])
                       if labour[n, j] < 1 else 1 for j, n in everyone}
        self.value_added = {n: sum(self.labour[n, j] * self.output[j, n] for j in sectors) for n in regions}
        self.deficit = {n: sum(trade[j, n, i] - trade[j, i, n] for j in sectors for i in regions) for n in regions}
        final = {(j, n): self.spending[j, n] - self.bought(self.output, j, n) for j, n in everyone}
        assert all(value >= 0 for value in final.values())
        self.income = {n: sum(final[j, n] for j in sectors) for n in regions}
        self.final = {(n, j): final[j, n] / self.income[n] for j, n in everyone}

    def bought(self, output, j, n):
        return sum((1 - self.labour[n, k]) * self.inputs[n, k, j] * output[k, n] for k in self.sectors)

    def solve(self, tariff, cost, productivity, deficit):
        """Hats of wages, prices and incomes; deficit(incomes) by region."""
        regions, sectors = self.regions, self.sectors
        wage, income = dict.fromkeys(regions, 1.0), dict(self.income)
        price, spending = dict.fromkeys(self.spending, 1.0), dict(self.spending)
        world = sum(self.value_added.values())
        for _ in range(20000):
            unit = {(j, n): wage[n] ** self.labour[n, j] / productivity[j, n]
                    * math.prod(price[k, n] ** ((1 - self.labour[n, j]) * self.inputs[n, j, k]) for k in sectors)
                    for j, n in price}
            share = {}
            moved = 0.0
            for j, n in price:
                theta = self.elasticity[j]
                weight = {i: self.trade[j, n, i] * (1 + self.tariff[j, n, i]) / self.spending[j, n]
                          * (unit[j, i] * cost[j, n, i] * (1 + tariff[j, n, i]) / (1 + self.tariff[j, n, i])) ** -theta
                          for i in regions}
                total = sum(weight.values())
                share.update({(j, n, i): weight[i] / total for i in regions})
                moved = max(moved, abs(total ** (-1 / theta) / price[j, n] - 1))
                price[j, n] = total ** (-1 / theta)
            net = {key: value * spending[key[:2]] / (1 + tariff[key]) for key, value in share.items()}
            output = {(j, i): sum(net[j, n, i] for n in regions) for j, i in price}
            revenue = {n: sum(tariff[j, n, i] * net[j, n, i] for j in sectors for i in regions) for n in regions}
            received = deficit(income)
            income = {n: wage[n] * self.value_added[n] + revenue[n] + received[n] for n in regions}
            for j, n in price:
                new = self.final[n, j] * income[n] + self.bought(output, j, n)
                moved = max(moved, abs(new - spending[j, n]) / world)
                spending[j, n] = new
            paid = {n: sum(self.labour[n, j] * output[j, n] for j in sectors) for n in regions}
            for n in regions:
                gap = paid[n] / (wage[n] * self.value_added[n])
                moved = max(moved, abs(gap - 1))
                wage[n] *= gap ** 0.15
            level = sum(wage[n] * self.value_added[n] for n in regions) / world
            wage = {n: value / level for n, value in wage.items()}
            if moved < 1e-13:
                index = {n: math.prod(price[j, n] ** self.final[n, j] for j in sectors) for n in regions}
                return wage, index, income
        raise AssertionError(f"the plain iteration still moves by {moved}")

    def write(self, folder):
        study = folder / "study"
        (study / "economy").mkdir(parents=True)
        (study / "scenarios").mkdir()
        (study / "study.yaml").write_text("buckle: 1\ntitle: A variant\nbase_year: 2024\nmoney: 1e9 USD\n", encoding="utf-8")
        table(study / "economy/region.csv", "region,country,name,value_added,deficit",
              [(n, n, n, self.value_added[n], self.deficit[n]) for n in self.regions])
        table(study / "economy/sector.csv", "sector,name,trade_elasticity,traded",
              [(j, j, self.elasticity[j], 1) for j in self.sectors])
        table(study / "economy/trade.csv", "sector,importer,exporter,value",
              [(*key, value) for key, value in self.trade.items() if value])
        table(study / "economy/tariff.csv", "sector,importer,exporter,rate",
              [(*key, value) for key, value in self.tariff.items() if value])
        table(study / "economy/value_added_share.csv", "region,sector,share",
              [(*key, value) for key, value in self.labour.items()])
        if any(value < 1 for value in self.labour.values()):
            table(study / "economy/input_share.csv", "region,using_sector,supplying_sector,share",
                  [(*key, value) for key, value in self.inputs.items() if value])
        table(study / "economy/final_share.csv", "region,sector,share",
              [(*key, value) for key, value in self.final.items()])
        return study


def table(path, head, rows):
    path.write_text("\n".join([head] + [",".join(cell if isinstance(cell, str) else repr(cell) for cell in row)
                                        for row in rows]) + "\n", encoding="utf-8")


def caravan(own=False, labour_alone=False, one=False):
    """The teaching study's trade and technology; without links between sectors, without inputs, or as one sector."""
    regions = [row["region"] for row in rows_of("region.csv")]
    elasticity = {row["sector"]: float(row["trade_elasticity"]) for row in rows_of("sector.csv")}
    sectors = list(elasticity)
    cells = list(itertools.product(sectors, regions, regions))
    trade, tariff = dict.fromkeys(cells, 0.0), dict.fromkeys(cells, 0.0)
    for row in rows_of("trade.csv"):
        trade[row["sector"], row["importer"], row["exporter"]] = float(row["value"])
    for row in rows_of("tariff.csv"):
        tariff[row["sector"], row["importer"], row["exporter"]] = float(row["rate"])
    labour = {(row["region"], row["sector"]): float(row["share"]) for row in rows_of("value_added_share.csv")}
    inputs = dict.fromkeys(itertools.product(regions, sectors, sectors), 0.0)
    for row in rows_of("input_share.csv"):
        inputs[row["region"], row["using_sector"], row["supplying_sector"]] = float(row["share"])
    if one:
        pairs = list(itertools.product(regions, regions))
        value = {(n, i): sum(trade[j, n, i] for j in sectors) for n, i in pairs}
        rate = {(n, i): sum(trade[j, n, i] * tariff[j, n, i] for j in sectors) / value[n, i] for n, i in pairs}
        trade = {("all", n, i): value[n, i] for n, i in pairs}
        tariff = {("all", n, i): rate[n, i] for n, i in pairs}
        elasticity, labour = {"all": 5.0}, {(n, "all"): 0.55 for n in regions}
        inputs = {(n, "all", "all"): 1.0 for n in regions}
        sectors = ["all"]
    if own:
        inputs = {key: float(key[1] == key[2]) for key in inputs}
    if labour_alone:
        labour = dict.fromkeys(labour, 1)
    return Economy(regions, sectors, elasticity, trade, tariff, labour, inputs)


def shock_of(economy, seed):
    draw = random.Random(seed)
    tariff = {key: 0.0 if key[1] == key[2] else draw.uniform(0, 0.3) for key in economy.trade}
    cost = {key: 1.0 if key[1] == key[2] else draw.uniform(0.8, 1.3) for key in economy.trade}
    productivity = {key: draw.uniform(0.9, 1.2) for key in economy.spending}
    return tariff, cost, productivity


def write_shock(study, tariff, cost, productivity):
    (study / "scenarios/shock.yaml").write_text(
        "title: Everything changes\nmeasures:\n  - id: all\n    tariffs: tariffs.csv\n    trade_costs: costs.csv\n"
        "    productivity: productivity.csv\n", encoding="utf-8")
    table(study / "scenarios/tariffs.csv", "sector,importer,exporter,rate",
          [(*key, value) for key, value in tariff.items() if key[1] != key[2]])
    table(study / "scenarios/costs.csv", "sector,importer,exporter,factor",
          [(*key, value) for key, value in cost.items() if key[1] != key[2]])
    table(study / "scenarios/productivity.csv", "sector,region,factor",
          [(*key, value) for key, value in productivity.items()])


def compare(found, wage, index, income, before):
    for name, region in found.items():
        expected = {"wage_hat": wage[name], "price_hat": index[name], "income_hat": income[name] / before[name]}
        for key, value in expected.items():
            assert abs(region[key] / value - 1) < 1e-9, (name, key, region[key], value)
        assert abs(region["real_wage_pct"] - 100 * (wage[name] / index[name] - 1)) < 1e-7
        assert abs(region["welfare_pct"] - 100 * (expected["income_hat"] / index[name] - 1)) < 1e-7
    assert max(abs(region["welfare_pct"]) for region in found.values()) > 1


def ask(folder, study, *more):
    answer = expect(buckle(folder, "trade", study, "--scenario", "shock", *more, "--format", "json"), 0).json()
    return {region["region"]: region for region in answer["regions"]}


def check_variant(folder, seed, **kind):
    economy = caravan(**kind)
    study, shock = economy.write(folder), shock_of(economy, seed)
    write_shock(study, *shock)
    compare(ask(folder, study), *economy.solve(*shock, lambda income: economy.deficit), economy.income)
    return study


def test_input_output_links_and_deficits(folder):
    check_variant(folder, 1)


def test_no_links_between_sectors(folder):
    check_variant(folder, 2, own=True)


def test_no_intermediates_with_and_without_a_table_of_them(folder):
    study = check_variant(folder, 3, labour_alone=True)
    assert not (study / "economy/input_share.csv").exists()
    found = ask(folder, study)
    shutil.copy(CARAVAN / "economy/input_share.csv", study / "economy/input_share.csv")
    for name, region in ask(folder, study).items():
        assert abs(region["wage_hat"] / found[name]["wage_hat"] - 1) < 1e-12


def test_one_sector_made_from_itself(folder):
    check_variant(folder, 4, one=True)


def test_one_sector_without_intermediates(folder):
    check_variant(folder, 5, one=True, labour_alone=True)


def test_deficits_that_are_a_share_of_income(folder):
    economy = caravan()
    study, shock = economy.write(folder), shock_of(economy, 6)
    write_shock(study, *shock)

    def deficit(income):
        share = {n: economy.deficit[n] / economy.income[n] for n in economy.regions}
        common = sum(share[n] * income[n] for n in income) / sum(income.values())
        return {n: (share[n] - common) * income[n] for n in income}
    compare(ask(folder, study, "--deficits", "share"), *economy.solve(*shock, deficit), economy.income)


def test_a_world_without_deficits(folder):
    """The base is that world, and the scenario starts there."""
    economy = caravan()
    study, shock = economy.write(folder), shock_of(economy, 7)
    write_shock(study, *shock)
    nothing = (economy.tariff, dict.fromkeys(economy.trade, 1.0), dict.fromkeys(economy.spending, 1.0))
    none = dict.fromkeys(economy.regions, 0.0)
    first, second = economy.solve(*nothing, lambda income: none), economy.solve(*shock, lambda income: none)
    wage, index = ({n: second[k][n] / first[k][n] for n in economy.regions} for k in (0, 1))
    compare(ask(folder, study, "--deficits", "zero"), wage, index, second[2], first[2])


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
