import { setTimeout } from "node:timers/promises";
import { isTrouble, type Problem } from "../src/core/problems.js";
import { asProblem } from "../src/phases/trouble.js";
import type { View } from "../src/slack/limits.js";
import { isSlackTrouble } from "../src/slack/trouble.js";
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
  if (isSlackTrouble(error)) {
    const next = error.next || "Try again in a minute.";
    return { code: error.code, what: `Slack did not answer (${error.code})`, next };
  }
  if (isRefusedByRedis(error)) return storeRefuses(error);
  if (isRedisAway(error)) return storeAway(error);
  return {
    code: "Internal",
    what: "Something went wrong on my side",
    next: "Look at /eks-upgrade status before you try again; if it stays, look for it in the bot's log.",
  };
}

/** A command that was never sent has changed nothing; of one that was sent and not answered nobody knows. */
function storeAway(error: Error): Problem {
  const unsent = error.message.includes("Stream isn't writeable");
  const what = "I cannot take orders right now: my store (Redis) does not answer";
  const known = unsent
    ? "Nothing was changed."
    : "I do not know whether that was saved: look at the card or /eks-upgrade status before you try again.";
  return {
    code: "StoreUnavailable",
    what,
    next: `${known} Upgrades under way are in the hands of EKS and go on. If it lasts, look at Redis.`,
  };
}

/** Redis said no before it did anything: nothing was saved, not even in part. */
function storeRefuses(error: Error): Problem {
  const full = error.message.includes("OOM command not allowed");
  return {
    code: "StoreUnavailable",
    what: `I cannot take orders right now: my store (Redis) refuses to ${full ? "write, for its memory is full" : "work"}`,
    next: `Nothing was changed. Upgrades under way are in the hands of EKS and go on. ${full ? "Give Redis more memory (maxmemory)." : "If it lasts, look at Redis."}`,
  };
}

/** Older servers wrap what a script met into an error of the script. */
function isRefusedByRedis(error: unknown): error is Error {
  return error instanceof Error && /OOM command not allowed|^(LOADING|READONLY|MISCONF)/.test(error.message);
}

/** ioredis has no error class of its own for this: it fails commands at once while it is not connected. */
function isRedisAway(error: unknown): error is Error {
  return error instanceof Error && awayWords.test(error.message);
}

const awayWords =
  /Stream isn't writeable|Connection is closed|Command timed out|max retries per request|ECONNREFUSED|ECONNRESET/;
