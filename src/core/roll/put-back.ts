import { mustLeave } from "../drain/filters.js";
import type { Fact } from "../events.js";
import { second } from "../instant.js";
import type { DrainProgress } from "../run.js";
import { drains, leaving, nextDue } from "./judge-drains.js";
import { nodesPerWrite } from "./judge-setup.js";
import { nameOf } from "./members.js";
import { ourMarks } from "./node-marks.js";
import { changeEntries, entryOf, type Judge, type Move, type Scene, shareOf } from "./scene.js";
import { beforeTag, marksAnnotation, runTag } from "./seen.js";
import { pointsAlike } from "./setup-parts.js";
import { sizesPutBack, toGiveBack } from "./surge.js";
import { surplusVictims, whyKept } from "./surplus.js";

/**
 * What puts each entry of the ledger back, in the ledger's reverse order. Scale down goes through all but the template;
 * a roll that is called off goes through the template too.
 */

/** One replica less: only where it still is as we made it. */
export function restoreOwners({ roll, now }: Scene): Move | undefined {
  const surged = roll.ledger.flatMap((entry) =>
    entry.kind === "owner surged" && entry.undone === undefined ? [entry] : [],
  );
  if (surged.length === 0) return undefined;
  const ledger = changeEntries(roll.ledger, (entry) => entry.kind === "owner surged", { undone: now });
  return {
    kind: "act",
    roll: { ledger },
    intents: surged.map(({ owner, from }) => ({ kind: "scale owner", owner, from: from + 1, to: from })),
  };
}

/** Nodes on their way out come back into service, unless their instance is ending already. */
export function stopDrains({ roll }: Scene): Move | undefined {
  const ending = (drain: DrainProgress) => drain.endedAt !== undefined || drain.surplus === true;
  const stopped = Object.entries(roll.drains).filter(([, drain]) => !ending(drain));
  if (stopped.length === 0) return undefined;
  const rest = Object.entries(roll.drains).filter(([, drain]) => ending(drain));
  return { kind: "note", roll: { drains: Object.fromEntries(rest) } };
}

/** Everything of ours but `keep`, which goes last: until then Cluster Autoscaler stays off. */
export function unmarkNodes({ look, roll }: Scene): Move | undefined {
  const marked = look.members.flatMap(({ node }) =>
    node && roll.drains[node.name] === undefined && ourMarks(node).some((mark) => mark !== "keep")
      ? [node]
      : [],
  );
  if (marked.length === 0) return undefined;
  return {
    kind: "act",
    intents: marked.slice(0, nodesPerWrite).map(({ name, uid }) => ({
      kind: "unmark node",
      node: name,
      uid,
      marks: ["taint", "load balancers", "cordon"],
    })),
  };
}

/** Our share of the surge, node by node, chosen and drained by us: Auto Scaling would choose for itself. */
export const returnSurge: readonly Judge[] = [...drains, chooseSurplus, awaitSurplus, lowerMax];

function chooseSurplus(scene: Scene): Move | undefined {
  const { look, roll, index } = scene;
  const entry = shareOf(roll);
  const going = leaving(scene).filter(({ surplus }) => surplus);
  if (!entry || going.length > 0) return undefined;
  const share = { ...entry, ours: entry.ours - (roll.returned ?? 0) };
  const count = toGiveBack(share, look.group.sizes);
  if (count <= 0) return undefined;
  const others = new Set(leaving(scene).map(({ name }) => name));
  const [name] = surplusVictims(look.members, podsOn(look), count, others);
  const victim = look.members.find((member) => nameOf(member) === name);
  if (!victim) {
    const { what, next } = whyKept(look.members, count);
    const fact: Fact = { type: "NotPutBack", step: index, what, next };
    return { kind: "note", roll: { returned: entry.ours }, facts: [fact] };
  }
  const { node, instance } = victim;
  const drain: DrainProgress = { uid: node?.uid ?? "", instance: instance.id, surplus: true };
  return {
    kind: "act",
    roll: { drains: { ...roll.drains, [nameOf(victim)]: drain } },
    intents: node
      ? [{ kind: "mark node", node: node.name, uid: node.uid, marks: ["taint", "load balancers"] }]
      : [],
  };
}

/** Those that would have to move. */
function podsOn({ pods }: Scene["look"]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const pod of pods.filter(mustLeave)) counts.set(pod.node, (counts.get(pod.node) ?? 0) + 1);
  return counts;
}

function awaitSurplus(scene: Scene): Move | undefined {
  const going = leaving(scene);
  if (going.length === 0) return undefined;
  const names = going.map(({ name }) => name).join(", ");
  return { kind: "wait", wait: { for: `${names} to be drained and given back`, until: nextDue(scene) } };
}

/** What others raised it by stays. */
function lowerMax({ look: { group }, roll, now }: Scene): Move | undefined {
  const entry = shareOf(roll);
  if (!entry) return undefined;
  const to = sizesPutBack(entry, group.sizes);
  const ledger = changeEntries(roll.ledger, ({ kind }) => kind === "sizes", { undone: now });
  if (!to) return { kind: "note", roll: { ledger } };
  return { kind: "act", roll: { ledger }, intents: [{ kind: "set sizes", expected: group.sizes, to }] };
}

/** Only where the group still points where we pointed it. */
export function restoreTemplate({ look: { group }, roll, now, index, step }: Scene): Move | undefined {
  const entry = entryOf(roll, "group template");
  if (!entry) return undefined;
  const ledger = changeEntries(roll.ledger, (each) => each === entry, { undone: now });
  const is = group.template;
  if (is && pointsAlike(is, entry.after)) {
    return {
      kind: "act",
      roll: { ledger },
      intents: [{ kind: "point group", from: entry.after, to: entry.before }],
    };
  }
  if (is && pointsAlike(is, entry.before)) return { kind: "note", roll: { ledger } };
  const fact: Fact = {
    type: "NotPutBack",
    step: index,
    what: `the launch template version of ${step.nodeGroup}`,
    next: "Somebody pointed the group at another version meanwhile: see that it is the one you want.",
  };
  return { kind: "note", roll: { ledger }, facts: [fact] };
}

export function resumeProcesses({ look: { group }, roll, now }: Scene): Move | undefined {
  const entry = entryOf(roll, "processes");
  if (!entry) return undefined;
  const processes = entry.suspended.filter((process) => group.suspended.includes(process));
  if (processes.length > 0) return { kind: "act", intents: [{ kind: "resume processes", processes }] };
  return {
    kind: "note",
    roll: { ledger: changeEntries(roll.ledger, (each) => each === entry, { undone: now }) },
  };
}

/** Whatever is left of ours on any node of the group, and the note itself. */
export function unkeepNodes({ look, roll, now }: Scene): Move | undefined {
  const noted = look.members.flatMap(({ node }) =>
    node?.annotations[marksAnnotation] !== undefined ? [node] : [],
  );
  if (noted.length > 0) {
    return {
      kind: "act",
      intents: noted
        .slice(0, nodesPerWrite)
        .map(({ name, uid }) => ({ kind: "unmark node", node: name, uid })),
    };
  }
  const entry = entryOf(roll, "node marks");
  if (!entry) return undefined;
  return {
    kind: "note",
    roll: { ledger: changeEntries(roll.ledger, (each) => each === entry, { undone: now }) },
  };
}

export function untagGroup({ look: { group }, roll, run, now }: Scene): Move | undefined {
  if (group.tags[runTag] === run)
    return { kind: "act", intents: [{ kind: "untag group", keys: [runTag, beforeTag] }] };
  const entry = entryOf(roll, "tags");
  if (!entry) return undefined;
  return {
    kind: "note",
    roll: { ledger: changeEntries(roll.ledger, (each) => each === entry, { undone: now }) },
  };
}

/** A few seconds, for what the API shows a little late. */
export const soon = 5 * second;
