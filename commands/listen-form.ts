import type { BlockSuggestion } from "@slack/bolt";
import type { Actor } from "../src/authority.js";
import type { View } from "../src/slack/limits.js";
import { digestUpgradeAction } from "../src/slack/views/digest-actions.js";
import { clusterAction, formCallback, nodeGroupAction, parseForm } from "../src/slack/views/form.js";
import { answeredView, workingView } from "../src/slack/views/form-answer.js";
import { openedIn, whoClicked, whoSearches, whoSent } from "./actor.js";
import { clickOf, type Desk, opener, showAfter, valueIn } from "./desk.js";
import { wantedUpgrade } from "./digests.js";
import { formFor, openForm, submitForm, suggestClusters, suggestNodeGroups, whatIsMissing } from "./form.js";

type Options = Awaited<ReturnType<typeof suggestClusters>>;

/** *Upgrade* under what is behind: the form, filled in. */
export function listenToDigestUpgrade({ app, tools, reply }: Desk): void {
  app.action({ type: "block_actions", action_id: digestUpgradeAction }, async ({ ack, action, ...click }) => {
    await ack();
    const value = valueIn(action);
    const actor = whoClicked(click.body, digestUpgradeAction);
    const work = async () => {
      const wanted = await wantedUpgrade(value, actor, tools);
      return "refused" in wanted
        ? wanted.refused
        : openForm(() => opener(click)(formFor(actor, tools, wanted.found)), tools);
    };
    reply(clickOf(digestUpgradeAction, value, actor), "order", work, showAfter(click));
  });
}

/** The form: its menus, what was chosen in it, and what comes of it. */
export function listenToForm({ app, tools, gate, track, reply }: Desk): void {
  /** A menu has no room for an answer: who may choose nothing is offered nothing. */
  async function offered(asked: BlockSuggestion, suggest: () => Promise<Options>): Promise<Options> {
    const actor = whoSearches(asked);
    const entrance = await gate.enter({ actor, what: "menu" }, "menu");
    return "open" in entrance ? suggest() : [];
  }
  app.options(clusterAction, async ({ ack, options }) => {
    const asked = options as BlockSuggestion;
    const suggest = () => suggestClusters(asked.value, whoSearches(asked), tools);
    await ack({ options: await offered(asked, suggest).catch(() => []) });
  });
  app.options(nodeGroupAction, async ({ ack, options }) => {
    const asked = options as BlockSuggestion;
    const suggest = () => suggestNodeGroups(asked.block_id, asked.value, whoSearches(asked), tools);
    await ack({ options: await offered(asked, suggest).catch(() => []) });
  });

  app.action({ type: "block_actions", action_id: clusterAction }, async ({ ack, action, body, client }) => {
    await ack();
    const cluster = action.type === "external_select" ? action.selected_option?.value : undefined;
    const { view } = body;
    if (!view || cluster === undefined) return;
    const redraw = async () => {
      const entrance = await gate.enter({ actor: whoClicked(body, clusterAction), what: "menu" }, "menu");
      if (!("open" in entrance)) return;
      const redrawn = formFor({ ...whoClicked(body, clusterAction), ...openedIn(view) }, tools, { cluster });
      await client.views.update({ view_id: view.id, hash: view.hash, view: redrawn });
    };
    track(redraw());
  });

  app.view(formCallback, async ({ ack, body, view, client }) => {
    const { values } = view.state;
    const errors = whatIsMissing(values);
    if (errors) return ack({ response_action: "errors", errors });
    await ack({ response_action: "update", view: workingView() });
    const actor: Actor = { ...whoSent(body), ...openedIn(view) };
    const { cluster = "", nodeGroup } = parseForm(values);
    const on = nodeGroup === undefined ? cluster : `${cluster}/${nodeGroup}`;
    const show = (answered: View) => client.views.update({ view_id: view.id, view: answeredView(answered) });
    reply({ actor, what: "start", on, cluster }, "order", () => submitForm(values, actor, tools), show);
  });
}
