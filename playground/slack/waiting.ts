import type { Workspace } from "./workspace.js";

export interface WaitOptions {
  /** Real milliseconds; 45 s by default: what comes ends the wait at once, and a busy machine takes its time. */
  readonly timeoutMs?: number;
  /** For the error: "the approval card". */
  readonly what?: string;
}

/** Looks again after every change, never by the clock, until `look` finds something. @throws where time runs out */
export class Waiting {
  readonly #cancels = new Set<(reason: string) => void>();

  constructor(
    private readonly workspace: Workspace,
    /** What a person would see now: added to the error. */
    private readonly picture: () => string,
  ) {}

  for<Found>(look: () => Found | undefined | false, options: WaitOptions = {}): Promise<Found> {
    const { timeoutMs = 45_000, what } = options;
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        clearTimeout(timer);
        stop();
        this.#cancels.delete(cancel);
        settle();
      };
      const check = () => {
        try {
          const found = look();
          if (found !== undefined && found !== false) end(() => resolve(found));
        } catch (error) {
          end(() => reject(error));
        }
      };
      const cancel = (reason: string) => end(() => reject(new Error(reason)));
      const stop = this.workspace.onChange(check);
      const missing = `${what ?? "What was waited for"} did not come within ${timeoutMs} ms.`;
      const timer = setTimeout(() => cancel(`${missing} Slack shows:\n${this.picture()}`), timeoutMs);
      this.#cancels.add(cancel);
      check();
    });
  }

  close(): void {
    for (const cancel of [...this.#cancels]) cancel("The simulated Slack was closed.");
  }
}
