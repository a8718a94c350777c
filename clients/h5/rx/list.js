// Documents that one has to do with: a doctor's own, those that wait for a pharmacist, a patient's complete ones.

import { el, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { shortTime } from "../sms/time.js";
import { empty } from "./draft.js";
import { loadTemplates } from "./templates.js";

const CHIPS = { open: "", complete: "good", sent_back: "warn", voided: "plain", expired: "plain" };

/** Where a document is, as a chip. */
export const chip = ({ state, next_signer }) =>
  el("span", { class: `chip ${CHIPS[state]}`, "data-state": state }, t(state === "open" ? `state.open.${next_signer}` : `state.${state}`));

export const list = (page) => {
  const { role, documents } = page.state;
  return [
    page.title(`list.${role}`),
    signer(page),
    page.trouble(),
    page.actions(
      role === "doctor" && page.button("list.write", () => page.act(async () => {
        await loadTemplates(page);
        Object.assign(page.state, { draft: empty(), view: "write", entered: {} });
      }), { class: "primary", id: "write" }),
      role !== "patient" && page.button("list.shift", () => openShift(page), { id: "shift", disabled: !page.state.signer }),
      role === "patient" && page.button("list.proof", () => page.go("proof"), { class: "primary", id: "proof" }),
      page.button("list.verify", () => page.go("verify"), { id: "to-verify" }),
      page.button("list.refresh", () => page.act(page.refresh), { class: "quiet", id: "refresh" }),
    ),
    documents.items.length
      ? el("ul", { class: "documents" }, documents.items.map((document) => row(page, document)))
      : el("div", { class: "empty" }, icon("inbox"), el("p", {}, t(`list.${role}.none`))),
    documents.next_cursor && page.actions(page.button("list.more", () => page.act(() => more(page)), { id: "more" })),
  ];
};

/** What stands in the way of signing. */
function signer({ state: { role, signer } }) {
  if (role === "patient" || signer?.state === "active") return null;
  const key = signer ? `signer.${signer.state}` : "signer.none";
  return el("p", { class: "notice", id: "signer" }, icon("alert"), el("span", {}, t(key), signer?.invitation && el("a", { href: signer.invitation }, ` ${t("signer.go")}`)));
}

export function row(page, document) {
  const { document_id: id, kind, patient, author, content, drugs, note, created_at, version } = document;
  const own = page.state.role === "patient";
  // A patient knows a prescription by its drugs, a doctor by what was found.
  const what = kind === "prescription" ? ((own && drugs) || content.diagnoses).map(({ name }) => name).join("、") : content.title;
  const who = own ? author.name : `${patient.name} ${patient.sex}`;
  return el(
    "li",
    {},
    el("button", { type: "button", class: "document", "data-document": id, onclick: () => page.open(id) },
      el("span", { class: "who" }, who, version > 1 && el("span", { class: "fine" }, ` ${t("list.version", { version })}`)),
      chip(document),
      el("span", { class: "what" }, what),
      el("time", { class: "fine", datetime: created_at }, shortTime(created_at)),
      note && el("span", { class: "why" }, note)),
  );
}

/** Where the list begins; of an administrator, what waits for the hospital's seal. */
export const pathOf = (role) => (role === "admin" ? "documents?state=open&next_signer=hospital&limit=20" : "documents?limit=20");

export async function more({ state, ask }) {
  const next = await ask("GET", `${pathOf(state.role)}&cursor=${encodeURIComponent(state.documents.next_cursor)}`);
  state.documents = { ...next, items: [...state.documents.items, ...next.items] };
}

export const openShift = (page) => page.act(async () => {
  await loadShift(page);
  Object.assign(page.state, { view: "shift", entered: {} });
});

/** The authorisations of the user who signs. */
export async function loadShift({ state, ask }) {
  state.authorisations = (await ask("GET", `signers/${state.signer.signer_id}/authorisations`)).items;
}
