import { isOurs } from "../../core/decide-control.js";
import type { Held } from "../../core/held.js";
import { type Instant, minute, sayDuration } from "../../core/instant.js";
import type { Run } from "../../core/run.js";
import type { View } from "../limits.js";
import type { HoldStory } from "../story.js";
import { code, foreign, mention, moment, say, timeOfDay } from "../text.js";

/** What a lock, a window's end, a freeze or a doubt does to a run under way. */

export function heldHeadline(held: Held): string {
  if (held.why === "lock") return ":lock: Held by a lock";
  if (held.why === "unsure") return ":warning: Not begun";
  return held.freeze === undefined ? ":clock4: Outside its window" : ":snowflake: Frozen";
}

/** Under the headline of the live message: why, since when, until when, and what ends it. */
export function heldLines(run: Run, now: Instant): string[] {
  const { held } = run;
  if (!held) return [];
  const lasts = now - held.since >= minute ? ` (for ${sayDuration(now - held.since)})` : "";
  return [`${heldWords(run, held)}${lasts}. ${whatEndsIt(run, held)}`];
}

function heldWords({ plan }: Run, held: Held): string {
  const since = `since ${timeOfDay(held.since)}`;
  switch (held.why) {
    case "lock":
      return `:lock: *Locked* by ${mention(held.by)}: ${foreign(held.reason, 300)}; held ${since}`;
    case "window":
      return held.freeze === undefined
        ? `:clock4: *The window of ${foreign(plan.environment, 80)} has ended* or is about to; held ${since}`
        : `:snowflake: *${foreign(plan.environment, 80)} is frozen:* ${foreign(held.freeze, 300)}; held ${since}`;
    case "unsure":
      return `:warning: *Not begun yet:* ${foreign(held.what, 300)}; waiting ${since}`;
  }
}

function whatEndsIt(run: Run, held: Held): string {
  const still = isOurs(run)
    ? "What is begun comes to a safe point; no further node is replaced."
    : "Nothing was begun.";
  switch (held.why) {
    case "lock":
      return `${still} It goes on when the lock is taken off: ${code(`/eks-upgrade unlock ${held.place ?? run.plan.environment}`, 200)}`;
    case "window":
      return held.until === undefined
        ? `${still} No time to go on is known: approvers may have it go on now, or somebody calls it off.`
        : `${still} It goes on by itself ${moment(held.until)}, unless approvers have it go on now, or somebody calls it off.`;
    case "unsure":
      return "I ask again every half a minute, and begin when Slack tells.";
  }
}

/** In the thread. Where a window ended, whoever asked for the upgrade is called: waiting may not be what they want. */
export function ruleHoldReply(run: Run, { held, at, ended }: HoldStory & { readonly held: Held }): View {
  if (ended) {
    const lasted = sayDuration(ended.at - at);
    const how = ended.by === undefined ? "" : `, then ${mention(ended.by)} let it go on`;
    return say([`${endedWords(held)} for ${lasted}${how}.`]);
  }
  const call = held.why === "window" && isOurs(run) ? `${mention(run.requestedBy)} ` : "";
  return say([`${call}${heldWords(run, held)}. ${whatEndsIt(run, held)}`]);
}

function endedWords(held: Held): string {
  if (held.why === "lock") return `Held by the lock of ${mention(held.by)}`;
  if (held.why === "unsure") return "Waited for Slack to tell whether it may begin";
  return held.freeze === undefined ? "Held outside its window" : "Held by a freeze";
}
