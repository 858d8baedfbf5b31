// Labels that do not collide: the important ones first, each on the side where there is room, or not at all.

export type Wish = {
    id: string;
    text: string;
    x: number;
    y: number;
    size: number;
    gap: number;
    weight: number;
    centred?: boolean;
    kind: string;
};
export type Placed = Wish & { left: number; top: number; width: number; height: number };

// Wide enough for most fonts: letters of Chinese are as wide as high, others a bit over half.
export const textWidth = (text: string, size: number): number =>
    [...text].reduce(
        (sum, c) => sum + (c.codePointAt(0)! > 0x2e80 ? 1.02 : /[A-ZА-ЯӘҒҚҢӨҰҮҺІMWmwшщж]/.test(c) ? 0.68 : 0.54),
        0,
    ) * size;

const apart = (a: Placed, b: Placed) =>
    a.left + a.width + 2 <= b.left ||
    b.left + b.width + 2 <= a.left ||
    a.top + a.height + 1 <= b.top ||
    b.top + b.height + 1 <= a.top;

export function place(wishes: Wish[], width: number, height: number, most: number): Placed[] {
    const placed: Placed[] = [];
    for (const wish of [...wishes].sort((a, b) => b.weight - a.weight)) {
        if (placed.length >= most) break;
        const w = textWidth(wish.text, wish.size),
            h = wish.size * 1.25;
        const sides: [number, number][] = wish.centred
            ? [[-w / 2, -h / 2]]
            : [
                  [wish.gap, -h / 2],
                  [-wish.gap - w, -h / 2],
                  [-w / 2, -wish.gap - h],
                  [-w / 2, wish.gap],
              ];
        for (const [dx, dy] of sides) {
            const candidate: Placed = { ...wish, left: wish.x + dx, top: wish.y + dy, width: w, height: h };
            const inside =
                candidate.left >= 2 &&
                candidate.top >= 2 &&
                candidate.left + w <= width - 2 &&
                candidate.top + h <= height - 2;
            if (inside && placed.every((other) => apart(candidate, other))) {
                placed.push(candidate);
                break;
            }
        }
    }
    return placed;
}

// As much of a name as has room in a chart, whose letters are 10.5 high.
export function cut(name: string, width: number): string {
    if (textWidth(name, 10.5) <= width) return name;
    const letters = [...name];
    while (letters.length > 1 && textWidth(`${letters.join("")}…`, 10.5) > width) letters.pop();
    return `${letters.join("").trimEnd()}…`;
}
