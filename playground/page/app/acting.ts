import { createContext, useContext, useState } from "react";
import type { Act, Outcome } from "../protocol.js";
import { send } from "./live.js";

/** Who acts: a person's id. */
export const Self = createContext("");

export function useSelf(): string {
  return useContext(Self);
}

export interface Acting {
  /** One act at a time; while one is under way, further ones are dropped. */
  readonly act: (act: Act) => Promise<Outcome | undefined>;
  readonly underWay: boolean;
  /** Why the last act failed. */
  readonly why?: string;
  /** Forgets why. */
  readonly forget: () => void;
}

export function useActing(): Acting {
  const [state, setState] = useState<Omit<Acting, "act" | "forget">>({ underWay: false });
  const act = async (wanted: Act) => {
    if (state.underWay) return undefined;
    setState({ underWay: true });
    const outcome = await send(wanted);
    setState({ underWay: false, ...(!outcome.ok && { why: outcome.why }) });
    return outcome;
  };
  return { ...state, act, forget: () => setState(({ underWay }) => ({ underWay })) };
}
