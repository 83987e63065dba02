import type { Instant } from "../instant.js";
import type { DrainProgress, RollProgress } from "../run.js";
import type { Action } from "./actions.js";

/**
 * What is left of a roll that was called off at this moment. Old nodes on their way out come back into service, unless
 * their instance is ending already; what was intended before and goes forward is not done any more, so that even a write
 * that is refused for ever does not keep the rest from being put back. From the very next look on.
 */
export function calledOff(roll: RollProgress, at: Instant): RollProgress {
  const ending = ({ endedAt, surplus }: DrainProgress) => endedAt !== undefined || surplus === true;
  const drains = Object.fromEntries(Object.entries(roll.drains).filter(([, drain]) => ending(drain)));
  const isLate = (roll.intendedAt ?? at) <= at;
  return {
    ...roll,
    drains,
    intents: isLate ? roll.intents.filter((action) => !goesForward(action)) : roll.intents,
  };
}

function goesForward(action: Action): boolean {
  switch (action.kind) {
    case "create template version":
    case "point group":
    case "suspend processes":
    case "tag group":
    case "mark node":
    case "terminate":
    case "delete pods":
    case "restart owner":
      return true;
    case "scale owner":
      return action.to > action.from;
    // Whether a raise was made has to be looked up: it is to be given back.
    case "set sizes":
    case "give up launches":
    case "resume processes":
    case "unmark node":
    case "untag group":
      return false;
  }
}
