import { afterEach, describe, expect, it } from "vitest";
import type { RedisKind } from "../redis.js";
import { soon } from "../soon.js";
import { type Mode, openStage, type Stage, said } from "./stage.js";

export type Way = readonly [redis: RedisKind, name: string, mode: Mode];

/** The tests of the main job, over these ways. */
export function mainJobOver(ways: readonly Way[]): void {
  describe.each([...ways])("the main job on %s, %s", (redis, _, mode) => {
    let stage: Stage;
    afterEach(async () => stage.close());

    it("goes from the typed command to nodes on the new release, and tells it in one thread", async () => {
      stage = await openStage({ redis, mode });
      const { slack, world } = stage.playground;
      await stage.startBot();

      const asked = await stage.types("start eks-workshop/default");
      expect(asked.text).toContain("Asked for approval of eks-workshop/default");
      expect(world.calls.filter((call) => call.operation === "UpdateNodegroupVersion")).toEqual([]);

      await slack.as(slack.users.approver).click(await stage.card(), "eks-upgrade:approve");
      await stage.worldAtEnd();
      const end = await slack.waitFor(() =>
        slack.workspace.messages(slack.channel).find((each) => each.broadcast),
      );
      expect(end.text).toContain("Upgraded eks-workshop/default");

      // One card, one live message, one end; everything else in the thread.
      const [card, live] = slack.workspace.messages(slack.channel);
      expect(slack.workspace.messages(slack.channel)).toHaveLength(3);
      expect(card && said(card)).toContain("Approved by <@U0APPROVER>");
      expect(live?.text).toContain("Done in");
      const thread = slack.workspace.thread(slack.channel, live?.ts ?? "").slice(1);
      for (const part of ["*Setup*", "*Scale up*", "Nodes of `default`", "*Upgrade*", "*Scale down*"]) {
        expect(
          thread.filter((reply) => said(reply).includes(part)),
          part,
        ).toHaveLength(1);
      }
      expect(thread.at(-1)).toEqual(end);

      const updates = world.calls.filter((call) => call.operation === "UpdateNodegroupVersion");
      expect(updates).toHaveLength(1);
      expect(updates[0]?.input).toMatchObject({ version: "1.34", releaseVersion: "1.34.9-20260714" });
      expect(await stage.runs.open()).toEqual([]);
      await soon(async () => expect(await stage.runs.unannounced()).toEqual([]));
    });

    it("writes its log of events in the order of the phases", async () => {
      stage = await openStage({ redis, mode });
      const { slack } = stage.playground;
      await stage.startBot();
      await stage.types("start eks-workshop");
      await slack.as(slack.users.approver).click(await stage.card(), "eks-upgrade:approve");
      await stage.worldAtEnd();
      await soon(async () => expect((await stage.events()).at(-1)?.type).toBe("RunSucceeded"));
      const story = (await stage.events()).filter((event) => !event.type.startsWith("Node"));
      const phase = (event: (typeof story)[number]) => ("phase" in event ? ` ${event.phase}` : "");
      expect(story.map((event) => event.type + phase(event))).toEqual([
        "RunRequested",
        "RunApproved",
        "PhaseStarted setup",
        "UpdateRequested",
        "UpdateStarted",
        "PhaseFinished setup",
        "PhaseStarted scale up",
        "PhaseFinished scale up",
        "PhaseStarted upgrade",
        "PhaseFinished upgrade",
        "PhaseStarted scale down",
        "PhaseFinished scale down",
        "StepSucceeded",
        "RunSucceeded",
      ]);
    });
  });
}
