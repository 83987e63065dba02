import type { KnownBlock } from "@slack/types";
import {
  type ConversationsInfoResponse,
  type Logger,
  type UsersInfoResponse,
  type WebAPICallResult,
  WebClient,
} from "@slack/web-api";
import type { Channel, Person } from "../core/access/facts.js";
import { troubleOf } from "./client-errors.js";
import { keepAnswers } from "./kept-answers.js";
import type { View } from "./limits.js";
import { isSlackTrouble, SlackTrouble, type SlackTroubleKind } from "./trouble.js";

/** Which message of which run: travels as metadata, so that a lost post can be found again. */
interface Origin {
  readonly run: string;
  readonly slot: string;
}

export interface Post extends View {
  readonly channel: string;
  readonly origin: Origin;
  /** The parent's `ts`. */
  readonly thread?: string;
  readonly broadcast?: boolean;
}

export interface Place {
  readonly channel: string;
  /** Slack's id of a message in its channel. A string: never a number, never parsed. */
  readonly ts: string;
}

/**
 * Slack, in our words. Every method throws `SlackTrouble` and nothing else; none retries, none waits out a rate limit:
 * the outbox decides. Only `post` can end with an unknown outcome.
 */
export interface SlackClient {
  post(post: Post): Promise<Place>;
  /** Replaces text and blocks. Harmless when made twice. */
  update(place: Place, view: View): Promise<void>;
  /** For one person, as feedback to what they just did: delivery is not guaranteed. */
  postEphemeral(channel: string, user: string, view: View): Promise<void>;
  /**
   * The message that was posted with this origin, looked for among recent ones. Undefined when there is none, and when
   * the app may not read the channel (history is an optional scope).
   */
  findPosted(channel: string, origin: Origin, thread?: string): Promise<Place | undefined>;
  /** Slack is asked once about each. */
  permalink(place: Place): Promise<string>;
  /** User ids of an enabled user group's members. */
  userGroupMembers(group: string): Promise<readonly string[]>;
  /** Needs scope users:read. */
  person(user: string): Promise<Person>;
  /** Needs scope channels:read, for a private one groups:read. Of those that it is not in, the bot knows the public ones alone. */
  channel(id: string): Promise<Channel>;
  team(): Promise<{ readonly teamId: string; readonly botUserId: string }>;
}

export interface SlackClientOptions {
  readonly token: string;
  /** Undefined: https://slack.com/api/ */
  readonly slackApiUrl?: string;
  readonly logger?: Logger;
  /** Milliseconds of real time for one call. */
  readonly timeout?: number;
}

const eventType = "eks_upgrade_message";
/** History begins with the newest message; a thread, which begins with the oldest, is hardly ever longer. */
const searched = 200;

/** A client that tries once, and is told of rate limits. */
export function webClient(options: SlackClientOptions): WebClient {
  return new WebClient(options.token, {
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    timeout: options.timeout ?? 10_000,
    ...(options.slackApiUrl !== undefined && { slackApiUrl: options.slackApiUrl }),
    ...(options.logger !== undefined && { logger: options.logger }),
  });
}

export function createSlackClient(options: SlackClientOptions): SlackClient {
  const web = webClient(options);
  // A link never changes, and whoever asks for the status of everything asks for a link to each run.
  const permalinks = keepAnswers(permalink, Date.now, Number.POSITIVE_INFINITY);

  async function permalink(place: string): Promise<string> {
    const [channel = "", message_ts = ""] = place.split(" ");
    const answer = await called("chat.getPermalink", false, () =>
      web.chat.getPermalink({ channel, message_ts }),
    );
    if (answer.permalink === undefined) throw unanswered("chat.getPermalink", "unreachable");
    return answer.permalink;
  }

  return {
    async post(post) {
      const answer = await called("chat.postMessage", true, () => web.chat.postMessage(postArguments(post)));
      if (answer.ts === undefined) throw unanswered("chat.postMessage", "unknown outcome");
      return { channel: answer.channel ?? post.channel, ts: answer.ts };
    },

    async update(place, view) {
      await called("chat.update", false, () => web.chat.update({ ...place, ...content(view) }));
    },

    async postEphemeral(channel, user, view) {
      await called("chat.postEphemeral", false, () =>
        web.chat.postEphemeral({ channel, user, ...content(view) }),
      );
    },

    async findPosted(channel, origin, thread) {
      try {
        const messages = await recent(web, channel, thread);
        const found = messages.find((message) => isFrom(message, origin));
        return found ? { channel, ts: found.ts } : undefined;
      } catch (error) {
        if (isSlackTrouble(error, "denied") && error.code === "missing_scope") return undefined;
        throw error;
      }
    },

    permalink: ({ channel, ts }) => permalinks(`${channel} ${ts}`, "kept"),

    async userGroupMembers(group) {
      const answer = await called("usergroups.users.list", false, () =>
        web.usergroups.users.list({ usergroup: group, include_disabled: false }),
      );
      return answer.users ?? [];
    },

    async person(user) {
      const answer = await called("users.info", false, () => web.users.info({ user }));
      if (!answer.user) throw unanswered("users.info", "unreachable");
      return personOf(answer.user);
    },

    async channel(id) {
      const answer = await called("conversations.info", false, () => web.conversations.info({ channel: id }));
      if (!answer.channel) throw unanswered("conversations.info", "unreachable");
      return channelOf(answer.channel);
    },

    async team() {
      const answer = await called("auth.test", false, () => web.auth.test());
      const { team_id: teamId, user_id: botUserId } = answer;
      if (teamId === undefined || botUserId === undefined) throw unanswered("auth.test", "unreachable");
      return { teamId, botUserId };
    },
  };
}

function postArguments(post: Post) {
  const common = {
    channel: post.channel,
    ...content(post),
    unfurl_links: false,
    unfurl_media: false,
    metadata: { event_type: eventType, event_payload: { ...post.origin } },
  };
  if (post.thread === undefined) return common;
  return post.broadcast
    ? { ...common, thread_ts: post.thread, reply_broadcast: true as const }
    : { ...common, thread_ts: post.thread };
}

/** Always both: text without blocks removes the blocks, and blocks without text are mute for screen readers. */
function content(view: View): { text: string; blocks: KnownBlock[] } {
  return { text: view.text, blocks: [...view.blocks] };
}

/** `ok`, and yet without what was asked for. */
function unanswered(method: string, kind: SlackTroubleKind): SlackTrouble {
  return new SlackTrouble(kind, method, "incomplete_answer", "");
}

function personOf(user: NonNullable<UsersInfoResponse["user"]>): Person {
  return {
    ...(user.team_id !== undefined && { team: user.team_id }),
    deactivated: user.deleted === true,
    bot: user.is_bot === true,
    guest: user.is_restricted === true || user.is_ultra_restricted === true,
    stranger: user.is_stranger === true,
  };
}

function channelOf(channel: NonNullable<ConversationsInfoResponse["channel"]>): Channel {
  return {
    shared: channel.is_ext_shared === true || channel.is_pending_ext_shared === true,
    archived: channel.is_archived === true,
  };
}

interface Found {
  readonly ts: string;
  readonly metadata: unknown;
}

async function recent(web: WebClient, channel: string, thread: string | undefined): Promise<Found[]> {
  const page = { channel, include_all_metadata: true, limit: searched };
  const answer =
    thread === undefined
      ? await called("conversations.history", false, () => web.conversations.history(page))
      : await called("conversations.replies", false, () =>
          web.conversations.replies({ ...page, ts: thread }),
        );
  return (answer.messages ?? []).flatMap(({ ts, metadata }: { ts?: string; metadata?: unknown }) =>
    ts === undefined ? [] : [{ ts, metadata }],
  );
}

function isFrom(message: Found, origin: Origin): boolean {
  const { metadata } = message;
  if (!isRecord(metadata) || metadata.event_type !== eventType || !isRecord(metadata.event_payload))
    return false;
  return metadata.event_payload.run === origin.run && metadata.event_payload.slot === origin.slot;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Makes a call. `creates`: repeating it might make a second message. @throws SlackTrouble */
export async function called<Answer extends WebAPICallResult>(
  method: string,
  creates: boolean,
  call: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    throw troubleOf(error, method, creates);
  }
}
