import type { Scenario, ScenarioCluster } from "../scenarios/types.js";

/** A region of an account, where everything in AWS is: what else there is cannot be seen from there. */
export interface Place {
  readonly region: string;
  readonly account: string;
}

export function placeOf(scenario: Place, { region, account }: ScenarioCluster): Place {
  return { region: region ?? scenario.region, account: account ?? scenario.account };
}

export function isAt(thing: Place, { region, account }: Place): boolean {
  return thing.region === region && thing.account === account;
}

/** Where the scenario has anything. */
export function regionsOf({ region, clusters }: Pick<Scenario, "region" | "clusters">): string[] {
  return [...new Set([region, ...clusters.map((cluster) => cluster.region ?? region)])];
}
