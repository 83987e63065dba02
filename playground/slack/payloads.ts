import type { JsonObject } from "./json.js";
import type { Message, User, View } from "./types.js";
import type { Workspace } from "./workspace.js";

/** Who the app is, for payloads that name it. */
export interface AppIdentity {
  readonly workspace: Workspace;
  readonly appId: string;
  readonly botId: string;
  readonly botUser: string;
}

/** A message as the Web API and click payloads show it. */
export function messageJson(message: Message, app: AppIdentity, withMetadata = true): JsonObject {
  const { workspace, appId, botId, botUser } = app;
  const replies = workspace.thread(message.channel, message.ts).length - 1;
  return {
    type: "message",
    user: message.user,
    ...(message.user === botUser && { bot_id: botId, app_id: appId }),
    team: workspace.team.id,
    ts: message.ts,
    text: message.text,
    ...(message.blocks.length > 0 && { blocks: message.blocks }),
    ...(message.attachments.length > 0 && { attachments: message.attachments }),
    ...(withMetadata && message.metadata && { metadata: message.metadata }),
    ...(message.threadTs && { thread_ts: message.threadTs }),
    ...(message.broadcast && { subtype: "thread_broadcast" }),
    ...(replies > 0 && !message.threadTs && { thread_ts: message.ts, reply_count: replies }),
    // Slack marks an edit only where no blocks are shown.
    ...(message.edits > 0 &&
      message.blocks.length === 0 && { edited: { user: message.user, ts: message.ts } }),
  };
}

/** A view as the Web API and payloads show it, with what the user has put in. */
export function viewJson(view: View, app: AppIdentity, values: JsonObject = {}): JsonObject {
  const { definition } = view;
  return {
    private_metadata: "",
    callback_id: "",
    external_id: "",
    ...definition,
    id: view.id,
    team_id: app.workspace.team.id,
    app_id: app.appId,
    app_installed_team_id: app.workspace.team.id,
    bot_id: app.botId,
    root_view_id: view.rootId,
    previous_view_id: view.previousId ?? null,
    hash: view.hash,
    state: { values },
  };
}

export function userJson(user: User, { workspace }: AppIdentity): JsonObject {
  return { id: user.id, username: user.name, name: user.name, team_id: workspace.teamOf(user).id };
}

/** In an interaction it is the person's, which in a shared channel need not be the one the app is installed in. */
export function teamJson(user: User, { workspace }: AppIdentity): JsonObject {
  const { id, domain } = workspace.teamOf(user);
  return { id, domain };
}
