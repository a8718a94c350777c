// One try before the camera: it opens, a challenge is fetched, what is asked for is told in words, beads and speech, and the
// frames are sent. Shown in place of the page's `#step`.

import { Problem } from "../lib/api.js";
import { $, el } from "../lib/dom.js";
import { language, t } from "../lib/i18n.js";
import { openCamera, record } from "./record.js";

let spoken = "speechSynthesis" in window;

const prompt = el("p", { id: "prompt", role: "status", tabindex: "-1" });
const video = el("video", { playsinline: true, muted: true });
const beads = el("div", { class: "beads", "aria-hidden": "true" });
const stop = el("button", { class: "quiet", id: "stop", "data-t": "face.stop" });
const voice = el("button", { class: "quiet", id: "voice", "aria-pressed": "true", hidden: !spoken, onclick: toggleVoice }, el("span", { "data-t": "face.voice" }));

/** To be put beside `#step`, before the shell writes the page's words. */
export const recorder = el(
  "section",
  { class: "panel", id: "recorder", hidden: true, "aria-labelledby": "prompt" },
  prompt,
  el("div", { class: "oval" }, video),
  beads,
  el("div", { class: "actions" }, voice, stop),
);

function toggleVoice() {
  spoken = !spoken;
  voice.setAttribute("aria-pressed", spoken);
}

/**
 * Resolves to what `send(form, signal)` does, to null when the person stops. `challenge(signal)` is asked once the camera
 * is open, so that a challenge's time does not run while somebody looks for a permission.
 */
export async function film({ challenge, send }) {
  const control = new AbortController();
  const { signal } = control;
  stop.onclick = () => control.abort();
  stage(true);
  say("face.camera");
  let close = () => {};
  try {
    close = await openCamera(video);
    const asked = await challenge(signal);
    beads.replaceChildren(...asked.actions.map(() => el("span")));
    const frames = await record(video, asked.actions, { onStep: tell, signal });
    close();
    if (!frames) return null;
    say("face.judging");
    return await send(form(asked, frames), signal);
  } catch (error) {
    if (error.code === "cancelled") return null;
    if (error instanceof Problem) throw error;
    throw new Problem({ code: error.name === "NotAllowedError" ? "camera.denied" : "camera.missing" });
  } finally {
    close();
    stage(false);
  }
}

function form(challenge, frames) {
  const form = new FormData();
  form.append("nonce", challenge.nonce);
  form.append("times", frames.map((frame) => frame.time).join(","));
  frames.forEach((frame, i) => form.append("frame", frame.jpeg, `${i}.jpg`));
  return form;
}

function stage(open) {
  recorder.hidden = !open;
  $("#step").hidden = open;
  beads.replaceChildren();
  if (!open) return;
  $("#main").dataset.step = "recording";
  prompt.focus();
}

/** Which action is asked for, and how many are behind. */
function tell(name, index) {
  say(`do.${name}`);
  [...beads.children].forEach((bead, i) => (bead.className = i < index ? "past" : i === index && name !== "straight" ? "now" : ""));
}

function say(key) {
  prompt.textContent = t(key);
  $("#main").dataset.prompt = key;
  if (!spoken) return;
  const words = new SpeechSynthesisUtterance(t(key));
  words.lang = language();
  speechSynthesis.cancel();
  speechSynthesis.speak(words);
}
