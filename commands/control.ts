import type { Actor } from "../src/authority.js";
import type { Right } from "../src/core/access/rights.js";
import type { Run } from "../src/core/run.js";
import type { View } from "../src/slack/limits.js";
import { parseRunValue } from "../src/slack/views/control.js";
import {
  cancelledAnswer,
  pausedAnswer,
  refusedCancel,
  refusedPause,
  refusedResume,
  resumedAnswer,
} from "../src/slack/views/orders.js";
import type { Controlled } from "../src/upgrades/types.js";
import { findRun } from "./runs.js";
import { stale } from "./stale.js";
import type { Tools } from "./tools.js";
import { answerOrder } from "./undecided.js";

type Order = (id: string, actor: Actor, tools: Tools) => Promise<View>;

/** `cancel <run>`: calls it off, and has put back what was changed; says why where nobody can. */
export const cancel: Order = (id, actor, tools) =>
  order(["cancel", "cancel"], id, actor, tools, tools.upgrades.cancel, cancelledAnswer, refusedCancel);

/** `pause <run>`: begins nothing new; only where the driver is our own. */
export const pause: Order = (id, actor, tools) =>
  order(["cancel", "pause"], id, actor, tools, tools.upgrades.pause, pausedAnswer, refusedPause);

/** `resume <run>` */
export const resume: Order = (id, actor, tools) =>
  order(["start", "resume"], id, actor, tools, tools.upgrades.resume, resumedAnswer, refusedResume);

/** The same as a button under the live message: nothing in its value is trusted but the run's id. */
export function pressed(give: Order): (value: string, actor: Actor, tools: Tools) => Promise<View> {
  return async (value, actor, tools) => {
    const id = parseRunValue(value);
    return id === undefined ? stale : give(id, actor, tools);
  };
}

async function order<Why extends string>(
  [right, what]: readonly [Right, string],
  id: string,
  actor: Actor,
  tools: Tools,
  give: (id: string, by: string) => Promise<Controlled<Why> | undefined>,
  done: (run: Run) => View,
  refused: (why: Why | "claimed", run: Run) => View,
): Promise<View> {
  const found = await findRun(id, right, actor, tools, what);
  if ("refused" in found) return found.refused;
  const given = await give(found.found.id, actor.user);
  return answerOrder(given, { actor, what }, tools.audit, { done, refused });
}
