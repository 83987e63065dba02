import { type Before, parseBefore } from "./before-tag.js";
import type { Entry, LedgerEntry } from "./ledger.js";
import { marksNote } from "./node-marks.js";
import { referenceKey, type Scene } from "./scene.js";
import { beforeTag, runTag } from "./seen.js";
import { processesToSuspend } from "./setup-parts.js";
import { raisedBy, tookEffect } from "./surge.js";

/**
 * Receipts that a store lost when it failed over, after the writes they stand for were made: read again from the group's
 * tag, which says whose hands are on it and how it was before. Only kinds of which the record knows nothing at all.
 */
export function lostEntries(
  scene: Pick<Scene, "look" | "roll" | "run" | "step" | "now">,
): readonly LedgerEntry[] {
  const { look, roll, run, now } = scene;
  const { tags } = look.group;
  const before = tags[runTag] === run ? parseBefore(tags[beforeTag]) : undefined;
  if (!before) return [];
  const found: (Entry | undefined)[] = [
    { kind: "tags" },
    processes(scene, before),
    groupTemplate(scene, before),
    look.members.some(({ node }) => node && marksNote(node)?.run === run)
      ? { kind: "node marks" }
      : undefined,
    sizes(scene, before),
  ];
  const known = new Set(roll.ledger.map(({ kind }) => kind));
  return found.flatMap((entry) =>
    entry && !known.has(entry.kind)
      ? [{ ...entry, at: now, ...(entry.kind === "sizes" && { done: now }) }]
      : [],
  );
}

/** We suspend them all in one call: where one of them is not, it was somebody else who suspended the others. */
function processes({ look: { group } }: Pick<Scene, "look">, { suspended }: Before): Entry | undefined {
  const ours = processesToSuspend({ suspended, targetGroups: group.targetGroups });
  const made = ours.length > 0 && ours.every((process) => group.suspended.includes(process));
  return made ? { kind: "processes", suspended: ours } : undefined;
}

/** The tag has no room for the templates of a policy's overrides. */
function groupTemplate({ look, step }: Pick<Scene, "look" | "step">, before: Before): Entry | undefined {
  const after = look.group.template;
  if (after?.kind !== "launch template" || before.template?.id !== after.template.id) return undefined;
  if (before.template.version === after.template.version) return undefined;
  if (look.templates?.get(referenceKey(after.template))?.image !== step.to.image) return undefined;
  const template = { ...after.template, version: before.template.version };
  return { kind: "group template", before: { ...after, template }, after };
}

/** What was to be added is noted on the group before it is; whether it was, its sizes tell. */
function sizes({ look: { group } }: Pick<Scene, "look">, before: Before): Entry | undefined {
  const { sizes, ours = 0, withMax } = before;
  if (ours === 0) return undefined;
  const all = raisedBy(sizes, ours);
  const to = withMax ? all : { ...all, max: Math.max(sizes.max, all.desired) };
  if (!tookEffect(sizes, to, group.sizes)) return undefined;
  return { kind: "sizes", before: sizes, ours, maxRaisedBy: to.max - sizes.max };
}
