import { vi } from "vitest";
import { patience } from "./patience.js";

/** Until it no longer throws. @throws what it threw last, where patience is at its end */
export function soon<Seen>(look: () => Seen | Promise<Seen>, interval = 20): Promise<Seen> {
  return vi.waitFor(look, { timeout: patience, interval });
}
