import { describe, expect, it } from "vitest";
import type { Plan, Step } from "../../../src/core/plan.js";
import { assemblePlan, type NodeGroupPlan, planChanges } from "../../../src/core/planner.js";
import type { Problem } from "../../../src/core/problems.js";
import { aStep } from "../../builders.js";

const where = { environment: "prod", cluster: "eks-workshop", region: "us-west-2", wish: {} };
const problem: Problem = { code: "Odd", what: "Something is odd", next: "Look at it." };

/** The digest is the text itself, so that a row that differs shows how. */
function planOf(
  steps: readonly Step[],
  over: Partial<NodeGroupPlan> = {},
  at: Partial<typeof where> = {},
): Plan {
  const parts = steps.map((step) => ({ step, blockers: [], warnings: [], ...over }));
  return assemblePlan({ ...where, ...at }, parts, (text) => text);
}

const template = { id: "lt-0aaa", name: "workers", version: "3" };
const before = planOf([aStep()]);
const { from, to, nodes } = aStep();

describe("what an approver says yes to: every change of it changes the hash, and is told in words", () => {
  it.each<[string, Partial<Step>, string, Partial<Step>?]>([
    ["version now", { from: { ...from, version: "1.33" } }, "Kubernetes version now was 1.34, is 1.33"],
    [
      "release now",
      { from: { ...from, release: "1.34.8-20260501" } },
      "release now was 1.34.7-20260301, is 1.34.8-20260501",
    ],
    ["target version", { to: { ...to, version: "1.35" } }, "target Kubernetes version was 1.34, is 1.35"],
    [
      "target release",
      { to: { ...to, release: "1.34.9-20260718" } },
      "target release was 1.34.9-20260714, is 1.34.9-20260718",
    ],
    [
      "a template appears",
      { launchTemplate: template },
      "launch template was none, is workers (lt-0aaa) version 3",
    ],
    [
      "the template's version moves",
      { launchTemplate: { ...template, version: "4" } },
      "launch template was workers (lt-0aaa) version 3, is workers (lt-0aaa) version 4",
      { launchTemplate: template },
    ],
    [
      "another template of the same name and version",
      { launchTemplate: { ...template, id: "lt-0bbb" } },
      "launch template was workers (lt-0aaa) version 3, is workers (lt-0bbb) version 3",
      { launchTemplate: template },
    ],
    [
      "more at once",
      { updateConfig: { maxUnavailable: 5, strategy: "DEFAULT" } },
      "nodes at once was 1, is 5",
    ],
    [
      "a share at once",
      { updateConfig: { maxUnavailablePercentage: 33, strategy: "DEFAULT" } },
      "nodes at once was 1, is 33 %",
    ],
    [
      "another share",
      { updateConfig: { maxUnavailablePercentage: 50, strategy: "DEFAULT" } },
      "nodes at once was 33 %, is 50 %",
      { updateConfig: { maxUnavailablePercentage: 33, strategy: "DEFAULT" } },
    ],
    [
      "another strategy",
      { updateConfig: { maxUnavailable: 1, strategy: "MINIMAL" } },
      "update strategy was DEFAULT, is MINIMAL",
    ],
    ["force", { force: true }, "force was false, is true"],
  ])("%s", (_, change, words, base = {}) => {
    const first = planOf([aStep(base)]);
    const then = planOf([aStep({ ...base, ...change })]);
    expect(then.hash).not.toBe(first.hash);
    expect(planChanges(first, then)).toEqual([`default: ${words}`]);
  });

  it.each<[string, Plan, Plan, string[]]>([
    [
      "another group",
      before,
      planOf([aStep({ nodeGroup: "batch" })]),
      ["node group batch was added", "node group default has no target any more"],
    ],
    [
      "a group more",
      before,
      planOf([aStep(), aStep({ nodeGroup: "batch" })]),
      ["node group batch was added"],
    ],
    ["a group less", before, planOf([]), ["node group default has no target any more"]],
  ])("%s", (_, first, then, words) => {
    expect(then.hash).not.toBe(first.hash);
    expect(planChanges(first, then)).toEqual(words);
  });

  it.each([
    ["another cluster", { cluster: "eks-other" }],
    ["another region", { region: "eu-central-1" }],
  ])("%s", (_, at) => {
    expect(planOf([aStep()], {}, at).hash).not.toBe(before.hash);
  });

  it("the order of the steps: it is the order in which they are carried out", () => {
    const batch = aStep({ nodeGroup: "batch" });
    expect(planOf([aStep(), batch]).hash).not.toBe(planOf([batch, aStep()]).hash);
  });
});

describe("of a self-managed group more is said yes to", () => {
  const reference = { id: "lt-0aaa", name: "workers", version: "7" };
  const own = (over: Partial<Step> = {}) =>
    aStep({
      kind: "self-managed node group",
      ownTemplate: { kind: "launch template", template: reference },
      surge: 6,
      ...over,
    });
  const override = { index: 0, instanceType: "m7i.large", template: { ...reference, id: "lt-0bbb" } };

  it.each<[string, Partial<Step>, string]>([
    ["another AMI", { to: { ...to, image: "ami-0feed" } }, `target AMI was ${to.image}, is ami-0feed`],
    [
      "another version of its template",
      { ownTemplate: { kind: "launch template", template: { ...reference, version: "8" } } },
      "templates of the group was workers:7, is workers:8",
    ],
    [
      "a template of an override",
      { ownTemplate: { kind: "mixed instances", template: reference, overrides: [override] } },
      "templates of the group was workers:7, is workers:7, workers:7",
    ],
    ["more extra nodes", { surge: 9 }, "extra nodes was 6, is 9"],
    ["a longer pause", { drainPause: 90_000 }, "pause after a drain was not set, is 90000"],
    ["load balancers", { watchTargets: true }, "waiting for load balancers was not set, is true"],
  ])("%s", (_, change, words) => {
    const [first, then] = [planOf([own()]), planOf([own(change)])];
    expect(then.hash).not.toBe(first.hash);
    expect(planChanges(first, then)).toEqual([`default: ${words}`]);
  });

  it("but not to extra nodes that go with its size", () => {
    const updateConfig = { maxUnavailablePercentage: 33, strategy: "DEFAULT" } as const;
    const [first, then] = [planOf([own({ updateConfig })]), planOf([own({ updateConfig, surge: 9 })])];
    expect(then.hash).toBe(first.hash);
    expect(planChanges(first, then)).toEqual([]);
  });
});

describe("what may change without asking again", () => {
  const { updateConfig } = aStep();
  it.each<[string, Plan]>([
    ["how many nodes there are", planOf([aStep({ nodes: { ...nodes, count: 12 } })])],
    ["their zones", planOf([aStep({ nodes: { ...nodes, zones: ["us-west-2a"] } })])],
    ["how many there may be", planOf([aStep({ nodes: { ...nodes, max: 60 } })])],
    ["the AMI id of the same release", planOf([aStep({ to: { ...to, image: "ami-0feed" } })])],
    ["warnings", planOf([aStep()], { warnings: [problem] })],
    ["blockers", planOf([aStep()], { blockers: [problem] })],
    [
      "the order of keys",
      planOf([
        aStep({
          updateConfig: { strategy: updateConfig.strategy, maxUnavailable: 1 },
          to: { image: to.image, release: to.release, version: to.version },
        }),
      ]),
    ],
    [
      "how it was wished for",
      planOf([aStep()], {}, { wish: { release: to.release } } as Partial<typeof where>),
    ],
  ])("%s", (_, then) => {
    expect(then.hash).toBe(before.hash);
    expect(planChanges(before, then)).toEqual([]);
  });
});

describe("assemblePlan", () => {
  it("gathers the parts in their order; a part without a target leaves only its reasons", () => {
    const other: Problem = { ...problem, code: "Other" };
    const parts: NodeGroupPlan[] = [
      { step: aStep(), blockers: [], warnings: [problem] },
      { blockers: [problem], warnings: [other] },
      { step: aStep({ nodeGroup: "batch" }), blockers: [other], warnings: [] },
    ];
    const plan = assemblePlan({ ...where, wish: { version: "1.34" } }, parts, () => "d1ce");
    expect(plan).toEqual({
      ...where,
      wish: { version: "1.34" },
      steps: [aStep(), aStep({ nodeGroup: "batch" })],
      blockers: [problem, other],
      warnings: [problem, other],
      hash: "d1ce",
    });
  });
});
