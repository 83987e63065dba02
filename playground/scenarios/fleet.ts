import type { ScenarioRole } from "./environments.js";
import { accounts, edge, fleetClusters, fleetImages } from "./fleet-clusters.js";
import { fleetReleases, fleetWithdrawn } from "./fleet-releases.js";
import { type Scenario, usualTimings } from "./types.js";

const regions = ["us-west-2", "eu-west-1"];
const digest = { schedule: "0 9 * * *" };

const role: ScenarioRole = {
  arn: `arn:aws:iam::${accounts.prod}:role/eks-upgrade-bot`,
  account: accounts.prod,
  externalId: "playground-fleet",
};

/** What a team with more than one cluster looks at every morning. */
export const fleet: Scenario = {
  name: "fleet",
  story:
    "Six clusters in two regions and two accounts: some node groups are on the newest AMI, some weeks behind, some months. One " +
    "cluster's support ends soon, one is throttled, one tells nothing. The bot says every day at 9:00 what is behind. An operator " +
    "begins with the Bottlerocket nodes of the shop, in the account that the bot takes a role for.",
  region: "us-west-2",
  account: accounts.test,
  seed: 7,
  clusters: fleetClusters,
  releases: fleetReleases,
  withdrawn: fleetWithdrawn,
  images: fleetImages,
  roles: [role],
  environments: [
    {
      name: "test",
      channel: "test",
      clusters: ["shop-test"],
      discover: { regions, exclude: ["*-sandbox"] },
      digest,
    },
    { name: "prod", role, discover: { regions }, digest },
  ],
  startsAt: "08:58",
  timings: usualTimings,
  command: `/eks-upgrade start ${edge.cluster}/${edge.nodeGroup}`,
  expected: { end: "done", ...edge, updates: 1 },
};
