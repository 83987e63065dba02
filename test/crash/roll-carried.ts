import type { Run } from "../../src/core/run.js";
import type { Outside } from "../../src/phases/outside.js";
import type { Tick, TickOptions } from "../../src/phases/tick.js";
import { approved, type Carried, type LookAt } from "../faults/carried.js";
import { beginMortal, type DiesAt } from "./mortal.js";
import { expectRightRoll } from "./roll-checks.js";
import type { RollStory } from "./roll-stories.js";

interface RollOptions {
  readonly diesAt?: DiesAt;
  /** World milliseconds until another process begins, and what happens in the world meanwhile. */
  readonly outage?: number;
  readonly meanwhile?: (carried: Carried) => Promise<void> | void;
  /** Before each look, with the records that were looked at before. */
  readonly onLook?: (rolling: Rolling) => Promise<void>;
}

interface Rolling {
  readonly carried: Carried;
  /** Every record that was looked at, the oldest first. */
  readonly records: readonly Run[];
  /** What a process makes of an old record, when others have gone on: all it comes to is lost, except what it wrote. */
  zombie(record: Run, options?: Pick<TickOptions, "unchanged">): Promise<Tick>;
}

interface Rolled extends Rolling {
  readonly deaths: number;
}

const workers = { kind: "self-managed node group", nodeGroup: "workers" } as const;

/**
 * A whole roll in this process, in world time that is stepped. A process dies by losing everything that it has not saved,
 * at a write that reached the world or did not; the next one begins from the record. Checked at its end.
 */
export async function rollOut(story: RollStory, options: RollOptions = {}): Promise<Rolled> {
  const { diesAt = () => undefined, outage = 0, meanwhile, onLook } = options;
  const records: Run[] = [];
  let deaths = 0;
  let mortal = beginMortal(diesAt);
  let undead: { outside: Outside; signal: AbortSignal } | undefined;
  let tickOf: Parameters<LookAt>[1] | undefined;

  const lookAt: LookAt = async (run, tick) => {
    tickOf = tick;
    records.push(run);
    await onLook?.(rolling);
    let ticked: Tick | undefined;
    let saved = false;
    try {
      ticked = await tick(run, mortal.outside, mortal.signal);
      await mortal.write("save", newsOf(ticked), async () => {
        saved = true;
      });
    } catch (error) {
      if (!mortal.isDead) throw error;
      await mortal.settled();
      deaths += 1;
      mortal = beginMortal(diesAt);
      await meanwhile?.(carried);
      await carried.clock.advance(outage);
    }
    return saved ? ticked : undefined;
  };
  const carried = await approved(story.scenario, workers, lookAt);
  const rolling: Rolling = {
    carried,
    records,
    async zombie(record, more) {
      undead ??= beginMortal(() => undefined);
      if (!tickOf) throw new Error("Nobody has looked yet.");
      return tickOf(record, undead.outside, undead.signal, more);
    },
  };
  await story.play(carried);
  expectRightRoll(story, carried);
  return { ...rolling, deaths };
}

/** Nothing where it only waits: what is not saved then is found again. */
function newsOf({ facts, run, next }: Tick): string {
  if (facts.length === 0 && next === "wait") return "";
  const { intents = [], ledger = [], drains = {} } = run.steps.find(({ roll }) => roll)?.roll ?? {};
  return JSON.stringify([facts, intents, ledger.length, drains]);
}
