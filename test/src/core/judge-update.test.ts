import { describe, expect, it } from "vitest";
import { minute, second } from "../../../src/core/instant.js";
import type { UpdateLook } from "../../../src/core/judge-update.js";
import type { Step } from "../../../src/core/plan.js";
import type { DrainBlocker, StepProgress } from "../../../src/core/run.js";
import { aBlocker, start } from "../../builders.js";
import { anUpdate, oldNode } from "../../seen.js";
import {
  cordoned,
  grown,
  inPhase,
  judge,
  look,
  minimal,
  said,
  scalingDown,
  scalingUp,
  settingUp,
  statesOf,
  step,
  success,
  upgrading,
  withoutCluster,
} from "./update-looks.js";

describe("an update in progress: which leg, what is waited for", () => {
  it.each<[string, UpdateLook, StepProgress, states: string, waitingFor: string]>([
    [
      "not visible yet",
      settingUp,
      inPhase(),
      "active, pending, pending, pending",
      "EKS to prepare the launch template",
    ],
    [
      "setup: the template changed, the size did not",
      look({ autoScalingGroups: [grown()] }),
      inPhase("active"),
      "active, pending, pending, pending",
      "EKS to prepare the launch template",
    ],
    [
      "scale up",
      scalingUp,
      inPhase("active"),
      "done, active, pending, pending",
      "new nodes to become Ready in every zone",
    ],
    [
      "upgrade",
      upgrading,
      inPhase("done", "active"),
      "done, done, active, pending",
      "old nodes to be drained and replaced",
    ],
    [
      "scale down",
      scalingDown,
      inPhase("done", "done", "active"),
      "done, done, done, active",
      "the extra nodes to be given back",
    ],
    [
      "a status AWS adds is in progress",
      { ...upgrading, update: anUpdate("Cancelling") },
      inPhase("done", "active"),
      "done, done, active, pending",
      "old nodes to be drained and replaced",
    ],
    [
      "never back: upgrade, then a look like setup",
      settingUp,
      inPhase("done", "done", "active"),
      "done, done, active, pending",
      "old nodes to be drained and replaced",
    ],
    [
      "never back: scale down, then a look like upgrade",
      upgrading,
      inPhase("done", "done", "done", "active"),
      "done, done, done, active",
      "the extra nodes to be given back",
    ],
    [
      "the cluster's API does not answer: AWS alone tells",
      withoutCluster(scalingUp),
      inPhase("active"),
      "done, active, pending, pending",
      "new nodes to become Ready in every zone",
    ],
  ])("%s", (_, seen, before, states, waitingFor) => {
    const verdict = judge(seen, before);
    expect(statesOf(verdict.progress)).toBe(states);
    expect(verdict).toMatchObject({ outcome: "wait", wait: { for: waitingFor, until: start + 15 * second } });
  });

  it.each<[string, UpdateLook, StepProgress, Step, string[]]>([
    ["the first leg begins", settingUp, inPhase(), step, ["PhaseStarted setup"]],
    ["nothing new, nothing said", settingUp, inPhase("active"), step, []],
    [
      "one leg ends, the next begins",
      scalingUp,
      inPhase("active"),
      step,
      ["PhaseFinished setup", "PhaseStarted scale up"],
    ],
    [
      "legs that came and went between two looks",
      scalingDown,
      inPhase("active"),
      step,
      [
        "PhaseFinished setup",
        "PhaseStarted scale up",
        "PhaseFinished scale up",
        "PhaseStarted upgrade",
        "PhaseFinished upgrade",
        "PhaseStarted scale down",
      ],
    ],
    [
      "MINIMAL has no scale up",
      look({ autoScalingGroups: [grown()], cluster: { nodes: cordoned, pods: [] } }),
      inPhase("active"),
      minimal,
      ["PhaseFinished setup", "PhaseSkipped scale up", "PhaseStarted upgrade"],
    ],
    ["MINIMAL has no scale down to begin", scalingDown, inPhase("done", "skipped", "active"), minimal, []],
    [
      "MINIMAL done: scale down is skipped",
      success(),
      inPhase("done", "skipped", "active"),
      minimal,
      ["PhaseFinished upgrade", "PhaseSkipped scale down", "StepSucceeded"],
    ],
    [
      "done",
      success(),
      inPhase("done", "done", "done", "active"),
      step,
      ["PhaseFinished scale down", "StepSucceeded"],
    ],
    [
      "done before the first look",
      success(),
      inPhase("active"),
      step,
      [
        "PhaseFinished setup",
        "PhaseStarted scale up",
        "PhaseFinished scale up",
        "PhaseStarted upgrade",
        "PhaseFinished upgrade",
        "PhaseStarted scale down",
        "PhaseFinished scale down",
        "StepSucceeded",
      ],
    ],
  ])("what is told: %s", (_, seen, before, of, facts) => {
    expect(said(judge(seen, before, of).facts)).toEqual(facts);
  });

  it("a skipped leg says why", () => {
    const { facts, progress } = judge(success(), inPhase("done", "pending", "active"), minimal);
    const skipped = (phase: string, reason: string) => ({ type: "PhaseSkipped", step: 0, phase, reason });
    expect(facts).toContainEqual(skipped("scale up", "update strategy MINIMAL adds no nodes first"));
    expect(facts).toContainEqual(skipped("scale down", "update strategy MINIMAL added no nodes"));
    expect(progress.phases["scale up"]).toMatchObject({
      state: "skipped",
      note: "update strategy MINIMAL adds no nodes first",
    });
  });

  it("times of a leg: begun when first seen, ended when the next is seen", () => {
    const begun = judge(settingUp, inPhase(), step, start).progress;
    const ended = judge(scalingUp, begun, step, start + minute).progress;
    expect(ended.phases.setup).toEqual({ state: "done", startedAt: start, endedAt: start + minute });
    expect(ended.phases["scale up"]).toEqual({ state: "active", startedAt: start + minute });
  });
});

describe("nodes", () => {
  it("what became of them is told before the legs, and kept", () => {
    const before = judge(settingUp, inPhase("active")).progress;
    const { facts, progress } = judge(upgrading, before);
    expect(said(facts).slice(0, 5)).toEqual([
      "NodeEmpty a",
      "NodeEmpty b",
      "NodeEmpty c",
      "NodeJoined x",
      "NodeReady x",
    ]);
    expect(progress.nodes.a).toMatchObject({ old: true, state: "empty" });
    expect(progress.nodes.x).toMatchObject({ old: false, state: "ready" });
  });

  it("without an image label are told apart by the template of their instances", () => {
    const { image: _, ...plain } = oldNode("a");
    const cluster = { nodes: [plain, { ...plain, name: "x", instanceId: "i-x" }], pods: [] };
    const { nodes } = judge(look({ autoScalingGroups: [grown("x")], cluster }), inPhase("active")).progress;
    expect([nodes.a?.old, nodes.x?.old]).toEqual([true, false]);
  });

  it("are as they were seen last while the cluster's API does not answer", () => {
    const before = judge(settingUp, inPhase("active")).progress;
    const { facts, progress } = judge(withoutCluster(scalingUp), before);
    expect(progress.nodes).toEqual(before.nodes);
    expect(said(facts)).toEqual(["PhaseFinished setup", "PhaseStarted scale up"]);
  });
});

describe("an update that ended otherwise", () => {
  const stuck = { code: "PodEvictionFailure", message: "Reached max retries", resources: ["ip-10-0-1-7"] };

  it.each<[string, UpdateLook, StepProgress, states: string, code: string]>([
    [
      "Failed in upgrade",
      { ...upgrading, update: anUpdate("Failed", [stuck]) },
      inPhase("done", "done", "active"),
      "done, done, failed, pending",
      "PodEvictionFailure",
    ],
    [
      "Failed without a reason",
      { ...upgrading, update: anUpdate("Failed") },
      inPhase("done", "active"),
      "done, failed, pending, pending",
      "UpdateFailed",
    ],
    [
      "Cancelled",
      { ...settingUp, update: anUpdate("Cancelled") },
      inPhase("active"),
      "failed, pending, pending, pending",
      "UpdateCancelled",
    ],
    [
      "Failed although everything looks done",
      { ...success(), update: anUpdate("Failed", [stuck]) },
      inPhase("done", "done", "done", "active"),
      "done, done, done, failed",
      "PodEvictionFailure",
    ],
  ])("%s", (_, seen, before, states, code) => {
    const verdict = judge(seen, before);
    expect(verdict).toMatchObject({ outcome: "failed", problem: { code } });
    expect(statesOf(verdict.progress)).toBe(states);
    expect(said(verdict.facts).filter((fact) => fact.startsWith("Phase"))).toEqual([]);
  });

  it("the leg that failed keeps when it began, and says when it ended", () => {
    const begun = judge(settingUp, inPhase()).progress;
    const failed = judge(look({ update: anUpdate("Failed") }), begun, step, start + minute).progress;
    expect(failed.phases.setup).toEqual({ state: "failed", startedAt: start, endedAt: start + minute });
  });

  it.each<[string, readonly DrainBlocker[], RegExp]>([
    [
      "and what was in the way is known: nobody is sent to look for it",
      [aBlocker()],
      /^Clear what was in the way, /,
    ],
    [
      "and nothing was told of: where to look for it",
      [aBlocker({ told: false })],
      /^Find the pod that stayed /,
    ],
    ["and nothing was seen: where to look for it", [], /^Find the pod that stayed /],
  ])("Failed over pods, %s", (_, blockers, next) => {
    const failed = { ...upgrading, update: anUpdate("Failed", [stuck]) };
    const verdict = judge(failed, { ...inPhase("done", "done", "active"), blockers });
    expect(verdict).toMatchObject({ problem: { next: expect.stringMatching(next) } });
  });

  it("tells what became of the nodes in the same look", () => {
    const before = judge(settingUp, inPhase("active")).progress;
    const gone = { nodes: [oldNode("a"), oldNode("b")], pods: [] };
    const verdict = judge(look({ update: anUpdate("Failed", [stuck]), cluster: gone }), before);
    expect(said(verdict.facts)).toEqual(["NodeGone c"]);
  });
});
