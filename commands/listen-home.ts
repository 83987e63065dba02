import type { types } from "@slack/bolt";
import { homeRefreshAction } from "../src/slack/views/home.js";
import { whoClicked } from "./actor.js";
import { clickOf, type Desk } from "./desk.js";
import { openHome } from "./home.js";

/** The Home tab: opened, and asked to be drawn anew. */
export function listenToHome({ app, tools, gate, track }: Desk): void {
  // An event comes to the workspace whose Home it is; who may see what there is judged by the person.
  app.event("app_home_opened", async ({ event, body, client }) => {
    if (event.tab === "messages") return;
    const actor = { user: event.user, team: body.team_id, entry: "home" } as const;
    const publish = (view: types.HomeView) => client.views.publish({ user_id: actor.user, view });
    track(openHome({ actor, what: "home" }, "look", publish, { gate, tools }));
  });
  app.action({ type: "block_actions", action_id: homeRefreshAction }, async ({ ack, body, client }) => {
    await ack();
    const actor = whoClicked(body, homeRefreshAction);
    const publish = (view: types.HomeView) => client.views.publish({ user_id: actor.user, view });
    track(openHome(clickOf(homeRefreshAction, "", actor), "order", publish, { gate, tools }));
  });
}
