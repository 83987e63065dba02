import type { Region } from "../aws/region.js";
import { whyNoReleases } from "../core/ami-support.js";
import { isTrouble } from "../core/problems.js";
import type { ClusterSeen, NodeGroupSeen } from "../core/seen.js";
import { type Attempt, attempt } from "./attempt.js";
import { selfManagedFindings } from "./aws-self-managed.js";
import { awsTrouble } from "./aws-trouble.js";
import { type Finding, failed, lacking, ok, untried } from "./finding.js";

/** Whether EKS tells the bot of the cluster, and so how its own API is reached. */
export function describeCluster(
  { eks }: Region,
  name: string,
  region: string,
): Promise<Attempt<ClusterSeen>> {
  return attempt((signal) => eks.cluster(name, signal), {
    title: "eks:DescribeCluster",
    found: ({ status, version }) => {
      const what = `${status} on Kubernetes ${version}`;
      return status === "ACTIVE"
        ? ok(what)
        : lacking(what, "While it is not ACTIVE nothing can be upgraded.");
    },
    failed: (error) => noCluster(region, error) ?? awsTrouble(error),
  });
}

function noCluster(region: string, error: unknown): Finding | undefined {
  if (!isTrouble(error, "not found")) return undefined;
  const what = `there is no such cluster in ${region}, in the AWS account of these credentials`;
  return failed(
    what,
    "Correct its name or region in fleet.yaml, or give the bot that account's credentials.",
  );
}

/** What else the IAM policy must allow, each action by a call that the bot makes. */
export async function nodeGroupFindings(
  aws: Region,
  cluster: string,
  minor: string | undefined,
): Promise<Finding[]> {
  const names = await attempt((signal) => aws.eks.nodeGroupNames(cluster, signal), {
    title: "eks:ListNodegroups",
    found: (found) => ok(found.join(", ") || "none yet"),
    failed: awsTrouble,
  });
  const { findings: described, got: groups = [] } = await describeGroups(aws.eks, cluster, names.got);
  const rest = await Promise.all([
    tryUpdates(aws.eks, cluster, names.got),
    tryReleases(aws.releases, groups, minor),
    tryAutoScaling(aws.autoScaling, groups),
    selfManagedFindings(aws, cluster),
  ]);
  return [...names.findings, ...described, ...rest.flat()];
}

async function describeGroups(
  eks: Region["eks"],
  cluster: string,
  names: readonly string[] | undefined,
): Promise<Attempt<NodeGroupSeen[]>> {
  const title = "eks:DescribeNodegroup";
  if (!names?.length) return { findings: [notTried(title, names)] };
  // One after the other: EKS allows few at once.
  const read = async (signal: AbortSignal) => {
    const groups: NodeGroupSeen[] = [];
    for (const name of names) groups.push(await eks.nodeGroup(cluster, name, signal));
    return groups;
  };
  return attempt(read, { title, found: (groups) => groups.map(groupFinding), failed: awsTrouble });
}

function groupFinding({ name, status, release }: NodeGroupSeen): Finding {
  const what = `${name} is ${status} on ${release}`;
  return status === "ACTIVE" ? ok(what) : lacking(what, "While it is not ACTIVE it cannot be upgraded.");
}

/** No update has this id: who may look is told that it does not exist. */
const noUpdate = "00000000-0000-0000-0000-000000000000";

async function tryUpdates(
  eks: Region["eks"],
  cluster: string,
  names: readonly string[] | undefined,
): Promise<readonly Finding[]> {
  const [list, describe] = ["eks:ListUpdates", "eks:DescribeUpdate"] as const;
  const group = names?.[0];
  if (group === undefined) return [list, describe].map((title) => notTried(title, names));
  const tried = await Promise.all([
    attempt((signal) => eks.updateIds(cluster, group, signal), {
      title: list,
      found: (ids) => ok(`${ids.length} of ${group}`),
      failed: awsTrouble,
    }),
    attempt((signal) => eks.update(cluster, group, noUpdate, signal), {
      title: describe,
      found: () => ok("allowed"),
      failed: (error) => (isTrouble(error, "not found") ? ok("allowed") : awsTrouble(error)),
    }),
  ]);
  return tried.flatMap(({ findings }) => findings);
}

/** Tried where no node group is known: that parameters can be read shows with any kind. */
const usual = { amiType: "AL2023_x86_64_STANDARD", version: "1.34" };

async function tryReleases(
  releases: Region["releases"],
  groups: readonly NodeGroupSeen[],
  minor = usual.version,
): Promise<readonly Finding[]> {
  const kinds = groups.length > 0 ? groups : [{ ...usual, version: minor }];
  const distinct = new Map(kinds.map((kind) => [`${kind.amiType} for Kubernetes ${kind.version}`, kind]));
  const tried = [...distinct].map(async ([kind, { amiType, version }]) => {
    const title = `ssm:GetParameters: ${kind}`;
    const none = whyNoReleases(amiType, version);
    if (none) return { findings: [lacking(`${title}: ${none.what.replace(/\.$/, "")}`, none.next)] };
    return attempt((signal) => releases.latest(amiType, version, signal), {
      title,
      found: (got) => (got ? ok(got.release) : lacking("no release", published)),
      failed: awsTrouble,
    });
  });
  return (await Promise.all(tried)).flatMap(({ findings }) => findings);
}

const published = "AWS publishes none for this version of Kubernetes in this region, or no longer.";

/** Auto Scaling leaves out a group that is not there: whether the call is allowed shows with any name. */
async function tryAutoScaling(
  autoScaling: Region["autoScaling"],
  nodeGroups: readonly NodeGroupSeen[],
): Promise<readonly Finding[]> {
  const names = nodeGroups.flatMap((group) => group.autoScalingGroups);
  const asked = names.length > 0 ? names : ["none"];
  const { findings } = await attempt((signal) => autoScaling.groups(asked, signal), {
    title: "autoscaling:DescribeAutoScalingGroups",
    found: (groups) => ok(names.length > 0 ? `${groups.length} of ${names.length} found` : "allowed"),
    failed: awsTrouble,
  });
  return findings;
}

function notTried(title: string, names: readonly string[] | undefined): Finding {
  const why = names ? "there is no managed node group" : "the node groups are not known";
  return untried(`${title}: not tried, because ${why}`);
}
