import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type JsonObject, objectsOf } from "../../playground/slack/json.js";
import type { View } from "../../playground/slack/types.js";
import { openStage, type Stage, said } from "../e2e/stage.js";
import { expectNoPing } from "./pings.js";

const cluster = "eks-upgrade:cluster";
const nodeGroup = "eks-upgrade:node-group";
const reason = "eks-upgrade:reason";

describe("the form", () => {
  let stage: Stage;
  let slack: Stage["playground"]["slack"];
  beforeEach(async () => {
    stage = await openStage({ speed: 20 });
    slack = stage.playground.slack;
    await stage.startBot();
  });
  afterEach(async () => stage.close());

  async function opened(user: string = slack.users.operator) {
    const person = slack.as(user);
    await person.command("/eks-upgrade", "");
    const view = await slack.waitFor(() => person.modal(), { what: "the form" });
    return { person, view };
  }

  /** An interaction as Slack tells it, which the person's screen would not allow. */
  const interacts = (type: string, view: View, more: JsonObject, user: string = slack.users.operator) =>
    slack.socketMode.deliver(
      "interactive",
      {
        type,
        user: { id: user, team_id: slack.workspace.team.id },
        team: { id: slack.workspace.team.id },
        container: { type: "view", view_id: view.id },
        view: { ...view.definition, id: view.id, hash: view.hash, state: { values: {} } },
        ...more,
      },
      true,
    );

  /** The form once a cluster is chosen: its node groups can be asked for. */
  async function chosen(option: JsonObject, form?: Awaited<ReturnType<typeof opened>>) {
    const { person, view } = form ?? (await opened());
    const action = {
      type: "external_select",
      action_id: cluster,
      block_id: "cluster",
      selected_option: option,
    };
    await interacts("block_actions", view, { actions: [action] });
    const next = await slack.waitFor(() => [person.modal()].find((each) => each && each.hash !== view.hash), {
      what: "the form with its cluster",
    });
    return { person, view: next };
  }

  it.each([
    [
      "opened too late",
      { ok: false, error: "expired_trigger_id" },
      "The form did not open: it took longer than the 3 s that Slack gives for it (expired_trigger_id).",
    ],
    [
      "refused by Slack",
      { ok: false, error: "invalid_arguments" },
      "The form did not open: Slack says invalid_arguments.",
    ],
  ])("%s: it says so, and how to go on without it", async (_case, body, what) => {
    slack.faults.next("views.open", { when: "instead", answer: { status: 200, body } });
    await slack.as(slack.users.operator).command("/eks-upgrade", "");
    const answer = await stage.ephemeral(slack.users.operator, "The form did not open");
    expect(answer.text).toBe(
      `:warning: ${what} Type /eks-upgrade once more, or go without the form: /eks-upgrade start &lt;cluster&gt;/&lt;node-group&gt;`,
    );
    expectNoPing(answer);
  });

  const option = (value: string) => ({ text: { type: "plain_text", text: value }, value });
  const answered = (user: string, holding: string) =>
    slack.waitFor(
      () => [slack.as(user).modal()].find((each) => JSON.stringify(each?.definition ?? {}).includes(holding)),
      { what: `the form's answer with "${holding}"` },
    );

  it("asks for approval of the cluster and node group that were chosen, with the reason on the card", async () => {
    const form = await opened();
    const [offered] = await form.person.suggest(form.view, cluster, "");
    expect(offered).toEqual(option("eks-workshop"));
    expect(await form.person.suggest(form.view, nodeGroup, "")).toEqual([]);
    const { person, view } = await chosen(option("eks-workshop"), form);
    expect(await person.suggest(view, nodeGroup, "def")).toEqual([option("default")]);
    await person.submit(view, { [nodeGroup]: option("default"), [reason]: "CVE-2026-1 & more" });
    await answered(person.id, "Asked for approval of eks-workshop/default");
    expect(said(await stage.card())).toContain("CVE-2026-1 &amp; more");
  });

  it.each([
    ["pings, backticks and right-to-left marks", "<!channel> <@U0APPROVER> `rm` & *b* \u202egnitteg\u202c"],
    ["500 characters that must be escaped", "&<>".repeat(166)],
  ])("a reason with %s is shown as words on the card, and pings nobody", async (_, text) => {
    const { person, view } = await chosen(option("eks-workshop"));
    await person.submit(view, { [reason]: text });
    const card = await stage.card();
    expectNoPing(card, ["S0APPROVERS"]);
    expect(said(card)).not.toContain("<@U0APPROVER>");
    const [id = ""] = await stage.runs.recent(1);
    expect((await stage.runs.load(id))?.run.reason?.length).toBeLessThanOrEqual(500);
  });

  it("a reason of 4,000 characters, which the form does not take and somebody forged, is cut short", async () => {
    const { person, view } = await chosen(option("eks-workshop"));
    const values = {
      cluster: { [cluster]: { type: "external_select", selected_option: option("eks-workshop") } },
      reason: { [reason]: { type: "plain_text_input", value: "<!channel>".repeat(400) } },
    };
    const state = { view: { ...view.definition, id: view.id, hash: view.hash, state: { values } } };
    await interacts("view_submission", view, state);
    await answered(person.id, "Asked for approval of eks-workshop/default");
    expectNoPing(await stage.card(), ["S0APPROVERS"]);
    const [id = ""] = await stage.runs.recent(1);
    expect((await stage.runs.load(id))?.run.reason).toHaveLength(500);
  });

  it("sent without a cluster shows what is missing at that field, and asks nobody", async () => {
    const { view } = await opened();
    const values = { cluster: { [cluster]: { type: "external_select", selected_option: null } } };
    const state = { view: { ...view.definition, id: view.id, hash: view.hash, state: { values } } };
    const delivery = await interacts("view_submission", view, state);
    expect(delivery.outcome === "acked" && delivery.payload).toEqual({
      response_action: "errors",
      errors: { cluster: "Choose the cluster." },
    });
    expect(await stage.runs.recent(1)).toEqual([]);
  });

  it("does not open for a person in no group, suggests nothing to them, and refuses what they send", async () => {
    const { bystander, operator } = slack.users;
    await slack.as(bystander).command("/eks-upgrade", "");
    await stage.ephemeral(bystander, "There is nothing that you may upgrade.");
    expect(slack.as(bystander).modal()).toBeUndefined();
    // Somebody else's, in their name.
    const { view } = await opened();
    const menus: readonly JsonObject[] = [
      { action_id: cluster, block_id: "cluster", value: "" },
      { action_id: nodeGroup, block_id: "node-group/eks-workshop", value: "" },
    ];
    for (const asked of menus) {
      const delivery = await interacts("block_suggestion", view, asked, bystander);
      expect(delivery.outcome === "acked" && objectsOf(delivery.payload.options)).toEqual([]);
    }
    const values = {
      cluster: { [cluster]: { type: "external_select", selected_option: option("eks-workshop") } },
    };
    const sent = { view: { ...view.definition, id: view.id, hash: view.hash, state: { values } } };
    await interacts("view_submission", view, sent, bystander);
    await answered(operator, "I know no cluster");
    expect(await stage.runs.recent(1)).toEqual([]);
  });

  it.each([
    ["a cluster that there is not", "no-such-cluster", "I know no cluster"],
    ["a cluster named like a ping", "<!channel>", "I know no cluster"],
    ["a cluster of 4,000 characters", "<".repeat(4_000), "I know no cluster"],
  ])("%s, forged into it, is refused in its place", async (_, name, words) => {
    const { person, view } = await opened();
    await person.submit(view, { [cluster]: option(name) });
    const answer = await answered(person.id, words);
    expect(JSON.stringify(answer.definition)).not.toContain("<!channel>");
  });

  it("says that AWS cannot be reached, in its place", async () => {
    const { person, view } = await opened();
    await stage.playground.aws.close();
    expect(await person.suggest(view, nodeGroup, "")).toEqual([]);
    await person.submit(view, { [cluster]: option("eks-workshop") });
    await answered(person.id, "Could not list the node groups");
  });

  it("closed before its answer came leaves the request as it is", async () => {
    const { person, view } = await opened();
    const sent = person.submit(view, { [cluster]: option("eks-workshop") });
    slack.workspace.views.clear(person.id);
    await sent.catch(() => {});
    await stage.card();
    expect((await stage.events()).map((event) => event.type)).toEqual(["RunRequested"]);
  });
});
