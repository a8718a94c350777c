// The camera with a card-shaped frame. The picture taken is the frame and a margin around it, so that the card fills it.

import { $, el, icon } from "../lib/dom.js";
import { t, translate } from "../lib/i18n.js";
import { draw } from "./photo.js";

/** Width to height of an ID-1 card (ISO/IEC 7810), 85.6 mm x 54 mm. */
const RATIO = 85.6 / 54;
/** Share of the picture the frame takes along the side that limits it. */
const FILL = 0.86;
/** Kept around the frame, as a share of its size: the reader looks for the card's edges. */
const MARGIN = 0.08;

const dialog = el(
  "dialog",
  { id: "camera", class: "dialog wide", "aria-labelledby": "camera-title" },
  el("h2", { id: "camera-title", "data-t": "camera.title" }),
  el("div", { class: "viewfinder" }, el("video", { playsinline: true, muted: true }), el("div", { class: "guide", "aria-hidden": "true" })),
  el("p", { role: "status" }),
  el(
    "div",
    { class: "actions" },
    el("button", { class: "primary", id: "shutter" }, icon("camera"), el("span", { "data-t": "camera.shoot" })),
    el("button", { id: "camera-system", "data-t": "camera.system" }),
    el("button", { id: "camera-cancel", "data-t": "camera.cancel" }),
  ),
);

const frameOf = (width, height) => {
  const w = Math.min(width * FILL, height * FILL * RATIO);
  const h = w / RATIO;
  return { x: (width - w) / 2, y: (height - h) / 2, w, h };
};

/**
 * Opens the dialog and resolves to a JPEG blob, to `null` when the user leaves, or to `"system"` when they prefer the
 * system's camera (also the way out when the browser gives none).
 */
export async function takePhoto() {
  if (!dialog.isConnected) document.body.append(dialog);
  translate(dialog);
  const video = $("video", dialog);
  const status = $("[role=status]", dialog);
  const shutter = $("#shutter", dialog);
  let stream = null;
  let result = null;

  shutter.disabled = true;
  status.textContent = t("camera.starting");
  dialog.showModal();
  const closed = new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  const leave = (value) => {
    result = value;
    dialog.close();
  };
  $("#camera-cancel", dialog).onclick = () => leave(null);
  $("#camera-system", dialog).onclick = () => leave("system");
  shutter.onclick = async () => {
    const { videoWidth: width, videoHeight: height } = video;
    const frame = frameOf(width, height);
    const [dx, dy] = [frame.w * MARGIN, frame.h * MARGIN];
    const [left, top] = [Math.max(0, frame.x - dx), Math.max(0, frame.y - dy)];
    const [right, bottom] = [Math.min(width, frame.x + frame.w + dx), Math.min(height, frame.y + frame.h + dy)];
    shutter.disabled = true;
    leave(await draw(video, left, top, right - left, bottom - top).catch(() => null));
  };

  try {
    stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: { ideal: "environment" }, width: { ideal: 2560 }, height: { ideal: 1440 } },
    });
    if (dialog.open) {
      video.srcObject = stream;
      await video.play();
      place($(".guide", dialog), video);
      status.textContent = t("camera.hint");
      shutter.disabled = false;
      shutter.focus();
    }
  } catch (error) {
    status.textContent = t(error.name === "NotAllowedError" ? "camera.denied" : "camera.missing");
  }

  await closed;
  stream?.getTracks().forEach((track) => track.stop());
  video.srcObject = null;
  return result;
}

/** Lays the frame over the picture, in shares of it, so that it holds at any size of the window. */
function place(guide, video) {
  const { videoWidth: width, videoHeight: height } = video;
  const frame = frameOf(width, height);
  video.parentElement.style.aspectRatio = `${width} / ${height}`;
  guide.style.left = `${(frame.x / width) * 100}%`;
  guide.style.top = `${(frame.y / height) * 100}%`;
  guide.style.width = `${(frame.w / width) * 100}%`;
  guide.style.height = `${(frame.h / height) * 100}%`;
}
