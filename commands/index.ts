import type { App } from "@slack/bolt";
import type { Actor } from "../src/authority.js";
import type { View } from "../src/slack/limits.js";
import { againAction, approveAction } from "../src/slack/views/approval-card.js";
import { answerActions, confirmForceAction } from "../src/slack/views/choices.js";
import { cancelAction, pauseAction, resumeAction } from "../src/slack/views/control.js";
import {
  digestUpgradeAction,
  snoozeActions,
  snoozeAllActions,
  wakeAction,
  wakeAllAction,
} from "../src/slack/views/digest-actions.js";
import { clusterAction } from "../src/slack/views/form.js";
import { homeRefreshAction } from "../src/slack/views/home.js";
import { goOnAction, scheduleAction } from "../src/slack/views/hours.js";
import { repairAction } from "../src/slack/views/leftovers.js";
import { retryAction, retryForceAction } from "../src/slack/views/retry.js";
import { whoClicked, whoTyped } from "./actor.js";
import { answer } from "./answer.js";
import { answerAsked, confirmForce } from "./answers.js";
import { approve } from "./approvals.js";
import { requestAgain, retry, retryWithForce } from "./attempts.js";
import { glassBreaking } from "./break-glass.js";
import { cancel, pause, pressed, resume } from "./control.js";
import { clickOf, type Desk, showAfter, tell, valueIn } from "./desk.js";
import type { Dialog } from "./dialog.js";
import { snooze, snoozeAll, wake, wakeAll } from "./digests.js";
import { formFor, openStartForm } from "./form.js";
import { type Gate, openGate } from "./gate.js";
import { misunderstood } from "./help.js";
import { goOn, schedule } from "./hours.js";
import { listenToDialog } from "./listen-dialog.js";
import { listenToDigestUpgrade, listenToForm } from "./listen-form.js";
import { listenToHome } from "./listen-home.js";
import { type Command, parseCommand } from "./parse.js";
import { orderOf, perform } from "./perform.js";
import { rejection } from "./reject.js";
import { putBack } from "./repair.js";
import type { Tools } from "./tools.js";
import { openTurns } from "./turns.js";

export const slashCommand = "/eks-upgrade";

type Button = (value: string, actor: Actor, tools: Tools) => Promise<View | undefined>;

/** Every button we ever put under a message. */
const buttons: Readonly<Record<string, Button>> = {
  [approveAction]: approve,
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
  [scheduleAction]: schedule,
  [goOnAction]: goOn,
  [wakeAction]: wake,
  [wakeAllAction]: wakeAll,
};

/** Typed orders that wait for nobody's plan: they hold or call off what is under way. Nor does any button. */
const urgent: ReadonlySet<Command["name"]> = new Set(["cancel", "pause", "lock", "help"]);

/** Every button that opens a modal to ask why. */
const dialogs: readonly Dialog[] = [rejection, glassBreaking];

/**
 * Everything people say and click, on one screen. Each listener acknowledges at once: Slack waits three seconds, and
 * AWS may take longer. `track` keeps what goes on after that, so that a shutdown can wait for it.
 */
export function register(app: App, tools: Tools, track: (work: Promise<void>) => void): Pick<Gate, "flush"> {
  const gate = openGate(tools, Date.now);
  const inTurn = openTurns();
  const desk: Desk = {
    ...{ app, tools, gate, track },
    reply: (order, as, work, show) => track(answer(tools, () => gate.through(order, as, work), show)),
  };

  app.command(slashCommand, async ({ ack, command, respond, client }) => {
    await ack();
    const actor = whoTyped(command);
    const parsed = parseCommand(command.text);
    const show = (view: View) => tell(respond, view);
    if (!("command" in parsed)) {
      return desk.reply({ actor, what: "not understood" }, "help", () => misunderstood(parsed), show);
    }
    const wanted = parsed.command;
    const order = orderOf(wanted, actor);
    if (wanted.name === "form") {
      const open = () => client.views.open({ trigger_id: command.trigger_id, view: formFor(actor, tools) });
      return desk.reply(order, "look", () => openStartForm(open, actor, tools), show);
    }
    const as = wanted.name === "help" ? "help" : "order";
    const work = () => perform(wanted, actor, tools);
    desk.reply(order, as, urgent.has(wanted.name) ? work : () => inTurn(work), show);
  });

  for (const [action, press] of Object.entries(buttons)) {
    app.action({ type: "block_actions", action_id: action }, async ({ ack, action: pressed, ...click }) => {
      await ack();
      const value = valueIn(pressed);
      const actor = whoClicked(click.body, action);
      desk.reply(clickOf(action, value, actor), "order", () => press(value, actor, tools), showAfter(click));
    });
  }
  listenToDigestUpgrade(desk);
  for (const dialog of dialogs) listenToDialog(dialog, desk);
  listenToForm(desk);
  listenToHome(desk);

  // Buttons of older or other messages: unacknowledged, they would show an error to whoever presses them.
  const opening = dialogs.map(({ action }) => action);
  const others = [digestUpgradeAction, homeRefreshAction, clusterAction];
  const known = [...Object.keys(buttons), ...opening, ...others].join("|");
  app.action(new RegExp(`^(?!(?:${known})$)`), async ({ ack }) => ack());

  app.error(async (error) => tools.log.error({ error }, "listener failed"));
  return gate;
}
