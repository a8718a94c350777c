// The page of short messages: which part is shown follows the address, `#outbox`, `#templates`, `#stats`, `#send`, or
// `#msg_...` for the life of one message over the part that was shown last.

import { hasKey } from "../lib/api.js";
import { $ } from "../lib/dom.js";
import { onLanguage } from "../lib/i18n.js";
import { askKey, mountShell } from "../lib/shell.js";
import "./words.js";
import { readTemplates } from "./book.js";
import { drawGateways, loadGateways } from "./gateways.js";
import { closeLife, drawLife, openLife } from "./life.js";
import * as outbox from "./outbox.js";
import * as send from "./send.js";
import * as stats from "./stats.js";
import * as templates from "./templates.js";

const PARTS = { outbox, templates, stats, send };
let shown = null;

function show(name) {
  if (shown === name) return;
  const first = shown === null;
  if (!first) PARTS[shown].hide?.();
  shown = name;
  for (const part of Object.keys(PARTS)) {
    $(`#panel-${part}`).hidden = part !== name;
    const link = $(`.tabs a[href="#${part}"]`);
    if (part === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  PARTS[name].show();
  if (!first) $(`#${name}-title`).focus({ preventScroll: true });
}

function follow() {
  const asked = location.hash.slice(1);
  if (/^msg_[0-9A-Z]{26}$/.test(asked)) {
    show(shown ?? "outbox");
    openLife(asked);
  } else {
    closeLife();
    show(asked in PARTS ? asked : (shown ?? "outbox"));
  }
}

/** What several parts need. */
function readShared() {
  if (!hasKey()) return;
  loadGateways();
  readTemplates().catch(() => {}); // told where templates are shown
}

mountShell("sms.title");
$("#life").addEventListener("close", () => {
  // Closed by Escape or its button: the address is that of the part again.
  const { hash } = location;
  if (hash.startsWith("#msg_")) history.replaceState(null, "", `#${shown}`);
  // The list may have been drawn anew meanwhile: back to where the reader was.
  if (document.activeElement === document.body) $(`#messages a[href="${hash}"]`)?.focus();
});
onLanguage(() => {
  drawGateways();
  drawLife();
  for (const part of Object.values(PARTS)) part.draw();
});
if (!hasKey()) await askKey();
follow();
readShared();
addEventListener("hashchange", follow);
addEventListener("keychange", () => {
  readShared();
  PARTS[shown].show();
  if (location.hash.startsWith("#msg_")) follow();
});
