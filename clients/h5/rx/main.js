// Prescriptions: a doctor writes and signs, a pharmacist looks and signs, a patient has them, anybody verifies them.
// What is shown follows from the address (`#verify=`, `#approve=`), from the session's role, and from where the user went.

import "../face/words.js";
import "./words.js";
import "./words-write.js";
import { Problem } from "../lib/api.js";
import { $, el } from "../lib/dom.js";
import { onLanguage, t } from "../lib/i18n.js";
import * as parts from "../lib/parts.js";
import { ask as register, asking, role, signOut, signedIn } from "../lib/session.js";
import { mountShell } from "../lib/shell.js";
import { code, phone } from "../lib/signin.js";
import { approve } from "./approve.js";
import { document as one } from "./document.js";
import { list } from "./list.js";
import { proof } from "./proof.js";
import { shift } from "./shift.js";
import { trouble } from "./trouble.js";
import { loadVerification, verify } from "./verify.js";
import { write } from "./write.js";

const ask = asking("ca-sign");
const VIEWS = {
  loading: () => [el("p", { role: "status" }, t("face.loading"))],
  unreachable: (page) => [page.trouble(), page.actions(page.button("face.again", load, { class: "primary" }), out())],
  stranger: (page) => [page.title("rx.stranger", "wait"), el("p", {}, t("rx.stranger.why")), page.actions(out())],
  phone: (page) => [...phone(page), anybody()],
  code,
  list: (page) => [...list(page), page.actions(out())],
  document: one,
  write,
  shift,
  proof,
  approve,
  verify,
};
const ROLES = ["doctor", "pharmacist", "patient"];

const main = $("#main");
/** What views read and change; `entered` is what was typed into small forms, `report` what a verification said. */
const state = {
  role: null, me: null, signer: null, documents: null, authorisations: [], document: null, draft: null, view: "list", route: {}, report: null, link: null, entered: {},
  phone: "", otp: null, problem: null, busy: false,
};

function stepOf() {
  if (state.view === "verify") return "verify";
  if (!signedIn()) return state.otp ? "code" : "phone";
  if (!ROLES.includes(role())) return "stranger";
  if (!state.documents) return state.problem ? "unreachable" : "loading";
  return state.view;
}

/** Learns what the user has to do with. */
async function refresh() {
  state.role = role();
  if (!ROLES.includes(state.role)) return;
  const none = (error) => (error.status === 404 ? null : Promise.reject(error));
  const [me, documents, signer] = await Promise.all([
    state.role === "patient" ? register("GET", "me") : null,
    ask("GET", state.view === "approve" ? "documents?limit=100" : "documents"),
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
    if (!signedIn()) Object.assign(state, { documents: null, document: null, draft: null, entered: {} });
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
  Object.assign(state, { documents: null, document: null, draft: null, signer: null, me: null, view: "list", entered: {}, otp: null });
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
follow();
onLanguage(show);
addEventListener("hashchange", follow);
if (signedIn() && state.view === "list") load();
