import { createVersion } from "../world/launch-templates.js";
import { Refusal } from "../world/state.js";
import { versionIn } from "./auto-scaling-templates.js";
import { templateAsked, templateShape, versionShape } from "./ec2-launch-templates.js";
import { flag, structure, text } from "./input.js";
import type { QueryOperation } from "./query.js";

export const createLaunchTemplateVersion: QueryOperation = (here, input) => {
  const template = templateAsked(here, input);
  const data = structure(input, "LaunchTemplateData") ?? {};
  const given = text(input, "SourceVersion");
  const source = given === undefined ? undefined : versionIn(given);
  if (given !== undefined && source === undefined) throw malformed(given);
  const [image, instanceType] = [text(data, "ImageId"), text(data, "InstanceType")];
  if (flag(input, "DryRun"))
    throw new Refusal("DryRunOperation", "Request would have succeeded, but DryRun flag is set.");
  const [description, token] = [text(input, "VersionDescription"), text(input, "ClientToken")];
  const version = createVersion(here.world, {
    template,
    ...(source !== undefined && { source }),
    ...(image !== undefined && { image }),
    ...(instanceType !== undefined && { instanceType }),
    ...(description !== undefined && { description }),
    ...(token !== undefined && { token }),
  });
  return { launchTemplateVersion: versionShape(template, version) };
};

/** Sets the default version. */
export const modifyLaunchTemplate: QueryOperation = (here, input) => {
  const template = templateAsked(here, input);
  const given = text(input, "SetDefaultVersion") ?? "";
  const version = versionIn(given);
  if (typeof version !== "number") throw malformed(given);
  if (!template.versions[version - 1])
    throw new Refusal(
      "InvalidLaunchTemplateId.VersionNotFound",
      `Could not find launch template version ${given} of ${template.id}.`,
    );
  template.defaultVersion = version;
  here.world.record("template", template.name, `version ${version} is the default`);
  return { launchTemplate: templateShape(template) };
};

function malformed(version: string): Refusal {
  return new Refusal("InvalidParameterValue", `Invalid launch template version: ${version}`);
}
