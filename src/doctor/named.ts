import { rights } from "../core/access/rights.js";
import type { Environment, Fleet } from "../fleet.js";

/** A user group or a person, and what they are named as: "operators of prod". */
export interface Named {
  readonly id: string;
  readonly by: string;
  /** May do something, beside being called. */
  readonly acts: boolean;
}

export interface ChannelUses {
  /** Orders may be given there. */
  readonly orders: boolean;
  /** The bot writes there. */
  readonly posts: boolean;
}

/** Every user group or person that fleet.yaml names, once, with everything it is named as. */
export function idsIn({ environments }: Fleet, kind: "groups" | "users"): Named[] {
  const all = environments.flatMap((environment) => {
    const { name, severity } = environment;
    const called = [
      [severity.critical.mention[kind], `called when something is critical in ${name}`],
      [severity.warning.mention[kind], `called for warnings in ${name}`],
    ] as const;
    return [
      ...named(whoMay(environment, kind), true),
      ...named(kind === "groups" ? approvingGroups(environment) : deputies(environment), true),
      ...named(called, false),
    ];
  });
  return once(all, (one, other) => ({ ...one, acts: one.acts || other.acts }));
}

type Uses = readonly (readonly [ids: readonly string[], by: string])[];

function named(uses: Uses, acts: boolean): Named[] {
  return uses.flatMap(([ids, by]) => ids.map((id) => ({ id, by, acts })));
}

/** A right that names nobody of its own is the operators' or the approvers'. */
function whoMay({ name, operators, approvers, may }: Environment, kind: "groups" | "users"): Uses {
  const own = rights.filter((right) => may[right] !== operators && may[right] !== approvers);
  return [
    [operators[kind], `operators of ${name}`],
    [approvers[kind], `approvers of ${name}`],
    ...own.map((right) => [may[right][kind], `may ${right} in ${name}`] as const),
  ];
}

function approvingGroups({ name, approvals: { oneFromEach } }: Environment): Uses {
  return [[oneFromEach, `one of them approves in ${name}`]];
}

function deputies({ name, deputies }: Environment): Uses {
  return deputies.flatMap(({ of, deputy }) => [
    [[of], `has a deputy in ${name}`] as const,
    [[deputy], `deputy of ${of} in ${name}`] as const,
  ]);
}

/** Every channel, once, with everything it is for. */
export function channelsIn({ environments }: Fleet): (ChannelUses & { id: string; by: string })[] {
  const all = environments.flatMap(({ name, channel, channels, digest }) => [
    { id: channel, by: name, orders: true, posts: true },
    ...channels
      .filter((id) => id !== channel)
      .map((id) => ({ id, by: `orders of ${name}`, orders: true, posts: false })),
    ...(digest && digest.channel !== channel
      ? [{ id: digest.channel, by: `digests of ${name}`, orders: false, posts: true }]
      : []),
  ]);
  return once(all, (one, other) => ({
    ...one,
    orders: one.orders || other.orders,
    posts: one.posts || other.posts,
  }));
}

/** Each id once; `by` names all that it is. */
function once<T extends { readonly id: string; readonly by: string }>(
  all: readonly T[],
  together: (one: T, other: T) => T,
): T[] {
  const found = new Map<string, T>();
  for (const each of all) {
    const known = found.get(each.id);
    if (!known) found.set(each.id, each);
    else {
      const by = known.by.split(", ").includes(each.by) ? known.by : `${known.by}, ${each.by}`;
      found.set(each.id, { ...together(known, each), by });
    }
  }
  return [...found.values()];
}
