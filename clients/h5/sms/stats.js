// Statistics: how many arrived, how fast, at what cost.

import { call } from "../lib/api.js";
import { $, el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { templateName } from "./book.js";
import { groupCharts, hourCharts, percent, table, yuan } from "./figures.js";
import { hourName } from "./hours.js";
import { emptyBox } from "./outbox.js";
import { asProblem, problemBox } from "./problem.js";
import { carrierWord } from "./reasons.js";
import { daysAgo, shortTime } from "./time.js";

const form = $("#stats-form");
const state = { stats: null, problem: null };
let work = null;

/** Whole days by the reader's clock, today the last of them. */
function query() {
  const from = daysAgo(Math.max(Number(form.elements.days.value) - 1, 0));
  return new URLSearchParams({ by: form.elements.by.value, from: from.toISOString() });
}

async function load() {
  work?.abort();
  const mine = (work = new AbortController());
  $("#panel-stats").setAttribute("aria-busy", "true");
  try {
    const stats = await call("GET", `/v1/sms-send/stats?${query()}`, { signal: mine.signal });
    if (mine === work) Object.assign(state, { stats, problem: null });
  } catch (error) {
    if (mine === work) Object.assign(state, { stats: null, problem: asProblem(error) });
  }
  if (mine !== work) return;
  $("#panel-stats").setAttribute("aria-busy", "false");
  draw();
}

/** A group's name; what a person wrote keeps its language. */
const named = (by) => (key) => {
  if (by === "template" && key) return { label: templateName(key), lang: "zh-CN" };
  if (key === "") return { label: t(by === "vendor" ? "stats.none" : "outbox.free") };
  return { label: by === "carrier" ? carrierWord(key) : by === "hour" ? hourName(key) : key };
};

function tiles(groups) {
  const sum = (of) => groups.reduce((all, group) => all + of(group), 0);
  const submitted = sum((group) => group.submitted);
  const share = (part) => (submitted ? percent(part / submitted) : "–");
  const priced = groups.every(({ cost }) => cost !== undefined);
  const tile = (id, value, note) => el("div", { "data-tile": id }, el("dt", {}, t(`stats.${id}`)), el("dd", {}, el("strong", {}, value), note && el("span", { class: "fine" }, note)));
  const of = t("stats.of", { n: submitted });
  return el(
    "dl",
    { class: "tiles" },
    tile("messages", String(sum((group) => group.messages)), t("stats.since", { from: shortTime(state.stats.from) })),
    tile("delivered_share", share(sum((group) => group.delivered)), of),
    tile("within", share(sum((group) => (group.within_5_minutes_share ?? 0) * group.submitted)), of),
    // Without a price for every gateway a sum would say too little.
    tile("cost", priced ? yuan(sum((group) => group.cost)) : "–", priced ? t("stats.parts", { n: sum((group) => group.parts) }) : t("stats.unpriced")),
  );
}

export function draw() {
  const place = $("#stats");
  const { stats, problem } = state;
  if (problem) return place.replaceChildren(problemBox(problem, { retry: load }));
  if (!stats) return place.replaceChildren(el("p", { class: "fine" }, t("loading")));
  if (!stats.groups.length) return place.replaceChildren(emptyBox("stats.empty"));
  const open = $("#numbers")?.open ?? false;
  const name = named(stats.by);
  const charts = stats.by === "hour" ? hourCharts(stats.groups) : groupCharts(stats.groups, name);
  place.replaceChildren(tiles(stats.groups), el("div", { class: "charts" }, charts), table(stats.groups, name));
  place.dataset.by = stats.by;
  $("#numbers").open = open;
}

export function show() {
  load();
}

/** The file comes by a call like the rest: a plain link could not carry the key. */
async function download() {
  try {
    const blob = await call("GET", `/v1/sms-send/stats?${query()}&format=csv`, { headers: { accept: "text/csv, application/problem+json" } });
    const href = URL.createObjectURL(blob);
    const name = `sms-${form.elements.by.value}-${new Date().toISOString().slice(0, 10)}.csv`;
    el("a", { href, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
    $("#stats-status").textContent = name;
  } catch (error) {
    state.problem = asProblem(error);
    draw();
  }
}

form.addEventListener("change", load);
form.addEventListener("submit", (event) => event.preventDefault());
$("#csv").addEventListener("click", download);
addEventListener("templateschange", () => state.stats?.by === "template" && draw());
