// Prescriptions: a doctor writes and signs, a pharmacist looks and signs, a patient has them, anybody verifies them.
// What is shown follows from the address (`#verify=`, `#approve=`), from the session's role, and from where the user went.

import "../face/words.js";
import "./words.js";
import "./words-write.js";
import "./words-admin.js";
import { Problem } from "../lib/api.js";
import { $, el } from "../lib/dom.js";
import { onLanguage, t } from "../lib/i18n.js";
import * as parts from "../lib/parts.js";
import { admit, ask as register, asking, role, signOut, signedIn } from "../lib/session.js";
import { mountShell } from "../lib/shell.js";
import { code, phone } from "../lib/signin.js";
import { approve, upToMeant } from "./approve.js";
import { dictionary } from "./dictionary.js";
import { document as one } from "./document.js";
import { enrol } from "./enrol.js";
import { list, pathOf } from "./list.js";
import { proof } from "./proof.js";
import { seals } from "./seals.js";
import { shift } from "./shift.js";
import { signer } from "./signer.js";
import { loadSigners, signers } from "./signers.js";
import { trouble } from "./trouble.js";
import { loadVerification, verify } from "./verify.js";
import { write } from "./write.js";

const ask = asking("ca-sign");
const VIEWS = {
  loading: () => [el("p", { role: "status" }, t("face.loading"))],
  unreachable: (page) => [page.trouble(), page.actions(page.button("face.again", load, { class: "primary" }), out())],
  phone: (page) => [...phone(page), anybody()],
  code,
  list: (page) => [...(state.role === "admin" ? signers : list)(page), page.actions(out())],
  document: one,
  write,
  shift,
  proof,
  approve,
  verify,
  signer,
  enrol,
  dictionary,
  seals,
};

/** Views that an address leads to, whoever follows it. */
const LED = ["verify", "approve"];

const main = $("#main");
/** What is kept of a user, before anything is known. */
const nobody = () => ({
  ready: false, role: null, signs: null, me: null, signer: null, signers: [], chosen: null, staff: [], documents: null, document: null, draft: null, authorisations: [],
  templates: null, entered: {},
});
/**
 * What views read and change: `signs` is the role that the user signs in, `signer` the one it signs as, `entered` what was typed into small
 * forms, `report` what a verification said.
 */
const state = {
  ...nobody(), view: "list", route: {}, report: null, link: null, phone: "", otp: null, problem: null, busy: false,
};

function stepOf() {
  if (state.view === "verify") return "verify";
  if (!signedIn()) return state.otp ? "code" : "phone";
  if (!state.ready) return state.problem ? "unreachable" : "loading";
  return state.view;
}

/** Learns what the user has to do with. */
async function refresh() {
  state.role = role();
  state.signs = state.role === "admin" ? "hospital" : state.role;
  await (state.role === "admin" ? refreshAdmin : refreshUser)();
  state.ready = true;
}

async function refreshAdmin() {
  const [documents] = await Promise.all([state.view === "approve" ? upToMeant(page) : null, loadSigners(page)]);
  state.documents = documents;
}

async function refreshUser() {
  const none = (error) => (error.status === 404 ? null : Promise.reject(error));
  const [me, documents, signer] = await Promise.all([
    state.role === "patient" ? register("GET", "me") : null,
    state.view === "approve" ? upToMeant(page) : ask("GET", pathOf(state.role)),
    state.role === "patient" ? null : ask("GET", "signers/me").catch(none),
  ]);
  Object.assign(state, { me, documents, signer });
}
const load = () => act(refresh);

/** Does something for the user; what came of it, or what stood in its way, is shown. */
async function act(work) {
  if (state.busy) return;
  Object.assign(state, { busy: true, problem: null });
  hold();
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Problem)) console.error(error);
    state.problem = error instanceof Problem ? error : new Problem({ code: "server" });
    if (!signedIn()) Object.assign(state, nobody(), !LED.includes(state.view) && { view: "list" });
    // Somebody else was quicker: what is shown is how it stands now.
    if (error.status === 409 && state.view === "document") await reread().catch(() => {});
  }
  state.busy = false;
  show(true);
}

async function reread() {
  state.document = await ask("GET", `documents/${state.document.document_id}`);
}

/** Until the next view nothing can be pressed twice. */
function hold() {
  for (const control of $("#step").querySelectorAll("button, input, select, textarea")) control.disabled = true;
}

function show(moved = false) {
  const step = stepOf();
  main.dataset.step = step;
  $("#step").replaceChildren(...VIEWS[step](page).flat().filter(Boolean));
  if (state.busy) hold();
  if (moved === true) ($("#step .problem") ?? $("#step [data-first]") ?? $("#step h2"))?.focus();
}

const out = () => page.button("rx.out", () => act(async () => {
  await signOut();
  Object.assign(state, nobody(), { view: "list", otp: null });
}), { class: "quiet", id: "out" });
const anybody = () => parts.actions(parts.button("rx.verify", () => page.go("verify"), { class: "quiet", id: "to-verify" }));

/** Parts that views are made of. */
const page = {
  state,
  ask,
  act,
  refresh,
  show,
  ...parts,
  trouble: () => trouble(state),
  /** Another view, without what the one before was about. */
  go(view, more = {}) {
    Object.assign(state, { view, problem: null, report: null, link: null, entered: {}, ...more });
    show(true);
  },
  open: (id) => act(async () => {
    const document = await ask("GET", `documents/${id}`);
    Object.assign(state, { document, view: "document", problem: null, report: null, link: null, entered: {} });
  }),
  back: () => act(async () => {
    Object.assign(state, { view: "list", document: null, draft: null, report: null, link: null, entered: {}, route: {} });
    await refresh();
  }),
};

/** Where the address leads, if it leads anywhere. */
function follow() {
  const [, view, value] = /^#(verify|approve)(?:=(.+))?$/.exec(location.hash) ?? [];
  if (!view) return;
  Object.assign(state, { view, route: { [view]: value }, report: null, problem: null, entered: {} });
  if (view === "verify") loadVerification(page);
  else if (signedIn()) load();
  else show();
}

mountShell("rx.title", { keyless: true });
if (!signedIn()) admit();
follow();
onLanguage(show);
addEventListener("hashchange", follow);
addEventListener("keychange", () => {
  if (!admit()) return;
  Object.assign(state, nobody(), { view: "list", otp: null });
  load();
});
if (signedIn() && state.view === "list") load();
