import type { Input } from "../../playground/slack/form.js";
import type { JsonObject } from "../../playground/slack/json.js";
import type { SimulatedSlack } from "../../playground/slack/server.js";
import type { View } from "../../playground/slack/types.js";
import { formView } from "../../src/slack/views/form.js";
import { said } from "../e2e/stage.js";
import type { Scene } from "./scene.js";

/** Somebody tries something somewhere. */
export interface Trying {
  readonly scene: Scene;
  readonly user: string;
  readonly channel: string;
}

/** What a person has on their screen alone. */
interface Seen {
  readonly answers: number;
  readonly modal?: string;
  readonly home?: string;
}

function seen({ workspace, as }: SimulatedSlack, user: string): Seen {
  const [modal, home] = [as(user).modal()?.hash, as(user).appHome()?.hash];
  return { answers: workspace.ephemerals(user).length, ...(modal && { modal }), ...(home && { home }) };
}

function news({ workspace, as }: SimulatedSlack, user: string, since: Seen): string {
  const answers = workspace.ephemerals(user).slice(since.answers).map(said);
  const changed = (view: View | undefined, before?: string) =>
    view && view.hash !== before ? [shown(view)] : [];
  return [
    ...answers,
    ...changed(as(user).modal(), since.modal),
    ...changed(as(user).appHome(), since.home),
  ].join("\n");
}

const shown = ({ definition }: View) => JSON.stringify(definition);

/**
 * One way in. Resolves with what it is answered with at once; otherwise that comes later, and is what is new on the screen
 * since `look` was called last: before the act, unless it calls it.
 */
export interface Act {
  (trying: Trying, look: () => void): Promise<string | undefined>;
  /** What they wrote themselves: no secret, if it is said again. */
  readonly wrote?: string;
}

/** Resolves with what the person is told. */
export async function tries(act: Act, trying: Trying): Promise<string> {
  const { slack } = trying.scene;
  let since = seen(slack, trying.user);
  const answer = await act(trying, () => {
    since = seen(slack, trying.user);
  });
  if (answer !== undefined) return answer;
  return slack.waitFor(() => news(slack, trying.user, since) || undefined, {
    ...{ what: `an answer to ${trying.user}` },
  });
}

export function typed(wrote: string): Act {
  const act: Act = async ({ scene: { slack }, user, channel }) => {
    await slack.as(user).command("/eks-upgrade", wrote, channel);
    return undefined;
  };
  return Object.assign(act, { wrote });
}

const button = (action: string, value: string): JsonObject => ({
  type: "actions",
  elements: [{ type: "button", action_id: action, text: { type: "plain_text", text: "Press" }, value }],
});

/** Under a message. */
export function pressed(action: string, value: string): Act {
  return async ({ scene: { slack }, user, channel }, look) => {
    const message = slack.workspace.post(channel, slack.users.bot, { blocks: [button(action, value)] }, user);
    look();
    await slack.as(user).click(message, action);
    return undefined;
  };
}

export function pressedAtHome(action: string, value: string): Act {
  return async ({ scene: { slack }, user }, look) => {
    slack.workspace.views.clear(user);
    const home = slack.workspace.views.publish(user, { type: "home", blocks: [button(action, value)] });
    look();
    await slack.as(user).click(home, action);
    return undefined;
  };
}

export const homeOpened: Act = async ({ scene: { slack }, user }) => {
  await slack.as(user).openHome();
  return undefined;
};

/** A modal of the bot's comes back. What the acknowledgement shows is no answer yet. */
export function sent(modal: object, inputs: Readonly<Record<string, Input>>, wrote = ""): Act {
  const act: Act = async ({ scene: { slack }, user }, look) => {
    const view = slack.workspace.views.open(user, asJson(modal));
    await slack.as(user).submit(view, inputs);
    look();
    const { errors } = slack.as(user).modal() ?? {};
    return errors && Object.keys(errors).length > 0 ? JSON.stringify(errors) : undefined;
  };
  return Object.assign(act, { wrote });
}

/** What a menu of the form offers. */
export function suggested(action: string, cluster?: string): Act {
  return async ({ scene: { slack }, user }) => {
    const view = slack.workspace.views.open(user, asJson(formView(cluster === undefined ? {} : { cluster })));
    return JSON.stringify(await slack.as(user).suggest(view, action, ""));
  };
}

/** Something is chosen in the form. */
export function chosen(action: string, value: string): Act {
  return async ({ scene: { slack }, user }, look) => {
    const view = slack.workspace.views.open(user, asJson(formView()));
    look();
    await slack.as(user).choose(view, action, option(value));
    return undefined;
  };
}

export const option = (value: string): JsonObject => ({ text: { type: "plain_text", text: value }, value });

/** The page of a signed link that was made for this person. */
export function visited(method: "GET" | "POST", run: string, planHash: string): Act {
  return async ({ scene: { links, slack }, user }) => {
    const person = slack.workspace.users.get(user) ?? {};
    const link = links.make({ runId: run, planHash, user, team: slack.workspace.teamOf(person).id });
    const answer = await fetch(link, { method });
    return `${answer.status} ${await answer.text()}`;
  };
}

const asJson = (view: object) => JSON.parse(JSON.stringify(view)) as JsonObject;
