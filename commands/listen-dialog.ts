import type { View } from "../src/slack/limits.js";
import { whoClicked, whoSent } from "./actor.js";
import { clickOf, type Desk, opener, showAfter, valueIn } from "./desk.js";
import type { Dialog } from "./dialog.js";
import { openForm } from "./form.js";

/** The button, and the modal when it comes back: rights and records are read both times. */
export function listenToDialog(dialog: Dialog, { app, tools, reply }: Desk): void {
  app.action({ type: "block_actions", action_id: dialog.action }, async ({ ack, action, ...click }) => {
    await ack();
    const value = valueIn(action);
    const actor = whoClicked(click.body, dialog.action);
    const work = async () => {
      const opened = await dialog.open(value, actor, tools);
      if ("refused" in opened) return opened.refused;
      const view = { ...opened.found, callback_id: dialog.callback, private_metadata: value };
      return openForm(() => opener(click)(view), tools);
    };
    reply(clickOf(dialog.action, value, actor), "order", work, showAfter(click));
  });

  app.view(dialog.callback, async ({ ack, body, view, client }) => {
    const { private_metadata: value, state } = view;
    const errors = dialog.missing(state.values);
    if (errors) return ack({ response_action: "errors", errors });
    await ack({ response_action: "update", view: dialog.working });
    const actor = whoSent(body);
    const show = (answered: View) =>
      client.views.update({ view_id: view.id, view: { ...dialog.working, blocks: [...answered.blocks] } });
    const work = () => dialog.submit(value, state.values, actor, tools);
    reply(clickOf(dialog.callback, value, actor), "order", work, show);
  });
}
