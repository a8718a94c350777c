// What all charts share: a figure with a title and a legend around an SVG that is one picture with a label to whoever
// does not see it. They are drawn at the width they are shown in, so that letters stay letters.

import { el, svg } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

/** Groups in one chart, and characters of a label. */
export const MOST = 12;
const LABEL = 22;

export const cut = (text) => ([...text].length > LABEL ? `${[...text].slice(0, LABEL - 1).join("")}…` : text);

const swatch = ([tone, key]) => el("li", {}, svg("svg", { class: "swatch", viewBox: "0 0 12 12", "aria-hidden": "true" }, mark(tone, 6, 6)), t(key));

/** A point whose shape tells as much as its colour. */
export function mark(tone, x, y) {
  if (tone === "p95") return svg("rect", { class: "p95", x: x - 4.5, y: y - 4.5, width: 9, height: 9 });
  if (tone === "p99") return svg("path", { class: "p99", d: `M${x - 5.5} ${y + 4.5}h11l-5.5 -9.5z` });
  if (tone === "p50") return svg("circle", { class: "p50", cx: x, cy: y, r: 5 });
  return svg("rect", { class: tone, x: x - 6, y: y - 6, width: 12, height: 12, rx: 3 });
}

/** `draw(width)` gives `{height, parts}`; `said` is the chart in words. */
export function chart({ id, title, legend = [], said, draw, note }) {
  const place = el("div", { class: "drawing" });
  let drawn = 0;
  const watch = new ResizeObserver(([{ contentRect }]) => {
    const width = Math.floor(contentRect.width);
    if (width === drawn || width < 40) return;
    drawn = width;
    const { height, parts } = draw(width);
    const label = t("stats.label", { title, groups: said });
    place.replaceChildren(svg("svg", { role: "img", "aria-label": label, width, height, viewBox: `0 0 ${width} ${height}` }, parts));
  });
  watch.observe(place);
  return el(
    "figure",
    { class: "chart", "data-chart": id },
    el("figcaption", {}, el("h3", {}, title), legend.length > 0 && el("ul", { class: "legend" }, legend.map(swatch))),
    place,
    note && el("p", { class: "fine" }, note),
  );
}
