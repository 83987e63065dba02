import { beforeTag, marksAnnotation, runTag } from "../../../../../src/core/roll/seen.js";
import type { Driven } from "./drive.js";
import { hasMark } from "./marks.js";
import { isGentle } from "./setting.js";
import { isEnding, type ModelNode, target, type World, zoneNames } from "./world.js";

/** Everything that is not as it must be at the end of a run. Empty: all is well. */
export function whatIsWrong(driven: Driven): string[] {
  const { world, run } = driven;
  const wrong = [...world.violations, ...lostMarks(world), ...tooFewServing(driven)];
  if (driven.end === "neither") wrong.push(`it neither ended nor asked: ${run.wait?.for ?? "no wait"}`);
  switch (run.state) {
    case "succeeded":
      return [...wrong, ...notRolled(world), ...leftBehind(driven), ...notBalanced(driven)];
    case "cancelled":
      return [...wrong, ...leftBehind(driven), ...notPointedBack(driven)];
    case "failed":
      return run.failure?.next ? wrong : [...wrong, "it failed without saying what to do"];
    default:
      return wrong;
  }
}

/** A person's mark is there for as long as its node. */
function lostMarks({ foreign, nodes }: World): string[] {
  return foreign.flatMap(({ uid, mark }) => {
    const node = [...nodes.values()].find((each) => each.uid === uid);
    if (!node) return [];
    const there = mark === "own taint" ? node.taints.has("team=shop") : hasMark(node, mark);
    return there ? [] : [`a person's ${mark} on ${node.name} is gone`];
  });
}

/** Where nobody else takes nodes away, as many serve at any time as were promised. */
function tooFewServing({ world, run, servingAtStart }: Driven): string[] {
  const { setting, before, fewestServing } = world;
  if (!isGentle(setting)) return [];
  const surge = run.plan.steps[0]?.surge ?? 0;
  const without = Math.max(0, setting.maxUnavailable - surge);
  const floor = Math.max(0, Math.min(before.sizes.desired, servingAtStart) - without);
  return fewestServing >= floor ? [] : [`only ${fewestServing} nodes served, and ${floor} had to`];
}

function notRolled({ machines }: World): string[] {
  const old = [...machines.values()].filter((machine) => !isEnding(machine) && machine.image !== target);
  return old.length === 0 ? [] : [`${old.length} old nodes are left`];
}

/** Nothing of ours, and everything of others. */
function leftBehind({ world, facts }: Driven): string[] {
  const { sizes, before, theirs, suspended, tags, nodes, workloads } = world;
  const kept = facts.some(({ type }) => type === "NotPutBack");
  const marked = [...nodes.values()].filter((node) => isMarked(node) && isStaying(world, node));
  const { least, most } = expectedDesired(world);
  const max = Math.max(before.sizes.max + theirs.max, sizes.desired);
  const grown = workloads.filter((workload) => workload.replicas !== workload.wanted);
  return [
    ...(tags.has(runTag) || tags.has(beforeTag) ? ["tags of ours are left"] : []),
    ...(tags.get("team") === "shop" ? [] : ["a tag of others is gone"]),
    ...(marked.length > 0 ? [`marks of ours are left on ${marked.map(({ name }) => name).join()}`] : []),
    ...(sameItems([...suspended], before.suspended) ? [] : [`suspended: ${[...suspended].join()}`]),
    ...(kept || (sizes.desired >= least && sizes.desired <= most)
      ? []
      : [`desired is ${sizes.desired}, not ${least} to ${most}`]),
    ...(kept || sizes.max === max ? [] : [`max is ${sizes.max}, not ${max}`]),
    ...(kept || grown.length === 0 ? [] : [`${grown[0]?.name} has ${grown[0]?.replicas} replicas`]),
  ];
}

const isMarked = ({ annotations }: ModelNode) => annotations.has(marksAnnotation);

/** The object of a node whose instance is gone goes by itself, with all that is on it. */
function isStaying({ machines }: World, { instance }: ModelNode): boolean {
  const machine = instance === undefined ? undefined : machines.get(instance);
  return instance === undefined || (machine !== undefined && !isEnding(machine));
}

/** What others took away may have been ours or what they had added, and it may have been taken before that was added. */
function expectedDesired({ before, theirs }: World): { least: number; most: number } {
  const { desired } = before.sizes;
  return { least: desired + theirs.desired, most: desired + theirs.added };
}

function sameItems(one: readonly string[], other: readonly string[]): boolean {
  return [...one].sort().join() === [...other].sort().join();
}

function notPointedBack({ world, facts }: Driven): string[] {
  const { template, before, setting } = world;
  const moved = setting.happenings.some(({ what }) => what === "person points the group elsewhere");
  if (moved || facts.some(({ type }) => type === "NotPutBack")) return [];
  return JSON.stringify(template) === JSON.stringify(before.template)
    ? []
    : ["the template is not as it was"];
}

/** Zones stay within one of each other, where nobody keeps Auto Scaling from it. */
function notBalanced({ world }: Driven): string[] {
  const { setting, machines } = world;
  if (!isGentle(setting)) return [];
  const zones = zoneNames.slice(0, setting.zones);
  const counts = zones.map(
    (zone) => [...machines.values()].filter((each) => each.zone === zone && !isEnding(each)).length,
  );
  const spread = Math.max(...counts) - Math.min(...counts);
  return spread <= 1 ? [] : [`zones have ${counts.join(", ")} nodes`];
}
