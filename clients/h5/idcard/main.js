// The identity card page: a photo comes in, is made fit, sent, and its reading shown. One state, drawn as a whole.

import { Problem, hasKey, post } from "../lib/api.js";
import { $, el } from "../lib/dom.js";
import { onLanguage } from "../lib/i18n.js";
import { askKey, mountShell } from "../lib/shell.js";
import { takePhoto } from "./camera.js";
import { prepare } from "./photo.js";
import { drawView, say } from "./view.js";
import { showSamples } from "./samples.js";
import "./words.js";

/** phase: idle | preparing | uploading | reading | done | failed */
const state = { phase: "idle", file: null, preview: null, uploaded: 0, card: null, requestId: null, problem: null };
const actions = { read: retry, choose, askKey: () => askKey().then((set) => set && retry()) };
let work = null; // AbortController of the reading under way

function move(phase, more = {}) {
  Object.assign(state, more, { phase });
  drawView(state, actions);
}

/** Reads a picture; a reading under way gives way to it. */
async function read(file) {
  if (!file) return;
  work?.abort();
  const mine = (work = new AbortController());
  if (state.preview) URL.revokeObjectURL(state.preview);
  move("preparing", { file, preview: URL.createObjectURL(file), uploaded: 0, card: null, problem: null, requestId: null });
  try {
    if (!hasKey() && !(await askKey())) throw new Problem({ code: "key" });
    const blob = await prepare(file, { original: $("#original").checked });
    if (mine.signal.aborted) throw new Problem({ code: "cancelled" });
    move("uploading");
    const side = $("input[name=side]:checked").value;
    const { answer, requestId } = await post(`/v1/ocr-idcard/read?side=${side}&crops=true`, blob, {
      signal: mine.signal,
      onUpload: (share) => mine === work && move(share < 1 ? "uploading" : "reading", { uploaded: share }),
    });
    if (mine === work) move("done", { card: answer, requestId });
  } catch (error) {
    if (mine !== work) return; // another photo took its place
    if (!(error instanceof Problem)) console.error(error);
    const problem = error instanceof Problem ? error : new Problem({ code: "server", detail: error.message });
    move("failed", { problem, requestId: problem.requestId });
  }
}

function retry() {
  read(state.file);
}

function choose({ camera = false } = {}) {
  $(camera ? "#capture" : "#file").click();
}

async function shoot() {
  if (!navigator.mediaDevices?.getUserMedia) return choose({ camera: true });
  const photo = await takePhoto();
  if (photo === "system") choose({ camera: true });
  else read(photo);
}

const imageIn = (transfer) => [...(transfer?.files ?? [])].find((file) => file.type.startsWith("image/")) ?? transfer?.files?.[0];

mountShell("page.title");
$("#shoot").addEventListener("click", shoot);
$("#choose").addEventListener("click", () => choose());
$("#cancel").addEventListener("click", () => work?.abort());
for (const input of document.querySelectorAll("input[type=file]")) {
  input.addEventListener("change", () => {
    read(input.files[0]);
    input.value = ""; // the same file may be chosen again
  });
}
for (const kind of ["dragenter", "dragover"]) {
  addEventListener(kind, (event) => {
    event.preventDefault();
    $("#stage").classList.add("over");
  });
}
addEventListener("dragleave", (event) => event.relatedTarget === null && $("#stage").classList.remove("over"));
addEventListener("drop", (event) => {
  event.preventDefault();
  $("#stage").classList.remove("over");
  read(imageIn(event.dataTransfer));
});
addEventListener("paste", (event) => event.clipboardData?.files.length && read(imageIn(event.clipboardData)));
onLanguage(() => {
  drawView(state, actions);
  showSamples(read);
});
