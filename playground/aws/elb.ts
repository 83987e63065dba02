import { clusterOf, membersOf } from "../world/lookup.js";
import type { AutoScalingGroup } from "../world/scaling-state.js";
import { type Instance, Refusal, type World } from "../world/state.js";
import { groupsHere, type Here } from "./here.js";
import { text } from "./input.js";
import { querySkin } from "./query.js";
import type { XmlValue } from "./xml.js";

/** The targets that Auto Scaling registered: a group's instances, by id. */
export const elasticLoadBalancing = querySkin(
  "elasticloadbalancing",
  "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
  {
    DescribeTargetHealth(here, input) {
      const { world } = here;
      const arn = text(input, "TargetGroupArn") ?? "";
      const groups = groupsHere(here).filter((group) => targetGroupArns(here, group).includes(arn));
      if (groups.length === 0) throw new Refusal("TargetGroupNotFound", `Target groups '${arn}' not found`);
      const targets = groups.flatMap((group) =>
        membersOf(world, group).flatMap((instance) => targetShape(instance, stateOf(world, group, instance))),
      );
      return { TargetHealthDescriptions: targets };
    },
  },
);

export function targetGroupArns(
  { region, account }: Here,
  { targetGroups = [] }: AutoScalingGroup,
): string[] {
  return targetGroups.map(
    (name) => `arn:aws:elasticloadbalancing:${region}:${account}:targetgroup/${name}/0123456789abcdef`,
  );
}

type State = "initial" | "healthy" | "draining";

function targetShape(instance: Instance, state: State | undefined): XmlValue[] {
  if (!state) return [];
  return [{ Target: { Id: instance.id, Port: 30080 }, TargetHealth: { State: state } }];
}

/** How long a target is drained before it is gone from the list, in milliseconds: the attribute deregistration_delay. */
const drainedFor = 30_000;

/** When the controller that minds the load balancer took an instance out; it sees the label when somebody looks. */
const takenOut = new WeakMap<Instance, number>();

function stateOf(world: World, group: AutoScalingGroup, instance: Instance): State | undefined {
  if (!isExcluded(world, group, instance)) {
    takenOut.delete(instance);
    if (instance.lifecycle.startsWith("Terminating")) return "draining";
    return instance.node === "ready" ? "healthy" : "initial";
  }
  const now = world.clock.now();
  const since = takenOut.get(instance) ?? now;
  takenOut.set(instance, since);
  return now - since < drainedFor ? "draining" : undefined;
}

function isExcluded(world: World, group: AutoScalingGroup, { nodeName }: Instance): boolean {
  const node = clusterOf(world, group).kubernetes.store.get("nodes", { name: nodeName });
  return node?.metadata.labels?.["node.kubernetes.io/exclude-from-external-load-balancers"] !== undefined;
}
