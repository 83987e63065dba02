import type { App, RespondFn } from "@slack/bolt";
import type { Problem } from "../src/core/problems.js";
import { isTrouble } from "../src/core/problems.js";
import { asProblem } from "../src/phases/trouble.js";
import type { View } from "../src/slack/limits.js";
import { isSlackTrouble } from "../src/slack/trouble.js";
import { problemAnswer } from "../src/slack/views/answers.js";
import { approveAction, rejectAction } from "../src/slack/views/approval-card.js";
import { decide } from "./approvals.js";
import type { Actor } from "./authorize.js";
import { help, misunderstood } from "./help.js";
import { list } from "./list.js";
import { type Command, parseCommand } from "./parse.js";
import { plan } from "./plan.js";
import { start } from "./start.js";
import { status } from "./status.js";
import type { Tools } from "./tools.js";

export const slashCommand = "/eks-upgrade";

/**
 * Everything people say and click, on one screen. Each listener acknowledges at once: Slack waits three seconds, and
 * AWS may take longer. `track` keeps what goes on after that, so that a shutdown can wait for it.
 */
export function register(app: App, tools: Tools, track: (work: Promise<void>) => void): void {
  app.command(slashCommand, async ({ ack, command, respond }) => {
    await ack();
    const actor = { user: command.user_id, team: command.team_id };
    track(answer(respond, tools, () => say(command.text, actor, tools)));
  });

  for (const [action, decision] of [
    [approveAction, "approve"],
    [rejectAction, "reject"],
  ] as const) {
    app.action(
      { type: "block_actions", action_id: action },
      async ({ ack, action: clicked, body, respond }) => {
        await ack();
        const value = clicked.type === "button" ? (clicked.value ?? "") : "";
        const actor = { user: body.user.id, team: body.user.team_id ?? body.team?.id ?? "" };
        track(answer(respond, tools, () => decide(decision, value, actor, tools)));
      },
    );
  }

  // Buttons of older or other messages: unacknowledged, they would show an error to whoever presses them.
  app.action(/^(?!eks-upgrade:)/, async ({ ack }) => ack());

  app.error(async (error) => tools.log.error({ error }, "listener failed"));
}

/** One typed command, from text to answer. */
function say(text: string, actor: Actor, tools: Tools): View | Promise<View> {
  const parsed = parseCommand(text);
  return "command" in parsed ? perform(parsed.command, actor, tools) : misunderstood(parsed);
}

function perform(command: Command, actor: Actor, tools: Tools): View | Promise<View> {
  switch (command.name) {
    case "help":
      return help();
    case "list":
      return list(command.cluster, actor, tools);
    case "plan":
      return plan(command, actor, tools);
    case "start":
      return start(command, actor, tools);
    case "status":
      return status(command.run, actor, tools);
  }
}

/** The one place where an error becomes words for whoever asked. */
async function answer(
  respond: RespondFn,
  { log }: Tools,
  work: () => View | undefined | Promise<View | undefined>,
): Promise<void> {
  const view = await Promise.resolve()
    .then(work)
    .catch((error: unknown) => {
      if (!isTrouble(error) && !isSlackTrouble(error)) log.error({ error }, "command failed");
      return problemAnswer(problemOf(error));
    });
  if (!view) return;
  // Never over the card that was clicked: the outbox alone writes that.
  const ephemeral = { response_type: "ephemeral", replace_original: false } as const;
  await respond({ ...ephemeral, text: view.text, blocks: [...view.blocks] }).catch((error: unknown) =>
    log.warn({ error: error instanceof Error ? error.message : error }, "could not answer"),
  );
}

function problemOf(error: unknown): Problem {
  if (isTrouble(error)) return asProblem(error);
  if (isSlackTrouble(error)) {
    return {
      code: error.code,
      what: `Slack did not answer (${error.code})`,
      next: error.next || "Try again in a minute.",
    };
  }
  if (isRedisAway(error)) {
    return {
      code: "StoreUnavailable",
      what: "I cannot take orders right now: my store (Redis) does not answer. Nothing was changed",
      next: "Upgrades that run are in the hands of EKS and go on. Try again in a minute; if it lasts, look at Redis.",
    };
  }
  return {
    code: "Internal",
    what: "Something went wrong on my side. Nothing more was done",
    next: "Try again; if it stays, look for it in the bot's log.",
  };
}

/** ioredis has no error class of its own for this: it fails commands at once while it is not connected. */
function isRedisAway(error: unknown): boolean {
  return (
    error instanceof Error &&
    /Stream isn't writeable|Connection is closed|Command timed out|max retries per request|ECONNREFUSED/.test(
      error.message,
    )
  );
}
