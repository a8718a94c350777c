// Parts of pages that show one step at a time.

import { el, icon } from "./dom.js";
import { t } from "./i18n.js";

const ICONS = { good: "check", bad: "alert", wait: "clock" };

/** What the step is called; `kind` makes it a verdict. */
export const title = (key, kind) =>
  el("h2", { tabindex: "-1", class: kind ? `verdict ${kind}` : null }, kind && icon(ICONS[kind]), el("span", {}, t(key)));

export const button = (key, onclick, attributes = {}) => el("button", { type: "button", onclick, ...attributes }, t(key));

export const actions = (...buttons) => el("div", { class: "actions" }, buttons);
