import type { KnownBlock } from "@slack/types";
import { type HoldPoint, holdPoint } from "../../core/hold.js";
import { type Instant, minute, sayDuration } from "../../core/instant.js";
import { type Lock, type LockNews, type LockScope, scopeName } from "../../core/locks.js";
import type { Run } from "../../core/run.js";
import type { View } from "../limits.js";
import { code, fitLines, foreign, listed, mention, moment, plural, say, sections } from "../text.js";
import { planTitle } from "./plan.js";

/** What people see of locks: on what, whose, why, since when. */

const reasonRoom = 300;

/** More would not fit into an answer. */
const locksTold = 10;

/** A line for each: in lists, in Home. */
function lockLines(locks: readonly Lock[], now: Instant): string[] {
  const lines = locks.map((lock) => `:lock: *${nameOf(lock)}* is locked by ${lockWords(lock, now)}`);
  const rest = lines.length - locksTold;
  return rest > 0 ? [...lines.slice(0, locksTold), `and ${plural(rest, "more lock")}`] : lines;
}

/** Where something is locked, that stands above all else: it says why nothing starts. */
export function lockBlocks(locks: readonly Lock[], now: Instant): KnownBlock[] {
  return locks.length === 0 ? [] : sections(lockLines(locks, now));
}

export function withLocks(answer: View, locks: readonly Lock[], now: Instant): View {
  if (locks.length === 0) return answer;
  const lines = lockLines(locks, now);
  return {
    text: fitLines([...lines, answer.text], 3_000),
    blocks: [...lockBlocks(locks, now), ...answer.blocks],
  };
}

/** "@ana since Jul 20, 10:00 (3 h): database migration" */
function lockWords({ by, at, reason }: Lock, now: Instant): string {
  return `${mention(by)} since ${moment(at)} (${sayDuration(now - at)}): ${foreign(reason, reasonRoom)}`;
}

function nameOf(scope: LockScope): string {
  return foreign(scopeName(scope), 200);
}

function typed(verb: "lock" | "unlock", scope: LockScope): string {
  return code(`/eks-upgrade ${verb} ${scopeName(scope)}`, 250);
}

/** After `lock`, with the open runs there. */
export function lockedAnswer(lock: Lock, runs: readonly Run[]): View {
  return say([
    `:lock: *${nameOf(lock)}* is locked: ${foreign(lock.reason, reasonRoom)}`,
    `Nothing starts there until somebody takes the lock off, however long that is: ${typed("unlock", lock)}`,
    ...fates.flatMap(([fits, words]) => runLine(runs.filter(fits), words)),
  ]);
}

/** Whoever reads it that long after it happened could take it for what is so since just now. */
const saysWhenAfter = 10 * minute;

/** To the environment's channel: whoever wants to upgrade there should not have to find out. */
export function lockNotice({ lock, off }: LockNews, now: Instant): View {
  const { at } = off ?? lock;
  const late = now - at >= saysWhenAfter;
  const when = late
    ? [`That was ${moment(at)} (${sayDuration(now - at)} ago): it could not be told here before.`]
    : [];
  return say([...(off ? unlockedLines(lock, off.by) : lockedLines(lock)), ...when]);
}

function lockedLines(lock: Lock): string[] {
  const says = `:lock: ${mention(lock.by)} locked *${nameOf(lock)}*: ${foreign(lock.reason, reasonRoom)}`;
  const means =
    "Nothing starts there, and self-managed node groups that are being rolled wait at their next safe point; EKS finishes what it has begun.";
  return [says, `${means} To take it off: ${typed("unlock", lock)}`];
}

export function alreadyLocked(lock: Lock, asker: string, now: Instant): View {
  const whose = lock.by === asker ? "by yourself" : `by ${mention(lock.by)}`;
  return say([
    `:lock: *${nameOf(lock)}* is locked already, ${whose} since ${moment(lock.at)} (${sayDuration(now - lock.at)}): ${foreign(lock.reason, reasonRoom)}`,
    `That lock stays as it is. To make it yours, or to change its reason, take it off first: ${typed("unlock", lock)}`,
  ]);
}

/** After `unlock`. `others`: locks that stand over some of it still. */
export function unlockedAnswer(
  lock: Lock,
  about: {
    readonly by: string;
    readonly runs: readonly Run[];
    readonly others: readonly Lock[];
    readonly now: Instant;
  },
): View {
  const { by, runs, others, now } = about;
  const whose =
    lock.by === by
      ? `It was your lock since ${moment(lock.at)} (${sayDuration(now - lock.at)}): ${foreign(lock.reason, reasonRoom)}`
      : `It was not your lock: ${lockWords(lock, now)}`;
  return say([
    `:unlock: *${nameOf(lock)}* is unlocked. ${whose}`,
    ...runLine(runs.filter(goesOn), "Told to go on now"),
    ...(others.length > 0 ? ["Still locked there:", ...lockLines(others, now)] : []),
  ]);
}

function unlockedLines(lock: Lock, by: string): string[] {
  const whose = lock.by === by ? "their own lock" : `the lock of ${mention(lock.by)}`;
  const why = foreign(lock.reason, reasonRoom);
  return [
    `:unlock: ${mention(by)} took ${whose} off *${nameOf(lock)}* (${why}). What waited for nothing else goes on.`,
  ];
}

/** `others`: locks over it, or within it, that are no lock on it itself. */
export function notLocked(scope: LockScope, others: readonly Lock[], now: Instant): View {
  if (others.length === 0) return say([`*${nameOf(scope)}* is not locked. Nothing was changed.`]);
  return say([
    `There is no lock on *${nameOf(scope)}* itself. Nothing was changed. These stand over it, or within it:`,
    ...lockLines(others, now),
    `Take off the one that is meant: ${listed(
      others.slice(0, runsShown).map((lock) => typed("unlock", lock)),
      "or",
    )}`,
  ]);
}

const isRunning = ({ state }: Run) => state === "running";
const at =
  (...points: readonly HoldPoint[]) =>
  (run: Run) =>
    isRunning(run) && points.includes(holdPoint(run));

/** What a lock does to those that are open, the most pressing first. */
const fates: readonly (readonly [fits: (run: Run) => boolean, words: string])[] = [
  [(run) => at("never")(run) && !run.stopping, "EKS goes on with, for it can neither pause nor cancel"],
  [at("about to ask"), "EKS was asked for, and goes on with if it has begun"],
  [at("safe", "on the way"), "Waits at its next safe point"],
  [(run) => isRunning(run) && run.stopping !== undefined, "Is being called off, which goes on"],
  [(run) => at("nothing begun")(run) || !isRunning(run), "Does not begin"],
];

function goesOn(run: Run): boolean {
  return isRunning(run) && run.held?.why === "lock";
}

/** More than that are counted. */
const runsShown = 5;

function runLine(runs: readonly Run[], words: string): string[] {
  if (runs.length === 0) return [];
  const shown = runs.slice(0, runsShown).map((run) => `${code(run.id)} (${planTitle(run.plan)})`);
  const rest = runs.length - shown.length;
  return [`${words}: ${listed(rest > 0 ? [...shown, plural(rest, "more run")] : shown, "and")}.`];
}
