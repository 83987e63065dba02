import { type LockedOut, lockedOut, rulesOf } from "../fleet/enough.js";
import { orAlone, othersIn } from "../fleet/lockout-words.js";
import type { Environment, Fleet, Members } from "../fleet.js";
import type { GroupSeen, SlackInspection } from "../slack/inspection.js";
import { isSlackTrouble } from "../slack/trouble.js";
import { attempt } from "./attempt.js";
import { type Finding, failed, ok } from "./finding.js";
import { idsIn } from "./named.js";

interface Group {
  readonly members: readonly string[];
  readonly seen: GroupSeen | undefined;
}

/** Each user group can be read and has members, and enough people may approve. */
export async function userGroups(slack: SlackInspection, fleet: Fleet): Promise<Finding[]> {
  const named = idsIn(fleet, "groups");
  // Names are nice to have: whether a group can be read is told by its members.
  const all = named.length > 0 ? slack.groups().catch(() => undefined) : undefined;
  const tried = await Promise.all(
    named.map(async ({ id, by }) => {
      const ask = async (): Promise<Group> => {
        const [members, groups] = await Promise.all([slack.members(id), all]);
        return { members, seen: groups?.get(id) };
      };
      const title = `user group ${id} (${by})`;
      return { id, ...(await attempt(ask, { title, found: groupFinding, failed: groupTrouble })) };
    }),
  );
  const members = new Map(tried.flatMap(({ id, got }) => (got ? [[id, got.members] as const] : [])));
  return [...tried.flatMap(({ findings }) => findings), ...tooFew(fleet, members)];
}

function groupFinding({ members, seen }: Group): Finding {
  const name = seen ? `@${seen.handle}` : "it";
  if (seen?.disabled) {
    return failed(`${name} is disabled`, "Enable it in Slack, or name another in fleet.yaml.");
  }
  if (members.length === 0) return failed(`${name} has no members`, "Add people to it in Slack.");
  return ok(`${seen ? `${name}, ` : ""}${members.length} member${members.length === 1 ? "" : "s"}`);
}

const unknown = new Set(["no_such_subteam", "subteam_not_found"]);
const unpaid = new Set(["plan_upgrade_required", "paid_teams_only"]);
const nameUsers = "name people in fleet.yaml instead (users: [U…]).";

function groupTrouble(error: unknown): Finding | undefined {
  if (!isSlackTrouble(error, "refused")) return undefined;
  const { code } = error;
  if (unknown.has(code)) {
    const next = "Correct the id in fleet.yaml (People → User groups → the group → ⋮ → Copy group ID).";
    return failed(`Slack knows no such group (${code})`, next);
  }
  if (unpaid.has(code)) return failed(`Slack says ${code}`, `User groups need a paid plan: ${nameUsers}`);
  return failed(`Slack says ${code}`, `Ask a Slack administrator, or ${nameUsers}`);
}

/** Nobody could ever approve. Judged only where every group was read. */
function tooFew(fleet: Fleet, members: ReadonlyMap<string, readonly string[]>): Finding[] {
  return fleet.environments.flatMap((environment) => {
    const found = lockedOut(rulesOf(environment, fleet), (circle) => everybody(circle, members));
    const told = found && lockoutFinding(found, environment, fleet);
    return told ? [{ ...told, what: `approvals of ${environment.name}: ${told.what}` }] : [];
  });
}

function lockoutFinding(found: LockedOut, environment: Environment, fleet: Fleet): Finding | undefined {
  const { required } = environment.approvals;
  const rules = { ...rulesOf(environment, fleet), production: environment.production };
  const more = `Name more approvers in fleet.yaml${rules.letIn ? ", in link.people, too" : ""}`;
  switch (found.why) {
    case "nobody starts":
      // That nobody is there was told of the group.
      return undefined;
    case "too few": {
      if (found.approvers === 0 && !rules.letIn) return undefined;
      const what = `${required} are required, and ${found.approvers} may approve`;
      return failed(what, `${more}, or require fewer approvals.`);
    }
    case "group without approvers": {
      const what = `one of user group ${found.group} has to approve, and nobody of it may`;
      return failed(what, "Add approvers to it in Slack, or take it out of oneFromEach in fleet.yaml.");
    }
    case "no other": {
      const what = `no operator has ${othersIn(rules)}, and nobody may approve their own request`;
      return failed(what, `${more}${orAlone(rules)}.`);
    }
  }
}

/** Undefined where a group could not be read. */
function everybody(
  { groups, users }: Members,
  members: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<string> | undefined {
  if (!groups.every((id) => members.has(id))) return undefined;
  return new Set([...users, ...groups.flatMap((id) => members.get(id) ?? [])]);
}
