import type { Fleet } from "../fleet.js";

/** An id of Slack's, and what it is named as: "operators of prod". */
export type Named = readonly [id: string, by: string];

/** Every user group or person that fleet.yaml names. */
export function idsIn({ environments }: Fleet, kind: "groups" | "users"): Named[] {
  const all = environments.flatMap((environment) =>
    (["operators", "approvers"] as const).flatMap((circle) =>
      environment[circle][kind].map((id): Named => [id, `${circle} of ${environment.name}`]),
    ),
  );
  return once(all);
}

/** Each id once, with everything it is named as. */
export function once(all: readonly Named[]): Named[] {
  const uses = new Map<string, string[]>();
  for (const [id, by] of all) uses.set(id, [...(uses.get(id) ?? []), by]);
  return [...uses].map(([id, by]) => [id, by.join(", ")]);
}
