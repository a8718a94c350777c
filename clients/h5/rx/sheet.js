// A document laid out to be read before it is signed.

import { el, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { longTime } from "../sms/time.js";
import { namesIn } from "./drugs.js";
import { chip } from "./list.js";

/** Names with their values; what has none is left out. */
export const pairs = (...given) => el("dl", {}, given.filter(([, value]) => value).flatMap(([key, value]) => [el("dt", {}, t(key)), el("dd", {}, value)]));
const amount = ({ value, unit }) => `${value} ${unit}`;
const why = (key, text) => text && el("p", { class: "note" }, icon("alert"), el("span", {}, t(key, { text })));

/** Full years on the day it was written; months of a small child. */
function age(born, at) {
  const [from, to] = [new Date(born), new Date(at)];
  const months = (to.getFullYear() - from.getFullYear()) * 12 + to.getMonth() - from.getMonth() - Number(to.getDate() < from.getDate());
  return months < 36 ? t("sheet.months", { months }) : t("sheet.years", { years: Math.floor(months / 12) });
}

export function sheet(document) {
  const { kind, patient, author, visit_id, content, created_at, expires_at, document_id, version, note } = document;
  return el(
    "article",
    { class: "sheet" },
    el("div", { class: "head" }, chip(document), content.emergency && el("span", { class: "chip bad" }, t("sheet.emergency")), el("code", {}, document_id)),
    note && el("p", { class: "notice", id: "note" }, icon("alert"), el("span", {}, t(document.state === "voided" ? "sheet.voided" : "sheet.note", { note }))),
    pairs(
      ["sheet.patient", `${patient.name} ${patient.sex} ${age(patient.birth_date, created_at)}`],
      ["sheet.id_number", patient.id_number],
      ["sheet.visit", visit_id],
      ["sheet.department", content.department],
      ["sheet.author", `${author.name} ${author.employee_no}`],
      ["sheet.written", `${longTime(created_at)}${version > 1 ? ` ${t("list.version", { version })}` : ""}`],
      ["sheet.until", document.state === "open" && longTime(expires_at)],
    ),
    ...(kind === "prescription" ? prescription(document) : content.paragraphs.flatMap(({ heading, text }) => [heading && el("h3", {}, heading), el("p", { class: "text" }, text)])),
    signatures(document),
  );
}

const prescription = ({ content, drugs }) => [
  pairs(
    ["field.diagnoses", content.diagnoses.map(({ name, code }) => `${name} ${code}`).join("；")],
    ["field.revisit", content.revisit && `${content.revisit.on} ${content.revisit.visit_id} ${content.revisit.diagnoses.join(" ")}`],
    ["field.guardian", content.guardian && `${content.guardian.name} ${content.guardian.relation}`],
    ["field.valid_days", t("write.days", { days: content.valid_days })],
  ),
  el("h3", {}, t("field.drugs")),
  el("ol", { class: "taken" }, content.drugs.map(taken(namesIn(drugs)))),
  why("sheet.longer_supply", content.longer_supply_because),
  why("sheet.longer_valid", content.longer_valid_because),
];

const taken = (nameOf) => (item) =>
  el(
    "li",
    { "data-code": item.code },
    el("strong", {}, nameOf(item.code)),
    el("p", {}, t("sheet.taken", { dose: amount(item.dose), frequency: t(`frequency.${item.frequency}`), route: item.route, days: item.days, quantity: amount(item.quantity) })),
    why("sheet.much", item.more_because),
  );

const signatures = ({ signatures }) =>
  signatures.length > 0 && [
    el("h3", {}, t("sheet.signatures")),
    el("ul", { class: "signatures" }, signatures.map(({ role, state, signed_at, created_at, reason }) =>
      el("li", { "data-state": state }, el("strong", {}, t(`role.${role}`)), ` ${t(`signature.${state}`)} `,
        el("span", { class: "fine" }, longTime(signed_at ?? created_at)), reason && el("p", { class: "fine" }, reason)))),
  ];
