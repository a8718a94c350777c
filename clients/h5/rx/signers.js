// What an administrator begins with: who may sign, and how each stands.

import { copy, el, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { longTime } from "../sms/time.js";
import { openEnrol } from "./enrol.js";
import { openShift } from "./list.js";
import { all } from "./pages.js";
import { openSeals } from "./seals.js";

const CHIPS = { pending: "warn", active: "good", suspended: "bad", revoked: "plain", expired: "plain" };

/** How a signer stands, as a chip. */
export const standing = ({ state }) => el("span", { class: `chip ${CHIPS[state]}`, "data-state": state }, t(`standing.${state}`));

export const signers = (page) => {
  const { signers, signer } = page.state;
  return [
    page.title("signers.title"),
    page.trouble(),
    signer?.state !== "active" && el("p", { class: "notice" }, icon("alert"), el("span", {}, t("signers.no_seal"))),
    page.actions(
      page.button("enrol.title", () => openEnrol(page), { class: "primary", id: "enrol" }),
      page.button("dictionary.title", () => page.go("dictionary"), { id: "dictionary" }),
      page.button("seals.title", () => openSeals(page), { id: "seals" }),
      signer && page.button("shift.seal", () => openShift(page), { id: "shift" }),
      page.button("list.verify", () => page.go("verify"), { id: "to-verify" }),
      page.button("list.refresh", () => page.act(page.refresh), { class: "quiet", id: "refresh" }),
    ),
    signers.length
      ? el("ul", { class: "documents" }, signers.map((signer) => row(page, signer)))
      : el("div", { class: "empty" }, icon("inbox"), el("p", {}, t("signers.none"))),
  ];
};

function row(page, signer) {
  const { signer_id, name, role, employee_no, valid_until } = signer;
  return el(
    "li",
    {},
    el("button", { type: "button", class: "document", "data-signer": signer_id, onclick: () => page.go("signer", { chosen: signer }) },
      el("span", { class: "who" }, name),
      standing(signer),
      el("span", { class: "what" }, `${t(`role.${role}`)} ${employee_no}`),
      valid_until && el("span", { class: "fine" }, t("signers.until", { until: longTime(valid_until).slice(0, 10) }))),
    invited(signer),
  );
}

/** What the person has to open first, to be handed on. */
export function invited({ state, invitation }) {
  if (state !== "pending" || !invitation) return null;
  const said = el("span", { class: "fine", role: "status" });
  const done = (key) => () => (said.textContent = t(key));
  return el(
    "p",
    { class: "given", "data-invitation": true },
    el("span", {}, t("invitation.why"), " ", el("a", { href: invitation, target: "_blank", rel: "noopener" }, t("invitation.open"))),
    said,
    el("button", { type: "button", onclick: () => copy(new URL(invitation, location.href).href).then(done("rx.copied"), done("rx.not_copied")) }, icon("copy"), t("rx.copy")),
  );
}

/** All of them, and the hospital's own seal among them, by which an administrator signs. */
export async function loadSigners({ state, ask }) {
  const signers = await all(ask, "signers?limit=100");
  const seals = signers.filter(({ role }) => role === "hospital");
  Object.assign(state, { signers, signer: seals.find(({ state }) => state === "active") ?? seals[0] ?? null });
}
