// The hospital's drug dictionary: what a code means, and looking for a drug.

import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { asking } from "../lib/session.js";

const ask = asking("ca-sign");
const WAIT_MS = 250;
const known = new Map();

const lookUp = async (wanted) => {
  const { items } = await ask("GET", `drugs?q=${encodeURIComponent(wanted)}`);
  for (const drug of items) known.set(drug.code, drug);
  return items;
};

/** Learns what codes mean; one that the dictionary does not hold stays a code. */
export const learn = (codes) => Promise.all(codes.filter((code) => !known.has(code)).map(lookUp));

export const drugOf = (code) => known.get(code) ?? null;

export const nameOf = (code) => {
  const drug = drugOf(code);
  return drug ? `${drug.name} ${drug.specification}` : code;
};

/** What codes mean in a document that says so itself: it is signed, the dictionary may be another by now. */
export function namesIn(drugs = []) {
  const named = new Map(drugs.map(({ code, name, specification }) => [code, `${name} ${specification}`]));
  return (code) => named.get(code) ?? nameOf(code);
}

/** Looks while one types; `take(drug)` is called with what was chosen. Its `words` are of what it is for. */
export function finder(take, words = "drug") {
  let timer = 0;
  let asked = 0;
  const found = el("ul", { class: "found" });
  const status = el("p", { class: "fine", id: "found", role: "status" });
  const input = el("input", {
    type: "search", id: "f-drugs", autocomplete: "off", maxlength: "40", "aria-describedby": "found",
    oninput: () => { clearTimeout(timer); timer = setTimeout(look, WAIT_MS); },
    onkeydown: (event) => { if (event.key === "Enter") { event.preventDefault(); clearTimeout(timer); look(); } },
  });

  async function look() {
    const mine = ++asked;
    const wanted = input.value.trim();
    if (!wanted) return show([], "");
    try {
      const items = await lookUp(wanted);
      if (mine === asked) show(items, items.length ? t(`${words}.found`, { count: items.length }) : t(`${words}.none`));
    } catch (error) {
      if (mine === asked) show([], error.detail || t("fail.network"));
    }
  }
  function show(items, said) {
    status.textContent = said;
    found.replaceChildren(...items.map((drug) =>
      el("li", {}, el("button", { type: "button", "data-code": drug.code, onclick: () => take(drug) }, el("strong", {}, drug.name), el("span", { class: "fine" }, `${drug.specification} · ${drug.code}`)))));
  }
  return el("div", { class: "slot" }, el("label", { for: "f-drugs" }, t(`${words}.search`)), input, status, found);
}
