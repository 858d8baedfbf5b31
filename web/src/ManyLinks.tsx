// Where the canvas of a large network stands in the drawing of the map, between land and labels.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Layer, Look } from "./manylinks.ts";
import type { View } from "./view.ts";

export const MANY = 5000; // links beyond which they are drawn on a canvas

type Props = {
    paths: Map<string, string>;
    looks: Look[];
    selected: string;
    view: View;
    width: number;
    height: number;
    theme: string;
    onLayer: (layer: Layer | null) => void;
};

// Changes when the system turns from light to dark.
function useDark(): boolean {
    const query = matchMedia("(prefers-color-scheme: dark)");
    const [dark, setDark] = useState(query.matches);
    useEffect(() => {
        const listener = () => setDark(query.matches);
        query.addEventListener("change", listener);
        return () => query.removeEventListener("change", listener);
    }, []);
    return dark;
}

export function ManyLinks({ paths, looks, selected, view, width, height, theme, onLayer }: Props) {
    const canvas = useRef<HTMLCanvasElement>(null);
    const [layer, setLayer] = useState<Layer | null>(null);
    const dark = useDark();
    useEffect(() => {
        let wanted = true;
        void import("./manylinks.ts").then((m) => {
            if (!wanted || !canvas.current) return;
            const made = m.layer(canvas.current, paths, looks);
            setLayer(made);
            onLayer(made);
        });
        return () => {
            wanted = false;
        };
    }, [paths, looks, theme, dark]);
    useEffect(() => {
        const frame = requestAnimationFrame(() => layer?.draw(view, width, height, selected));
        return () => cancelAnimationFrame(frame);
    }, [layer, view, width, height, selected]);
    return (
        <foreignObject class="many" x={0} y={0} width={width} height={height}>
            <canvas ref={canvas} style={{ width: `${width}px`, height: `${height}px` }} />
        </foreignObject>
    );
}
