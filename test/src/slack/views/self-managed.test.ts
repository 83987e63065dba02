import { describe, expect, it } from "vitest";
import type { Plan, Step } from "../../../../src/core/plan.js";
import type { SelfManagedGroup } from "../../../../src/core/self-managed.js";
import { listAnswer } from "../../../../src/slack/views/fleet.js";
import { planView, startCommand } from "../../../../src/slack/views/plan.js";
import { aPlan, aStep, start } from "../../../builders.js";
import { aCluster, anImage, aRelease, ec2Instance, newImage, oldImage } from "../../../seen.js";
import { aSelfManagedGroup } from "../../../self-managed.js";

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

const said = (plan: Plan) => JSON.stringify(planView(plan, start).blocks);

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

function listed(found: Partial<SelfManagedGroup>, latest = [aRelease()], over: object = {}) {
  const [newest] = latest;
  const selfManaged = [{ found: aSelfManagedGroup(found), ...(newest && { latest: newest }) }];
  const look = { cluster: aCluster(), nodeGroups: [], selfManaged, leftAlone: [], ...over };
  const cluster = { environment: "prod", name: "eks-workshop", region: "us-west-2", look };
  return listAnswer([cluster], start).text;
}

const golden = anImage({
  id: "ami-golden",
  name: "golden",
  owner: "123456789012",
  createdAt: Date.UTC(2026, 5, 20),
});
const trouble = {
  code: "ECONNREFUSED",
  what: "Could not list the nodes (ECONNREFUSED)",
  next: "Check the way.",
};
const why = {
  code: "KarpenterNodes",
  what: "2 Karpenter nodes are left alone",
  next: "Change the AMI alias.",
};

describe("the list of a cluster with self-managed groups", () => {
  it.each<[string, string, string]>([
    [
      "an older AMI, its age, and the newest",
      listed({}),
      "`workers` (self-managed)  `1.34.7-20260301` (4 months old) · newer: `1.34.9-20260714` (6 days old) · 3 nodes",
    ],
    [
      "two AMIs: how many run the older",
      listed({ instances: [ec2Instance("a"), ec2Instance("b", { image: newImage })] }),
      "`1.34.7-20260301` (4 months old) on 1 of 2 · newer",
    ],
    ["the newest AMI", listed({ instances: [ec2Instance("a", { image: newImage })] }), "· newest ·"],
    [
      "a custom image, by the age of the image",
      listed({ instances: [ec2Instance("a", { image: golden.id })], images: [golden] }, []),
      "`ami-golden` (30 days old) · custom image: name the next one with --ami",
    ],
    ["no nodes", listed({ instances: [] }), "`workers` (self-managed) · no nodes"],
    [
      "nodes of others, and what to do instead",
      listed({}, [], { leftAlone: [{ kind: "karpenter", count: 2, why }] }),
      "2 Karpenter nodes are left alone. Change the AMI alias.",
    ],
    [
      "that nodes could not be looked at",
      listed({}, [], { selfManaged: [], unseen: trouble }),
      "Self-managed node groups were not looked for. Could not list the nodes (ECONNREFUSED). Check the way.",
    ],
    ["what is behind", listed({}), "1 cluster, 1 node group behind the newest release."],
  ])("says %s", (_rule, text, words) => {
    expect(text).toContain(words);
  });
});
