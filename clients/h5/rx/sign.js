// Signing: by the pin, by an authorisation of the shift, or by a code that is decided at the authority.

import { copy, el, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { attempt } from "../sms/attempt.js";
import { poll } from "../sms/poll.js";
import { form, radios, slot, text } from "./slot.js";

const idempotent = attempt();
/** How each signer signs: as the last time, by what the authority takes. */
const usual = new Map();
/** The page whose document is waited for. */
let waited = null;
const waiter = poll(async () => {
  const { state, ask, show } = waited;
  const before = state.document;
  const signature = before && underWay(before);
  if (state.view !== "document" || !signature) return false;
  if (state.busy) return true;
  // The signature alone: each reading of the document is in the audit log.
  const path = `documents/${before.document_id}`;
  const now = await ask("GET", `${path}/signatures/${signature.signature_id}`).catch(() => signature);
  const after = JSON.stringify(now) === JSON.stringify(signature) ? before : await ask("GET", path).catch(() => before);
  if (state.document !== before || state.view !== "document") return false;
  if (after !== before) {
    state.document = after;
    show(true);
  }
  return Boolean(underWay(after));
});

/** The signature that is being made, if one is. */
export const underWay = ({ signatures }) => signatures.find(({ state }) => ["submitting", "waiting", "received"].includes(state));

export function signing(page) {
  const { entered, signs, signer, document } = page.state;
  if (signer?.state !== "active") return [el("p", { class: "fine" }, t(signs === "hospital" ? "sign.cannot.hospital" : "sign.cannot"))];
  entered.mode ??= usual.get(signer.signer_id) ?? "pin";
  const pin = slot(page, "pin", t("sign.pin"), text(entered, "pin", { type: "password", inputmode: "numeric", autocomplete: "off", maxlength: "64" }));
  const hints = el("p", { class: "fine" });
  const follow = () => {
    pin.hidden = entered.mode !== "pin";
    hints.textContent = t(`sign.${entered.mode}.why`);
  };
  follow();
  return [
    el("h3", {}, t(`sign.${signs}`)),
    form(
      page,
      () => sign(page),
      radios(entered, "mode", "sign.how", ["pin", "authorised", "qr"].map((mode) => [mode, t(`sign.${mode}`)]), follow),
      hints,
      pin,
      page.actions(el("button", { class: "primary", id: "sign" }, t(signs === "doctor" && document.kind !== "prescription" ? "sign.doctor" : `sign.${signs}.do`))),
    ),
  ];
}

async function sign(page) {
  const { state, ask } = page;
  const { mode, pin } = state.entered;
  const json = { signer_id: state.signer.signer_id, mode, ...(mode === "pin" && { pin: pin ?? "" }) };
  const path = `documents/${state.document.document_id}/signatures`;
  const headers = idempotent({ path, ...json });
  state.entered = { mode };
  try {
    state.document = await ask("POST", path, { json, headers });
    idempotent.done();
    usual.set(json.signer_id, mode);
  } catch (error) {
    if (mode === "pin" && ["unsupported", "pin_not_set"].includes(error.code)) {
      usual.set(json.signer_id, "qr");
      state.entered = {};
    }
    // What was answered is not asked again; what was lost is.
    if (error.status) idempotent.done();
    throw error;
  }
}

/** What is shown while somebody has to decide. */
export function waiting(page) {
  const { document } = page.state;
  const { signature_id, invitation } = underWay(document);
  waited = page;
  waiter.start();
  if (!invitation) return [el("p", { class: "notice", role: "status", id: "waiting" }, icon("clock"), el("span", {}, t("sign.busy")))];
  const code = el("img", { class: "code", alt: t("sign.code"), hidden: true });
  draw(page, code, `documents/${document.document_id}/signatures/${signature_id}/code.svg`);
  const copied = el("span", { class: "fine", role: "status" });
  return [
    el("div", { class: "waiting", id: "waiting" },
      el("p", { role: "status" }, t("sign.wait")),
      code,
      el("div", { class: "actions" },
        el("a", { class: "go", id: "open", href: invitation }, t("sign.open")),
        el("button", { type: "button", id: "copy", onclick: async () => {
          await copy(new URL(invitation, location.href).href).then(() => (copied.textContent = t("rx.copied")), () => (copied.textContent = t("rx.not_copied")));
        } }, icon("copy"), t("rx.copy"))),
      copied),
  ];
}

/** The code as a picture; where it cannot be had there is the link. */
async function draw({ ask }, image, path) {
  try {
    const url = URL.createObjectURL(await ask("GET", path));
    image.addEventListener("load", () => {
      URL.revokeObjectURL(url);
      image.hidden = false;
    }, { once: true });
    image.src = url;
  } catch {
    image.remove();
  }
}
