import { Refusal } from "./refusal.js";

/** Trigger ids die after 3 s and work once; response URLs take 5 posts within 30 minutes (Slack docs: handling user interaction). */
const triggerLife = 3_000;
const responseUrlLife = 30 * 60_000;
const responseUrlPosts = 5;

/** Where a response URL leads: to whom, where, and which message was clicked. */
export interface ResponseUrl {
  readonly user: string;
  readonly channel: string;
  /** The ts of the message that was clicked; none for a command. */
  readonly original?: string;
}

interface Trigger {
  readonly user: string;
  readonly issuedAt: number;
  used: boolean;
}

/** The short-lived permissions that come with every command and click. */
export class Interactions {
  readonly #triggers = new Map<string, Trigger>();
  readonly #responseUrls = new Map<string, ResponseUrl & { readonly issuedAt: number; posts: number }>();
  #count = 0;

  constructor(
    private readonly now: () => number,
    private readonly baseUrl: string,
  ) {}

  issueTrigger(user: string): string {
    this.#count += 1;
    const id = `${Math.floor(this.now())}.${1_000_000 + this.#count}.${this.#count.toString(16).padStart(12, "0")}`;
    this.#triggers.set(id, { user, issuedAt: this.now(), used: false });
    return id;
  }

  /** Whose screen the trigger opens a view on. */
  redeemTrigger(id: string): string {
    const trigger = this.#triggers.get(id);
    if (!trigger) throw new Refusal("invalid_trigger_id");
    if (trigger.used) throw new Refusal("exchanged_trigger_id");
    if (this.now() - trigger.issuedAt > triggerLife) throw new Refusal("expired_trigger_id");
    trigger.used = true;
    return trigger.user;
  }

  issueResponseUrl(target: ResponseUrl): string {
    this.#count += 1;
    const id = `${this.#count}`;
    this.#responseUrls.set(id, { ...target, issuedAt: this.now(), posts: 0 });
    return `${this.baseUrl}/response/${id}`;
  }

  /** Counts one post. */
  redeemResponseUrl(id: string): ResponseUrl {
    const target = this.#responseUrls.get(id);
    if (!target) throw new Refusal("invalid_url");
    if (this.now() - target.issuedAt > responseUrlLife) throw new Refusal("expired_url");
    if (target.posts >= responseUrlPosts) throw new Refusal("used_url");
    target.posts += 1;
    return target;
  }
}
