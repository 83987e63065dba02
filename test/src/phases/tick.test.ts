import { describe, expect, it } from "vitest";
import type { Fact } from "../../../src/core/events.js";
import { hour, minute, second } from "../../../src/core/instant.js";
import type { TroubleKind } from "../../../src/core/problems.js";
import type { Run, StandingTrouble, TroubleId } from "../../../src/core/run.js";
import { tick } from "../../../src/phases/tick.js";
import { aPlan, aRunningRun, aStep, someProgress, start, stoppedAt } from "../../builders.js";
import { aNodeGroup, anUpdate, aScalingGroup } from "../../seen.js";
import { anOutside, aTrouble, type There } from "./outside.js";

const stop = new AbortController().signal;
const following = someProgress(["active"], { updateId: "upd-1", updateSince: start });

/** A look at a run whose update is being followed, a minute later. */
function look(there: Partial<There>, over: Partial<Run> = {}, now = start + minute) {
  const run = aRunningRun({ steps: [following], ...over });
  return tick(run, anOutside(there).outside, stoppedAt(now), stop);
}

const problem = (code: string, what = `Could not do it (${code})`) => ({ code, what, next: "Do that." });
const throttled = aTrouble("busy", "Throttling");

describe("trouble outside never ends a run", () => {
  it.each<[TroubleKind, number]>([
    ["busy", 30 * second],
    ["unreachable", 30 * second],
    ["conflict", minute],
    ["not found", minute],
    ["refused", minute],
    ["denied", 2 * minute],
  ])("%s is looked at again later", async (kind, patience) => {
    const { run, next } = await look({ nodeGroup: aTrouble(kind, "Code") });
    expect(next).toBe("wait");
    expect(run.state).toBe("running");
    expect(run.trouble).toEqual(problem("Code"));
    expect(run.wait).toEqual({ for: "the trouble above to pass", until: start + minute + patience });
    expect(run.steps).toEqual([following]);
  });

  it("calls for nobody where time is all it takes", async () => {
    const { run } = await look({ nodeGroup: aTrouble("busy", "Throttling", "do it", "") });
    expect(run.trouble?.next).toBe("");
  });

  it("a fault of ours is thrown", async () => {
    const { outside } = anOutside();
    const broken = { ...outside, region: () => JSON.parse("not JSON") };
    await expect(tick(aRunningRun({ steps: [following] }), broken, stoppedAt(start), stop)).rejects.toThrow(
      SyntaxError,
    );
  });
});

describe("news of trouble", () => {
  const standing = (id: TroubleId, code: string, over: Partial<StandingTrouble> = {}): Partial<Run> => ({
    trouble: problem(code, `Could not do it (${code})`),
    troubles: [{ id, problem: problem(code), since: start, called: true, cutShort: true, ...over }],
  });
  const quiet = { quietSince: start - 2 * minute };
  it.each<[string, Partial<Run>, Partial<There>, string[]]>([
    ["trouble is told when it is met", {}, { nodeGroup: throttled }, ["ProblemMet Throttling"]],
    ["the same trouble is no news", standing("no answer", "Throttling"), { nodeGroup: throttled }, []],
    [
      "what needs a person says so at once",
      {},
      { nodeGroup: aTrouble("denied", "AccessDenied") },
      ["ProblemMet AccessDenied", "ProblemLasts"],
    ],
    [
      "an end in failure does not claim that trouble cleared",
      standing("refusal", "AccessDenied"),
      { update: anUpdate("Failed") },
      ["RunFailed"],
    ],
    [
      "an end in failure tells of trouble that had passed before",
      standing("refusal", "AccessDenied", { quietSince: start }),
      { update: anUpdate("Failed") },
      ["ProblemCleared AccessDenied", "RunFailed"],
    ],
    ["the cluster's API away is told while AWS is followed", {}, {}, ["ProblemMet ECONNREFUSED"]],
    [
      "trouble that was not met for 3 min is told as cleared",
      { ...standing("refusal", "AccessDenied", quiet), steps: [someProgress()] },
      {},
      ["ProblemCleared AccessDenied"],
    ],
  ])("%s", async (_rule, over, there, expected) => {
    const { facts } = await look(there, over);
    expect(newsOf(facts)).toEqual(expected);
  });

  it("is kept with since when it lasts", async () => {
    const first = await look({ nodeGroup: throttled });
    const later = await tick(
      first.run,
      anOutside({ nodeGroup: throttled }).outside,
      stoppedAt(start + hour),
      stop,
    );
    expect(later.run.troubles).toMatchObject([{ since: start + minute, called: true, cutShort: true }]);
    expect(newsOf(later.facts)).toEqual(["ProblemLasts"]);
  });

  it("leaves nothing behind when it is over", async () => {
    const { run } = await look(
      {},
      { ...standing("refusal", "AccessDenied", quiet), steps: [someProgress()] },
    );
    expect(run).not.toHaveProperty("trouble");
    expect(run).not.toHaveProperty("troubles");
  });

  it("of a denied write says until when it is waited for", async () => {
    const intent = { token: "calm-heron-42-0-1", savedAt: start };
    const steps = [someProgress(["active"], { intent })];
    const { run } = await look({ write: aTrouble("denied", "AccessDenied") }, { steps });
    expect(run.troubles).toMatchObject([{ id: "refusal", cutShort: true, givesUpAt: start + hour }]);
  });
});

const newsOf = (facts: readonly Fact[]) =>
  facts.flatMap((fact) => {
    if (fact.type === "ProblemMet") return `ProblemMet ${fact.problem.code}`;
    if (fact.type === "ProblemCleared") return `ProblemCleared ${fact.code}`;
    return fact.type === "RunFailed" || fact.type === "ProblemLasts" ? fact.type : [];
  });

describe("an update that is not found", () => {
  const gone = aTrouble("not found", "Gone");
  it.each<[string, number, Partial<There>, string]>([
    ["a moment after it was made is looked for again", minute, { update: gone }, "running"],
    ["for good, while the group is there, is looked for again", 10 * minute, { update: gone }, "running"],
    [
      "with its group gone a moment after is looked for again",
      minute,
      { update: gone, nodeGroup: gone },
      "running",
    ],
    ["with its group gone for good ends the run", 10 * minute, { update: gone, nodeGroup: gone }, "failed"],
    [
      "with a group that cannot be asked for is looked for again",
      10 * minute,
      { update: gone, nodeGroup: aTrouble("denied") },
      "running",
    ],
  ])("%s", async (_rule, age, there, state) => {
    const { run } = await look(there, {}, start + age);
    expect(run.state).toBe(state);
  });
});

describe("without the cluster's API", () => {
  const done = {
    update: anUpdate("Successful"),
    nodeGroup: aNodeGroup({ release: aStep().to.release }),
    scaling: aScalingGroup({ launchTemplateVersion: "2" }),
  };

  it("success is not claimed, and for how long it waits is bounded", async () => {
    const first = await look(done);
    expect(first.run).toMatchObject({
      state: "running",
      wait: { for: "the cluster's API to answer, although EKS reports success" },
      trouble: { code: "ECONNREFUSED" },
    });
    const last = await tick(first.run, anOutside(done).outside, stoppedAt(start + 17 * minute), stop);
    expect(last.run).toMatchObject({
      state: "failed",
      failure: { code: "SuccessNotSeen", next: expect.stringMatching(/^Check the way\. Look at/) },
    });
  });

  it("a failure of the update keeps EKS' reason", async () => {
    const errors = [{ code: "IpNotAvailable", message: "", resources: ["subnet-1"] }];
    const { run } = await look({ update: anUpdate("Failed", errors) });
    expect(run.failure).toMatchObject({
      code: "IpNotAvailable",
      next: expect.not.stringContaining("Check the way."),
    });
  });
});

describe("steps", () => {
  const over = someProgress(["done", "done", "done", "done"]);

  it("are taken one after the other, and the run is over with the last", async () => {
    const plan = aPlan({ steps: [aStep(), aStep({ nodeGroup: "second" })] });
    const next = await look({}, { plan, steps: [over, someProgress()] });
    expect(next.run.steps[1]?.intent?.token).toBe("calm-heron-42-1-1");
    const last = await look({}, { plan, steps: [over, over] });
    expect(last).toMatchObject({ next: "over", run: { state: "succeeded", endedAt: start + minute } });
    expect(last.facts).toEqual([{ type: "RunSucceeded" }]);
  });
});
