// Charts of groups: one row each, its name and numbers above its bar.

import { svg } from "../lib/dom.js";
import { MOST, chart, cut, mark } from "./chart.js";
import { t } from "../lib/i18n.js";

const ROW = 46;
const HEIGHT = 12;

/** Name on the left, numbers on the right, or below it where both would not fit. */
function heading({ label, lang, value }, y, width, below) {
  return [
    svg("text", { class: "name", x: 0, y: y + 14, lang }, cut(label)),
    svg("text", { class: "value", x: below ? 0 : width, y: y + (below ? 31 : 14), "text-anchor": below ? "start" : "end" }, value),
  ];
}

const track = (y, width) => svg("rect", { class: "track", x: 0, y, width, height: HEIGHT, rx: 4 });

function rowsChart(about, rows, draw, below = false) {
  const shown = rows.slice(0, MOST);
  const step = below ? ROW + 18 : ROW;
  return chart({
    ...about,
    said: shown.map(({ label, value }) => `${label} ${value}`).join("; "),
    note: rows.length > MOST ? t("stats.rest", { n: MOST }) : null,
    draw: (width) => ({
      height: shown.length * step,
      parts: shown.flatMap((row, i) => [heading(row, i * step, width, below), track(i * step + step - 24, width), draw(row, i * step + step - 24, width)].flat()),
    }),
  });
}

/** `rows`: `{label, value, pieces: [[tone, number], ...]}`, all bars to one scale. */
export function stacked(about, rows, most = Math.max(...rows.map(({ pieces }) => pieces.reduce((sum, [, n]) => sum + n, 0)))) {
  return rowsChart(about, rows, ({ pieces }, y, width) => {
    let x = 0;
    return pieces
      .filter(([, n]) => n > 0)
      .map(([tone, n]) => {
        const length = Math.min(n / (most || 1), 1) * width;
        const piece = svg("rect", { class: tone, x, y, width: Math.max(length - 1, 1.5), height: HEIGHT, rx: 3 });
        x += length;
        return piece;
      });
  });
}

/** `rows`: `{label, value, of: {p50, p95, p99}}` in milliseconds; the scale is of square roots, for tails are long. */
export function ranges(about, rows) {
  const most = Math.sqrt(Math.max(...rows.map(({ of }) => of.p99), 1));
  const at = (ms, width) => 7 + (Math.sqrt(ms) / most) * (width - 14);
  return rowsChart(
    about,
    rows,
    ({ of }, y, width) => {
      const [from, to, middle] = [at(of.p50, width), at(of.p99, width), y + HEIGHT / 2];
      // The slowest first, so that where all are the same the median is seen.
      return [svg("line", { class: "range", x1: from, x2: to, y1: middle, y2: middle }), ...["p99", "p95", "p50"].map((name) => mark(name, at(of[name], width), middle))];
    },
    true,
  );
}
