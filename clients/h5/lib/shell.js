// What every page has around it: header, navigation, language, the key dialog, the footer.

import { hasKey, setKey } from "./api.js";
import { $, el, icon, mountIcons } from "./dom.js";
import { define, language, onLanguage, switchLanguage, t, translate } from "./i18n.js";

define({
  "shell.skip": ["跳到主要内容", "Skip to content"],
  "shell.brand": ["云诊", "Yunzhen"],
  "shell.nav": ["主导航", "Main"],
  "shell.idcard": ["身份证识别", "Identity card"],
  "shell.sms": ["短信", "SMS"],
  "shell.register": ["实名认证", "Real name"],
  "shell.rx": ["处方与签名", "Prescriptions"],
  "shell.docs": ["接口文档", "API"],
  "shell.language": ["Switch to English", "切换到中文"],
  "shell.key": ["访问密钥", "API key"],
  "shell.key_set": ["访问密钥（已填写）", "API key (set)"],
  "shell.key_unset": ["访问密钥（未填写）", "API key (not set)"],
  "key.title": ["访问密钥", "API key"],
  "key.why": [
    "调用接口需要密钥，由系统管理员提供；首次启动时终端里会显示。管理员也可以填写自己的令牌。",
    "Every call needs a key. Your administrator has it; the first start prints it in the terminal. Administrators may enter their own token.",
  ],
  "key.label": ["密钥", "Key"],
  "key.where": ["只保存在本标签页，关闭后即清除。", "Kept in this tab only and gone when you close it."],
  "key.save": ["保存", "Save"],
  "key.clear": ["清除", "Clear"],
  "key.cancel": ["取消", "Cancel"],
});

/** Pages in the order of the navigation. */
const PAGES = [
  ["/", "shell.idcard"],
  ["/sms", "shell.sms"],
  ["/register", "shell.register"],
  ["/rx", "shell.rx"],
  ["/docs", "shell.docs"],
];

const dialog = el(
  "dialog",
  { class: "dialog", "aria-labelledby": "key-title" },
  el(
    "form",
    { method: "dialog" },
    el("h2", { id: "key-title", "data-t": "key.title" }),
    el("p", { "data-t": "key.why" }),
    el("label", { for: "key", "data-t": "key.label" }),
    el("input", { id: "key", type: "password", autocomplete: "off", spellcheck: "false", "aria-describedby": "key-where" }),
    el("p", { id: "key-where", class: "fine", "data-t": "key.where" }),
    el(
      "div",
      { class: "actions" },
      el("button", { class: "primary", value: "save", "data-t": "key.save" }),
      el("button", { type: "button", id: "key-clear", "data-t": "key.clear", onclick: () => { setKey(""); dialog.close("clear"); } }),
      el("button", { type: "button", "data-t": "key.cancel", onclick: () => dialog.close("cancel") }),
    ),
  ),
);

/** Asks for the key; resolves to whether there is one now. */
export function askKey() {
  const input = $("input", dialog);
  input.value = "";
  $("#key-clear", dialog).hidden = !hasKey();
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) =>
    dialog.addEventListener(
      "close",
      () => {
        if (dialog.returnValue === "save" && input.value.trim()) setKey(input.value);
        input.value = "";
        resolve(hasKey());
      },
      { once: true },
    ),
  );
}

/** Fills the page's `<header>` and keeps all marked texts in the chosen language. `title` is a key; a page for patients is `keyless` and leads nowhere else. */
export function mountShell(title, { keyless = false } = {}) {
  const languageButton = el("button", { class: "quiet", id: "language", onclick: switchLanguage });
  const keyButton = el("button", { class: "quiet", id: "key-button", onclick: askKey }, icon("key"), el("span", { "data-t": "shell.key" }));
  const parts = [
    el("a", { class: "skip", href: "#main", "data-t": "shell.skip" }),
    el(keyless ? "span" : "a", { class: "brand", href: keyless ? null : "/" }, icon("brand"), el("span", { "data-t": "shell.brand" })),
    !keyless && el(
      "nav",
      { "data-t-label": "shell.nav" },
      PAGES.map(([href, key]) =>
        el("a", { href, "data-t": key, "aria-current": href === location.pathname ? "page" : null }),
      ),
    ),
    el("div", { class: "tools" }, !keyless && keyButton, languageButton),
  ];
  $("header").replaceChildren(...parts.filter(Boolean));
  document.body.append(dialog);
  mountIcons();

  const showKey = () => {
    keyButton.classList.toggle("set", hasKey());
    keyButton.setAttribute("aria-label", t(hasKey() ? "shell.key_set" : "shell.key_unset"));
  };
  addEventListener("keychange", showKey);
  onLanguage(() => {
    document.documentElement.lang = language();
    document.title = `${t(title)} · ${t("shell.brand")}`;
    const chinese = language() === "zh-CN";
    languageButton.textContent = chinese ? "English" : "中文";
    languageButton.lang = chinese ? "en" : "zh-CN";
    translate();
    showKey();
  });
}
