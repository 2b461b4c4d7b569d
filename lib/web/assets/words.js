// What states, numbers and times are called. Colour never stands alone: every state has a mark and a word.
import { el } from "./dom.js";

/** @type {Record<string, [tone: string, word: string]>} */
const ACTION = {
  waiting: ["ask", "waiting"],
  approved: ["good", "approved"],
  denied: ["plain", "denied"],
  void: ["plain", "void"],
  applied: ["good", "applied"],
  "would-have-applied": ["good", "would have been applied"],
  instructed: ["ask", "a person must do this"],
  "not-approved": ["plain", "left alone"],
  skipped: ["bad", "skipped"],
  drifted: ["bad", "settings changed since; left alone"],
  failed: ["bad", "failed"],
  "not-in-force": ["bad", "NOT in force any more"],
};

/** @type {Record<string, [tone: string, word: string]>} */
const PLAN = {
  proposed: ["ask", "waiting for a decision"],
  approved: ["good", "approved"],
  denied: ["bad", "denied"],
  expired: ["bad", "not decided in time"],
  superseded: ["plain", "another plan took its place"],
  executing: ["busy", "being carried out"],
  executed: ["good", "carried out"],
  empty: ["plain", "no action applies"],
};

/** @type {Record<string, string>} */
const MARK = { good: "✓", bad: "!", ask: "?", busy: "…", plain: "–" };

/** @param {[string, string] | undefined} entry @param {string} status */
const pill = (entry, status) => {
  const [tone, word] = entry ?? ["plain", status];
  return el(
    "span",
    { class: `pill ${tone}` },
    el("span", { class: "mark", "aria-hidden": "true" }, MARK[tone] ?? "–"),
    word,
  );
};

/** How a case stands, in the server's words. @param {{tone: string, word: string}} state */
export const statePill = ({ tone, word }) => pill([tone, word], word);
/** @param {string} status */
export const actionPill = (status) => pill(ACTION[status], status);
/** @param {string} status */
export const planPill = (status) => pill(PLAN[status], status);
/** @param {number} value */
export const number = (value) => value.toLocaleString("en");

/** Decimal units, as S3 and its bill count. @param {number} bytes */
export const size = (bytes) => {
  const units = ["bytes", "kB", "MB", "GB", "TB", "PB"];
  let [value, unit] = [bytes, 0];
  for (; value >= 999.5 && unit < units.length - 1; unit += 1) value /= 1000;
  return unit === 0 ? `${number(bytes)} bytes` : `${value.toPrecision(3)} ${units[unit]}`;
};

/** `2026-11-21 03:04:05 UTC`; never the browser's own zone. @param {string | null} iso */
export const time = (iso) =>
  iso === null ? "not known" : el("time", { datetime: iso }, `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`);

/** @param {string} iso */
export const clockTime = (iso) => el("time", { datetime: iso, title: iso }, iso.slice(11, 19));

/** The times of day of a stretch, with its length. @param {string} from @param {string | null} to */
export const stretch = (from, to) =>
  to === null || to <= from
    ? [clockTime(from)]
    : [clockTime(from), " to ", clockTime(to), `, ${duration(Date.parse(to) - Date.parse(from))}`];

/** @param {string} text */
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** @param {number} ms */
export const duration = (ms) => {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
};

/** @param {number} count @param {string} one @param {string} [many] */
export const counted = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;
