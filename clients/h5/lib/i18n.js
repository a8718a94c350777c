// Two languages, Chinese first. A page defines its words as `{key: [Chinese, English]}`; `{name}` in them is filled in.
// Static markup carries `data-t="key"` (text) or `data-t-label="key"` (aria-label) and holds the Chinese text itself,
// so that a page reads well before any script runs.

const LANGUAGES = ["zh-CN", "en"];
const STORED = "yunzhen.language";
const words = {};
let chosen = Math.max(0, LANGUAGES.indexOf(read() ?? LANGUAGES[0]));

function read() {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null; // storage is switched off: the choice lasts as long as the page
  }
}

export const define = (more) => Object.assign(words, more);
export const language = () => LANGUAGES[chosen];
export const known = (key) => key in words;

export const t = (key, values = {}) =>
  (words[key]?.[chosen] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

/** Writes every marked text under `root`. */
export function translate(root = document) {
  for (const node of root.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of root.querySelectorAll("[data-t-label]")) node.setAttribute("aria-label", t(node.dataset.tLabel));
}

/** Calls `render` now and whenever the language changes. */
export function onLanguage(render) {
  addEventListener("languagechange-page", render);
  render();
}

export function switchLanguage() {
  chosen = (chosen + 1) % LANGUAGES.length;
  try {
    localStorage.setItem(STORED, language());
  } catch {
    // as in read()
  }
  dispatchEvent(new Event("languagechange-page"));
}
