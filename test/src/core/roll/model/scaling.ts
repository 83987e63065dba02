import type { Region } from "../../../../../src/aws/region.js";
import { Trouble } from "../../../../../src/core/problems.js";
import { aCluster } from "../../../../seen.js";
import { times } from "./setting.js";
import { imageToLaunch, isEnding, type Machine, type ModelNode, type World, zoneNames } from "./world.js";

/** Auto Scaling and EC2 of the world: launches what is missing, ends what is too much, and obeys us. */

/** Brings as many instances as are wanted, each where there are fewest. */
export function scale(world: World): void {
  const alive = () => [...world.machines.values()].filter((machine) => !isEnding(machine));
  for (let missing = world.sizes.desired - alive().length; missing > 0; missing -= 1) {
    if (world.suspended.has("Launch")) return;
    const zone = zoneToLaunchIn(world, alive());
    if (zone === undefined) return;
    launch(world, zone);
  }
  for (let surplus = alive().length - world.sizes.desired; surplus > 0; surplus -= 1) {
    // Somebody else wanted fewer: Auto Scaling chooses for itself, and drains nothing.
    const found = alive();
    const victim = found[world.pick(found.length)];
    if (victim) end(world, victim);
  }
}

function zoneToLaunchIn(world: World, alive: readonly Machine[]): string | undefined {
  const count = (zone: string) => alive.filter((machine) => machine.zone === zone).length;
  const zones = zonesOf(world).sort((a, b) => count(a) - count(b));
  const [first] = zones;
  if (first !== undefined && world.withoutCapacity.has(first)) {
    const message = `We currently do not have sufficient m6i.large capacity in the Availability Zone you requested (${first}).`;
    world.activities.unshift({ at: world.now, message });
  }
  return zones.find((zone) => !world.withoutCapacity.has(zone));
}

export function zonesOf({ setting }: World): string[] {
  return zoneNames.slice(0, setting.zones);
}

/** An instance of what the group launches now. */
export function addMachine(world: World, zone: string, over: Partial<Machine> = {}): Machine {
  const machine: Machine = {
    id: `i-${world.nextId()}`,
    zone,
    ...imageToLaunch(world),
    launchedAt: world.now,
    lifecycle: "Pending",
    ...over,
  };
  world.machines.set(machine.id, machine);
  return machine;
}

function launch(world: World, zone: string): void {
  const machine = addMachine(world, zone);
  const step = (delay: number, act: () => void) =>
    world.after(delay, () => {
      if (world.machines.get(machine.id) === machine && !isEnding(machine)) act();
    });
  step(times.launch, () => (machine.lifecycle = "InService"));
  step(times.join, () => join(world, machine));
  step(times.ready, () => {
    const node = nodeOf(world, machine);
    if (node) node.ready = "True";
  });
}

/** An address, and with it a name, comes back sometimes. */
export function join(world: World, { id, zone }: Machine): ModelNode {
  const names = Array.from({ length: 60 }, (_, at) => `${zone}${at}`).filter(
    (name) => !world.nodes.has(name),
  );
  const name = world.chance(50) ? names[0] : names[world.pick(names.length)];
  const node: ModelNode = {
    name: name ?? `${zone}-${id}`,
    uid: `uid-${world.nextId()}`,
    instance: id,
    zone,
    createdAt: world.now,
    ready: "False",
    cordoned: false,
    taints: new Set(),
    labels: new Map(),
    annotations: new Map(),
  };
  world.nodes.set(node.name, node);
  return node;
}

function nodeOf(world: World, { id }: Machine): ModelNode | undefined {
  return [...world.nodes.values()].find(({ instance }) => instance === id);
}

/** Its pods go with it, drained or not. */
export function end(world: World, machine: Machine): void {
  machine.lifecycle = "Terminating";
  world.after(times.ending, () => {
    world.machines.delete(machine.id);
    const node = nodeOf(world, machine);
    if (!node) return;
    node.ready = "Unknown";
    world.after(times.nodeObject, () => {
      if (world.nodes.get(node.name) === node) world.nodes.delete(node.name);
      for (const pod of [...world.pods.values()]) if (pod.node === node.name) world.pods.delete(pod.uid);
    });
  });
}

export function regionOf(world: World): Region {
  const { call } = world;
  return {
    eks: { ...nothing.eks, cluster: () => call(() => aCluster()) },
    releases: nothing.releases,
    loadBalancers: { targets: async () => [] },
    clusterToken: async () => "token",
    ec2: {
      ...nothing.ec2,
      instances: (ids) =>
        call(() =>
          ids.flatMap((id) => {
            const machine = world.machines.get(id);
            return machine ? [instanceSeen(machine)] : [];
          }),
        ),
      templateVersion: (template, version) =>
        call(() => {
          const number = version.startsWith("$")
            ? Math.max(...[...world.images.keys()].map(Number))
            : Number(version);
          const image = world.images.get(`${number}`);
          if (image === undefined) throw new Trouble("not found", "look it up", "NotFound", "");
          return { template, name: "workers", number, image, madeByEks: false };
        }),
      createTemplateVersion: ({ image, token }) =>
        call(() => {
          const number = world.tokens.get(token) ?? `${world.images.size + 6}`;
          world.tokens.set(token, number);
          world.images.set(number, image);
          return number;
        }),
    },
    autoScaling: autoScalingOf(world),
  };
}

function instanceSeen({ id, zone, image, lifecycle, launchedAt }: Machine) {
  const state = lifecycle.startsWith("Terminat") ? "shutting-down" : "running";
  const rest = { subnet: `subnet-${zone}`, instanceType: "m6i.large", architecture: "x86_64" };
  return { id, zone, image, state, launchedAt, ...rest };
}

function autoScalingOf(world: World): Region["autoScaling"] {
  const { call, violations } = world;
  return {
    groupsOfCluster: unasked,
    groupsOf: unasked,
    isRefreshing: async () => false,
    groups: () =>
      call(() => [
        {
          name: world.group,
          sizes: world.sizes,
          zones: zonesOf(world),
          instances: [...world.machines.values()].map(({ id, zone, lifecycle }) => ({ id, zone, lifecycle })),
          suspended: [...world.suspended],
          template: world.template,
          subnets: [],
          tags: Object.fromEntries(world.tags),
          targetGroups: [],
        },
      ]),
    activities: () =>
      call(() =>
        world.activities.slice(0, 100).map(({ at, message }, index) => ({
          id: `${index}`,
          description: "Launching a new EC2 instance",
          status: "Failed",
          startedAt: at,
          message,
        })),
      ),
    resize: (_group, to) =>
      call(() => {
        const sizes = { ...world.sizes, ...to };
        if (sizes.desired > sizes.max || sizes.desired < sizes.min) throw refused();
        // What was never launched can be given back in no other way.
        const alive = [...world.machines.values()].filter((machine) => !isEnding(machine)).length;
        if (sizes.desired < Math.min(alive, world.sizes.desired)) {
          violations.push("desired was lowered to remove nodes");
        }
        if (sizes.min !== world.sizes.min) violations.push("min was changed");
        world.sizes = sizes;
        world.settle();
      }),
    pointAt: (_group, template) =>
      call(() => {
        world.template = template;
      }),
    suspend: (_group, processes) =>
      call(() => {
        for (const each of processes) world.suspended.add(each);
      }),
    resume: (_group, processes) =>
      call(() => {
        const foreign = processes.filter((each) => world.before.suspended.includes(each));
        if (foreign.length > 0) violations.push(`${foreign.join()} was resumed, which others had suspended`);
        for (const each of processes) world.suspended.delete(each);
      }),
    tag: (_group, tags) =>
      call(() => {
        for (const [key, value] of Object.entries(tags)) world.tags.set(key, value);
      }),
    untag: (_group, keys) =>
      call(() => {
        for (const key of keys) world.tags.delete(key);
      }),
    terminate: (id, { decrement }) => call(() => terminate(world, id, decrement)),
  };
}

function terminate(world: World, id: string, decrement: boolean): "terminating" | "not there" {
  const machine = world.machines.get(id);
  if (!machine || isEnding(machine)) return "not there";
  if (decrement && world.sizes.desired - 1 < world.sizes.min) throw refused();
  if (!world.suspended.has("AZRebalance")) world.violations.push("a node was ended while AZRebalance was on");
  const node = nodeOf(world, machine);
  const left = [...world.pods.values()].filter(
    (pod) => node && pod.node === node.name && pod.workload !== "daemon",
  );
  if (left.length > 0) world.violations.push(`${node?.name} was ended with ${left.length} pods on it`);
  if (decrement) world.sizes = { ...world.sizes, desired: world.sizes.desired - 1 };
  end(world, machine);
  world.settle();
  return "terminating";
}

const refused = () => new Trouble("refused", "change the group", "ValidationError", "");

async function unasked(): Promise<never> {
  throw new Error("A roll does not ask for this.");
}

type Unasked = Pick<Region, "eks" | "releases"> & {
  ec2: Pick<Region["ec2"], "images" | "subnets" | "mayCreateTemplateVersion">;
};

const nothing: Unasked = {
  eks: {
    clusterNames: unasked,
    cluster: unasked,
    versions: unasked,
    nodeGroupNames: unasked,
    nodeGroup: unasked,
    update: unasked,
    updateIds: unasked,
    updates: unasked,
    updatesInProgress: unasked,
    startNodeGroupUpdate: unasked,
  },
  releases: { latest: unasked, find: unasked, lookUp: unasked },
  ec2: { images: unasked, subnets: unasked, mayCreateTemplateVersion: unasked },
};
