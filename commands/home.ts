import type { types } from "@slack/bolt";
import { day, type Instant } from "../src/core/instant.js";
import { targetsOf } from "../src/core/plan.js";
import type { Run } from "../src/core/run.js";
import { rowsOf } from "../src/core/scan/rows.js";
import { snoozed } from "../src/core/scan/snoozes.js";
import { rulesOf } from "../src/digests/rules.js";
import type { Environment } from "../src/fleet.js";
import { toldBlockers } from "../src/slack/standing.js";
import { type HomeEnvironment, type HomeFacts, homeView, type WaitingFor } from "../src/slack/views/home.js";
import type { RunWithLink } from "../src/slack/views/status.js";
import type { Actor } from "./authorize.js";
import { lastKnown, lookAtNew } from "./list.js";
import type { Tools } from "./tools.js";

/** How many of the latest runs are looked through for failed ones, and how old they may be. */
const remembered = 50;
const failedWithin = 7 * day;

/**
 * Draws the Home tab of whoever opened it: only what that person may see. What nobody has looked at yet is drawn as such
 * at once, and anew when it has been looked at.
 */
export async function showHome(
  actor: Actor,
  publish: (view: types.HomeView) => Promise<unknown>,
  tools: Tools,
): Promise<void> {
  try {
    const facts = await homeFacts(actor, tools);
    await publish(homeView(facts, tools.clock.now()));
    const clusters = facts.environments.flatMap((environment) => environment.clusters);
    if ((await lookAtNew(clusters, tools)).length === 0) return;
    await publish(homeView(await homeFacts(actor, tools), tools.clock.now()));
  } catch (error) {
    // Nobody can be answered there: what was drawn last stays, with its age.
    tools.log.warn({ error: error instanceof Error ? error.message : error }, "home not drawn");
  }
}

async function homeFacts(actor: Actor, tools: Tools): Promise<HomeFacts> {
  const { authority, upgrades } = tools;
  const environments = await authority.visible(actor);
  if (environments.length === 0) {
    const ask = { groups: [], users: [] };
    return { environments: [], running: [], waiting: [], ask };
  }
  const names = new Set(environments.map(({ name }) => name));
  const seen = ({ plan }: Run) => names.has(plan.environment);
  const open = (await upgrades.open()).filter(seen);
  const recent = (await upgrades.recent(remembered)).filter(seen);
  const approves = await approvedBy(actor, environments, tools);
  const waiting = [...open, ...failedLately(recent, tools.clock.now())].flatMap((run) => {
    const why = waitsFor(run, actor.user, approves);
    return why ? [{ run, why }] : [];
  });
  return {
    environments: await homeEnvironments(environments, actor, tools),
    running: await linked(
      open.filter(({ state }) => state === "running").map((run) => ({ run })),
      tools,
    ),
    waiting: await linked(waiting, tools),
  };
}

async function homeEnvironments(
  environments: readonly Environment[],
  actor: Actor,
  tools: Tools,
): Promise<HomeEnvironment[]> {
  const { authority, digests, clock, fleet } = tools;
  const [all, snoozes] = await Promise.all([lastKnown(environments, tools), digests.snoozes()]);
  const now = clock.now();
  return Promise.all(
    environments.map(async (environment) => {
      const clusters = all.filter((each) => each.environment === environment.name);
      const rows = rowsOf(clusters, rulesOf(fleet), now);
      const { allowed } = await authority.mayOperate(environment, actor);
      return {
        ...{ name: environment.name, clusters, mayOperate: allowed },
        rows: snoozed(rows, snoozes, now).shown,
      };
    }),
  );
}

/** Names of the environments in which this person approves. */
async function approvedBy(
  actor: Actor,
  environments: readonly Environment[],
  { authority }: Tools,
): Promise<ReadonlySet<string>> {
  const rulings = await Promise.all(
    environments.map((each) => authority.mayApprove(each, actor, { fresh: false })),
  );
  return new Set(environments.flatMap(({ name }, index) => (rulings[index]?.allowed ? [name] : [])));
}

function waitsFor(run: Run, user: string, approves: ReadonlySet<string>): WaitingFor | undefined {
  const own = run.requestedBy === user;
  switch (run.state) {
    case "awaiting approval": {
      const approved = run.approvals.some(({ by }) => by === user);
      if (approves.has(run.plan.environment) && !own && !approved) return "approval";
      return own ? "asked" : undefined;
    }
    case "running":
      return isAsking(run) ? "answer" : undefined;
    default:
      return own ? "failed" : undefined;
  }
}

/** It stands still until somebody says what to do. EKS asks nobody. */
function isAsking(run: Run): boolean {
  const asked = run.steps.some(({ roll }) => roll?.question !== undefined);
  const blocked = toldBlockers(run).some(({ step }) => step.kind === "self-managed node group");
  return asked || blocked;
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

async function linked<T extends { readonly run: Run }>(
  runs: readonly T[],
  { linkTo }: Tools,
): Promise<(T & RunWithLink)[]> {
  return Promise.all(
    runs.map(async (each) => {
      const link = await linkTo(each.run.id);
      return { ...each, ...(link !== undefined && { link }) };
    }),
  );
}
