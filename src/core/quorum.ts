import type { Approval } from "./approval.js";
import type { Run } from "./run.js";

/** Somebody who says yes, as the rules of the moment know them. */
export type Voice = Omit<Approval, "at">;

/**
 * - requester: they asked for it themselves, or stand for whoever did
 * - approved by you already: one person counts once, for themselves and for others
 * - one voice: of a person and those who stand for them, one has approved already
 */
export type VoiceRefusal = "requester" | "approved by you already" | "one voice";

interface QuorumRules {
  readonly required: number;
  readonly requesterMayApprove: boolean;
  readonly oneFromEach?: readonly string[];
  /** The button alone does not approve. */
  readonly linkNeeded?: boolean;
}

/** Why this person's yes does not count beside those that are there. */
export function whyNoVoice(run: Run, voice: Voice, rules: QuorumRules): VoiceRefusal | undefined {
  if (!rules.requesterMayApprove && standsFor(voice, run.requestedBy)) return "requester";
  if (run.approvals.some(({ by }) => by === voice.by)) return "approved by you already";
  const theirs = peopleOf(voice);
  const one = run.approvals.some((each) => peopleOf(each).some((person) => theirs.includes(person)));
  return one ? "one voice" : undefined;
}

/** Who speaks, and in whose place. */
function peopleOf({ by, deputyOf }: Pick<Approval, "by" | "deputyOf">): readonly string[] {
  return deputyOf === undefined ? [by] : [by, deputyOf];
}

function standsFor(voice: Pick<Approval, "by" | "deputyOf">, person: string): boolean {
  return peopleOf(voice).includes(person);
}

/** What the record asks for, or what the rules ask for now, whichever is more. */
export function stricterOf(run: Run, rules: QuorumRules): Run {
  const { required, oneFromEach = [], requesterMayApprove, linkNeeded } = rules;
  const groups = [...new Set([...(run.oneFromEach ?? []), ...oneFromEach])];
  return {
    ...run,
    approvalsRequired: Math.max(run.approvalsRequired, required),
    ...(groups.length > 0 && { oneFromEach: groups }),
    approvals: run.approvals.filter(
      (given) =>
        (requesterMayApprove || !standsFor(given, run.requestedBy)) && (!linkNeeded || given.byLink === true),
    ),
  };
}

/** What is still needed before a run may begin. */
export interface Lacking {
  /** More people. */
  readonly more: number;
  /** User groups of which somebody has to be among them. */
  readonly groups: readonly string[];
}

export function lackingOf(run: Pick<Run, "approvals" | "approvalsRequired" | "oneFromEach">): Lacking {
  const stoodFor = new Set(run.approvals.flatMap(({ groups = [] }) => groups));
  const groups = (run.oneFromEach ?? []).filter((group) => !stoodFor.has(group));
  const more = Math.max(0, run.approvalsRequired - run.approvals.length);
  return { more: groups.length > 0 ? Math.max(more, 1) : more, groups };
}

export function isEnough(run: Pick<Run, "approvals" | "approvalsRequired" | "oneFromEach">): boolean {
  return lackingOf(run).more === 0;
}

/** Its environment asks for no approval. */
export function needsNobody(run: Pick<Run, "approvalsRequired" | "oneFromEach">): boolean {
  return isEnough({ ...run, approvals: [] });
}
