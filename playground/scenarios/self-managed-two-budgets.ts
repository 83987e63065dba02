import { ownWorkers, waitsForPerson } from "./own-workers.js";
import { underTwoBudgets } from "./two-budgets.js";
import type { Scenario } from "./types.js";

/** Nothing that the bot may do by itself moves these pods. */
export const selfManagedTwoBudgets: Scenario = {
  ...ownWorkers({ services: underTwoBudgets }),
  name: "self-managed-two-budgets",
  story:
    "Two budgets cover the pods of catalog, one of them left behind by an old chart: Kubernetes answers their eviction with 500, " +
    "for ever. The bot says so within seconds, and asks a person what to do; with one node at a time the others wait meanwhile.",
  expected: waitsForPerson,
};
