import type { ScenarioTemplate } from "../scenarios/scaling-groups.js";
import { imageFacts, resolveImage } from "./images.js";
import { existing } from "./lookup.js";
import type { Place } from "./place.js";
import type {
  AutoScalingGroup,
  LaunchTemplate,
  LaunchTemplateVersion,
  TemplateVersion,
} from "./scaling-state.js";
import { Refusal, type World } from "./state.js";

/** A template that a customer made long ago. */
export function addTemplate(
  world: World,
  { region, account }: Place,
  given: ScenarioTemplate,
  createdAt: number,
): LaunchTemplate {
  const template = {
    region,
    account,
    id: `lt-0${world.random.hex(16)}`,
    name: given.name,
    createdAt,
    ofEks: false,
    defaultVersion: given.default ?? 1,
    versions: given.versions.map((version, index) => ({ number: index + 1, createdAt, ...version })),
  };
  world.launchTemplates.set(template.id, template);
  return template;
}

/** What an instance is launched from. */
export interface LaunchSource {
  readonly launchTemplate: string;
  readonly launchTemplateVersion: number;
  readonly image: string;
  readonly instanceType: string;
  readonly architecture: "x86_64" | "arm64";
}

/** The version that a group's next instance comes from: "$Latest" and "$Default" as they are now, overrides in turn. */
export function launchSource(world: World, group: AutoScalingGroup): LaunchSource {
  const override = group.overrides[group.activities.length % Math.max(1, group.overrides.length)];
  const id = override?.launchTemplate ?? group.launchTemplate;
  const template = existing(world.launchTemplates.get(id), id);
  const wanted = override?.launchTemplate
    ? (override.launchTemplateVersion ?? "$Default")
    : group.launchTemplateVersion;
  const version = existing(versionOf(template, wanted), `version ${wanted} of ${id}`);
  return {
    ...sourceOf(world, version, id),
    instanceType: override?.instanceType ?? version.instanceType ?? group.instanceType,
  };
}

/** As launched from that version by number. */
export function sourceOf(
  world: World,
  version: LaunchTemplateVersion,
  launchTemplate: string,
): Omit<LaunchSource, "instanceType"> {
  const { region } = existing(world.launchTemplates.get(launchTemplate), launchTemplate);
  const image = existing(resolveImage(world, region, version.image ?? ""), `AMI ${version.image}`);
  return {
    launchTemplate,
    launchTemplateVersion: version.number,
    image,
    architecture: imageFacts(world, image)?.architecture ?? "x86_64",
  };
}

export function versionOf(
  template: LaunchTemplate,
  version: TemplateVersion,
): LaunchTemplateVersion | undefined {
  if (version === "$Latest") return template.versions.at(-1);
  return template.versions[(version === "$Default" ? template.defaultVersion : version) - 1];
}

export interface VersionRequest {
  readonly template: LaunchTemplate;
  readonly source?: TemplateVersion;
  readonly image?: string;
  readonly instanceType?: string;
  readonly description?: string;
  readonly token?: string;
}

/**
 * CreateLaunchTemplateVersion: what is not given is inherited from the source version. A token seen before answers with the
 * version it made, if it asks for the same; nothing is made then.
 */
export function createVersion(world: World, request: VersionRequest): LaunchTemplateVersion {
  const { template, token } = request;
  const asked = JSON.stringify([request.source, request.image, request.instanceType, request.description]);
  const known = template.versions.find(({ madeBy }) => token !== undefined && madeBy?.token === token);
  if (known?.madeBy?.request === asked) return known;
  if (known)
    throw new Refusal(
      "IdempotentParameterMismatch",
      "The client token was already used with other parameters.",
    );
  const inherited = request.source === undefined ? undefined : versionOf(template, request.source);
  if (request.source !== undefined && !inherited) throw versionNotFound(template, request.source);
  const image = request.image ?? inherited?.image;
  const instanceType = request.instanceType ?? inherited?.instanceType;
  const version = {
    number: template.versions.length + 1,
    createdAt: world.clock.now(),
    ...(image !== undefined && { image }),
    ...(instanceType !== undefined && { instanceType }),
    ...(request.description !== undefined && { description: request.description }),
    ...(token !== undefined && { madeBy: { token, request: asked } }),
  };
  template.versions.push(version);
  world.record("template", template.name, `version ${version.number} was made, with ${image ?? "no AMI"}`);
  return version;
}

export function versionNotFound(template: LaunchTemplate, version: TemplateVersion | string): Refusal {
  return new Refusal(
    "InvalidLaunchTemplateId.VersionNotFound",
    `Could not find the specified version ${version} for the launch template with ID ${template.id}.`,
  );
}
