import { versionNotFound, versionOf } from "../world/launch-templates.js";
import type { LaunchTemplate, LaunchTemplateVersion } from "../world/scaling-state.js";
import { Refusal } from "../world/state.js";
import { versionIn } from "./auto-scaling-templates.js";
import { byId, ec2Page } from "./ec2-page.js";
import { type Here, templatesHere } from "./here.js";
import { number, text, texts } from "./input.js";
import { isoTime, type QueryOperation } from "./query.js";
import type { Input } from "./skin.js";

export const describeLaunchTemplates: QueryOperation = (here, input) => {
  const all = templatesHere(here);
  const named = byId(all, input, "LaunchTemplateName", ({ name }) => name, {
    code: "InvalidLaunchTemplateName.NotFoundException",
    what: "launch template name",
  });
  const asked = byId(named, input, "LaunchTemplateId", ({ id }) => id, {
    code: "InvalidLaunchTemplateId.NotFound",
    what: "launch template ID",
  });
  const { items, nextToken } = ec2Page(asked, input);
  return { launchTemplates: items.map((template) => templateShape(template)), nextToken };
};

export function templateShape(template: LaunchTemplate) {
  return {
    launchTemplateId: template.id,
    launchTemplateName: template.name,
    createTime: isoTime(template.createdAt),
    createdBy: creator(template),
    defaultVersionNumber: template.defaultVersion,
    latestVersionNumber: template.versions.length,
  };
}

export const describeLaunchTemplateVersions: QueryOperation = (here, input) => {
  const template = templateAsked(here, input);
  const { items, nextToken } = ec2Page(versionsAsked(template, input), input);
  return {
    launchTemplateVersionSet: items.map((version) => versionShape(template, version)),
    nextToken,
  };
};

export function versionShape(template: LaunchTemplate, version: LaunchTemplateVersion) {
  return {
    launchTemplateId: template.id,
    launchTemplateName: template.name,
    versionNumber: version.number,
    versionDescription: version.description,
    defaultVersion: version.number === template.defaultVersion,
    createTime: isoTime(version.createdAt),
    createdBy: creator(template),
    launchTemplateData: { imageId: version.image, instanceType: version.instanceType },
  };
}

export function templateAsked(here: Here, input: Input): LaunchTemplate {
  const id = text(input, "LaunchTemplateId");
  const name = text(input, "LaunchTemplateName");
  if (id === undefined && name === undefined)
    throw new Refusal("MissingParameter", "A launch template ID or a launch template name is required.");
  const found = templatesHere(here).find((template) => template.id === id || template.name === name);
  if (found) return found;
  throw new Refusal(
    id === undefined ? "InvalidLaunchTemplateName.NotFoundException" : "InvalidLaunchTemplateId.NotFound",
    `The specified launch template, with template ${id === undefined ? "name" : "ID"} ${id ?? name}, does not exist.`,
  );
}

/** Newest first. Versions may be numbers, $Latest or $Default. */
function versionsAsked(template: LaunchTemplate, input: Input): LaunchTemplateVersion[] {
  const wanted = texts(input, "LaunchTemplateVersion")?.map((given) => {
    const version = versionIn(given);
    const found = version === undefined ? undefined : versionOf(template, version);
    if (!found) throw versionNotFound(template, given);
    return found;
  });
  const from = number(input, "MinVersion") ?? 1;
  const to = number(input, "MaxVersion") ?? Number.POSITIVE_INFINITY;
  return [...(wanted ?? template.versions)]
    .filter((version) => version.number >= from && version.number <= to)
    .sort((a, b) => b.number - a.number);
}

/** EKS makes the template for a group that was created without one; other templates are somebody's own. */
function creator({ account, ofEks }: LaunchTemplate): string {
  return ofEks
    ? `arn:aws:sts::${account}:assumed-role/AWSServiceRoleForAmazonEKSNodegroup/EKS`
    : `arn:aws:iam::${account}:role/platform`;
}
