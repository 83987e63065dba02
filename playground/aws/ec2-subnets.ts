import type { Subnet } from "../scenarios/types.js";
import type { World } from "../world/state.js";
import { byId, ec2Filters, ec2Page } from "./ec2-page.js";
import { type FilterFields, filtered } from "./filters.js";
import type { QueryOperation } from "./query.js";

/** Each cluster subnet is a /19; EC2 keeps five addresses of it for itself. */
const usableAddresses = 2 ** 13 - 5;

const fields: FilterFields<Subnet> = {
  "subnet-id": ({ id }) => id,
  "availability-zone": ({ zone }) => zone,
};

export const describeSubnets: QueryOperation = (world, input) => {
  const all = world.scenario.clusters.flatMap((cluster) => cluster.subnets);
  const asked = byId(all, input, "SubnetId", ({ id }) => id, {
    code: "InvalidSubnetID.NotFound",
    what: "subnet ID",
  });
  const { items, nextToken } = ec2Page(filtered(asked, input, ec2Filters, fields), input);
  return {
    subnetSet: items.map((subnet) => ({
      subnetId: subnet.id,
      state: "available",
      availabilityZone: subnet.zone,
      cidrBlock: `10.42.${all.indexOf(subnet) * 32}.0/19`,
      availableIpAddressCount: usableAddresses - liveInstances(world, subnet),
      ownerId: world.scenario.account,
    })),
    nextToken,
  };
};

function liveInstances(world: World, subnet: Subnet): number {
  return [...world.instances.values()].filter(
    (instance) => instance.subnet.id === subnet.id && instance.state !== "terminated",
  ).length;
}
