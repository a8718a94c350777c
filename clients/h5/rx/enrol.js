// A person of the hospital, or its seal, becomes a signer.

import { $, el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { ask as register } from "../lib/session.js";
import { attempt } from "../sms/attempt.js";
import { all } from "./pages.js";
import { choice, form, radios, slot, text } from "./slot.js";

const ROLES = ["doctor", "pharmacist", "hospital"];
const [account, person] = [attempt(), attempt()];

/** What is over is renewed by enrolling again. */
const OVER = ["expired", "revoked"];

/** The form; whoever has an account and no good certificate can be chosen. */
export const openEnrol = (page) => page.act(async () => {
  const { state } = page;
  const known = new Set(state.signers.filter(({ state }) => !OVER.includes(state)).map(({ account_id }) => account_id));
  const staff = await all(register, "staff?limit=100");
  state.staff = staff.filter(({ account_id, state }) => state === "active" && !known.has(account_id));
  Object.assign(state, { view: "enrol", entered: { role: "doctor", account_id: "" } });
});

export function enrol(page) {
  const { entered } = page.state;
  const hospital = entered.role === "hospital";
  const ours = (key) => t(hospital ? `enrol.${key}` : `field.${key}`);
  const name = text(entered, "name", { required: true, minlength: "2", maxlength: "40" });
  const follow = () => {
    entered.account_id = "";
    page.show();
    $("[name=role]:checked").focus();
  };
  return [
    page.title("enrol.title"),
    page.trouble(),
    form(
      page,
      () => send(page),
      radios(entered, "role", "enrol.role", ROLES.map((role) => [role, t(`role.${role}`)]), follow),
      !hospital && slot(page, "account_id", t("field.account_id"), accounts(page, name), t("enrol.account.why")),
      el("div", { class: "slots" },
        slot(page, "name", ours("name"), name),
        slot(page, "employee_no", ours("employee_no"), text(entered, "employee_no", { required: true, maxlength: "32", pattern: "[A-Za-z0-9\\-]+" }), t("enrol.employee_no.why"))),
      el("div", { class: "slots" },
        slot(page, "id_number", ours("id_number"), text(entered, "id_number", { required: true, maxlength: "18", minlength: "18" })),
        slot(page, "phone", ours("phone"), text(entered, "phone", { type: "tel", required: true, maxlength: "20" }))),
      slot(page, "pin", t("sign.pin"), text(entered, "pin", { type: "password", inputmode: "numeric", autocomplete: "new-password", pattern: "[0-9]{6,12}", maxlength: "12" }), t("enrol.pin.why")),
      page.actions(el("button", { class: "primary", id: "enrol-do" }, t("enrol.do")), page.button("rx.back", page.back, { id: "back" })),
    ),
  ];
}

/** Accounts of the role, by which the person signs in; whoever has none gets one. */
function accounts({ state: { entered, staff } }, name) {
  const fit = staff.filter(({ role }) => role === entered.role);
  const called = () => {
    const chosen = fit.find(({ account_id }) => account_id === entered.account_id);
    if (chosen?.name) entered.name = name.value = chosen.name;
  };
  return choice(entered, "account_id", [["", t("enrol.account.new")], ...fit.map(({ account_id, name, phone }) => [account_id, [name, phone].filter(Boolean).join(" ")])], { after: called });
}

async function send({ state, ask }) {
  const { entered } = state;
  const said = (key) => entered[key]?.trim() || undefined;
  const [role, name, phone] = [entered.role, said("name"), said("phone")];
  if (role !== "hospital" && !entered.account_id) {
    const json = { role, name, phone };
    const made = await register("POST", "staff", { json, headers: account(json) });
    // Kept, for what follows may be refused and tried again.
    state.staff.push(made);
    entered.account_id = made.account_id;
  }
  const json = { account_id: entered.account_id || undefined, role, name, phone, employee_no: said("employee_no"), id_number: said("id_number"), pin: said("pin") };
  state.chosen = await ask("POST", "signers", { json, headers: person(json) });
  Object.assign(state, { view: "signer", entered: { done: "enrol" } });
}
