import { isOurs } from "../../core/decide-control.js";
import type { Held } from "../../core/held.js";
import { holdPoint } from "../../core/hold.js";
import { type Instant, minute, sayDuration } from "../../core/instant.js";
import { environmentUnknown } from "../../core/problems.js";
import type { Run } from "../../core/run.js";
import type { View } from "../limits.js";
import { attemptOf } from "../standing.js";
import type { HoldStory } from "../story.js";
import { code, foreign, mention, moment, say, timeOfDay } from "../text.js";

type Hours = Held & { readonly why: "window" };

/** What a lock, a window's end, a freeze or a doubt does to a run under way. */

export function heldHeadline(held: Held): string {
  if (held.why === "lock") return ":lock: Held by a lock";
  if (held.why === "unsure") return ":warning: Not begun";
  return held.freeze === undefined ? ":clock4: Outside its window" : ":snowflake: Held by a freeze";
}

/** Under the headline of the live message: why, since when, until when, and what ends it. For how long, as of `now`. */
export function heldLines(run: Run, now?: Instant): string[] {
  const { held } = run;
  if (!held) return [];
  const lasted = now === undefined ? 0 : now - held.since;
  const lasts = lasted >= minute ? ` (for ${sayDuration(lasted)})` : "";
  return [`${heldWords(run, held)}${lasts}. ${whatEndsIt(run, held)}`];
}

/** A freeze that begins soon holds what would not be through by then: the record does not tell which of both it is. */
function heldWords(run: Run, held: Held): string {
  const since = `since ${timeOfDay(held.since)}`;
  switch (held.why) {
    case "lock":
      return `:lock: *Locked* by ${mention(held.by)}: ${within(held.reason)}; held ${since}`;
    case "window":
      return held.freeze === undefined
        ? `:clock4: *The window of ${whose(run, held)} has ended* or is about to; held ${since}`
        : `:snowflake: *A freeze of ${whose(run, held)} has begun* or is about to: ${within(held.freeze)}; held ${since}`;
    case "unsure":
      return `:warning: *Not begun yet:* ${within(held.what)}; waiting ${since}`;
  }
}

/** "prod, where the cluster belongs by now," */
function whose({ plan }: Run, { place }: Hours): string {
  if (place === undefined) return foreign(plan.environment, 80);
  return `${foreign(place, 80)}, where ${code(plan.cluster)} belongs by now,`;
}

/** What somebody gave as a reason, where the sentence goes on behind it. */
function within(reason: string): string {
  return foreign(reason, 300).replace(/\.$/, "");
}

function whatEndsIt(run: Run, held: Held): string {
  const [still, goesOn] = howItStands(run);
  switch (held.why) {
    case "lock":
      return `${still} ${goesOn} when the lock is taken off: ${code(`/eks-upgrade unlock ${held.place ?? run.plan.environment}`, 200)}`;
    case "window": {
      const off = nobodyMayCancel(run) ? "" : ", or somebody calls it off";
      return held.until === undefined
        ? `${still} When its hours allow it again is not known: ${approverOf(held)} may press *Go on now* on its live message${off}.`
        : `${still} ${goesOn} by itself ${moment(held.until)}, unless ${approverOf(held)} presses *Go on now* on its live message${off}.`;
    }
    case "unsure":
      return "I ask again every half minute, and begin when Slack tells.";
  }
}

/** Without its environment in fleet.yaml nobody has a right to it. */
export function nobodyMayCancel({ trouble }: Run): boolean {
  return trouble?.code === environmentUnknown;
}

function approverOf({ place }: Hours): string {
  return place === undefined ? "an approver" : `an approver of ${foreign(place, 80)}`;
}

/** What is begun of it, and what becomes of it when nothing holds it any more. */
function howItStands(run: Run): readonly [still: string, goesOn: string] {
  switch (holdPoint(run)) {
    case "nothing begun":
      return [attemptOf(run) > 1 ? "This attempt has begun nothing." : "Nothing was begun.", "It begins"];
    case "safe":
      return ["It stands at a safe point; no further node is replaced.", "It goes on"];
    case "about to ask":
      return ["EKS may have been asked: what it began goes on.", "Otherwise it begins"];
    case "on the way":
      return ["What is begun comes to a safe point; no further node is replaced.", "It goes on"];
    case "never":
      return ["What is begun goes on.", "Anything else begins"];
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
