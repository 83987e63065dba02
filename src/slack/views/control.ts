import type { ActionsBlock, Button } from "@slack/types";
import { isOurs } from "../../core/decide-control.js";
import { type Instant, minute, sayDuration } from "../../core/instant.js";
import type { Run } from "../../core/run.js";
import { pairs } from "../progress.js";
import { isLeftToEks } from "../standing.js";
import { mention, plural, timeOfDay } from "../text.js";
import { button } from "./button.js";
import { heldLines, nobodyMayCancel } from "./held.js";
import { goOnAction } from "./hours.js";
import { leftLines } from "./ledger.js";
import { problemWords } from "./plan.js";

export const pauseAction = "eks-upgrade:pause";
export const resumeAction = "eks-upgrade:resume";
export const cancelAction = "eks-upgrade:cancel";

/** Lines of what is still to be put back, in the live message; the rest is counted. */
const leftShown = 6;

/** The run's id; undefined for a value that this file did not write. */
export function parseRunValue(text: string): string | undefined {
  return /^[a-z0-9-]{1,64}$/.test(text) ? text : undefined;
}

/**
 * Of a roll of ours: hold it, let it go on, call it off. EKS can do neither: of a managed group only what is held, and so
 * has not begun as far as is known, can be called off.
 */
export function controlButtons(run: Run): ActionsBlock[] {
  if (run.state !== "running" || run.stopping || !(isOurs(run) || run.held)) return [];
  const value = run.id;
  const hold: Button = run.paused
    ? button({ action: resumeAction, text: "Resume", value, style: "primary" })
    : button({ action: pauseAction, text: "Pause", value });
  const cancel = button({
    ...{ action: cancelAction, text: "Cancel", value, style: "danger" },
    confirm: {
      title: "Call this upgrade off?",
      text: isOurs(run)
        ? "No further node is replaced, and what I changed on the group is put back. Nodes that are new already stay; starting again goes on from there."
        : "EKS is asked for nothing any more. Should it have begun all the same, the update goes on, for EKS can neither cancel nor pause one.",
      yes: "Call it off",
    },
  });
  const elements = [
    ...(run.held?.why === "window" ? [goOnButton(run)] : []),
    ...(nobodyMayCancel(run) ? [] : [...(isOurs(run) ? [hold] : []), cancel]),
  ];
  if (elements.length === 0) return [];
  // A new id for each state: Slack keeps a button's state on the client by this id.
  const state = run.paused ? "held" : (run.held?.why ?? "goes");
  return [{ type: "actions", block_id: `control-${run.id}-${state}`, elements }];
}

/** Outside the window that holds it. */
function goOnButton({ id }: Run): Button {
  return button({
    ...{ action: goOnAction, text: "Go on now", value: id },
    confirm: {
      title: "Go on outside the window?",
      text: "An approver decides this. It goes on until the next window opens, whatever the hours say till then, unless somebody locks, pauses or cancels it.",
      yes: "Go on now",
    },
  });
}

/** Who holds it or ends it, since when, and what still goes on. */
export function controlLines(run: Run, now: Instant): string[] {
  if (run.state !== "running") return [];
  if (run.stopping) return stoppingLines(run, run.stopping);
  if (!run.paused) return [...heldLines(run, now), ...questionLines(run)];
  const { by, at } = run.paused;
  const lasts = now - at >= minute ? ` (${sayDuration(now - at)})` : "";
  const leaving = pairs(run).flatMap(([, { nodes }]) =>
    Object.values(nodes).filter(({ state }) => state === "terminating" || state === "draining"),
  ).length;
  const still =
    leaving > 0 ? ` ${plural(leaving, "node")} ${leaving === 1 ? "is" : "are"} still leaving.` : "";
  return [
    `:double_vertical_bar: *Paused* by ${mention(by)} since ${timeOfDay(at)}${lasts}: nothing new is begun.${still}`,
    ...questionLines(run),
  ];
}

function stoppingLines(run: Run, { by, at }: NonNullable<Run["stopping"]>): string[] {
  const who = `:leftwards_arrow_with_hook: *Called off* by ${mention(by)} ${timeOfDay(at)}:`;
  if (isLeftToEks(run))
    return [
      `${who} EKS is asked for nothing any more, and I am looking whether it has begun. If it has, the update goes on.`,
    ];
  const left = leftLines(run);
  const rest = left.length - leftShown;
  const shown = left.slice(0, leftShown).map((line) => `• ${line}`);
  return [
    `${who} I am putting back what I changed.${left.length > 0 ? " Still out there:" : ""}`,
    ...shown,
    ...(rest > 0 ? [`• and ${plural(rest, "more thing")}`] : []),
  ];
}

function questionLines(run: Run): string[] {
  return run.steps.flatMap(({ roll }) =>
    roll?.question
      ? [`:question: *Needs an answer, in the thread:* ${problemWords(roll.question.problem, 350)}`]
      : [],
  );
}
