// The reader's findings come in English; here they get their Chinese words where the sentence is known.

import { language } from "../lib/i18n.js";

const CHINESE = [
  [/^the number says born (\S+), the card (\S*)$/, "号码里的出生日期是 $1，卡面印的是 $2"],
  [/^the number says (男|女), the card (男|女)$/, "号码对应的性别是$1，卡面印的是$2"],
  [/^the birth date in the number does not exist$/, "号码里的出生日期不存在"],
  [/^the date does not exist$/, "这个日期不存在"],
  [/^its check digit should be (\S)$/, "校验码应为 $1，号码可能读错或被改过"],
  [/^it has (\d+) of 18 characters$/, "应为 18 位，只读到 $1 位"],
  [/^it holds a character that no number has$/, "含有号码里不会出现的字符"],
];

export function explain(finding) {
  if (language() === "en") return finding.charAt(0).toUpperCase() + finding.slice(1);
  const found = CHINESE.find(([pattern]) => pattern.test(finding));
  return found ? finding.replace(...found) : finding;
}
