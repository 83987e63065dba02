import type { Instant, Milliseconds } from "../../../../../src/core/instant.js";
import { Trouble } from "../../../../../src/core/problems.js";
import type { GroupTemplate, NodeMark } from "../../../../../src/core/roll/seen.js";
import type { Run } from "../../../../../src/core/run.js";
import type { Sizes } from "../../../../../src/core/seen.js";
import { start } from "../../../../builders.js";
import { newImage, oldImage } from "../../../../seen.js";
import type { Setting } from "./setting.js";

/** A small world in memory: an Auto Scaling group, a cluster, and time that is stepped. Its rules are in files beside. */

export interface Machine {
  readonly id: string;
  readonly zone: string;
  readonly image: string;
  readonly version: string;
  readonly launchedAt: Instant;
  lifecycle: string;
}

export interface ModelNode {
  readonly name: string;
  readonly uid: string;
  readonly instance: string | undefined;
  readonly zone: string;
  readonly createdAt: Instant;
  ready: "True" | "False" | "Unknown";
  cordoned: boolean;
  taints: Set<string>;
  labels: Map<string, string>;
  annotations: Map<string, string>;
}

export interface ModelPod {
  readonly uid: string;
  readonly name: string;
  readonly workload: Workload | "daemon";
  readonly createdAt: Instant;
  node: string;
  ready: boolean;
  deletingSince?: Instant;
}

export interface Workload {
  readonly kind: "Deployment" | "StatefulSet";
  readonly name: string;
  readonly uid: string;
  /** As its owner wants it: what we add is ours to take away. */
  wanted: number;
  replicas: number;
  restartedAt: Instant;
  readonly budgets: readonly {
    readonly name: string;
    readonly minAvailable?: number;
    readonly maxUnavailable?: number;
  }[];
}

/** A mark that a person put on a node: it is there for as long as the node is. */
export interface ForeignMark {
  readonly uid: string;
  readonly mark: NodeMark | "own taint";
}

export interface World {
  readonly setting: Setting;
  readonly group: string;
  now: Instant;
  sizes: Sizes;
  readonly before: {
    readonly sizes: Sizes;
    readonly suspended: readonly string[];
    readonly template: GroupTemplate;
  };
  /** How far others moved desired and max; `added`: without what they took away. */
  theirs: { desired: number; max: number; added: number };
  template: GroupTemplate;
  readonly images: Map<string, string>;
  readonly tokens: Map<string, string>;
  readonly suspended: Set<string>;
  readonly tags: Map<string, string>;
  readonly machines: Map<string, Machine>;
  readonly nodes: Map<string, ModelNode>;
  readonly pods: Map<string, ModelPod>;
  readonly workloads: Workload[];
  readonly activities: { readonly at: Instant; readonly message: string }[];
  readonly withoutCapacity: Set<string>;
  readonly foreign: ForeignMark[];
  /** Something holds the run until then. */
  heldUntil: Instant;
  /** Nodes that had a pod evicted, by uid: they are to go. */
  readonly begunWith: Set<string>;
  /** What must never be. */
  readonly violations: string[];
  /** Nodes that serve now may not be fewer. */
  fewestServing: number;
  /** The record as it was saved last. */
  record: Run | undefined;
  pick(count: number): number;
  chance(percent: number): boolean;
  after(delay: Milliseconds, act: () => void): void;
  advance(to: Instant): void;
  /** Called after everything that happens. */
  settle: () => void;
  /** What the bot asks of the outside goes through here: it may fail before, or after it took effect. */
  call<T>(act: () => T): Promise<T>;
  nextId(): string;
}

export const zoneNames = ["a", "b", "c", "d"];

export function emptyWorld(setting: Setting): World {
  const random = randomFrom(setting.seed);
  const due: { at: Instant; order: number; act: () => void }[] = [];
  const sizes = {
    min: Math.max(0, setting.nodes - setting.roomBelow),
    max: setting.nodes + setting.roomAbove,
    desired: setting.nodes,
  };
  const template: GroupTemplate = {
    kind: "launch template",
    template: { id: "lt-1", name: "workers", version: random() < 0.5 ? "7" : "$Latest" },
  };
  const suspended = random() < 0.3 ? ["AZRebalance"] : [];
  let made = 0;
  const world: World = {
    setting,
    group: "workers",
    now: start,
    sizes,
    before: { sizes, suspended, template },
    theirs: { desired: 0, max: 0, added: 0 },
    template,
    images: new Map([
      ["6", "ami-0aaaaaaaaaaaaaaaa"],
      ["7", oldImage],
    ]),
    tokens: new Map(),
    suspended: new Set(suspended),
    tags: new Map([["team", "shop"]]),
    machines: new Map(),
    nodes: new Map(),
    pods: new Map(),
    workloads: [],
    activities: [],
    withoutCapacity: new Set(),
    foreign: [],
    heldUntil: 0,
    begunWith: new Set(),
    violations: [],
    fewestServing: Number.POSITIVE_INFINITY,
    record: undefined,
    pick: (count) => Math.floor(random() * count),
    chance: (percent) => random() * 100 < percent,
    after(delay, act) {
      made += 1;
      due.push({ at: world.now + delay, order: made, act });
    },
    advance(to) {
      for (let next = soonest(due, to); next; next = soonest(due, to)) {
        due.splice(due.indexOf(next), 1);
        world.now = Math.max(world.now, next.at);
        next.act();
        world.settle();
      }
      world.now = Math.max(world.now, to);
    },
    settle: () => {},
    async call(act) {
      if (!world.chance(setting.faults)) return act();
      if (world.chance(50)) act();
      throw new Trouble(world.chance(50) ? "busy" : "unreachable", "do it", "Faulty", "");
    },
    nextId() {
      made += 1;
      return `${made}`;
    },
  };
  return world;
}

function soonest<T extends { at: Instant; order: number }>(due: readonly T[], to: Instant): T | undefined {
  let found: T | undefined;
  for (const each of due) {
    if (each.at > to) continue;
    if (!found || each.at < found.at || (each.at === found.at && each.order < found.order)) found = each;
  }
  return found;
}

/** Mulberry32: numbers from 0 to below 1 that depend on the seed alone. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const isEnding = ({ lifecycle }: Machine) => lifecycle.startsWith("Terminat");

export function isServing(world: World, node: ModelNode): boolean {
  const machine = node.instance === undefined ? undefined : world.machines.get(node.instance);
  return node.ready === "True" && machine?.lifecycle === "InService";
}

export function servingNodes(world: World): ModelNode[] {
  return [...world.nodes.values()].filter((node) => isServing(world, node));
}

/** The AMI that the group launches now. */
export function imageToLaunch({ template, images }: World): { version: string; image: string } {
  const wanted = template.kind === "launch template" ? template.template.version : "7";
  const numbers = [...images.keys()].map(Number);
  const version = wanted.startsWith("$") ? `${Math.max(...numbers)}` : wanted;
  return { version, image: images.get(version) ?? oldImage };
}

export const target = newImage;
