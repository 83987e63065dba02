import type { ScenarioEnvironment } from "../scenarios/environments.js";
import type { Scenario } from "../scenarios/types.js";
import type { Cluster } from "../world/state.js";

type Known = Pick<Cluster, "name" | "region" | "account">;

/** Which environment of the bot's fleet the cluster is in: the one that names it, else one that discovers it; "" is none. */
export function environmentOf(scenario: Scenario, cluster: Known): string {
  const { environments } = scenario;
  if (!environments) return "prod";
  const found =
    environments.find(({ clusters = [] }) => clusters.includes(cluster.name)) ??
    environments.find((environment) => discovers(environment, scenario, cluster));
  return found?.name ?? "";
}

function discovers(
  { discover, role }: ScenarioEnvironment,
  scenario: Scenario,
  { name, region, account }: Known,
): boolean {
  if (!discover?.regions.includes(region) || (role?.account ?? scenario.account) !== account) return false;
  const matches = (pattern: string) => expressionOf(pattern).test(name);
  return (discover.include ?? ["*"]).some(matches) && !(discover.exclude ?? []).some(matches);
}

/** A name with "*" for anything and "?" for one character. */
function expressionOf(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`);
}
