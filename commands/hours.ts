import type { Actor } from "../src/authority.js";
import type { Plan } from "../src/core/plan.js";
import type { Run } from "../src/core/run.js";
import type { Environment } from "../src/fleet.js";
import type { View } from "../src/slack/limits.js";
import { parseRunValue } from "../src/slack/views/control.js";
import { goneOnAnswer, parseScheduleValue, refusedGoOn } from "../src/slack/views/hours.js";
import { answerRequest } from "./attempts.js";
import { notAllowed } from "./refused.js";
import { about, findVisibleRun } from "./runs.js";
import { stale } from "./stale.js";
import { findCluster } from "./target.js";
import type { Tools } from "./tools.js";
import { answerOrder } from "./undecided.js";

/**
 * *Schedule for Tue 10:00*: asks as `start` does, for when the window opens next. Of the button only what was wished for is
 * believed: the person's rights are judged, and the plan is made, as if it was typed now.
 */
export async function schedule(value: string, actor: Actor, tools: Tools): Promise<View> {
  const clicked = parseScheduleValue(value);
  if (!clicked) return stale;
  const { target, wish, reason } = clicked;
  const right = wish.force ? "force" : "start";
  const found = await findCluster(target.cluster, right, actor, tools, { doing: "schedule" });
  if ("refused" in found) return found.refused;
  const { environment, name: cluster, region } = found.found;
  // One that has moved elsewhere since is another one.
  if (region !== target.region) return stale;
  const { kind, name: nodeGroup } = target.group;
  const asker = { by: actor.user, whenOpen: true, ...(reason !== undefined && { reason }) } as const;
  const wanted = { environment, cluster, region, kind, nodeGroup };
  const requested = await tools.upgrades.request(wanted, wish, asker);
  const asking = { actor, target: wanted, doing: "schedule", ...(reason !== undefined && { reason }) };
  return answerRequest(requested, asking, tools);
}

const goingOn = "go on with";

/**
 * *Go on now*: outside the window that holds the run. Approvers alone decide that; and not whoever asked for it, where
 * somebody else has to say yes to an upgrade.
 */
export async function goOn(value: string, actor: Actor, tools: Tools): Promise<View> {
  const id = parseRunValue(value);
  if (id === undefined) return stale;
  const found = await findVisibleRun(id, actor, tools, goingOn);
  if ("refused" in found) return found.refused;
  const run = found.found;
  const { held, plan } = run;
  // The hours of another environment, to which its cluster was moved, are for the approvers there to answer for.
  const whose = held?.why === "window" ? held.place : undefined;
  const environment = tools.fleet.environments.find(({ name }) => name === (whose ?? plan.environment));
  if (!environment) return stale;
  const { required, requesterMayApprove } = environment.approvals;
  const ruling = await tools.authority.may(
    "approve",
    environment,
    asIfThere(actor, plan, environment, tools),
    {
      ...about(run, goingOn),
      ...(required > 0 && !requesterMayApprove && { requestedBy: run.requestedBy }),
    },
  );
  if (!ruling.allowed) return notAllowed("You cannot have it go on now.", ruling);
  const gone = await tools.upgrades.goOn(id, actor.user, whose);
  const done = (goesOn: Run) => goneOnAnswer(goesOn, whose);
  return answerOrder(gone, { actor, what: goingOn }, tools.audit, { done, refused: refusedGoOn });
}

/** The only button for it is on the live message, which is in the channel of the environment that the cluster was in. */
function asIfThere(actor: Actor, plan: Plan, { name, channel }: Environment, { fleet }: Tools): Actor {
  const own = fleet.environments.find((each) => each.name === plan.environment);
  const isMoved = name !== plan.environment && actor.entry === "button" && actor.channel === own?.channel;
  return isMoved ? { ...actor, channel } : actor;
}
