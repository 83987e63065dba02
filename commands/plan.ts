import type { Actor } from "../src/authority.js";
import type { Plan } from "../src/core/plan.js";
import type { View } from "../src/slack/limits.js";
import { problemsAnswer } from "../src/slack/views/answers.js";
import { planView } from "../src/slack/views/plan.js";
import type { Command } from "./parse.js";
import { findTarget } from "./target.js";
import type { Tools } from "./tools.js";

export type TargetCommand = Extract<Command, { name: "plan" | "start" | "watch" }>;

/** `plan`: what an upgrade would do. Changes nothing. */
export async function plan(command: TargetCommand, actor: Actor, tools: Tools): Promise<View> {
  const target = await findTarget(command, "plan", actor, tools);
  if ("refused" in target) return target.refused;
  return showPlan(
    await tools.upgrades.plan(target.found, command.wish),
    `${target.found.cluster}/${target.found.nodeGroup}`,
    tools,
  );
}

/** Without even a target release there is no plan to show, only reasons. */
export function showPlan(made: Plan, title: string, { clock, fleet }: Tools): View {
  if (made.steps.length === 0) return problemsAnswer(`No plan for ${title}:`, made.blockers);
  const environment = fleet.environments.find(({ name }) => name === made.environment);
  return planView(made, clock.now(), environment?.approvals.required ?? 1);
}
