import { groups, users } from "../slack/contents.js";
import type { SimulatedSlack } from "../slack/server.js";
import type { Workspace } from "../slack/workspace.js";
import type { World } from "../world/state.js";
import type { Act } from "./protocol.js";
import type { MemberShown, PlaceShown } from "./protocol-rules.js";

/** What an administrator of Slack can do in the middle of it all: to people, to user groups and to channels. */

type AdministrationAct = Extract<Act, { readonly act: "group" | "deactivate" | "archive" | "share" }>;

/** Those who come with rights, and one who comes without. */
const people = [users.operator, users.approver, users.secondApprover, users.bystander];
const rightsGroups = [groups.operators, groups.approvers, groups.security];
/** Into which a person may be put who is in none. */
const firstGroup = groups.operators;

export function membersShown({ workspace }: SimulatedSlack, begun: Begun): MemberShown[] {
  return people.flatMap((id) => {
    const user = workspace.users.get(id);
    if (!user) return [];
    const own = rightsGroups.filter((group) => begun.isMember(group, id) || isMember(workspace, group, id));
    const offered = own.length > 0 ? own : [firstGroup];
    return {
      id,
      name: user.realName,
      deactivated: user.deleted,
      groups: offered.map((group) => ({
        id: group,
        handle: `@${workspace.group(group).handle}`,
        isIn: isMember(workspace, group, id),
      })),
    };
  });
}

export function placesShown({ workspace, channel, testChannel }: SimulatedSlack): PlaceShown[] {
  return [channel, testChannel].flatMap((id) => {
    const place = workspace.channels.get(id);
    return place
      ? { id, name: `#${place.name}`, archived: place.archived, shared: place.shared === "external" }
      : [];
  });
}

/** Who was in which user group at first: who was taken out can be put back. */
export interface Begun {
  isMember(group: string, user: string): boolean;
}

export function rememberGroups({ workspace }: SimulatedSlack): Begun {
  const first = new Map([...workspace.groups.values()].map(({ id, members }) => [id, members]));
  return { isMember: (group, user) => first.get(group)?.includes(user) ?? false };
}

const isMember = (workspace: Workspace, group: string, user: string) =>
  workspace.groups.get(group)?.members.includes(user) ?? false;

/** @throws where there is no such person, group or channel */
export function administer(act: AdministrationAct, slack: SimulatedSlack, world: World): void {
  world.record("act", "user" in act ? act.user : act.channel, `Somebody ${carryOut(act, slack)}.`);
}

/** What was done, in words. */
function carryOut(act: AdministrationAct, { workspace }: SimulatedSlack): string {
  switch (act.act) {
    case "group": {
      const { handle } = workspace.group(act.group);
      const name = nameOf(workspace, act.user);
      if (act.isIn) workspace.addToGroup(act.group, act.user);
      else workspace.removeFromGroup(act.group, act.user);
      return `${act.isIn ? `puts ${name} into` : `takes ${name} out of`} the user group @${handle}`;
    }
    case "deactivate":
      workspace.changeUser(act.user, { deleted: act.on });
      return `${act.on ? "deactivates" : "activates"} ${nameOf(workspace, act.user)}`;
    case "archive":
      workspace.changeChannel(act.channel, { archived: act.on });
      return `${act.on ? "archives" : "unarchives"} ${placeName(workspace, act.channel)}`;
    case "share":
      workspace.changeChannel(act.channel, { shared: act.on ? "external" : "no" });
      return `${act.on ? "shares" : "no longer shares"} ${placeName(workspace, act.channel)} with another organisation`;
  }
}

const nameOf = ({ users }: Workspace, id: string) => users.get(id)?.realName ?? id;
const placeName = ({ channels }: Workspace, id: string) => `#${channels.get(id)?.name ?? id}`;
