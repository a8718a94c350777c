// A drug of a prescription: how it is taken, and how much is handed out.

import { el, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { A_DAY, isMuch, quantity, units } from "./amount.js";
import { nameOf } from "./drugs.js";
import { choice, slot, text } from "./slot.js";

const number = { type: "number", min: "0", step: "any", inputmode: "decimal" };
const pairs = (values) => values.map((value) => [value, value]);

/** The controls of the drug at `index`; `changed` is called when it bears on the whole. */
export function itemView(page, draft, index, changed) {
  const item = draft.drugs[index];
  const path = (name) => `drugs[${index}].${name}`;
  const why = slot(page, path("more_because"), t("item.more_because"), text(item, "more_because", { maxlength: "100" }), t("item.more_because.why"));
  const many = text(item.quantity, "value", { ...number, after: () => { item.counted = false; follow(); } });
  const pack = choice(item.quantity, "unit", pairs(units(item.drug, item.quantity.unit, true)), { "aria-label": t("item.quantity_unit"), after: () => { item.counted = false; follow(); } });
  const counted = el("p", { class: "fine counted", role: "status" });

  /** What follows from dose, frequency and days. */
  function follow() {
    const wanted = quantity(item);
    if (item.counted && wanted) {
      item.quantity = Object.assign(item.quantity, wanted);
      [many.value, pack.value] = [wanted.value, wanted.unit];
    }
    const other = wanted && (Number(item.quantity.value) !== wanted.value || item.quantity.unit !== wanted.unit);
    counted.textContent = item.counted ? t("item.counted") : other ? t("item.needed", wanted) : "";
    why.hidden = !isMuch(item) && !item.more_because;
    changed();
  }
  const taken = { after: follow };
  const view = el(
    "li",
    { class: "item", "data-code": item.code },
    el("div", { class: "head" }, el("h4", {}, `${index + 1}. ${nameOf(item.code)}`),
      el("button", {
        type: "button", class: "quiet square", "aria-label": t("item.remove", { name: nameOf(item.code) }),
        onclick: () => { draft.drugs.splice(index, 1); page.state.problem = null; page.show(); },
      }, icon("close"))),
    el("div", { class: "slots" },
      el("div", { class: "pair" },
        slot(page, path("dose"), t("item.dose"), text(item.dose, "value", { ...number, ...taken })),
        choice(item.dose, "unit", pairs(units(item.drug, item.dose.unit)), { "aria-label": t("item.dose_unit"), ...taken })),
      slot(page, path("frequency"), t("item.frequency"), choice(item, "frequency", Object.keys(A_DAY).map((name) => [name, t(`frequency.${name}`)]), taken)),
      slot(page, path("route"), t("item.route"), text(item, "route", { maxlength: "20", list: "routes" })),
      slot(page, path("days"), t("item.days"), text(item, "days", { ...number, step: "1", inputmode: "numeric", ...taken })),
      el("div", { class: "pair" }, slot(page, path("quantity"), t("item.quantity"), many), pack)),
    counted,
    why,
  );
  follow();
  return view;
}
