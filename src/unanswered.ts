import type { Audit, Recorded } from "./audit.js";

/** An order, but for what came of it. */
export type Ordered = Omit<Recorded, "outcome">;

/** Keeps as failed what the store did not answer, and throws it on: it may have been done all the same. */
export async function keptIfUnanswered<T>(
  audit: Pick<Audit, "record">,
  orders: readonly Ordered[],
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    for (const each of orders) audit.record({ ...each, outcome: "failed", why });
    throw error;
  }
}
