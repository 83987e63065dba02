import type { Channel, Group, User } from "./types.js";
import type { WorkspaceContents } from "./workspace.js";

export const users = {
  /** In the group that may start upgrades. */
  operator: "U0OPERATOR",
  /** In the group that may approve them. */
  approver: "U0APPROVER",
  /** In no group. */
  bystander: "U0BYSTANDER",
  bot: "U0BOT",
} as const;

export const groups = { operators: "S0OPS", approvers: "S0APPROVERS" } as const;

export const channels = {
  /** Everyone and the bot. */
  environment: "C0PROD",
  /** Everyone and the bot: for a second environment. */
  test: "C0TEST",
  /** Everyone but the bot. */
  elsewhere: "C0ELSEWHERE",
} as const;

export const app = { appId: "A0EKSUPGRADE", botId: "B0EKSUPGRADE", botUser: users.bot } as const;

/** What the app's manifest asks for. */
export const defaultScopes = [
  "commands",
  "chat:write",
  "usergroups:read",
  "users:read",
  "channels:read",
  "groups:read",
] as const;

/** A new workspace: an operator, an approver, a bystander, and the bot. */
export function newContents(): WorkspaceContents {
  const everyone = Object.values(users);
  const people = everyone.filter((id) => id !== users.bot);
  return {
    users: [
      user(users.operator, "operator", "Operator"),
      user(users.approver, "approver", "Approver"),
      user(users.bystander, "bystander", "Bystander"),
      { ...user(users.bot, "eks-upgrade", "EKS Upgrade"), isBot: true },
    ],
    groups: [
      group(groups.operators, "operators", [users.operator]),
      group(groups.approvers, "approvers", [users.approver]),
    ],
    channels: [
      channel(channels.environment, "prod-upgrades", everyone),
      channel(channels.test, "test-upgrades", everyone),
      channel(channels.elsewhere, "elsewhere", people),
    ],
  };
}

function user(id: string, name: string, realName: string): User {
  return { id, name, realName, isBot: false, isGuest: false, deleted: false };
}

function group(id: string, handle: string, members: readonly string[]): Group {
  return { id, handle, members, disabled: false };
}

function channel(id: string, name: string, members: readonly string[]): Channel {
  return { id, name, kind: "public", members, archived: false };
}
