import type { Run } from "../src/core/run.js";
import { refusal } from "../src/slack/views/answers.js";
import type { Actor } from "./authorize.js";
import { nearestName } from "./parse.js";
import type { Found } from "./target.js";
import type { Tools } from "./tools.js";

/** How many of the latest runs a mistyped id is compared with. */
const remembered = 50;

/** Finds a run that this person may see: they operate or approve in its environment. */
export async function findVisibleRun(id: string, actor: Actor, tools: Tools): Promise<Found<Run>> {
  const { authority, upgrades } = tools;
  const visible = new Set((await authority.visible(actor)).map((environment) => environment.name));
  const maySee = (run: Run) => visible.has(run.plan.environment);
  const found = await upgrades.find(id);
  if (found && maySee(found.run)) return { found: found.run };
  const names = (await upgrades.recent(remembered)).filter(maySee).map((run) => run.id);
  const near = nearestName(id, names);
  return {
    refused: refusal({
      what: `I know no run "${id}".`,
      why: near
        ? `Did you mean ${near}?`
        : "It may be misspelt, or belong to an environment that you do not see.",
      next: "/eks-upgrade status shows what is open.",
    }),
  };
}

/** Finds a run that this person may change: they operate its environment. */
export async function findRun(id: string, actor: Actor, tools: Tools): Promise<Found<Run>> {
  const visible = await findVisibleRun(id, actor, tools);
  if ("refused" in visible) return visible;
  const environment = tools.fleet.environments.find((each) => each.name === visible.found.plan.environment);
  const ruling = environment && (await tools.authority.mayOperate(environment, actor));
  if (ruling?.allowed) return visible;
  const ask = ruling?.ask;
  return {
    refused: refusal({
      what: `Not allowed for ${id}.`,
      why: `${ruling?.why ?? "Its environment is not in fleet.yaml any more"}.`,
      ...(ask && { ask }),
    }),
  };
}
