import { describe, expect, it } from "vitest";
import { realClock } from "../../../src/clock.js";
import { hour, minute } from "../../../src/core/instant.js";
import { isTrouble } from "../../../src/core/problems.js";
import type { StepProgress } from "../../../src/core/run.js";
import type { UpdateSeen } from "../../../src/core/seen.js";
import type { StepAtHand } from "../../../src/phases/managed.js";
import { prepare, start } from "../../../src/phases/start.js";
import type { StepTick } from "../../../src/phases/tick.js";
import { aRunningRun, aStep, someProgress, start as startTime } from "../../builders.js";
import { aCluster, aNodeGroup, anImage, anUpdate, aScalingGroup } from "../../seen.js";
import { anOutside, aTrouble, type There } from "./outside.js";

const token = "calm-heron-42-0-1";

/** An intent saved at the start; `age` later it is looked at. */
function hand(age: number, there: Partial<There>, over: Partial<StepProgress> = {}) {
  const progress = someProgress(["active"], { intent: { token, savedAt: startTime }, ...over });
  const { outside, writes, made } = anOutside(there);
  const step = aStep();
  const at: StepAtHand = {
    run: aRunningRun({ steps: [progress] }),
    ...{ step, progress, index: 0, outside },
    now: startTime + age,
    clock: { ...realClock, now: () => startTime + age },
    signal: new AbortController().signal,
  };
  return { at, intent: { token, savedAt: startTime }, writes, made };
}

/** "adopts upd-1", "fails: code", "waits 60000: for what", "throws denied": what became of it. */
async function outcome(promise: Promise<StepTick>): Promise<string> {
  try {
    const ticked = await promise;
    if (ticked.next === "failed") return `fails: ${ticked.problem.code}`;
    if (ticked.next === "wait") return `waits for ${ticked.wait.for}`;
    return ticked.progress.updateId === undefined ? ticked.next : `follows ${ticked.progress.updateId}`;
  } catch (error) {
    if (!isTrouble(error)) throw error;
    return `throws ${error.kind}`;
  }
}

const to = aStep().to;
const listed = (over: Partial<UpdateSeen>): UpdateSeen => ({ ...anUpdate(), id: "upd-listed", ...over });
const ours = listed({ createdAt: startTime + minute });
const oursEnded = listed({ createdAt: startTime + minute, status: "Successful" });
const oursFailed = listed({ createdAt: startTime + minute, status: "Failed" });
const muchLater = listed({ createdAt: startTime + 20 * minute });
const ourClockBehind = listed({ createdAt: startTime - minute });
const earlier = listed({ createdAt: startTime - 2 * minute, status: "Successful" });
const otherRelease = listed({
  createdAt: startTime + minute,
  params: { Version: to.version, ReleaseVersion: "1.34.6-20260415" },
});
const configUpdate = listed({ createdAt: startTime + minute, type: "ConfigUpdate", status: "Successful" });
const changed = aNodeGroup({ updateConfig: { maxUnavailable: 2, strategy: "DEFAULT" } });

describe("the one write", () => {
  it("names everything that was approved, and carries the saved token", async () => {
    const { at, intent, writes } = hand(0, {});
    const ticked = await start(at, intent);
    expect(writes).toEqual([
      {
        cluster: "eks-workshop",
        nodeGroup: "default",
        version: to.version,
        release: to.release,
        force: false,
        token,
      },
    ]);
    expect(ticked.facts).toEqual([{ type: "UpdateStarted", step: 0, updateId: "upd-1" }]);
    expect(ticked.progress).toMatchObject({ updateId: "upd-1", updateSince: startTime });
  });

  it.each<[string, number, Partial<There>, string, number]>([
    [
      "a fresh intent is written without another look",
      5 * minute,
      { nodeGroup: changed },
      "follows upd-1",
      1,
    ],
    ["one older than 5 minutes is looked at, and written", 6 * minute, {}, "follows upd-1", 1],
    [
      "older, with its own update running, follows it",
      6 * minute,
      { updates: [ours] },
      "follows upd-listed",
      0,
    ],
    [
      "older, with its own update ended, follows it",
      6 * minute,
      { updates: [oursEnded] },
      "follows upd-listed",
      0,
    ],
    [
      "older, and a group changed since, gives up",
      6 * minute,
      { nodeGroup: changed },
      "fails: PlanOutdated",
      0,
    ],
    [
      "older, and somebody else's update runs, gives up",
      6 * minute,
      { updates: [otherRelease] },
      "fails: UpdateInProgress",
      0,
    ],
    [
      "older, and the group not ACTIVE, gives up",
      6 * minute,
      { nodeGroup: aNodeGroup({ status: "DEGRADED" }) },
      "fails: NodeGroupNotActive",
      0,
    ],
    [
      "older, and Launch suspended, gives up",
      6 * minute,
      { scaling: aScalingGroup({ suspended: ["Launch"] }) },
      "fails: ScalingSuspended",
      0,
    ],
    [
      "older, and the group gone, gives up",
      6 * minute,
      { nodeGroup: aTrouble("not found", "Gone"), updates: aTrouble("not found") },
      "fails: Gone",
      0,
    ],
    ["a day older than its approval may be, gives up", 25 * hour, {}, "fails: ApprovalTooOld", 0],
    [
      "a day older, with its own update running, follows it",
      25 * hour,
      { updates: [ours] },
      "follows upd-listed",
      0,
    ],
    ["older, and AWS cannot be asked, waits", 6 * minute, { updates: aTrouble("busy") }, "throws busy", 0],
  ])("%s", async (_rule, age, there, expected, count) => {
    const { at, intent, writes } = hand(age, there);
    expect(await outcome(start(at, intent))).toBe(expected);
    expect(writes).toHaveLength(count);
  });

  const conflict = aTrouble("conflict", "InUse");
  const denied = aTrouble("denied", "AccessDenied");
  const refused = aTrouble("refused", "Invalid");
  it.each<[string, number, Partial<There>, string]>([
    ["throttled, it is made again", 0, { write: aTrouble("busy") }, "throws busy"],
    ["throttled for hours, it is made again", 9 * hour, { write: aTrouble("busy") }, "throws busy"],
    ["without an answer, it is made again", 0, { write: aTrouble("unreachable") }, "throws unreachable"],
    ["refused, it fails", 0, { write: refused }, "fails: Invalid"],
    [
      "refused, with its own update there, follows it",
      0,
      { write: refused, updates: [ours] },
      "follows upd-listed",
    ],
    [
      "refused, with its own update ended, follows it",
      0,
      { write: refused, updates: [oursEnded] },
      "follows upd-listed",
    ],
    [
      "by a clock a minute behind, its own is known",
      0,
      { write: refused, updates: [ourClockBehind] },
      "follows upd-listed",
    ],
    [
      "an earlier update to the same release is not its own",
      0,
      { write: refused, updates: [earlier] },
      "fails: Invalid",
    ],
    [
      "a change of the group's settings is not its own",
      0,
      { write: refused, updates: [configUpdate] },
      "fails: Invalid",
    ],
    [
      "refused, with the group gone, it fails",
      0,
      { write: refused, updates: aTrouble("not found") },
      "fails: Invalid",
    ],
    [
      "refused, but updates cannot be listed: nothing is claimed",
      0,
      { write: refused, updates: denied },
      "throws denied",
    ],
    ["in use by somebody else, it fails", 0, { write: conflict, updates: [otherRelease] }, "fails: InUse"],
    ["in use by nobody seen, it is made again", 0, { write: conflict }, "waits for EKS to accept the update"],
    [
      "in use by nobody for 59 min, it is made again",
      59 * minute,
      { write: conflict },
      "waits for EKS to accept the update",
    ],
    ["in use by nobody for an hour, it fails", hour, { write: conflict }, "fails: InUse"],
    [
      "denied for 59 min, it waits for a grant",
      59 * minute,
      { write: denied },
      "waits for EKS to accept the update",
    ],
    ["denied for an hour, it fails", hour, { write: denied }, "fails: AccessDenied"],
    [
      "denied for an hour, with its own update there, follows it",
      hour,
      { write: denied, updates: [ours] },
      "follows upd-listed",
    ],
    ["a node group not found fails", 0, { write: aTrouble("not found", "Gone") }, "fails: Gone"],
  ])("%s", async (_rule, age, there, expected) => {
    const { at, intent } = hand(age, there);
    expect(await outcome(start(at, intent))).toBe(expected);
  });

  it.each([
    [1, "Nothing was changed. Do that."],
    [2, "Nothing more was changed. Do that."],
  ])("refused in attempt %i says what was changed, and what to do", async (attempt, next) => {
    const { at, intent } = hand(0, { write: aTrouble("refused", "Invalid") }, { attempt });
    const what = "EKS did not accept the update of eks-workshop/default (Invalid)";
    expect(await start(at, intent)).toMatchObject({ problem: { code: "Invalid", what, next } });
  });

  it.each<[string, Partial<There>, string]>([
    ["while nobody knows of an update of ours", {}, "waits for what holds it to end"],
    ["and follows what went through all the same", { updates: [ours] }, "follows upd-listed"],
    ["and gives up no sooner than it could begin", { nodeGroup: changed }, "waits for what holds it to end"],
  ])("asks EKS for nothing under a lock, %s", async (_, there, expected) => {
    const { at, intent, writes } = hand(25 * hour, there);
    expect(await outcome(start({ ...at, held: true }, intent))).toBe(expected);
    expect(writes).toEqual([]);
  });

  it.each<[string, Partial<There>, string]>([
    ["what went through all the same is followed", { updates: [ours] }, "follows upd-listed"],
    ["and otherwise it fails", {}, "fails: NotSoaked"],
    ["and while updates cannot be listed nothing is claimed", { updates: aTrouble("busy") }, "throws busy"],
  ])("asks EKS for nothing that may not begin any more: %s", async (_, there, expected) => {
    const { at, intent, writes } = hand(0, there);
    const refused = { code: "NotSoaked", what: "it failed there", next: "Look." };
    expect(await outcome(start({ ...at, refused }, intent))).toBe(expected);
    expect(writes).toEqual([]);
  });

  it("lets a fault of ours through", async () => {
    const { at, intent } = hand(0, { write: new TypeError("a bug") });
    await expect(start(at, intent)).rejects.toThrow("a bug");
  });
});

describe("before the write", () => {
  it("the receipt and the intent are saved, with a token of run, step and attempt", async () => {
    const progress = someProgress([], { attempt: 3 });
    const { at, writes } = hand(0, {});
    const ticked = await prepare({ ...at, progress, run: aRunningRun({ steps: [progress] }) });
    expect(ticked.progress).toMatchObject({
      intent: { token: "calm-heron-42-0-3", savedAt: startTime },
      receipt: {
        takenAt: startTime,
        autoScalingGroups: [{ name: "eks-default", launchTemplateVersion: "1" }],
      },
    });
    expect(ticked.facts.map(({ type }) => type)).toEqual(["PhaseStarted", "UpdateRequested"]);
    expect(ticked.next).toBe("again");
    expect(writes).toEqual([]);
  });

  it.each<[string, Partial<There>, string]>([
    [
      "the control plane is being updated",
      { cluster: { ...aCluster(), status: "UPDATING" } },
      "fails: ControlPlaneUpdating",
    ],
    ["somebody else's update runs", { updates: [otherRelease] }, "fails: UpdateInProgress"],
    ["the group was changed", { nodeGroup: changed }, "fails: PlanOutdated"],
    ["the group is gone", { nodeGroup: aTrouble("not found", "Gone") }, "fails: Gone"],
    ["AWS cannot be asked", { cluster: aTrouble("unreachable") }, "throws unreachable"],
  ])("nothing is saved where %s", async (_rule, there, expected) => {
    const { at } = hand(0, there);
    expect(await outcome(prepare({ ...at, progress: someProgress() }))).toBe(expected);
  });

  const updating = aNodeGroup({ status: "UPDATING" });
  const degraded = aNodeGroup({ status: "DEGRADED" });
  it.each<[string, Partial<There>, number, string]>([
    ["that runs is followed", { nodeGroup: updating, updates: [ours] }, 1, "follows upd-listed"],
    ["that has ended is followed", { nodeGroup: updating, updates: [oursEnded] }, 1, "follows upd-listed"],
    [
      "that failed is followed, to its reason",
      { nodeGroup: degraded, updates: [oursFailed] },
      1,
      "follows upd-listed",
    ],
    [
      "from before the approval is not",
      { nodeGroup: updating, updates: [earlier] },
      1,
      "fails: UpdateInProgress",
    ],
    [
      "that began long after the approval is not",
      { nodeGroup: updating, updates: [muchLater] },
      1,
      "fails: UpdateInProgress",
    ],
    [
      "is not in a retry, which may meet the update that failed before",
      { nodeGroup: degraded, updates: [oursFailed] },
      2,
      "fails: NodeGroupNotActive",
    ],
    [
      "is not where the group was changed",
      { nodeGroup: changed, updates: [oursEnded] },
      1,
      "fails: PlanOutdated",
    ],
  ])(
    "the intent lost in a failover: an update to the approved release %s",
    async (_rule, there, attempt, expected) => {
      const { at } = hand(30 * minute, there);
      expect(await outcome(prepare({ ...at, progress: someProgress([], { attempt }) }))).toBe(expected);
    },
  );

  it("an approval that ran out starts nothing, and follows nothing", async () => {
    const { at } = hand(25 * hour, { nodeGroup: updating, updates: [ours] });
    expect(await outcome(prepare({ ...at, progress: someProgress() }))).toBe("fails: ApprovalTooOld");
  });

  it("nothing is saved once the approval is older than a request may wait", async () => {
    const { at } = hand(25 * hour, {});
    expect(await outcome(prepare({ ...at, progress: someProgress() }))).toBe("fails: ApprovalTooOld");
  });
});

describe("a custom AMI: a version of the customer's own template first", () => {
  const image = "ami-0custom0new";
  const template = { id: "lt-0aaa", name: "workers", version: "7" };
  const step = aStep({
    amiType: "CUSTOM",
    from: { version: "1.34", release: "ami-0custom0old", image: "ami-0custom0old" },
    to: { version: "1.34", release: image, image },
    launchTemplate: template,
    ownTemplate: { kind: "launch template", template },
  });
  const nodeGroup = aNodeGroup({ amiType: "CUSTOM", release: "ami-0custom0old", launchTemplate: template });
  const images = [
    anImage({ id: image, name: "golden-2", owner: "123456789012" }),
    anImage({ id: "ami-0custom0old", name: "golden-1", owner: "123456789012" }),
  ];
  const there = { nodeGroup, images, templates: { 7: "ami-0custom0old", 8: image } };
  const intent = { token, savedAt: startTime };

  function handFor(age: number, over: Partial<There> = {}, progress: Partial<StepProgress> = {}) {
    const { at, ...rest } = hand(age, { ...there, ...over }, progress);
    const plan = { ...at.run.plan, wish: { image }, steps: [step] };
    return { ...rest, at: { ...at, step, run: { ...at.run, plan } } };
  }

  it("is made from the version that was approved, with the saved token, and noted before EKS is told", async () => {
    const { at, made, writes } = handFor(0);
    const ticked = await start(at, intent);
    const description = `${image}, for run calm-heron-42 of eks-upgrade-bot`;
    expect(made).toEqual([{ template: "lt-0aaa", source: "7", image, token, description }]);
    expect(writes).toEqual([]);
    expect(ticked).toMatchObject({
      next: "again",
      progress: { intent: { ...intent, templateVersion: "8" } },
    });
  });

  it("is what EKS is told to go to, and nothing else", async () => {
    const { at, made, writes } = handFor(0);
    expect(await outcome(start(at, { ...intent, templateVersion: "8" }))).toBe("follows upd-1");
    const launchTemplate = { id: "lt-0aaa", version: "8" };
    expect(writes).toEqual([
      { cluster: "eks-workshop", nodeGroup: "default", launchTemplate, force: false, token },
    ]);
    expect(made).toEqual([]);
  });

  const goesTo = (version: string) =>
    listed({ createdAt: startTime + minute, params: { LaunchTemplateVersion: version } });

  it.each<[string, number, Partial<There>, string, number, number]>([
    ["older than 5 minutes: looked at, and made", 6 * minute, {}, "again", 1, 0],
    [
      "an update to a version with this AMI runs: followed",
      6 * minute,
      { updates: [goesTo("8")] },
      "follows upd-listed",
      0,
      0,
    ],
    [
      "an update to a version with another AMI runs: given up",
      6 * minute,
      { updates: [goesTo("7")] },
      "fails: UpdateInProgress",
      0,
      0,
    ],
    [
      "an update to a version that is gone: given up",
      6 * minute,
      { updates: [goesTo("6")] },
      "fails: UpdateInProgress",
      0,
      0,
    ],
    [
      "the template moved on: given up",
      6 * minute,
      {
        nodeGroup: { ...nodeGroup, launchTemplate: { ...template, version: "9" } },
        templates: { 9: "ami-0custom0old" },
      },
      "fails: PlanOutdated",
      0,
      0,
    ],
    ["the AMI is gone: given up", 6 * minute, { images: [] }, "fails: ImageNotFound", 0, 0],
    [
      "not allowed: waits for the permission",
      0,
      { making: aTrouble("denied", "UnauthorizedOperation") },
      "waits for EC2 to make the launch template's new version",
      1,
      0,
    ],
    [
      "not allowed for an hour: given up",
      hour,
      { making: aTrouble("denied", "UnauthorizedOperation") },
      "fails: UnauthorizedOperation",
      1,
      0,
    ],
    ["EC2 refuses: given up", 0, { making: aTrouble("refused", "Invalid") }, "fails: Invalid", 1, 0],
    ["EC2 is away: tried again", 0, { making: aTrouble("busy") }, "throws busy", 1, 0],
  ])("%s", async (_rule, age, over, expected, made, writes) => {
    const at = handFor(age, over);
    expect(await outcome(start(at.at, intent))).toBe(expected);
    expect([at.made.length, at.writes.length]).toEqual([made, writes]);
  });

  it("follows its update although a failover lost what was saved", async () => {
    const { at } = handFor(0, { updates: [goesTo("8")] });
    expect(await outcome(prepare(at))).toBe("follows upd-listed");
  });
});
