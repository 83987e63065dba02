import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from "@slack/web-api";
import { SlackTrouble, type SlackTroubleKind } from "./trouble.js";

const invite =
  "Invite the bot to the channel (/invite). Another channel in fleet.yaml serves later requests only.";
const reinstall = "Check SLACK_BOT_TOKEN, and install the app again if it was removed.";
const archived =
  "The channel is archived: restore it. Another channel in fleet.yaml serves later requests only.";
const policy = "The workspace does not let the bot write here: ask a Slack administrator.";

/** Slack's words for what went wrong (reference of `chat.postMessage`, `chat.update` and the common errors). */
const kinds: Readonly<Record<string, readonly [SlackTroubleKind, next: string]>> = {
  message_not_found: ["gone", ""],
  cant_update_message: ["gone", ""],
  edit_window_closed: ["gone", ""],
  thread_not_found: ["gone", ""],
  cannot_reply_to_message: ["gone", ""],

  not_in_channel: ["unwelcome", invite],
  user_not_in_channel: ["unwelcome", "Only members of the channel can be answered there."],
  channel_not_found: ["unwelcome", invite],
  is_archived: ["unwelcome", archived],
  is_inactive: ["unwelcome", archived],
  restricted_action: ["unwelcome", policy],
  restricted_action_read_only_channel: ["unwelcome", policy],
  restricted_action_thread_only_channel: ["unwelcome", policy],
  restricted_action_non_threadable_channel: ["unwelcome", policy],

  not_authed: ["denied", reinstall],
  invalid_auth: ["denied", reinstall],
  account_inactive: ["denied", reinstall],
  token_revoked: ["denied", reinstall],
  token_expired: ["denied", reinstall],
  org_login_required: ["denied", reinstall],
  team_access_not_granted: ["denied", reinstall],
  no_permission: ["denied", policy],
  access_denied: ["denied", policy],
  not_allowed_token_type: ["denied", "SLACK_BOT_TOKEN must be a bot token (xoxb-…)."],
  missing_scope: ["denied", "Install the app again from manifest.yml: a scope is missing."],

  service_unavailable: ["unreachable", ""],
  team_added_to_org: ["unreachable", ""],
  request_timeout: ["unknown outcome", ""],
  internal_error: ["unknown outcome", ""],
  fatal_error: ["unknown outcome", ""],
};

/** Slack answers a rate limit mostly with HTTP 429; some proxies turn it into a body without a delay. */
const rateLimits = new Set(["ratelimited", "rate_limited"]);
const defaultRetryAfter = 5;

/** Failures before a single byte was sent: nothing can have happened. */
const neverSent = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Turns any failure of a call into our words. `creates`: repeating it might make a second message. */
export function troubleOf(error: unknown, method: string, creates: boolean): SlackTrouble {
  if (error instanceof SlackTrouble) return error;
  if (error instanceof WebAPIRateLimitedError) {
    return new SlackTrouble("rate limited", method, "ratelimited", "", {
      retryAfter: error.retryAfter,
      cause: error,
    });
  }
  if (error instanceof WebAPIPlatformError) return ofAnswer(error, method, creates);
  const code = error instanceof WebAPIHTTPError ? `HTTP ${error.statusCode}` : networkCode(error);
  return new SlackTrouble(
    creates && !neverSent.has(code) ? "unknown outcome" : "unreachable",
    method,
    code,
    "",
    {
      cause: error,
    },
  );
}

function ofAnswer(error: WebAPIPlatformError, method: string, creates: boolean): SlackTrouble {
  const said = error.data.error;
  // An answer that is no JSON stands here whole: a proxy's page, not Slack's word.
  const code = /^[a-z_]{1,80}$/.test(said) ? said : "unreadable_answer";
  if (rateLimits.has(code)) {
    const retryAfter = error.data.response_metadata?.retryAfter ?? defaultRetryAfter;
    return new SlackTrouble("rate limited", method, code, "", { retryAfter, cause: error });
  }
  if (code === "unreadable_answer") {
    return new SlackTrouble(creates ? "unknown outcome" : "unreachable", method, code, "", { cause: error });
  }
  const [kind, next] = kinds[code] ?? ["refused", ""];
  const certain = kind === "unknown outcome" && !creates ? "unreachable" : kind;
  const lacks =
    code === "missing_scope"
      ? lackedScope("needed" in error.data ? error.data.needed : undefined)
      : undefined;
  return new SlackTrouble(certain, method, code, lacks ?? next, { cause: error });
}

/** Slack names the scopes any one of which would do. */
function lackedScope(needed: unknown): string | undefined {
  if (typeof needed !== "string" || !/^[a-z:._,]{1,200}$/.test(needed)) return undefined;
  const scopes = needed.split(",").join(" or ");
  return `Install the app again from manifest.yml: it lacks the scope ${scopes}.`;
}

/** "ECONNREFUSED", "TimeoutError": the innermost name there is. */
function networkCode(error: unknown): string {
  let inner: unknown = error instanceof WebAPIRequestError ? error.original : error;
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
  if (!(inner instanceof Error)) return "network_error";
  return "code" in inner && typeof inner.code === "string" ? inner.code : inner.name;
}
