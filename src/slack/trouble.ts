/**
 * How a call to Slack failed, in the distinctions that change what we do next:
 * - `rate limited`: ask again after `retryAfter` seconds
 * - `gone`: the message is deleted, or may no longer be edited; post it anew
 * - `unwelcome`: the bot cannot write to this channel; a person must invite it or change the channel
 * - `refused`: Slack does not take this content; another rendering may pass
 * - `denied`: token or scope; a person must repair the installation
 * - `unknown outcome`: a post was sent and no answer came: it may be there
 * - `unreachable`: nothing was changed, and asking again later is all there is
 */
export type SlackTroubleKind =
  | "rate limited"
  | "gone"
  | "unwelcome"
  | "refused"
  | "denied"
  | "unknown outcome"
  | "unreachable";

/** The one error of the Slack client. `message` is safe to log and to show. */
export class SlackTrouble extends Error {
  override readonly name = "SlackTrouble";
  /** Seconds of real time; only for `rate limited`. */
  readonly retryAfter?: number;

  constructor(
    readonly kind: SlackTroubleKind,
    /** Slack's method: "chat.postMessage". */
    readonly method: string,
    /** Slack's own word: "not_in_channel". */
    readonly code: string,
    /** What a person can do; empty where asking again later is all there is. */
    readonly next: string,
    options: { readonly retryAfter?: number; readonly cause?: unknown } = {},
  ) {
    super(`Slack ${method}: ${code} (${kind})${next && `. ${next}`}`, { cause: options.cause });
    if (options.retryAfter !== undefined) this.retryAfter = options.retryAfter;
  }
}

export function isSlackTrouble(error: unknown, ...kinds: SlackTroubleKind[]): error is SlackTrouble {
  return error instanceof SlackTrouble && (kinds.length === 0 || kinds.includes(error.kind));
}
