import { vi } from "vitest";
import { patience } from "./patience.js";

/** Real milliseconds between orders of one person that are given until they are taken: thirty a minute are. */
export const betweenOrders = 2_500;

/** Until it no longer throws. @throws what it threw last, where patience is at its end */
export function soon<Seen>(look: () => Seen | Promise<Seen>, interval = 20): Promise<Seen> {
  return vi.waitFor(look, { timeout: patience, interval });
}
