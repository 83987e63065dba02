import type { RunEvent } from "../core/events.js";
import type { Instant } from "../core/instant.js";
import type { Run } from "../core/run.js";
import type { View } from "./limits.js";
import { type Story, storiesOf } from "./story.js";
import { approvalCard } from "./views/approval-card.js";
import { type Caps, liveView } from "./views/live.js";
import { nodesView } from "./views/nodes.js";
import { declinedReply, endReply, phaseReply, problemReply } from "./views/thread.js";

/** A message that a run should have in Slack now. */
export interface Message extends View {
  /** Its name within the run, for ever: "card", "live", "phase/0/1/scale up", "nodes/0", "problem/2", "end". */
  readonly slot: string;
  /** The slot of the top-level message in whose thread it stands. */
  readonly parent?: string;
  /** A reply that is shown in the channel too. */
  readonly broadcast?: boolean;
  /** Not to be held back by the pace of edits: decisions, problems, ends. */
  readonly urgent: boolean;
}

/**
 * The messages a run should have now, in the order in which they must appear. Slack is a picture of the record:
 * this is the whole picture, and the outbox paints what is missing of it.
 */
export function messagesOf(run: Run, events: readonly RunEvent[], now: Instant, caps: Caps): Message[] {
  const undecided = run.state === "awaiting approval";
  const card: Message = {
    slot: "card",
    urgent: !undecided || run.planChanges.length > 0 || run.approvals.length > 0,
    ...approvalCard(run),
  };
  if (undecided) return [card];
  if (run.state === "rejected" || run.state === "expired") {
    return [card, { slot: "end", parent: "card", urgent: true, ...declinedReply(run) }];
  }
  const over = run.state === "succeeded" || run.state === "failed";
  return [
    card,
    { slot: "live", urgent: over, ...liveView(run, now, caps) },
    ...storiesOf(events).flatMap((story) => replyOf(run, story, caps)),
    ...(over ? [{ slot: "end", parent: "live", broadcast: true, urgent: true, ...endReply(run) }] : []),
  ];
}

function replyOf(run: Run, story: Story, caps: Caps): Message[] {
  const reply = { parent: "live", urgent: false };
  switch (story.kind) {
    case "phase": {
      const slot = `phase/${story.step}/${story.attempt}/${story.phase}`;
      return [{ slot, ...reply, ...phaseReply(run, story) }];
    }
    case "problem":
      return [{ slot: `problem/${story.index}`, ...reply, urgent: true, ...problemReply(run, story) }];
    case "nodes": {
      const step = run.plan.steps[story.step];
      const progress = run.steps[story.step];
      return step && progress
        ? [{ slot: `nodes/${story.step}`, ...reply, ...nodesView(step, progress, caps) }]
        : [];
    }
  }
}
