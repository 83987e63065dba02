import type { KnownBlock } from "@slack/types";
import type { DigestContent, DigestRecord, DigestRow, ShownDigest } from "../../core/scan/digest.js";
import { isAllUpToDate } from "../../core/scan/rows.js";
import type { SplitRows } from "../../core/scan/snoozes.js";
import { limits, type View } from "../limits.js";
import type { Circle } from "../people.js";
import {
  capital,
  context,
  fitLines,
  foreign,
  listed,
  mention,
  mentionGroup,
  moment,
  mrkdwn,
  plural,
  say,
  section,
} from "../text.js";
import { canUpgrade, rowButtons, snoozeAllButtons, wakeAllButton, wakeButton } from "./digest-actions.js";
import { environmentBlocks, fittingRows, worstFirst } from "./digest-order.js";
import {
  inDays,
  placesWords,
  problemLines,
  rowLine,
  rowLines,
  rowName,
  severityCounts,
  uncomparedWords,
  unseenWords,
} from "./digest-rows.js";
import { problemWords } from "./plan.js";

/** What there is to say: rows that are told, and those that somebody snoozed. */
export interface DigestFacts extends SplitRows {
  readonly record: DigestRecord;
  readonly digest: ShownDigest;
  /** Who is called. */
  readonly calls: Circle;
}

/** Parts of one message, in characters: together they stay within what a message holds. */
const room = { rows: 6_000, problems: 1_500, snoozed: 1_800 } as const;
/** More than this nobody reads: the rest is in the thread. */
const rowsShown = 14;
/** What stands around the rows: headline, the rest, *Snooze all*, problems, *Undo all*, the end. */
const blocksAround = 7;
const snoozedAlways = 5;

export interface DigestView {
  readonly view: View;
  /** Rows for which there was no room, in the order of the digest. */
  readonly rest: readonly DigestRow[];
}

/** The message itself: what is behind, worst first, how far, and what it costs to stay there. */
export function digestView(facts: DigestFacts): DigestView {
  const { record, digest, shown, snoozed } = facts;
  const { content } = digest;
  if (isAllUpToDate(content)) return { view: upToDateView(record, content), rest: [] };
  const picked = pick(shown, Math.min(snoozed.length, snoozedAlways));
  const rest = shown.filter((row) => !picked.includes(row));
  const rows = rowBlocks(picked, facts);
  const problems = problemLines(content.problems);
  const view = {
    text: textOf(facts),
    blocks: [
      section(openingLines(facts), 1_000),
      ...rows,
      ...restBlock(rest),
      ...(shown.length > 1 ? [snoozeAllButtons(nameOf(facts), shown.length)] : []),
      ...snoozedBlocks(facts, limits.blocks - blocksAround - rows.length),
      ...(problems.length > 0 ? [section(problems, room.problems)] : []),
      context(endParts(record, content)),
    ],
  };
  return { view, rest };
}

/** Everything is well: one line, without anything to press. */
function upToDateView(record: DigestRecord, content: DigestContent): View {
  const { clusters, groups } = content.looked;
  const where = foreign(placesWords(record.environments));
  const what =
    clusters === 0
      ? `There is no cluster to look at in ${where}.`
      : `Nothing is behind in ${where}: I looked at ${plural(groups, "node group")} of ${plural(clusters, "cluster")}${uncomparedWords(content)}.`;
  const line = `:white_check_mark: ${what} Checked ${moment(content.scannedAt)}, next digest ${moment(record.nextDue)}.`;
  return { text: line, blocks: [context([line])] };
}

/** The message of a digest that another one has followed. */
export function formerDigestView({ madeAt }: ShownDigest): View {
  return say([`Digest of ${moment(madeAt)}. A newer digest is below.`]);
}

function nameOf({ record, digest }: DigestFacts) {
  return { series: record.series, number: digest.number };
}

function textOf(facts: DigestFacts): string {
  const { shown, snoozed, digest } = facts;
  const rows = worstFirst(shown)
    .slice(0, 10)
    .map((row) => `• ${rowLine(row)}`);
  const more = shown.length - rows.length;
  return fitLines(
    [
      ...openingLines(facts),
      ...rows,
      ...(more > 0 ? [`… and ${more} more.`] : []),
      ...(snoozed.length > 0 && shown.length > 0 ? [`${snoozed.length} snoozed.`] : []),
      ...digest.content.problems.slice(0, 5).map(({ problem }) => `:warning: ${problemWords(problem, 200)}`),
    ],
    3_000,
  );
}

function openingLines(facts: DigestFacts): string[] {
  const counts = severityCounts(facts.shown);
  return [`*${headline(facts)}*`, ...(counts === "" ? [] : [`${capital(counts)}.`]), ...newsLines(facts)];
}

/** Whoever is to be called, and for what; where nobody is, what is news is told all the same. */
function newsLines({ shown, calls, digest, record }: DigestFacts): string[] {
  const news = new Set(digest.news);
  const fresh = shown.filter(({ key }) => news.has(key)).length;
  if (fresh === 0) return [];
  const words = `${fresh} of these ${fresh === 1 ? "is" : "are"} new or changed`;
  const all = fresh === shown.length;
  const called = [...calls.groups.map(mentionGroup), ...calls.users.map(mention)].slice(0, 20);
  if (called.length > 0) return [`${called.join(" ")} please have a look${all ? "" : `: ${words}`}.`];
  return all || !record.former ? [] : [`${words} since the last digest.`];
}

/** "3 node groups of prod are behind and 1 control plane leaves extended support in 5 days" */
function headline({ shown, snoozed, record, digest }: DigestFacts): string {
  const where = foreign(placesWords(record.environments));
  const { problems } = digest.content;
  const unseen = problems.length > 0 ? `${unseenWords(problems)} could not be looked at in full` : undefined;
  if (shown.length > 0) {
    const facts = listed(factsOf(shown, where), "and");
    return unseen === undefined ? facts : `${facts}; ${unseen}`;
  }
  if (snoozed.length === 0) return `Nothing found behind in ${where}, but ${unseen}`;
  const asleep = `Nothing new in ${where}: ${snoozed.length} snoozed`;
  return unseen === undefined ? asleep : `${asleep}, but ${unseen}`;
}

function factsOf(rows: readonly DigestRow[], where: string): string[] {
  const groups = rows.filter(({ group }) => group !== undefined);
  // What runs a release that AWS took back is ahead of what it lists.
  const behind = groups.filter(canUpgrade).length;
  const others = groups.length - behind;
  const planes = rows.filter(({ group }) => group === undefined);
  const of = ` of ${where}`;
  return [
    ...(behind > 0 ? [`${plural(behind, "node group")}${of} ${behind === 1 ? "is" : "are"} behind`] : []),
    ...(others > 0
      ? [
          `${behind > 0 ? `${others} more` : `${plural(others, "node group")}${of}`} ${others === 1 ? "needs" : "need"} attention`,
        ]
      : []),
    ...(planes.length > 0 ? [planesWords(planes, groups.length > 0 ? "" : of)] : []),
  ];
}

/** By the one whose support ends first. */
function planesWords(planes: readonly DigestRow[], of: string): string {
  const many = planes.length > 1;
  const what = `${plural(planes.length, "control plane")}${of}`;
  const ends = planes
    .flatMap(({ concerns }) => concerns.filter((concern) => concern.kind === "support ends"))
    .sort((one, other) => one.days - other.days);
  const [first] = ends;
  if (!first) return `${what} ${many ? "need" : "needs"} attention`;
  const which = ends.every((end) => end.which === first.which) ? `${first.which} ` : "";
  if (first.days < 0) return `${what} ${many ? "are past or near the end of" : "is past"} ${which}support`;
  return `${what} ${many ? "leave" : "leaves"} ${which}support${many ? ", the first" : ""} ${inDays(first.days)}`;
}

/** The worst of all environments, as many as fit. */
function pick(rows: readonly DigestRow[], snoozed: number): DigestRow[] {
  const blocks = limits.blocks - blocksAround - snoozed;
  return fittingRows(rows, { blocks, characters: room.rows, rows: rowsShown }, (row) => ({
    blocks: 2,
    characters: rowLines(row, true).join("\n").length,
  }));
}

function rowBlocks(rows: readonly DigestRow[], { record, digest }: DigestFacts): KnownBlock[] {
  const news = new Set(digest.news);
  // In the first digest everything is new, and in one where everything is, too.
  const tell = record.former !== undefined && !rows.every(({ key }) => news.has(key));
  return environmentBlocks(rows, record.environments.length > 1, (row) => [
    section(rowLines(row, tell && news.has(row.key))),
    rowButtons(row),
  ]);
}

function restBlock(rest: readonly DigestRow[]): KnownBlock[] {
  if (rest.length === 0) return [];
  return [section([`${rest.length} more in the thread: ${severityCounts(rest)}.`])];
}

/** Who does not want to be told of what, until when; each can be undone. */
function snoozedBlocks(facts: DigestFacts, free: number): KnownBlock[] {
  const { snoozed } = facts;
  if (snoozed.length === 0) return [];
  const lines = snoozed.map(({ row, snooze }) => ({
    row,
    text: `*${rowName(row)}* is snoozed until ${moment(snooze.until)} by ${mention(snooze.by)} (${row.severity})`,
  }));
  let used = 0;
  const shown = lines.slice(0, free).filter(({ text }) => {
    used += text.length + "Wake".length;
    return used <= room.snoozed;
  });
  const rest = snoozed.slice(shown.length);
  return [
    ...shown.map(
      ({ row, text }): KnownBlock => ({ type: "section", text: mrkdwn(text), accessory: wakeButton(row) }),
    ),
    ...(rest.length > 0 ? [section(moreSnoozed(rest), 600)] : []),
    ...(snoozed.length > 1 ? [wakeAllButton(nameOf(facts))] : []),
  ];
}

/** "12 more are snoozed until … by …", for each of those who did it at one time. */
function moreSnoozed(rest: DigestFacts["snoozed"]): string[] {
  const counts = new Map<string, number>();
  for (const { snooze } of rest) {
    const words = `until ${moment(snooze.until)} by ${mention(snooze.by)}`;
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  return [...counts].map(([words, count]) => `${count} more ${count === 1 ? "is" : "are"} snoozed ${words}`);
}

function endParts(record: DigestRecord, { looked, scannedAt }: DigestContent): string[] {
  return [
    `Looked at ${plural(looked.clusters, "cluster")}, ${plural(looked.groups, "node group")}${uncomparedWords({ looked })}`,
    `Checked ${moment(scannedAt)}`,
    `Next digest ${moment(record.nextDue)}`,
  ];
}
