import type { Permission } from "../core/hold.js";
import type { Run } from "../core/run.js";

/** The rules of the environment, asked by the worker itself: whatever Slack, a button or another bot may have let through. */
export interface Permit {
  /** Before the first write. */
  toBegin(run: Run): Promise<Permission>;
  /** Before anything new of a run of ours. */
  toGoOn(run: Run): Promise<Permission>;
}
