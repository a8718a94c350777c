// Which charts the statistics get, and their numbers as a table.

import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { ranges, stacked } from "./bars.js";
import { columns, hourName, lines } from "./hours.js";
import { span } from "./time.js";

const HOUR = 3_600_000;
export const percent = (share) => (share === undefined || share === null ? "–" : `${(Math.floor(share * 1000) / 10).toFixed(1)}%`);
export const yuan = (cost) => (cost === undefined || cost === null ? "–" : cost.toFixed(2));
const badOf = (group) => group.failed + group.expired + group.dead;

const OUTCOMES = [["good", "outcome.delivered"], ["brand", "outcome.under_way"], ["bad", "outcome.bad"], ["muted", "outcome.cancelled"]];
const SHARES = [["good", "stats.delivered_share"], ["brand", "stats.within"]];
const RANKS = [["p50", "p50"], ["p95", "p95"], ["p99", "p99"]];
const pieces = (group) => [["good", group.delivered], ["brand", group.under_way], ["bad", badOf(group)], ["muted", group.cancelled]];
const ranks = (of) => RANKS.map(([name]) => `${name} ${span(of[name])}`).join(" · ");

/** For groups that are no times; `named(key)` gives `{label, lang}`. */
export function groupCharts(groups, named) {
  const rows = [...groups].sort((a, b) => b.messages - a.messages).map((group) => ({ group, ...named(group.key) }));
  const about = (id, legend = []) => ({ id, title: t(`stats.${id}`), legend });
  const timed = (name) => rows.filter(({ group }) => group[name]).map((row) => ({ ...row, of: row.group[name], value: ranks(row.group[name]) }));
  const outcomes = rows.map((row) => ({ ...row, value: t("stats.outcome", row.group), pieces: pieces(row.group) }));
  const share = (name) => rows.filter(({ group }) => group[name] !== undefined).map((row) => ({ ...row, value: percent(row.group[name]), pieces: [["good", row.group[name]]] }));
  const costs = rows.filter(({ group }) => group.cost !== undefined && group.parts > 0).map((row) => ({ ...row, value: yuan(row.group.cost), pieces: [["brand", row.group.cost]] }));
  const [delivered, within, submit, receipt] = [share("delivered_share"), share("within_5_minutes_share"), timed("submit_ms"), timed("receipt_ms")];
  return [
    stacked(about("outcomes", OUTCOMES), outcomes),
    delivered.length > 0 && stacked(about("delivered_share"), delivered, 1),
    within.length > 0 && stacked(about("within"), within, 1),
    submit.length > 0 && ranges(about("submit", RANKS), submit),
    receipt.length > 0 && ranges(about("receipt", RANKS), receipt),
    costs.length > 0 && stacked(about("cost"), costs),
  ].filter(Boolean);
}

/** Hours of one day put together; percentiles cannot be. */
function days(groups) {
  const all = new Map();
  for (const group of groups) {
    const date = new Date(group.key);
    const at = new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
    const day = all.get(at) ?? { at, messages: 0, delivered: 0, under_way: 0, failed: 0, expired: 0, dead: 0, cancelled: 0, cost: 0 };
    for (const name of Object.keys(day)) if (name !== "at") day[name] += group[name] ?? 0;
    all.set(at, day);
  }
  return [...all.values()];
}

/** For hours. */
export function hourCharts(groups) {
  const hours = groups.map((group) => ({ ...group, at: Date.parse(group.key) }));
  const long = hours.at(-1).at - hours[0].at > 72 * HOUR;
  const [slots, size] = long ? [days(groups), 24 * HOUR] : [hours, HOUR];
  const said = hours.slice(-24).map((hour) => `${hourName(hour.at)} ${t("stats.outcome", hour)}`).join("; ");
  const about = (id, legend = []) => ({ id, title: t(`stats.${id}`), legend, said });
  const timed = (name) => hours.filter((hour) => hour[name]).map(({ at, [name]: of }) => ({ at, values: of }));
  const latency = (id, points) => {
    const most = Math.max(...points.map(({ values }) => values.p99), 1);
    return points.length > 0 && lines(about(id, RANKS), points, { size: HOUR, most, shown: span });
  };
  const shares = hours
    .filter(({ delivered_share }) => delivered_share !== undefined)
    .map(({ at, delivered_share, within_5_minutes_share }) => ({ at, values: { good: delivered_share, brand: within_5_minutes_share } }));
  const costs = slots.filter(({ cost }) => cost > 0).map(({ at, cost }) => ({ at, pieces: [["brand", cost]] }));
  return [
    columns(about("outcomes", OUTCOMES), slots.map((slot) => ({ at: slot.at, pieces: pieces(slot) })), { size, shown: (n) => String(Math.round(n * 10) / 10) }),
    shares.length > 0 && lines(about("delivered_share", SHARES), shares, { size: HOUR, most: 1, shown: (share) => `${share * 100}%` }),
    latency("submit", timed("submit_ms")),
    latency("receipt", timed("receipt_ms")),
    costs.length > 0 && columns({ ...about("cost"), least: 0.01 }, costs, { size, shown: yuan }),
  ].filter(Boolean);
}

const COUNTS = ["messages", "submitted", "delivered", "under_way", "failed", "expired", "cancelled", "dead", "parts"];

export function table(groups, named) {
  const cells = (group) => [
    ...COUNTS.map((name) => [name, group[name]]),
    ["delivered_share", percent(group.delivered_share)],
    ["within", percent(group.within_5_minutes_share)],
    ["cost", yuan(group.cost)],
    ["submit", group.submit_ms ? ranks(group.submit_ms) : "–"],
    ["receipt", group.receipt_ms ? ranks(group.receipt_ms) : "–"],
  ];
  const head = ({ label, lang }) => el("th", { scope: "row", lang }, label);
  const word = (name) => t(COUNTS.includes(name) ? `column.${name}` : `stats.${name}`);
  const heads = [...COUNTS, "delivered_share", "within", "cost", "submit", "receipt"];
  return el(
    "details",
    { class: "options", id: "numbers" },
    el("summary", {}, t("stats.table")),
    el(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": t("stats.table") },
      el(
        "table",
        {},
        el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("column.key")), heads.map((name) => el("th", { scope: "col" }, word(name))))),
        el("tbody", {}, groups.map((group) => el("tr", { "data-key": group.key }, head(named(group.key)), cells(group).map(([name, value]) => el("td", { "data-column": name }, String(value)))))),
      ),
    ),
  );
}
