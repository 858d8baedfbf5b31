"""Studies and road networks made up from arrays, written as the files a user would write."""
import csv
import json


def write(path, names, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([repr(float(cell)) if isinstance(cell, float) else cell for cell in row] for row in rows)


def write_head(folder, **more):
    """study.yaml; JSON is YAML."""
    folder.mkdir(parents=True, exist_ok=True)
    head = {"buckle": 1, "title": "made up", "base_year": 2024, "money": "1e6 USD", **more}
    (folder / "study.yaml").write_text(json.dumps(head), encoding="utf-8")


def trade_study(folder, world):
    """A study with an economy alone; `world` as in oracles.World."""
    sectors = [f"s{j}" for j in range(world.n_sectors)]
    regions = [f"X{chr(65 + n)}A" for n in range(world.n_regions)]
    write_head(folder)
    economy = folder / "economy"
    write(economy / "region.csv", ["region", "country", "name", "value_added", "deficit"],
          [[r, r, r, float(world.value_added[n]), 0.0] for n, r in enumerate(regions)])
    write(economy / "sector.csv", ["sector", "name", "trade_elasticity", "traded"],
          [[s, s, float(world.elasticity[j]), 1] for j, s in enumerate(sectors)])
    pairs = [(j, n, i) for j in range(world.n_sectors) for n in range(world.n_regions) for i in range(world.n_regions)]
    write(economy / "trade.csv", ["sector", "exporter", "importer", "value"],
          [[sectors[j], regions[i], regions[n], float(world.trade[j, n, i])] for j, n, i in pairs])
    write(economy / "tariff.csv", ["sector", "exporter", "importer", "rate"],
          [[sectors[j], regions[i], regions[n], float(world.tariff[j, n, i])] for j, n, i in pairs if n != i])
    write(economy / "value_added_share.csv", ["region", "sector", "share"], [[r, s, 1.0] for r in regions for s in sectors])
    write(economy / "final_share.csv", ["region", "sector", "share"],
          [[r, s, float(world.final_share[n, j])] for n, r in enumerate(regions) for j, s in enumerate(sectors)])
    return regions, sectors


def network_study(folder, n_nodes, links):
    """A study with a network of one mode alone; links are (from, to, km, USD/t km, km/h), directed."""
    write_head(folder)
    network, economy = folder / "network", folder / "economy"
    write(network / "node.csv", ["node_id", "name", "x_coord", "y_coord", "country", "kind"],
          [[f"n{i}", f"Place {i}", 10.0 + 0.1 * i, 50.0, "XAA", "city"] for i in range(n_nodes)])
    write(network / "link.csv",
          ["link_id", "name", "from_node_id", "to_node_id", "directed", "length", "free_speed", "mode", "usd_per_tonne_km"],
          [[f"l{k}", f"Link {k}", f"n{a}", f"n{b}", 1, float(km), float(speed), "road", float(usd)]
           for k, (a, b, km, usd, speed) in enumerate(links)])
    write(network / "mode.csv", ["mode", "sector", "allowed", "money_factor", "hours_factor", "loading_hours", "loading_usd_per_tonne"],
          [["road", "goods", 1, 1.0, 1.0, 0.0, 0.0]])
    write(economy / "sector.csv", ["sector", "name", "trade_elasticity", "usd_per_tonne", "time_cost_per_day", "traded"],
          [["goods", "Goods", 5.0, 1000.0, 0.01, 1]])


def road_files(folder, road, demand):
    """TNTP files of a road network (oracles.Road) and trips [zones, zones]."""
    n = len(demand)
    lines = [f"<NUMBER OF ZONES> {n}", f"<NUMBER OF NODES> {road.n_nodes}", "<FIRST THRU NODE> 1",
             f"<NUMBER OF LINKS> {len(road.tail)}", "<END OF METADATA>"]
    for a in range(len(road.tail)):
        lines.append(f"{road.tail[a] + 1} {road.head[a] + 1} {float(road.capacity[a])!r} 1 {float(road.free_time[a])!r} "
                     f"{road.b!r} {road.power!r} 0 0 1 ;")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "net.tntp").write_text("\n".join(lines) + "\n", encoding="utf-8")
    lines = [f"<NUMBER OF ZONES> {n}", f"<TOTAL OD FLOW> {float(demand.sum())!r}", "<END OF METADATA>"]
    for origin in range(n):
        lines.append(f"Origin {origin + 1}")
        lines += [f"{d + 1} : {float(demand[origin, d])!r};" for d in range(n) if demand[origin, d] > 0]
    (folder / "trips.tntp").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "net.tntp", folder / "trips.tntp"


def gmns_files(folder, road, demand):
    """The same in GMNS, with nodes and links called otherwise than by number, and trips as CSV."""
    n = len(demand)
    write(folder / "node.csv", ["node_id", "x_coord", "y_coord", "zone_id"],
          [[f"n{i}", 0.1 * i, 0.0, str(i + 1) if i < n else ""] for i in range(road.n_nodes)])
    write(folder / "link.csv",
          ["link_id", "from_node_id", "to_node_id", "directed", "length", "vdf_fftt", "capacity", "lanes", "vdf_alpha", "vdf_beta"],
          [[f"l{a}", f"n{road.tail[a]}", f"n{road.head[a]}", 1, 1.0, float(road.free_time[a]), float(road.capacity[a]), 1, road.b, road.power]
           for a in range(len(road.tail))])
    write(folder / "trips.csv", ["o_zone_id", "d_zone_id", "volume"],
          [[str(o + 1), str(d + 1), float(demand[o, d])] for o in range(n) for d in range(n) if demand[o, d] > 0])
    return folder, folder / "trips.csv"
