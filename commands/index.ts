import type { App, BlockAction, BlockSuggestion, RespondFn, types } from "@slack/bolt";
import type { View } from "../src/slack/limits.js";
import { againAction, approveAction, rejectAction } from "../src/slack/views/approval-card.js";
import { answerActions, confirmForceAction } from "../src/slack/views/choices.js";
import { cancelAction, pauseAction, resumeAction } from "../src/slack/views/control.js";
import {
  digestUpgradeAction,
  snoozeActions,
  snoozeAllActions,
  wakeAction,
  wakeAllAction,
} from "../src/slack/views/digest-actions.js";
import { clusterAction, formCallback, formView, nodeGroupAction } from "../src/slack/views/form.js";
import { answeredView, workingView } from "../src/slack/views/form-answer.js";
import { homeRefreshAction } from "../src/slack/views/home.js";
import { repairAction } from "../src/slack/views/leftovers.js";
import { retryAction, retryForceAction } from "../src/slack/views/retry.js";
import { answer } from "./answer.js";
import { answerAsked, confirmForce } from "./answers.js";
import { decide } from "./approvals.js";
import { requestAgain, retry, retryRun, retryWithForce } from "./attempts.js";
import type { Actor } from "./authorize.js";
import { check } from "./check.js";
import { cancel, pause, pressed, resume } from "./control.js";
import { snooze, snoozeAll, wake, wakeAll, wantedUpgrade } from "./digests.js";
import { openForm, submitForm, suggestClusters, suggestNodeGroups, whatIsMissing } from "./form.js";
import { help, misunderstood } from "./help.js";
import { showHome } from "./home.js";
import { list } from "./list.js";
import { type Command, parseCommand } from "./parse.js";
import { plan } from "./plan.js";
import { putBack, repair } from "./repair.js";
import { start } from "./start.js";
import { status } from "./status.js";
import type { Tools } from "./tools.js";
import { watch } from "./watch.js";

export const slashCommand = "/eks-upgrade";

type Button = (value: string, actor: Actor, tools: Tools) => Promise<View | undefined>;

/** Every button we ever put under a message. */
const buttons: Readonly<Record<string, Button>> = {
  [approveAction]: (value, actor, tools) => decide("approve", value, actor, tools),
  [rejectAction]: (value, actor, tools) => decide("reject", value, actor, tools),
  [againAction]: requestAgain,
  [retryAction]: retry,
  [retryForceAction]: retryWithForce,
  [pauseAction]: pressed(pause),
  [resumeAction]: pressed(resume),
  [cancelAction]: pressed(cancel),
  [repairAction]: putBack,
  ...Object.fromEntries(
    answerActions.map(([action, choice]): [string, Button] => [
      action,
      (value, actor, tools) => answerAsked(choice, value, actor, tools),
    ]),
  ),
  [confirmForceAction]: confirmForce,
  ...Object.fromEntries(snoozeActions.map(([action]): [string, Button] => [action, snooze])),
  ...Object.fromEntries(snoozeAllActions.map(([action]): [string, Button] => [action, snoozeAll])),
  [wakeAction]: wake,
  [wakeAllAction]: wakeAll,
};

/**
 * Everything people say and click, on one screen. Each listener acknowledges at once: Slack waits three seconds, and
 * AWS may take longer. `track` keeps what goes on after that, so that a shutdown can wait for it.
 */
export function register(app: App, tools: Tools, track: (work: Promise<void>) => void): void {
  app.command(slashCommand, async ({ ack, command, respond, client }) => {
    await ack();
    const parsed = parseCommand(command.text);
    const actor = { user: command.user_id, team: command.team_id };
    const reply = (work: () => View | undefined | Promise<View | undefined>) =>
      track(answer(tools, work, (view) => tell(respond, view)));
    if (!("command" in parsed)) return reply(() => misunderstood(parsed));
    const wanted = parsed.command;
    if (wanted.name !== "form") return reply(() => perform(wanted, actor, tools));
    // Slack gives three seconds to open it: nothing is looked up before.
    const open = () => client.views.open({ trigger_id: command.trigger_id, view: formView() });
    reply(() => openForm(open, tools));
  });

  for (const [action, press] of Object.entries(buttons)) {
    app.action(
      { type: "block_actions", action_id: action },
      async ({ ack, action: clicked, body, respond }) => {
        await ack();
        track(
          answer(
            tools,
            () => press(valueIn(clicked), actorOf(body), tools),
            (view) => tell(respond, view),
          ),
        );
      },
    );
  }
  app.action(
    { type: "block_actions", action_id: digestUpgradeAction },
    async ({ ack, action, body, client, respond }) => {
      await ack();
      const open = (view: types.ModalView) => client.views.open({ trigger_id: body.trigger_id, view });
      const work = async () => {
        const wanted = await wantedUpgrade(valueIn(action), actorOf(body), tools);
        return "refused" in wanted ? wanted.refused : openForm(() => open(formView(wanted.found)), tools);
      };
      // Nobody can be answered under a Home tab: there it is a modal.
      track(answer(tools, work, (view) => (body.view ? open(answeredView(view)) : tell(respond, view))));
    },
  );

  // An event comes to the workspace whose Home it is; who may see what there is judged by the person.
  app.event("app_home_opened", async ({ event, body, client }) => {
    if (event.tab === "messages") return;
    const actor = { user: event.user, team: body.team_id };
    track(showHome(actor, (view) => client.views.publish({ user_id: actor.user, view }), tools));
  });
  app.action({ type: "block_actions", action_id: homeRefreshAction }, async ({ ack, body, client }) => {
    await ack();
    const actor = actorOf(body);
    track(showHome(actor, (view) => client.views.publish({ user_id: actor.user, view }), tools));
  });

  app.options(clusterAction, async ({ ack, options }) => {
    const { value, ...asked } = options as BlockSuggestion;
    await ack({ options: await suggestClusters(value, actorOf(asked), tools).catch(() => []) });
  });
  app.options(nodeGroupAction, async ({ ack, options }) => {
    const { value, block_id: block, ...asked } = options as BlockSuggestion;
    await ack({ options: await suggestNodeGroups(block, value, actorOf(asked), tools).catch(() => []) });
  });
  app.action({ type: "block_actions", action_id: clusterAction }, async ({ ack, action, body, client }) => {
    await ack();
    const cluster = action.type === "external_select" ? action.selected_option?.value : undefined;
    if (!body.view || cluster === undefined) return;
    await client.views.update({ view_id: body.view.id, hash: body.view.hash, view: formView({ cluster }) });
  });
  app.view(formCallback, async ({ ack, body, view, client }) => {
    const errors = whatIsMissing(view.state.values);
    if (errors) return ack({ response_action: "errors", errors });
    await ack({ response_action: "update", view: workingView() });
    const show = (answered: View) => client.views.update({ view_id: view.id, view: answeredView(answered) });
    track(answer(tools, () => submitForm(view.state.values, actorOf(body), tools), show));
  });

  // Buttons of older or other messages: unacknowledged, they would show an error to whoever presses them.
  const known = [...Object.keys(buttons), digestUpgradeAction, homeRefreshAction, clusterAction].join("|");
  app.action(new RegExp(`^(?!(?:${known})$)`), async ({ ack }) => ack());

  app.error(async (error) => tools.log.error({ error }, "listener failed"));
}

function perform(
  command: Exclude<Command, { name: "form" }>,
  actor: Actor,
  tools: Tools,
): View | Promise<View> {
  switch (command.name) {
    case "help":
      return help();
    case "list":
      return list(command.cluster, actor, tools);
    case "check":
      return check(command.cluster, actor, tools);
    case "plan":
      return plan(command, actor, tools);
    case "start":
      return start(command, actor, tools);
    case "watch":
      return watch(command, actor, tools);
    case "cancel":
      return cancel(command.run, actor, tools);
    case "pause":
      return pause(command.run, actor, tools);
    case "resume":
      return resume(command.run, actor, tools);
    case "retry":
      return retryRun(command.run, actor, tools);
    case "repair":
      return repair(command.cluster, actor, tools);
    case "status":
      return status(command.run, actor, tools);
  }
}

function valueIn(clicked: BlockAction["actions"][number]): string {
  return clicked.type === "button" ? (clicked.value ?? "") : "";
}

/** People of shared channels belong to another team than the one the app is installed in. */
function actorOf({
  user,
  team,
}: Pick<BlockAction, "user" | "team"> | Pick<BlockSuggestion, "user" | "team">): Actor {
  return { user: user.id, team: user.team_id ?? team?.id ?? "" };
}

/** Never over the message that was clicked: the outbox alone writes those. */
function tell(respond: RespondFn, view: View): Promise<unknown> {
  return respond({
    response_type: "ephemeral",
    replace_original: false,
    text: view.text,
    blocks: [...view.blocks],
  });
}
