import type { Workspace } from "./workspace.js";

/**
 * What Slack makes of "@somebody", "#somewhere" and links in a command whose app wants them escaped
 * (Slack docs: slash commands, should_escape). Names that nobody has stay as they are.
 */
export function withMentions(text: string, { users, groups, channels }: Workspace): string {
  return text
    .replace(/(?<!\S)(https?:\/\/[^\s<>|]+)/g, "<$1>")
    .replace(/(?<!\S)@([\w.-]+)/g, (typed, name: string) => {
      const user = [...users.values()].find((one) => one.name === name);
      if (user) return `<@${user.id}|${name}>`;
      const group = [...groups.values()].find(({ handle }) => handle === name);
      return group ? `<!subteam^${group.id}|@${name}>` : typed;
    })
    .replace(/(?<!\S)#([\w-]+)/g, (typed, name: string) => {
      const channel = [...channels.values()].find((one) => one.name === name && one.kind !== "direct");
      return channel ? `<#${channel.id}|${channel.kind === "private" ? "" : name}>` : typed;
    });
}
