import type { ContextBlock, MrkdwnElement, SectionBlock } from "@slack/types";
import { day, type Instant, type Milliseconds, sayDuration, second } from "../core/instant.js";
import { limits, truncate, type View } from "./limits.js";

/**
 * Foreign text (names, tags, reasons, errors) reaches people only through `clean`, `foreign` or `code`: it may hold
 * control sequences (`<!channel>`), backticks that break formatting, and marks that reverse what is read.
 */

/** Invisible characters that change what a reader sees: controls, zero-width, bidirectional overrides and isolates. */
const invisible = /[\p{Cc}\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff]+/gu;

/** Half of a sign that has two: somebody cut a text there, and Slack may take none that has one. */
const halfSign = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function normalised(text: string): string {
  return text.replace(/\s+/gu, " ").replace(invisible, "").replace(halfSign, "\ufffd").trim();
}

/** For fields that Slack shows literally (plain text, rich text, table cells): one line, nothing invisible. */
export function clean(text: string, max = 300): string {
  return truncate(normalised(text), max);
}

/** For mrkdwn: harmless inside any sentence, and at most `max` characters as Slack counts them, entities included. */
export function foreign(text: string, max = 600): string {
  const plain = normalised(text).replaceAll("`", "'");
  const whole = escaped(plain);
  if (whole.length <= max) return whole;
  let kept = "";
  for (const character of plain) {
    const next = escaped(character);
    if (kept.length + next.length >= max) break;
    kept += next;
  }
  return `${kept.trimEnd()}…`;
}

/** A name, release or id in mrkdwn, set as code. */
export function code(text: string, max = 120): string {
  return `\`${foreign(text, max) || " "}\``;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** An id of Slack's own making, or nothing that Slack would act on. */
export function mention(userId: string): string {
  return /^[UW][A-Z0-9]{1,30}$/.test(userId) ? `<@${userId}>` : foreign(userId);
}

export function mentionGroup(groupId: string): string {
  return /^S[A-Z0-9]{1,30}$/.test(groupId) ? `<!subteam^${groupId}>` : foreign(groupId);
}

export function mentionChannel(channelId: string): string {
  return /^[CG][A-Z0-9]{1,30}$/.test(channelId) ? `<#${channelId}>` : foreign(channelId);
}

/** Slack groups and people by mention: whom to ask. In what only one person sees, a mention calls nobody. */
export function whoever({ groups, users }: { groups: readonly string[]; users: readonly string[] }): string {
  const named = [...groups.map(mentionGroup), ...users.map(mention)];
  const rest = named.length - 10;
  const shown = rest > 0 ? [...named.slice(0, 10), `${rest} more`] : named;
  return listed(shown, "or") || "an approver named in fleet.yaml";
}

/** "A", "A or B", "A, B or C". */
export function listed(items: readonly string[], last: "and" | "or"): string {
  if (items.length < 2) return items[0] ?? "";
  return `${items.slice(0, -1).join(", ")} ${last} ${items.at(-1)}`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** A moment in each reader's own time zone; the fallback is in UTC. */
export function moment(at: Instant): string {
  return `<!date^${Math.floor(at / second)}^{date_short_pretty} {time}|${utc(at)}>`;
}

export function timeOfDay(at: Instant): string {
  return `<!date^${Math.floor(at / second)}^{time}|${utc(at)}>`;
}

function utc(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** "14:05", in UTC: for table cells, which no client localises. */
export function clockUtc(at: Instant): string {
  return new Date(at).toISOString().slice(11, 16);
}

/** "today", "1 day", "45 days", "7 months". */
export function sayAge(age: Milliseconds): string {
  const days = Math.floor(age / day);
  if (days < 1) return "less than a day";
  if (days < 60) return plural(days, "day");
  return days < 730 ? `${Math.floor(days / 30.44)} months` : `${Math.floor(days / 365.25)} years`;
}

export function about(length: Milliseconds): string {
  return `about ${sayDuration(length)}`;
}

/** With a full stop, unless it ends like a sentence already. */
export function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `verbatim`: Slack is not to make links or mentions of its own out of what stands there. */
export function mrkdwn(text: string): MrkdwnElement {
  return { type: "mrkdwn", text, verbatim: true };
}

/** Lines of one section. Whole lines are left out at the end when they do not fit: half a mention is worse than none. */
export function section(
  lines: readonly (string | undefined)[],
  max: number = limits.sectionText,
): SectionBlock {
  return { type: "section", text: mrkdwn(fitLines(lines, Math.min(max, limits.sectionText))) };
}

/** A message of one section, which says what its notification says. */
export function say(lines: readonly string[]): View {
  return { text: fitLines(lines, 3_000), blocks: [section(lines)] };
}

export function context(parts: readonly (string | undefined)[]): ContextBlock {
  const kept = parts.filter((part) => part !== undefined && part !== "");
  return { type: "context", elements: [mrkdwn(fitLines([kept.join("  ·  ")], limits.sectionText))] };
}

/** What a list may take of a message, when its heading and its end take the rest. */
const listRoom = limits.messageCharacters - 1_000;

/** Many lines as few sections, in `room` characters; the last line says how to see the rest. */
export function sections(lines: readonly string[], hint = "", room: number = listRoom): SectionBlock[] {
  const end = 200;
  const kept = lines.slice(0, countFitting(lines, room - end));
  const left = lines.length - kept.length;
  const blocks: SectionBlock[] = [];
  for (let rest = kept; rest.length > 0; ) {
    const fit = Math.max(1, countFitting(rest, limits.sectionText));
    blocks.push(section(rest.slice(0, fit)));
    rest = rest.slice(fit);
  }
  return left === 0
    ? blocks
    : [...blocks, section([`… and ${plural(left, "more line")}. ${hint}`.trimEnd()])];
}

function countFitting(lines: readonly string[], room: number): number {
  let used = 0;
  const over = lines.findIndex((line) => {
    used += line.length + 1;
    return used > room + 1;
  });
  return over < 0 ? lines.length : over;
}

/** Joins lines up to `max` characters; whole lines are left out at the end, unless there is but one. */
export function fitLines(lines: readonly (string | undefined)[], max: number): string {
  const all = lines.filter((line) => line !== undefined);
  if (countFitting(all, max) === all.length) return all.join("\n");
  const kept = all.slice(0, countFitting(all, max - 40));
  const left = all.length - kept.length;
  if (kept.length === 0) return cut(all[0] ?? "", max);
  return [...kept, `… and ${plural(left, "more line")}`].join("\n");
}

/** Cuts mrkdwn, but never within an entity, a mention or a character. */
function cut(line: string, max: number): string {
  return `${line.slice(0, max - 1).replace(/(?:&[a-z]*|<[^>]*|[\ud800-\udbff])$/, "")}…`;
}
