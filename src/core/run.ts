import type { Approval, ByWhom } from "./approval.js";
import type { PodWait } from "./drain/waits.js";
import type { Holds } from "./held.js";
import type { Instant } from "./instant.js";
import type { PhaseName, Plan } from "./plan.js";
import type { Problem, TroubleKind } from "./problems.js";
import type { Action } from "./roll/actions.js";
import type { LedgerEntry } from "./roll/ledger.js";
import type { Sizes } from "./seen.js";

/** Records carry this; a newer bot reads an older record in the middle of a run (`src/redis/run-schema.ts`). */
export const runSchemaVersion = 1;

export type RunState =
  | "awaiting approval"
  /** Approved, and not yet begun: its window opens later. Nothing is held. */
  | "scheduled"
  | "rejected"
  | "expired"
  | "running"
  | "succeeded"
  | "failed"
  | "cancelled";

/** What the run waits for, and when to look again. Waiting is data: no code sleeps. */
export interface Wait {
  /** In words, for the live message: "new nodes to become Ready". */
  readonly for: string;
  readonly until: Instant;
}

export type PhaseState = "pending" | "active" | "done" | "skipped" | "failed";

export interface PhaseProgress {
  readonly state: PhaseState;
  readonly startedAt?: Instant;
  readonly endedAt?: Instant;
  /** Why it was skipped. */
  readonly note?: string;
}

/**
 * Where a node stands in its life during a roll. New nodes: joined → ready. Old nodes: ready → unschedulable →
 * draining → empty → terminating → gone. Surplus new nodes take the old nodes' road in scale down.
 */
export type NodeState = "joined" | "ready" | "unschedulable" | "draining" | "empty" | "terminating" | "gone";

export interface NodeProgress {
  readonly state: NodeState;
  /** Runs the release the group comes from (true) or the one it goes to (false). */
  readonly old: boolean;
  readonly zone: string;
  readonly kubelet: string;
  /** When it entered this state. */
  readonly since: Instant;
  /** Pods that must leave before the node is empty. Absent where pods could not be listed. */
  readonly podsLeft?: number;
}

/** What a drain waits for: pods that the API server would not evict now, with one cause in common. */
export interface DrainBlocker {
  /** The same cause has the same id for as long as it lasts. */
  readonly id: string;
  readonly reason:
    | "budget used up"
    | "budget never allows it"
    | "budget not yet observed"
    | "budget cannot be computed"
    | "several budgets"
    /** A webhook, or whatever else stands before the API, says no. Only where the driver is our own. */
    | "eviction refused"
    /** It was told to end, and does not: its kubelet or a finalizer holds it. Only where the driver is our own. */
    | "does not end";
  readonly namespace: string;
  /** Some of them; `podCount` counts all. */
  readonly pods: readonly { readonly name: string; readonly node: string }[];
  readonly podCount: number;
  readonly owner?: { readonly kind: string; readonly name: string };
  readonly budgets: readonly string[];
  /** Healthy pods the budget wants, and how many there are. */
  readonly needs?: number;
  readonly has?: number;
  /** What Kubernetes says about it. */
  readonly why?: string;
  /** A budget lets none go whatever their number (maxUnavailable 0): one replica more does not help. */
  readonly allowsNone?: boolean;
  readonly since: Instant;
  /** When EKS gives the update up, where the drain of the node is known to have begun. */
  readonly givesUpAt?: Instant;
  /** People can read of it: it lasts. */
  readonly told: boolean;
  /** A person has been called: it does not pass by itself, or not in time. Absent in records of older bots, which called at once. */
  readonly called?: boolean;
}

/** Trouble that shows as now one failure, now another, is one: there was no answer, or the answer was no. */
export type TroubleId = "no answer" | "refusal";

/** What stands in the way of looking or acting, for as long as it lasts. */
export interface StandingTrouble {
  readonly id: TroubleId;
  /** As it was met last. */
  readonly problem: Problem;
  readonly since: Instant;
  /** A person has been called. */
  readonly called: boolean;
  /** As what it showed each time a person was called. */
  readonly calledFor?: readonly TroubleKind[];
  /** Since when looks no longer meet it: it may come back, and is the same trouble then. */
  readonly quietSince?: Instant;
  /** Looks ended there: nothing beyond it was seen. */
  readonly cutShort: boolean;
  /** When the run fails over it, if it does. */
  readonly givesUpAt?: Instant;
}

/** What we need to know how things were, saved before the write that changes them. */
export interface Receipt {
  readonly takenAt: Instant;
  readonly autoScalingGroups: readonly {
    readonly name: string;
    readonly sizes: Sizes;
    /** Before the update: a group that shows another one has been set up. */
    readonly launchTemplateVersion?: string;
  }[];
}

/** The one write of the managed driver, saved before it is made: repeating it with the same token is harmless. */
export interface UpdateIntent {
  readonly token: string;
  readonly savedAt: Instant;
  /** Of the customer's own template, made for this update: its number, once it is made. */
  readonly templateVersion?: string;
}

/** What a person may answer where a roll of ours asks. */
export const choices = ["wait", "restart owner", "surge owner", "skip node", "force", "stop"] as const;
/**
 * - wait: ask again after as long as it took to be asked
 * - restart owner: a rollout restart, as `kubectl rollout restart` does it
 * - surge owner: one replica more until the drain is over, undone afterwards
 * - skip node: its marks stay, its pods stay; it comes back last
 * - force: delete the pods that block; a second person must confirm
 * - stop: end the roll here and put back what is ours
 */
export type Choice = (typeof choices)[number];

export interface Answer {
  /** The id of the drain blocker or of the question. */
  readonly about: string;
  readonly choice: Choice;
  readonly by: string;
  readonly at: Instant;
  /** The second person, where the choice is "force": before that nothing is deleted. */
  readonly confirmedBy?: string;
  /** When the roll acted on it for good (restarted, surged, skipped, deleted). */
  readonly doneAt?: Instant;
}

/** A roll of ours that cannot go on without a person, other than a blocked drain: new nodes do not come. */
export interface Question {
  /** "scale up": the same question has the same id for as long as it stands. */
  readonly id: string;
  readonly problem: Problem;
  readonly choices: readonly Choice[];
  readonly since: Instant;
}

/** What our own driver knows of its roll of a self-managed node group. */
export interface RollProgress {
  /** Writes about to be made; carried out, and forgotten, by the next tick. */
  readonly intents: readonly Action[];
  readonly intendedAt?: Instant;
  readonly ledger: readonly LedgerEntry[];
  /** Nodes by name: what the drain needs to know beyond `StepProgress.nodes`. */
  readonly drains: Readonly<Record<string, DrainProgress>>;
  /** How many nodes must serve at any time: as many Ready ones as there were, or as were wanted, whichever is less. */
  readonly floor?: number;
  /** Nodes under the bot, its Redis and CoreDNS when the upgrade began, by rank: the highest goes last. */
  readonly precious?: Readonly<Record<string, number>>;
  /** By how much others moved the desired capacity since the receipt was taken. */
  readonly theirs?: number;
  /** How many of the nodes that we added have been given back. */
  readonly returned?: number;
  /** Pods in trouble: when to try them again. */
  readonly waits?: readonly PodWait[];
  readonly question?: Question;
  /** What was intended last, as a hash, and how often in a row: what changes nothing is not asked for without a pause. */
  readonly repeated?: { readonly sign: number; readonly times: number; readonly at: Instant };
  /** What there was to see of the roll's progress, as a hash, since when it has been the same, and when it was seen last. */
  readonly still?: { readonly sign: number; readonly since: Instant; readonly at: Instant };
  /**
   * Zones are being made even at the end: by how many nodes they were not when it was tried last, and how many tries in
   * a row changed nothing.
   */
  readonly evening?: { readonly uneven: number; readonly futile: number };
}

export interface DrainProgress {
  readonly uid: string;
  readonly instance: string;
  /** When its last pod and volume had left. */
  readonly emptySince?: Instant;
  /** Its end was asked of Auto Scaling. */
  readonly endedAt?: Instant;
  /** How many pods had to leave when its drain began. */
  readonly pods?: number;
  /** When its last pod had left, where a volume is still attached. */
  readonly podsGoneAt?: Instant;
  /** It is given back: desired capacity falls with it. */
  readonly surplus?: boolean;
  /** Skipped by a person: an old one comes back when no other old node is left, a new one stays. */
  readonly skipped?: boolean;
}

export interface StepProgress {
  /** Starts at 1; a retry after a failed update is a new attempt with a new token. */
  readonly attempt: number;
  readonly phases: Readonly<Record<PhaseName, PhaseProgress>>;
  readonly receipt?: Receipt;
  readonly intent?: UpdateIntent;
  readonly updateId?: string;
  /** When we learnt of it. */
  readonly updateSince?: Instant;
  /** Since when EKS reports success that we do not see yet. */
  readonly settlingSince?: Instant;
  readonly nodes: Readonly<Record<string, NodeProgress>>;
  /** What the drain waits for now. Absent in records of older bots. */
  readonly blockers?: readonly DrainBlocker[];
  /** Only where the driver is our own. */
  readonly roll?: RollProgress;
  /** What people answered, oldest first. Only where the driver is our own. */
  readonly answers?: readonly Answer[];
}

/**
 * One upgrade being carried out: the truth. Kept in Redis beside its revision, lease, nudge counter and events;
 * the BullMQ job and the Slack thread are only its bell and its picture.
 */
export interface Run extends Holds {
  readonly schema: typeof runSchemaVersion;
  /** Short and readable aloud: "calm-heron-42". */
  readonly id: string;
  readonly state: RunState;
  readonly plan: Plan;
  /** Slack channel of the environment: card, live message and thread live here. */
  readonly channel: string;
  readonly requestedBy: string;
  readonly requestedAt: Instant;
  /** How many different people must approve, and until when they may. */
  readonly approvalsRequired: number;
  readonly expiresAt: Instant;
  /** Slack user group ids whose members may approve: named on the card. */
  readonly approverGroups: readonly string[];
  readonly approverUsers: readonly string[];
  readonly approvals: readonly Approval[];
  /** Slack user group ids: of each somebody must be among those who approve. Absent: of none. */
  readonly oneFromEach?: readonly string[];
  /** Its environment names people who may start it without approval: the card has a button for them. */
  readonly mayBreakGlass?: true;
  /** Started at once without the approvals that are asked for. */
  readonly breakGlass?: ByWhom & { readonly reason: string };
  /** It does not begin before. */
  readonly startAt?: Instant;
  /** Why it was asked for, in the asker's own words. */
  readonly reason?: string;
  /** Who had the bot follow an update that was started elsewhere: nobody approved it here. */
  readonly adoptedBy?: string;
  /** Who called it off before EKS had begun. */
  readonly cancelledBy?: string;
  /** Who rejected it. */
  readonly rejectedBy?: string;
  /** Why, in that person's own words. */
  readonly rejectedBecause?: string;
  /** When approval was complete, was refused, or ran out. */
  readonly decidedAt?: Instant;
  /** Differences that were found at a click, when the plan had to be asked for again. Empty otherwise. */
  readonly planChanges: readonly string[];
  readonly steps: readonly StepProgress[];
  readonly wait?: Wait;
  /** Somebody holds it: nothing new is begun until it is resumed. Only where the driver is our own. */
  readonly paused?: ByWhom;
  /** When it was to begin at first, where that was not when it was approved: from then on its approval grows old. */
  readonly approvedFor?: Instant;
  /** When what kept it from beginning was over. */
  readonly releasedAt?: Instant;
  /**
   * Somebody called it off in the middle: what is ours is being put back. Where EKS is the driver, it was to be asked and
   * had not answered: it is asked for nothing any more, and whether it has begun is looked for.
   */
  readonly stopping?: ByWhom;
  /** What the last look met; the run goes on looking. */
  readonly trouble?: Problem;
  /** The same and what stands behind it, with since when. Absent without any, and in records of older bots. */
  readonly troubles?: readonly StandingTrouble[];
  /** Why it failed. */
  readonly failure?: Problem;
  readonly endedAt?: Instant;
}
