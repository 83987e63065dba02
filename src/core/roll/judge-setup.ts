import { second } from "../instant.js";
import { beforeText } from "./before-tag.js";
import { missingMarks } from "./node-marks.js";
import { entryOf, firstMissing, type Judge, type Move, referenceKey, type Scene } from "./scene.js";
import { beforeTag, runTag, type TemplateReference, type TemplateVersionSeen } from "./seen.js";
import {
  pointedAt,
  pointsAlike,
  processesToSuspend,
  referencesOf,
  type TemplateToMake,
  templatesToMake,
} from "./setup-parts.js";

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

/** At every stage: whoever finds the group, or plans to roll it, sees whose hands are on it. */
export function tagGroup({ look: { group, members }, roll, run }: Scene): Move | undefined {
  const holder = group.tags[runTag];
  if (holder === run && roll.floor !== undefined) return undefined;
  if (holder !== undefined && holder !== run) return { kind: "failed", problem: taken(group.name, holder) };
  const serving = members.filter((member) => member.serving).length;
  const tags = { [runTag]: run, [beforeTag]: group.tags[beforeTag] ?? beforeText(group) };
  return {
    kind: "act",
    roll: { floor: roll.floor ?? Math.min(serving, group.sizes.desired) },
    intents: [{ kind: "tag group", tags }],
    entries: entryOf(roll, "tags") ? [] : [{ kind: "tags" }],
  };
}

function taken(group: string, holder: string) {
  return {
    code: "GroupTaken",
    what: `Auto Scaling group ${group} carries the tag ${runTag}=${holder}: another run has its hands on it`,
    next: `See what became of ${holder} (repair puts back what it left behind), then try again.`,
  };
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
  if (entryOf(roll, "group template")) return undefined;
  const { template } = look.group;
  if (!template || referencesOf(template).some((reference) => !versionOf(scene, reference))) {
    return { kind: "failed", problem: templateGone(look.group.name) };
  }
  // From what the group points at now: somebody may have made it another version since.
  const needed = templatesToMake(template, (reference) => existing(scene, reference), step.to.image);
  const known = roll.ledger.filter((entry) => entry.kind === "template version");
  const isFor = (one: TemplateToMake) => (other: TemplateToMake) =>
    one.template === other.template && one.source === other.source && one.image === other.image;
  const entries = needed
    .filter((each) => !known.some(isFor(each)))
    .map((each) => ({
      ...each,
      kind: "template version" as const,
      token: `${run}-${index}-${progress.attempt}-${each.template}-${each.source}`,
    }));
  const pending = known.filter((entry) => entry.made === undefined && needed.some(isFor(entry)));
  const wanted = [...pending, ...entries];
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
  if (entry && pointsAlike(from, to)) return undefined;
  return {
    kind: "act",
    // It may point at a version with the AMI already: then that is where it has to stay.
    intents: pointsAlike(from, to) ? [] : [{ kind: "point group", from, to }],
    entries: entry ? [] : [{ kind: "group template", before: from, after: to }],
  };
}

const templateQuestion = "launch template";

/**
 * Whatever Auto Scaling launches must be new: from another version it would bring old nodes for old ones, without end.
 * Who pointed the group elsewhere meant it: nothing more is terminated until a person has looked.
 */
export function ownTemplate({ look: { group }, roll, now }: Scene): Move | undefined {
  const after = entryOf(roll, "group template")?.after;
  if (!after || (group.template && pointsAlike(group.template, after))) return undefined;
  const problem = {
    code: "TemplateMoved",
    what: `Somebody pointed ${group.name} at another launch template version: new nodes would not be what was approved`,
    next: "Point the group back at the version that this run made, and it goes on; or stop here.",
  };
  const since = roll.question?.id === templateQuestion ? roll.question.since : now;
  return {
    kind: "wait",
    wait: { for: "the group to point at our launch template version again", until: now + 30 * second },
    question: { id: templateQuestion, problem, choices: ["wait", "stop"], since },
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
