import type { Ec2 } from "../aws/ec2.js";
import { type Instant, minute } from "../core/instant.js";
import type { Step } from "../core/plan.js";
import { isTrouble } from "../core/problems.js";
import type { UpdateSeen } from "../core/seen.js";
import type { StepAtHand } from "./managed.js";

/** The update that our own call started, if it went through without our learning of it. `since`: not before it was meant. */
export async function findOurs(
  { run, step, progress, outside, signal }: StepAtHand,
  since: Instant = progress.intent?.savedAt ?? Number.POSITIVE_INFINITY,
) {
  const { eks, ec2 } = outside.region(run.plan.region);
  const updates = await eks.updates(run.plan.cluster, step.nodeGroup, signal).catch((error: unknown) => {
    if (isTrouble(error, "not found")) return [];
    throw error;
  });
  const candidates = updates.filter((each) => mayBeOurs(each, since));
  const goesThere = await Promise.all(candidates.map((each) => goesToTarget(each, step, ec2, signal)));
  return {
    update: candidates.find((_, at) => goesThere[at]),
    othersRun: updates.some((each) => each.status === "InProgress"),
  };
}

function mayBeOurs({ type, createdAt }: UpdateSeen, since: Instant): boolean {
  // One minute for clocks that disagree.
  return type === "VersionUpdate" && createdAt >= since - minute;
}

/** A custom AMI is named by the template's version that the update goes to. */
async function goesToTarget(
  { params }: UpdateSeen,
  { to, ownTemplate, launchTemplate }: Step,
  ec2: Ec2,
  signal: AbortSignal,
): Promise<boolean> {
  if (!ownTemplate || !launchTemplate) return params.ReleaseVersion === to.release;
  const version = params.LaunchTemplateVersion;
  if (version === undefined) return false;
  const made = await ec2.templateVersion(launchTemplate.id, version, signal).catch((error: unknown) => {
    if (isTrouble(error, "not found")) return undefined;
    throw error;
  });
  return made?.image === to.image;
}
