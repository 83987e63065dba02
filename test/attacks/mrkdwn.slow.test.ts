import { afterEach, describe, expect, it, vi } from "vitest";
import { pdbBlocks } from "../../playground/scenarios/pdb-blocks.js";
import { selfManaged } from "../../playground/scenarios/self-managed.js";
import type { Scenario } from "../../playground/scenarios/types.js";
import { objectsOf } from "../../playground/slack/json.js";
import { soon } from "../soon.js";
import { type Arena, buttons, openArena } from "./arena.js";
import { tries } from "./forge.js";
import { expectHarmless, expectHarmlessBlocks, hostile } from "./hostile.js";
import { showsAsWords } from "./views.js";

showsAsWords(hostile);

let arena: Arena;

/** Everything on everybody's screen, and everything that Slack was asked for. */
function everythingIsHarmless(): void {
  const { workspace, channel, testChannel, calls } = arena.slack;
  const users = [...workspace.users.keys()];
  const messages = [
    ...[channel, testChannel].flatMap((each) => workspace.everything(each)),
    ...users.flatMap((user) => workspace.ephemerals(user)),
  ];
  expect(messages.length).toBeGreaterThan(5);
  for (const { text, blocks } of messages)
    expectHarmless({ text, blocks: blocks as never }, text.slice(0, 80));
  for (const user of users) {
    for (const { definition } of workspace.views.stack(user))
      expectHarmlessBlocks(definition.blocks, "modal", "modal");
    const home = workspace.views.home(user);
    if (home) expectHarmlessBlocks(home.definition.blocks, "home", "Home");
  }
  const refused = calls.filter(({ answer }) => answer?.ok === false && answer.error !== "ratelimited");
  expect(refused.map(({ method, answer }) => [method, answer?.error])).toEqual([]);
}

const nasty = hostile.filter(([, text]) => text.trim() !== "").map(([, text]) => text);
/** As long as a reason, and a word of it, may be. */
const short = nasty
  .map((text) =>
    text
      .split(/\s+/u)
      .map((word) => word.slice(0, 150))
      .join(" ")
      .trim()
      .slice(0, 400),
  )
  .filter((text) => /[\p{L}\p{N}]/u.test(text));

describe("over the wire", () => {
  afterEach(() => arena.close());

  it("what people give as reasons, and what they are called", async () => {
    arena = await openArena({ speed: 400, rules: { may: { breakGlass: { groups: ["S0APPROVERS"] } } } });
    const { slack } = arena;
    for (const [index, id] of ["U0OP1", "U0AP1", "U0OPERATOR"].entries()) {
      slack.workspace.changeUser(id, { name: nasty[index] ?? "", realName: nasty[index + 1] ?? "" });
    }
    await arena.start();
    // Each is rejected by somebody whose groups are asked for twice: so many answers Slack gives in a minute.
    for (const [index, reason] of short.slice(0, 8).entries()) {
      const user = `U0OP${index}`;
      await arena.stage.types(`lock eks-workshop ${reason}`, user);
      await arena.stage.types("start eks-workshop", user);
      await arena.stage.types("unlock eks-workshop", user);
      const { card } = await arena.ask(`start eks-workshop --reason ${reason}`, user);
      const approver = slack.as(`U0AP${index}`);
      await tries(slack, approver.id, () => approver.click(card, buttons.reject), /"modal"/);
      const modal = approver.modal();
      if (!modal) throw new Error("There is no modal.");
      await tries(
        slack,
        approver.id,
        () => approver.submit(modal, { "eks-upgrade:why": reason }),
        /Rejected upgrading/,
      );
    }
    const [first = ""] = short;
    await arena.stage.types(`break-glass eks-workshop/default ${first}`, "U0AP20");
    await soon(() => expect(arena.updates()).toBe(1));
    for (const text of ["list", "check", "status", "history", "history eks-workshop", "plan eks-workshop"]) {
      await arena.stage.types(text, "U0OP30");
    }
    await slack.as("U0OP30").openHome();
    await slack.waitFor(() => slack.as("U0OP30").appHome(), { what: "Home" });
    const unlocked = ({ text }: { text: string }) => text.startsWith(":unlock:");
    const told = () => slack.workspace.everything(slack.channel).filter(unlocked);
    await soon(() => expect(told()).toHaveLength(short.slice(0, 8).length));
    everythingIsHarmless();
  });

  /** What AWS and Kubernetes say that is somebody else's text: health issues, errors of updates, names of groups and of owners. */
  it("what AWS says of a group, and why an update failed", async () => {
    arena = await openArena({ scenario: pdbBlocks, speed: 700 });
    await arena.start();
    const { world } = arena.stage.playground;
    const group = world.clusters.get("eks-workshop")?.nodeGroups.get("default");
    if (!group) throw new Error("There is no node group.");
    const issues = nasty.map((message) => ({
      code: message.slice(0, 60),
      message,
      resourceIds: [message.slice(0, 200), message],
    }));
    Object.assign(group, { healthIssues: issues, status: "DEGRADED" });
    await arena.stage.types("plan eks-workshop", "U0OP1");
    await arena.stage.types("start eks-workshop", "U0OP1");
    Object.assign(group, { healthIssues: [], status: "ACTIVE" });
    const { card, run } = await arena.ask();
    await arena.slack.as("U0AP1").click(card, buttons.approve);
    await soon(() => expect(arena.updates()).toBe(1));
    const update = world.clusters.get("eks-workshop")?.updates[0];
    await vi.waitFor(
      async () => {
        // As soon as EKS says so, it says it like this.
        if (update && update.errors.length > 0) {
          update.errors = nasty.map((errorMessage) => ({
            errorCode: "PodEvictionFailure",
            errorMessage,
            resourceIds: [errorMessage],
          }));
        }
        expect((await arena.run(run.id)).state).toBe("failed");
      },
      { timeout: 60_000, interval: 5 },
    );
    for (const text of ["status", `status ${run.id}`, "list", "check", "history"])
      await arena.stage.types(text, "U0OP2");
    everythingIsHarmless();
  });

  it("what a self-managed group, its tags, and what runs on it are called", async () => {
    const name = "<!channel> `x` *b* <https://evil.example|Approve> & \u202eso";
    const scenario: Scenario = {
      ...selfManaged,
      clusters: selfManaged.clusters.map((cluster) => ({
        ...cluster,
        selfManaged: (cluster.selfManaged ?? []).map((group) => ({
          ...group,
          name,
          tags: { ...group.tags, "eks-upgrade:max-unavailable": "<!here> many", owner: "<@U0ROOT>" },
        })),
      })),
    };
    arena = await openArena({ scenario, speed: 200 });
    await arena.start();
    for (const text of [
      "list",
      "check",
      "plan eks-workshop",
      "start eks-workshop",
      "watch eks-workshop",
      "repair eks-workshop",
    ]) {
      await arena.stage.types(text, "U0OP1");
    }
    const person = arena.slack.as("U0OP2");
    await person.command("/eks-upgrade", "");
    const form = await arena.slack.waitFor(() => person.modal(), { what: "the form" });
    const [cluster = {}] = await person.suggest(form, "eks-upgrade:cluster", "");
    await person.choose(form, "eks-upgrade:cluster", cluster);
    const chosen = await arena.slack.waitFor(
      () => {
        const shown = person.modal();
        return shown?.hash !== form.hash && shown;
      },
      { what: "the form for that cluster" },
    );
    const groups = await person.suggest(chosen, "eks-upgrade:node-group", "");
    expect(objectsOf(groups).length).toBeGreaterThan(0);
    expect(JSON.stringify(groups.map(({ text }) => text))).not.toMatch(/\u202e/);
    await person.openHome();
    await arena.slack.waitFor(() => person.appHome(), { what: "Home" });
    everythingIsHarmless();
    expect(arena.updates()).toBe(0);
  });
});
