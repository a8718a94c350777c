// Times as the reader's clock shows them, and how long things took.

import { language } from "../lib/i18n.js";

const two = (number) => String(number).padStart(2, "0");
const day = (date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
const clock = (date) => `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;

/** The time alone for today, the day as well for others. */
export function shortTime(text, now = new Date()) {
  const date = new Date(text);
  if (day(date) === day(now)) return clock(date);
  const sameYear = date.getFullYear() === now.getFullYear();
  return `${day(date).slice(sameYear ? 5 : 0)} ${clock(date)}`;
}

/** To the second, with the day. */
export const longTime = (text) => `${day(new Date(text))} ${clock(new Date(text))}`;

/** `[unit, ms, Chinese, English]`, the largest first. */
const UNITS = [
  [86_400_000, "天", "d"],
  [3_600_000, "小时", "h"],
  [60_000, "分", "min"],
  [1_000, "秒", "s"],
];

/** A length of time in at most two units. */
export function span(ms) {
  const word = (unit) => (language() === "en" ? unit[2] : unit[1]);
  if (ms < 1_000) return `${Math.round(ms)} ${language() === "en" ? "ms" : "毫秒"}`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 9_950 ? 1 : 0)} ${word(UNITS[3])}`;
  const first = UNITS.findIndex(([size]) => ms >= size);
  const [large, small] = [UNITS[first], UNITS[first + 1]];
  const whole = Math.floor(ms / large[0]);
  const rest = Math.floor((ms % large[0]) / small[0]);
  return `${whole} ${word(large)}${rest ? ` ${rest} ${word(small)}` : ""}`;
}

/** What a `datetime-local` field holds, as the interface wants it. */
export const rfc3339 = (local) => new Date(local).toISOString();

/** Midnight of so many days ago, by the reader's clock. */
export function daysAgo(days, now = new Date()) {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - days);
}
