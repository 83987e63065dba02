import { Trouble } from "../../../../../src/core/problems.js";
import type { OwnerRef, RollNodeSeen } from "../../../../../src/core/roll/seen.js";
import type { BudgetSeen, EvictionAnswer, PodSeen } from "../../../../../src/core/seen.js";
import type { Kubernetes } from "../../../../../src/kubernetes/cluster.js";
import { hasMark, isOurs, notedMarks, noteMarks, putMark, takeMark } from "./marks.js";
import { times } from "./setting.js";
import { isServing, type ModelNode, type ModelPod, type Workload, type World } from "./world.js";

/** The cluster of the world: controllers and scheduler, and the API that we use. */

/** Pods as many as wanted, each on a node that takes it. */
export function runControllers(world: World): void {
  const pods = [...world.pods.values()];
  for (const workload of world.workloads) {
    const own = pods.filter((pod) => pod.workload === workload);
    runWorkload(world, workload, own);
  }
  const withDaemon = new Set(pods.flatMap(({ workload, node }) => (workload === "daemon" ? [node] : [])));
  for (const node of world.nodes.values()) if (!withDaemon.has(node.name)) runDaemon(world, node);
  schedule(world);
}

function runWorkload(world: World, workload: Workload, pods: readonly ModelPod[]): void {
  const live = pods.filter((pod) => pod.deletingSince === undefined);
  const outdated = live.filter((pod) => pod.createdAt < workload.restartedAt);
  const wanted = workload.replicas + (outdated.length > 0 ? 1 : 0);
  for (let count = live.length; count < wanted; count += 1) addPod(world, workload, "");
  const [unready] = live.filter((pod) => !pod.ready);
  if (
    live.length > workload.replicas &&
    outdated[0] &&
    live.filter(({ ready }) => ready).length > workload.replicas
  ) {
    remove(world, outdated[0]);
  } else if (live.length > wanted) {
    const victim = unready ?? live.at(-1);
    if (victim) remove(world, victim);
  }
}

function addPod(world: World, workload: Workload | "daemon", node: string): ModelPod {
  const id = world.nextId();
  const name = workload === "daemon" ? `aws-node-${id}` : `${workload.name}-${id}`;
  const uid = `uid-${id}`;
  const pod: ModelPod = { uid, name, workload, createdAt: world.now, node, ready: false };
  world.pods.set(uid, pod);
  return pod;
}

function remove(world: World, pod: ModelPod): void {
  if (pod.deletingSince !== undefined) return;
  pod.deletingSince = world.now;
  world.after(pod.node === "" ? 0 : times.podEnd, () => world.pods.delete(pod.uid));
}

function runDaemon(world: World, node: ModelNode): void {
  if (!isServing(world, node)) return;
  const pod = addPod(world, "daemon", node.name);
  world.after(times.daemon, () => {
    pod.ready = true;
  });
}

/** Each pod without a node goes to one that takes it, as long as there is room. */
function schedule(world: World): void {
  const pods = [...world.pods.values()];
  const pending = pods.filter((pod) => pod.node === "" && pod.deletingSince === undefined);
  if (pending.length === 0) return;
  const room = new Map<string, number>();
  for (const node of world.nodes.values()) {
    const open = isServing(world, node) && !node.cordoned && node.taints.size === 0;
    if (open) room.set(node.name, world.setting.podsPerNode);
  }
  for (const { node, workload } of pods) {
    if (workload !== "daemon") room.set(node, (room.get(node) ?? 0) - 1);
  }
  for (const pod of pending) {
    const fit = [...room.keys()].filter((name) => (room.get(name) ?? 0) > 0);
    const node = fit[world.pick(fit.length)];
    if (node === undefined) return;
    room.set(node, (room.get(node) ?? 0) - 1);
    pod.node = node;
    world.after(times.podStart, () => {
      pod.ready = true;
    });
  }
}

/** Made once for each state a pod is in: a run looks at all of them again and again. */
const seenPods = new WeakMap<ModelPod, PodSeen>();

function podSeen(pod: ModelPod): PodSeen {
  const { uid, name, node, ready, deletingSince, createdAt, workload } = pod;
  const known = seenPods.get(pod);
  if (known?.node === node && known.ready === ready && known.deletingSince === deletingSince) return known;
  const owner =
    workload === "daemon"
      ? { kind: "DaemonSet", name: "aws-node" }
      : { kind: workload.kind, name: workload.name };
  const seen: PodSeen = {
    ...{ uid, name, node, ready, createdAt, owner },
    namespace: workload === "daemon" ? "kube-system" : workload.name,
    labels: { app: owner.name },
    phase: node === "" ? "Pending" : "Running",
    ...{ mirror: false, emptyDir: false, toleratesEverything: false, crashLooping: false, critical: false },
    gracePeriod: 30_000,
    claims: [],
    ...(deletingSince !== undefined && { deletingSince }),
  };
  seenPods.set(pod, seen);
  return seen;
}

function budgetsOf(world: World, workload: Workload): BudgetSeen[] {
  const pods = [...world.pods.values()].filter((pod) => pod.workload === workload);
  const healthy = pods.filter((pod) => pod.ready && pod.deletingSince === undefined).length;
  return workload.budgets.map(({ name, minAvailable, maxUnavailable = 0 }) => {
    const desired = Math.max(0, minAvailable ?? workload.replicas - maxUnavailable);
    return {
      namespace: workload.name,
      name,
      ...(minAvailable === undefined
        ? { maxUnavailable: `${maxUnavailable}` }
        : { minAvailable: `${minAvailable}` }),
      selector: { matchLabels: { app: workload.name }, matchExpressions: [] },
      observed: true,
      disruptionsAllowed: Math.max(0, healthy - desired),
      currentHealthy: healthy,
      desiredHealthy: desired,
      expectedPods: workload.replicas,
    };
  });
}

function evict(world: World, pod: ModelPod): EvictionAnswer {
  if (pod.deletingSince !== undefined || pod.workload === "daemon" || pod.node === "") {
    remove(world, pod);
    return { kind: "would go" };
  }
  const budgets = budgetsOf(world, pod.workload);
  const [budget] = budgets;
  if (budgets.length > 1) return { kind: "several budgets" };
  if (budget && budget.disruptionsAllowed === 0) {
    const { name, desiredHealthy: needs, currentHealthy: has } = budget;
    if (pod.ready || needs === 0 || has < needs) return { kind: "budget used up", budget: name, needs, has };
  }
  remove(world, pod);
  world.settle();
  return { kind: "would go" };
}

/** Nothing is deleted against a budget unless the record says so, pod by pod, and that two people wanted it. */
function forced({ record }: World, { uid, workload }: ModelPod): boolean {
  const namespace = workload === "daemon" ? "kube-system" : workload.name;
  const steps = record?.steps ?? [];
  const confirmed = steps
    .flatMap(({ answers }) => answers ?? [])
    .filter(({ choice, by, confirmedBy }) => choice === "force" && confirmedBy && confirmedBy !== by);
  const intended = steps.flatMap(({ roll }) => roll?.intents ?? []);
  return (
    confirmed.some(({ about }) => about.startsWith(`${namespace}/`)) &&
    intended.some((each) => each.kind === "delete pods" && each.pods.some((pod) => pod.uid === uid))
  );
}

export function clusterOf(world: World): Kubernetes {
  const { call } = world;
  const podsOn = (names: ReadonlySet<string>) =>
    [...world.pods.values()].filter((pod) => names.has(pod.node)).map(podSeen);
  const budgets = () => world.workloads.flatMap((workload) => budgetsOf(world, workload));
  const byRef = ({ uid }: { uid: string }) => world.pods.get(uid);
  const ownerOf = ({ kind, name }: OwnerRef) =>
    world.workloads.find((workload) => workload.kind === kind && workload.name === name);
  return {
    nodes: unasked,
    tryEviction: unasked,
    budgets: () => call(budgets),
    pods: (names) => call(() => podsOn(new Set(names))),
    allNodes: () => call(() => [...world.nodes.values()].map((node) => nodeSeen(node))),
    attachments: () => call(() => []),
    markNode: ({ name, uid }, marks, run) =>
      call(() => {
        const node = mine(world, name, uid);
        if (!node) return "gone";
        const ours = notedMarks(node).filter((mark) => isOurs(node, mark));
        const missing = marks.filter((mark) => !hasMark(node, mark));
        for (const mark of missing) putMark(node, mark);
        noteMarks(node, run, [...new Set([...ours, ...missing])]);
        return "marked";
      }),
    unmarkNode: ({ name, uid }, marks) =>
      call(() => {
        const node = mine(world, name, uid);
        if (!node) return "gone";
        const noted = notedMarks(node);
        const going = noted.filter((mark) => !marks || marks.includes(mark));
        for (const mark of going) if (isOurs(node, mark)) takeMark(node, mark);
        noteMarks(
          node,
          "",
          noted.filter((mark) => !going.includes(mark)),
        );
        world.settle();
        return "unmarked";
      }),
    evict: (ref) =>
      call(() => {
        const pod = byRef(ref);
        if (!pod) return { kind: "gone" };
        const answer = evict(world, pod);
        const uid = world.nodes.get(pod.node)?.uid;
        if (answer.kind === "would go" && uid !== undefined) world.begunWith.add(uid);
        return answer;
      }),
    deletePod: (ref) =>
      call(() => {
        const pod = byRef(ref);
        if (!pod) return "gone";
        if (!forced(world, pod)) world.violations.push(`pod ${pod.name} was deleted, and nobody had said so`);
        remove(world, pod);
        world.settle();
        return "deleted";
      }),
    owner: (ref) =>
      call(() => {
        const found = ownerOf(ref);
        if (!found) return undefined;
        const { kind, name, uid, replicas } = found;
        return { kind, name, namespace: name, uid, replicas, readyReplicas: replicas };
      }),
    restartOwner: (ref, at) =>
      call(() => {
        const found = ownerOf(ref);
        if (found && found.restartedAt < at) found.restartedAt = at;
        world.settle();
        return found ? "restarted" : "gone";
      }),
    scaleOwner: (ref, from, to) =>
      call(() => {
        const found = ownerOf(ref);
        if (!found) return "gone";
        if (found.replicas !== from && found.replicas !== to) return "moved";
        found.replicas = to;
        world.settle();
        return "scaled";
      }),
    follow: (names) =>
      call(() => ({
        pods: () => podsOn(new Set(names)),
        budgets,
        check: () => {},
        close: () => {},
      })),
  };
}

/** Nodes of others are none of our business. */
function mine(world: World, name: string, uid: string): ModelNode | undefined {
  const node = world.nodes.get(name);
  if (node?.uid !== uid) return undefined;
  if (node.instance === undefined)
    world.violations.push(`${name} was touched, which is no node of the group`);
  return node;
}

function nodeSeen(node: ModelNode): RollNodeSeen {
  const { name, uid, instance, zone, ready, createdAt } = node;
  return {
    ...{ name, uid, zone, ready, createdAt },
    ...(instance !== undefined && { instanceId: instance }),
    kubelet: "v1.34.7-eks-1111111",
    unschedulable: node.cordoned,
    excludedFromLoadBalancers: node.labels.has("node.kubernetes.io/exclude-from-external-load-balancers"),
    taints: [...node.taints].map((taint) => {
      const [key = "", value = ""] = taint.split("=");
      return { key, value, effect: "NoSchedule" };
    }),
    labels: Object.fromEntries(node.labels),
    annotations: Object.fromEntries(node.annotations),
    providerId: `aws:///${zone}/${instance ?? ""}`,
    pressures: [],
  };
}

async function unasked(): Promise<never> {
  throw new Trouble("refused", "ask for this", "Unasked", "");
}
