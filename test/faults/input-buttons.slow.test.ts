import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { pdbBlocks } from "../../playground/scenarios/pdb-blocks.js";
import type { Message } from "../../playground/slack/types.js";
import { openStage, type Stage, said } from "../e2e/stage.js";
import { soon } from "../soon.js";

const approve = "eks-upgrade:approve";
const again = "eks-upgrade:again";
const retry = "eks-upgrade:retry";
const force = "eks-upgrade:retry-force";

describe("buttons that outlive their moment", () => {
  let stage: Stage;
  let directory: string | undefined;
  afterEach(async () => {
    await stage.close();
    if (directory) await rm(directory, { recursive: true, force: true });
  });

  const types = async () => (await stage.events()).map((event) => event.type);
  const shown = (action: string) => {
    const { slack } = stage.playground;
    const find = () =>
      slack.workspace.messages(slack.channel).find((each) => said(each).includes(`"${action}"`));
    return slack.waitFor(find, { what: `a message with ${action}` });
  };

  /** A request that nobody decided within ten world minutes. */
  async function expired(): Promise<Message> {
    stage = await openStage({ speed: 400 });
    const { slack, environment } = stage.playground;
    directory = await mkdtemp(join(tmpdir(), "fleet-"));
    const file = join(directory, "fleet.yaml");
    const fleet = await readFile(environment.FLEET_FILE ?? "", "utf8");
    await writeFile(file, fleet.replace("24h", "10m"));
    await stage.startBot({ FLEET_FILE: file });
    await slack.as(slack.users.operator).command("/eks-upgrade", "start eks-workshop");
    return shown(again);
  }

  it("Request again on an expired card: an operator gets a new request, a second press shows that one", async () => {
    const card = await expired();
    const { slack } = stage.playground;
    await slack.as(slack.users.operator).click(card, again);
    await soon(async () => expect(await stage.runs.recent(9)).toHaveLength(2));
    await slack.as(slack.users.operator).click(card, again);
    await stage.ephemeral(slack.users.operator, "has an open run already");
    expect(await stage.runs.recent(9)).toHaveLength(2);
  });

  it("Request again by a person in no group, or of another workspace, asks nobody", async () => {
    const card = await expired();
    const { slack } = stage.playground;
    await slack.as(slack.users.bystander).click(card, again);
    await stage.ephemeral(slack.users.bystander, "Only the operators of prod may");
    Object.assign(slack.workspace.team, { id: "T0FOREIGN" });
    await slack.as(slack.users.operator).click(card, again);
    await stage.ephemeral(slack.users.operator, "You belong to another workspace than this bot");
    expect(await stage.runs.recent(9)).toHaveLength(1);
  });

  it("Retry and Retry with force: nobody outside the operators starts anything, two presses start one attempt", async () => {
    stage = await openStage({ scenario: pdbBlocks, speed: 700 });
    const { slack, world } = stage.playground;
    await stage.startBot();
    await stage.types("start eks-workshop");
    await slack.as(slack.users.approver).click(await stage.card(), approve);
    const live = await shown(force);
    for (const action of [retry, force]) await slack.as(slack.users.bystander).click(live, action);
    await soon(() => expect(slack.workspace.ephemerals(slack.users.bystander)).toHaveLength(2));
    for (const answer of slack.workspace.ephemerals(slack.users.bystander)) {
      expect(said(answer)).toContain("Only the operators of prod may");
    }
    expect((await types()).filter((type) => type === "RetryRequested")).toEqual([]);

    const operator = slack.as(slack.users.operator);
    await Promise.all([operator.click(live, retry), operator.click(live, retry)]);
    await stage.ephemeral(operator.id, "Attempt 2 of upgrading");
    await stage.ephemeral(operator.id, "Not started again.");
    await soon(() =>
      expect(world.calls.filter((call) => call.operation === "UpdateNodegroupVersion")).toHaveLength(2),
    );
    expect((await types()).filter((type) => type === "RetryRequested")).toHaveLength(1);
  });
});
