import type { HealthIssue } from "../scenarios/types.js";
import { activeMembersOf, isActive, scalingGroupOf } from "./lookup.js";
import type { Instance, NodeGroup, World } from "./state.js";
import { passUntil } from "./time.js";

/** Health issues that come and go with what the world shows; any other was given by the scenario and stays. */
const observed = ["NodeCreationFailure", "AsgInstanceLaunchFailures"];

/**
 * What EKS says of a group after an update: ACTIVE, or DEGRADED by issues that last until their cause is gone (EKS API
 * reference: Issue). Pods that do not leave make no issue: the same update may be asked for again at once.
 *
 * @param failure the error code, where the update failed
 */
export function settle(world: World, group: NodeGroup, failure?: string): void {
  const late = failure === "NodeCreationFailure" ? activeMembersOf(world, scalingGroupOf(world, group)) : [];
  const isWell = () => {
    const issues = issuesOf(world, group, late.filter(isStranger));
    setIssues(world, group, issues);
    return issues.length === 0;
  };
  group.status = isWell() ? "ACTIVE" : "DEGRADED";
  if (group.status === "DEGRADED") void recover(world, group, isWell);
}

async function recover(world: World, group: NodeGroup, isWell: () => boolean): Promise<void> {
  await passUntil(world.clock, isWell);
  if (group.status === "DEGRADED") group.status = "ACTIVE";
}

function isStranger(instance: Instance): boolean {
  return isActive(instance) && instance.state === "running" && instance.node === "none";
}

function issuesOf(world: World, group: NodeGroup, strangers: readonly Instance[]): HealthIssue[] {
  const scaling = scalingGroupOf(world, group);
  const launch = scaling.activities.findLast(({ description }) => description.startsWith("Launching"));
  const issues: HealthIssue[] = [];
  if (strangers.length > 0)
    issues.push({
      code: "NodeCreationFailure",
      message: "Your launched instances are unable to register with your Amazon EKS cluster.",
      resourceIds: strangers.map(({ id }) => id),
    });
  if (launch?.status === "Failed")
    issues.push({
      code: "AsgInstanceLaunchFailures",
      message: `Your Auto Scaling group is experiencing failures while attempting to launch instances: ${launch.message}`,
      resourceIds: [scaling.name],
    });
  return issues;
}

function setIssues(world: World, group: NodeGroup, issues: readonly HealthIssue[]): void {
  const before = codesOf(group.healthIssues);
  const given = group.healthIssues.filter(({ code }) => !observed.includes(code));
  group.healthIssues = [...given, ...issues];
  const after = codesOf(group.healthIssues);
  if (after !== before) world.record("health", `${group.cluster}/${group.name}`, `health issues: ${after}`);
}

function codesOf(issues: readonly HealthIssue[]): string {
  return issues.map(({ code }) => code).join(", ") || "none";
}
