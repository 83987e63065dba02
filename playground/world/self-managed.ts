import type { ScenarioScalingGroup } from "../scenarios/scaling-groups.js";
import { becomeReady, createInstance, joinCluster, startRunning } from "./instances.js";
import { addTemplate, sourceOf, versionOf } from "./launch-templates.js";
import { existing } from "./lookup.js";
import { addScalingGroup, ownerTags } from "./scaling-group.js";
import type { AutoScalingGroup, LaunchTemplate } from "./scaling-state.js";
import type { Cluster, Instance, World } from "./state.js";

/** What its owner made long ago: launch templates of their own, an Auto Scaling group, and nodes that joined the cluster. */
export function startSelfManaged(world: World, cluster: Cluster, given: ScenarioScalingGroup): void {
  const createdAt = Date.parse(given.createdOn);
  const template = addTemplate(world, cluster, given.template, createdAt);
  const pointedAt = existing(versionOf(template, given.version), `version ${given.version}`);
  const group = addScalingGroup(world, {
    name: given.name,
    cluster: cluster.name,
    subnets: given.subnets.map((id) =>
      existing(
        cluster.subnets.find((subnet) => subnet.id === id),
        `subnet ${id}`,
      ),
    ),
    createdAt,
    instanceType: given.instanceType,
    maxPods: given.maxPods,
    labels: given.labels ?? {},
    launchTemplate: template.id,
    launchTemplateVersion: given.version,
    image: sourceOf(world, pointedAt, template.id).image,
    sizes: given.sizes,
    tags: { Name: `${cluster.name}-${given.name}`, ...ownerTags(cluster.name), ...given.tags },
    ...(given.suspended && { suspended: given.suspended }),
    ...(given.targetGroups && { targetGroups: given.targetGroups }),
    ...(given.overrides && {
      overrides: given.overrides.map(({ instanceType, template: own, version }) => ({
        instanceType,
        ...(own && { launchTemplate: addTemplate(world, cluster, own, createdAt).id }),
        ...(version !== undefined && { launchTemplateVersion: version }),
      })),
    }),
  });
  startNodes(world, cluster, group, template, given);
}

function startNodes(
  world: World,
  cluster: Cluster,
  group: AutoScalingGroup,
  template: LaunchTemplate,
  { nodesVersion, sizes, spread, marked }: ScenarioScalingGroup,
): void {
  const places = spread
    ? group.subnets.flatMap((subnet, index) => Array.from({ length: spread[index] ?? 0 }, () => subnet))
    : Array.from({ length: sizes.desired }, (_, made) => group.subnets[made % group.subnets.length]);
  for (const [index, subnet] of places.entries()) {
    const mark = marked?.find(({ node }) => node === index);
    const number = mark?.version ?? nodesVersion;
    const version = existing(template.versions[number - 1], `version ${number} of ${template.name}`);
    const source = { ...sourceOf(world, version, template.id), instanceType: group.instanceType };
    const instance = createInstance(world, group, existing(subnet, "subnet"), group.createdAt, source);
    startRunning(instance);
    joinCluster(world, instance, group.createdAt);
    becomeReady(world, instance);
    if (mark) markNode(cluster, instance, mark);
  }
}

/** A person's own marks: the bot may neither take them away nor call them its own. */
export function markNode(
  { kubernetes: { store } }: Cluster,
  instance: Instance,
  marks: Pick<NonNullable<ScenarioScalingGroup["marked"]>[number], "cordoned" | "taints" | "labels">,
): void {
  store.update("nodes", { name: instance.nodeName }, ({ metadata, spec }) => {
    if (marks.cordoned) spec.unschedulable = true;
    if (marks.taints) spec.taints = [...(spec.taints ?? []), ...marks.taints];
    metadata.labels = { ...metadata.labels, ...marks.labels };
  });
  instance.marks = {
    cordoned: marks.cordoned ?? instance.marks.cordoned ?? false,
    taints: [...(instance.marks.taints ?? []), ...(marks.taints ?? []).map(({ key }) => key)],
    labels: [...(instance.marks.labels ?? []), ...Object.keys(marks.labels ?? {})],
  };
}
