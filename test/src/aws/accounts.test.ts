import { describe, expect, it } from "vitest";
import { fleet } from "../../../playground/scenarios/fleet.js";
import { accounts } from "../../../playground/scenarios/fleet-clusters.js";
import { connectRegions } from "../../../src/aws/region.js";
import { openWire } from "./wire.js";

const role = {
  arn: `arn:aws:iam::${accounts.prod}:role/eks-upgrade-bot`,
  externalId: "playground-fleet",
  sessionName: "eks-upgrade-bot",
};
const regions = ["us-west-2", "eu-west-1"];

/** Names of the scenario's clusters there. */
function clustersOf(account: string, region: string): string[] {
  return fleet.clusters
    .filter((each) => (each.account ?? fleet.account) === account && (each.region ?? fleet.region) === region)
    .map(({ name }) => name);
}

describe("two accounts in two regions", () => {
  it.each(regions)("are seen by themselves in %s, each by its own credentials", async (name) => {
    const { server } = await openWire(fleet);
    server.faults = () => undefined;
    const [own, prod] = [connectRegions()(name), connectRegions({ role })(name)];
    expect((await own.eks.clusterNames()).toSorted()).toEqual(clustersOf(accounts.test, name).toSorted());
    expect((await prod.eks.clusterNames()).toSorted()).toEqual(clustersOf(accounts.prod, name).toSorted());
  });

  it("are read by every service in the role's account, which is assumed once", async () => {
    const { world, calls } = await openWire(fleet);
    const region = connectRegions({ role });
    await Promise.all(
      regions.map((name) =>
        Promise.all([
          region(name).eks.versions(),
          region(name).releases.lookUp([{ amiType: "AL2023_x86_64_STANDARD", minor: "1.34" }]),
          region(name).autoScaling.groupsOfCluster("shop-prod"),
          region(name).ec2.images(["ami-0123456789abcdef0"]),
          region(name).loadBalancers.targets(["arn:aws:elasticloadbalancing:r:a:targetgroup/shop/0"]),
        ]),
      ),
    );
    expect(calls("AssumeRole")).toBe(1);
    const asked = world.calls.filter(({ service }) => service !== "sts");
    expect(asked.map(({ account, region, service }) => `${account} ${region} ${service}`).toSorted()).toEqual(
      regions
        .flatMap((name) =>
          ["autoscaling", "ec2", "eks", "elasticloadbalancing", "ssm"].map(
            (service) => `${accounts.prod} ${name} ${service}`,
          ),
        )
        .toSorted(),
    );
  });

  it.each([
    ["another external id", { ...role, externalId: "guessed" }],
    ["no external id", { arn: role.arn, sessionName: role.sessionName }],
    ["the ARN of no role", { ...role, arn: `arn:aws:iam::${accounts.prod}:role/nobody` }],
  ])("are kept apart by the role's trust policy: %s", async (_, wrong) => {
    const { calls } = await openWire(fleet);
    await expect(connectRegions({ role: wrong })("us-west-2").eks.clusterNames()).rejects.toMatchObject({
      kind: "denied",
      code: "AccessDenied",
      call: expect.stringMatching(/^assume the role (eks-upgrade-bot|nobody)$/),
      next: expect.stringContaining("sts:AssumeRole"),
    });
    expect([calls("AssumeRole"), calls("ListClusters")]).toEqual([1, 0]);
  });
});
