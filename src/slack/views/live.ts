import { isOurs } from "../../core/decide-control.js";
import { type Instant, minute, sayDuration } from "../../core/instant.js";
import { overdueBy } from "../../core/overdue.js";
import type { Run } from "../../core/run.js";
import { troublesNow } from "../../core/troubles.js";
import type { View } from "../limits.js";
import { bar, currentStep, fractionOf, percent, phaseUnderWay, runCounts } from "../progress.js";
import { attemptOf, hasBegun, isLeftToEks, lengthOf, toldBlockers, wasStopped } from "../standing.js";
import { about, code, context, fitLines, foreign, mention, section, timeOfDay } from "../text.js";
import { timeLeft } from "../time-left.js";
import { blockerLines } from "./blockers.js";
import { glassLines } from "./break-glass.js";
import { controlButtons, controlLines } from "./control.js";
import { heldHeadline } from "./held.js";
import { planTitle, problemWords, summaryOf } from "./plan.js";
import { retryButtons, waysOn, waysOnWords } from "./retry.js";
import { classicBlocks, planBlock } from "./tasks.js";
import { hasStarted, troubleLines } from "./troubles.js";
import { yesWords } from "./voices.js";

/** What the workspace's Slack can show. Without `plan` (and tables), the classic blocks say the same. */
export interface Caps {
  readonly plan: boolean;
}

/**
 * The one message per run that is edited in place. Time passes in it by the minute, so that a run in which nothing
 * happens costs one edit a minute. What a person must act on comes first.
 */
export function liveView(run: Run, at: Instant, caps: Caps): View {
  const now = Math.floor(at / minute) * minute;
  const head = headline(run, now);
  const left = leftWords(run, now);
  const blocked = [
    overdueLine(run, now),
    ...controlLines(run, now),
    ...troubleLines(run, now),
    ...blockerLines(run, now),
  ].filter((line) => line !== undefined);
  // What was called off before anything was begun has nothing to show; in the middle, where it stood.
  const called = run.state === "cancelled" && !wasStopped(run);
  const counts = called ? undefined : countsLine(run);
  const after = [failureLine(run), ...noWayOn(run), waitLine(run, now)].filter((line) => line !== undefined);
  return {
    text: fitLines(
      [
        `${planTitle(run.plan)}: ${summaryOf(run.plan)}. ${head}${left ? `, ${left}` : ""}.`,
        ...glassLines(run),
        ...blocked,
        counts,
        ...after,
        peopleLine(run),
      ],
      3_000,
    ),
    blocks: [
      section([
        `*Upgrade ${planTitle(run.plan)}*  ${summaryOf(run.plan)}`,
        ...glassLines(run),
        [head, left].filter((part) => part !== undefined).join("  ·  "),
        called ? undefined : code(bar(fractionOf(run))),
        counts,
      ]),
      ...(blocked.length > 0 ? [section(blocked)] : []),
      ...(called ? [] : caps.plan ? [planBlock(run, now)] : classicBlocks(run, now)),
      ...after.map((line) => section([line])),
      ...controlButtons(run),
      ...retryButtons(run),
      context([peopleLine(run), `Run ${code(run.id)}`, updatedLine(run, now)]),
    ],
  };
}

/** "Running: upgrade, 38 %" */
export function headline(run: Run, now: Instant): string {
  const length = lengthOf(run);
  const took = length === undefined ? "" : sayDuration(length);
  const again = attemptOf(run) > 1 ? ` (attempt ${attemptOf(run)})` : "";
  if (run.state === "succeeded") return `:white_check_mark: Done${took && ` in ${took}`}${again}`;
  if (run.state === "failed") return `:x: Failed${took && ` after ${took}`}${again}`;
  if (run.state === "cancelled")
    return `:no_entry_sign: Called off by ${mention(run.cancelledBy ?? "somebody")}`;
  const current = currentStep(run);
  const phase = current && phaseUnderWay(current.progress);
  const of = run.plan.steps.length > 1 && current ? ` of ${foreign(current.step.nodeGroup, 60)}` : "";
  const leg = phase ? `${phase}${of}` : "start";
  return `${howItGoes(run, now)}: ${leg}, ${percent(fractionOf(run))}${again}`;
}

/** First who holds it or ends it. Trouble that may pass blocks nothing yet, and none blocks EKS once it has begun: then it only hides what EKS does. */
function howItGoes(run: Run, now: Instant): string {
  const late = overdueBy(run, now);
  if (late !== undefined) return `:warning: Unseen since ${timeOfDay(now - late)}`;
  if (run.stopping)
    return `:leftwards_arrow_with_hook: Called off, ${isLeftToEks(run) ? "looking whether EKS has begun" : "putting back"}`;
  if (run.paused) return ":double_vertical_bar: Paused";
  if (run.held) return heldHeadline(run.held);
  if (run.steps.some(({ roll }) => roll?.question)) return ":question: Needs an answer";
  const called = troublesNow(run).filter((trouble) => trouble.called);
  const started = hasStarted(run);
  if (toldBlockers(run).length > 0 || (called.length > 0 && !started)) return ":warning: Blocked";
  if (called.length === 0) return "Running";
  const unseen = called.find((trouble) => trouble.cutShort);
  return unseen ? `:warning: Running, unseen since ${timeOfDay(unseen.since)}` : ":warning: Running";
}

export function leftWords(run: Run, now: Instant): string | undefined {
  const left = timeLeft(run, now);
  return left === undefined ? undefined : `${about(left)} left`;
}

/** Undefined where a new attempt has not seen the nodes yet: the last one may have replaced some. */
export function countsLine(run: Run): string | undefined {
  if (attemptOf(run) > 1 && run.steps.every(({ nodes }) => Object.keys(nodes).length === 0)) return undefined;
  const counts = runCounts(run);
  const kept = Math.min(counts.newReady, counts.wanted);
  const extra = counts.extra > 0 ? ` (and ${counts.extra} extra for the move)` : "";
  return `New nodes ready: ${kept} of ${counts.wanted}${extra}  ·  Old nodes left: ${counts.old - counts.oldGone} of ${counts.old}`;
}

function failureLine({ failure }: Run): string | undefined {
  return failure && `*What happened:* ${problemWords(failure)}`;
}

/** Where there is nothing to press, what to type. */
function noWayOn(run: Run): string[] {
  return run.state === "failed" && !waysOn(run).retry ? waysOnWords(run) : [];
}

export function waitLine(run: Run, now: Instant): string | undefined {
  return run.wait && run.state === "running" && !run.paused && !run.held && overdueBy(run, now) === undefined
    ? `Waiting for ${foreign(run.wait.for, 300)}.`
    : undefined;
}

/** Nobody looks any more: what is shown here is old, and only whoever runs the bot can change that. */
export function overdueLine(run: Run, now: Instant): string | undefined {
  const late = overdueBy(run, now);
  if (late === undefined) return undefined;
  const ours = isOurs(run) ? "Nothing new is begun until then." : "EKS goes on by itself.";
  const so = hasBegun(run) ? ours : "Nothing was begun yet.";
  return `:warning: *No look for ${sayDuration(late)}:* the bot's workers seem to be down, and whoever runs the bot must start them. ${so}`;
}

function peopleLine(run: Run): string {
  if (run.adoptedBy !== undefined) return `Started outside Slack, followed for ${mention(run.adoptedBy)}`;
  return `Asked by ${mention(run.requestedBy)}, ${yesWords(run)}`;
}

function updatedLine(run: Run, now: Instant): string {
  if (run.endedAt !== undefined) return `Ended ${timeOfDay(run.endedAt)}`;
  const late = overdueBy(run, now);
  if (late !== undefined) return `A look was due ${timeOfDay(now - late)}`;
  const unseen = troublesNow(run).find((trouble) => trouble.cutShort);
  return unseen ? `As seen before ${timeOfDay(unseen.since)}` : `Last look ${timeOfDay(now)}`;
}
