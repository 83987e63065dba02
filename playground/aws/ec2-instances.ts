import { existing } from "../world/lookup.js";
import type { Instance, World } from "../world/state.js";
import { byId, ec2Filters, ec2Page } from "./ec2-page.js";
import { type FilterFields, filtered } from "./filters.js";
import { instancesHere } from "./here.js";
import { isoTime, type QueryOperation } from "./query.js";

/** Terminated instances stay visible for about an hour. */
const shownAfterTermination = 60 * 60 * 1000;

const stateCodes = { pending: 0, running: 16, "shutting-down": 32, terminated: 48 } as const;

const fields: FilterFields<Instance> = {
  "instance-id": ({ id }) => id,
  "instance-state-name": ({ state }) => state,
  "availability-zone": ({ subnet }) => subnet.zone,
  "subnet-id": ({ subnet }) => subnet.id,
  "image-id": ({ image }) => image,
  architecture: ({ architecture }) => architecture,
  "private-dns-name": ({ nodeName }) => nodeName,
};

export const describeInstances: QueryOperation = (here, input) => {
  const { world, account } = here;
  const visible = instancesHere(here).filter(
    ({ terminatedAt }) =>
      terminatedAt === undefined || world.clock.now() - terminatedAt < shownAfterTermination,
  );
  const asked = byId(visible, input, "InstanceId", ({ id }) => id, {
    code: "InvalidInstanceID.NotFound",
    what: "instance ID",
  });
  const { items, nextToken } = ec2Page(
    filtered(asked, input, ec2Filters, fields, (instance) => tagsOf(world, instance)),
    input,
  );
  return {
    reservationSet: items.map((instance) => ({
      reservationId: instance.id.replace("i-", "r-"),
      ownerId: account,
      instancesSet: [instanceShape(world, instance)],
    })),
    nextToken,
  };
};

function instanceShape(world: World, instance: Instance) {
  const gone = instance.state === "terminated";
  return {
    instanceId: instance.id,
    imageId: instance.image,
    instanceState: { code: stateCodes[instance.state], name: instance.state },
    privateDnsName: gone ? "" : instance.nodeName,
    privateIpAddress: gone ? undefined : instance.privateIp,
    instanceType: instance.instanceType,
    launchTime: isoTime(instance.launchedAt),
    placement: { availabilityZone: instance.subnet.zone, tenancy: "default" },
    subnetId: gone ? undefined : instance.subnet.id,
    architecture: instance.architecture,
    tagSet: Object.entries(tagsOf(world, instance)).map(([key, value]) => ({ key, value })),
  };
}

/** The group's, where they propagate, and those that EC2 and EKS add. */
function tagsOf(world: World, instance: Instance): Record<string, string> {
  const group = existing(world.autoScalingGroups.get(instance.autoScalingGroup), instance.autoScalingGroup);
  const propagated = [...group.tags].filter(([, { propagate }]) => propagate);
  return {
    ...Object.fromEntries(propagated.map(([key, { value }]) => [key, value])),
    "aws:autoscaling:groupName": group.name,
    "aws:ec2launchtemplate:id": instance.launchTemplate,
    "aws:ec2launchtemplate:version": String(instance.launchTemplateVersion),
    ...(group.nodeGroup !== undefined && { "aws:eks:cluster-name": group.cluster }),
  };
}
