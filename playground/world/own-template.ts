import type { PublishedRelease } from "../scenarios/types.js";
import { imageFacts } from "./images.js";
import { versionOf } from "./launch-templates.js";
import { existing } from "./lookup.js";
import type { LaunchTemplateVersion } from "./scaling-state.js";
import { type NodeGroup, Refusal, type World } from "./state.js";

/** UpdateNodegroupVersion's launchTemplate: one of id and name; without a version the template's default. */
export interface TemplateRequest {
  readonly id?: string;
  readonly name?: string;
  readonly version?: string;
}

interface Asked {
  readonly launchTemplate?: TemplateRequest;
  readonly version?: string;
  readonly releaseVersion?: string;
}

/**
 * The version of the customer's own launch template that an update asks for; undefined where it asks for none. A group
 * with an AMI in its template takes nothing else; a group without a template never takes one; and an AMI can neither come
 * into a group's template nor leave it (EKS user guide: launch templates).
 */
export function templateVersionOf(
  world: World,
  group: NodeGroup,
  asked: Asked,
): LaunchTemplateVersion | undefined {
  if (group.amiType === "CUSTOM") refuseRelease(group, asked);
  const { launchTemplate } = asked;
  if (!launchTemplate) return undefined;
  if (!group.sourceTemplate)
    throw invalid(
      group,
      "You cannot specify a launch template for a node group that was created without one.",
    );
  const template = existing(world.launchTemplates.get(group.sourceTemplate.id), group.sourceTemplate.id);
  if (launchTemplate.id !== undefined && launchTemplate.name !== undefined)
    throw invalid(
      group,
      "You must specify either the launch template ID or the launch template name, not both.",
    );
  if (
    (launchTemplate.id ?? template.id) !== template.id ||
    (launchTemplate.name ?? template.name) !== template.name
  )
    throw invalid(group, "The launch template must be the one that the node group was created with.");
  const { version = "$Default" } = launchTemplate;
  const found = versionOf(
    template,
    version === "$Default" || version === "$Latest" ? version : Number(version),
  );
  if (!found) throw invalid(group, `The launch template version ${version} does not exist.`);
  if ((found.image !== undefined) !== (group.amiType === "CUSTOM"))
    throw invalid(
      group,
      "You cannot switch between an Amazon EKS optimized AMI and a custom AMI in a launch template.",
    );
  return found;
}

function refuseRelease(group: NodeGroup, { version, releaseVersion, launchTemplate }: Asked): void {
  const field = version === undefined ? releaseVersion && "releaseVersion" : "kubernetesVersion";
  if (field) throw invalid(group, `You cannot specify the field ${field} when using custom AMIs`);
  if (!launchTemplate)
    throw invalid(group, "Launch template details can't be null for Custom ami type node group");
}

/** What an update to a version with an AMI brings: its release is the AMI's id. */
export function ownTarget(
  world: World,
  group: NodeGroup,
  version: LaunchTemplateVersion | undefined,
): PublishedRelease {
  const image = existing(version?.image, "AMI in the launch template version");
  const facts = imageFacts(world, image);
  if (!facts) throw invalid(group, `The image id '[${image}]' does not exist`);
  const { version: minor, amiType } = group;
  return { version: minor, amiType, release: image, image, publishedOn: "", kubelet: facts.kubelet };
}

function invalid({ cluster, name }: NodeGroup, message: string): Refusal {
  return new Refusal("InvalidParameterException", message, { clusterName: cluster, nodegroupName: name });
}
