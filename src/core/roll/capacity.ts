import type { Instant, Milliseconds } from "../instant.js";
import { sayDuration } from "../instant.js";
import type { Problem } from "../problems.js";
import { cut, launchFailure } from "./launch-failures.js";
import { inService, type Member, nameOf, startUpTaints } from "./members.js";
import type { ActivitySeen } from "./seen.js";

export interface CapacityLook {
  readonly members: readonly Member[];
  /** By node: its DaemonSet pods that are not Ready: "kube-system/aws-node-x2x4". */
  readonly unreadyDaemonPods: ReadonlyMap<string, readonly string[]>;
  /** How many nodes are added: fewer than zones, and not every zone gets one. */
  readonly surge: number;
}

export interface Capacity {
  readonly done: boolean;
  /** Zones with old nodes and without a new one that pods can go to. */
  readonly zonesWithout: readonly string[];
  /** New nodes that pods can go to. */
  readonly usable: number;
  /** What is missing, in words: "a new node in us-west-2b". Empty once it is done. */
  readonly missing: readonly string[];
}

/** Whether there is room for what leaves: in every zone with old nodes a new one that pods can go to. */
export function capacity(look: CapacityLook): Capacity {
  const here = look.members.filter(({ instance }) => !instance.lifecycle.startsWith("Terminat"));
  const usable = here.filter((member) => isUsable(member, look));
  const zonesOf = (some: readonly Member[]) => [...new Set(some.map(({ zone }) => zone))].sort();
  const needed = zonesOf(here.filter(({ old }) => old === true));
  const served = new Set(zonesOf(usable));
  const zonesWithout = needed.filter((zone) => !served.has(zone));
  const untold = here.filter(({ old }) => old === undefined);
  const enough = zonesWithout.length === 0 || (look.surge < needed.length && usable.length >= look.surge);
  const done = enough && (untold.length === 0 || look.surge === 0);
  const words = [
    ...zonesWithout.map((zone) => `a new node in ${zone}${because(here, zone, look)}`),
    ...(untold.length > 0 ? [`the AMI of ${untold.map(nameOf).join(", ")}`] : []),
  ];
  return { done, zonesWithout, usable: usable.length, missing: done ? [] : words };
}

/** A new node that serves, lets pods in, and whose DaemonSets are ready: network and storage come with them. */
function isUsable(member: Member, look: CapacityLook): boolean {
  return member.old === false && member.serving && lacks(member, look) === undefined;
}

/** What a member still lacks before pods can go to it. */
function lacks({ instance, node, serving }: Member, look: CapacityLook): string | undefined {
  if (!node) return inService(instance) ? "has not joined the cluster" : `is ${instance.lifecycle}`;
  if (node.ready !== "True") {
    const why = node.notReadyBecause ? `: ${cut(node.notReadyBecause)}` : "";
    return node.ready === "Unknown" ? "has gone silent" : `is not Ready${why}`;
  }
  const taints = startUpTaints(node.taints);
  if (taints.length > 0) return `still carries the taint ${taints.join(", ")}`;
  if (node.unschedulable) return "is cordoned";
  if (node.pressures.length > 0) return `reports ${node.pressures.join(", ")}`;
  const pods = look.unreadyDaemonPods.get(node.name) ?? [];
  if (pods.length > 0) return `waits for its DaemonSet pods (${pods.slice(0, 3).join(", ")})`;
  return serving ? undefined : `is ${instance.lifecycle}`;
}

/** What the new ones of a zone lack: " (i-0abc has not joined the cluster)". */
function because(here: readonly Member[], zone: string, look: CapacityLook): string {
  const lacking = here
    .filter((member) => member.zone === zone && member.old === false)
    .map((member) => `${nameOf(member)} ${lacks(member, look) ?? "is fine"}`);
  return lacking.length === 0 ? "" : ` (${lacking.slice(0, 2).join("; ")})`;
}

export interface NoCapacityLook extends CapacityLook {
  readonly group: string;
  readonly desired: number;
  /** Suspended processes of the group. */
  readonly suspended: readonly string[];
  readonly activities: readonly ActivitySeen[];
  /** When the sizes were raised: failures before are not ours. */
  readonly since: Instant;
  readonly waited: Milliseconds;
}

/** Patience is over: what is wrong, as far as Auto Scaling and the nodes tell, and what to do about it. */
export function whyNoCapacity(look: NoCapacityLook): Problem {
  const { zonesWithout } = capacity(look);
  const where = zonesWithout.length > 0 ? ` in ${zonesWithout.join(", ")}` : "";
  const what = `No usable new node${where} ${sayDuration(look.waited)} after ${look.group} was raised`;
  return whyNotLaunched(look, what) ?? whyNotUsable(look, what);
}

function whyNotLaunched(look: NoCapacityLook, what: string): Problem | undefined {
  if (look.suspended.includes("Launch")) {
    return {
      code: "LaunchSuspended",
      what: `${what}: somebody suspended its process Launch`,
      next: "Resume Launch in the Auto Scaling console (Details, Advanced configurations), then wait on.",
    };
  }
  const missing = look.desired - look.members.length;
  const failed = look.activities.filter(
    ({ status, startedAt, message }) =>
      status === "Failed" && startedAt >= look.since && message !== undefined,
  );
  const last = [...failed].sort((a, b) => b.startedAt - a.startedAt)[0]?.message;
  // A launch that failed and was made good since, where it was wanted, is not the reason.
  if (last !== undefined && (missing > 0 || lacksLaunch(look))) return launchFailure(last, what);
  if (missing <= 0) return undefined;
  const instances = missing === 1 ? "1 instance has" : `${missing} instances have`;
  return {
    code: "NotLaunched",
    what: `${what}: ${instances} not been launched, and Auto Scaling says no reason`,
    next: "See the group's Activity tab in the Auto Scaling console; it may still come.",
  };
}

/** A zone has old nodes, and not so much as an instance that is new. */
function lacksLaunch(look: NoCapacityLook): boolean {
  const launched = new Set(look.members.flatMap(({ old, zone }) => (old === false ? [zone] : [])));
  return capacity(look).zonesWithout.some((zone) => !launched.has(zone));
}

function whyNotUsable(look: NoCapacityLook, what: string): Problem {
  const late = look.members.flatMap((member) => {
    const lacking = member.old === false ? lacks(member, look) : undefined;
    return lacking === undefined ? [] : [{ member, lacking }];
  });
  const [first] = late;
  if (!first) {
    return {
      code: "ZoneWithoutNode",
      what: `${what}: Auto Scaling put the new nodes elsewhere`,
      next: "See whether the group has a subnet in that zone, and whether instances can be had there (its Activity tab).",
    };
  }
  const said = late.slice(0, 3).map(({ member, lacking }) => `${nameOf(member)} ${lacking}`);
  const rest = late.length > 3 ? `, and ${late.length - 3} more` : "";
  return {
    code: codeOf(first.member),
    what: `${what}: ${said.join("; ")}${rest}`,
    next: nextFor(first.member),
  };
}

function codeOf({ node }: Member): string {
  if (!node) return "NodeNotJoined";
  return node.ready === "True" ? "NodeNotUsable" : "NodeNotReady";
}

function nextFor({ node, instance }: Member): string {
  if (!node) {
    return `See the console output of ${instance.id}: user data that bootstraps for this cluster, an access entry for the instances' role, and a way to the API server are what it takes.`;
  }
  if (node.ready !== "True") {
    return `See "kubectl describe node ${node.name}"; most often the network add-on (aws-node) cannot start or get addresses.`;
  }
  return `See "kubectl get pods -A --field-selector spec.nodeName=${node.name}": what is not Ready there keeps the node back.`;
}
