import { ownWorkers, waitsForPerson } from "./own-workers.js";
import type { Scenario } from "./types.js";

/** A budget that counts only healthy pods protects those that never are. */
export const crashLooping: Scenario = {
  ...ownWorkers({
    services: { carts: { crashes: true, budgets: [{ name: "carts", maxUnavailable: 1 }] } },
  }),
  name: "crash-looping",
  story:
    "The pods of carts crash again and again, and their budget wants one of them healthy: none may leave, though none does any " +
    "work. The bot names them and asks a person what to do, while other nodes go on.",
  expected: waitsForPerson,
};
