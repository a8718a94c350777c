// The engine's findings come in English; here they get their Chinese words where the sentence is known.

import { language } from "../lib/i18n.js";

const CHINESE = [];

export function explain(finding) {
  if (language() === "en") return finding;
  return CHINESE.find(([pattern]) => pattern.test(finding))?.[1] ?? finding;
}
