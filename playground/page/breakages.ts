import type { PodDisruptionBudget } from "../kubernetes/objects.js";
import { selects } from "../kubernetes/selectors.js";
import type { Store } from "../kubernetes/store.js";
import { brokenServer } from "../slack/faults.js";
import type { SimulatedSlack } from "../slack/server.js";
import { membersOf } from "../world/lookup.js";
import { loseNode } from "../world/loss.js";
import type { World } from "../world/state.js";
import type { Bot } from "./bot.js";
import type { BreakageId, BreakageShown } from "./protocol.js";
import { sceneOf } from "./scene.js";

/** Something to break, and how to put it right. */
export interface Breakage {
  readonly id: BreakageId;
  shown(): BreakageShown;
  /** @throws with a sentence for the person where it cannot be broken, or mended, now */
  set(on: boolean): Promise<void>;
}

export function blockedDrain(world: World): Breakage {
  const id = "block the drain";
  let blocked: { readonly name: string; undo(): void } | undefined;
  return {
    id,
    shown: () => ({
      id,
      label: blocked ? `Let ${blocked.name} go again` : "Block the drain",
      expect:
        "A budget that allows no disruption: evictions are refused, and the bot names the pod and the budget in the thread" +
        (sceneOf(world).isSelfManaged
          ? ", with buttons: wait, restart, skip the node, or force, which a second person confirms. "
          : ", well before EKS gives up after 15 minutes. ") +
        "When it is put right, the drain goes on.",
      on: blocked !== undefined,
    }),
    async set(on) {
      if (!on) {
        blocked?.undo();
        blocked = undefined;
      } else if (!blocked) {
        const { store } = sceneOf(world).cluster.kubernetes;
        const budget = worstBudget(world, store);
        if (!budget)
          throw new Error(
            "No pod under a budget is on a node that has yet to go: there is no drain to block.",
          );
        blocked = { name: budget.metadata.name, undo: forbidDisruptions(world, store, budget) };
      }
    },
  };
}

/** The one that keeps most pods on nodes that have yet to go; the cluster's own services only where there is no other. */
function worstBudget(world: World, store: Store): PodDisruptionBudget | undefined {
  const { scaling, target } = sceneOf(world);
  const toGo = membersOf(world, scaling)
    .filter(({ image }) => image !== target)
    .map(({ nodeName }) => nodeName);
  const kept = ({ metadata, spec }: PodDisruptionBudget) =>
    store
      .list("pods")
      .filter(
        (pod) => pod.metadata.namespace === metadata.namespace && toGo.includes(pod.spec.nodeName ?? ""),
      )
      .filter((pod) => selects(spec.selector, pod.metadata.labels)).length;
  const rank = (budget: PodDisruptionBudget) =>
    kept(budget) - (budget.metadata.namespace === "kube-system" ? 1_000 : 0);
  return store
    .list("poddisruptionbudgets")
    .filter((budget) => kept(budget) > 0)
    .sort((one, other) => rank(other) - rank(one))[0];
}

/** Returns how to put the budget back, unless somebody has changed it meanwhile. */
function forbidDisruptions(world: World, store: Store, { metadata, spec }: PodDisruptionBudget): () => void {
  const { minAvailable, maxUnavailable } = spec;
  const name = `${metadata.namespace}/${metadata.name}`;
  const change = (
    to: Pick<typeof spec, "minAvailable" | "maxUnavailable">,
    unless: (now: typeof spec) => boolean,
  ) =>
    store.update("poddisruptionbudgets", metadata, (budget) => {
      if (unless(budget.spec)) return;
      delete budget.spec.minAvailable;
      delete budget.spec.maxUnavailable;
      Object.assign(budget.spec, to);
    });
  change({ maxUnavailable: 0 }, () => false);
  world.record(
    "act",
    name,
    `Somebody sets the budget ${name} to maxUnavailable 0: none of its pods may leave.`,
  );
  return () => {
    const before = {
      ...(minAvailable !== undefined && { minAvailable }),
      ...(maxUnavailable !== undefined && { maxUnavailable }),
    };
    change(before, (now) => now.maxUnavailable !== 0);
    world.record("act", name, `Somebody puts the budget ${name} back.`);
  };
}

export function lostNode(world: World): Breakage {
  const id = "lose a node";
  return {
    id,
    shown: () => ({
      id,
      label: "Lose a node",
      expect:
        "An instance dies as by a hardware failure. A minute later Auto Scaling notices and launches another in its place; " +
        "its pods start elsewhere. The bot goes by what it sees: it waits for nodes that are missing, and claims none.",
      on: false,
    }),
    async set(on) {
      if (!on) throw new Error("A lost node does not come back: Auto Scaling launches another in its place.");
      const { cluster, group } = sceneOf(world);
      if (!loseNode(world, cluster, group))
        throw new Error(`No node of ${group.name} is Ready: wait for one.`);
    },
  };
}

export function stoppedSlack(slack: SimulatedSlack, changed: () => void): Breakage {
  const id = "stop Slack";
  let undo: (() => void) | undefined;
  const stop = () => {
    const mend = slack.faults.add(() => brokenServer);
    const stopWatching = slack.workspace.onChange((change) => {
      if (change.type === "connections" && change.open > 0) slack.socketMode.drop();
    });
    slack.socketMode.drop();
    return () => {
      mend();
      stopWatching();
    };
  };
  return {
    id,
    shown: () => ({
      id,
      label: undo ? "Bring Slack back" : "Stop Slack",
      expect:
        "The Web API answers with errors and every socket is cut: nothing new appears here. The upgrade goes on all the same, " +
        "and when Slack is back the live message and its thread catch up.",
      on: undo !== undefined,
    }),
    async set(on) {
      if (on) undo ??= stop();
      else {
        undo?.();
        undo = undefined;
      }
      changed();
    },
  };
}

/** @param start starts a new process */
export function killedBot(world: World, bot: Bot, start: () => Promise<void>): Breakage {
  const id = "kill the bot";
  const isDead = () => bot.shown().state === "ended";
  return {
    id,
    shown: () => ({
      id,
      label: isDead() ? "Start a new bot" : "Kill the bot",
      expect:
        "Its process gets SIGKILL. " +
        (sceneOf(world).isSelfManaged
          ? "Nothing is drained without it, nothing here moves, and commands fail. A new process "
          : "EKS goes on with the update it was given; here nothing moves, and commands fail. A new process ") +
        "finds the run in Redis, within half a minute, goes on where the world stands by then, and starts nothing twice.",
      on: isDead(),
    }),
    async set(on) {
      if (on) await bot.kill();
      else if (isDead()) await start();
    },
  };
}
