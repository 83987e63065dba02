import { watchBusy } from "./ack-busy.js";

/** Loaded into the bot's process before the bot: tells how busy that process is, and keeps nothing alive. */

/** To the probe: tell of the time since you were told so last. */
export type ToProbe = "tell";

const busy = watchBusy();
process.on("message", () => process.send?.(busy()));
process.channel?.unref();
