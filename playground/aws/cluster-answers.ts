import { isAt } from "../world/place.js";
import { Refusal } from "../world/state.js";
import type { Here } from "./here.js";
import { text } from "./input.js";
import type { Input } from "./skin.js";

/** Throws a Refusal in place of EKS' answer, where the scenario says so of the cluster that a call names. */
export type ClusterAnswers = (here: Here, operation: string, input: Input) => void;

/** How often a throttled call is turned away before it gets through: as often as the SDK tries again by itself. */
const turnedAway = 2;

export function clusterAnswers(): ClusterAnswers {
  /** By the call with all it asks for: calls that are made at once must not take each other's turn. */
  const asked = new Map<string, number>();
  return (here, operation, input) => {
    const name = text(input, "clusterName") ?? text(input, "name");
    const cluster = here.world.clusters.get(name ?? "");
    if (!cluster || !isAt(cluster, here)) return;
    const answer = here.world.scenario.clusters.find((given) => given.name === name)?.answer;
    if (answer === "access denied") throw denied(here, operation, input, cluster.name);
    if (answer !== "throttled") return;
    const call = `${operation} ${JSON.stringify(input)}`;
    const before = asked.get(call) ?? 0;
    asked.set(call, before + 1);
    if (before % (turnedAway + 1) < turnedAway) throw new Refusal("ThrottlingException", "Rate exceeded");
  };
}

function denied(
  { region, account, caller }: Here,
  operation: string,
  input: Input,
  cluster: string,
): Refusal {
  const group = text(input, "nodegroupName");
  const resource = group === undefined ? `cluster/${cluster}` : `nodegroup/${cluster}/${group}/*`;
  return new Refusal(
    "AccessDeniedException",
    `User: ${caller} is not authorized to perform: eks:${operation} on resource: arn:aws:eks:${region}:${account}:${resource}`,
  );
}
