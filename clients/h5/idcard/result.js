// What was read: the straightened card with a box on every field, the fields beside it, alarms and quality in words.

import { copy, el, icon, svg } from "../lib/dom.js";
import { known, t } from "../lib/i18n.js";
import { explain } from "./findings.js";

const ORDER = [
  "name", "sex", "ethnicity", "birth_date", "address", "id_number",
  "issuing_authority", "valid_from", "valid_until",
];
/** Below it a person should check the field (as the interface defines it). */
const CHECK = 0.8;
const HIGH = 0.95;

const jpeg = (base64) => `data:image/jpeg;base64,${base64}`;
const fieldsOf = (card) => ORDER.filter((name) => name in card.fields);
const shown = (value) => (value === "long_term" ? t("value.long_term") : value);

function sureness(card, name) {
  const value = card.fields[name] ? (card.confidence[name] ?? 0) : 0;
  const level = value >= HIGH ? "high" : value >= CHECK ? "fair" : "low";
  return { level, percent: Math.floor(value * 100), word: t(`sure.${level}`) };
}

const needsCheck = (card, name) => sureness(card, name).level === "low" || (card.findings?.[name] ?? []).length > 0;

/** One sentence for those who do not see the page. */
export const summary = (card) =>
  t("result.said", {
    fields: fieldsOf(card).length,
    low: fieldsOf(card).filter((name) => needsCheck(card, name)).length,
    warnings: card.warnings.length,
  });

/** The card's picture; boxes and rows light up together. */
export function cardFigure(card, fallback) {
  if (!card.crops?.card) return el("img", { src: fallback, alt: t("photo.preview") });
  const [width, height] = card.rectified;
  const boxes = fieldsOf(card)
    .filter((name) => card.boxes?.[name])
    .map((name) =>
      svg("polygon", {
        points: widened(card.boxes[name]).map((point) => point.join(",")).join(" "),
        class: needsCheck(card, name) ? "box check" : "box",
        "data-field": name,
        onpointerenter: () => light(name, true),
        onpointerleave: () => light(name, false),
        onclick: () => goTo(name),
      }),
    );
  // The boxes repeat what the list says, so only the eye gets them.
  return [
    el("img", { src: jpeg(card.crops.card), alt: t("photo.card"), width, height }),
    svg("svg", { class: "boxes", viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" }, boxes),
  ];
}

/** Boxes end where the ink ends; around the print a line reads better. */
function widened(quad) {
  const [cx, cy] = [0, 1].map((axis) => quad.reduce((sum, point) => sum + point[axis] / quad.length, 0));
  return quad.map(([x, y]) => [x + 5 * Math.sign(x - cx), y + 5 * Math.sign(y - cy)]);
}

/** One field at a time, whether pointed at or focused. */
function light(name, on) {
  for (const node of document.querySelectorAll("[data-field]")) {
    if (on || node.dataset.field === name) node.classList.toggle("lit", on && node.dataset.field === name);
  }
}

function goTo(name) {
  const row = document.querySelector(`.field[data-field="${name}"]`);
  row?.scrollIntoView({ block: "nearest" });
  row?.querySelector("button")?.focus();
}

function row(card, name, say) {
  const value = card.fields[name];
  const sure = sureness(card, name);
  const label = t(`field.${name}`);
  const bar = el("span", { class: "bar", "aria-hidden": "true" }, el("span", {}));
  bar.firstChild.style.width = `${sure.percent}%`;
  return el(
    "div",
    {
      class: `field ${sure.level}`,
      "data-field": name,
      onpointerenter: () => light(name, true),
      onpointerleave: () => light(name, false),
      onfocusin: () => light(name, true),
      onfocusout: () => light(name, false),
    },
    el("dt", {}, label),
    el("dd", { class: value ? `value ${name}` : "value empty", lang: "zh-CN" }, value ? shown(value) : t("value.empty")),
    el(
      "dd",
      { class: "sure" },
      bar,
      el("span", { class: "visually-hidden" }, t("sure.label", sure)),
      el("span", { "aria-hidden": "true" }, `${sure.percent}% · ${sure.word}`),
    ),
    ...(card.findings?.[name] ?? []).map((finding) => el("dd", { class: "finding" }, icon("alert"), explain(finding))),
    el("dd", { class: "tool" }, value && copyButton(t("copy.one", { field: label }), shown(value), say)),
  );
}

function copyButton(label, text, say) {
  const onclick = () => copy(text).then(() => say(t("copy.done")), () => say(t("copy.failed")));
  return el("button", { class: "quiet square", "aria-label": label, title: label, onclick }, icon("copy"));
}

/** The list of fields with everything around it. `say` speaks to the status line. */
export function fieldList(card, requestId, say) {
  const all = fieldsOf(card).map((name) => `${t(`field.${name}`)}\t${shown(card.fields[name])}`).join("\n");
  return [
    el(
      "div",
      { class: "row" },
      el("span", { class: "chip" }, t(`result.${card.side}`)),
      card.warnings.length === 0 && el("span", { class: "chip good" }, icon("check"), t("result.clean")),
      el(
        "button",
        { class: "quiet end", onclick: () => copy(all).then(() => say(t("copy.done")), () => say(t("copy.failed"))) },
        icon("copy"),
        t("copy.all"),
      ),
    ),
    card.warnings.length > 0 && warningList(card.warnings),
    el("dl", { class: "fields" }, fieldsOf(card).map((name) => row(card, name, say))),
    el(
      "p",
      { class: "fine" },
      t("result.about", { seconds: (card.duration_ms / 1000).toFixed(2), engine: card.engine_version }),
      requestId && [" · ", t("result.request"), " ", el("code", {}, requestId)],
    ),
  ];
}

function warningList(warnings) {
  const items = warnings.map(({ code, name, detail }) => {
    const key = `warning.${Math.abs(code)}`;
    return el(
      "li",
      { "data-warning": name, title: detail },
      icon("alert"),
      el("div", {}, el("strong", {}, known(key) ? t(key) : name), el("p", {}, known(key) ? t(`${key}.do`) : detail)),
    );
  });
  return el("div", { class: "warnings" }, el("h3", {}, t("result.warnings")), el("ul", {}, items));
}

/** Portrait and how fit the photograph was. */
export function extras(card) {
  // Glare is the share of the card that is burnt out: a few hundredths hide a line of print.
  const words = (good, fair) => (good ? "good" : fair ? "fair" : "poor");
  const { sharpness, glare, completeness } = card.quality;
  const marks = {
    sharpness: words(sharpness >= 0.6, sharpness >= 0.35),
    glare: words(glare <= 0.02, glare <= 0.08),
    completeness: words(completeness >= 0.95, completeness >= 0.8),
  };
  return [
    card.crops?.portrait &&
      el("figure", { class: "portrait" }, el("img", { src: jpeg(card.crops.portrait), alt: "" }), el("figcaption", {}, t("photo.portrait"))),
    el(
      "ul",
      { class: "quality" },
      Object.entries(marks).map(([name, mark]) =>
        el("li", { class: mark }, el("span", {}, t(`quality.${name}`)), el("strong", {}, t(`quality.${mark}`))),
      ),
    ),
  ];
}
