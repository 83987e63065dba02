import type { Fleet } from "../fleet.js";

/** An id of Slack's, and what it is named as: "operators of prod". */
export type Named = readonly [id: string, by: string];

/** Every user group or person that fleet.yaml names. */
export function idsIn({ environments }: Fleet, kind: "groups" | "users"): Named[] {
  const all = environments.flatMap(({ name, operators, approvers, severity }) => {
    const circles = [
      [operators[kind], `operators of ${name}`],
      [approvers[kind], `approvers of ${name}`],
      [severity.critical.mention[kind], `called when something is critical in ${name}`],
      [severity.warning.mention[kind], `called for warnings in ${name}`],
    ] as const;
    return circles.flatMap(([ids, by]) => ids.map((id): Named => [id, by]));
  });
  return once(all);
}

/** Every channel, with the environments that speak there. */
export function channelsIn({ environments }: Fleet): Named[] {
  const all = environments.flatMap(({ name, channel, digest }): Named[] => {
    const elsewhere = digest !== undefined && digest.channel !== channel;
    return [[channel, name], ...(elsewhere ? ([[digest.channel, `digests of ${name}`]] as const) : [])];
  });
  return once(all);
}

/** Each id once, with everything it is named as. */
function once(all: readonly Named[]): Named[] {
  const uses = new Map<string, string[]>();
  for (const [id, by] of all) uses.set(id, [...(uses.get(id) ?? []), by]);
  return [...uses].map(([id, by]) => [id, by.join(", ")]);
}
