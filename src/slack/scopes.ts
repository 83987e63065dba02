/** A scope of the bot token, and what the bot does with it. */
export interface Scope {
  readonly name: string;
  readonly feature: string;
}

/** What manifest.yml asks for and cannot do without. */
export const neededScopes: readonly Scope[] = [
  { name: "commands", feature: "the command /eks-upgrade" },
  { name: "chat:write", feature: "everything the bot says" },
  { name: "usergroups:read", feature: "knowing who may start and who may approve" },
  { name: "users:read", feature: "refusing guests, bots and people who have left" },
  { name: "channels:read", feature: "refusing orders in channels that are shared or archived" },
  { name: "groups:read", feature: "the same for private channels" },
];

/** Each for its kind of channel: public, private. The bot then looks whether a post without an answer has arrived. */
export const historyScopes: readonly string[] = ["channels:history", "groups:history"];
