import { followBlockers, type Hindrance } from "../blocking.js";
import type { Fact } from "../events.js";
import { factOf, isMarked } from "../node-states.js";
import type { DrainBlocker, NodeProgress, NodeState } from "../run.js";
import type { Followed } from "./follow-sizes.js";
import { followWaits } from "./follow-waits.js";
import type { Member } from "./members.js";
import type { Scene } from "./scene.js";
import type { RollNodeSeen } from "./seen.js";

/** What became of the group's nodes since the last look, and of what hinders their drain. */
export function followMembers(scene: Scene): Followed {
  const nodes = followNodes(scene);
  const progress = { ...scene.progress, nodes: nodes.nodes };
  const { hindrances } = scene.look;
  if (!hindrances) return { progress, facts: nodes.facts };
  const blocking = followWaits(scene, followHindrances(scene, hindrances, nodes.nodes));
  const { blockers, answers } = blocking;
  return {
    progress: { ...progress, blockers, ...(answers && { answers }) },
    facts: [...nodes.facts, ...blocking.facts],
  };
}

function followNodes({ look, progress, roll, index, now }: Scene): {
  nodes: Readonly<Record<string, NodeProgress>>;
  facts: readonly Fact[];
} {
  const before = progress.nodes;
  const baseline = Object.keys(before).length === 0;
  const after: Record<string, NodeProgress> = {};
  const facts: Fact[] = [];
  const tell = (state: NodeState, node: string, zone: string) =>
    facts.push({ type: factOf[state], step: index, node, zone });

  for (const { member, node } of joined(look.members)) {
    const last = before[node.name];
    const known = last?.state === "gone" ? undefined : last;
    const state = stateOf(member, node, roll.drains[node.name]);
    if (!known && !baseline) tell("joined", node.name, node.zone);
    if (state !== known?.state && state !== "joined" && !baseline) tell(state, node.name, node.zone);
    const podsLeft = look.left?.[node.name] ?? (state === known?.state ? known.podsLeft : undefined);
    after[node.name] = {
      state,
      old: member.old ?? known?.old ?? false,
      zone: node.zone,
      kubelet: node.kubelet,
      since: known?.state === state ? known.since : now,
      ...(podsLeft !== undefined && { podsLeft }),
    };
  }
  for (const [name, known] of Object.entries(before)) {
    if (after[name]) continue;
    // Its instance has left the group: its node object goes soon after.
    const going = look.nodes.has(name) && roll.drains[name] !== undefined;
    const state: NodeState = going ? "terminating" : "gone";
    if (known.state !== state) tell(state, name, known.zone);
    after[name] = known.state === state ? known : { ...known, state, since: now, podsLeft: 0 };
  }
  return { nodes: after, facts };
}

function joined(members: readonly Member[]): { member: Member; node: RollNodeSeen }[] {
  return members.flatMap((member) => (member.node ? [{ member, node: member.node }] : []));
}

function stateOf(
  { instance, serving, old }: Member,
  node: RollNodeSeen,
  drain: Scene["roll"]["drains"][string] | undefined,
): NodeState {
  if (drain?.endedAt !== undefined || instance.lifecycle.startsWith("Terminat")) return "terminating";
  if (drain?.emptySince !== undefined) return "empty";
  if (drain && !drain.skipped) return "draining";
  if (old === true && isMarked(node)) return "unschedulable";
  return serving ? "ready" : "joined";
}

/** Nobody gives up by itself here: without EKS there is no limit of 15 minutes. */
function followHindrances(
  { progress, index, now }: Scene,
  hindrances: readonly Hindrance[],
  nodes: Readonly<Record<string, NodeProgress>>,
) {
  const { blockers, facts } = followBlockers(progress.blockers ?? [], hindrances, nodes, index, now);
  return {
    blockers: blockers.map(withoutLimit),
    facts: facts.map((fact) =>
      fact.type === "DrainBlocked" ? { ...fact, blocker: withoutLimit(fact.blocker) } : fact,
    ),
  };
}

function withoutLimit({ givesUpAt: _limit, ...blocker }: DrainBlocker): DrainBlocker {
  return blocker;
}
