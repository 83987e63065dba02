import type { Region } from "../aws/region.js";
import { refusesCredentials } from "../aws/trouble.js";
import type { Clusters, EnvironmentClusters } from "../clusters.js";
import { isTrouble } from "../core/problems.js";
import type { Environment } from "../fleet.js";
import type { Outside } from "../phases/outside.js";
import { type Attempt, attempt } from "./attempt.js";
import { awsTrouble, principalIn } from "./aws-trouble.js";
import { type Finding, failed, lacking, ok } from "./finding.js";

/** "team/eks-upgrade-bot": the account's id is left out. */
export function roleName({ roleArn }: Environment): string | undefined {
  return roleArn?.replace(/^.*?:role\//, "");
}

/** Every region where the environment has clusters, or looks for them. */
export function regionsOf({ clusters, discover }: Environment): string[] {
  return [...new Set([...clusters.map(({ region }) => region), ...(discover?.regions ?? [])])];
}

/** Whether the environment's role can be assumed; undefined where it has none. */
export async function assumeRole(
  environment: Environment,
  outside: Outside,
): Promise<Attempt<unknown> | undefined> {
  const role = roleName(environment);
  const [region] = regionsOf(environment);
  if (role === undefined || region === undefined) return undefined;
  // A token is signed with the role's credentials: to get them is all that there is to it.
  const sign = async () => outside.region(region).clusterToken("none");
  return attempt(sign, {
    title: "sts:AssumeRole",
    found: () => ok(`role ${role}`),
    failed: (error) => {
      if (!isTrouble(error, "denied") || refusesCredentials(error)) return undefined;
      const who = principalIn(error.cause);
      const files = "See docs/permissions/trust-policy.json and docs/permissions/assume-role-policy.json.";
      return failed(`role ${role}: ${error.code}${who && ` for ${who}`}`, `${error.next} ${files}`);
    },
  });
}

/** Longer than the bot itself waits for a region. */
const listingPatience = 20_000;

/** What the bot will find in the environment; undefined where it discovers nothing. */
export async function discovery(
  environment: Environment,
  clusters: Clusters,
): Promise<Attempt<EnvironmentClusters> | undefined> {
  if (!environment.discover) return undefined;
  const named = new Set(environment.clusters.map(({ name }) => name));
  const telling = {
    title: "discovery",
    found: ({ clusters: all, problems }: EnvironmentClusters) => [
      found(
        all.map(({ name }) => name).filter((name) => !named.has(name)),
        named.size > 0,
      ),
      ...problems.map(({ problem: { what, next } }) => failed(what, next)),
    ],
  };
  return attempt(() => clusters.of(environment, { fresh: true }), telling, listingPatience);
}

function found(names: readonly string[], someNamed: boolean): Finding {
  if (names.length > 0) return ok(names.join(", "));
  if (someNamed) return ok("none but those that are named");
  return lacking(
    "no cluster found",
    "Correct regions, include and exclude in fleet.yaml, unless that is meant.",
  );
}

/** What the look for outdated AMIs asks of a region, whatever clusters are in it. */
export async function scanFindings(
  { eks, releases }: Region,
  region: string,
  hasClusters: boolean,
): Promise<readonly Finding[]> {
  const versions = attempt((signal) => eks.versions(signal), {
    title: `eks:DescribeClusterVersions in ${region}`,
    found: (all) => ok(`${all.size} versions of Kubernetes`),
    failed: (error) => {
      const trouble = awsTrouble(error);
      if (!trouble || (isTrouble(error) && refusesCredentials(error))) return trouble;
      return lacking(`${trouble.what}; nobody is told when support ends`, trouble.next ?? "");
    },
  });
  const { amiType, minor } = anyRelease;
  // Where there are clusters, it is tried for each kind of node that they have.
  const listed = hasClusters
    ? undefined
    : attempt((signal) => releases.lookUp([anyRelease], signal), {
        title: `ssm:GetParameters in ${region}`,
        found: ({ size }) =>
          size > 0 ? ok("allowed") : lacking(`no release of ${amiType} for Kubernetes ${minor}`, unpublished),
        failed: awsTrouble,
      });
  return [...(await versions).findings, ...((await listed)?.findings ?? [])];
}

const anyRelease = { amiType: "AL2023_x86_64_STANDARD", minor: "1.34" };
const unpublished = "AWS publishes none in this region, or no longer.";
