import type { RunEvent } from "../core/events.js";
import type { Instant } from "../core/instant.js";
import type { Run } from "../core/run.js";
import { isOver } from "../core/transitions.js";
import type { View } from "./limits.js";
import { storiesOf } from "./stories.js";
import type { EndStory, Story } from "./story.js";
import { approvalCard } from "./views/approval-card.js";
import { questionCard } from "./views/asked.js";
import { glassCalls } from "./views/break-glass.js";
import { declinedReply, endReply, formerEndReply } from "./views/ends.js";
import { movedCalls } from "./views/hours.js";
import { type Caps, liveView } from "./views/live.js";
import { nodesView } from "./views/nodes.js";
import { holdReply, noteReply, sizesReply, stopReply } from "./views/notes.js";
import { blockedCall, blockedReply, phaseReply, retryReply } from "./views/thread.js";
import { callReply, problemReply } from "./views/troubles.js";

/** A message that a run should have in Slack now. */
export interface Message extends View {
  /** Its name within the run, for ever: "card", "live", "phase/0/1/scale up", "nodes/0", "problem/2", "problem/2/call", "problem/2/call/2", "blocked/0", "blocked/0/call", "blocked/0/call/2", "question/0", "hold/0", "stop/0", "sizes/0", "note/0", "glass", "glass/2", "moved", "moved/2", "end", "end/2". */
  readonly slot: string;
  /** The slot of the top-level message in whose thread it stands. */
  readonly parent?: string;
  /** A reply that is shown in the channel too. */
  readonly broadcast?: boolean;
  /** Not to be held back by the pace of edits: decisions, problems, ends. */
  readonly urgent: boolean;
  /** Told at its time: posted where it is missing, otherwise left as it is. */
  readonly settled?: boolean;
  /** Where it is not there, or not any more, nothing is posted. */
  readonly onlyEdited?: boolean;
}

/**
 * The messages a run should have now, in the order in which they must appear. Slack is a picture of the record:
 * this is the whole picture, and the outbox paints what is missing of it.
 */
export function messagesOf(run: Run, events: readonly RunEvent[], now: Instant, caps: Caps): Message[] {
  // Nobody was asked to approve an update that was started elsewhere.
  const card = run.adoptedBy === undefined ? [cardOf(run)] : [];
  if (run.state === "awaiting approval") return card;
  const moved = movedMessages(run, events);
  if (run.state === "scheduled") return [...card, ...moved];
  const over = isOver(run.state);
  if (over && !hasRun(run, events)) {
    return [...card, ...moved, { slot: "end", parent: "card", urgent: true, ...declinedReply(run) }];
  }
  return [
    ...card,
    ...moved,
    ...glassMessages(run, events),
    { slot: "live", urgent: over, ...liveView(run, now, caps) },
    ...storiesOf(events).flatMap((story) => replyOf(run, story, caps)),
  ];
}

/** It was approved, and its time had come. */
function hasRun(run: Run, events: readonly RunEvent[]): boolean {
  if (run.state === "rejected" || run.state === "expired") return false;
  if (run.state !== "cancelled") return true;
  const last = events.findLast(({ type }) => startEvents.has(type));
  return run.decidedAt !== undefined && last?.type !== "RunScheduled";
}

/** What a scheduled run comes to. */
const startEvents: ReadonlySet<string> = new Set(["RunScheduled", "RunDue", "GlassBroken"]);

function cardOf(run: Run): Message {
  const undecided = run.state === "awaiting approval";
  const urgent = !undecided || run.planChanges.length > 0 || run.approvals.length > 0;
  return { slot: "card", urgent, ...approvalCard(run) };
}

/** Under the card: of that alone nobody hears anything when it is edited. */
function movedMessages(run: Run, events: readonly RunEvent[]): Message[] {
  return movedCalls(run, events).map((view, index) => ({
    slot: index === 0 ? "moved" : `moved/${index + 1}`,
    ...{ parent: "card", urgent: true, settled: true },
    ...view,
  }));
}

/** Those who were not asked are called, where everybody reads it; once each time. */
function glassMessages(run: Run, events: readonly RunEvent[]): Message[] {
  const call = { parent: "card", broadcast: true, urgent: true, settled: true } as const;
  return glassCalls(run, events).map((view, index) => ({
    slot: index === 0 ? "glass" : `glass/${index + 1}`,
    ...call,
    ...view,
  }));
}

/** Somebody is called by them. */
const loudNotes: ReadonlySet<string> = new Set(["deleted", "force wanted", "too late"]);

function replyOf(run: Run, story: Story, caps: Caps): Message[] {
  // At the end no reply waits for its turn to be edited any more: the thread is soon complete, by Slack's rates.
  const reply = { parent: "live", urgent: isOver(run.state) };
  switch (story.kind) {
    case "phase": {
      const slot = `phase/${story.step}/${story.attempt}/${story.phase}`;
      return [{ slot, ...reply, ...phaseReply(run, story) }];
    }
    case "problem":
      return [{ slot: `problem/${story.index}`, ...reply, urgent: true, ...problemReply(run, story) }];
    case "call": {
      const slot = `problem/${story.index}/call${story.call > 1 ? `/${story.call}` : ""}`;
      return [{ slot, ...reply, urgent: true, ...callReply(run, story) }];
    }
    case "blocked":
      return [{ slot: `blocked/${story.index}`, ...reply, urgent: true, ...blockedReply(run, story) }];
    case "blocked call": {
      const slot = `blocked/${story.index}/call${story.call > 1 ? `/${story.call}` : ""}`;
      return [{ slot, ...reply, urgent: true, ...blockedCall(run, story) }];
    }
    case "retry":
      return [{ slot: `retry/${story.step}/${story.attempt}`, ...reply, ...retryReply(story) }];
    case "end":
      return endOf(run, story);
    case "question":
      return [{ slot: `question/${story.index}`, ...reply, urgent: true, ...questionCard(run, story) }];
    case "hold":
      return [{ slot: `hold/${story.index}`, ...reply, urgent: true, ...holdReply(run, story) }];
    case "stop":
      return [{ slot: `stop/${story.index}`, ...reply, ...stopReply(run, story) }];
    case "sizes":
      return [{ slot: `sizes/${story.step}`, ...reply, ...sizesReply(run, story) }];
    case "note": {
      const loud = loudNotes.has(story.note.what);
      return [
        { slot: `note/${story.index}`, ...reply, urgent: reply.urgent || loud, ...noteReply(run, story) },
      ];
    }
    case "nodes": {
      const step = run.plan.steps[story.step];
      const progress = run.steps[story.step];
      // A new attempt has seen none yet: what the last one saw stays, until there is something to say instead.
      return step && progress && Object.keys(progress.nodes).length > 0
        ? [{ slot: `nodes/${story.step}`, ...reply, ...nodesView(step, progress, caps) }]
        : [];
    }
  }
}

/** Each attempt has an end of its own. The record tells of the last alone, and may have been read before it got there. */
function endOf(run: Run, story: EndStory): Message[] {
  if (story.followedBy === undefined && !isOver(run.state)) return [];
  const slot = story.index === 0 ? "end" : `end/${story.index + 1}`;
  const end = { slot, parent: "live", broadcast: true, urgent: true };
  return [
    story.followedBy === undefined
      ? { ...end, ...endReply(run, story) }
      : { ...end, settled: true, ...formerEndReply(run, story) },
  ];
}
