import { existing } from "../world/lookup.js";
import { type LaunchTemplate, type LaunchTemplateVersion, Refusal, type World } from "../world/state.js";
import { byId, ec2Page } from "./ec2-page.js";
import { number, text, texts } from "./input.js";
import { isoTime, type QueryOperation } from "./query.js";
import type { Input } from "./skin.js";

export const describeLaunchTemplates: QueryOperation = (world, input) => {
  const all = [...world.launchTemplates.values()];
  const named = byId(all, input, "LaunchTemplateName", ({ name }) => name, {
    code: "InvalidLaunchTemplateName.NotFoundException",
    what: "launch template name",
  });
  const asked = byId(named, input, "LaunchTemplateId", ({ id }) => id, {
    code: "InvalidLaunchTemplateId.NotFound",
    what: "launch template ID",
  });
  const { items, nextToken } = ec2Page(asked, input);
  return {
    launchTemplates: items.map((template) => ({
      launchTemplateId: template.id,
      launchTemplateName: template.name,
      createTime: isoTime(template.createdAt),
      createdBy: creator(world),
      defaultVersionNumber: 1,
      latestVersionNumber: template.versions.length,
    })),
    nextToken,
  };
};

export const describeLaunchTemplateVersions: QueryOperation = (world, input) => {
  const template = templateAsked(world, input);
  const { items, nextToken } = ec2Page(versionsAsked(template, input), input);
  return {
    launchTemplateVersionSet: items.map((version) => ({
      launchTemplateId: template.id,
      launchTemplateName: template.name,
      versionNumber: version.number,
      defaultVersion: version.number === 1,
      createTime: isoTime(version.createdAt),
      createdBy: creator(world),
      launchTemplateData: { imageId: version.image },
    })),
    nextToken,
  };
};

function templateAsked(world: World, input: Input): LaunchTemplate {
  const id = text(input, "LaunchTemplateId");
  const name = text(input, "LaunchTemplateName");
  if (id === undefined && name === undefined)
    throw new Refusal("MissingParameter", "A launch template ID or a launch template name is required.");
  const found = [...world.launchTemplates.values()].find(
    (template) => template.id === id || template.name === name,
  );
  if (found) return found;
  throw new Refusal(
    id === undefined ? "InvalidLaunchTemplateName.NotFoundException" : "InvalidLaunchTemplateId.NotFound",
    `The specified launch template, with template ${id === undefined ? "name" : "ID"} ${id ?? name}, does not exist.`,
  );
}

/** Newest first. Versions may be numbers, $Latest or $Default. */
function versionsAsked(template: LaunchTemplate, input: Input): LaunchTemplateVersion[] {
  const wanted = texts(input, "LaunchTemplateVersion")?.map((version) => {
    if (version === "$Latest") return template.versions.length;
    return version === "$Default" ? 1 : Number(version);
  });
  const missing = wanted?.find((version) => template.versions[version - 1] === undefined);
  if (missing !== undefined)
    throw new Refusal(
      "InvalidLaunchTemplateId.VersionNotFound",
      `Could not find launch template version ${missing} of ${template.id}.`,
    );
  const from = number(input, "MinVersion") ?? 1;
  const to = number(input, "MaxVersion") ?? Number.POSITIVE_INFINITY;
  return (wanted ?? template.versions.map((version) => version.number))
    .map((version) => existing(template.versions[version - 1], `version ${version}`))
    .filter((version) => version.number >= from && version.number <= to)
    .sort((a, b) => b.number - a.number);
}

/** EKS makes the template for a group that was created without one. */
function creator({ scenario }: World): string {
  return `arn:aws:sts::${scenario.account}:assumed-role/AWSServiceRoleForAmazonEKSNodegroup/EKS`;
}
