import { afterEach, describe, expect, it } from "vitest";
import { ownWorkers } from "../../playground/scenarios/own-workers.js";
import { retailStore, workshopImages } from "../../playground/scenarios/retail-store.js";
import { selfManaged } from "../../playground/scenarios/self-managed.js";
import type { Scenario } from "../../playground/scenarios/types.js";
import { perform } from "../../playground/world/acts.js";
import { findCluster } from "../../playground/world/lookup.js";
import { approve } from "./acting.js";
import { openStage, type Stage, said } from "./stage.js";

const arm = "ami-0a64a64a64a64a64a";
const hardened = "ami-0c0ffee0c0ffee0c0";

/** Beside the workers an arm64 AMI that somebody built. */
const withArm: Scenario = {
  ...selfManaged,
  images: [
    {
      ...{ image: arm, name: "amazon-eks-node-al2023-arm64-standard-1.34-v20260714", architecture: "arm64" },
      ...{ createdOn: "2026-07-14", kubelet: "v1.34.9-eks-93b80c6" },
    },
  ],
};

/** No node group of any kind: Karpenter has launched all there is. */
const karpenterOnly: Scenario = {
  ...selfManaged,
  ...ownWorkers({
    group: {
      labels: { "karpenter.sh/nodepool": "default" },
      tags: { "karpenter.sh/nodepool": "default" },
    },
  }),
};

/** A managed node group on an AMI of the customer's, named in a launch template of theirs. */
function customManaged(): Scenario {
  const store = retailStore();
  return {
    ...store,
    ...{ name: "custom", story: "", expected: selfManaged.expected },
    images: [
      {
        ...{ image: hardened, name: "hardened-v2", architecture: "x86_64", createdOn: "2026-07-20" },
        kubelet: "v1.34.9-eks-93b80c6",
      },
    ],
    clusters: store.clusters.map((cluster) => ({
      ...cluster,
      nodeGroups: cluster.nodeGroups.map((group) => ({
        ...group,
        ...{ amiType: "CUSTOM", release: workshopImages.current },
        launchTemplate: {
          template: {
            name: "hardened",
            versions: [{ image: workshopImages.current, instanceType: "m5.large" }],
          },
          version: 1,
        },
      })),
    })),
  };
}

let stage: Stage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

async function open(scenario: Scenario, speed = 20): Promise<Stage> {
  stage = await openStage({ scenario, speed });
  await stage.startBot();
  return stage;
}

describe("what a tired person types", () => {
  it("is answered with what is wrong and what to do", async () => {
    const { types, playground } = await open(withArm);
    const say = async (text: string) => said(await types(text));
    expect(await say("pause brave-otter-7")).toContain('I know no run \\"brave-otter-7\\"');
    expect(await say("pause")).toContain("needs a run");
    expect(await say(`plan eks-workshop/workers --ami ${arm}`)).toMatch(/arm64/);
    expect(await say("plan eks-workshop/default")).toContain("It has: workers");
    expect(await say("plan eks-worksop/workers")).toContain("Did you mean eks-workshop");
    expect(await say("retry")).toContain("needs a run");
    expect(await say("plan eks-workshop/workers --ami ami-123")).toMatch(/ami-/);
    perform(playground.world, findCluster(playground.world, "eks-workshop"), {
      ...{ kind: "start refresh", group: "workers" },
    });
    expect(await say("start eks-workshop/workers")).toContain("An instance refresh");
    expect(await say("repair eks-workshop")).toContain("Nothing of mine is left behind");
    expect(await say("repair")).toContain("needs a cluster");
  });

  it("a cluster of Karpenter's nodes alone is told from one with groups", async () => {
    const { types } = await open(karpenterOnly);
    expect(said(await types("start eks-workshop"))).toMatch(/Karpenter/);
  });
});

it("a custom AMI in a managed group needs to be named, and comes by a version of the customer's own template", async () => {
  const { types, playground, runs, card } = await open(customManaged(), 400);
  expect(said(await types("plan eks-workshop"))).toContain("--ami");
  await types(`start eks-workshop --ami ${hardened}`);
  await playground.slack.as(playground.slack.users.approver).click(await card(), approve);
  const [id = ""] = await runs.recent(1);
  const over = async () => {
    expect((await runs.load(id))?.run).toMatchObject({ state: "succeeded" });
  };
  await expect.poll(over).toBeUndefined();
  const { calls } = playground.world;
  const made = calls.filter(({ operation }) => operation === "CreateLaunchTemplateVersion");
  expect(made).toHaveLength(1);
  const [update] = calls.filter(({ operation }) => operation === "UpdateNodegroupVersion");
  expect(update?.input).toMatchObject({ launchTemplate: { version: "2" } });
  expect(update?.input).not.toHaveProperty("releaseVersion");
});
