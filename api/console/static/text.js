// The text of a page with its evidence marked. Offsets of the service count characters, those of JavaScript UTF-16.
import { el } from "./dom.js";

/** Returns the text by regions, in <mark> where evidence (by its index) or a promoted domain stands. */
export function markedText(page, evidence) {
  const spans = [
    ...evidence.map((item, index) => ({ start: item.start, end: item.end, evidence: index, weight: item.weight })),
    ...page.promoted.map((item, index) => ({ start: item.start, end: item.end, promoted: index })),
  ].filter((span) => span.start !== null && span.end > span.start);
  const blocks = new Map(page.blocks.map((block) => [block.start, block]));
  const ends = spans.flatMap((span) => [span.start, span.end]);
  const places = positions(page.text, [0, ...ends, ...blocks.keys()]);
  const points = [...places.keys()];
  const box = el("div", {
    class: "text foreign", dir: "auto", role: "region", "aria-label": "Text of the page", tabindex: 0,
  });
  let part = null;
  let block = null;
  points.forEach((point, index) => {
    const begun = blocks.get(point);
    if (!block || (begun && begun.region !== part.dataset.region)) {
      part = el("div", { class: "part", "data-region": begun?.region ?? page.blocks[0]?.region ?? "" });
      box.append(part);
    }
    if (!block || begun) {
      block = el("p", { "data-kind": begun?.kind ?? "" });
      part.append(block);
    }
    const next = points[index + 1];
    const piece = page.text.slice(places.get(point), next === undefined ? undefined : places.get(next));
    const inside = spans.filter((span) => span.start <= point && point < span.end);
    if (piece) block.append(inside.length ? marked(piece, inside) : piece);
  });
  return box;
}

/** Scrolls to what carries a name ("evidence" or "promoted") and an index, and tells whether it is there. */
export function reveal(box, name, index) {
  box.querySelectorAll(".current").forEach((mark) => mark.classList.remove("current"));
  const found = box.querySelectorAll(`mark[data-${name}~="${index}"]`);
  found.forEach((mark) => mark.classList.add("current"));
  if (!found.length) return false;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  found[0].scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  found[0].focus({ preventScroll: true });
  return true;
}

/** Maps offsets in characters, in rising order, to offsets in UTF-16. */
export function positions(text, offsets) {
  const places = new Map();
  let characters = 0;
  let units = 0;
  for (const offset of [...new Set(offsets)].sort((a, b) => a - b)) {
    for (; characters < offset && units < text.length; characters += 1) {
      units += text.codePointAt(units) > 0xffff ? 2 : 1;
    }
    places.set(offset, units);
  }
  return places;
}

function marked(piece, inside) {
  const indexes = (name) => inside.map((span) => span[name]).filter((index) => index !== undefined).join(" ");
  const weight = inside.reduce((sum, span) => sum + (span.weight ?? 0), 0);
  return el(
    "mark",
    {
      tabindex: -1,
      "data-evidence": indexes("evidence") || null,
      "data-promoted": indexes("promoted") || null,
      class: weight < 0 ? "against" : null,
    },
    piece,
  );
}
