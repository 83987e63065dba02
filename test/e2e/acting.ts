import { expect, vi } from "vitest";
import { pdbBlocks } from "../../playground/scenarios/pdb-blocks.js";
import type { Message } from "../../playground/slack/types.js";
import { openStage, type Stage, said } from "./stage.js";

export const approve = "eks-upgrade:approve";

/** What tests of runs do and look at, over and over. */
export function on(stage: Stage) {
  const { slack, world } = stage.playground;
  const types = async () => (await stage.events()).map((event) => event.type);
  return {
    /** Every write to AWS there was. */
    writes: () => world.calls.filter((call) => call.operation === "UpdateNodegroupVersion"),
    types,
    has: (type: string, timeout = 20_000) =>
      vi.waitFor(async () => expect(await types()).toContain(type), { timeout }),
    /** What the channel shows, threads left aside. */
    top: () => slack.workspace.messages(slack.channel),
    async started(): Promise<void> {
      await stage.types("start eks-workshop");
      await slack.as(slack.users.approver).click(await stage.card(), approve);
    },
  };
}

/** A blocked update that has failed, and its live message, which offers what can be done. */
export async function failedStage(): Promise<{ stage: Stage; live: Message }> {
  const stage = await openStage({ scenario: pdbBlocks, speed: 500 });
  await stage.startBot();
  const { started, has, top } = on(stage);
  await started();
  await has("RunFailed");
  const live = await stage.playground.slack.waitFor(
    () => top().find((message) => said(message).includes("eks-upgrade:retry-force")),
    { what: "the live message with its buttons" },
  );
  return { stage, live };
}
