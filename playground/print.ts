import { renderMessage } from "./slack/render.js";
import type { SimulatedSlack } from "./slack/server.js";
import type { Message } from "./slack/types.js";

/** A channel and its threads on the terminal, as they grow: new messages whole, edits as their one-line text. */
export function printChannel(slack: SimulatedSlack): {
  finally(live: Message | undefined): void;
  stop(): void;
} {
  const { workspace } = slack;
  const options = () => ({ names: workspace, now: workspace.now() });
  const print = (lines: readonly string[]) => console.log(`\n${lines.join("\n")}`);
  const stop = workspace.onChange((change) => {
    if (change.type === "posted") print(renderMessage(change.message, options()));
    // The nodes' table changes with every pod that leaves; its last state is enough.
    if (change.type === "edited" && !change.message.threadTs) {
      const { blocks: _blocks, ...bare } = change.message;
      const [headline = "", ...text] = renderMessage({ ...bare, blocks: [] }, options());
      if (text.join() !== lastText.get(change.message.ts)) print([headline, ...text]);
      lastText.set(change.message.ts, text.join());
    }
  });
  const lastText = new Map<string, string>();
  return {
    finally(live) {
      if (!live) return;
      console.log("\n──────── The live message and its thread, as they stand ────────");
      for (const message of workspace.thread(live.channel, live.ts)) print(renderMessage(message, options()));
    },
    stop,
  };
}
