// What went wrong and what to do about it.

import { Problem } from "../lib/api.js";
import { el, icon } from "../lib/dom.js";
import { define, known, t } from "../lib/i18n.js";
import { askKey } from "../lib/shell.js";

define({
  "problem.key": ["密钥不对或没有填写", "The API key is missing or wrong"],
  "problem.key.do": ["请填写管理员提供的访问密钥。", "Enter the key your administrator gave you."],
  "problem.forbidden": ["您没有权限，或没有这条记录", "You may not, or there is no such thing"],
  "problem.forbidden.do": ["请核对编号；属于其他系统的短信只有管理员能看。", "Check the id; messages of other systems are for administrators."],
  "problem.admin": ["需要管理员", "An administrator is needed"],
  "problem.admin.do": [
    "业务系统的密钥不能做这件事。请管理员在右上角“访问密钥”里填写自己的令牌后再做。",
    "The key of a system is not enough. An administrator has to enter a token of their own under “API key” at the top.",
  ],
  "problem.not_found": ["没有找到", "Not found"],
  "problem.not_found.do": ["它可能已被清理，或编号不完整。", "It may have been cleared away, or the id is incomplete."],
  "problem.bad_field": ["有一项填得不对", "Something is not filled in right"],
  "problem.bad_field.do": ["请按下面的说明改正。", "Please correct it as told below."],
  "problem.template_not_approved": ["模板还没有通过审核", "The template is not approved"],
  "problem.template_not_approved.do": ["请管理员在“模板”里审核通过后再发。", "An administrator has to approve it under “Templates” first."],
  "problem.phone_limited": ["这个号码收验证码太频繁", "Too many codes for this phone"],
  "problem.phone_limited.do": ["请稍等再发，或换一个号码。", "Wait a little, or use another number."],
  "problem.quiet_hours": ["现在是免打扰时段", "These are quiet hours"],
  "problem.quiet_hours.do": ["通知和营销短信请等时段结束再发。", "Send notices and advertising when they are over."],
  "problem.wrong_state": ["现在不能这样做", "Not now"],
  "problem.wrong_state.do": ["短信的状态刚刚变了，请看最新状态。", "The message has moved on; look at its state."],
  "problem.stopped": ["规则仍然不让它发出", "A rule still stops it"],
  "problem.stopped.do": ["请先处理下面说的原因。", "See to the cause told below first."],
  "problem.name_taken": ["已有同名模板", "There is a template of this name"],
  "problem.name_taken.do": ["请换一个名称。", "Choose another name."],
  "problem.changed_meanwhile": ["模板刚被别人改过", "Somebody else changed it just now"],
  "problem.changed_meanwhile.do": ["请关闭后重新打开再改。", "Close it and open it again."],
  "problem.busy": ["请求太频繁", "Too many requests"],
  "problem.busy.do": ["请稍等几秒再试。", "Wait a few seconds and try again."],
  "problem.network": ["网络不通", "No connection"],
  "problem.network.do": ["请检查网络后重试；填写的内容还在。", "Check the network and retry; what you entered is kept."],
  "problem.timeout": ["等待超时", "It took too long"],
  "problem.timeout.do": ["请重试；不会重复发送。", "Retry; nothing is sent twice."],
  "problem.server": ["服务出了问题", "The service has a problem"],
  "problem.server.do": ["请稍后重试；仍不行时，把请求编号告诉管理员。", "Retry later; if it stays, give the request id to your administrator."],
  "problem.retry": ["重试", "Retry"],
  "problem.key_button": ["填写密钥", "Enter key"],
  "problem.detail": ["服务说明", "The service says"],
  "problem.request": ["请求编号", "Request id"],
});

/** Any error as a problem; what is no answer of the service is a fault of the page and goes to the console. */
export function asProblem(error) {
  if (error instanceof Problem) return error;
  console.error(error);
  return new Problem({ code: "server", detail: error.message });
}

function kindOf({ code, status }, admin) {
  if (status === 403 && admin) return "admin";
  if (status === 401 || code === "key") return "key";
  if (known(`problem.${code}`)) return code;
  if (status === 400) return "bad_field";
  if (status === 429) return "busy";
  return status === 504 ? "timeout" : "server";
}

/** Told as a box; `retry` is what the button does, `admin` says that only administrators may. */
export function problemBox(problem, { retry, admin = false } = {}) {
  const kind = kindOf(problem, admin);
  const silent = ["admin", "key", "forbidden", "not_found"].includes(kind);
  const again = ["busy", "network", "timeout", "server"].includes(kind);
  return el(
    "div",
    { class: "problem", role: "alert", "data-code": problem.code },
    el("h3", {}, icon("alert"), t(`problem.${kind}`)),
    el("p", {}, t(`problem.${kind}.do`)),
    !silent && problem.detail && el("p", { class: "fine" }, `${t("problem.detail")}: ${problem.detail}`),
    problem.requestId && el("p", { class: "fine" }, t("problem.request"), " ", el("code", {}, problem.requestId)),
    (kind === "key" || (again && retry)) &&
      el(
        "div",
        { class: "actions" },
        kind === "key"
          ? el("button", { class: "primary", type: "button", onclick: askKey }, t("problem.key_button"))
          : el("button", { class: "primary", type: "button", onclick: retry }, t("problem.retry")),
      ),
  );
}
