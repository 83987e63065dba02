import type { Run } from "../src/core/run.js";
import type { View } from "../src/slack/limits.js";
import { refusal } from "../src/slack/views/answers.js";
import { openRunsAnswer, type RunWithLink, statusAnswer } from "../src/slack/views/status.js";
import type { Actor } from "./authorize.js";
import { nearestName } from "./parse.js";
import type { Tools } from "./tools.js";

/** How many of the latest runs a mistyped id is compared with. */
const remembered = 50;

/** `status [run]`: how one run stands, or everything that is open. */
export async function status(id: string | undefined, actor: Actor, tools: Tools): Promise<View> {
  const { authority, upgrades, clock } = tools;
  const visible = new Set((await authority.visible(actor)).map((environment) => environment.name));
  const maySee = (run: Run) => visible.has(run.plan.environment);
  if (id === undefined) {
    const open = (await upgrades.open())
      .filter(maySee)
      .sort((one, other) => one.requestedAt - other.requestedAt);
    return openRunsAnswer(await Promise.all(open.map((run) => withLink(run, tools))), clock.now());
  }
  const found = await upgrades.find(id);
  if (found && maySee(found.run)) return statusAnswer(await withLink(found.run, tools), clock.now());
  const names = (await upgrades.recent(remembered)).filter(maySee).map((run) => run.id);
  const near = nearestName(id, names);
  return refusal({
    what: `I know no run "${id}".`,
    why: near
      ? `Did you mean ${near}?`
      : "It may be misspelt, or belong to an environment that you do not see.",
    next: "/eks-upgrade status shows what is open.",
  });
}

async function withLink(run: Run, { linkTo }: Tools): Promise<RunWithLink> {
  const link = await linkTo(run.id);
  return { run, ...(link !== undefined && { link }) };
}
