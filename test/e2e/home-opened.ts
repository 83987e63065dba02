import { renderView } from "../../playground/slack/render.js";
import type { View } from "../../playground/slack/types.js";
import type { Stage } from "./stage.js";

/** App Home, as tests open it and read it. */
export function homesOf({ playground: { slack, world } }: Pick<Stage, "playground">) {
  const textOf = (view: View) =>
    renderView(view, { names: slack.workspace, now: world.clock.now() })
      .map((line) => line.trim())
      .join("\n");
  /** This person's, when it says so. */
  const home = (user: string, holding: string) =>
    slack.waitFor(
      () => {
        const shown = slack.as(user).appHome();
        return shown && textOf(shown).includes(holding) && shown;
      },
      { what: `${user}'s Home with "${holding}"` },
    );
  return {
    home,
    read: async (user: string, holding: string) => textOf(await home(user, holding)),
    open: (user: string) => slack.as(user).openHome(),
  };
}
