// Places and lines on the page: an equal-area projection about the study, so that shaded economies compare honestly.
import {
    geoAzimuthalEqualArea,
    geoPath,
    geoCentroid,
    geoGraticule10,
    type GeoPermissibleObjects,
    type GeoProjection,
} from "d3-geo";
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import type { Study } from "./types.ts";

export type Basemap = {
    topology: Topology<{ countries: GeometryCollection }>;
    languages: string[];
    names: Record<string, string[]>;
};
export type Drawn = {
    projection: GeoProjection;
    countries: { code: string; economy: string | null; path: string }[];
    frontiers: string;
    graticule: string;
    links: Map<string, string>;
    places: Map<string, [number, number]>;
    economies: { id: string; x: number; y: number }[];
};

// A study whose economies all have codes of the user-assigned range is invented: it gets no coasts.
export const isInvented = (study: Study) => study.economies.every((e) => /^X/.test(e.country));

// Which economy a country belongs to: its own, one that names it in brackets, or the rest of the world.
export function economyOf(study: Study): (country: string) => string | null {
    const known = new Map<string, string>();
    for (const e of study.economies) {
        for (const [code] of e.name.matchAll(/\b[A-Z]{3}\b/g)) known.set(code, e.id);
    }
    for (const e of study.economies) known.set(e.country, e.id);
    const rest = study.economies.find((e) => /rest of (the )?world/i.test(e.name))?.id ?? null;
    return (country) => known.get(country) ?? rest;
}

function centre(study: Study): [number, number] {
    const onLand = study.nodes.filter((n) => n.kind !== "sea_waypoint");
    const middle = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
    return [middle(onLand.map((n) => n.lon)), middle(onLand.map((n) => n.lat))];
}

// Fits the middle nine tenths of the places; ships go further.
function fitted(study: Study, width: number, height: number): GeoProjection {
    const [lon, lat] = centre(study);
    const projection = geoAzimuthalEqualArea().rotate([-lon, -lat]).clipAngle(110).precision(0.3);
    projection.scale(1).translate([0, 0]);
    const points = study.nodes.map((n) => projection([n.lon, n.lat])).filter((p): p is [number, number] => p !== null);
    const range = (axis: 0 | 1) => {
        const sorted = points.map((p) => p[axis]).sort((a, b) => a - b);
        const at = (q: number) => sorted[Math.round(q * (sorted.length - 1))] ?? 0;
        return sorted.length < 60 ? [at(0), at(1)] : [at(0.05), at(0.975)];
    };
    const [x0, x1] = range(0) as [number, number],
        [y0, y1] = range(1) as [number, number];
    const scale = Math.min((width * 0.86) / (x1 - x0 || 1), (height * 0.78) / (y1 - y0 || 1));
    return projection
        .scale(scale)
        .translate([width / 2 - (scale * (x0 + x1)) / 2, height * 0.5 - (scale * (y0 + y1)) / 2]);
}

export function draw(study: Study, basemap: Basemap | null, width: number, height: number): Drawn {
    const projection = fitted(study, width, height);
    const path = geoPath(projection).digits(1);
    const text = (object: GeoPermissibleObjects) => path(object) ?? "";
    const owner = economyOf(study);
    const countries: Drawn["countries"] = [];
    let frontiers = "";
    if (basemap && !isInvented(study)) {
        const { topology } = basemap;
        for (const country of feature(topology, topology.objects.countries).features) {
            const code = String(country.id ?? "");
            countries.push({ code, economy: owner(code), path: text(country) });
        }
        frontiers = text(mesh(topology, topology.objects.countries as never, (a, b) => a !== b));
    }
    const at = new Map(study.nodes.map((n) => [n.id, [n.lon, n.lat] as [number, number]]));
    const links = new Map<string, string>();
    for (const link of study.links) {
        const from = at.get(link.from),
            to = at.get(link.to);
        if (from && to) links.set(link.id, text({ type: "LineString", coordinates: [from, to] }));
    }
    const places = new Map<string, [number, number]>();
    for (const [id, coordinates] of at) {
        const point = projection(coordinates);
        if (point) places.set(id, point);
    }
    const economies = study.economies.flatMap((e) => {
        const own =
            basemap && !isInvented(study)
                ? feature(basemap.topology, basemap.topology.objects.countries).features.find((f) => f.id === e.country)
                : undefined;
        const point = projection(
            own && !["RUS", "USA", "FRA", "NLD", "GBR"].includes(e.country) ? geoCentroid(own) : [e.lon, e.lat],
        );
        return point && e.country !== "XRW" ? [{ id: e.id, x: point[0], y: point[1] }] : [];
    });
    return { projection, countries, frontiers, graticule: text(geoGraticule10()), links, places, economies };
}
