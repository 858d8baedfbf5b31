// The map: land shaded by gain, links by use and tonnes, posts by hours; moved by mouse, touch and keyboard.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { memo } from "./memo.ts";
import { draw, type Drawn } from "./geometry.ts";
import { place, type Wish } from "./labels.ts";
import { fullWidth, gainBreaks, gainClass, tonnesOf, useClass, widthOf } from "./scales.ts";
import { zoomAt, type View } from "./view.ts";
import { select, share, type State } from "./store.ts";
import { gains, postsOf, economyName, type Post } from "./read.ts";
import { linkTip, postTip, economyTip, type Tip } from "./tips.ts";
import { Legend } from "./Legend.tsx";
import { MANY, ManyLinks } from "./ManyLinks.tsx";
import type { Layer } from "./manylinks.ts";
import { t } from "./i18n.ts";

const ORDER = ["sea", "pipeline", "ferry", "road", "rail"];

type LandProps = { drawn: Drawn; classes: Map<string, number> };
const Land = memo(({ drawn, classes }: LandProps) => (
    <g>
        <path class="graticule" d={drawn.graticule} />
        {drawn.countries.map((c) => (
            <path
                key={c.code + c.path.length}
                class={`country gain${classes.get(c.economy ?? "") ?? 0}`}
                d={c.path}
                data-economy={c.economy ?? undefined}
            />
        ))}
        <path class="frontier" d={drawn.frontiers} />
    </g>
));

type LinkLook = { id: string; mode: string; look: string; width: number };
type LinksProps = { drawn: Drawn; looks: LinkLook[]; selected: string };
const Links = memo(({ drawn, looks, selected }: LinksProps) => (
    <g>
        {looks.map((l) => (
            <path
                key={l.id}
                class={`link ${l.mode} ${l.look}${selected === `link:${l.id}` ? " chosen" : ""}`}
                d={drawn.links.get(l.id)}
                stroke-width={l.width}
            />
        ))}
        {looks.map((l) => (
            <path key={l.id} class="reach" d={drawn.links.get(l.id)} data-link={l.id} />
        ))}
    </g>
));

function linkLooks(state: State): LinkLook[] {
    const { study, run, shared, filtered, routes, routeShown } = state;
    if (!study) return [];
    const byId = new Map(run.result?.map.links.map((l) => [l.link, l]));
    const sector = study.sectors.findIndex((s) => s.id === shared.sector);
    const amounts = study.links.map((link) => {
        const flow = byId.get(link.id);
        return filtered ? (filtered.get(link.id) ?? 0) : flow ? tonnesOf(flow, shared.shown, sector) : 0;
    });
    const most = fullWidth(amountsOnLand(state));
    const onRoute = new Set(routes?.alternatives[routeShown]?.links);
    const other = new Set(routes?.alternatives.flatMap((a) => a.links));
    const looks = study.links.flatMap((link, i): LinkLook[] => {
        if (shared.modes.length > 0 && !shared.modes.includes(link.mode)) return [];
        const flow = byId.get(link.id),
            amount = amounts[i]!;
        if (routes)
            return [
                {
                    id: link.id,
                    mode: link.mode,
                    look: onRoute.has(link.id) ? "route" : other.has(link.id) ? "route-other" : "dim",
                    width: onRoute.has(link.id) ? 4 : other.has(link.id) ? 3 : 0.6,
                },
            ];
        if (flow && !flow.open && shared.shown !== "base")
            return [{ id: link.id, mode: link.mode, look: "shut", width: 0.8 }];
        const look =
            shared.shown === "difference" && !filtered
                ? Math.abs(amount) < 1000
                    ? "idle"
                    : amount > 0
                      ? "more"
                      : "less"
                : amount < 1
                  ? "idle"
                  : useClass((shared.shown === "base" ? flow?.utilisation_base : flow?.utilisation) ?? null);
        return [{ id: link.id, mode: link.mode, look, width: widthOf(amount, most) }];
    });
    const rank = (l: LinkLook) =>
        ORDER.indexOf(l.mode) + (l.look.startsWith("route") ? 20 : l.look === "idle" || l.look === "dim" ? -10 : 0);
    return looks.sort((a, b) => rank(a) - rank(b));
}

export const onScreen = (view: View, [x, y]: [number, number]): [number, number] => [
    view.x + view.k * x,
    view.y + view.k * y,
];
const radius = (post: Post) => Math.min(11, 2 + Math.sqrt(Math.max(0, post.hours)) * 0.75);

type OverlayProps = {
    state: State;
    classes: Map<string, number>;
    drawn: Drawn;
    posts: Post[];
    view: View;
    width: number;
    height: number;
};
function Overlay({ state, classes, drawn, posts, view, width, height }: OverlayProps) {
    const study = state.study!;
    const weight = useMemo(() => {
        const sum = new Map<string, number>();
        const flows = new Map(state.run.result?.map.links.map((l) => [l.link, l.tonnes]));
        for (const l of study.links)
            for (const end of [l.from, l.to]) sum.set(end, (sum.get(end) ?? 0) + (flows.get(l.id) ?? 1));
        return sum;
    }, [state.run.result, study]);
    const wishes: Wish[] = [];
    const inside = (x: number, y: number) => x > -20 && y > -20 && x < width + 20 && y < height + 20;
    for (const e of drawn.economies) {
        const [x, y] = onScreen(view, [e.x, e.y]);
        const economy = study.economies.find((s) => s.id === e.id)!;
        wishes.push({
            id: `economy ${e.id}`,
            kind: "economy",
            text: economyName(state, e.id),
            x,
            y,
            size: 12,
            gap: 0,
            centred: true,
            weight: 1e12 + economy.value_added_usd,
        });
    }
    for (const n of study.nodes) {
        const point = drawn.places.get(n.id);
        if (!point || n.kind === "sea_waypoint" || n.kind === "junction") continue;
        const [x, y] = onScreen(view, point);
        if (inside(x, y))
            wishes.push({
                id: n.id,
                kind: "place",
                text: n.name,
                x,
                y,
                size: 11,
                gap: 6,
                weight: weight.get(n.id) ?? 0,
            });
    }
    // Of thousands of places only those with room for a name are weighed against each other.
    wishes.sort((a, b) => b.weight - a.weight).splice(600);
    const labels = place(wishes, width, height, Math.round(26 + 22 * Math.log2(Math.max(1, view.k))));
    // Economies without land of their own on the map stand as discs.
    const landed = new Set(drawn.countries.map((c) => c.economy));
    return (
        <g>
            {drawn.economies
                .filter((e) => !landed.has(e.id))
                .map((e) => {
                    const [x, y] = onScreen(view, [e.x, e.y]);
                    return (
                        <circle
                            key={`seat ${e.id}`}
                            class={`seat gain${classes.get(e.id) ?? 0}`}
                            cx={x}
                            cy={y}
                            r={17}
                            data-economy={e.id}
                        />
                    );
                })}
            {posts.map((post) => {
                const point = drawn.places.get(post.node);
                if (!point) return null;
                const [x, y] = onScreen(view, point);
                if (!inside(x, y)) return null;
                const change = state.shared.shown === "difference" ? post.hours - post.hoursBase : 0;
                const look = change < -0.05 ? " faster" : change > 0.05 ? " slower" : "";
                return (
                    <circle
                        key={post.node}
                        class={`post${look}${state.shared.selected === `border:${post.main}` ? " chosen" : ""}`}
                        cx={x}
                        cy={y}
                        r={radius(post) * Math.min(1.6, 0.7 + view.k * 0.15)}
                        data-post={post.node}
                    />
                );
            })}
            {labels.map((l) => (
                <text key={l.id} class={`label ${l.kind}`} x={l.left} y={l.top + l.height * 0.78} font-size={l.size}>
                    {l.text}
                </text>
            ))}
        </g>
    );
}

export function MapView({ state }: { state: State }) {
    const box = useRef<HTMLDivElement>(null);
    const [size, setSize] = useState({ width: 0, height: 0 });
    const [tip, setTip] = useState<(Tip & { x: number; y: number }) | null>(null);
    const fingers = useRef(new Map<number, [number, number]>());
    const dragged = useRef(0);
    const walk = useRef(-1);
    const { study, basemap, shared, run } = state;
    const view = shared.view;
    const many = (study?.links.length ?? 0) > MANY;
    const layer = useRef<Layer | null>(null);

    useEffect(() => {
        const observer = new ResizeObserver(() => {
            const { clientWidth: width, clientHeight: height } = box.current!;
            setSize((old) => (old.width === width && old.height === height ? old : { width, height }));
        });
        observer.observe(box.current!);
        return () => observer.disconnect();
    }, []);
    const drawn = useMemo(
        () => (study && size.width > 0 ? draw(study, basemap, size.width, size.height) : null),
        [study, basemap, size],
    );
    const looks = useMemo(
        () => linkLooks(state),
        [study, run.result, shared.shown, shared.sector, shared.modes, state.filtered, state.routes, state.routeShown],
    );
    // Posts that nothing passes would only hide the others; they stand in the lists.
    const posts = useMemo(() => postsOf(state).filter((p) => p.tonnes > 1000), [study, run.result, shared.shown]);
    const gain = useMemo(() => gains(state), [study, run.result, run.job, state.quick, run.of]);
    const breaks = gainBreaks(gain.map((g) => g.pct));
    const classes = useMemo(
        () => new Map(gain.map((g) => [g.economy, shared.shown === "base" ? 0 : gainClass(g.pct, breaks)])),
        [gain, shared.shown],
    );

    const zoom = (factor: number, x = size.width / 2, y = size.height / 2) =>
        share({ view: zoomAt(view, factor, x, y) });
    const offset = (event: { clientX: number; clientY: number }): [number, number] => {
        const rect = box.current!.getBoundingClientRect();
        return [event.clientX - rect.left, event.clientY - rect.top];
    };
    useEffect(() => {
        const element = box.current!;
        const wheel = (event: WheelEvent) => {
            event.preventDefault();
            const [x, y] = offset(event);
            share({ view: zoomAt(latest.current, Math.exp(-event.deltaY * 0.0016), x, y) });
        };
        element.addEventListener("wheel", wheel, { passive: false });
        return () => element.removeEventListener("wheel", wheel);
    }, []);
    const latest = useRef(view);
    latest.current = view;

    // What is under the pointer: posts before links before land.
    const under = (event: MouseEvent): { post?: string; link?: string; economy?: string } => {
        const { post, link, economy } = (event.target as SVGElement).dataset;
        const drawnLink = many && !post ? layer.current?.find(...offset(event), view, 8) : null;
        return drawnLink ? { link: drawnLink } : ({ post, link, economy } as ReturnType<typeof under>);
    };
    const tipOf = (event: MouseEvent): Tip | null => {
        const { post, link, economy } = under(event);
        if (link) return linkTip(state, link);
        if (post)
            return postTip(
                state,
                posts.find((p) => p.node === post)!,
            );
        if (economy)
            return economyTip(
                state,
                gain.find((g) => g.economy === economy),
            );
        return null;
    };
    const moved = (event: PointerEvent) => {
        const held = fingers.current;
        const at = offset(event);
        const before = held.get(event.pointerId);
        if (!before) {
            const found = tipOf(event);
            setTip(found ? { ...found, x: at[0], y: at[1] } : null);
            return;
        }
        const others = [...held].filter(([id]) => id !== event.pointerId).map(([, p]) => p);
        held.set(event.pointerId, at);
        dragged.current += Math.hypot(at[0] - before[0], at[1] - before[1]);
        if (others.length === 0) {
            share({ view: { ...view, x: view.x + at[0] - before[0], y: view.y + at[1] - before[1] } });
        } else {
            const [ox, oy] = others[0]!;
            const ratio = Math.hypot(at[0] - ox, at[1] - oy) / Math.max(1, Math.hypot(before[0] - ox, before[1] - oy));
            zoom(ratio, (at[0] + ox) / 2, (at[1] + oy) / 2);
        }
    };
    const clicked = (event: MouseEvent) => {
        if (dragged.current > 5) return;
        const { post, link } = under(event);
        if (post) void select(`border:${posts.find((p) => p.node === post)!.main}`);
        else if (link) void select(`link:${link}`);
    };
    // Arrows move, + and - zoom, [ and ] walk along the busiest links, Enter looks closer.
    const pressed = (event: KeyboardEvent) => {
        const step = 60;
        const shift: Record<string, [number, number]> = {
            ArrowLeft: [step, 0],
            ArrowRight: [-step, 0],
            ArrowUp: [0, step],
            ArrowDown: [0, -step],
        };
        if (shift[event.key])
            share({ view: { ...view, x: view.x + shift[event.key]![0], y: view.y + shift[event.key]![1] } });
        else if (event.key === "+" || event.key === "=") zoom(1.3);
        else if (event.key === "-") zoom(1 / 1.3);
        else if (event.key === "0") share({ view: { k: 1, x: 0, y: 0 } });
        else if (event.key === "[" || event.key === "]") {
            const busiest = [...(run.result?.map.links ?? [])].sort((a, b) => b.tonnes - a.tonnes).slice(0, 60);
            walk.current = (walk.current + (event.key === "]" ? 1 : -1) + busiest.length) % Math.max(1, busiest.length);
            const link = busiest[walk.current];
            const found = link && linkTip(state, link.link);
            if (found) setTip({ ...found, x: 16, y: 16, facility: `link:${link.link}` });
        } else if (event.key === "Enter" && tip?.facility) void select(tip.facility);
        else return;
        event.preventDefault();
    };
    return (
        <>
            <div
                class="map"
                ref={box}
                tabIndex={0}
                role="application"
                aria-label={t("map.label")}
                aria-describedby="map-keys"
                onKeyDown={pressed}
                onBlur={() => setTip(null)}
                onPointerDown={(e) => {
                    fingers.current.set(e.pointerId, offset(e));
                    dragged.current = 0;
                }}
                onPointerMove={moved}
                onPointerUp={(e) => fingers.current.delete(e.pointerId)}
                onPointerLeave={(e) => {
                    fingers.current.delete(e.pointerId);
                    setTip(null);
                }}
                onClick={clicked}
            >
                <p id="map-keys" class="unseen">
                    {t("map.keys")}
                </p>
                {drawn && (
                    <svg id="map-drawing" width={size.width} height={size.height} aria-hidden="true">
                        <g transform={`translate(${view.x},${view.y}) scale(${view.k})`}>
                            <Land drawn={drawn} classes={classes} />
                            {!many && <Links drawn={drawn} looks={looks} selected={shared.selected} />}
                        </g>
                        {many && (
                            <ManyLinks
                                paths={drawn.links}
                                looks={looks}
                                selected={shared.selected}
                                view={view}
                                width={size.width}
                                height={size.height}
                                theme={state.theme}
                                onLayer={(made) => (layer.current = made)}
                            />
                        )}
                        <Overlay
                            state={state}
                            classes={classes}
                            drawn={drawn}
                            posts={posts}
                            view={view}
                            width={size.width}
                            height={size.height}
                        />
                    </svg>
                )}
                <div class="zoom">
                    <button type="button" aria-label={t("map.in")} onClick={() => zoom(1.5)}>
                        +
                    </button>
                    <button type="button" aria-label={t("map.out")} onClick={() => zoom(1 / 1.5)}>
                        −
                    </button>
                    <button
                        type="button"
                        aria-label={t("map.whole")}
                        onClick={() => share({ view: { k: 1, x: 0, y: 0 } })}
                    >
                        ⤢
                    </button>
                </div>
                {tip && (
                    <div
                        class="tip"
                        role="status"
                        style={{
                            left: `${Math.min(tip.x + 14, size.width - 290)}px`,
                            top: `${Math.min(tip.y + 14, size.height - 150)}px`,
                        }}
                    >
                        <strong>{tip.title}</strong>
                        {tip.lines.map(([name, value]) => (
                            <div class="pair" key={name}>
                                <span>{name}</span>
                                <span>{value}</span>
                            </div>
                        ))}
                        {tip.source && <p class="source">{tip.source}</p>}
                    </div>
                )}
            </div>
            <Legend state={state} breaks={breaks} most={fullWidth(amountsOnLand(state))} />
        </>
    );
}

// Ships carry the most by far: the full width is that of the busiest links on land, and ships that carry more have it too.
function amountsOnLand(state: State): number[] {
    const { study, shared, filtered, run } = state;
    const sector = study?.sectors.findIndex((s) => s.id === shared.sector) ?? -1;
    const ships = new Set(study?.links.filter((l) => l.mode === "sea").map((l) => l.id));
    const land = (id: string) => !ships.has(id);
    return filtered
        ? [...filtered].filter(([id]) => land(id)).map(([, tonnes]) => tonnes)
        : (run.result?.map.links.filter((l) => land(l.link)).map((l) => tonnesOf(l, shared.shown, sector)) ?? []);
}
