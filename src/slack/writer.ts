import { createHash } from "node:crypto";
import type { Place, SlackClient } from "./client.js";
import type { View } from "./limits.js";
import type { Message } from "./messages.js";
import type { RateGate, RealClock } from "./rate-gate.js";
import type { SlotState, SlotStore } from "./slots.js";
import { isSlackTrouble, type SlackTrouble } from "./trouble.js";

/** Slack's guidance: one message is not edited more often than this, in milliseconds of real time. */
const editEvery = 3_000;
/** A message that is deleted again and again is somebody's wish, or a workspace where nothing may be edited. */
const repostsUnasked = 1;

export interface WriterTools {
  readonly client: Pick<SlackClient, "post" | "update" | "findPosted">;
  readonly store: SlotStore;
  readonly gate: RateGate;
  readonly now: RealClock;
}

/** How it went with one message. `held`: not posted yet, so no later one may be, or replies would lose their order. */
export type Outcome =
  | { readonly kind: "done" }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "held"; readonly ms?: number }
  | { readonly kind: "turn lost" }
  | { readonly kind: "trouble"; readonly trouble: SlackTrouble };

const done: Outcome = { kind: "done" };
const turnLost: Outcome = { kind: "turn lost" };

/** Writes the messages of one run. Knows nothing of their order: that is the outbox's. */
export class Writer {
  readonly #states: Record<string, SlotState>;

  constructor(
    private readonly run: string,
    private readonly channel: string,
    states: Readonly<Record<string, SlotState>>,
    private readonly tools: WriterTools,
  ) {
    this.#states = { ...states };
  }

  /** `view` is what is sent; `message` is what it stands for, and what is remembered as sent. */
  async bring(message: Message, view: View, mayPost: boolean): Promise<Outcome> {
    const lost = await this.#findLostPost(message);
    if (lost) return lost;
    const place = this.#placeOf(message.slot);
    if (place) return message.settled ? done : this.#edit(message, view, place, mayPost);
    if (message.onlyEdited) return done;
    return mayPost ? this.#post(message, view) : { kind: "held" };
  }

  /** A post whose answer never came may be there: adopt it rather than post a second one. */
  async #findLostPost({ slot, parent }: Message): Promise<Outcome | undefined> {
    const state = this.#states[slot];
    if (state?.state !== "sending" || state.ts !== undefined) return undefined;
    const thread = parent === undefined ? undefined : this.#placeOf(parent)?.ts;
    try {
      const found = await this.tools.client.findPosted(state.channel, { run: this.run, slot }, thread);
      if (found && !(await this.#save(slot, { ...state, ...found, state: "sent" }))) return turnLost;
      return undefined;
    } catch (error) {
      if (isSlackTrouble(error)) return { kind: "trouble", trouble: error };
      throw error;
    }
  }

  async #post(message: Message, view: View): Promise<Outcome> {
    const { slot, parent, broadcast } = message;
    const thread = parent === undefined ? undefined : this.#placeOf(parent)?.ts;
    if (parent !== undefined && thread === undefined) return { kind: "held" };
    const ms = await this.tools.gate.take("chat.postMessage", this.channel);
    if (ms > 0) return { kind: "held", ms };

    const state: SlotState = { ...this.#fresh(slot), ...this.#writing(message) };
    if (!(await this.#save(slot, state))) return turnLost;
    try {
      const place = await this.tools.client.post({
        channel: this.channel,
        text: view.text,
        blocks: view.blocks,
        origin: { run: this.run, slot },
        ...(thread !== undefined && { thread }),
        ...(broadcast !== undefined && { broadcast }),
      });
      return (await this.#save(slot, { ...state, ...place, state: "sent" })) ? done : turnLost;
    } catch (error) {
      if (!isSlackTrouble(error)) throw error;
      return this.#postFailed(message, error);
    }
  }

  async #postFailed({ slot, parent }: Message, trouble: SlackTrouble): Promise<Outcome> {
    // The intent stays: the next delivery looks for the post before it posts again.
    if (trouble.kind === "unknown outcome") return { kind: "trouble", trouble };
    if (!(await this.#save(slot, { ...this.#fresh(slot), state: "absent" }))) return turnLost;
    if (trouble.kind !== "gone" || parent === undefined) return { kind: "trouble", trouble };
    // The thread's own message is gone: have it posted anew, once, and this reply under it.
    if ((this.#states[parent]?.reposts ?? 0) >= repostsUnasked) return { kind: "trouble", trouble };
    return (await this.#forget(parent)) ? { kind: "held", ms: 0 } : turnLost;
  }

  async #edit(message: Message, view: View, place: Place, mayPost: boolean): Promise<Outcome> {
    const { slot, urgent } = message;
    const state = this.#states[slot];
    if (state?.state === "sent" && state.sent === hashOf(message)) return done;
    if (state?.state === "lost" && !urgent) return done;
    const early = urgent ? 0 : this.#tooEarly(state);
    if (early > 0) return { kind: "wait", ms: early };
    const ms = await this.tools.gate.take("chat.update", place.channel);
    if (ms > 0) return { kind: "wait", ms };

    const writing: SlotState = { ...state, ...place, ...this.#writing(message) };
    if (!(await this.#save(slot, writing))) return turnLost;
    try {
      await this.tools.client.update(place, { text: view.text, blocks: view.blocks });
      return (await this.#save(slot, { ...writing, state: "sent" })) ? done : turnLost;
    } catch (error) {
      if (!isSlackTrouble(error)) throw error;
      if (error.kind === "gone") return this.#postAnew(message, view, writing, mayPost);
      return { kind: "trouble", trouble: error };
    }
  }

  async #postAnew(message: Message, view: View, state: SlotState, mayPost: boolean): Promise<Outcome> {
    const unasked = (state.reposts ?? 0) >= repostsUnasked && !message.urgent;
    if (unasked || message.onlyEdited) {
      return (await this.#save(message.slot, { ...state, state: "lost" })) ? done : turnLost;
    }
    if (!(await this.#forget(message.slot))) return turnLost;
    return mayPost ? this.#post(message, view) : { kind: "held", ms: 0 };
  }

  #forget(slot: string): Promise<boolean> {
    const reposts = (this.#states[slot]?.reposts ?? 0) + 1;
    return this.#save(slot, { channel: this.channel, state: "absent", reposts });
  }

  #tooEarly(state: SlotState | undefined): number {
    const since = this.tools.now() - (state?.sentAt ?? 0);
    // A clock that was set back must not hold a message for hours.
    return since >= 0 && since < editEvery ? editEvery - since : 0;
  }

  #writing(message: Message): Pick<SlotState, "state" | "sent" | "sentAt"> {
    return { state: "sending", sent: hashOf(message), sentAt: this.tools.now() };
  }

  #fresh(slot: string): Pick<SlotState, "channel" | "reposts"> {
    const reposts = this.#states[slot]?.reposts;
    return { channel: this.channel, ...(reposts !== undefined && { reposts }) };
  }

  #placeOf(slot: string): Place | undefined {
    const state = this.#states[slot];
    return state?.ts === undefined ? undefined : { channel: state.channel, ts: state.ts };
  }

  async #save(slot: string, state: SlotState): Promise<boolean> {
    if (!(await this.tools.store.save(slot, state))) return false;
    this.#states[slot] = state;
    return true;
  }
}

/** What is compared to know whether Slack already shows it. */
function hashOf(view: View): string {
  return createHash("sha256")
    .update(JSON.stringify([view.text, view.blocks]))
    .digest("hex")
    .slice(0, 32);
}
