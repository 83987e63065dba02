import type { Region } from "../aws/region.js";
import { refusesCredentials } from "../aws/trouble.js";
import { isTrouble } from "../core/problems.js";
import type { AutoScalingGroupSeen } from "../core/seen.js";
import { attempt } from "./attempt.js";
import { awsTrouble } from "./aws-trouble.js";
import { type Finding, lacking, ok, untried } from "./finding.js";

const attach = "For the others: attach docs/permissions/self-managed-policy.json to the bot's role.";

/** What the bot needs of AWS to roll node groups that EKS does not manage: one line where there are none. */
export async function selfManagedFindings(aws: Region, cluster: string): Promise<readonly Finding[]> {
  const looks = await attempt((signal) => refusedReads(aws, signal), {
    title: "IAM rights to look at self-managed node groups",
    found: readVerdict,
    failed: awsTrouble,
  });
  if (looks.got?.length !== 0) return looks.findings;
  const title = "self-managed node groups";
  const groups = await attempt((signal) => selfManagedOf(aws, cluster, signal), {
    title,
    found: (found) => ok(found.map(({ name }) => name).join(", ") || "none tagged as the cluster's"),
    failed: awsTrouble,
  });
  const writes = await Promise.all((groups.got ?? []).map((group) => writeFindings(aws, group)));
  return [...looks.findings, ...groups.findings, ...writes.flat()];
}

/** Things that are not there: whether a call is allowed shows all the same. */
const nobody = {
  instance: "i-00000000000000000",
  image: "ami-00000000000000000",
  subnet: "subnet-00000000000000000",
  template: "lt-00000000000000000",
  group: "eks-upgrade-bot-doctor",
};

async function refusedReads(aws: Region, signal: AbortSignal): Promise<string[]> {
  const { autoScaling, ec2, loadBalancers } = aws;
  const reads: Readonly<Record<string, () => Promise<unknown>>> = {
    "autoscaling:DescribeAutoScalingInstances": () => autoScaling.groupsOf([nobody.instance], signal),
    "autoscaling:DescribeInstanceRefreshes": () => autoScaling.isRefreshing(nobody.group, signal),
    "autoscaling:DescribeScalingActivities": () => autoScaling.activities(nobody.group, signal),
    "ec2:DescribeImages": () => ec2.images([nobody.image], signal),
    "ec2:DescribeInstances": () => ec2.instances([nobody.instance], signal),
    "ec2:DescribeLaunchTemplateVersions": () => ec2.templateVersion(nobody.template, "$Default", signal),
    "ec2:DescribeSubnets": () => ec2.subnets([nobody.subnet], signal),
    "elasticloadbalancing:DescribeTargetHealth": () => loadBalancers.targets([noTargets], signal),
  };
  const refused = await Promise.all(
    Object.entries(reads).map(async ([action, read]) => ((await isRefused(read)) ? [action] : [])),
  );
  return refused.flat();
}

const noTargets = "arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/none/0000000000000000";

/** What AWS does not find, or finds malformed, it has let us ask. */
async function isRefused(read: () => Promise<unknown>): Promise<boolean> {
  try {
    await read();
    return false;
  } catch (error) {
    if (isTrouble(error, "not found", "refused")) return false;
    if (isTrouble(error, "denied") && !refusesCredentials(error)) return true;
    throw error;
  }
}

/** No failure: whoever has managed node groups only grants none of it. */
function readVerdict(refused: readonly string[]): Finding {
  if (refused.length === 0) return ok("all allowed");
  const what = `not allowed: ${refused.join(", ")}; the bot can upgrade managed node groups only`;
  return lacking(what, attach);
}

async function selfManagedOf(aws: Region, cluster: string, signal: AbortSignal) {
  const groups = await aws.autoScaling.groupsOfCluster(cluster, signal);
  return groups.filter(({ tags }) => tags["eks:nodegroup-name"] === undefined);
}

/** EC2 can be asked by a dry run; Auto Scaling has none. */
async function writeFindings(
  aws: Region,
  { name, template }: AutoScalingGroupSeen,
): Promise<readonly Finding[]> {
  if (!template || template.kind === "launch configuration") return [];
  const made = await attempt((signal) => aws.ec2.mayCreateTemplateVersion(template.template.id, signal), {
    title: `ec2:CreateLaunchTemplateVersion for ${name} (dry run)`,
    found: (may) => (may ? ok("allowed") : lacking("not allowed; the bot cannot upgrade it", attach)),
  });
  const changes = untried(
    `autoscaling:UpdateAutoScalingGroup and the like for ${name}: would change it`,
    "See that docs/permissions/self-managed-policy.json is attached, and names this cluster.",
  );
  return [...made.findings, changes];
}
