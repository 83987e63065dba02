import type { Actor } from "../src/authority.js";
import type { Run } from "../src/core/run.js";
import type { View } from "../src/slack/limits.js";
import { openRunsAnswer, type RunWithLink, statusAnswer } from "../src/slack/views/status.js";
import { findVisibleRun } from "./runs.js";
import { nothingToShow, withAllUnshown } from "./shown.js";
import type { Tools } from "./tools.js";

/** `status [run]`: how one run stands, or everything that is open. */
export async function status(id: string | undefined, actor: Actor, tools: Tools): Promise<View> {
  const { authority, upgrades, clock } = tools;
  if (id === undefined) {
    const environments = await authority.visible(actor, { what: "status" });
    if (environments.length === 0) return nothingToShow;
    const visible = new Set(environments.map((environment) => environment.name));
    const open = (await upgrades.open())
      .filter((run) => visible.has(run.plan.environment))
      .sort((one, other) => one.requestedAt - other.requestedAt);
    const linked = await Promise.all(open.map((run) => withLink(run, tools)));
    return withAllUnshown(openRunsAnswer(linked, clock.now()), open, tools);
  }
  const found = await findVisibleRun(id, actor, tools, "status");
  if ("refused" in found) return found.refused;
  const answer = statusAnswer(await withLink(found.found, tools), clock.now());
  return withAllUnshown(answer, [found.found], tools);
}

async function withLink(run: Run, { linkTo }: Tools): Promise<RunWithLink> {
  const link = await linkTo(run.id);
  return { run, ...(link !== undefined && { link }) };
}
