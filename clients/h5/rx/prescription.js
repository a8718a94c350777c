// What a prescription says: diagnoses, the visit before, drugs, how long it is good.

import { $, el, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { itemOf, today } from "./draft.js";
import { finder } from "./drugs.js";
import { itemView } from "./item.js";
import { check, choice, slot, text } from "./slot.js";
import { findings } from "./trouble.js";

/** Days of supply that want no reason, usually and in an emergency. */
const SUPPLY = [7, 3];

export function prescription(page, draft) {
  const longerValid = slot(page, "longer_valid_because", t("field.longer_valid_because"), text(draft, "longer_valid_because", { maxlength: "100" }), t("write.reason"));
  const longerSupply = slot(page, "longer_supply_because", t("field.longer_supply_because"), text(draft, "longer_supply_because", { maxlength: "100" }), t("write.supply"));
  /** Reasons are asked for where the rules want them. */
  const follow = () => {
    longerValid.hidden = draft.valid_days === "1";
    const most = SUPPLY[Number(draft.emergency)];
    longerSupply.hidden = !draft.longer_supply_because && draft.drugs.every(({ days }) => days <= most);
  };
  follow();
  return [
    guardian(page, draft),
    el("h3", {}, t("field.diagnoses")),
    draft.diagnoses.map((_, index) => diagnosis(page, draft, index)),
    el("button", { type: "button", class: "quiet", id: "f-diagnoses", onclick: () => { draft.diagnoses.push({ code: "", name: "" }); page.show(); } }, icon("plus"), t("write.diagnosis")),
    el("h3", {}, t("field.revisit")),
    el("p", { class: "fine" }, t("write.revisit")),
    el("div", { class: "slots" },
      slot(page, "revisit", t("field.revisit.visit_id"), text(draft.revisit, "visit_id", { maxlength: "64" })),
      slot(page, "revisit.on", t("field.revisit.on"), text(draft.revisit, "on", { type: "date", max: today() })),
      slot(page, "revisit.diagnoses", t("field.revisit.diagnoses"), text(draft.revisit, "diagnoses"), t("write.codes"))),
    el("h3", {}, t("field.drugs")),
    finder((drug) => add(page, draft, drug)),
    el("ol", { class: "items" }, draft.drugs.map((_, index) => itemView(page, draft, index, follow))),
    el("datalist", { id: "routes" }, t("item.routes").split(" ").map((value) => el("option", { value }))),
    longerSupply,
    check(draft, "emergency", "write.emergency", follow),
    slot(page, "valid_days", t("field.valid_days"), choice(draft, "valid_days", ["1", "2", "3"].map((days) => [days, t("write.days", { days })]), { after: follow })),
    longerValid,
  ];
}

const diagnosis = (page, draft, index) =>
  el("div", { class: "slots" },
    slot(page, `diagnoses[${index}]`, t("field.diagnosis.code"), text(draft.diagnoses[index], "code", { maxlength: "40" })),
    slot(page, `diagnoses[${index}].name`, t("field.diagnosis.name"), text(draft.diagnoses[index], "name", { maxlength: "80" })));

function guardian(page, draft) {
  const wanted = findings(page.state).some(({ field }) => field === "guardian");
  return el("details", { class: "options", open: wanted || Boolean(draft.guardian.name) },
    el("summary", {}, t("write.guardian")),
    el("div", { class: "slots" },
      slot(page, "guardian", t("field.guardian"), text(draft.guardian, "name", { maxlength: "40" })),
      slot(page, "guardian.relation", t("field.guardian.relation"), text(draft.guardian, "relation", { maxlength: "20" }))));
}

function add(page, draft, drug) {
  draft.drugs.push(itemOf(drug));
  page.show();
  $(`#f-drugs-${draft.drugs.length - 1}-dose`).focus();
}
