import { describe, expect, it } from "vitest";
import type { Plan, Step } from "../../../../src/core/plan.js";
import { planView, startCommand } from "../../../../src/slack/views/plan.js";
import { aPlan, aStep, start } from "../../../builders.js";
import { newImage, oldImage } from "../../../seen.js";

const template = { id: "lt-0aaa", name: "workers", version: "7" };
const { from } = aStep();

function own(over: Partial<Step> = {}): Step {
  return aStep({
    kind: "self-managed node group",
    nodeGroup: "workers",
    from: { ...from, image: oldImage },
    launchTemplate: template,
    ownTemplate: { kind: "launch template", template },
    surge: 6,
    ...over,
  });
}

const said = (plan: Plan) => JSON.stringify(planView(plan, start, 1).blocks);

describe("the plan of a self-managed group", () => {
  it.each<[string, Partial<Step>, Partial<Plan>, string]>([
    ["names the group's kind", {}, {}, "*Self-managed node group* `workers`"],
    ["names the AMI beside its release", {}, {}, `\`${newImage}\``],
    ["says what becomes of the template", {}, {}, "a new version, made from version 7, names the AMI"],
    ["says who does it", {}, {}, "*What I will do*"],
    ["says how many nodes are added", {}, {}, "adds up to 6 nodes"],
    ["says that none is added", { surge: 0 }, {}, "no extra nodes are allowed"],
    ["says how long it waits", { drainPause: 90_000 }, {}, "waits 90 s"],
    ["says what it waits for", { watchTargets: true }, {}, "waits until load balancers have let go"],
    ["says where there is no way back", {}, {}, "each old node that is terminated"],
    [
      "says how the drain would go",
      {},
      { forecast: { move: 41, block: 2 } },
      "41 of 43 pods will move, 2 will block.",
    ],
  ])("%s", (_rule, step, plan, words) => {
    expect(said(aPlan({ steps: [own(step)], ...plan }))).toContain(words);
  });

  it("is started by the AMI that it was asked for with", () => {
    const plan = aPlan({ steps: [own()], wish: { image: oldImage } });
    expect(startCommand(plan)).toBe(`\`/eks-upgrade start eks-workshop/workers --ami ${oldImage}\``);
  });
});
