import type { ScenarioEnvironment } from "./scenarios/environments.js";
import type { Scenario } from "./scenarios/types.js";
import type { SimulatedSlack } from "./slack/server.js";

/** What fleet.yaml names of the simulated Slack. */
type Names = Pick<SimulatedSlack, "channel" | "testChannel" | "groups">;

/** The scenario's fleet as the bot reads it. JSON is YAML. */
export function fleetFile(scenario: Scenario, slack: Names): string {
  const environments = scenario.environments?.map((environment) =>
    environmentOf(scenario, environment, slack),
  );
  const everything = [
    { name: "prod", clusters: scenario.clusters.map((cluster) => named(scenario, cluster)) },
  ];
  const people = {
    channel: slack.channel,
    operators: { groups: [slack.groups.operators], users: [] },
    approvers: { groups: [slack.groups.approvers], users: [] },
    approvals: { required: 1, requesterMayApprove: false, expiresAfter: "24h" },
  };
  const whole = (environments ?? everything).map(({ name, ...rest }) => ({ name, ...people, ...rest }));
  return JSON.stringify({ environments: whole }, undefined, 2);
}

function environmentOf(
  scenario: Scenario,
  { name, channel, clusters, discover, role, digest }: ScenarioEnvironment,
  { testChannel }: Names,
) {
  const { regions, include, exclude } = discover ?? {};
  const chosen = scenario.clusters.filter((cluster) => clusters?.includes(cluster.name));
  return {
    name,
    ...(channel && { channel: testChannel }),
    ...(role && { roleArn: role.arn }),
    ...(role?.externalId !== undefined && { externalId: role.externalId }),
    ...(clusters && { clusters: chosen.map((cluster) => named(scenario, cluster)) }),
    ...(discover && { discover: true, regions }),
    ...(include && { include }),
    ...(exclude && { exclude }),
    ...(digest && { digest }),
  };
}

function named(scenario: Scenario, { name, region = scenario.region }: Scenario["clusters"][number]) {
  return { name, region };
}
