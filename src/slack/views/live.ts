import { type Instant, minute, sayDuration } from "../../core/instant.js";
import type { Run } from "../../core/run.js";
import type { View } from "../limits.js";
import { bar, currentStep, fractionOf, percent, phaseUnderWay, runCounts, timeLeft } from "../progress.js";
import { about, code, context, fitLines, foreign, listed, mention, section, timeOfDay } from "../text.js";
import { planTitle, problemWords, summaryOf } from "./plan.js";
import { classicBlocks, planBlock } from "./tasks.js";

/** What the workspace's Slack can show. Without `plan` (and tables), the classic blocks say the same. */
export interface Caps {
  readonly plan: boolean;
}

/**
 * The one message per run that is edited in place. Time passes in it by the minute, so that a run in which nothing
 * happens costs one edit a minute.
 */
export function liveView(run: Run, at: Instant, caps: Caps): View {
  const now = Math.floor(at / minute) * minute;
  const head = headline(run);
  const counts = countsLine(run);
  const left = leftWords(run, now);
  return {
    text: fitLines(
      [
        `${planTitle(run.plan)}: ${summaryOf(run.plan)}. ${head}${left ? `, ${left}` : ""}.`,
        counts,
        troubleLine(run),
        waitLine(run),
        peopleLine(run),
      ],
      3_000,
    ),
    blocks: [
      section([
        `*Upgrade ${planTitle(run.plan)}*  ${summaryOf(run.plan)}`,
        [head, left].filter((part) => part !== undefined).join("  ·  "),
        code(bar(fractionOf(run))),
        counts,
      ]),
      ...(caps.plan ? [planBlock(run, now)] : classicBlocks(run, now)),
      ...(troubleLine(run) ? [section([troubleLine(run)])] : []),
      ...(waitLine(run) ? [section([waitLine(run)])] : []),
      context([peopleLine(run), `Run ${code(run.id)}`, updatedLine(run, now)]),
    ],
  };
}

/** "Running: upgrade, 38 %" */
export function headline(run: Run): string {
  const took = run.endedAt === undefined ? "" : sayDuration(run.endedAt - startOf(run));
  if (run.state === "succeeded") return `:white_check_mark: Done${took && ` in ${took}`}`;
  if (run.state === "failed") return `:x: Failed${took && ` after ${took}`}`;
  const current = currentStep(run);
  const phase = current && phaseUnderWay(current.progress);
  const of = run.plan.steps.length > 1 && current ? ` of ${foreign(current.step.nodeGroup, 60)}` : "";
  // A trouble without a next step passes by itself: nothing is blocked.
  const blocked = run.trouble !== undefined && run.trouble.next !== "";
  const leg = phase ? `${phase}${of}` : "start";
  return `${blocked ? ":warning: Blocked:" : "Running:"} ${leg}, ${percent(fractionOf(run))}`;
}

export function startOf(run: Run): Instant {
  return run.decidedAt ?? run.requestedAt;
}

export function leftWords(run: Run, now: Instant): string | undefined {
  const left = timeLeft(run, now);
  return left === undefined ? undefined : `${about(left)} left`;
}

export function countsLine(run: Run): string {
  const counts = runCounts(run);
  const kept = Math.min(counts.newReady, counts.wanted);
  const extra = counts.extra > 0 ? ` (and ${counts.extra} extra for the move)` : "";
  return `New nodes ready: ${kept} of ${counts.wanted}${extra}  ·  Old nodes left: ${counts.old - counts.oldGone} of ${counts.old}`;
}

function troubleLine(run: Run): string | undefined {
  if (run.failure) return `*What happened:* ${problemWords(run.failure)}`;
  return run.trouble && run.state === "running"
    ? `:warning: *In the way:* ${problemWords(run.trouble)}`
    : undefined;
}

function waitLine(run: Run): string | undefined {
  return run.wait && run.state === "running" ? `Waiting for ${foreign(run.wait.for, 300)}.` : undefined;
}

function peopleLine(run: Run): string {
  const approvers = run.approvals.map((approval) => mention(approval.by));
  return `Asked by ${mention(run.requestedBy)}, approved by ${listed(approvers, "and") || "nobody yet"}`;
}

function updatedLine(run: Run, now: Instant): string {
  return run.endedAt === undefined ? `Last look ${timeOfDay(now)}` : `Ended ${timeOfDay(run.endedAt)}`;
}
