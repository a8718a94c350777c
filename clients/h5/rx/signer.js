// One signer, and what an administrator may do about it.

import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { longTime } from "../sms/time.js";
import { pairs } from "./sheet.js";
import { invited, standing } from "./signers.js";
import { form } from "./slot.js";

const DEEDS = { pending: ["refresh"], active: ["suspend", "refresh"], suspended: ["activate", "refresh"], expired: ["refresh"], revoked: [] };

export function signer(page) {
  const { chosen, entered } = page.state;
  return [
    page.title("signer.title"),
    page.trouble(),
    entered.done && el("p", { class: "fine", role: "status", id: "done" }, t(`deed.${entered.done}.done`)),
    el("article", { class: "sheet" },
      el("div", { class: "head" }, standing(chosen), el("code", {}, chosen.signer_id)),
      pairs(
        ["signer.name", chosen.name],
        ["enrol.role", t(`role.${chosen.role}`)],
        ["field.employee_no", chosen.employee_no],
        ["signer.certificate", chosen.certificate],
        ["signer.until", chosen.valid_until && longTime(chosen.valid_until)],
        ["signer.seal", t(chosen.has_seal ? "signer.seal.there" : "signer.seal.none")],
      ),
      invited(chosen)),
    page.actions(...DEEDS[chosen.state].map((deed) => page.button(`deed.${deed}`, () => page.act(() => change(page, deed)), { id: deed }))),
    chosen.state !== "revoked" && picture(page),
    chosen.state !== "revoked" && revocation(page),
    page.actions(page.button("rx.back", page.back, { id: "back" })),
  ];
}

const pathOf = ({ state }) => `signers/${state.chosen.signer_id}`;

async function change(page, deed) {
  const { state, ask } = page;
  try {
    state.chosen = await ask("POST", `${pathOf(page)}/${deed}`, { json: {} });
  } catch (error) {
    // Where the authority does not revoke, the signer is suspended all the same.
    state.chosen = await ask("GET", pathOf(page)).catch(() => state.chosen);
    throw error;
  }
  state.entered = { done: deed };
}

function picture(page) {
  const { state, ask } = page;
  const put = async (body) => {
    await ask("PUT", `${pathOf(page)}/seal`, { body, headers: { "content-type": "image/png" } });
    state.chosen = await ask("GET", pathOf(page));
    state.entered = { done: "seal" };
  };
  return el("div", { class: "slot" },
    el("label", { for: "seal-file" }, t("seal.choose")),
    el("input", { type: "file", id: "seal-file", accept: "image/png,.png", "aria-describedby": "seal-hint", onchange: ({ target: { files: [file] } }) => file && page.act(() => put(file)) }),
    el("p", { class: "fine", id: "seal-hint" }, t("seal.why")));
}

/** Asked twice, for there is no way back. */
const revocation = (page) =>
  el(
    "details",
    { class: "options", id: "revoke" },
    el("summary", {}, t("deed.revoke")),
    form(page, () => change(page, "revoke"),
      el("p", { class: "notice" }, t("revoke.why", { name: page.state.chosen.name })),
      el("label", { class: "check" }, el("input", { type: "checkbox", id: "sure", required: true }), t("revoke.sure")),
      page.actions(el("button", { id: "revoke-do" }, t("revoke.do")))),
  );
