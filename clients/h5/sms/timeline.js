// The steps of a message's life, each with how long it took since the one before.

import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { TONE, reasonWord, stateWord } from "./reasons.js";
import { longTime, span } from "./time.js";

/** What was said besides the reason: by the gateway, or by the guard that stopped it. */
export function besides({ gateway, reason, detail }) {
  if (!detail || reason === "no_receipt") return null; // the reason says it all
  const until = /^until (\S+)$/.exec(detail);
  if (until) return el("p", { class: "fine" }, t("life.until", { time: longTime(until[1]) }));
  const key = gateway ? "life.says" : reason === "intercepted" ? "life.word" : "life.detail";
  return el("p", { class: "fine" }, t(key), " ", el("span", { lang: "zh-CN" }, detail));
}

function step(event, before, first) {
  const { at, state, gateway, reason } = event;
  const took = before && new Date(at) - new Date(before.at);
  return el(
    "li",
    { class: reason === "no_receipt" ? "warn" : TONE[state], "data-state": state },
    el("p", { class: "step" }, el("strong", {}, first && state === "accepted" ? t("life.start") : stateWord(state)), gateway && el("span", { class: "fine" }, ` ${gateway}`)),
    el("p", { class: "fine" }, el("time", { datetime: at }, longTime(at)), took !== null && took !== undefined && el("span", { class: "took" }, `+${span(took)}`)),
    reason && el("p", { class: "why", "data-reason": reason }, reasonWord(reason)),
    besides(event),
  );
}

export function timeline(events) {
  const all = events.length > 1 && new Date(events.at(-1).at) - new Date(events[0].at);
  return el(
    "section",
    { "aria-labelledby": "steps-title" },
    el("div", { class: "head" }, el("h3", { id: "steps-title" }, t("life.steps")), all !== false && el("p", { class: "fine" }, t("life.total", { span: span(all) }))),
    el("ol", { class: "timeline" }, events.map((event, i) => step(event, events[i - 1] ?? null, i === 0))),
  );
}
