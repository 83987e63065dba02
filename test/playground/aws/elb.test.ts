import {
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { expect, it, onTestFinished } from "vitest";
import { ownWorkers } from "../../../playground/scenarios/own-workers.js";
import { selfManaged } from "../../../playground/scenarios/self-managed.js";
import { terminateByRequest } from "../../../playground/world/scaling-requests.js";
import { servingOwn } from "./serving.js";

const label = "node.kubernetes.io/exclude-from-external-load-balancers";

async function balanced() {
  const scenario = { ...selfManaged, ...ownWorkers({ group: { targetGroups: ["shop"] } }) };
  const served = await servingOwn(scenario);
  const client = new ElasticLoadBalancingV2Client(served.config);
  onTestFinished(() => client.destroy());
  const arn = `arn:aws:elasticloadbalancing:us-west-2:${scenario.account}:targetgroup/shop/0123456789abcdef`;
  const ask = async (TargetGroupArn = arn) => {
    const { TargetHealthDescriptions: found = [] } = await client.send(
      new DescribeTargetHealthCommand({ TargetGroupArn }),
    );
    return new Map(found.map(({ Target, TargetHealth }) => [Target?.Id, TargetHealth?.State]));
  };
  const [victim] = [...served.world.instances.values()];
  if (!victim) throw new Error("The scenario has no instances.");
  return { ...served, ask, victim };
}

it("DescribeTargetHealth: every instance of the group is a healthy target", async () => {
  const { ask, world } = await balanced();
  const targets = await ask();
  expect([...targets.keys()].sort()).toEqual([...world.instances.keys()].sort());
  expect([...new Set(targets.values())]).toEqual(["healthy"]);
});

it("a node that its label excludes is drained for half a minute, then is no target; without the label it is one again", async () => {
  const { ask, world, victim, clock } = await balanced();
  const kubernetes = world.clusters.get("eks-workshop")?.kubernetes;
  kubernetes?.changeNode(victim.nodeName, { labels: { [label]: "true" } });
  expect((await ask()).get(victim.id)).toBe("draining");
  await clock.advance(29_000);
  expect((await ask()).get(victim.id)).toBe("draining");
  await clock.advance(1_000);
  expect((await ask()).has(victim.id)).toBe(false);
  kubernetes?.changeNode(victim.nodeName, { labels: { [label]: null } });
  expect((await ask()).get(victim.id)).toBe("healthy");
});

it("an instance that is being terminated is drained", async () => {
  const { ask, world, victim } = await balanced();
  terminateByRequest(world, [victim.id], false);
  expect((await ask()).get(victim.id)).toBe("draining");
});

it("a target group that is not there", async () => {
  const { ask } = await balanced();
  await expect(ask("arn:aws:elasticloadbalancing:us-west-2:1:targetgroup/none/0")).rejects.toMatchObject({
    name: "TargetGroupNotFoundException",
  });
});
