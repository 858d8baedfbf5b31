// many.mjs STUDY FOLDER: the study with a lattice of more than 10,000 roads between two of its cities, for the drawing of
// large networks.  Everything about the lattice is invented.
import fs from "node:fs";
import path from "node:path";

const SIDE = 72;
const SOURCE = "invented for the test of large networks,estimate";

export function enlarge(original, folder) {
    fs.cpSync(original, folder, { recursive: true });
    const file = (name) => path.join(folder, "network", name);
    const rows = fs
        .readFileSync(file("node.csv"), "utf8")
        .trim()
        .split("\n")
        .map((line) => line.split(","));
    const [from, to] = ["nor_city", "nor_west"].map((id) => rows.find((r) => r[0] === id));
    const country = from[4];
    const id = (i, j) => `lattice_${i}_${j}`;
    const nodes = [];
    const links = [];
    const road = (name, a, b, km) =>
        links.push(`${name},Lattice ${name.slice(8)},${a},${b},0,${km},70,road,,0.02,,,0.1,,,${SOURCE}`);
    for (let i = 0; i < SIDE; i++)
        for (let j = 0; j < SIDE; j++) {
            const lon = Number(from[2]) + ((Number(to[2]) - Number(from[2])) * (i + 1)) / (SIDE + 1);
            const lat = (Number(from[3]) + Number(to[3])) / 2 + ((j - SIDE / 2) / SIDE) * 14;
            nodes.push(
                `${id(i, j)},Lattice ${i} ${j},${lon.toFixed(4)},${lat.toFixed(4)},${country},junction,${SOURCE}`,
            );
            const km = 12 + ((i * 37 + j * 61) % 7);
            if (i + 1 < SIDE) road(`lattice-x${i}-${j}`, id(i, j), id(i + 1, j), km);
            if (j + 1 < SIDE) road(`lattice-y${i}-${j}`, id(i, j), id(i, j + 1), km + 3);
        }
    for (let j = 0; j < SIDE; j += 8) {
        road(`lattice-in-${j}`, from[0], id(0, j), 20);
        road(`lattice-out-${j}`, id(SIDE - 1, j), to[0], 20);
    }
    fs.appendFileSync(file("node.csv"), `${nodes.join("\n")}\n`);
    fs.appendFileSync(file("link.csv"), `${links.join("\n")}\n`);
    return links.length;
}

if (process.argv[1]?.endsWith("many.mjs")) console.log(`${enlarge(process.argv[2], process.argv[3])} links more`);
