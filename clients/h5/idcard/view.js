// Draws the page's one state. What changed is said in the status line; what the reader should act on gets the focus.

import { $, el, icon } from "../lib/dom.js";
import { known, language, t, translate } from "../lib/i18n.js";
import { cardFigure, extras, fieldList, summary } from "./result.js";

const STAGES = ["preparing", "uploading", "reading"];
/** Codes after which the same photo may well succeed. */
const RETRY = ["key", "busy", "network", "timeout", "cancelled", "server"];

let drawn = {};

/** Speaks to screen readers and shows briefly what was done. */
export const say = (text) => ($("#status").textContent = text);

export function drawView(state, actions) {
  const busy = STAGES.includes(state.phase);
  const held = document.activeElement;
  $("#main").dataset.phase = state.phase;
  $("#result").setAttribute("aria-busy", busy);
  $("#cancel").hidden = !busy;
  $("#shoot").hidden = $("#choose").hidden = busy;
  drawPhoto(state);
  const outcome = $("#outcome");
  if (busy) outcome.replaceChildren(progress(state));
  else if (state.phase === "done") outcome.replaceChildren(...fieldList(state.card, state.requestId, say).filter(Boolean));
  else if (state.phase === "failed") outcome.replaceChildren(failure(state, actions));
  else {
    outcome.replaceChildren($("#tips").content.cloneNode(true));
    translate(outcome);
  }
  if (state.phase !== drawn.phase || language() !== drawn.language) sayPhase(state, busy);
  if (state.phase !== drawn.phase) moveFocus(state, busy, held);
  drawn = { phase: state.phase, preview: state.preview, card: state.card, language: language() };
}

function drawPhoto({ preview, card }) {
  if (drawn.preview === preview && drawn.card === card && drawn.language === language()) return;
  $("#drop").hidden = preview !== null;
  $("#picture").hidden = preview === null;
  $("#picture").replaceChildren(
    ...[card ? cardFigure(card, preview) : preview ? el("img", { src: preview, alt: t("photo.preview") }) : []].flat(),
  );
  $("#extras").replaceChildren(...(card ? extras(card).filter(Boolean) : []));
}

function sayPhase(state, busy) {
  say(busy ? t(`stage.${state.phase}`) : state.phase === "done" ? summary(state.card) : "");
}

function moveFocus({ phase }, busy, held) {
  // The button just pressed has gone: the focus must not fall back to the top of the page.
  if (busy && held?.matches("#shoot, #choose, #outcome *, body")) $("#cancel").focus();
  if (phase === "failed") $("#problem").focus();
  if (phase === "done") {
    // Where the columns are stacked, the card and the first fields fit on one screen only from the photo on.
    $("#result-title").focus({ preventScroll: true });
    $("#photo-title").scrollIntoView({ block: "nearest" });
  }
}

function progress({ phase, uploaded }) {
  const now = STAGES.indexOf(phase);
  const stage = (name, index) =>
    el(
      "li",
      { class: index < now ? "past" : index === now ? "now" : "next", "aria-current": index === now ? "step" : null },
      icon(index < now ? "check" : "dot"),
      t(`stage.${name}`),
      name === "uploading" && index === now && el("span", { class: "fine" }, ` ${Math.round(uploaded * 100)}%`),
    );
  return el("div", { class: "progress" }, el("ol", {}, STAGES.map(stage)), el("p", { class: "fine" }, t("stage.wait")));
}

function failure({ problem, requestId }, actions) {
  const code = kindOf(problem);
  // For a photo to be retaken the page's own words say what the service says.
  const retake = problem.status === 422 && code === problem.code;
  return el(
    "div",
    { class: "problem", id: "problem", tabindex: "-1", role: "group", "aria-labelledby": "problem-title", "data-code": problem.code },
    el("h3", { id: "problem-title" }, icon("alert"), t(`problem.${code}`)),
    el("p", {}, t(`problem.${code}.do`)),
    el(
      "div",
      { class: "actions" },
      code === "key"
        ? el("button", { class: "primary", onclick: actions.askKey }, t("problem.key_button"))
        : RETRY.includes(code) && el("button", { class: "primary", onclick: actions.read }, t("problem.retry")),
      el("button", { class: RETRY.includes(code) ? "" : "primary", onclick: () => actions.choose() }, t("result.again")),
    ),
    !retake && problem.detail && el("p", { class: "fine" }, `${t("problem.detail")}: ${problem.detail}`),
    requestId && el("p", { class: "fine" }, t("result.request"), " ", el("code", {}, requestId)),
  );
}

/** The code itself where the page has words for it, else what its status means for the reader. */
function kindOf({ code, status }) {
  if (known(`problem.${code}`)) return code;
  if (status === 401 || status === 403) return "key";
  if (status === 413) return "too_large";
  if (status === 415) return "unsupported_format";
  if (status === 429) return "busy";
  if (status === 504) return "timeout";
  if (status === 400 || status === 422) return "bad_image";
  return "server";
}
