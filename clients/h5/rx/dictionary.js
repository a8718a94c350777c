// The drug dictionary: loaded whole as CSV, and looked through.

import { el, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { finder } from "./drugs.js";
import { pairs } from "./sheet.js";

const COLUMNS = "code,name,ingredient,specification,kind,control,unit,strength,strength_unit,pack,pack_unit,daily_most";

export function dictionary(page) {
  const { entered, problem } = page.state;
  const drug = el("div", { id: "drug", role: "status" });
  return [
    page.title("dictionary.title"),
    problem?.code === "dictionary_refused" ? refused(problem) : page.trouble(),
    entered.loaded !== undefined && el("p", { class: "report", role: "status", id: "loaded" }, t("dictionary.loaded", { count: entered.loaded })),
    el("h3", {}, t("dictionary.load")),
    el("p", { class: "fine" }, t("dictionary.why")),
    el("p", { class: "fine" }, el("code", {}, COLUMNS)),
    el("label", { for: "csv" }, t("dictionary.choose")),
    el("input", { type: "file", id: "csv", accept: "text/csv,.csv", onchange: ({ target: { files: [file] } }) => file && page.act(() => load(page, file)) }),
    el("h3", {}, t("dictionary.look")),
    finder((found) => drug.replaceChildren(...shown(found)), "dictionary"),
    drug,
    page.actions(page.button("rx.back", page.back, { id: "back" })),
  ];
}

async function load({ state, ask }, file) {
  state.entered = {};
  const { drugs } = await ask("PUT", "drugs", { body: textOf(await file.arrayBuffer()), headers: { "content-type": "text/csv" } });
  state.entered = { loaded: drugs };
}

/** Spreadsheets in China often save CSV as GB 18030. */
function textOf(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("gb18030").decode(bytes);
  }
}

/** Line by line, so that all can be mended at once. */
const refused = ({ code, detail }) =>
  el(
    "div",
    { class: "problem", role: "alert", tabindex: "-1", "data-code": code },
    el("h3", {}, icon("alert"), t("dictionary.refused")),
    el("ul", { class: "findings" }, [...detail.matchAll(/(?:第 |line )(\d+).*/g)].map(([words, line]) => el("li", { "data-line": line }, words))),
  );

const shown = ({ code, name, ingredient, specification, kind, control, unit, strength, strength_unit, pack, pack_unit, daily_most }) => [
  el("h4", {}, name),
  pairs(
    ["drug.code", code],
    ["drug.ingredient", ingredient],
    ["drug.specification", specification],
    ["drug.kind", t(`drug.kind.${kind}`)],
    ["drug.control", t(`drug.control.${control}`)],
    ["drug.strength", `${strength} ${strength_unit} / ${unit}`],
    ["drug.pack", `${pack} ${unit} / ${pack_unit}`],
    ["drug.daily_most", daily_most && `${daily_most} ${strength_unit}`],
  ),
];
