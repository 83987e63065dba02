import { afterEach, describe, expect, it } from "vitest";
import type { Message } from "../../playground/slack/types.js";
import { openLog } from "../../src/log.js";
import { openStage, type Stage, said } from "../e2e/stage.js";
import { notAllowed, refusal, secrets } from "./carried.js";

const write = "UpdateNodegroupVersion";

/** What people read of AWS' refusals, and what the log keeps of them, from end to end. */
describe("AWS' troubles, in Slack and in the log", () => {
  const log: string[] = [];
  let stage: Stage;
  afterEach(async () => {
    await stage.close();
    log.length = 0;
  });

  async function open(): Promise<void> {
    stage = await openStage({
      speed: 600,
      log: openLog("trace", { write: (line: string) => void log.push(line) }),
    });
    await stage.startBot();
  }

  const messages = (): Message[] => {
    const { slack } = stage.playground;
    return slack.workspace
      .messages(slack.channel)
      .flatMap((message) => [message, ...slack.workspace.thread(slack.channel, message.ts).slice(1)]);
  };
  const told = (what: string) =>
    stage.playground.slack.waitFor(() => messages().find((each) => said(each).includes(what)), {
      what: `a message with "${what}"`,
    });
  const click = async () => {
    const { slack } = stage.playground;
    await slack.as(slack.users.approver).click(await stage.card(), "eks-upgrade:approve");
  };

  const ids = /"requestIds":\[[^\]]*\]|"(?:prev|hash|planHash|fleet)":"[0-9a-f]*"/g;
  function expectNoSecrets(): void {
    expect(log.length).toBeGreaterThan(0);
    // Request ids and hashes are told on purpose, and have twelve digits in a row now and then.
    for (const line of log) expect(line.replaceAll(ids, "")).not.toMatch(secrets);
    for (const message of messages()) expect(said(message)).not.toMatch(secrets);
  }

  it("a control plane UPDATING at the click blocks it; the same button works when that is over", async () => {
    await open();
    const { slack, world, aws } = stage.playground;
    await stage.types("start eks-workshop/default");
    const [cluster] = world.clusters.values();
    if (!cluster) throw new Error("There is no cluster.");
    cluster.status = "UPDATING";
    await click();
    const answer = await stage.ephemeral(slack.users.approver, "Not approved yet");
    expect(answer.text).toContain("The control plane of eks-workshop is being updated");
    expect(await stage.runs.open()).toHaveLength(1);
    expect(world.calls.filter(({ operation }) => operation === write)).toEqual([]);

    cluster.status = "ACTIVE";
    aws.faults = (call) =>
      call.operation === write
        ? refusal(call, "AccessDeniedException", notAllowed("eks:UpdateNodegroupVersion"))
        : undefined;
    await click();
    const trouble = await told(":warning: <@U0OPERATOR> *eks-workshop/default:* Could not start the update");
    expect(trouble.text).toContain("Allow eks:UpdateNodegroupVersion in the IAM policy of the bot's role.");
    const live = await told(":warning: Blocked: setup");
    expect(said(live)).toContain("Allow eks:UpdateNodegroupVersion");
    const end = await told("*The upgrade of eks-workshop/default failed*");
    expect(end.text).toContain("Nothing was changed. Allow eks:UpdateNodegroupVersion");
    expectNoSecrets();
  });
});
