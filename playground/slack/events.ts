import type { JsonObject } from "./json.js";
import { type AppIdentity, viewJson } from "./payloads.js";

/** An event as Slack sends it, over a socket or in a request (Slack docs: Events API). */
export function eventCallback(id: string, event: JsonObject, app: AppIdentity): JsonObject {
  const { workspace, appId, botUser } = app;
  const team = workspace.team.id;
  return {
    token: "deprecated",
    team_id: team,
    context_team_id: team,
    context_enterprise_id: null,
    api_app_id: appId,
    event,
    type: "event_callback",
    event_id: id,
    event_time: Math.floor(workspace.now() / 1000),
    authorizations: [
      { enterprise_id: null, team_id: team, user_id: botUser, is_bot: true, is_enterprise_install: false },
    ],
    is_ext_shared_channel: false,
  };
}

/** Somebody opened the app's Home tab; with what is published there for them, where anything is. */
export function appHomeOpened(user: string, channel: string, app: AppIdentity): JsonObject {
  const view = app.workspace.views.home(user);
  return {
    type: "app_home_opened",
    user,
    channel,
    tab: "home",
    event_ts: (app.workspace.now() / 1000).toFixed(6),
    ...(view && { view: viewJson(view, app) }),
  };
}
