import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Run } from "../../src/core/run.js";
import { modes } from "../e2e/stage.js";
import { soon } from "../soon.js";
import { type Arena, buttons, modals, openArena } from "./arena.js";
import { pressed, submitted, tries } from "./forge.js";

/**
 * Orders of people who are no members of the workspace, and from places where others read along. They are in every user group
 * there is: nothing but who they are, or where, stands in their way.
 */

/** Who they are, and the rule by which they are refused. */
const kinds = [
  ["a guest of some channels", { guest: "of some channels" }, "person"],
  ["a guest of one channel", { guest: "of a single channel" }, "person"],
  ["a bot", { isBot: true }, "person"],
  ["somebody deactivated", { deleted: true }, "person"],
  ["somebody of another workspace", { team: { id: "T0ELSE", name: "Else", domain: "else" } }, "workspace"],
  ["a stranger in a shared channel", { isStranger: true }, "workspace"],
] as const;

const places = [
  ["a channel shared with others", "C0SHARED", "channel", 1],
  ["an archived channel", "C0ARCHIVED", "channel", 2],
  ["a private channel that the bot is not in", "G0PRIVATE", "unsure", 3],
] as const;

/** What is typed; every command there is. */
const commands = (id: string) => [
  ...["", "list", "check", "plan eks-workshop", "start eks-workshop", "start eks-workshop --reason why"],
  ...["status", `status ${id}`, `pause ${id}`, `resume ${id}`, `cancel ${id}`, `retry ${id}`],
  ...["repair eks-workshop", "watch eks-workshop", "lock eks-workshop why", "lock prod why", "unlock prod"],
  ...["history", "history --user @operator", `break-glass ${id} why`, "break-glass eks-workshop/default why"],
];

/** What is pressed. */
const clicks = ({ id, plan }: Run): readonly (readonly [action: string, value: string])[] => [
  ...[buttons.approve, buttons.reject, buttons.breakGlass].map(
    (action) => [action, `${id}|${plan.hash}`] as const,
  ),
  ...[
    buttons.cancel,
    buttons.again,
    buttons.goOn,
    "eks-upgrade:pause",
    "eks-upgrade:resume",
    "eks-upgrade:repair",
  ].map((action) => [action, id] as const),
  ...[buttons.retry, buttons.retryForce].map((action) => [action, `${id}|1`] as const),
  ...["answer-wait", "answer-force", "confirm-force"].map(
    (name) => [`eks-upgrade:${name}`, `${id}|b0`] as const,
  ),
  [buttons.schedule, '["us-west-2/eks-workshop/default",{}]'],
  ["eks-upgrade:snooze-7", "7 us-west-2/eks-workshop/default"],
  ["eks-upgrade:wake", "us-west-2/eks-workshop/default"],
  ["eks-upgrade:digest-upgrade", "us-west-2/eks-workshop/default"],
];

describe.each(modes)("%s", (_, mode) => {
  let arena: Arena;
  let run: Run;
  beforeAll(async () => {
    arena = await openArena({ mode, rules: { may: { breakGlass: { groups: ["S0APPROVERS"] } } } });
    const { workspace } = arena.slack;
    const strangers = arena.crowd(2 * kinds.length);
    for (const [index, user] of strangers.entries())
      workspace.changeUser(user, kinds[index % kinds.length]?.[1] ?? {});
    for (const group of ["S0OPS", "S0APPROVERS", "S0SECURITY"]) {
      workspace.setMembers(group, [...workspace.group(group).members, ...strangers]);
    }
    await arena.start();
    ({ run } = await arena.ask());
  });
  afterAll(() => arena.close());

  async function nothingHappened(): Promise<void> {
    expect(await arena.types(run.id)).toEqual(["RunRequested"]);
    expect(await arena.stage.runs.recent(9)).toHaveLength(1);
    await arena.unharmed();
  }
  async function refusals(user: string, rule: string): Promise<number> {
    return (await arena.audit()).filter((line) => line.who === user && line.rule === rule).length;
  }
  const words = {
    person: /guests|bots|deactivated/,
    workspace: /another workspace/,
    channel: /This channel is/,
    unsure: /cannot see this channel/,
  };

  it.each(kinds.map(([who, , rule], index) => [who, rule, `U0CROWD${index}`] as const))(
    "%s is refused whatever they type",
    async (_who, rule, user) => {
      const { slack } = arena;
      const texts = commands(run.id);
      for (const text of texts) {
        await tries(slack, user, () => slack.as(user).command("/eks-upgrade", text), words[rule]);
      }
      expect(await refusals(user, rule)).toBe(texts.length);
      await nothingHappened();
    },
  );

  it.each(kinds.map(([who, , rule], index) => [who, rule, `U0CROWD${index + kinds.length}`] as const))(
    "%s is refused whatever they press, open and send",
    async (_who, rule, user) => {
      const { slack } = arena;
      const person = slack.as(user);
      const value = `${run.id}|${run.plan.hash}`;
      for (const [action, of] of clicks(run)) await pressed(slack, { user, action, value: of }, words[rule]);
      for (const action of Object.values(modals))
        await submitted(slack, { user, action, value }, "no", words[rule]);
      await soon(async () => expect(await refusals(user, rule)).toBe(clicks(run).length + 2));
      await person.openHome();
      const home = await slack.waitFor(() => person.appHome(), { what: "Home" });
      expect(JSON.stringify(home.definition)).not.toMatch(/prod|eks-workshop/);
      // Somebody else's form, in their hands: its menus are empty, and what they send is refused.
      const form = slack.workspace.views.open(user, formView());
      expect(await person.suggest(form, "eks-upgrade:cluster", "")).toEqual([]);
      const chosen = { text: { type: "plain_text", text: "eks-workshop" }, value: "eks-workshop" };
      await tries(slack, user, () => person.submit(form, { "eks-upgrade:cluster": chosen }), words[rule]);
      await nothingHappened();
    },
  );

  it.each(places)("from %s nothing is taken, whoever gives it", async (_where, channel, rule, who) => {
    const { slack } = arena;
    const [operator, approver] = [`U0OP4${who}`, `U0AP4${who}`];
    const texts = commands(run.id);
    for (const text of texts) {
      await tries(
        slack,
        operator,
        () => slack.as(operator).command("/eks-upgrade", text, channel),
        words[rule],
      );
    }
    for (const [action, value] of clicks(run)) {
      await pressed(slack, { user: approver, action, value, channel }, words[rule]);
    }
    await soon(async () => expect(await refusals(approver, rule)).toBe(clicks(run).length));
    expect(await refusals(operator, rule)).toBe(texts.length);
    await nothingHappened();
  });
});

/** The form, as the bot would open it for somebody else. */
function formView() {
  const plain = (text: string) => ({ type: "plain_text", text });
  const element = { type: "external_select", action_id: "eks-upgrade:cluster", min_query_length: 0 };
  const block = { type: "input", block_id: "cluster", label: plain("Cluster"), element };
  return {
    type: "modal",
    callback_id: "eks-upgrade:form",
    title: plain("Form"),
    submit: plain("Send"),
    blocks: [block],
  };
}
