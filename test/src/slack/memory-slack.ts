import type { Place, Post, SlackClient } from "../../../src/slack/client.js";
import type { View } from "../../../src/slack/limits.js";
import type { SlotState, SlotStore } from "../../../src/slack/slots.js";
import { SlackTrouble, type SlackTroubleKind } from "../../../src/slack/trouble.js";

export interface Shown extends View {
  readonly ts: string;
  readonly slot: string;
  readonly thread?: string;
  readonly broadcast: boolean;
  readonly edits: number;
}

export const trouble = (kind: SlackTroubleKind, code: string, retryAfter?: number) =>
  new SlackTrouble(kind, "chat", code, "", retryAfter === undefined ? {} : { retryAfter });

type Outbox = Pick<SlackClient, "post" | "update" | "findPosted">;

/** A channel that keeps what was posted, and can be told to fail. */
export class MemorySlack implements Outbox {
  messages: Shown[] = [];
  /** Every attempt, as "post card" or "update live". */
  readonly calls: string[] = [];
  /** May the app read the channel's history. */
  readable = true;
  /** Called before each write; throws what Slack would answer. */
  before: (call: "post" | "update", slot: string, view: View) => void = () => {};
  /** Called when a write was carried out and its answer is under way. */
  after: (call: "post" | "update", slot: string) => void = () => {};
  #posted = 0;

  async post(post: Post): Promise<Place> {
    const { slot } = post.origin;
    this.calls.push(`post ${slot}`);
    this.before("post", slot, post);
    if (post.thread !== undefined && !this.messages.some((message) => message.ts === post.thread)) {
      throw trouble("gone", "cannot_reply_to_message");
    }
    const ts = `1700000000.${String(++this.#posted).padStart(6, "0")}`;
    const thread = post.thread === undefined ? {} : { thread: post.thread };
    const { text, blocks, broadcast = false } = post;
    this.messages.push({ ts, slot, text, blocks, broadcast, edits: 0, ...thread });
    this.after("post", slot);
    return { channel: post.channel, ts };
  }

  async update(place: Place, view: View): Promise<void> {
    const slot = this.messages.find((message) => message.ts === place.ts)?.slot ?? "?";
    this.calls.push(`update ${slot}`);
    this.before("update", slot, view);
    if (slot === "?") throw trouble("gone", "message_not_found");
    this.messages = this.messages.map((message) =>
      message.ts === place.ts
        ? { ...message, text: view.text, blocks: view.blocks, edits: message.edits + 1 }
        : message,
    );
    this.after("update", slot);
  }

  async findPosted(channel: string, { slot }: { slot: string }, thread?: string): Promise<Place | undefined> {
    this.calls.push(`find ${slot}`);
    if (!this.readable) return undefined;
    const found = this.messages.find((message) => message.slot === slot && message.thread === thread);
    return found && { channel, ts: found.ts };
  }

  delete(slot: string): void {
    this.messages = this.messages.filter((message) => message.slot !== slot);
  }

  /** "card", "live", "live > phase": what stands there, in order. */
  get picture(): string[] {
    const slotOf = (ts: string | undefined) => this.messages.find((message) => message.ts === ts)?.slot;
    return this.messages.map(({ slot, thread }) =>
      thread === undefined ? slot : `${slotOf(thread)} > ${slot}`,
    );
  }

  of(slot: string): Shown | undefined {
    return this.messages.findLast((message) => message.slot === slot);
  }
}

/** Keeps slots as the record's store does, and can lose its turn or crash before a save. */
export class MemorySlots implements SlotStore {
  states: Record<string, SlotState> = {};
  turn = true;
  beforeSave: (slot: string, state: SlotState) => void = () => {};

  async load(): Promise<Record<string, SlotState>> {
    return structuredClone(this.states);
  }

  async save(slot: string, state: SlotState): Promise<boolean> {
    this.beforeSave(slot, state);
    if (!this.turn) return false;
    this.states[slot] = structuredClone(state);
    return true;
  }
}
