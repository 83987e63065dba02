import type { Act, Deed } from "../scenarios/types.js";
import { wake } from "./auto-scaling.js";
import { activeMembersOf, findCluster } from "./lookup.js";
import { findScalingGroup, resize, resume, suspend } from "./scaling-requests.js";
import type { AutoScalingGroup } from "./scaling-state.js";
import { markNode } from "./self-managed.js";
import type { Cluster, World } from "./state.js";

/** Sees to it that each act of the scenario happens once, at its time. */
export function awaitActs(world: World): void {
  for (const act of world.scenario.acts ?? []) awaitAct(world, act);
}

function awaitAct(world: World, act: Act): void {
  const { after, of, seconds } = act.when;
  const stop = world.onChange(({ type, subject }) => {
    if (type !== after || !subject.startsWith(of)) return;
    stop();
    world.clock.after(seconds * 1000, () => {
      perform(world, findCluster(world, act.cluster), act.does);
      world.record("act", act.cluster, act.story);
    });
  });
}

/** Does what somebody other than the bot does: what they want of a group is remembered as theirs. */
export function perform(world: World, cluster: Cluster, deed: Deed): void {
  if ("namespace" in deed) changeWorkload(cluster, deed);
  else if ("group" in deed) changeGroup(world, cluster, findScalingGroup(world, deed.group), deed);
  else {
    world.launchFault = () => undefined;
    for (const group of world.autoScalingGroups.values()) wake(world, group);
  }
}

function changeWorkload(
  { kubernetes: { store } }: Cluster,
  deed: Extract<Deed, { namespace: string }>,
): void {
  const { namespace } = deed;
  if (deed.kind === "scale")
    store.update("deployments", { namespace, name: deed.deployment }, ({ spec }) => {
      spec.replicas = deed.replicas;
    });
  else
    store.update("poddisruptionbudgets", { namespace, name: deed.budget }, ({ spec }) => {
      delete spec.minAvailable;
      delete spec.maxUnavailable;
      Object.assign(spec, deed.to);
    });
}

function changeGroup(
  world: World,
  cluster: Cluster,
  group: AutoScalingGroup,
  deed: Extract<Deed, { group: string }>,
): void {
  switch (deed.kind) {
    case "desired":
      moveDesired(world, group, deed.by);
      break;
    case "max":
      group.wanted.max += deed.by;
      resize(world, group, { max: group.max + deed.by });
      break;
    case "suspend":
      group.wanted.suspended.add(deed.process);
      suspend(world, group, [deed.process]);
      break;
    case "resume":
      group.wanted.suspended.delete(deed.process);
      resume(world, group, [deed.process]);
      break;
    case "cordon":
      cordon(world, cluster, group, deed.node);
      break;
    case "start refresh":
      group.refreshes.push({ id: world.random.uuid(), startedAt: world.clock.now(), status: "InProgress" });
      break;
    case "cancel refresh":
      for (const refresh of group.refreshes)
        if (refresh.status === "InProgress") refresh.status = "Cancelled";
  }
}

/** Within the bounds that the group has now; what somebody wants of it changes by as much. */
export function moveDesired(world: World, group: AutoScalingGroup, by: number): void {
  const desired = Math.min(group.max, Math.max(group.min, group.desired + by));
  group.wanted.desired += desired - group.desired;
  resize(world, group, { desired });
}

function cordon(world: World, cluster: Cluster, group: AutoScalingGroup, which: "oldest" | "newest"): void {
  const ready = activeMembersOf(world, group)
    .filter(({ node }) => node === "ready")
    .sort((one, other) => one.launchedAt - other.launchedAt);
  const instance = which === "oldest" ? ready[0] : ready.at(-1);
  if (instance) markNode(cluster, instance, { cordoned: true });
}
