import type { Message } from "./messages.js";
import { isSlackTrouble, type SlackTrouble } from "./trouble.js";
import type { Caps } from "./views/live.js";
import { Writer, type WriterTools } from "./writer.js";

export interface Delivery {
  readonly run: string;
  readonly channel: string;
  readonly caps: Caps;
  /** The messages that should be there, drawn for what this Slack can show. */
  readonly render: (caps: Caps) => readonly Message[];
}

export interface Delivered {
  /** Milliseconds of real time until it wants to be called again; absent when Slack shows everything. */
  readonly again?: number;
  /** What this workspace's Slack turned out to show, when that is less than was assumed. */
  readonly caps?: Caps;
  /** What stopped it, for the log. */
  readonly trouble?: SlackTrouble;
}

const soon = 5_000;
/** For what only a person can repair. */
const later = 60_000;

/**
 * Brings Slack to what should be there: posts what is missing, in order, and edits what changed. Does what can be done
 * now and says when to be called again: it never sleeps, and throws no `SlackTrouble`. One caller at a time per run.
 */
export async function deliver(delivery: Delivery, tools: WriterTools): Promise<Delivered> {
  const writer = new Writer(delivery.run, delivery.channel, await tools.store.load(), tools);
  /** Slots of which Slack takes no blocks at all: their text says everything essential. */
  const bare = new Set<string>();
  let caps = delivery.caps;
  for (;;) {
    const { refused, ...delivered } = await paint(writer, delivery.render(caps), bare);
    if (refused !== undefined && caps.plan && delivered.trouble?.code.startsWith("invalid_blocks")) {
      caps = { plan: false };
    } else if (refused !== undefined && !bare.has(refused)) {
      bare.add(refused);
    } else {
      // Only when the classic blocks passed was it the newer ones that Slack did not take.
      return caps.plan === delivery.caps.plan || bare.size > 0 ? delivered : { ...delivered, caps };
    }
  }
}

interface Pass extends Delivered {
  /** The slot whose content Slack did not take. */
  readonly refused?: string;
}

async function paint(writer: Writer, messages: readonly Message[], bare: ReadonlySet<string>): Promise<Pass> {
  let again: number | undefined;
  let mayPost = true;
  for (const message of messages) {
    const view = bare.has(message.slot) ? { text: message.text, blocks: [] } : message;
    const outcome = await writer.bring(message, view, mayPost);
    // Another worker paints now: whoever comes next sees whether it came to its end.
    if (outcome.kind === "turn lost") return { again: soon };
    if (outcome.kind === "trouble") return stopped(outcome.trouble, message.slot);
    if (outcome.kind === "held") mayPost = false;
    const ms = outcome.kind === "done" ? undefined : outcome.ms;
    if (ms !== undefined) again = Math.min(again ?? ms, ms);
  }
  return again === undefined ? {} : { again };
}

/** One failure ends the pass: what Slack refuses now it would refuse again, and posts must keep their order. */
function stopped(trouble: SlackTrouble, slot: string): Pass {
  const refused = isSlackTrouble(trouble, "refused") ? { refused: slot } : {};
  return { again: againAfter(trouble), trouble, ...refused };
}

function againAfter(trouble: SlackTrouble): number {
  switch (trouble.kind) {
    case "rate limited":
      return (trouble.retryAfter ?? 1) * 1_000;
    case "unknown outcome":
    case "unreachable":
      return soon;
    default:
      return later;
  }
}
