import { versionOf } from "../world/launch-templates.js";
import { invalid } from "../world/scaling-requests.js";
import type {
  AutoScalingGroup,
  LaunchTemplate,
  TemplateOverride,
  TemplateVersion,
} from "../world/scaling-state.js";
import { type Here, templatesHere } from "./here.js";
import { structure, structures, text } from "./input.js";
import type { Input } from "./skin.js";

/** UpdateAutoScalingGroup's launch template or MixedInstancesPolicy; false where neither is given. Running instances stay. */
export function pointGroup(here: Here, group: AutoScalingGroup, input: Input): boolean {
  const plain = structure(input, "LaunchTemplate");
  const mixed = structure(input, "MixedInstancesPolicy");
  if (plain && mixed)
    throw invalid(
      "Valid requests must contain either LaunchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.",
    );
  const before = pointOf(group);
  if (plain) Object.assign(group, specified(here, plain), { mixed: false, overrides: [] });
  if (mixed) pointMixed(here, group, mixed);
  const after = pointOf(group);
  if (after === before) return false;
  here.world.record("template", group.name, `new instances start from ${after}`);
  return true;
}

/** Within the policy, what is not given stays. */
function pointMixed(here: Here, group: AutoScalingGroup, policy: Input): void {
  const template = structure(policy, "LaunchTemplate");
  const main = template && structure(template, "LaunchTemplateSpecification");
  const source = main
    ? specified(here, main)
    : { launchTemplate: group.launchTemplate, launchTemplateVersion: group.launchTemplateVersion };
  const overrides =
    template?.Overrides === undefined
      ? group.overrides
      : structures(template, "Overrides").map((override) => overrideOf(here, override));
  Object.assign(group, source, { mixed: true, overrides });
}

function overrideOf(here: Here, override: Input): TemplateOverride {
  const own = structure(override, "LaunchTemplateSpecification");
  const weight = text(override, "WeightedCapacity");
  return {
    instanceType: text(override, "InstanceType") ?? "",
    ...(own && specified(here, own)),
    ...(weight !== undefined && { weight }),
  };
}

function specified(
  here: Here,
  specification: Input,
): { readonly launchTemplate: string; readonly launchTemplateVersion: TemplateVersion } {
  const template = templateOf(here, specification);
  const version = versionIn(text(specification, "Version") ?? "$Default");
  if (version === undefined || !versionOf(template, version))
    throw invalid(
      "You must use a valid fully-formed launch template. The specified launch template version does not exist.",
    );
  return { launchTemplate: template.id, launchTemplateVersion: version };
}

function templateOf(here: Here, specification: Input): LaunchTemplate {
  const [id, name] = [text(specification, "LaunchTemplateId"), text(specification, "LaunchTemplateName")];
  if (id !== undefined && name !== undefined)
    throw invalid("Valid requests must contain either launchTemplateId or LaunchTemplateName");
  const found = templatesHere(here).find((template) => template.id === id || template.name === name);
  if (!found)
    throw invalid(
      "You must use a valid fully-formed launch template. The specified launch template does not exist.",
    );
  return found;
}

/** Undefined where it is none. */
export function versionIn(given: string): TemplateVersion | undefined {
  if (given === "$Latest" || given === "$Default") return given;
  const number = Number(given);
  return Number.isInteger(number) && number > 0 ? number : undefined;
}

function pointOf({ launchTemplate, launchTemplateVersion, overrides }: AutoScalingGroup): string {
  const own = overrides.flatMap(({ instanceType, launchTemplate: id, launchTemplateVersion: version }) =>
    id === undefined ? [] : `, ${instanceType} from version ${version} of ${id}`,
  );
  return `version ${launchTemplateVersion} of ${launchTemplate}${own.join("")}`;
}
