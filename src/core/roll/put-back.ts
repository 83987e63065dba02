import type { Fact } from "../events.js";
import { second } from "../instant.js";
import type { Step } from "../plan.js";
import { nodesPerWrite } from "./judge-setup.js";
import { ourMarks } from "./node-marks.js";
import { changeEntries, entryOf, type Move, type Scene } from "./scene.js";
import { beforeTag, type GroupTemplate, marksAnnotation, runTag } from "./seen.js";
import { pointedAt, pointsAlike } from "./setup-parts.js";

/**
 * What puts each entry of the ledger back, in the ledger's reverse order. Scale down goes through all but the template;
 * a roll that is called off goes through the template too.
 */

/** One replica less, the last raise first: only where it still is as we made it. */
export function restoreOwners({ roll, now }: Scene): Move | undefined {
  const surged = roll.ledger.flatMap((entry) =>
    entry.kind === "owner surged" && entry.undone === undefined ? [entry] : [],
  );
  if (surged.length === 0) return undefined;
  const ledger = changeEntries(roll.ledger, (entry) => entry.kind === "owner surged", { undone: now });
  return {
    kind: "act",
    roll: { ledger },
    intents: surged
      .toReversed()
      .map(({ owner, from }) => ({ kind: "scale owner", owner, from: from + 1, to: from })),
  };
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

/** Only where the group still points where we pointed it. */
export function restoreTemplate({ look: { group }, roll, now, index, step }: Scene): Move | undefined {
  const entry = entryOf(roll, "group template");
  if (!entry) return undefined;
  const ledger = changeEntries(roll.ledger, (each) => each === entry, { undone: now });
  const is = group.template;
  const to = beforeOurs(entry.before, roll);
  if (is && pointsAlike(is, to)) {
    const pinned = pointsAlike(to, entry.before) ? [] : [noLatest(step, index)];
    return { kind: "note", roll: { ledger }, facts: pinned };
  }
  if (is && pointsAlike(is, entry.after)) {
    return { kind: "act", intents: [{ kind: "point group", from: entry.after, to }] };
  }
  const fact: Fact = {
    type: "NotPutBack",
    step: index,
    what: `the launch template version of ${step.nodeGroup}`,
    next: "Somebody pointed the group at another version meanwhile: see that it is the one you want.",
  };
  return { kind: "note", roll: { ledger }, facts: [fact] };
}

/** "$Latest" has become the version that we made: what it stood for before is the one that ours was made from. */
function beforeOurs(before: GroupTemplate, { ledger }: Scene["roll"]): GroupTemplate {
  const made = ledger.flatMap((entry) => (entry.kind === "template version" && entry.made ? [entry] : []));
  return pointedAt(before, ({ id, version }) => {
    const ours = version === "$Latest" ? made.find(({ template }) => template === id) : undefined;
    return ours?.source ?? version;
  });
}

function noLatest({ nodeGroup, to }: Step, index: number): Fact {
  return {
    type: "NotPutBack",
    step: index,
    what: `${nodeGroup} took its launch template's version $Latest`,
    next: `That is the version with ${to.image} now, so I pointed it at the number that $Latest stood for before. To have it follow $Latest again, make a version with the AMI that you want.`,
  };
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
