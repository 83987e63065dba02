import type { Run } from "../../src/core/run.js";
import type { Tick } from "../../src/phases/tick.js";
import { approved, type Carried, type LookAt } from "../faults/carried.js";
import { beginMortal, type DiesAt } from "./mortal.js";
import { expectRightRoll } from "./roll-checks.js";
import type { RollStory } from "./roll-stories.js";
import type { Side } from "./wires.js";

export interface RollOptions {
  readonly diesAt?: DiesAt;
  /** World milliseconds until another process begins. */
  readonly outage?: number;
  /** Called with every record before it is looked at, and with the world. */
  readonly onLook?: (record: Run, carried: Carried, look: number) => Promise<void>;
}

export interface Rolled {
  readonly carried: Carried;
  /** The name of every write, in order; "save" is the record's. */
  readonly writes: readonly string[];
  readonly deaths: number;
  /** Every record that was looked at. */
  readonly records: readonly Run[];
}

const workers = { kind: "self-managed node group", nodeGroup: "workers" } as const;

/** Nothing where it only waits: what is not saved then is found again. */
function newsOf({ facts, run, next }: Tick): string {
  const { intents = [], ledger = [], drains = {} } = run.steps.find(({ roll }) => roll)?.roll ?? {};
  if (facts.length === 0 && next === "wait") return "";
  return JSON.stringify([facts, intents, ledger.length, drains]);
}

/**
 * A whole roll in this process, in world time that is stepped. A process dies by losing everything that it has not saved,
 * at a write that reached the world or did not; the next one begins from the record.
 */
export async function rollOut(story: RollStory, options: RollOptions = {}): Promise<Rolled> {
  const { diesAt = () => undefined, outage = 0, onLook } = options;
  const writes: string[] = [];
  const records: Run[] = [];
  let deaths = 0;
  const begin = () =>
    beginMortal((write, about) => {
      writes.push(write);
      return diesAt(write, about);
    });
  let mortal = begin();
  const lookAt: LookAt = async (run, tickOf) => {
    records.push(run);
    await onLook?.(run, carried, records.length);
    let ticked: Tick | undefined;
    let saved = false;
    try {
      ticked = await tickOf(run, mortal.outside, mortal.signal);
      await mortal.write("save", newsOf(ticked), async () => {
        saved = true;
      });
    } catch (error) {
      if (!mortal.isDead) throw error;
      await mortal.settled();
      deaths += 1;
      mortal = begin();
      await carried.clock.advance(outage);
    }
    return saved ? ticked : undefined;
  };
  const carried = await approved(story.scenario, workers, lookAt);
  await story.play(carried);
  expectRightRoll(story, carried);
  return { carried, writes, deaths, records };
}

/**
 * Dies at every `stride`-th of all writes that are made for the first time, from the `offset`-th on: as many rolls as the
 * stride is long die at every write.
 */
export function everyNth(side: Side, stride: number, offset: number): DiesAt & { deaths(): string[] } {
  const met = new Set<string>();
  const deaths: string[] = [];
  const diesAt: DiesAt = (write, about) => {
    const key = `${write} ${about}`;
    if (about === "" || met.has(key)) return undefined;
    met.add(key);
    if (met.size % stride !== offset % stride) return undefined;
    deaths.push(key);
    return side;
  };
  return Object.assign(diesAt, { deaths: () => deaths });
}
