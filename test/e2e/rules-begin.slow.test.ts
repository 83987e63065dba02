import { afterEach, describe, expect, it } from "vitest";
import { eksWorkshop } from "../../playground/scenarios/eks-workshop.js";
import { selfManaged } from "../../playground/scenarios/self-managed.js";
import type { Scenario } from "../../playground/scenarios/types.js";
import { brokenServer } from "../../playground/slack/faults.js";
import { approve } from "./acting.js";
import { openRuledStage, type RuledStage } from "./ruling.js";

/** What a worker asks by itself before its first write, whatever was true when somebody pressed Approve. */

/** World seconds per real second. */
const slow = 20;

let stage: RuledStage;
afterEach(() => stage.close());

const slack = () => stage.playground.slack;
const types = async () => (await stage.events()).map(({ type }) => type);
const reads = /^(Describe|Get|List|Assume|Search)/;
const writes = () => stage.playground.world.calls.filter(({ operation }) => !reads.test(operation));

/** Approved, and no worker is there. */
async function approved(scenario: Scenario = eksWorkshop): Promise<void> {
  stage = await openRuledStage({ scenario, rules: {}, bots: [{ ROLE: "bot" }], speed: slow });
  await stage.told(scenario.command.replace("/eks-upgrade ", ""));
  await slack()
    .as(slack().users.approver)
    .click(await stage.card(), approve);
  await stage.untilRun(({ state }) => state === "running");
}

async function startWorker(): Promise<void> {
  const { clock, fleetFile } = stage;
  await stage.startBot({ CLOCK: clock.variable, FLEET_FILE: fleetFile, ROLE: "worker" });
}

async function expectRefused(code: string): Promise<string> {
  const run = await stage.untilRun(({ state }) => state === "failed");
  expect(run.failure?.code).toBe(code);
  expect(writes().map(({ operation }) => operation)).toEqual([]);
  expect(await types()).not.toContain("UpdateRequested");
  const shown = await stage.message("Nothing was changed.");
  expect(stage.reads(shown)).not.toContain("[Retry]");
  return stage.reads(shown);
}

describe.each([
  ["an update of EKS", eksWorkshop],
  ["a roll of ours", selfManaged],
])("%s is not begun", (_, scenario) => {
  it("where whoever approved it is no approver any more", async () => {
    await approved(scenario);
    const { workspace, groups, users } = slack();
    workspace.setMembers(groups.approvers, [users.secondApprover]);
    await startWorker();
    expect(await expectRefused("NotAllowedAnyMore")).toContain(
      "Whoever approved it may not do so any more: only the approvers of prod may approve or reject upgrades (@approver).",
    );
  });

  it("where whoever asked may not any more", async () => {
    await approved(scenario);
    const { workspace, groups, users } = slack();
    workspace.setMembers(groups.operators, [users.bystander]);
    await startWorker();
    expect(await expectRefused("NotAllowedAnyMore")).toContain(
      "Whoever asked for it may not do so any more: only the operators of prod may plan and start upgrades (@operator).",
    );
  });

  it("where fleet.yaml asks for more people by now", async () => {
    await approved(scenario);
    await stage.setRules({ prod: { approvals: { required: 2 } } });
    await startWorker();
    expect(await expectRefused("ApprovalsTooFew")).toContain("fleet.yaml asks for more approvals by now");
  });
});

it("waits while Slack does not tell, says so once, and begins when it does", async () => {
  await approved();
  const mend = slack().faults.add(({ method }) =>
    method === "usergroups.users.list" || method === "users.info" ? brokenServer : undefined,
  );
  await startWorker();
  await startWorker();
  await stage.has("RunHeld");
  expect((await stage.latest()).held).toMatchObject({ why: "unsure" });
  await stage.shows(
    await stage.message("Not begun"),
    "Slack does not tell whether those who decided still may (",
  );
  await stage.untilTime(stage.clock.now() + 90_000);
  expect(writes()).toEqual([]);
  mend();
  await stage.has("UpdateStarted");
  expect((await types()).filter((type) => /^Run(Held|Released)$/.test(type))).toEqual([
    "RunHeld",
    "RunReleased",
  ]);
  await stage.message("Waited for Slack to tell whether it may begin");
});

it("an upgrade whose approver was deactivated is not begun", async () => {
  await approved();
  const { workspace, users } = slack();
  const approver = workspace.users.get(users.approver);
  if (approver) workspace.users.set(users.approver, { ...approver, deleted: true });
  await startWorker();
  expect(await expectRefused("NotAllowedAnyMore")).toContain(
    "is no active member of this workspace any more (@approver)",
  );
});
