// What stood in the way, at the field it is about; a refused prescription finding by finding, each with the paragraph it
// comes from.

import { $, el } from "../lib/dom.js";
import { known, t } from "../lib/i18n.js";

const REFUSED = "prescription_refused";
/** `field: text [code] (law)`, joined by `; `; a text may hold a semicolon itself. */
const FINDING = /([\w.[\]]+): (.+?) \[(\w+)\] \(([^)]*)\)(?:; |$)/g;

/** `字段 content.title 有误：...`, `field content.title: ...` */
const FIELD = /^(?:字段|field) (?:content\.)?([\w.[\]]+)(?: 有误：|: )(.+)$/s;

/** What is wrong with what was sent, by field. */
export function findings({ problem }) {
  if (problem?.code === "bad_field") {
    const [, field, text] = FIELD.exec(problem.detail) ?? [];
    return field ? [{ field, text, code: problem.code }] : [];
  }
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
  const text = found.length ? t(problem.code === REFUSED ? "rx.refused" : "rx.bad_field") : words ? t(words) : problem.detail || t("fail.server");
  return el(
    "div",
    { class: "problem", role: "alert", tabindex: "-1", "data-code": problem.code },
    el("p", {}, text),
    found.length > 0 && el("ul", { class: "findings" }, found.map(item)),
    problem.status >= 500 && problem.requestId && el("p", { class: "fine" }, t("rx.request"), " ", el("code", {}, problem.requestId)),
  );
}

const item = ({ field, text, code, law }) =>
  el("li", { "data-finding": code }, el("a", { href: `#${idOf(field)}`, onclick: (event) => lead(event, field) }, nameOf(field)), ` ${text}`, law && el("span", { class: "law" }, law));

/** To the field itself; the address stays. */
function lead(event, field) {
  event.preventDefault();
  const control = $(`#${idOf(field)}`) ?? $(`#${idOf(field.replace(/[.[].*$/, ""))}`);
  control?.focus();
  control?.scrollIntoView({ block: "center" });
}
