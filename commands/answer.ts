import { setTimeout } from "node:timers/promises";
import { isTrouble, type Problem } from "../src/core/problems.js";
import { asProblem } from "../src/phases/trouble.js";
import { OrderUnanswered } from "../src/redis/orders.js";
import type { View } from "../src/slack/limits.js";
import { isSlackTrouble, type SlackTrouble } from "../src/slack/trouble.js";
import { problemAnswer } from "../src/slack/views/answers.js";
import type { Tools } from "./tools.js";

/** The one place where an error becomes words for whoever asked. `show` brings the answer to them. */
export async function answer(
  { log }: Tools,
  work: () => View | undefined | Promise<View | undefined>,
  show: (view: View) => Promise<unknown>,
): Promise<void> {
  const view = await Promise.resolve()
    .then(work)
    .catch((error: unknown) => {
      if (!isTrouble(error) && !isSlackTrouble(error)) log.error({ error }, "command failed");
      return problemAnswer(problemOf(error));
    });
  if (!view) return;
  await persist(() => show(view)).catch((error: unknown) =>
    log.warn({ error: error instanceof Error ? error.message : error }, "could not answer"),
  );
}

/** Real milliseconds before an answer that Slack did not take is tried again. An address takes five within half an hour. */
const pauses = [1_000, 4_000];

/** An answer that is shown twice is better than none: whoever asked would ask again. */
async function persist(show: () => Promise<unknown>): Promise<void> {
  for (let tried = 0; ; tried++) {
    try {
      await show();
      return;
    } catch (error) {
      const pause = pauses[tried];
      if (pause === undefined || !mayPass(error)) throw error;
      await setTimeout(pause);
    }
  }
}

/** Bolt tells the HTTP status alone, not how long Slack wants us to wait; `fetch` tells of the network by a TypeError. */
function mayPass(error: unknown): boolean {
  if (error instanceof TypeError) return true;
  if (!(error instanceof Error) || !("statusCode" in error)) return false;
  const status = Number(error.statusCode);
  return status === 429 || status >= 500;
}

function problemOf(error: unknown): Problem {
  if (isTrouble(error)) return asProblem(error);
  if (isSlackTrouble(error)) return unsureProblem(error);
  const refused = error instanceof Error && storeRefuses(error);
  if (refused) return refused;
  if (isRedisAway(error)) return storeAway(error);
  return {
    code: "Internal",
    what: "Something went wrong on my side",
    next: "Look at /eks-upgrade status before you try again; if it stays, look for it in the bot's log.",
  };
}

/** For whoever cannot be told what they may see, because Slack does not tell. */
export function unsureView(trouble: SlackTrouble): View {
  return problemAnswer(unsureProblem(trouble));
}

function unsureProblem({ code, next }: SlackTrouble): Problem {
  return { code, what: `Slack did not answer (${code})`, next: next || "Try again in a minute." };
}

/** Everything is read before one write is made: only of that one it may be unknown whether it was. */
function storeAway(error: Error): Problem {
  const unknown = error instanceof OrderUnanswered && error.changed === "unknown";
  const what = "I cannot take orders right now: my store (Redis) does not answer";
  const known = unknown
    ? "I do not know whether that was saved (it will not be saved later): look at the card or /eks-upgrade status before you try again."
    : "Nothing was changed, and nothing will be.";
  return {
    code: "StoreUnavailable",
    what,
    next: `${known} Upgrades under way are in the hands of EKS and go on. If it lasts, look at Redis.`,
  };
}

/** How Redis refuses: what it does then, and what a person can do. */
const refusals: readonly (readonly [RegExp, string, string])[] = [
  [/OOM command not allowed/, "write, for its memory is full", "Give Redis more memory (maxmemory)."],
  [
    /NOREPLICAS/,
    "write, for too few of its replicas are there",
    "Bring the replicas of Redis back (min-replicas-to-write).",
  ],
  [/(^|-)(LOADING|READONLY|MISCONF|CLUSTERDOWN|MASTERDOWN)\b/, "work", "If it lasts, look at Redis."],
];

/** Redis said no before it did anything: nothing was saved, not even in part. Older servers wrap what a script met. */
function storeRefuses({ message }: Error): Problem | undefined {
  const [, refuses, next] = refusals.find(([said]) => said.test(message)) ?? [];
  if (refuses === undefined) return undefined;
  return {
    code: "StoreUnavailable",
    what: `I cannot take orders right now: my store (Redis) refuses to ${refuses}`,
    next: `Nothing was changed. Upgrades under way are in the hands of EKS and go on. ${next}`,
  };
}

/** ioredis has no error class of its own for this: it fails commands at once while it is not connected. */
function isRedisAway(error: unknown): error is Error {
  return error instanceof OrderUnanswered || (error instanceof Error && awayWords.test(error.message));
}

const awayWords =
  /Stream isn't writeable|Cluster isn't ready|Connection is closed|Command timed out|max retries per request|Too many Cluster redirections|Socket timeout|ECONNREFUSED|ECONNRESET|EPIPE/;
