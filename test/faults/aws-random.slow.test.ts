import { afterEach, describe, expect, it } from "vitest";
import { failure } from "../../playground/kubernetes/status.js";
import { eksWorkshop } from "../../playground/scenarios/eks-workshop.js";
import { pdbBlocks } from "../../playground/scenarios/pdb-blocks.js";
import { seededRandom } from "../../playground/world/random.js";
import { openStage, type Stage } from "../e2e/stage.js";
import { approved, type Carried, refusal, secrets } from "./carried.js";

const awsFaults = [
  "ThrottlingException",
  "ServiceUnavailableException",
  "lost before",
  "lost after",
] as const;
const apiFaults = [
  failure(429, "TooManyRequests", "Too many requests, please try again later."),
  failure(500, "InternalError", "etcdserver: leader changed"),
  failure(401, "Unauthorized", "Unauthorized"),
  "no answer",
] as const;

/** Every tenth call goes wrong, each in its own way: refused, or its answer lost before or after it was performed. */
function stutter({ aws, api }: Carried, seed: number): void {
  const random = seededRandom(seed);
  const pick = <T>(from: readonly T[]) => from[random.below(10 * from.length)];
  aws.faults = (call, perform) => {
    const fault = pick(awsFaults);
    if (fault === undefined) return undefined;
    if (fault === "lost after") perform();
    return fault === "lost before" || fault === "lost after" ? "no answer" : refusal(call, fault);
  };
  api.faults = () => pick(apiFaults);
}

const seeds = Array.from({ length: 5 }, (_, index) => index + 1);

describe.each([
  [eksWorkshop, "succeeded"],
  [pdbBlocks, "failed"],
] as const)("every tenth call to AWS and to the cluster goes wrong in $name", (scenario, end) => {
  it.each(seeds)("and it ends as expected with one update and one token, seed %i", async (seed) => {
    const carried = await approved(scenario);
    stutter(carried, seed);
    await carried.untilOver();
    expect(carried.run.state).toBe(end);
    expect(carried.run.failure?.code).toBe(end === "failed" ? "PodEvictionFailure" : undefined);
    expect(carried.cluster.updates).toHaveLength(1);
    const tokens = carried.calls("UpdateNodegroupVersion").map(({ input }) => input.clientRequestToken);
    expect(new Set(tokens).size).toBe(1);
    for (const text of carried.said) expect(text).not.toMatch(secrets);
  });
});

describe("every third call to AWS is throttled", () => {
  let stage: Stage | undefined;
  afterEach(async () => stage?.close());

  it("and the run ends right, with one update, calling nobody on the way", async () => {
    stage = await openStage();
    const { slack, world, aws } = stage.playground;
    let calls = 0;
    aws.faults = (call) =>
      ++calls % 3 === 0 ? refusal(call, "ThrottlingException", "Rate exceeded") : undefined;
    await stage.startBot();
    await stage.types("start eks-workshop/default");
    await slack.as(slack.users.approver).click(await stage.card(), "eks-upgrade:approve");
    const end = await slack.waitFor(
      () => slack.workspace.messages(slack.channel).find(({ broadcast }) => broadcast),
      { timeoutMs: 60_000 },
    );
    expect(end.text).toContain("Upgraded eks-workshop/default");
    expect([...world.clusters.values()][0]?.updates).toMatchObject([{ status: "Successful" }]);
    const [, live] = slack.workspace.messages(slack.channel);
    const thread = slack.workspace.thread(slack.channel, live?.ts ?? "").map(({ text }) => text);
    expect(thread.filter((text) => text.includes(":warning: <@"))).toEqual([]);
  });
});
