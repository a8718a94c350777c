// A patient hands a doctor the proof of who the patient is: a signed word that only ca-sign takes.

import { copy, el, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { ask as register } from "../lib/session.js";
import { shortTime } from "../sms/time.js";
import { choice, slot } from "./slot.js";

export function proof(page) {
  const { entered, me } = page.state;
  const patients = [me.patient, ...me.family].filter(Boolean);
  if (!me.verified && !patients.length) {
    return [page.title("proof.none", "wait"), el("p", {}, t("proof.none.why")), page.actions(el("a", { class: "go", href: "/register" }, t("proof.register")), page.button("rx.back", page.back, { id: "back" }))];
  }
  entered.patient ??= patients[0]?.patient_id ?? "";
  const given = entered.proof;
  const copied = el("p", { class: "fine", role: "status" });
  return [
    page.title("proof.title"),
    el("p", {}, t("proof.why")),
    page.trouble(),
    patients.length > 1 && slot(page, "who", t("proof.who"), choice(entered, "patient", patients.map(({ patient_id, name }) => [patient_id, name]), { after: () => { delete entered.proof; page.show(); } })),
    given && el("label", { for: "given" }, t("proof.given")),
    given && el("textarea", { id: "given", class: "code", readonly: true, rows: "5", onfocus: (event) => event.target.select() }, given.proof),
    given && el("p", { class: "fine" }, t("proof.until", { until: shortTime(given.expires_at) })),
    page.actions(
      given && el("button", { type: "button", class: "primary", id: "copy", onclick: () =>
        copy(given.proof).then(() => (copied.textContent = t("rx.copied")), () => (copied.textContent = t("rx.not_copied"))) }, icon("copy"), t("rx.copy")),
      page.button(given ? "proof.again" : "proof.make", () => page.act(async () => {
        entered.proof = await register("POST", "identity-proof", { json: { audience: "ca-sign", ...(entered.patient && { patient_id: entered.patient }) } });
      }), { class: given ? null : "primary", id: "make" }),
      page.button("rx.back", page.back, { class: "quiet", id: "back" }),
    ),
    copied,
  ];
}
