import { sayDuration } from "../../core/instant.js";
import type { NodeProgress, Run, StepProgress } from "../../core/run.js";
import { wayBack } from "../../core/way-back.js";
import type { View } from "../limits.js";
import { pairs, runCounts } from "../progress.js";
import { attemptOf, lengthOf, wasStopped } from "../standing.js";
import type { EndStory, PutBack } from "../story.js";
import { code, foreign, listed, mention, moment, plural, say, sentence } from "../text.js";
import { blockerLines } from "./blockers.js";
import { againWords } from "./decisions.js";
import { leftLines } from "./ledger.js";
import { planTitle, problemWords, startCommand } from "./plan.js";
import { putBackLines } from "./put-back.js";
import { rejectedBecauseLines } from "./reject.js";
import { waysOnWords } from "./retry.js";

/** Names shown of nodes that somebody should look at. */
const namesShown = 5;
/** Groups whose state is told at the end: the last that were begun. */
const groupsShown = 2;

/** The last word, in the channel: what became of it, what of ours was put back, and what is to be done. */
export function endReply(run: Run, story: PutBack): View {
  if (run.state === "cancelled")
    return wasStopped(run) ? say(calledOffInTheMiddle(run, story)) : calledOff(run, story);
  return say(run.state === "failed" ? failure(run, story) : success(run, story));
}

/**
 * An end that a retry or a repair made an old one. It was told as it was then, and is not told anew: these words are for a Slack
 * that was away the whole time.
 */
export function formerEndReply(run: Run, story: EndStory): View {
  const then =
    story.followedBy?.how === "repair" ? "somebody had what it left behind put back" : "was tried again";
  return say([
    story.problem
      ? `:x: *The upgrade of ${planTitle(run.plan)} failed* ${moment(story.at)}, and ${then}.`
      : `:no_entry_sign: The upgrade of ${planTitle(run.plan)} was called off ${moment(story.at)}, and ${then}.`,
    ...(story.problem ? [`*What happened:* ${problemWords(story.problem, 500)}`] : []),
  ]);
}

/** The last word on a request that never ran, under its card. */
export function declinedReply(run: Run): View {
  if (run.state === "cancelled") return calledOff(run);
  const title = planTitle(run.plan);
  const at = run.decidedAt ?? run.expiresAt;
  const what =
    run.state === "expired"
      ? `upgrading ${title} was not decided before ${moment(at)}. Nothing was changed.`
      : `${mention(run.rejectedBy ?? "somebody")} rejected upgrading ${title} ${moment(at)}. Nothing was changed.`;
  return say([`${mention(run.requestedBy)} ${what}`, ...rejectedBecauseLines(run), againWords(run)]);
}

/** Tells whoever asked, unless it was they who called it off. */
function calledOff(run: Run, story?: PutBack): View {
  const by = run.cancelledBy ?? "somebody";
  const call = by === run.requestedBy ? "" : `${mention(run.requestedBy)} `;
  return say([
    `${call}${mention(by)} called off upgrading ${planTitle(run.plan)}. ${leftAsItWas(run, story)}`,
    ...(story ? putBackLines(story) : []),
    againWords(run),
  ]);
}

/** What a run leaves behind that was called off. */
export function leftAsItWas(run: Run, story?: PutBack): string {
  if (wasStopped(run))
    return "Nodes that are new stay; what I changed was put back as far as that was possible.";
  if (attemptOf(run) > 1) return "Nothing more was changed: its nodes are as the failed attempt left them.";
  return story && story.notPutBack.length > 0 ? "No node was changed." : "Nothing was changed.";
}

/** In the middle of a roll of ours: what is new stays new, the rest is as it was. */
function calledOffInTheMiddle(run: Run, story: PutBack): string[] {
  const by = run.cancelledBy ?? "somebody";
  const call = by === run.requestedBy ? "" : `${mention(run.requestedBy)} `;
  return [
    `${call}:no_entry_sign: *${planTitle(run.plan)}:* ${mention(by)} called the upgrade off${tookWords(run)}.`,
    ...groupsNow(run),
    ...putBackLines(story),
    `To go on with it: ${startCommand(run.plan)}. Nodes that are new already are spared.`,
  ];
}

function success(run: Run, story: PutBack): string[] {
  const counts = runCounts(run);
  const groups = run.plan.steps.map(
    (step) => `${code(step.nodeGroup)} runs ${code(step.to.release)}, was ${code(step.from.release)}`,
  );
  return [
    `${mention(run.requestedBy)} :white_check_mark: *Upgraded ${planTitle(run.plan)}*${tookWords(run)}.`,
    `${plural(counts.oldGone, "node")} replaced, ${counts.newReady} ready on the new release.`,
    ...groups.map((group) => `• ${group}`),
    ...putBackLines({ ...story, putBack: [] }),
    ...wayBackLine(run),
  ];
}

/** Only where there is a command for it: a release that EKS took a group to, it does not take back. */
function wayBackLine(run: Run): string[] {
  const back = wayBack(run);
  return "command" in back
    ? [`Should the new AMI turn out bad, back to the former one: ${code(back.command, 250)}`]
    : [];
}

function failure(run: Run, story: PutBack): string[] {
  const left = leftLines(run);
  return [
    `${mention(run.requestedBy)} :x: *The upgrade of ${planTitle(run.plan)} failed*${tookWords(run)}.`,
    `*What happened:* ${sentence(foreign(run.failure?.what ?? "no reason was given", 500))}`,
    ...blockerLines(run, run.endedAt ?? run.requestedAt),
    ...groupsNow(run),
    ...(left.length > 0 ? ["*Left as it is, for a retry:*", ...left.map((line) => `• ${line}`)] : []),
    ...putBackLines(story),
    `*What to do:* ${foreign(run.failure?.next || "Look at the node group in the EKS console.", 500)}`,
    ...waysOnWords(run),
  ];
}

/** Only groups that were begun: of the others nothing was changed. */
function groupsNow(run: Run): string[] {
  const begun = pairs(run).filter(([, progress]) => progress.phases.setup.state !== "pending");
  if (begun.length === 0) {
    return attemptOf(run) > 1
      ? ["This attempt changed no node: they are as the last one left them."]
      : ["No node was changed, as far as was seen."];
  }
  const rest = begun.length - groupsShown;
  return [
    ...begun
      .slice(-groupsShown)
      .flatMap(([step, progress]) => groupNow(`*${foreign(step.nodeGroup, 80)} now:*`, progress)),
    ...(rest > 0 ? [`Before it: ${plural(rest, "more node group")}, see the live message.`] : []),
  ];
}

/** How many nodes run which release, and which they are. */
function groupNow(title: string, progress: StepProgress): string[] {
  const there = Object.entries(progress.nodes).filter(([, node]) => node.state !== "gone");
  if (there.length === 0) return [`${title} its nodes were not seen: look at them first.`];
  const names = (is: (node: NodeProgress) => boolean) =>
    there.filter(([, node]) => is(node)).map(([name]) => name);
  const news = names((node) => !node.old);
  const olds = names((node) => node.old);
  const cordoned = names((node) => node.state !== "ready" && node.state !== "joined");
  const allOld = cordoned.length > 0 && cordoned.join() === olds.join();
  const until = "cordoned (no new pods until replaced or uncordoned)";
  const which: readonly [string, string[]][] = [
    ["new", news],
    [allOld ? `old, all ${until}` : "old", olds],
    ["not Ready", names((node) => !node.old && node.state === "joined")],
    ...(allOld ? [] : [[until, cordoned] as [string, string[]]]),
  ];
  return [
    `${title} ${plural(news.length, "node")} on the new release, ${olds.length} on the old.`,
    ...which.flatMap(([what, found]) => (found.length > 0 ? [`• ${what}: ${nameSome(found)}`] : [])),
  ];
}

function nameSome(names: readonly string[]): string {
  const shown = names.slice(0, namesShown).map((name) => code(name, 60));
  const rest = names.length - shown.length;
  return listed(rest > 0 ? [...shown, `${rest} more`] : shown, "and");
}

function tookWords(run: Run): string {
  const length = lengthOf(run);
  const again = attemptOf(run) > 1 ? ` (attempt ${attemptOf(run)})` : "";
  return length === undefined
    ? again
    : ` ${run.state === "succeeded" ? "in" : "after"} ${sayDuration(length)}${again}`;
}
