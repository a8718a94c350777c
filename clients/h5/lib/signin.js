// Signing in by a code to the phone.

import { call } from "./api.js";
import { el } from "./dom.js";
import { define, t } from "./i18n.js";
import { keep } from "./session.js";

define({
  "in.title": ["手机号登录", "Sign in with your phone"],
  "in.why": ["首次登录会自动创建账号。", "The first time, this makes your account."],
  "in.phone": ["手机号", "Phone number"],
  "in.send": ["获取验证码", "Send me a code"],
  "in.sent": ["输入验证码", "Enter the code"],
  "in.sent.why": ["验证码已发送至 {phone}，5 分钟内有效。", "A code is on its way to {phone}; it is good for 5 minutes."],
  "in.code": ["6 位验证码", "6 digits"],
  "in.enter": ["登录", "Sign in"],
  "in.again": ["重新发送", "Send another code"],
  "in.again_in": ["{seconds} 秒后可重新发送", "Another code in {seconds} s"],
  "in.other": ["换个手机号", "Another number"],
});

const DIGITS = 6;

export const phone = (page) => [
  page.title("in.title"),
  el("p", {}, t("in.why")),
  page.trouble(),
  form(
    page,
    ({ phone }) => send(page.state, phone.value.trim()),
    el("label", { for: "phone" }, t("in.phone")),
    el("input", { id: "phone", name: "phone", type: "tel", autocomplete: "tel", required: true, maxlength: "20", value: page.state.phone, "data-first": true }),
    page.actions(el("button", { class: "primary", id: "send" }, t("in.send"))),
  ),
];

export const code = (page) => [
  page.title("in.sent"),
  el("p", {}, t("in.sent.why", { phone: page.state.phone })),
  page.trouble(),
  form(
    page,
    ({ code }) => signIn(page, code.value),
    el("label", { for: "code" }, t("in.code")),
    el("input", {
      id: "code", name: "code", type: "text", inputmode: "numeric", autocomplete: "one-time-code", pattern: "[0-9]*", maxlength: String(DIGITS), required: true, "data-first": true,
      // The last digit is enough: whoever types it wants to go on.
      oninput: (event) => event.target.value.length === DIGITS && event.target.form.requestSubmit(),
    }),
    page.actions(
      el("button", { class: "primary", id: "enter" }, t("in.enter")),
      again(page),
      page.button("in.other", () => { page.state.otp = null; page.state.problem = null; page.show(true); }, { class: "quiet", id: "other" }),
    ),
  ),
];

const form = (page, work, ...children) =>
  el("form", { onsubmit: (event) => { event.preventDefault(); const { elements } = event.target; page.act(() => work(elements)); } }, children);

async function send(state, phone) {
  state.phone = phone;
  const sent = await call("POST", "/v1/register/otp", { json: { phone } });
  state.otp = { id: sent.otp_id, againAt: performance.now() + sent.resend_after_s * 1000 };
}

async function signIn({ state, refresh }, code) {
  keep(await call("POST", "/v1/register/sessions", { json: { phone: state.phone, otp_id: state.otp.id, code: code.trim() } }));
  state.otp = null;
  await refresh();
}

/** Sends another code, as soon as that is allowed. */
function again(page) {
  const { state } = page;
  const button = page.button("in.again", () => page.act(() => send(state, state.phone)), { id: "again", class: "quiet" });
  const tick = () => {
    const left = Math.ceil((state.otp.againAt - performance.now()) / 1000);
    button.disabled = state.busy || left > 0;
    button.textContent = left > 0 ? t("in.again_in", { seconds: left }) : t("in.again");
    return left > 0;
  };
  const timer = setInterval(() => (!state.otp || !button.isConnected || !tick()) && clearInterval(timer), 1000);
  tick();
  return button;
}
