// A side of the card: photographed or chosen, made fit, sent with its progress.

import { takePhoto } from "../idcard/camera.js";
import { prepare } from "../idcard/photo.js";
import { $, el, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { ask, upload } from "../lib/session.js";

/** The view of a side; `after` is called once it was read. */
export const card = (side, after = () => {}) => (page) => {
  const { identity } = page.state;
  const take = (file) => file && page.act(() => send(page, side, file).then(after));
  const picker = (id, capture) =>
    el("input", { type: "file", id, accept: "image/*", capture, hidden: true, onchange: (event) => take(event.target.files[0]) });
  const shoot = async () => {
    const photo = navigator.mediaDevices?.getUserMedia ? await takePhoto() : "system";
    if (photo === "system") $("#capture").click();
    else take(photo);
  };
  return [
    page.title(`card.${side}`),
    page.trouble() ?? el("ul", {}, ["frame", "light", "real"].map((tip) => el("li", {}, t(`tips.${tip}`)))),
    identity.failure && el("p", { class: "fine" }, t("face.left", { count: identity.tries_left[`id_card_${side}`] })),
    page.actions(
      el("button", { type: "button", class: "primary", id: "shoot", onclick: shoot }, icon("camera"), el("span", {}, t("photo.camera"))),
      el("button", { type: "button", id: "choose", onclick: () => $("#file").click() }, icon("image"), el("span", {}, t("photo.choose"))),
    ),
    picker("file"),
    picker("capture", "environment"),
    el("p", { id: "progress", role: "status" }),
    el("p", { class: "fine" }, t("card.privacy")),
    page.actions(page.button("card.cancel", () => page.act(() => cancel(page.state)), { class: "quiet", id: "cancel" })),
  ];
};

async function send({ state }, side, file) {
  const say = (key, more = "") => $("#progress") && ($("#progress").textContent = t(key) + more);
  say("stage.preparing");
  const picture = await prepare(file);
  const onUpload = (share) => (share < 1 ? say("stage.uploading", ` ${Math.round(share * 100)}%`) : say("stage.reading"));
  state.identity = await upload(`identity/${state.identity.case_id}/id_card_${side}`, picture, onUpload);
}

async function cancel(state) {
  state.identity = await ask("DELETE", `identity/${state.identity.case_id}`);
}
