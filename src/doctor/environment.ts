import type { Clusters } from "../clusters.js";
import type { Environment } from "../fleet.js";
import type { Outside } from "../phases/outside.js";
import { assumeRole, discovery, regionsOf, roleName, scanFindings } from "./account.js";
import { clusterFindings } from "./cluster.js";
import { type Section, section, untried } from "./finding.js";
import { inLanes } from "./lanes.js";

/** AWS throttles who asks for everything at once. */
const clustersAtOnce = 8;

/** The environment's account, and each of its clusters, named or discovered, as the bot will find them. */
export async function environmentSections(
  environment: Environment,
  outside: Outside,
  clusters: Clusters,
): Promise<readonly Section[]> {
  const role = roleName(environment);
  const title = `Environment ${environment.name}${role === undefined ? "" : ` (role ${role})`}`;
  const assumed = await assumeRole(environment, outside);
  if (assumed?.error !== undefined) {
    const rest = untried("its clusters: not looked at, without the role");
    return [section(title, Promise.resolve([...assumed.findings, rest]))];
  }
  const found = await discovery(environment, clusters);
  const all = found?.got?.clusters ?? environment.clusters;
  const within = regionsOf(environment).map((region) => {
    const hasClusters = all.some((each) => each.region === region);
    return scanFindings(outside.region(region), region, hasClusters);
  });
  const account = Promise.all(within).then((findings) =>
    [assumed?.findings, found?.findings, ...findings].flatMap((some) => some ?? []),
  );
  const looks = inLanes(all, clustersAtOnce, ({ name, region }) =>
    clusterFindings(outside.region(region), name, region),
  );
  return [
    section(title, account),
    ...looks.map(({ item: { name, region }, result }) =>
      section(`Cluster ${name} (${environment.name}, ${region})`, result),
    ),
  ];
}
