import { EKS } from "@aws-sdk/client-eks";
import { SSM } from "@aws-sdk/client-ssm";
import { openClusters } from "../src/clusters.js";
import { latestRelease } from "../src/core/releases.js";
import { parseFleet } from "../src/fleet.js";
import { connectOutside } from "../src/outside.js";
import { scan } from "../src/phases/scan/scan.js";
import { regions } from "./scan-fleet.js";

/** One side of the comparison, in a process of its own: nobody's code is warm because of the other. */

/** To a side: scan. A side may be told so more than once. */
export type ToSide = "naive" | "ours";

export interface SideFigures {
  readonly seconds: number;
  readonly processorSeconds: number;
  /** Both sides must agree on these two. */
  readonly groups: number;
  readonly behind: number;
  /** Groups whose nodes were looked at, too. */
  readonly withKubelets: number;
}

type Found = Pick<SideFigures, "groups" | "behind" | "withKubelets">;

/** As a script would have it: everything one after another, and SSM asked for each group. */
async function naive(): Promise<Found> {
  const found = { groups: 0, behind: 0, withKubelets: 0 };
  for (const region of regions) {
    const settings = { region, maxAttempts: 3 };
    const [eks, ssm] = [new EKS(settings), new SSM(settings)];
    const { clusters = [] } = await eks.listClusters({});
    for (const clusterName of clusters) {
      const { nodegroups = [] } = await eks.listNodegroups({ clusterName });
      for (const nodegroupName of nodegroups) {
        const { nodegroup } = await eks.describeNodegroup({ clusterName, nodegroupName });
        const lookup = latestRelease(nodegroup?.amiType ?? "", nodegroup?.version ?? "");
        const { Parameters = [] } = await ssm.getParameters({ Names: [...(lookup?.parameters ?? [])] });
        const values = Parameters.map(({ Name = "", Value = "" }) => [Name, Value] as const);
        const newest = lookup?.read(new Map(values));
        if (!newest) throw new Error(`Nothing is listed for ${clusterName}/${nodegroupName}.`);
        found.groups++;
        if (newest.release !== nodegroup?.releaseVersion) found.behind++;
      }
    }
  }
  return found;
}

const people = { groups: ["S0OPS"], users: [] };
const everything = { name: "prod", channel: "C0PROD", operators: people, approvers: people };

/** What a worker does; connections and tokens outlast a scan as they do there. */
function ours(): () => Promise<Found> {
  const read = parseFleet(
    JSON.stringify({ environments: [{ ...everything, discover: true, regions }] }),
    "fleet.yaml",
  );
  if ("problems" in read) throw new Error(read.problems.join("\n"));
  const { fleet } = read;
  const outsides = connectOutside(fleet);
  return async () => {
    const { clusters } = await scan(fleet.environments, {
      outsides,
      clusters: openClusters(fleet, outsides, Date.now),
      known: async () => [],
      now: Date.now,
    });
    for (const { name, problem, found } of clusters) {
      const trouble = problem ?? found?.unseen;
      if (trouble) throw new Error(`${name}: ${trouble.what}.`);
    }
    const groups = clusters.flatMap(({ found }) => found?.groups ?? []);
    return {
      groups: groups.length,
      behind: groups.filter(({ standing }) => standing === "behind").length,
      withKubelets: groups.filter(({ kubelet }) => kubelet !== undefined).length,
    };
  };
}

const sides: Readonly<Record<ToSide, () => Promise<Found>>> = { naive, ours: ours() };

/** What else is loaded at the first call: neither side's clock runs meanwhile. */
async function load(): Promise<void> {
  await import("@aws-sdk/client-auto-scaling");
  await import("@kubernetes/client-node");
  await import("@smithy/signature-v4");
}

async function measure(side: ToSide): Promise<SideFigures> {
  await load();
  const [began, spent] = [performance.now(), process.cpuUsage()];
  const found = await sides[side]();
  const { user, system } = process.cpuUsage(spent);
  return { seconds: (performance.now() - began) / 1000, processorSeconds: (user + system) / 1e6, ...found };
}

process.on("message", (side: ToSide) => {
  measure(side).then(
    (figures) => process.send?.(figures),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.once("disconnect", () => process.exit(0));
