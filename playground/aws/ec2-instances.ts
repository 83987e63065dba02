import { existing } from "../world/lookup.js";
import type { Instance, World } from "../world/state.js";
import { groupTags } from "./auto-scaling.js";
import { byId, ec2Filters, ec2Page } from "./ec2-page.js";
import { type FilterFields, filtered } from "./filters.js";
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
  "private-dns-name": ({ nodeName }) => nodeName,
};

export const describeInstances: QueryOperation = (world, input) => {
  const visible = [...world.instances.values()].filter(
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
      ownerId: world.scenario.account,
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
    architecture: "x86_64",
    tagSet: Object.entries(tagsOf(world, instance)).map(([key, value]) => ({ key, value })),
  };
}

function tagsOf(world: World, instance: Instance): Record<string, string> {
  const group = existing(world.autoScalingGroups.get(instance.autoScalingGroup), instance.autoScalingGroup);
  return {
    ...groupTags(group),
    "aws:autoscaling:groupName": group.name,
    "aws:ec2launchtemplate:id": group.launchTemplate,
    "aws:ec2launchtemplate:version": String(instance.launchTemplateVersion),
    "aws:eks:cluster-name": group.cluster,
  };
}
