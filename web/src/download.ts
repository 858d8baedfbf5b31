// Files made by the page itself: texts, and drawings with their style written into them.

export function download(name: string, type: string, content: BlobPart): void {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

const KEPT = [
    "fill",
    "fill-opacity",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "stroke-linecap",
    "stroke-opacity",
    "opacity",
    "font-family",
    "font-size",
    "font-weight",
    "letter-spacing",
    "text-anchor",
    "paint-order",
    "vector-effect",
    "display",
];

// The drawing by itself, as it looks on the page now.
export function svgText(drawing: SVGSVGElement): string {
    const copy = drawing.cloneNode(true) as SVGSVGElement;
    const originals = drawing.querySelectorAll<SVGElement>("*");
    copy.querySelectorAll<SVGElement>("*").forEach((element, i) => {
        const style = getComputedStyle(originals[i]!);
        for (const name of KEPT) element.style.setProperty(name, style.getPropertyValue(name));
        element.removeAttribute("class");
    });
    copy.querySelectorAll("[data-link]").forEach((e) => e.remove());
    // Links on a canvas go along as a picture.
    const canvas = drawing.querySelector("canvas");
    const frame = copy.querySelector("foreignObject");
    if (canvas && frame) {
        const picture = document.createElementNS("http://www.w3.org/2000/svg", "image");
        picture.setAttribute("href", canvas.toDataURL());
        for (const side of ["width", "height"]) picture.setAttribute(side, frame.getAttribute(side)!);
        frame.replaceWith(picture);
    }
    const { width, height } = drawing.getBoundingClientRect();
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    ground.setAttribute("width", "100%");
    ground.setAttribute("height", "100%");
    ground.setAttribute("fill", getComputedStyle(drawing.closest(".map, figure") ?? document.body).backgroundColor);
    copy.insertBefore(ground, copy.firstChild);
    return new XMLSerializer().serializeToString(copy);
}

export async function pngOf(drawing: SVGSVGElement, name: string): Promise<void> {
    const { width, height } = drawing.getBoundingClientRect();
    const picture = new Image();
    picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(drawing))}`;
    await picture.decode();
    const canvas = document.createElement("canvas");
    canvas.width = width * 2;
    canvas.height = height * 2;
    const pen = canvas.getContext("2d")!;
    pen.scale(2, 2);
    pen.drawImage(picture, 0, 0, width, height);
    canvas.toBlob((blob) => {
        if (blob) download(name, "image/png", blob);
    });
}
