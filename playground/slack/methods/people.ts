import type { Arguments } from "../arguments.js";
import type { JsonObject } from "../json.js";
import { tier } from "../rates.js";
import { Refusal } from "../refusal.js";
import type { Group, User } from "../types.js";
import { type Backstage, type Method, userOf } from "./method.js";

export const peopleMethods: readonly Method[] = [
  { name: "users.info", token: "bot", scopes: ["users:read"], rates: tier(4), answer: usersInfo },
  {
    name: "usergroups.list",
    token: "bot",
    scopes: ["usergroups:read"],
    rates: tier(2),
    answer: usergroupsList,
  },
  {
    name: "usergroups.users.list",
    token: "bot",
    scopes: ["usergroups:read"],
    rates: tier(2),
    answer: usergroupsUsersList,
  },
];

function usersInfo(args: Arguments, backstage: Backstage): JsonObject {
  return { user: userJson(userOf(args, backstage), backstage, args.flag("include_locale")) };
}

function usergroupsList(args: Arguments, backstage: Backstage): JsonObject {
  const groups = [...backstage.workspace.groups.values()].filter(
    (group) => !group.disabled || args.flag("include_disabled"),
  );
  return { usergroups: groups.map((group) => groupJson(group, backstage, args)) };
}

function usergroupsUsersList(args: Arguments, backstage: Backstage): JsonObject {
  const group = backstage.workspace.groups.get(args.required("usergroup"));
  if (!group) throw new Refusal("no_such_subteam");
  if (group.disabled && !args.flag("include_disabled")) return { users: [] };
  return { users: group.members };
}

function userJson(user: User, { workspace }: Backstage, locale: boolean): JsonObject {
  const team = workspace.teamOf(user);
  return {
    id: user.id,
    team_id: team.id,
    name: user.name,
    real_name: user.realName,
    deleted: user.deleted,
    is_bot: user.isBot,
    is_app_user: false,
    is_admin: false,
    // A guest of a single channel is a guest, too.
    is_restricted: user.guest !== undefined,
    is_ultra_restricted: user.guest === "of a single channel",
    is_stranger: user.isStranger === true,
    tz: "Etc/UTC",
    tz_label: "Coordinated Universal Time",
    tz_offset: 0,
    ...(locale && { locale: "en-US" }),
    profile: { real_name: user.realName, display_name: user.name, team: team.id },
  };
}

function groupJson(group: Group, { workspace }: Backstage, args: Arguments): JsonObject {
  return {
    id: group.id,
    team_id: workspace.team.id,
    is_usergroup: true,
    name: group.handle,
    handle: group.handle,
    is_external: false,
    date_delete: group.disabled ? 1 : 0,
    ...(args.flag("include_count") && { user_count: group.members.length }),
    ...(args.flag("include_users") && { users: group.members }),
  };
}
