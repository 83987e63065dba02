import type { SimulatedSlack } from "./slack/server.js";
import type { Message } from "./slack/types.js";
import type { WorldClock } from "./world/clock.js";

/** The world time at which a message was posted: its own ts is real time, and the two do not run alike. */
export type PostedAt = (message: Pick<Message, "channel" | "ts">) => number;

/** Knows what is posted from now on. */
export function rememberPosts({ workspace }: SimulatedSlack, clock: WorldClock): PostedAt {
  const times = new Map<string, number>();
  const keyOf = ({ channel, ts }: Pick<Message, "channel" | "ts">) => `${channel}/${ts}`;
  workspace.onChange((change) => {
    if (change.type === "posted") times.set(keyOf(change.message), clock.now());
  });
  return (message) => times.get(keyOf(message)) ?? clock.now();
}
