import type { AutoScalingGroupSeen } from "../seen.js";
import type { GroupTemplate, TemplateReference, TemplateVersionSeen } from "./seen.js";

/**
 * Processes of Auto Scaling that would get in the way of a roll. Launch and Terminate do our work, new nodes must be added
 * to load balancers, and a health check harms nobody: those stay.
 */
const interfering: readonly {
  readonly name: string;
  readonly when: (group: Pick<AutoScalingGroupSeen, "targetGroups">) => boolean;
}[] = [
  // It terminates nodes undrained to even out the zones, which a roll unbalances for a while.
  { name: "AZRebalance", when: () => true },
  // An old node that has left its load balancers looks unhealthy to them, and would be terminated undrained. Without a
  // load balancer only machines that are really broken are replaced, and that is welcome.
  { name: "ReplaceUnhealthy", when: ({ targetGroups }) => targetGroups.length > 0 },
  // A scheduled size below the extra nodes terminates nodes undrained.
  { name: "ScheduledActions", when: () => true },
  // Extra nodes lower the load, and a scaling policy would then terminate nodes undrained.
  { name: "AlarmNotification", when: () => true },
];

/** The processes to suspend: those that would interfere and are not suspended yet. */
export function processesToSuspend(
  group: Pick<AutoScalingGroupSeen, "suspended" | "targetGroups">,
): string[] {
  return interfering
    .filter(({ name, when }) => when(group) && !group.suspended.includes(name))
    .map(({ name }) => name);
}

/** Each launch template version that the group refers to, once; none of a launch configuration. */
export function referencesOf(template: GroupTemplate): TemplateReference[] {
  if (template.kind === "launch configuration") return [];
  const own = template.kind === "mixed instances" ? template.overrides.map((each) => each.template) : [];
  const all = [template.template, ...own];
  return all.filter((one, at) => all.findIndex((other) => isSame(one, other)) === at);
}

function isSame(a: TemplateReference, b: TemplateReference): boolean {
  return a.id === b.id && a.version === b.version;
}

/** One new version of a template: `source`, with the AMI alone changed. */
export interface TemplateToMake {
  readonly template: string;
  /** A number: "$Latest" may be another one tomorrow. */
  readonly source: string;
  readonly image: string;
}

/**
 * The versions to make. `versionOf`: what a reference stands for now; a version that names the AMI already is used as it
 * is. Two references that stand for one version get one.
 */
export function templatesToMake(
  template: GroupTemplate,
  versionOf: (reference: TemplateReference) => TemplateVersionSeen,
  image: string,
): TemplateToMake[] {
  const wanted = referencesOf(template)
    .map(versionOf)
    .filter((version) => version.image !== image)
    .map((version) => ({ template: version.template, source: `${version.number}`, image }));
  return wanted.filter(
    (one, at) =>
      wanted.findIndex((other) => other.template === one.template && other.source === one.source) === at,
  );
}

/** The group's template with an explicit number for every reference. `numberOf`: of the version made, or used as it is. */
export function pointedAt(
  template: GroupTemplate,
  numberOf: (reference: TemplateReference) => string,
): GroupTemplate {
  const at = (reference: TemplateReference) => ({ ...reference, version: numberOf(reference) });
  switch (template.kind) {
    case "launch configuration":
      return template;
    case "launch template":
      return { ...template, template: at(template.template) };
    case "mixed instances":
      return {
        ...template,
        template: at(template.template),
        overrides: template.overrides.map((each) => ({ ...each, template: at(each.template) })),
      };
  }
}

/** True where both point at the same versions of the same templates: Auto Scaling is asked for nothing then. */
export function pointsAlike(a: GroupTemplate, b: GroupTemplate): boolean {
  if (a.kind === "launch configuration" || b.kind === "launch configuration") return false;
  const overrides = (template: GroupTemplate) =>
    template.kind === "mixed instances" ? template.overrides.map((each) => each.template) : [];
  const [of, others] = [overrides(a), overrides(b)];
  return (
    a.kind === b.kind &&
    isSame(a.template, b.template) &&
    of.length === others.length &&
    of.every((reference, at) => {
      const other = others[at];
      return other !== undefined && isSame(reference, other);
    })
  );
}
