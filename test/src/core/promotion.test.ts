import { describe, expect, it } from "vitest";
import { day, hour, type Instant, minute } from "../../../src/core/instant.js";
import { type Goal, judgePromotion, type Promotion, promotionProblem } from "../../../src/core/promotion.js";
import type { Run, StepProgress } from "../../../src/core/run.js";
import { aPlan, aRun, aStep, someProgress, start } from "../../builders.js";

const release = "1.34.9-20260714";
const other = "1.34.7-20260301";
const rule = { environment: "test", soak: day };

const asked: Partial<StepProgress> = { intent: { token: "t", savedAt: start } };
const begun: Partial<StepProgress> = { ...asked, updateId: "u" };
const to = (name: string, image = "ami-0123456789abcdef0", version = "1.34") => ({
  ...{ version, release: name, image },
});
const goal: Goal = { release, version: "1.34", amiType: "AL2023_x86_64_STANDARD" };

interface Went {
  readonly id?: string;
  readonly state?: Run["state"];
  readonly at?: Instant;
  readonly environment?: string;
  readonly nodeGroup?: string;
  readonly release?: string;
  readonly image?: string;
  readonly version?: string;
  readonly amiType?: string;
  /** When nodes began to be replaced, where that was not when it was decided. */
  readonly from?: Instant;
  readonly attempt?: number;
  /** "asked": EKS was to begin it. */
  readonly begun?: boolean | "asked";
  readonly stopping?: boolean;
  /** A group that the bot rolls itself. */
  readonly ours?: boolean;
}

/** A run of test-blog/workers that succeeded at `start`, unless told otherwise. */
function went(over: Went = {}): Run {
  const { state = "succeeded", at = start, nodeGroup = "workers", attempt = 1, from } = over;
  const step = aStep({
    ...(over.ours && { kind: "self-managed node group" as const }),
    ...{ nodeGroup, to: to(over.release ?? release, over.image, over.version) },
    ...(over.amiType !== undefined && { amiType: over.amiType }),
  });
  const progress = someProgress([], {
    attempt,
    ...(over.begun === "asked" ? asked : over.begun === false ? {} : begun),
  });
  return aRun({
    id: over.id ?? "calm-heron-42",
    state,
    plan: aPlan({ environment: over.environment ?? "test", cluster: "test-blog", steps: [step] }),
    requestedAt: at - hour,
    decidedAt: at - 30 * minute,
    ...(state !== "running" && { endedAt: at }),
    ...(over.stopping && { stopping: { by: "U0ANA", at } }),
    steps: [
      from === undefined
        ? progress
        : { ...progress, phases: { ...progress.phases, setup: { state: "active", startedAt: from } } },
    ],
  });
}

const judge = (...runs: readonly Run[]) => judgePromotion(rule, [goal], runs);
const groups = ({ seen }: Promotion) => seen.map(({ title, at }) => [title, at]);

describe("a release has soaked where it goes first", () => {
  const late = start + 5 * hour;
  it.each<[string, Run[], Instant | undefined]>([
    ["not when nothing was seen", [], undefined],
    ["a day after a node group got there", [went()], start + day],
    ["a day after the first of several", [went({ nodeGroup: "batch", at: late }), went()], start + day],
    ["whatever image it has in that region", [went({ image: "ami-other" })], start + day],
    ["not by a run of another environment", [went({ environment: "stage" })], undefined],
    ["not by a run to another release", [went({ release: other })], undefined],
    ["not by a run that is under way", [went({ state: "running" })], undefined],
    ["not by a run that nobody approved", [went({ state: "rejected", begun: false })], undefined],
    ["not when a later run failed", [went(), went({ state: "failed", at: late, nodeGroup: "x" })], undefined],
    [
      "from the success after a failure on",
      [went(), went({ state: "failed", at: late }), went({ nodeGroup: "x", at: late + hour })],
      late + hour + day,
    ],
    ["from the success of what was tried again on", [went(), went({ attempt: 2, at: late })], late + day],
    ["not while what failed is tried again", [went(), went({ state: "running", attempt: 2 })], undefined],
    [
      "not while one is put back",
      [went(), went({ state: "running", stopping: true, ours: true })],
      undefined,
    ],
    [
      "while one is called off that EKS was to begin",
      [went(), went({ state: "running", stopping: true, begun: "asked" })],
      start + day,
    ],
    [
      "not when one was called off in the middle",
      [went(), went({ state: "cancelled", at: late })],
      undefined,
    ],
    [
      "whatever was called off before it began",
      [went(), went({ state: "cancelled", at: late, begun: false })],
      start + day,
    ],
    [
      "whatever failed before it began",
      [went(), went({ state: "failed", at: late, begun: false })],
      start + day,
    ],
    [
      "whatever failed on its way elsewhere",
      [went(), went({ state: "failed", release: other })],
      start + day,
    ],
    ["whatever failed elsewhere", [went(), went({ state: "failed", environment: "prod" })], start + day],
    ["not when its node group went back too soon", [went(), went({ release: other, at: late })], undefined],
    [
      "not when the first attempt to go elsewhere failed, and the next was called off before it began",
      [went(), went({ state: "cancelled", release: other, attempt: 2, begun: false, at: late })],
      undefined,
    ],
    [
      "when its node group went on after that",
      [went(), went({ release: "1.34.10-20260801", at: start + 2 * day })],
      start + day,
    ],
    [
      "by a node group that stayed, when another went on",
      [went(), went({ release: other, at: late }), went({ nodeGroup: "x", at: late })],
      late + day,
    ],
    [
      "anew, when its node group came back",
      [went(), went({ release: other, at: late }), went({ at: late + hour })],
      late + hour + day,
    ],
    ...(["running", "failed", "cancelled"] as const).map((state): [string, Run[], Instant | undefined] => [
      `not when its node group began to go on too soon, in a run that is ${state}`,
      [went(), went({ release: other, state, at: late })],
      undefined,
    ]),
    [
      "whatever was asked for soon, and began to replace nodes after that",
      [went(), went({ release: other, state: "running", at: late, from: start + day })],
      start + day,
    ],
    [
      "not when its node group began to go on too soon, whenever that was tried again",
      [went(), went({ release: other, state: "failed", at: late, from: start + 2 * day, attempt: 2 })],
      undefined,
    ],
    [
      "not when what had failed to take its node group on was tried again too soon",
      [went(), went({ release: other, state: "running", at: start - hour, from: late, attempt: 2 })],
      undefined,
    ],
    [
      "whatever EKS was to do with its node group, and did not begin",
      [went(), went({ release: other, state: "failed", at: late, begun: "asked" })],
      start + day,
    ],
    [
      "not while EKS may have begun to take its node group on",
      [went(), went({ release: other, state: "running", at: late, begun: "asked" })],
      undefined,
    ],
    [
      "whatever of its node group never began",
      [went(), went({ release: other, state: "failed", at: late, begun: false })],
      start + day,
    ],
  ])("%s", (_, runs, ready) => {
    expect(judge(...runs).ready).toBe(ready);
    // In whatever order the store tells them.
    expect(judge(...runs.toReversed()).ready).toBe(ready);
  });

  it("by the id of an AMI of one's own", () => {
    const runs = [went({ release: "ami-0a", image: "ami-0a" })];
    const own = (name: string) => judgePromotion(rule, [{ ...goal, release: name, amiType: "CUSTOM" }], runs);
    expect(own("ami-0a").ready).toBe(start + day);
    expect(own("ami-0b").ready).toBeUndefined();
  });

  const bottlerocket = "1.50.0-1602f3a8";
  const usual = { release: bottlerocket, version: "1.34", amiType: "BOTTLEROCKET_x86_64" };
  it.each<[string, Partial<Goal>]>([
    ["for another Kubernetes minor", { version: "1.32" }],
    ["with an accelerator's software", { amiType: "BOTTLEROCKET_x86_64_NVIDIA" }],
    ["for another processor", { amiType: "BOTTLEROCKET_ARM_64" }],
  ])("not by another AMI of the same name: %s, nor does its failure count", (_, over) => {
    const other = { ...usual, ...over };
    expect(judgePromotion(rule, [usual], [went(other)])).not.toHaveProperty("ready");
    expect(judgePromotion(rule, [other], [went(other)]).ready).toBe(start + day);
    const failed = went({ ...other, state: "failed", at: late, nodeGroup: "x" });
    expect(judgePromotion(rule, [usual], [went(usual), failed]).ready).toBe(start + day);
  });

  it("not any more when its node group goes on to another AMI of the same name", () => {
    const older = { ...usual, version: "1.33" };
    const runs = [went(older), went({ ...usual, at: late })];
    expect(judgePromotion(rule, [older], runs)).not.toHaveProperty("ready");
    expect(judgePromotion(rule, [usual], runs).ready).toBe(late + day);
  });

  it("when all releases of a plan have, and the last one is told", () => {
    const runs = [went(), went({ release: other, nodeGroup: "old", at: start + hour })];
    const judged = (...releases: readonly string[]) =>
      judgePromotion(
        rule,
        releases.map((each) => ({ ...goal, release: each })),
        runs,
      );
    expect(judged(release, other)).toMatchObject({
      release: other,
      ready: start + hour + day,
    });
    expect(judged(release, "1.34.1-20260101", other)).toMatchObject({
      release: "1.34.1-20260101",
      seen: [],
    });
  });
});

describe("what was seen is told", () => {
  it("with the first node group first", () => {
    const promotion = judge(went({ nodeGroup: "late", at: start + hour }), went());
    expect(groups(promotion)).toEqual([
      ["test-blog/workers", start],
      ["test-blog/late", start + hour],
    ]);
    expect(promotion).not.toHaveProperty("failed");
  });

  it("with ten node groups at most, and how many more there are", () => {
    const promotion = judge(
      ...Array.from({ length: 12 }, (_, index) => went({ nodeGroup: `g${index}`, at: start + index })),
    );
    expect(promotion.seen).toHaveLength(10);
    expect(promotion.more).toBe(2);
  });

  it("without what went on too soon, where another stayed", () => {
    const moved = went({ release: other, at: start + 2 * hour });
    expect(groups(judge(went(), moved, went({ nodeGroup: "x", at: start + hour })))).toEqual([
      ["test-blog/x", start + hour],
    ]);
  });

  it("with the failure, until something succeeds after it", () => {
    const failed = went({ id: "sad-crow-1", state: "failed", at: start + hour });
    expect(judge(went(), failed)).toMatchObject({
      seen: [],
      failed: { run: "sad-crow-1", title: "test-blog/workers", at: start + hour },
    });
    expect(judge(went(), failed, went({ at: start + 2 * hour }))).not.toHaveProperty("failed");
  });
});

describe("why it may not go on is told", () => {
  const now = start + 5 * hour;
  const failed = (over: Went = {}) => went({ id: "sad-crow-1", state: "failed", ...over });
  const must = `prod may only go to ${release} when test has run it for 24 h without a failed upgrade`;
  const first = `Upgrade a node group of test to ${release} with Kubernetes 1.34 on AL2023_x86_64_STANDARD first. Where it has none of that AMI type, make one there, or it takes somebody who may break the glass.`;
  it.each<[string, Run[], string, string]>([
    ["when nothing was seen", [], "test has not run it: no upgrade of mine took it there", first],
    [
      "when another AMI of that name was",
      [went({ amiType: "AL2023_x86_64_NVIDIA", nodeGroup: "gpu" })],
      "test has run another AMI of that name only, with Kubernetes 1.34 on AL2023_x86_64_NVIDIA (test-blog/gpu)",
      first,
    ],
    [
      "when it is too early",
      [went()],
      "it has for 5 h (test-blog/workers since Mon 2026-07-20 10:00 UTC)",
      "Ask again in 19 h, from Tue 2026-07-21 10:00 UTC on.",
    ],
    [
      "when a run failed",
      [failed()],
      "run sad-crow-1 (test-blog/workers) failed there, Mon 2026-07-20 10:00 UTC",
      "Find out why, and have it succeed there (/eks-upgrade retry sad-crow-1): it has to run there for 24 h from then on. /eks-upgrade status sad-crow-1 says why.",
    ],
    [
      "when a run is tried again",
      [failed({ state: "running", attempt: 2 })],
      "run sad-crow-1 (test-blog/workers) did not go through there, and is under way again",
      "Let it succeed: it has to run there for 24 h from then on.",
    ],
    [
      "when a run was put back",
      [failed({ state: "cancelled" })],
      "run sad-crow-1 (test-blog/workers) was put back half-way there, Mon 2026-07-20 10:00 UTC",
      "Have an upgrade to it succeed there: it has to run there for 24 h from then on. /eks-upgrade status sad-crow-1 says why.",
    ],
    [
      "when the next attempt of one that failed was called off",
      [failed({ state: "cancelled", attempt: 2 })],
      "run sad-crow-1 (test-blog/workers) failed there, Mon 2026-07-20 10:00 UTC, and its next attempt was called off",
      "Have an upgrade to it succeed there: it has to run there for 24 h from then on. /eks-upgrade status sad-crow-1 says why.",
    ],
    [
      "when it left too soon",
      [went(), went({ release: other, state: "failed", at: start + 3 * hour, from: start + 2 * hour })],
      "test-blog/workers ran it for 2 h only: then an upgrade of it to another release began",
      "Plan the release that test runs now, or have an upgrade bring one of its node groups to this one. Where it stayed at this one, it takes somebody who may break the glass.",
    ],
  ])("%s", (_, runs, stands, next) => {
    expect(promotionProblem(judge(...runs), now, "prod")).toEqual({
      code: "NotSoaked",
      what: `${must}: ${stands}`,
      next,
    });
  });

  it("for an AMI of one's own by its id: it is the same wherever it runs", () => {
    const own = judgePromotion(rule, [{ ...goal, release: "ami-0b", amiType: "CUSTOM" }], []);
    expect(promotionProblem(own, now)?.next).toBe("Upgrade a node group of test to ami-0b first.");
  });

  it("not any more from the moment on in which it is ready", () => {
    expect(promotionProblem(judge(went()), start + day - 1)?.what).toMatch(
      /^This environment may only go to/,
    );
    expect(promotionProblem(judge(went()), start + day)).toBeUndefined();
  });
});
