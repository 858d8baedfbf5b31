#!/usr/bin/env python3
"""Balances the base year of studies/caravan: from trade, tariffs and shares of inputs it derives value added and deficits
(economy/region.csv) and shares of final expenditure (economy/final_share.csv), so that a scenario without change returns
hats of 1.  Run it after changing any file of studies/caravan/economy."""
import csv
import pathlib
from math import fsum

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "studies" / "caravan" / "economy"


def read(name):
    with open(FOLDER / name, newline="") as file:
        rows = list(csv.DictReader(file))
    return rows


def write(name, rows):
    with open(FOLDER / name, "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main():
    regions, final = read("region.csv"), read("final_share.csv")
    names, sectors = [r["region"] for r in regions], [r["sector"] for r in read("sector.csv")]
    trade = {(r["sector"], r["exporter"], r["importer"]): float(r["value"]) for r in read("trade.csv")}
    tariff = {(r["sector"], r["exporter"], r["importer"]): float(r["rate"]) for r in read("tariff.csv")}
    added = {(r["region"], r["sector"]): float(r["share"]) for r in read("value_added_share.csv")}
    inputs = {(r["region"], r["using_sector"], r["supplying_sector"]): float(r["share"]) for r in read("input_share.csv")}
    shares = {}
    for region in regions:
        n = region["region"]
        output = {j: fsum(trade.get((j, n, m), 0.0) for m in names) for j in sectors}
        bought = {j: fsum(trade.get((j, m, n), 0.0) for m in names) for j in sectors}
        duty = {j: fsum(trade.get((j, m, n), 0.0) * tariff.get((j, m, n), 0.0) for m in names) for j in sectors}
        used = {
            j: fsum(inputs.get((n, k, j), 0.0) * (1.0 - added[n, k]) * output[k] for k in sectors) for j in sectors
        }
        value_added = round(fsum(added[n, j] * output[j] for j in sectors), 9)
        deficit = round(fsum(bought.values()) - fsum(output.values()), 9)
        income = value_added + fsum(duty.values()) + deficit
        for j in sectors:
            shares[n, j] = (bought[j] + duty[j] - used[j]) / income
            if shares[n, j] < 0:
                raise SystemExit(f"{n} {j}: inputs of {used[j]:g} exceed purchases of {bought[j] + duty[j]:g}")
        region["value_added"], region["deficit"] = repr(value_added), repr(deficit)
    for row in final:
        row["share"] = repr(shares[row["region"], row["sector"]])
    write("region.csv", regions)
    write("final_share.csv", final)


if __name__ == "__main__":
    main()
