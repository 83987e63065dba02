import type { ActionsBlock, Button } from "@slack/types";
import { isLeftover } from "../../core/decide-repair.js";
import { isEnough, needsNobody } from "../../core/quorum.js";
import type { Run } from "../../core/run.js";
import { attemptOf, unfinishedStep } from "../standing.js";
import { code } from "../text.js";
import { planCommand, startCommand } from "./plan.js";

export const retryAction = "eks-upgrade:retry";
export const retryForceAction = "eks-upgrade:retry-force";

/** What a click carries: which run, and which of its attempts the reader saw fail. */
export interface RetryValue {
  readonly runId: string;
  readonly attempt: number;
}

export function retryValue(run: Run): string {
  return `${run.id}|${unfinishedStep(run)?.progress.attempt ?? attemptOf(run)}`;
}

/** Undefined for a value that this file did not write: a button's value comes from outside. */
export function parseRetryValue(text: string): RetryValue | undefined {
  const found = /^([a-z0-9-]{1,64})\|([1-9]\d{0,5})$/.exec(text);
  const [, runId, attempt] = found ?? [];
  return runId && attempt ? { runId, attempt: Number(attempt) } : undefined;
}

/** Failures that the same plan would meet again, however often it is tried. */
const outdated: ReadonlySet<string> = new Set([
  "PlanOutdated",
  "AlreadyAtTarget",
  "SuccessNotSeen",
  "AheadOfControlPlane",
  "VersionDowngrade",
  "VersionInvalid",
  "ReleaseDowngrade",
  "ReleaseUnknown",
  "ReleaseNotListed",
  "NoRelease",
  "AmiTypeCustom",
  "AmiTypeUnknown",
  "AmazonLinux2Ended",
  "AmazonLinux2HasNoAmi",
  "Windows2025HasNoAmi",
  "ResourceNotFoundException",
]);

/** Who asked for it, or who approved it, counts no longer: the same may be asked for again. */
const unapproved: ReadonlySet<string> = new Set(["NotAllowedAnyMore", "ApprovalsTooFew"]);

/** Failures after which neither this plan nor another can succeed: the node group itself has to be made anew. */
const final: ReadonlySet<string> = new Set(["SubnetNotFound", "VpcIdNotFound"]);

/** What can be done about a failed run. Force deletes pods: offered only where pods were what EKS gave up on. */
export function waysOn(run: Run): { readonly retry: boolean; readonly force: boolean } {
  // What was only followed was never approved here: it cannot be started anew without being asked for.
  const code = run.failure?.code ?? "";
  const retry =
    run.state === "failed" &&
    run.adoptedBy === undefined &&
    ![outdated, unapproved, final].some((codes) => codes.has(code));
  const forced = unfinishedStep(run)?.step.force === true;
  return { retry, force: retry && !forced && run.failure?.code === "PodEvictionFailure" };
}

/** How to go on after a failure, in words: what each button does, or why there is none. */
export function waysOnWords(run: Run): string[] {
  const { retry, force } = waysOn(run);
  const failed = run.failure?.code ?? "";
  if (final.has(failed)) return [];
  if (run.adoptedBy !== undefined) return [`To ask for it from here: ${startCommand(run.plan)}`];
  if (unapproved.has(failed))
    return [`It may not begin any more as it was asked for. Ask for it again: ${startCommand(run.plan)}`];
  if (!retry) return [`The same plan would fail again. Plan again: ${planCommand(run.plan)}`];
  return [
    `*Retry*, on the live message: the same plan once more${approvalWords(run)}. Nodes already replaced are spared.`,
    ...(isLeftover(run)
      ? [
          `To end here instead, and have put back what I changed: ${code(`/eks-upgrade repair ${run.plan.cluster}`)}`,
        ]
      : []),
    ...(force
      ? [
          `*Retry with force*: pods that cannot be evicted are deleted, whatever their budgets say. It makes its own plan${needsNobody(run) ? `, and ${unasked}` : " and needs its own approval"}.`,
        ]
      : []),
  ];
}

/** Where nobody has to approve it. */
const unasked = "begins as soon as locks and hours let it: nobody has to approve it";

function approvalWords(run: Run): string {
  if (needsNobody(run)) return "";
  return run.breakGlass && !isEnough(run)
    ? "; it was started without approval, so now that is asked for, unless whoever presses it may do without"
    : "; an approval that has grown too old is asked for again";
}

/** Buttons of a failed run; none where only a new plan can help. */
export function retryButtons(run: Run): ActionsBlock[] {
  const { retry, force } = waysOn(run);
  if (!retry) return [];
  const value = retryValue(run);
  return [
    {
      type: "actions",
      // A new id for each attempt: Slack keeps a button's state on the client by this id.
      block_id: `retry-${value}`,
      elements: force ? [retryButton(run, value), forceButton(run, value)] : [retryButton(run, value)],
    },
  ];
}

/** Who does it, and whether it can be called off then. */
function retryWords(run: Run): string {
  return unfinishedStep(run)?.step.kind === "self-managed node group"
    ? "I go on with the same plan, as a new attempt. Nodes already replaced are spared. It can be paused and called off."
    : "EKS gets the same plan again, as a new attempt. Nodes already replaced are spared. Once EKS has begun, it cannot be cancelled.";
}

function retryButton(run: Run, value: string): Button {
  return {
    type: "button",
    action_id: retryAction,
    text: { type: "plain_text", text: "Retry" },
    value,
    confirm: {
      title: { type: "plain_text", text: "Try this upgrade once more?" },
      text: {
        type: "plain_text",
        text: retryWords(run),
      },
      confirm: { type: "plain_text", text: "Retry" },
      deny: { type: "plain_text", text: "Go back" },
    },
  };
}

function forceButton(run: Run, value: string): Button {
  const [title, then, yes] = needsNobody(run)
    ? ["Retry with force?", unasked, "Retry with force"]
    : ["Ask for a retry with force?", "nothing happens before that is approved", "Ask for approval"];
  return {
    type: "button",
    action_id: retryForceAction,
    style: "danger",
    text: { type: "plain_text", text: "Retry with force" },
    value,
    confirm: {
      title: { type: "plain_text", text: title },
      text: {
        type: "plain_text",
        text: `Pods that cannot be evicted are deleted, whatever their budgets say. This makes its own plan, and ${then}.`,
      },
      confirm: { type: "plain_text", text: yes },
      deny: { type: "plain_text", text: "Go back" },
      style: "danger",
    },
  };
}
