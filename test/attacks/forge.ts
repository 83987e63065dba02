import type { Delivery, EnvelopeType } from "../../playground/slack/delivery.js";
import type { JsonObject } from "../../playground/slack/json.js";
import type { SimulatedSlack } from "../../playground/slack/server.js";
import { said } from "../e2e/stage.js";

/** The field of every modal that asks for a reason. */
const why = "eks-upgrade:why";

/** What nobody's screen would send, sent over the same wire as everything else. */

export interface Forged {
  readonly user: string;
  /** Of the button, or of the modal that comes back. */
  readonly action: string;
  /** Of the button; of a modal its `private_metadata`. */
  readonly value: string;
  /** Where the button is; the environment's channel, unless told otherwise. */
  readonly channel?: string;
}

/** Any payload, by whichever way the bots take orders. */
export function deliver(slack: SimulatedSlack, type: EnvelopeType, payload: JsonObject): Promise<Delivery> {
  const courier = slack.httpMode.used ? slack.httpMode : slack.socketMode;
  return courier.deliver(type, payload, true);
}

/** What this person alone has on their screen: answers, and the modal on top. `since`: what was there before is left out. */
function screenOf(slack: SimulatedSlack, user: string, since?: Seen): string {
  const answers = slack.workspace.ephemerals(user).slice(since?.answers ?? 0);
  const modal = slack.as(user).modal();
  const isNew = modal !== undefined && modal.hash !== since?.modal;
  return [...answers.map(said), isNew ? JSON.stringify(modal.definition) : ""].join("\n");
}

interface Seen {
  readonly answers: number;
  readonly modal: string | undefined;
}

/** Tries it. Resolves with what this person is then told, once it holds these words. */
export async function tries(
  slack: SimulatedSlack,
  user: string,
  act: () => Promise<unknown>,
  words: RegExp = /./,
): Promise<string> {
  const since = { answers: slack.workspace.ephemerals(user).length, modal: slack.as(user).modal()?.hash };
  await act();
  return slack.waitFor(
    () => {
      const screen = screenOf(slack, user, since);
      return words.test(screen) && screen;
    },
    { what: `an answer to ${user} that holds ${words}` },
  );
}

/** Presses a button that the bot never made. Resolves with what the person is told. */
export function pressed(slack: SimulatedSlack, forged: Forged, words?: RegExp): Promise<string> {
  const { action, value, user, channel = slack.channel } = forged;
  const text = { type: "plain_text", text: "Press" };
  const elements = [{ type: "button", action_id: action, text, value }];
  const draft = { text: "A button", blocks: [{ type: "actions", elements }] };
  const message = slack.workspace.post(channel, slack.users.bot, draft, user);
  return tries(slack, user, () => slack.as(user).click(message, action), words);
}

/** Sends back a modal that the bot never opened. Resolves with what the person is told. */
export function submitted(
  slack: SimulatedSlack,
  { user, action, value }: Forged,
  reason: string,
  words?: RegExp,
): Promise<string> {
  const plain = (text: string) => ({ type: "plain_text", text });
  const element = { type: "plain_text_input", action_id: why, multiline: true };
  const view = slack.workspace.views.open(user, {
    ...{ type: "modal", callback_id: action, private_metadata: value },
    ...{ title: plain("A modal"), submit: plain("Send") },
    blocks: [{ type: "input", block_id: "reason", label: plain("Why"), element }],
  });
  return tries(slack, user, () => slack.as(user).submit(view, { [why]: reason }), words);
}
