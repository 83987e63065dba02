import { expect } from "vitest";
import { findCluster } from "../../playground/world/lookup.js";
import { holdPoint } from "../../src/core/hold.js";
import type { Milliseconds } from "../../src/core/instant.js";
import type { RuledStage } from "./ruling.js";

const ourTaint = "eks.amazonaws.com/nodegroup";

type Entry = [string, unknown];
type State = Readonly<Record<string, unknown>>;

/** Everything that a bot could change: the group's sizes, marks of nodes, where pods are. */
function stateOf({ playground: { world } }: RuledStage): State {
  const { store } = findCluster(world, "eks-workshop").kubernetes;
  const group = world.autoScalingGroups.get("workers");
  const { min, max, desired, launchTemplateVersion } = group ?? {};
  const nodes = store.list("nodes").map(({ metadata: { name, annotations }, spec }): Entry => {
    const taints = spec.taints?.filter(({ key }) => key === ourTaint) ?? [];
    return [name, [spec.unschedulable, taints, annotations]];
  });
  return Object.fromEntries<unknown>([
    ["group", [min, max, desired, launchTemplateVersion, [...(group?.suspended ?? [])]]],
    ...[...world.instances.values()].flatMap(({ id, lifecycle }): Entry[] =>
      lifecycle === "InService" ? [[id, lifecycle]] : [],
    ),
    ...nodes,
    ...store.list("pods").map(({ metadata, spec }): Entry => [metadata.uid, spec.nodeName]),
  ]);
}

/**
 * No node is left half drained, and for so long of the world's time nothing is changed. A node that was asked for before
 * may join.
 */
export async function expectStandsStill(stage: RuledStage, lasting: Milliseconds): Promise<void> {
  const { world } = stage.playground;
  const { store } = findCluster(world, "eks-workshop").kubernetes;
  expect(holdPoint(await stage.latest())).toBe("safe");
  const cordoned = store.list("nodes").filter(({ spec }) => spec.unschedulable);
  expect(cordoned.map(({ metadata }) => metadata.name)).toEqual([]);
  const before = stateOf(stage);
  await stage.untilTime(world.clock.now() + lasting);
  const now = stateOf(stage);
  const same = Object.fromEntries(Object.keys(before).map((key) => [key, now[key]]));
  expect(same).toEqual(before);
}
