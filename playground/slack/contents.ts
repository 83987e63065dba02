import type { Channel, Group, Team, User } from "./types.js";
import type { WorkspaceContents } from "./workspace.js";

export const users = {
  /** In the group that may start upgrades. */
  operator: "U0OPERATOR",
  /** In the group that may approve them. */
  approver: "U0APPROVER",
  /** In the same, and in the one of security. */
  secondApprover: "U0APPROVER2",
  /** In no group, and none of those below is in one. */
  bystander: "U0BYSTANDER",
  /** A guest of some channels. */
  guest: "U0GUEST",
  /** A guest of a single channel. */
  visitor: "U0VISITOR",
  /** A bot user of another app. */
  otherBot: "U0OTHERBOT",
  /** Deactivated. */
  leaver: "U0LEAVER",
  /** At home in another workspace: Slack Connect. */
  stranger: "U0STRANGER",
  bot: "U0BOT",
} as const;

export const groups = {
  operators: "S0OPS",
  approvers: "S0APPROVERS",
  security: "S0SECURITY",
  /** Nobody is in it. */
  empty: "S0EMPTY",
  /** Disabled, with people in it. */
  disabled: "S0DISABLED",
} as const;

export const channels = {
  /** Everyone and the bot. */
  environment: "C0PROD",
  /** Everyone and the bot: for a second environment. */
  test: "C0TEST",
  /** Everyone but the bot. */
  elsewhere: "C0ELSEWHERE",
  /** Everyone and the bot; of no environment. */
  general: "C0GENERAL",
  /** Shared with another organisation. Everyone and the bot. */
  shared: "C0SHARED",
  /** Everyone and the bot. */
  archived: "C0ARCHIVED",
  /** Private, without the bot: it does not know that there is such a channel. */
  private: "G0PRIVATE",
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

const otherTeam: Team = { id: "T0PARTNER", name: "Partner", domain: "partner" };

/**
 * A new workspace with people of every kind. Everyone is in every channel, which Slack would not let guests, strangers and
 * the deactivated be: so any person can be tried in any place.
 */
export function newContents(): WorkspaceContents {
  const everyone = Object.values(users);
  const people = everyone.filter((id) => id !== users.bot);
  return {
    users: [
      user(users.operator, "operator", "Operator"),
      user(users.approver, "approver", "Approver"),
      user(users.secondApprover, "second-approver", "Second approver"),
      user(users.bystander, "bystander", "Bystander"),
      { ...user(users.guest, "guest", "Guest"), guest: "of some channels" },
      { ...user(users.visitor, "visitor", "Single-channel guest"), guest: "of a single channel" },
      { ...user(users.otherBot, "other-bot", "Another bot"), isBot: true },
      { ...user(users.leaver, "leaver", "Deactivated person"), deleted: true },
      { ...user(users.stranger, "stranger", "Person from elsewhere"), team: otherTeam, isStranger: true },
      { ...user(users.bot, "eks-upgrade", "EKS Upgrade"), isBot: true },
    ],
    groups: [
      group(groups.operators, "operators", [users.operator]),
      group(groups.approvers, "approvers", [users.approver, users.secondApprover]),
      group(groups.security, "security", [users.secondApprover]),
      group(groups.empty, "nobody", []),
      { ...group(groups.disabled, "former-approvers", [users.approver]), disabled: true },
    ],
    channels: [
      channel(channels.environment, "prod-upgrades", everyone),
      channel(channels.test, "test-upgrades", everyone),
      channel(channels.elsewhere, "elsewhere", people),
      channel(channels.general, "general", everyone),
      { ...channel(channels.shared, "with-partner", everyone), shared: "external" },
      { ...channel(channels.archived, "old-upgrades", everyone), archived: true },
      { ...channel(channels.private, "a-few-people", people), kind: "private" },
    ],
  };
}

function user(id: string, name: string, realName: string): User {
  return { id, name, realName, isBot: false, deleted: false };
}

function group(id: string, handle: string, members: readonly string[]): Group {
  return { id, handle, members, disabled: false };
}

function channel(id: string, name: string, members: readonly string[]): Channel {
  return { id, name, kind: "public", members, archived: false };
}
