import type { Actor } from "../src/authority.js";
import { day, type Instant } from "../src/core/instant.js";
import { targetsOf } from "../src/core/plan.js";
import type { Run } from "../src/core/run.js";
import type { Environment } from "../src/fleet.js";
import { toldBlockers } from "../src/slack/standing.js";
import type { WaitingFor } from "../src/slack/views/home.js";
import type { Tools } from "./tools.js";

/** How many of the latest runs are looked through for failed ones, and how old they may be. */
export const remembered = 50;
const failedWithin = 7 * day;

/** What somebody may do in an environment. */
interface Rights {
  readonly operates: boolean;
  readonly approves: boolean;
  /** What they asked for, too. */
  readonly approvesOwn: boolean;
}

/** Nothing is decided by it: the click is judged afresh. */
interface Asked {
  readonly authority: Pick<Tools["authority"], "could">;
}

interface Waiting {
  readonly run: Run;
  readonly why: WaitingFor;
}

/** What of these runs waits for this person; those under way first. */
export async function waitingFor(
  actor: Actor,
  { open, recent }: { readonly open: readonly Run[]; readonly recent: readonly Run[] },
  environments: readonly Environment[],
  tools: Pick<Tools, "clock"> & Asked,
): Promise<Waiting[]> {
  const rights = await rightsOf(actor, environments, tools);
  return [...open, ...failedLately(recent, tools.clock.now())].flatMap((run) => {
    const own = rights.get(run.plan.environment);
    const why = own && waitsFor(run, actor.user, own);
    return why ? [{ run, why }] : [];
  });
}

async function rightsOf(
  actor: Actor,
  environments: readonly Environment[],
  { authority }: Asked,
): Promise<ReadonlyMap<string, Rights>> {
  const all = environments.map(async (environment) => {
    const { allowed: operates } = await authority.could("start", environment, actor);
    const { allowed: approves } = await authority.could("approve", environment, actor);
    const approvesOwn = approves && environment.approvals.requesterMayApprove;
    return [environment.name, { operates, approves, approvesOwn }] as const;
  });
  return new Map(await Promise.all(all));
}

function waitsFor(
  run: Run,
  user: string,
  { operates, approves, approvesOwn }: Rights,
): WaitingFor | undefined {
  const own = run.requestedBy === user;
  switch (run.state) {
    case "awaiting approval": {
      const approved = run.approvals.some(({ by }) => by === user);
      if ((own ? approvesOwn : approves) && !approved) return "approval";
      return own ? "asked" : undefined;
    }
    case "running":
      return (operates && isAsking(run)) || (approves && needsSecond(run, user)) ? "answer" : undefined;
    case "failed":
      return own ? "failed" : undefined;
    default:
      return undefined;
  }
}

/** It stands still until an operator says what to do. EKS asks nobody. */
function isAsking(run: Run): boolean {
  const asked = run.steps.some(({ roll }) => roll?.question !== undefined);
  const blocked = toldBlockers(run).some(({ step }) => step.kind === "self-managed node group");
  return asked || blocked;
}

/** Somebody else wants pods deleted: an approver has to confirm it. */
function needsSecond(run: Run, user: string): boolean {
  const blocking = new Set(toldBlockers(run).map(({ blocker }) => blocker.id));
  return run.steps.some(({ answers = [] }) =>
    answers.some(
      ({ about, choice, by, confirmedBy, doneAt }) =>
        blocking.has(about) &&
        choice === "force" &&
        by !== user &&
        confirmedBy === undefined &&
        doneAt === undefined,
    ),
  );
}

/** Failed and left at that: no other run has gone for the same target since. `recent`: the latest first. */
function failedLately(recent: readonly Run[], now: Instant): Run[] {
  const seen = new Set<string>();
  return recent.filter((run) => {
    const targets = targetsOf(run.plan);
    const last = targets.every((target) => !seen.has(target));
    for (const target of targets) seen.add(target);
    return last && run.state === "failed" && now - (run.endedAt ?? 0) < failedWithin;
  });
}
