import { describe, expect, it } from "vitest";
import {
  type DrainVerdict,
  type FilterName,
  judgePod,
  mustLeave,
} from "../../../../src/core/drain/filters.js";
import { minute, second } from "../../../../src/core/instant.js";
import type { PodSeen } from "../../../../src/core/seen.js";
import { start } from "../../../builders.js";
import { aPod } from "../../../seen.js";

const bare = (over: Partial<PodSeen> = {}): PodSeen => {
  const { owner: _owner, ...pod } = aPod("a", over);
  return pod;
};
const daemon = { kind: "DaemonSet", name: "aws-node" };
const judge = (over: Partial<PodSeen>) => judgePod(aPod("a", over), { now: start, since: start - minute });

describe("what a drain does with a pod", () => {
  it.each<[string, Partial<PodSeen>, DrainVerdict, FilterName]>([
    ["a Deployment's must leave", {}, "evict", "rest"],
    ["a StatefulSet's must leave", { owner: { kind: "StatefulSet", name: "db" } }, "evict", "rest"],
    ["one that has not started must leave", { phase: "Pending" }, "evict", "rest"],
    ["one whose node cannot tell must leave", { phase: "Unknown" }, "evict", "rest"],
    ["a static pod's mirror stays", { mirror: true }, "leave", "mirror"],
    ["a DaemonSet's stays", { owner: daemon }, "leave", "daemonset"],
    ["a Job's that Succeeded stays", { phase: "Succeeded" }, "leave", "finished"],
    ["one that Failed stays", { phase: "Failed" }, "leave", "finished"],
    ["one that is ending is waited for", { deletingSince: start - 10 * second }, "wait", "terminating"],
    [
      "one that ends late is waited for a little longer",
      { deletingSince: start - 2 * minute, gracePeriod: 30 * second },
      "wait",
      "terminating",
    ],
    [
      "one that should have ended long ago needs a person",
      { deletingSince: start - 3 * minute, gracePeriod: 30 * second },
      "hold",
      "terminating",
    ],
    [
      "one with much grace may use it",
      { deletingSince: start - 20 * minute, gracePeriod: 20 * minute },
      "wait",
      "terminating",
    ],
    [
      "one that tolerates everything and was there before is evicted once",
      { toleratesEverything: true, createdAt: start - 2 * minute },
      "evict",
      "rest",
    ],
    [
      "one that tolerates everything and has come back stays",
      { toleratesEverything: true, createdAt: start - second },
      "leave",
      "comes back",
    ],
    [
      "one that came later and does not tolerate everything must leave",
      { createdAt: start - second },
      "evict",
      "rest",
    ],
    // Order: the first that does not say "evict" decides.
    ["a DaemonSet's mirror stays as a mirror", { mirror: true, owner: daemon }, "leave", "mirror"],
    [
      "a DaemonSet's that finished stays as a DaemonSet's",
      { owner: daemon, phase: "Failed" },
      "leave",
      "daemonset",
    ],
    [
      "one that finished is not waited for",
      { phase: "Succeeded", deletingSince: start },
      "leave",
      "finished",
    ],
    [
      "one that has come back and is ending is waited for",
      { toleratesEverything: true, createdAt: start, deletingSince: start },
      "wait",
      "terminating",
    ],
  ])("%s", (_, over, verdict, filter) => {
    expect(judge(over)).toMatchObject({ verdict, filter });
  });

  it.each<[string, PodSeen, FilterName[]]>([
    ["nothing, of most pods", aPod("a"), []],
    ["that it does not come back anywhere", bare(), ["bare"]],
    ["that it may come back here", aPod("a", { toleratesEverything: true }), ["comes back"]],
    ["that it loses its scratch data", aPod("a", { emptyDir: true }), ["emptydir"]],
    [
      "that it asks autoscalers not to move it",
      aPod("a", { optOut: "karpenter.sh/do-not-disrupt" }),
      ["opt out"],
    ],
    ["that it comes last", aPod("a", { critical: true }), ["critical"]],
    [
      "all of that",
      bare({ emptyDir: true, critical: true, optOut: "x", toleratesEverything: true }),
      ["comes back", "bare", "emptydir", "opt out", "critical"],
    ],
    ["nothing of what happens to a DaemonSet's", aPod("a", { owner: daemon, emptyDir: true }), []],
  ])("tells %s", (_, pod, notes) => {
    expect(judgePod(pod, { now: start }).notes.map(({ filter }) => filter)).toEqual(notes);
  });

  it("says how late a pod is that should have ended", () => {
    const { reason } = judge({ deletingSince: start - 5 * minute - 30 * second });
    expect(reason).toBe("should have ended 5 min ago: its node's kubelet or a finalizer holds it");
  });
});

it.each<[string, Partial<PodSeen>, boolean]>([
  ["a Deployment's", {}, true],
  ["one that is ending", { deletingSince: start }, true],
  ["one that should have ended", { deletingSince: 0 }, true],
  ["a DaemonSet's", { owner: daemon }, false],
  ["a static pod's mirror", { mirror: true }, false],
  ["one that Failed", { phase: "Failed" }, false],
])("mustLeave: %s", (_, over, expected) => {
  expect(mustLeave(aPod("a", over))).toBe(expected);
});
