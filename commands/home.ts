import type { types } from "@slack/bolt";
import type { Actor } from "../src/authority.js";
import type { Run } from "../src/core/run.js";
import { rowsOf } from "../src/core/scan/rows.js";
import { snoozed } from "../src/core/scan/snoozes.js";
import { rulesOf } from "../src/digests/rules.js";
import type { Environment } from "../src/fleet.js";
import { isSlackTrouble } from "../src/slack/trouble.js";
import { closedHome, type HomeEnvironment, type HomeFacts, homeView } from "../src/slack/views/home.js";
import type { RunWithLink } from "../src/slack/views/status.js";
import { unsureView } from "./answer.js";
import type { Gate, Order, Treatment } from "./gate.js";
import { remembered, waitingFor } from "./home-waiting.js";
import { lastKnown, locksIn, lookAtNew } from "./list.js";
import type { Tools } from "./tools.js";

/** For who is let in. Too many openings are left as they are: what was drawn last stays. */
export async function openHome(
  order: Order,
  as: Treatment,
  publish: (view: types.HomeView) => Promise<unknown>,
  { gate, tools }: { readonly gate: Gate; readonly tools: Tools },
): Promise<void> {
  const entrance = await gate.enter(order, as);
  if ("open" in entrance) return showHome(order.actor, publish, tools);
  if (entrance.refused) await publish(closedHome(entrance.refused));
}

/**
 * Draws the Home tab of whoever opened it: only what that person may see. What nobody has looked at yet is drawn as such
 * at once, and anew when it has been looked at.
 */
async function showHome(
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
    if (isSlackTrouble(error)) await publish(closedHome(unsureView(error))).catch(() => {});
    // Of anything else nobody can be told there: what was drawn last stays, with its age.
    tools.log.warn({ error: error instanceof Error ? error.message : error }, "home not drawn");
  }
}

async function homeFacts(actor: Actor, tools: Tools): Promise<HomeFacts> {
  const { authority, upgrades } = tools;
  const environments = await authority.visible(actor, { what: "home" });
  if (environments.length === 0) {
    return { environments: [], running: [], waiting: [] };
  }
  const names = new Set(environments.map(({ name }) => name));
  const seen = ({ plan }: Run) => names.has(plan.environment);
  const open = (await upgrades.open()).filter(seen);
  const recent = (await upgrades.recent(remembered)).filter(seen);
  const waiting = await waitingFor(actor, { open, recent }, environments, tools);
  return {
    environments: await homeEnvironments(environments, actor, tools),
    locks: await locksIn(environments, tools),
    running: await linked(
      open.filter(({ state }) => state === "running" || state === "scheduled").map((run) => ({ run })),
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
      const { allowed } = await authority.could("start", environment, actor);
      return {
        ...{ name: environment.name, clusters, mayOperate: allowed },
        rows: snoozed(rows, snoozes, now).shown,
      };
    }),
  );
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
