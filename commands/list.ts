import type { FleetCluster } from "../src/clusters.js";
import type { ScannedCluster } from "../src/core/scan/scanned.js";
import type { Environment } from "../src/fleet.js";
import type { View } from "../src/slack/limits.js";
import { listAnswer } from "../src/slack/views/fleet.js";
import type { Actor } from "./authorize.js";
import { nothingToShow } from "./shown.js";
import { findCluster } from "./target.js";
import type { Tools } from "./tools.js";

/** `list [cluster]`: what runs where, and what is behind, as the last scan found it. */
export async function list(cluster: string | undefined, actor: Actor, tools: Tools): Promise<View> {
  const { authority, clock } = tools;
  if (cluster !== undefined) {
    const target = await findCluster(cluster, actor, tools);
    if ("refused" in target) return target.refused;
    return listAnswer(await lastOf([target.found], tools), clock.now());
  }
  const environments = await authority.visible(actor);
  if (environments.length === 0) return nothingToShow;
  return listAnswer(await lastScans(environments, tools), clock.now());
}

/** What is known of everything in these environments; what nobody has looked at yet is looked at now. */
export async function lastScans(
  environments: readonly Environment[],
  tools: Tools,
): Promise<ScannedCluster[]> {
  const all = await Promise.all(environments.map((environment) => tools.clusters.of(environment)));
  const scanned = await lastOf(
    all.flatMap(({ clusters }) => clusters),
    tools,
  );
  const unlisted = all.flatMap(({ problems }, index) =>
    problems.map(
      ({ name, problem }): ScannedCluster => ({
        environment: environments[index]?.name ?? "",
        name,
        region: "",
        scannedAt: tools.clock.now(),
        problem,
      }),
    ),
  );
  return [...scanned, ...unlisted];
}

async function lastOf(wanted: readonly FleetCluster[], { digests }: Tools): Promise<ScannedCluster[]> {
  const last = await digests.last();
  const scanOf = ({ environment, name, region }: FleetCluster, scans: readonly ScannedCluster[]) =>
    scans.find(
      (each) => each.environment === environment.name && each.name === name && each.region === region,
    );
  const missing = wanted.filter((each) => !scanOf(each, last));
  const looked = await Promise.all(
    missing.map(({ environment, name }) => digests.check([environment], { only: name })),
  );
  const known = [...looked.flat(), ...last];
  return wanted.flatMap((each) => scanOf(each, known) ?? []);
}
