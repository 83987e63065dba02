import type { ScenarioEnvironment, ScenarioFreeze } from "./scenarios/environments.js";
import type { Scenario } from "./scenarios/types.js";
import type { SimulatedSlack } from "./slack/server.js";

const day = 24 * 3600_000;

/** What fleet.yaml names of the simulated Slack. */
type Names = Pick<SimulatedSlack, "channel" | "testChannel" | "groups">;

/** The scenario's fleet as the bot reads it, in a world that begins at `origin`. JSON is YAML. */
export function fleetFile(scenario: Scenario, slack: Names, origin: number): string {
  const environments = scenario.environments?.map((environment) => ({
    ...environmentOf(scenario, environment, slack),
    ...rulesOf(environment, origin),
  }));
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

function rulesOf({ rules }: ScenarioEnvironment, origin: number) {
  if (!rules) return {};
  const { freezes, ...asWritten } = rules;
  return { ...asWritten, ...(freezes && { freezes: freezes.map((freeze) => datesOf(freeze, origin)) }) };
}

/** Whole days, the last of them included. */
function datesOf({ inDays, days, reason }: ScenarioFreeze, origin: number) {
  const date = (ahead: number) => new Date(origin + ahead * day).toISOString().slice(0, 10);
  return { from: date(inDays), until: date(inDays + days - 1), reason };
}

function named(scenario: Scenario, { name, region = scenario.region }: Scenario["clusters"][number]) {
  return { name, region };
}
