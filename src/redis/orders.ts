import { keyPrefix, producerWaits, type Redis } from "./connection.js";
import { nowLua } from "./scripts.js";

/**
 * A person's write that Redis did not answer in time. `changed`: nothing, for Redis came to it too late and refused it;
 * or unknown, for it may have been made just before the answer was lost. Either way it will not be made later.
 */
export class OrderUnanswered extends Error {
  override readonly name = "OrderUnanswered";
  constructor(readonly changed: "nothing" | "unknown") {
    super(
      `Redis did not answer in time: ${changed === "nothing" ? "nothing was saved" : "perhaps it was saved"}`,
    );
  }
}

/**
 * Redis comes to a write for so many real milliseconds, or not at all. It is over before a producer gives up waiting: what
 * was told then stays true, though the clocks of two nodes of a cluster may differ by the rest.
 */
const writesWithin = producerWaits - 500;

const timeLua = `${nowLua} return now`;

/**
 * Runs a script whose write is worth nothing once whoever ordered it was told that it failed. The script gets the
 * deadline by Redis' own clock, as that was just before: how far it is from ours does not matter.
 * @throws OrderUnanswered
 */
export async function order<T>(redis: Redis, run: (deadline: number) => Promise<T>): Promise<T> {
  const deadline = Number(await redis.eval(timeLua, 1, `${keyPrefix}:store`)) + writesWithin;
  let answer: T;
  try {
    answer = await run(deadline);
  } catch (error) {
    throw isKnown(error) ? error : new OrderUnanswered("unknown");
  }
  if ((Array.isArray(answer) ? answer[0] : answer) === "late") throw new OrderUnanswered("nothing");
  return answer;
}

/** Redis itself said no, or nothing was sent. */
function isKnown(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === "ReplyError" || /Stream isn't writeable|Cluster isn't ready/.test(error.message);
}
