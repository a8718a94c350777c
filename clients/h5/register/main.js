// The patient's way to a real name: signed in, both sides of the card, what was read confirmed, a face or a person, done.
// What is shown follows from the session and from the case as the server last told it.

import "../idcard/words.js";
import "../face/words.js";
import "./words.js";
import { recorder } from "../face/recorder.js";
import { Problem } from "../lib/api.js";
import { $, el } from "../lib/dom.js";
import { known, onLanguage, t } from "../lib/i18n.js";
import * as parts from "../lib/parts.js";
import { ask, signedIn } from "../lib/session.js";
import { mountShell } from "../lib/shell.js";
import { code, phone } from "../lib/signin.js";
import { card } from "./card.js";
import { confirm } from "./confirm.js";
import { compare, consent, document as byDocument, liveness } from "./face.js";
import { home, over } from "./home.js";

const VIEWS = {
  loading: () => [el("p", { role: "status" }, t("face.loading"))],
  unreachable: (page) => [page.trouble(), page.actions(page.button("face.again", load, { class: "primary" }))],
  phone,
  code,
  home,
  id_card_front: card("front"),
  id_card_back: card("back"),
  confirm,
  consent,
  liveness,
  compare,
  document: byDocument,
  review: over("wait"),
  done: over("good"),
  failed: over("bad"),
  expired: over("bad"),
};
/** Where each view is on the way. */
const WAY = [["phone", "code"], ["id_card_front", "id_card_back"], ["confirm"], ["consent", "liveness", "compare", "document"], ["done", "review"]];

const main = $("#main");
/** What views read and change. `identity` is the case under way, `otp` the code that was sent. */
const state = { me: null, identity: null, consented: false, phone: "", otp: null, problem: null, busy: false };

function stepOf() {
  if (!signedIn()) return state.otp ? "code" : "phone";
  if (!state.me) return state.problem ? "unreachable" : "loading";
  const { identity, consented } = state;
  if (!identity || identity.state === "cancelled") return "home";
  if (identity.state !== "open") return identity.state;
  return identity.next === "liveness" && !consented ? "consent" : identity.next;
}

/** Cases that the patient goes on with, waits for, or is told about when the page is opened. */
const SHOWN = ["open", "review", "failed"];

/** Learns what is known of the patient. */
async function refresh() {
  const [me, cases, consents] = await Promise.all([ask("GET", "me"), ask("GET", "identity"), ask("GET", "me/consents")]);
  const newest = cases.items[0];
  state.me = me;
  state.identity = SHOWN.includes(newest?.state) ? newest : null;
  state.consented = consents.items.some((given) => given.what === "face" && !given.withdrawn_at);
}
const load = () => act(refresh);

/** Does something for the patient; what came of it, or what stood in its way, is shown. */
async function act(work) {
  if (state.busy) return;
  Object.assign(state, { busy: true, problem: null });
  hold();
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Problem)) console.error(error);
    state.problem = error instanceof Problem ? error : new Problem({ code: "server" });
    if (!signedIn()) Object.assign(state, { me: null, identity: null });
    // The case tells why, and whether it is still where it was.
    if (state.identity && [409, 410, 422].includes(error.status)) {
      state.identity = await ask("GET", `identity/${state.identity.case_id}`).catch(() => state.identity);
    }
  }
  state.busy = false;
  show(true);
}

/** Until the next view nothing can be pressed twice. */
function hold() {
  for (const control of $("#step").querySelectorAll("button, input, select")) control.disabled = true;
}

function show(moved = false) {
  if (!recorder.hidden) return;
  const step = stepOf();
  main.dataset.step = step;
  drawWay(step);
  $("#step").replaceChildren(...VIEWS[step](page).flat().filter(Boolean));
  if (state.busy) hold();
  if (moved === true) ($("#step [data-first]") ?? $("#step h2"))?.focus();
  // Nobody has to ask for a comparison.
  if (step === "compare" && !state.problem && !state.busy) page.goOn();
}

function drawWay(step) {
  const now = WAY.findIndex((steps) => steps.includes(step));
  $("#way").hidden = now < 0;
  const part = (_, i) => el("li", { class: i < now ? "past" : i === now ? "now" : null, "aria-current": i === now ? "step" : null }, t(`way.${i}`));
  $("#way").replaceChildren(...WAY.map(part));
}

/** Parts that views are made of. */
const page = {
  state,
  act,
  refresh,
  show,
  goOn: () => compare.run(page),
  ...parts,
  trouble() {
    const { problem, identity } = state;
    const failure = !problem && identity?.failure;
    if (!problem && !failure) return null;
    const reasons = identity?.failure?.code === "not_live" ? identity.failure.reasons : [];
    const code = problem?.code ?? failure.code;
    const words = [`problem.${code}.do`, `fail.${code}`].find(known) ?? "fail.network";
    const text = reasons.length ? t("bad.title") : problem?.detail || failure?.detail || t(words);
    return el(
      "div",
      { class: "problem", role: "alert", "data-code": code },
      el("p", {}, text),
      reasons.length > 0 && el("ul", {}, reasons.map((reason) => el("li", { "data-reason": reason }, t(`bad.${reason}`)))),
    );
  },
};

main.append(recorder);
mountShell("register.title", { keyless: true });
onLanguage(show);
if (signedIn()) load();
