import type { Playground } from "./playground.js";
import { rememberPosts } from "./posted-at.js";
import { renderMessage } from "./slack/render.js";
import type { Message } from "./slack/types.js";

/** A channel and its threads on the terminal, as they grow: new messages whole, edits as their one-line text; in world time. */
export function printChannel({ slack, world }: Pick<Playground, "slack" | "world">): {
  finally(live: Message | undefined): void;
  stop(): void;
} {
  const { workspace } = slack;
  const postedAt = rememberPosts(slack, world.clock);
  const render = (message: Message) =>
    renderMessage(
      { ...message, ts: `${postedAt(message) / 1_000}` },
      { names: workspace, now: world.clock.now() },
    );
  const print = (lines: readonly string[]) => console.log(`\n${lines.join("\n")}`);
  const stop = workspace.onChange((change) => {
    if (change.type === "posted") print(render(change.message));
    // The nodes' table changes with every pod that leaves; its last state is enough.
    if (change.type === "edited" && !change.message.threadTs) {
      const { blocks: _blocks, ...bare } = change.message;
      const [headline = "", ...text] = render({ ...bare, blocks: [] });
      if (text.join() !== lastText.get(change.message.ts)) print([headline, ...text]);
      lastText.set(change.message.ts, text.join());
    }
  });
  const lastText = new Map<string, string>();
  return {
    finally(live) {
      if (!live) return;
      console.log("\n──────── The live message and its thread, as they stand ────────");
      for (const message of workspace.thread(live.channel, live.ts)) print(render(message));
    },
    stop,
  };
}
