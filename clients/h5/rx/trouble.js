// What stood in the way. A refused prescription is told finding by finding, each with the paragraph it comes from.

import { $, el } from "../lib/dom.js";
import { known, t } from "../lib/i18n.js";

const REFUSED = "prescription_refused";
/** `field: text [code] (law)`, joined by `; `; a text may hold a semicolon itself. */
const FINDING = /([\w.[\]]+): (.+?) \[(\w+)\] \(([^)]*)\)(?:; |$)/g;

/** What is wrong with the prescription, by field. */
export function findings({ problem }) {
  if (problem?.code !== REFUSED) return [];
  return [...problem.detail.matchAll(FINDING)].map(([, field, text, code, law]) => ({ field, text, code, law }));
}

/** The id of the control of a field. */
export const idOf = (field) => `f-${field.replace(/\W+/g, "-").replace(/-$/, "")}`;

/** `drugs[0].dose` in words. */
function nameOf(field) {
  const [, number] = /\[(\d+)\]/.exec(field) ?? [];
  const key = `field.${field.replace(/\[\d+\]/, "")}`;
  return `${known(key) ? t(key) : field}${number === undefined ? "" : ` ${Number(number) + 1}`}`;
}

export function trouble(state) {
  const { problem } = state;
  if (!problem) return null;
  const found = findings(state);
  const words = [`rx.fail.${problem.code}`, `fail.${problem.code}`].find(known);
  const text = found.length ? t("rx.refused") : words ? t(words) : problem.detail || t("fail.server");
  return el(
    "div",
    { class: "problem", role: "alert", tabindex: "-1", "data-code": problem.code },
    el("p", {}, text),
    found.length > 0 && el("ul", { class: "findings" }, found.map(item)),
    problem.status >= 500 && problem.requestId && el("p", { class: "fine" }, t("rx.request"), " ", el("code", {}, problem.requestId)),
  );
}

const item = ({ field, text, code, law }) =>
  el("li", { "data-finding": code }, el("a", { href: `#${idOf(field)}`, onclick: (event) => lead(event, field) }, nameOf(field)), ` ${text}`, el("span", { class: "law" }, law));

/** To the field itself; the address stays. */
function lead(event, field) {
  event.preventDefault();
  const control = $(`#${idOf(field)}`) ?? $(`#${idOf(field.replace(/[.[].*$/, ""))}`);
  control?.focus();
  control?.scrollIntoView({ block: "center" });
}
