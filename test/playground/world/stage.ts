import { eksWorkshop } from "../../../playground/scenarios/eks-workshop.js";
import type { ScenarioScalingGroup } from "../../../playground/scenarios/scaling-groups.js";
import { selfManaged } from "../../../playground/scenarios/self-managed.js";
import type { Scenario, ScenarioCluster, ScenarioNodeGroup } from "../../../playground/scenarios/types.js";
import { startClock, type WorldClock } from "../../../playground/world/clock.js";
import {
  existing,
  findCluster,
  findNodeGroup,
  membersOf,
  scalingGroupOf,
} from "../../../playground/world/lookup.js";
import { requestUpdate } from "../../../playground/world/request-update.js";
import type { ChangeType, Instance, Update, World, WorldChange } from "../../../playground/world/state.js";
import { createWorld } from "../../../playground/world/world.js";

export const origin = Date.parse("2026-10-22T08:00:00Z");
export const latest = "1.34.9-20260714";
export const minute = 60_000;

/** The workshop with its one cluster, or its one node group, changed. */
export function workshop(changes: {
  group?: Partial<ScenarioNodeGroup>;
  cluster?: Partial<ScenarioCluster>;
  scenario?: Partial<Scenario>;
}): Scenario {
  const cluster = existing(eksWorkshop.clusters[0], "cluster");
  const group = existing(cluster.nodeGroups[0], "node group");
  const nodeGroups = [{ ...group, ...changes.group }];
  return { ...eksWorkshop, clusters: [{ ...cluster, nodeGroups, ...changes.cluster }], ...changes.scenario };
}

export interface Stage {
  readonly world: World;
  readonly clock: WorldClock;
  /** Asks for an update of the one node group, to the latest release unless told otherwise. */
  start(request?: Partial<Parameters<typeof requestUpdate>[1]>): Update;
  /** Steps on, five seconds at a time, until `condition` holds; calls `look` after each step. */
  until(condition: () => boolean, look?: () => void): Promise<void>;
  changes(...types: ChangeType[]): WorldChange[];
  readonly cluster: ReturnType<typeof findCluster>;
  readonly group: ReturnType<typeof findNodeGroup>;
  readonly scaling: ReturnType<typeof scalingGroupOf>;
}

/** A world whose clock stands still, a minute after its origin: all pods have settled. */
export async function stage(scenario: Scenario = eksWorkshop): Promise<Stage> {
  const open = await openStage(scenario);
  const { cluster: clusterName, nodeGroup: nodegroupName } = scenario.expected;
  const group = findNodeGroup(open.cluster, nodegroupName);
  return {
    ...open,
    group,
    scaling: scalingGroupOf(open.world, group),
    start: (request) => requestUpdate(open.world, { clusterName, nodegroupName, ...request }),
  };
}

/** The same, with the self-managed group "workers" instead of a managed one. */
export interface OwnStage extends Omit<Stage, "start" | "group"> {
  /** Listed by the group, oldest first. */
  members(): Instance[];
}

export async function ownStage(scenario: Scenario = selfManaged): Promise<OwnStage> {
  const open = await openStage(scenario);
  const scaling = existing(open.world.autoScalingGroups.get("workers"), "group");
  return { ...open, scaling, members: () => membersOf(open.world, scaling) };
}

/** The self-managed workshop with its group, or all of it, changed. */
export function ownWorkshop(changes: {
  group?: Partial<ScenarioScalingGroup>;
  cluster?: Partial<ScenarioCluster>;
  scenario?: Partial<Scenario>;
}): Scenario {
  const cluster = existing(selfManaged.clusters[0], "cluster");
  const group = existing(cluster.selfManaged?.[0], "group");
  const own = [{ ...group, ...changes.group }];
  return {
    ...selfManaged,
    clusters: [{ ...cluster, selfManaged: own, ...changes.cluster }],
    ...changes.scenario,
  };
}

async function openStage(scenario: Scenario): Promise<Omit<Stage, "start" | "group" | "scaling">> {
  const clock = startClock({ speed: 0, worldOrigin: origin });
  const world = createWorld({ scenario, clock });
  await clock.advance(minute);
  return {
    world,
    clock,
    cluster: findCluster(world, scenario.expected.cluster),
    async until(condition, look) {
      const deadline = clock.now() + 3 * 60 * minute;
      while (!condition()) {
        if (clock.now() > deadline) throw new Error("It did not happen within three hours of world time.");
        await clock.advance(5_000);
        look?.();
      }
    },
    changes: (...types) => world.history.filter(({ type }) => types.includes(type)),
  };
}
