import type { Milliseconds } from "../core/instant.js";

/** Something may have changed: rung by whoever knows, heard by the one who waits. */
export interface Bell {
  readonly ring: () => void;
  /** Resolves at the next ring, at once where it has rung since it was last heard, and after so long in any case. */
  heard(within: Milliseconds): Promise<void>;
}

export function hangBell(): Bell {
  let rung = false;
  let wake = () => {};
  return {
    ring() {
      rung = true;
      wake();
    },
    async heard(within) {
      if (!rung && within > 0) {
        let timer: NodeJS.Timeout | undefined;
        await new Promise<void>((resolve) => {
          wake = resolve;
          timer = setTimeout(resolve, within);
        });
        clearTimeout(timer);
      }
      rung = false;
    },
  };
}
