import type { About, Actor } from "../src/authority.js";
import type { Right } from "../src/core/access/rights.js";
import type { Run } from "../src/core/run.js";
import { refusal } from "../src/slack/views/answers.js";
import { nearestName } from "./parse.js";
import { notAllowed } from "./refused.js";
import { stale } from "./stale.js";
import type { Found } from "./target.js";
import type { Tools } from "./tools.js";

/** How many of the latest runs a mistyped id is compared with. */
const remembered = 50;

/** Finds a run that this person sees: under its message, or because they have some right in its environment. `doing`: as a refusal is recorded. */
export async function findVisibleRun(
  id: string,
  actor: Actor,
  tools: Tools,
  doing = "see",
): Promise<Found<Run>> {
  const { authority, upgrades, fleet } = tools;
  const seen = await authority.visible(actor, { what: `${doing} ${id}`, run: id });
  const visible = new Set(seen.map((environment) => environment.name));
  const maySee = (run: Run) => visible.has(run.plan.environment);
  const found = await upgrades.find(id);
  if (found && (maySee(found.run) || isReading(actor, found.run))) return { found: found.run };
  const hidden = fleet.environments.find(({ name }) => name === found?.run.plan.environment);
  // Who may do nothing at all may not plan either: so the rule is recorded by which it was.
  if (found && hidden) await authority.may("plan", hidden, actor, about(found.run, doing));
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

/** They press what stands under its message: that there is such a run is no secret, and a refusal says whom to ask. */
function isReading({ entry, channel }: Actor, run: Run): boolean {
  return entry === "button" && channel === run.channel;
}

/** Finds a run with which this person may do this. `doing`: what that is, where the right's own name does not say it. */
export async function findRun(
  id: string,
  right: Right,
  actor: Actor,
  tools: Tools,
  doing: string = right,
): Promise<Found<Run>> {
  const visible = await findVisibleRun(id, actor, tools, doing);
  if ("refused" in visible) return visible;
  const run = visible.found;
  const environment = tools.fleet.environments.find(({ name }) => name === run.plan.environment);
  // One that is not in fleet.yaml any more shows nobody anything.
  if (!environment) return { refused: stale };
  const ruling = await tools.authority.may(right, environment, actor, about(run, doing));
  if (ruling.allowed) return visible;
  return { refused: notAllowed(`Not allowed for ${run.id}.`, ruling) };
}

/** A run, as something that somebody wants to do something with. */
export function about({ id, plan }: Run, doing: string): About {
  return { what: `${doing} ${id}`, run: id, cluster: plan.cluster, planHash: plan.hash };
}
