import type { Region } from "../aws/region.js";
import { isLeftover } from "../core/decide-repair.js";
import { isTrouble, type Problem } from "../core/problems.js";
import { marksNote, ourMarks } from "../core/roll/node-marks.js";
import { beforeTag, type RollNodeSeen, runTag } from "../core/roll/seen.js";
import type { AutoScalingGroupSeen, ClusterSeen } from "../core/seen.js";
import type { Kubernetes } from "../kubernetes/cluster.js";
import { asProblem } from "../phases/trouble.js";
import type { Runs } from "../redis/runs.js";
import { loadRuns } from "./load.js";
import type { ClusterName, Leftovers, MarkedNode, TaggedGroup } from "./types.js";

type Place = Pick<ClusterName, "name" | "region">;

/** How many of the latest runs are looked through: whatever was left behind, people want it back within weeks. */
const remembered = 1_000;

/** What of the bot's tools is looked at. */
interface Looked {
  readonly runs: Pick<Runs, "recent" | "load">;
  readonly outside: {
    region(name: string): {
      readonly eks: Pick<Region["eks"], "cluster">;
      readonly autoScaling: Pick<Region["autoScaling"], "groups" | "groupsOf">;
    };
    kubernetes(cluster: ClusterSeen): Pick<Kubernetes, "allNodes">;
  };
}

/**
 * Everything of ours in a cluster that no running upgrade accounts for: what records say was not put back, and what
 * nodes and Auto Scaling groups say themselves, whatever became of the records.
 */
export async function findLeftovers(options: Looked, cluster: Place): Promise<Leftovers> {
  const { runs } = options;
  const all = await loadRuns(runs, await runs.recent(remembered));
  const here = all.filter(({ plan }) => plan.cluster === cluster.name && plan.region === cluster.region);
  const left = here.filter(isLeftover);
  // A run that goes on puts its own things back, and a repair those of the run it repairs.
  const known = new Set([...left, ...here.filter(({ state }) => state === "running")].map(({ id }) => id));
  try {
    return { runs: left, ...(await lookForMarks(options, cluster, known)) };
  } catch (error) {
    if (!isTrouble(error)) throw error;
    const problem: Problem = asProblem(error);
    return { runs: left, nodes: [], groups: [], problem };
  }
}

async function lookForMarks(
  { outside }: Pick<Looked, "outside">,
  { name, region }: Place,
  known: ReadonlySet<string>,
): Promise<Pick<Leftovers, "nodes" | "groups">> {
  const { eks, autoScaling } = outside.region(region);
  const nodes = await outside.kubernetes(await eks.cluster(name)).allNodes();
  const instances = nodes.flatMap(({ instanceId }) => instanceId ?? []);
  const names = new Set((await autoScaling.groupsOf(instances)).values());
  const groups = await autoScaling.groups([...names]);
  return {
    nodes: nodes.flatMap((node) => markedBySomeone(node, known)),
    groups: groups.flatMap((group) => taggedBySomeone(group, known)),
  };
}

function markedBySomeone(node: RollNodeSeen, known: ReadonlySet<string>): MarkedNode[] {
  const note = marksNote(node);
  return note && !known.has(note.run) ? [{ name: node.name, run: note.run, marks: ourMarks(node) }] : [];
}

function taggedBySomeone({ name, tags }: AutoScalingGroupSeen, known: ReadonlySet<string>): TaggedGroup[] {
  const run = tags[runTag];
  const before = tags[beforeTag];
  return run !== undefined && !known.has(run) ? [{ name, run, ...(before !== undefined && { before }) }] : [];
}
