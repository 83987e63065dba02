import { rights } from "../core/access/rights.js";
import type { Environment, Fleet, Members } from "../fleet.js";

/** Something of Slack's that the file names, and where. */
export interface Named {
  readonly id: string;
  readonly path: readonly PropertyKey[];
}

/** Members who may do something, or who are called, with where the file says so. */
function circlesOf(environment: Environment): { members: Members; path: readonly PropertyKey[] }[] {
  const { operators, approvers, severity } = environment;
  const told = rights
    .filter((right) => ![operators, approvers].includes(environment.may[right]))
    .map((right) => ({ members: environment.may[right], path: ["may", keyOfRight(right)] }));
  return [
    { members: operators, path: ["operators"] },
    { members: approvers, path: ["approvers"] },
    ...told,
    ...(["critical", "warning"] as const).map((level) => ({
      members: severity[level].mention,
      path: ["digest", "severity", level, "mention"],
    })),
  ];
}

function keyOfRight(right: (typeof rights)[number]): string {
  return right === "break glass" ? "breakGlass" : right;
}

/** Every user group, as often as it is named. */
export function groupsIn({ environments }: Fleet): Named[] {
  return environments.flatMap((environment, i) => {
    const named = circlesOf(environment).flatMap(({ members, path }) =>
      members.groups.map((id, j) => ({ id, path: [...path, "groups", j] })),
    );
    const asked = environment.approvals.oneFromEach.map((id, j) => ({
      ...{ id, path: ["approvals", "oneFromEach", j] },
    }));
    return [...named, ...asked].map(({ id, path }) => ({ id, path: ["environments", i, ...path] }));
  });
}

/** Every channel where orders are given and answered, as often as it is named; digests may go anywhere. */
export function channelsIn({ environments }: Fleet): Named[] {
  return environments.flatMap(({ channel, channels }, i) => [
    { id: channel, path: ["environments", i, "channel"] },
    ...channels.map((id, j) => ({ id, path: ["environments", i, "channels", j] })),
  ]);
}
