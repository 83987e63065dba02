import { connectionRate, generous } from "../rates.js";
import type { Method } from "./method.js";

export const authMethods: readonly Method[] = [
  {
    name: "auth.test",
    token: "bot",
    scopes: [],
    rates: generous,
    answer: (_args, { workspace, botUser, botId }) => ({
      url: `https://${workspace.team.domain}.slack.com/`,
      team: workspace.team.name,
      team_id: workspace.team.id,
      user: workspace.users.get(botUser)?.name,
      user_id: botUser,
      bot_id: botId,
      is_enterprise_install: false,
    }),
  },
  {
    name: "apps.connections.open",
    token: "app",
    scopes: [],
    rates: connectionRate,
    answer: (_args, backstage) => ({ url: backstage.connectionUrl() }),
  },
];
