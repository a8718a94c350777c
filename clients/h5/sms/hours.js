// Charts over time: columns and lines from the first hour to the last, with a scale on the left and days or hours below.

import { svg } from "../lib/dom.js";
import { chart, mark } from "./chart.js";

const HEIGHT = 170;
const [LEFT, BOTTOM, TOP] = [66, 22, 10];
const two = (number) => String(number).padStart(2, "0");
/** An hour as the reader's clock has it. */
export const hourName = (at) => `${two(new Date(at).getMonth() + 1)}-${two(new Date(at).getDate())} ${two(new Date(at).getHours())}:00`;

/** Grid, scale and the times of the first, middle and last slot. */
function frame({ from, slots, size, most, shown }, width) {
  const y = (part) => TOP + (1 - part) * (HEIGHT - TOP - BOTTOM);
  const lines = [0, 0.5, 1].flatMap((part) => [
    svg("line", { class: "grid", x1: LEFT, x2: width, y1: y(part), y2: y(part) }),
    svg("text", { class: "scale", x: LEFT - 6, y: y(part) + 4, "text-anchor": "end" }, shown(most * part)),
  ]);
  const marks = slots < 3 ? [0] : [0, Math.floor((slots - 1) / 2), slots - 1];
  const names = marks.map((slot, i) => {
    const name = hourName(from + slot * size);
    const text = size > 3_600_000 ? name.slice(0, 5) : name.slice(6);
    const x = LEFT + ((slot + 0.5) * (width - LEFT)) / slots;
    return svg("text", { class: "scale", x, y: HEIGHT - 4, "text-anchor": ["start", "middle", "end"][slots < 3 ? 0 : i] }, text);
  });
  return [...lines, ...names];
}

const placeOf = (time, part, width) => ({
  x: LEFT + (time.slot * (width - LEFT)) / time.slots,
  y: TOP + (1 - part) * (HEIGHT - TOP - BOTTOM),
});

/** The slots from the first point to the last; `points` are `{at, ...}` in order of time. */
function axis(points, size) {
  const from = points[0].at;
  const slots = Math.round((points.at(-1).at - from) / size) + 1;
  return { from, size, slots, slotOf: ({ at }) => Math.round((at - from) / size) };
}

/** `points`: `{at, pieces: [[tone, number], ...]}`. */
export function columns(about, points, { size, shown = String }) {
  const time = axis(points, size);
  const most = Math.max(...points.map(({ pieces }) => pieces.reduce((sum, [, n]) => sum + n, 0)), about.least ?? 1);
  const draw = (width) => {
    const wide = Math.min(Math.max((width - LEFT) / time.slots - 2, 1), 48);
    const step = (width - LEFT) / time.slots;
    const parts = points.flatMap((point) => {
      let sum = 0;
      return point.pieces
        .filter(([, n]) => n > 0)
        .map(([tone, n]) => {
          const { x, y } = placeOf({ slot: time.slotOf(point), slots: time.slots }, (sum + n) / most, width);
          const height = (n / most) * (HEIGHT - TOP - BOTTOM);
          sum += n;
          return svg("rect", { class: tone, x: x + (step - wide) / 2, y, width: wide, height: Math.max(height - 1, 1), rx: wide > 6 ? 2 : 0 });
        });
    });
    return { height: HEIGHT, parts: [...frame({ ...time, most, shown }, width), ...parts] };
  };
  return chart({ ...about, draw });
}

/** Points are marked as long as they are few. */
const FEW = 48;

/** `points`: `{at, values: {tone: number}}`; a line for each tone, broken where an hour has no value. */
export function lines(about, points, { size, most, shown }) {
  const time = axis(points, size);
  const tones = about.legend.map(([tone]) => tone);
  const draw = (width) => {
    const at = (point, tone) => {
      const { x, y } = placeOf({ slot: time.slotOf(point) + 0.5, slots: time.slots }, Math.min(point.values[tone] / most, 1), width);
      return [x, y].map((value) => value.toFixed(1)).join(" ");
    };
    const marks = (tone) => points.filter(({ values }) => values[tone] !== undefined).map((point) => mark(tone, ...at(point, tone).split(" ").map(Number)));
    const parts = tones.flatMap((tone) => {
      let d = "";
      let last = -2;
      for (const point of points.filter(({ values }) => values[tone] !== undefined)) {
        const slot = time.slotOf(point);
        d += `${slot === last + 1 ? "L" : "M"}${at(point, tone)}${slot === last + 1 ? "" : "h.01"}`;
        last = slot;
      }
      return [svg("path", { class: `line ${tone}`, d }), ...(points.length <= FEW ? marks(tone) : [])];
    });
    return { height: HEIGHT, parts: [...frame({ ...time, most, shown }, width), ...parts] };
  };
  return chart({ ...about, draw });
}
