// States, reasons and other stable names of the interface in words: [Chinese, English]. A name without words is shown as it is.

import { define, known, t } from "../lib/i18n.js";

define({
  "state.accepted": ["等待发送", "Waiting"],
  "state.submitting": ["正在提交", "Submitting"],
  "state.submitted": ["已提交", "Submitted"],
  "state.delivered": ["已送达", "Delivered"],
  "state.failed": ["未送达", "Failed"],
  "state.expired": ["已过期", "Expired"],
  "state.unknown": ["结果不明", "Unknown"],
  "state.cancelled": ["已撤回", "Cancelled"],
  "state.dead": ["未发出", "Not sent"],
  "state.accepted.means": ["已经存下，等到时间或等通道空闲就发。", "Stored; it goes out when its time comes or a gateway is free."],
  "state.submitting.means": ["正在交给通道。", "Being handed to a gateway."],
  "state.submitted.means": ["通道已收下，等运营商的回执。", "The gateway has it; the carrier’s receipt is awaited."],
  "state.delivered.means": ["手机已收到全部内容。", "On the phone, every part of it."],
  "state.failed.means": ["通道或运营商说没有送到。", "The gateway or the carrier says that it does not arrive."],
  "state.expired.means": ["在通道收下之前就过了有效期，没有发。", "Its time ran out before a gateway took it."],
  "state.unknown.means": ["通道没有答复，可能已经发出；正在查询，不会由同一通道再发。", "The gateway’s answer was lost, perhaps it was sent; the gateway is asked and does not get it again."],
  "state.cancelled.means": ["发出之前已撤回。", "Taken back before it was sent."],
  "state.dead.means": ["被规则拦下，或没有通道肯收，需要人来处理。", "A rule stopped it or no gateway took it: a person must look."],

  "reason.intercepted": ["内容含有拦截词", "The text holds a blocked word"],
  "reason.bad_number": ["号码有误或是空号", "The number is wrong or not in use"],
  "reason.limit": ["该号码的发送次数已达上限", "The phone has had its share of messages"],
  "reason.balance": ["通道账户余额不足", "The gateway’s account has no money left"],
  "reason.template": ["通道没有这个模板，或模板与内容不符", "The gateway does not know the template, or it does not fit"],
  "reason.signature": ["通道没有登记这个签名", "The signature is not registered with the gateway"],
  "reason.opted_out": ["该号码已退订", "The phone declined such messages"],
  "reason.unreachable": ["手机关机、停机或不在服务区", "The phone is off, suspended or out of reach"],
  "reason.account": ["通道账户有问题（停用、无权限或密钥不对）", "The gateway’s account is closed, not allowed, or its key is wrong"],
  "reason.other": ["通道给出的其他原因", "Another reason given by the gateway"],
  "reason.busy": ["通道忙，稍后再试", "The gateway is busy; another try follows"],
  "reason.unavailable": ["通道暂时不可用，稍后再试", "The gateway cannot be reached; another try follows"],
  "reason.invalid": ["通道没有配置好，或看不懂请求", "The gateway is not configured, or did not understand"],
  "reason.lost": ["通道的答复丢失，可能已经发出", "The gateway’s answer was lost; perhaps it was sent"],
  "reason.expired": ["已过有效期", "Its time ran out"],
  "reason.no_route": ["没有可用的通道", "There is no gateway for it"],
  "reason.unreadable": ["存下的内容读不出来（数据密钥可能换过）", "What was stored cannot be read; the data key may have changed"],
  "reason.resend": ["通道说没有收到，改由另一通道发送", "The gateway does not know it; another one gets it"],
  "reason.not_found": ["通道一直查不到这条短信", "The gateway knows nothing of it"],
  "reason.no_answer": ["多次查询，通道都没有答复", "The gateway was asked and did not answer"],
  "reason.no_receipt": ["5 分钟内没有收到回执", "No receipt within 5 minutes"],
  "reason.cancelled": ["由发送方撤回", "Taken back by its sender"],
  "reason.replayed": ["由人工重新发送", "Sent again by a person"],

  "carrier.mobile": ["中国移动", "China Mobile"],
  "carrier.unicom": ["中国联通", "China Unicom"],
  "carrier.telecom": ["中国电信", "China Telecom"],
  "carrier.broadnet": ["中国广电", "China Broadnet"],
  "carrier.virtual": ["虚拟运营商", "Virtual operator"],
  "carrier.unknown": ["未知号段", "Unknown prefix"],
  "carrier.international": ["境外号码", "Outside the mainland"],
  "class.otp": ["验证码", "One-time code"],
  "class.notice": ["通知", "Notice"],
  "class.marketing": ["营销", "Advertising"],
  "class.otp.means": ["随时可发，退订也照发；同一号码次数有限，10 分钟后作废。", "At any hour, even to those who declined; few per phone, worthless after 10 minutes."],
  "class.notice.means": ["免打扰时段内会等到时段结束；不发给已退订的号码。", "Waits for the end of quiet hours; not to those who declined."],
  "class.marketing.means": ["免打扰时段内会等到时段结束；不发给已退订的号码。", "Waits for the end of quiet hours; not to those who declined."],
  "review.pending": ["待审核", "To be reviewed"],
  "review.approved": ["已通过", "Approved"],
  "review.rejected": ["已驳回", "Rejected"],
});

/** In the order of a life. */
export const STATES = ["accepted", "submitting", "submitted", "delivered", "failed", "expired", "unknown", "cancelled", "dead"];
export const underWay = ({ state }) => ["accepted", "submitting", "submitted", "unknown"].includes(state);

/** The colour that goes with a state or review; the word is always there as well. */
export const TONE = {
  accepted: "", submitting: "", submitted: "", delivered: "good", failed: "bad", expired: "warn", unknown: "warn",
  cancelled: "plain", dead: "bad", pending: "warn", approved: "good", rejected: "bad",
};

const named = (kind) => (name) => (known(`${kind}.${name}`) ? t(`${kind}.${name}`) : name);
export const stateWord = named("state");
export const reasonWord = named("reason");
export const carrierWord = named("carrier");
export const classWord = named("class");
export const reviewWord = named("review");
