import { runControllers } from "./cluster.js";
import { hasMark, isOurs, notedMarks, putMark, takeMark } from "./marks.js";
import { addMachine, end, join, scale, zonesOf } from "./scaling.js";
import type { Happening, Setting, WorkloadSetting } from "./setting.js";
import {
  emptyWorld,
  type ForeignMark,
  isEnding,
  isServing,
  type ModelNode,
  servingNodes,
  target,
  type Workload,
  type World,
} from "./world.js";

/** A world as the setting wants it, in which everything has come to rest; what is to happen has yet to. */
export function makeWorld(setting: Setting): World {
  const world = emptyWorld(setting);
  world.settle = () => {
    scale(world);
    runControllers(world);
    watch(world);
  };
  world.workloads.push(...setting.workloads.map(workloadOf));
  const zones = zonesOf(world);
  for (let count = 0; count < setting.nodes; count += 1) {
    const isNew = count < setting.newAlready;
    const over = isNew ? { image: target, version: "8" } : {};
    const zone = zones[count % zones.length] ?? "a";
    join(world, addMachine(world, zone, { lifecycle: "InService", ...over })).ready = "True";
  }
  if (setting.newAlready > 0) world.images.set("8", target);
  world.nodes.set("other-0", {
    name: "other-0",
    uid: "uid-other",
    instance: undefined,
    zone: "a",
    createdAt: world.now,
    ready: "True",
    cordoned: false,
    taints: new Set(),
    labels: new Map(),
    annotations: new Map(),
  });
  world.settle();
  world.advance(world.now + 120_000);
  for (const each of setting.happenings) world.after(each.at, () => happen(world, each));
  return world;
}

function workloadOf({ replicas, budget, kind }: WorkloadSetting, index: number): Workload {
  const name = `shop-${index}`;
  const budgets: Readonly<Record<WorkloadSetting["budget"], Workload["budgets"]>> = {
    none: [],
    "one away": [{ name: "one", maxUnavailable: 1 }],
    half: [{ name: "half", minAvailable: Math.floor(replicas / 2) }],
    "all but one stay": [{ name: "most", minAvailable: Math.max(0, replicas - 1) }],
    "none may go": [{ name: "never", maxUnavailable: 0 }],
    "two at once": [
      { name: "first", maxUnavailable: 1 },
      { name: "second", maxUnavailable: 1 },
    ],
  };
  return {
    kind,
    name,
    uid: `uid-${name}`,
    wanted: replicas,
    replicas,
    restartedAt: 0,
    budgets: budgets[budget],
  };
}

/** As many serve as must, wherever nobody else takes any away. */
function watch(world: World): void {
  world.fewestServing = Math.min(world.fewestServing, servingNodes(world).length);
}

function happen(world: World, happening: Happening): void {
  const machines = [...world.machines.values()].filter((machine) => !isEnding(machine));
  const nodes = [...world.nodes.values()].filter(({ instance }) => instance !== undefined);
  const machine = machines[world.pick(machines.length)];
  const node = nodes[world.pick(nodes.length)];
  switch (happening.what) {
    case "desired raised":
      move(world, happening.by);
      return;
    case "desired lowered":
      move(world, -Math.min(happening.by, world.sizes.desired - world.sizes.min));
      return;
    case "instance dies":
      if (machine) end(world, machine);
      return;
    case "node goes silent":
      if (node?.ready !== "True") return;
      node.ready = "Unknown";
      world.after(90_000, () => {
        if (node.ready === "Unknown" && node.instance && world.machines.has(node.instance))
          node.ready = "True";
      });
      return;
    case "pod fails": {
      const pods = [...world.pods.values()].filter(({ workload, ready }) => workload !== "daemon" && ready);
      const pod = pods[world.pick(pods.length)];
      if (!pod) return;
      pod.ready = false;
      world.after(120_000, () => (pod.ready = true));
      return;
    }
    case "zone has no capacity": {
      const zones = zonesOf(world);
      const zone = zones[world.pick(zones.length)] ?? "a";
      world.withoutCapacity.add(zone);
      world.after(happening.for, () => world.withoutCapacity.delete(zone));
      return;
    }
    case "person marks a node":
      if (node) markByHand(world, node.name, happening.mark);
      return;
    case "person takes marks off a node":
      takeMarksOff(world, nodes[world.pick(nodes.length)]);
      return;
    case "person uncordons an empty node":
      uncordon(world, 120);
      return;
    case "person points the group elsewhere":
      if (world.template.kind === "launch template") {
        world.template = { ...world.template, template: { ...world.template.template, version: "6" } };
      }
      return;
    case "owner scaled": {
      const workload = world.workloads[world.pick(world.workloads.length)];
      if (!workload) return;
      // Whoever scales it says how many they want, whether or not one of those they see is ours.
      workload.wanted = Math.max(1, workload.replicas + happening.by);
      workload.replicas = workload.wanted;
      return;
    }
    case "held":
      world.heldUntil = Math.max(world.heldUntil, world.now + happening.for);
      return;
    case "stop":
      return;
  }
}

function takeMarksOff(world: World, node: ModelNode | undefined): void {
  if (!node) return;
  for (const mark of notedMarks(node)) takeMark(node, mark);
  world.settle();
}

/** The next one that is empty, and just then pods are made that look for a place. */
function uncordon(world: World, tries: number): void {
  const empty = [...world.nodes.values()].find((node) => isOurs(node, "cordon") && isServing(world, node));
  if (empty) {
    for (const workload of world.workloads) {
      workload.replicas += 2;
      workload.wanted += 2;
    }
    takeMarksOff(world, empty);
  } else if (tries > 0) world.after(5_000, () => uncordon(world, tries - 1));
}

function move(world: World, by: number): void {
  const desired = world.sizes.desired + by;
  const max = Math.max(world.sizes.max, desired);
  const { theirs } = world;
  world.theirs = {
    desired: theirs.desired + by,
    max: theirs.max + max - world.sizes.max,
    added: theirs.added + Math.max(0, by),
  };
  world.sizes = { ...world.sizes, desired, max };
}

function remember(world: World, mark: ForeignMark): void {
  world.foreign.push(mark);
}

/** Where there is one already nobody could tell whose it is. */
function markByHand(world: World, name: string, how: "cordon" | "taint" | "label" | "keep"): void {
  const node = world.nodes.get(name);
  if (!node) return;
  if (how === "taint") {
    node.taints.add("team=shop");
    remember(world, { uid: node.uid, mark: "own taint" });
    return;
  }
  const mark = ({ cordon: "cordon", label: "load balancers", keep: "keep" } as const)[how];
  if (hasMark(node, mark) || notedMarks(node).includes(mark)) return;
  putMark(node, mark);
  remember(world, { uid: node.uid, mark });
}
