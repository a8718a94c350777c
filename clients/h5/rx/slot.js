// Controls that write what is entered straight into an object, so that a view can be drawn anew at any time.

import { el, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { findings, idOf } from "./trouble.js";

/** A labelled control. `field` is its path in what is sent, where findings of the server are told. */
export function slot(page, field, label, control, hint) {
  const id = idOf(field);
  const found = note(page.state, field);
  const notes = [hint && `${id}-hint`, found?.id].filter(Boolean).join(" ");
  control.id = id;
  if (notes) control.setAttribute("aria-describedby", notes);
  if (found) {
    control.setAttribute("aria-invalid", "true");
    control.classList.add("doubt");
  }
  return el(
    "div",
    { class: "slot" },
    el("label", { for: id }, label),
    control,
    hint && el("p", { class: "fine", id: `${id}-hint` }, hint),
    found,
  );
}

/** What the server found wrong with a field. */
export function note(state, field) {
  const found = findings(state).filter((finding) => finding.field === field);
  return found.length > 0
    ? el("p", { class: "note", id: `${idOf(field)}-found` }, icon("alert"), el("span", {}, found.map(({ text, law }) => (law ? `${text}（${law}）` : text)).join(" ")))
    : null;
}

const keep = (object, key, after) => (event) => {
  object[key] = event.target.type === "checkbox" ? event.target.checked : event.target.value;
  after?.();
};

export const text = (object, key, { after, ...attributes } = {}) =>
  el("input", { type: "text", autocomplete: "off", maxlength: "200", ...attributes, value: object[key] ?? "", oninput: keep(object, key, after) });

export const area = (object, key, { after, ...attributes } = {}) =>
  el("textarea", { autocomplete: "off", spellcheck: "false", ...attributes, oninput: keep(object, key, after) }, object[key] ?? "");

/** Options are `[value, words]`. */
export const choice = (object, key, options, { after, ...attributes } = {}) =>
  el("select", { ...attributes, onchange: keep(object, key, after) },
    options.map(([value, words]) => el("option", { value, selected: String(value) === String(object[key]) }, words)));

export const check = (object, key, label, after) =>
  el("label", { class: "check" }, el("input", { type: "checkbox", checked: object[key], onchange: keep(object, key, after) }), t(label));

/** One of a few, by radio buttons; `options` are `[value, words]`. */
export const radios = (object, key, legend, options, after) =>
  el("fieldset", {}, el("legend", {}, t(legend)),
    options.map(([value, words]) =>
      el("label", {}, el("input", { type: "radio", name: key, value, checked: object[key] === value, onchange: keep(object, key, after) }), el("span", {}, words))));

/** A form whose submission is `work`. */
export const form = (page, work, ...children) =>
  el("form", { onsubmit: (event) => { event.preventDefault(); page.act(work); } }, ...children);
