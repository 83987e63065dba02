import { missingMarks } from "./node-marks.js";
import { entryOf, firstMissing, type Judge, type Move, referenceKey, type Scene } from "./scene.js";
import { beforeTag, runTag, type TemplateReference, type TemplateVersionSeen } from "./seen.js";
import { pointedAt, pointsAlike, processesToSuspend, referencesOf, templatesToMake } from "./setup-parts.js";

/** Enough for the API server, and few enough to be told apart in its log. */
export const nodesPerWrite = 50;

/**
 * Setup, in this order: say whose hands are on the group; stop Auto Scaling from interfering; make the template's new
 * version and point the group at it, so that whatever it launches from now on is new; keep Cluster Autoscaler off.
 */
const setup: readonly Judge[] = [tagGroup, suspendProcesses, makeTemplates, pointGroup, keepNodes];

export function judgeSetup(scene: Scene): Move {
  return firstMissing(setup, scene);
}

function tagGroup({ look: { group, members }, roll, run }: Scene): Move | undefined {
  if (group.tags[runTag] === run && roll.floor !== undefined) return undefined;
  const serving = members.filter((member) => member.serving).length;
  const tags = { [runTag]: run, [beforeTag]: group.tags[beforeTag] ?? beforeText(group) };
  return {
    kind: "act",
    roll: { floor: roll.floor ?? Math.min(serving, group.sizes.desired) },
    intents: [{ kind: "tag group", tags }],
    entries: entryOf(roll, "tags") ? [] : [{ kind: "tags" }],
  };
}

/** "min=3 max=8 desired=6 template=lt-0123:7 suspended=AZRebalance": a tag holds 256 characters. */
function beforeText({ sizes, suspended, template }: Scene["look"]["group"]): string {
  const reference = template && template.kind !== "launch configuration" ? template.template : undefined;
  const parts = [
    `min=${sizes.min} max=${sizes.max} desired=${sizes.desired}`,
    ...(reference ? [`template=${reference.id}:${reference.version.replace("$", "")}`] : []),
    ...(suspended.length > 0 ? [`suspended=${suspended.join("+")}`] : []),
  ];
  return parts.join(" ").slice(0, 256);
}

function suspendProcesses({ look: { group }, roll }: Scene): Move | undefined {
  const entry = entryOf(roll, "processes");
  const processes = entry
    ? entry.suspended.filter((process) => !group.suspended.includes(process))
    : processesToSuspend(group);
  if (processes.length === 0) return undefined;
  return {
    kind: "act",
    intents: [{ kind: "suspend processes", processes }],
    entries: entry ? [] : [{ kind: "processes", suspended: processes }],
  };
}

function makeTemplates(scene: Scene): Move | undefined {
  const { look, roll, run, step, index, progress } = scene;
  const known = roll.ledger.filter((entry) => entry.kind === "template version");
  const pending = known.filter((entry) => entry.made === undefined);
  if (entryOf(roll, "group template") || (known.length > 0 && pending.length === 0)) return undefined;
  const { template } = look.group;
  if (!template || referencesOf(template).some((reference) => !versionOf(scene, reference))) {
    return { kind: "failed", problem: templateGone(look.group.name) };
  }
  const entries =
    known.length > 0
      ? []
      : templatesToMake(template, (reference) => existing(scene, reference), step.to.image).map((each) => ({
          ...each,
          kind: "template version" as const,
          token: `${run}-${index}-${progress.attempt}-${each.template}-${each.source}`,
        }));
  const wanted = known.length > 0 ? pending : entries;
  if (wanted.length === 0) return undefined;
  const intents = wanted.map(({ template: id, source, image, token }) => {
    return { kind: "create template version" as const, template: id, source, image, token };
  });
  return { kind: "act", intents, entries };
}

function pointGroup(scene: Scene): Move | undefined {
  const { look, roll } = scene;
  const from = look.group.template;
  const entry = entryOf(roll, "group template");
  if (!from || (!entry && referencesOf(from).some((reference) => !versionOf(scene, reference)))) {
    return { kind: "failed", problem: templateGone(look.group.name) };
  }
  const to = entry?.after ?? pointedAt(from, (reference) => numberToUse(scene, reference));
  if (pointsAlike(from, to)) return undefined;
  return {
    kind: "act",
    intents: [{ kind: "point group", from, to }],
    entries: entry ? [] : [{ kind: "group template", before: from, after: to }],
  };
}

function versionOf({ look }: Scene, reference: TemplateReference): TemplateVersionSeen | undefined {
  return look.templates?.get(referenceKey(reference));
}

function existing(scene: Scene, reference: TemplateReference): TemplateVersionSeen {
  const version = versionOf(scene, reference);
  if (!version) throw new Error(`Launch template ${referenceKey(reference)} was not looked up.`);
  return version;
}

/** The version made from the one that is in use; or that one itself, where it names the AMI already. */
function numberToUse(scene: Scene, reference: TemplateReference): string {
  const { template, number } = existing(scene, reference);
  const made = scene.roll.ledger.flatMap((entry) =>
    entry.kind === "template version" && entry.template === template && entry.source === `${number}`
      ? [entry.made]
      : [],
  );
  return made.at(-1) ?? `${number}`;
}

function templateGone(group: string) {
  return {
    code: "LaunchTemplateGone",
    what: `Auto Scaling group ${group} has no launch template any more`,
    next: "Somebody changed it in the middle. Give it a launch template, then plan again.",
  };
}

/** New nodes are still empty and old ones soon will be: neither is for Cluster Autoscaler to take. */
export function keepNodes({ look: { members }, roll }: Scene): Move | undefined {
  const unkept = members.flatMap(({ node }) =>
    node && missingMarks(node, ["keep"]).length > 0 ? [node] : [],
  );
  if (unkept.length === 0) return undefined;
  return {
    kind: "act",
    intents: unkept
      .slice(0, nodesPerWrite)
      .map(({ name, uid }) => ({ kind: "mark node", node: name, uid, marks: ["keep"] })),
    entries: entryOf(roll, "node marks") ? [] : [{ kind: "node marks" }],
  };
}
