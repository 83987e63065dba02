import type { Subnet } from "../scenarios/types.js";
import { blockOf } from "../world/lookup.js";
import type { World } from "../world/state.js";
import { byId, ec2Filters, ec2Page } from "./ec2-page.js";
import { type FilterFields, filtered } from "./filters.js";
import { clustersHere } from "./here.js";
import type { QueryOperation } from "./query.js";

/** Each cluster subnet is a /19; EC2 keeps five addresses of it for itself. */
const usableAddresses = 2 ** 13 - 5;

const fields: FilterFields<Subnet> = {
  "subnet-id": ({ id }) => id,
  "availability-zone": ({ zone }) => zone,
};

export const describeSubnets: QueryOperation = (here, input) => {
  const all = clustersHere(here).flatMap((cluster) => cluster.subnets);
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
      cidrBlock: `${blockOf(here.world, subnet).join(".")}.0/19`,
      availableIpAddressCount: usableAddresses - liveInstances(here.world, subnet),
      ownerId: here.account,
    })),
    nextToken,
  };
};

function liveInstances(world: World, subnet: Subnet): number {
  return [...world.instances.values()].filter(
    (instance) => instance.subnet.id === subnet.id && instance.state !== "terminated",
  ).length;
}
