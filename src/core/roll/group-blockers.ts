import type { Problem } from "../problems.js";
import type { AutoScalingGroupSeen } from "../seen.js";
import type { ImageSeen, TemplateVersionSeen } from "./seen.js";

/** What of a self-managed node group decides whether we can roll it. */
export interface GroupLook {
  readonly group: AutoScalingGroupSeen;
  /** What each of the group's template references stands for. */
  readonly versions: readonly TemplateVersionSeen[];
  /** An instance refresh is in progress. */
  readonly refreshing: boolean;
  /** The AMI it would go to. */
  readonly image: Pick<ImageSeen, "id" | "architecture">;
  /** Instance types that the group may launch: of its template, of its overrides, of its instances. */
  readonly instanceTypes: readonly string[];
  /** It keeps stopped or running instances in reserve. */
  readonly warmPool?: boolean;
  /** It replaces instances at this age. */
  readonly maxInstanceLifetime?: boolean;
}

/** Why the group cannot be rolled by us. One rule per function. */
export function groupRollBlockers(look: GroupLook): Problem[] {
  return [
    ...ownedByEks(look.group),
    ...whyNoTemplate(look.group),
    ...eksTemplates(look),
    ...refresh(look),
    ...processes(look.group),
    ...standby(look.group),
    ...architectures(look),
  ];
}

const tagOfEks = "eks:nodegroup-name";

function ownedByEks({ name, tags }: AutoScalingGroupSeen): Problem[] {
  const nodeGroup = tags[tagOfEks];
  if (nodeGroup === undefined) return [];
  return [
    {
      code: "GroupOwnedByEks",
      what: `Auto Scaling group ${name} belongs to managed node group ${nodeGroup}: EKS alone may change it`,
      next: `Plan the managed node group ${nodeGroup} instead.`,
    },
  ];
}

/** Why the group's instances cannot get another AMI. */
function whyNoTemplate({ name, template }: AutoScalingGroupSeen): Problem[] {
  if (!template) {
    return [
      {
        code: "NoLaunchTemplate",
        what: `Auto Scaling group ${name} names no launch template that the bot can read`,
        next: "Point the group at a launch template, then plan again.",
      },
    ];
  }
  if (template.kind !== "launch configuration") return [];
  return [
    {
      code: "LaunchConfiguration",
      what: `Auto Scaling group ${name} uses launch configuration ${template.name}, which cannot be changed: it takes no new AMI`,
      next: "Copy it to a launch template (EC2 console, Launch Configurations, Copy to launch template), point the group at that, then plan again.",
    },
  ];
}

function eksTemplates({ group, versions }: GroupLook): Problem[] {
  return versions
    .filter(({ madeByEks }) => madeByEks)
    .map(({ name }) => ({
      code: "TemplateMadeByEks",
      what: `Auto Scaling group ${group.name} uses launch template ${name}, which EKS made: it is never touched`,
      next: "Make a launch template of your own, point the group at it, then plan again.",
    }));
}

function refresh({ group, refreshing }: GroupLook): Problem[] {
  if (!refreshing) return [];
  return [
    {
      code: "InstanceRefresh",
      what: `An instance refresh of Auto Scaling group ${group.name} is in progress: it replaces nodes without a drain`,
      next: "Wait until it is over, or cancel it in the Auto Scaling console (Instance refresh), then plan again.",
    },
  ];
}

function processes({ name, suspended }: AutoScalingGroupSeen): Problem[] {
  return ["Launch", "Terminate"]
    .filter((process) => suspended.includes(process))
    .map((process) => ({
      code: "ProcessSuspended",
      what: `Somebody suspended the process ${process} of Auto Scaling group ${name}: no node can be replaced`,
      next: `Find out why, resume ${process} (Auto Scaling console, Details, Advanced configurations), then plan again.`,
    }));
}

function standby({ name, instances }: AutoScalingGroupSeen): Problem[] {
  const away = instances.filter(({ lifecycle }) => lifecycle.endsWith("Standby"));
  if (away.length === 0) return [];
  return [
    {
      code: "InstancesInStandby",
      what: `Auto Scaling group ${name} has instances in Standby, which nothing replaces: ${away.map(({ id }) => id).join(", ")}`,
      next: "Set them back in service or detach them (Auto Scaling console, Instance management), then plan again.",
    },
  ];
}

function architectures({ group, image, instanceTypes }: GroupLook): Problem[] {
  const unfit = instanceTypes.filter((type) => architectureOf(type) !== image.architecture);
  if (unfit.length === 0) return [];
  const types = [...new Set(unfit)].slice(0, 3).join(", ");
  return [
    {
      code: "OtherArchitecture",
      what: `AMI ${image.id} is for ${image.architecture}, and Auto Scaling group ${group.name} may launch ${types}`,
      next: "One roll brings one AMI: name one that fits, or split the group by architecture.",
    },
  ];
}

/** Graviton has a "g" behind the generation (m7g, c6gn, im4gn, g5g), and a1 was the first. */
export function architectureOf(instanceType: string): "arm64" | "x86_64" {
  const family = instanceType.split(".")[0] ?? "";
  return family === "a1" || /^[a-z]+\d+[a-z]*g[a-z]*$/.test(family) ? "arm64" : "x86_64";
}

/** What to know before it is rolled. */
export function groupRollWarnings({ group, warmPool, maxInstanceLifetime }: GroupLook): Problem[] {
  const warm = {
    code: "WarmPool",
    what: `Auto Scaling group ${group.name} has a warm pool, whose instances carry the AMI they were started with`,
    next: "Some come into service and are then replaced as well; empty the pool beforehand to save the time.",
  };
  const lifetime = {
    code: "MaxInstanceLifetime",
    what: `Auto Scaling group ${group.name} replaces instances at a certain age, without a drain`,
    next: "Take the maximum instance lifetime off the group for as long as the upgrade lasts.",
  };
  return [...(warmPool ? [warm] : []), ...(maxInstanceLifetime ? [lifetime] : [])];
}
