import { connectAccount } from "../../src/outside.js";
import type { Outside } from "../../src/phases/outside.js";
import type { Side } from "./wires.js";

/** Says of each write of a story, by its name and what it is about, whether its process dies before or after it. */
export type DiesAt = (write: string, about: string) => Side | undefined;

type WriteThrough = <Result>(name: string, about: string, act: () => Promise<Result>) => Promise<Result>;

/** A process that may die at a write. Dead, it reaches nothing more, and what it still knows is lost. */
interface Mortal {
  readonly outside: Outside;
  readonly signal: AbortSignal;
  readonly isDead: boolean;
  /** Makes the write of this name. Throws where the process dies. */
  write: WriteThrough;
  /** Resolves when none of its writes is on its way. */
  settled(): Promise<void>;
}

export function beginMortal(diesAt: DiesAt): Mortal {
  const end = new AbortController();
  const flying = new Set<Promise<unknown>>();
  const die = () => {
    if (!end.signal.aborted) end.abort(new Error("the process died"));
    throw end.signal.reason;
  };
  async function write<Result>(name: string, about: string, act: () => Promise<Result>): Promise<Result> {
    if (end.signal.aborted) return die();
    const side = diesAt(name, about);
    if (side === "before") return die();
    const made = act();
    flying.add(made);
    const result = await made.finally(() => flying.delete(made));
    return side === "after" ? die() : result;
  }
  return {
    outside: withWrites(connectAccount(), write),
    signal: end.signal,
    get isDead() {
      return end.signal.aborted;
    },
    write,
    async settled() {
      await Promise.allSettled(flying);
    },
  };
}

/** Every call that changes something passes through `write`. */
function withWrites(outside: Outside, write: WriteThrough): Outside {
  const regions = new Map<string, ReturnType<Outside["region"]>>();
  const watched = new Map<object, ReturnType<Outside["kubernetes"]>>();
  return {
    ...outside,
    region(name) {
      const region = outside.region(name);
      const known = regions.get(name) ?? {
        ...region,
        autoScaling: through(region.autoScaling, groupWrites, write),
        ec2: through(region.ec2, ["createTemplateVersion"], write),
      };
      regions.set(name, known);
      return known;
    },
    kubernetes(cluster) {
      const kubernetes = outside.kubernetes(cluster);
      const known = watched.get(kubernetes) ?? through(kubernetes, clusterWrites, write);
      watched.set(kubernetes, known);
      return known;
    },
  };
}

const groupWrites = ["resize", "pointAt", "suspend", "resume", "tag", "untag", "terminate"] as const;
const clusterWrites = ["markNode", "unmarkNode", "evict", "deletePod", "restartOwner", "scaleOwner"] as const;

function through<Api extends object>(
  api: Api,
  writes: readonly (keyof Api & string)[],
  write: WriteThrough,
): Api {
  const changed = Object.fromEntries(
    writes.map((name) => {
      const made = api[name];
      if (typeof made !== "function") throw new Error(`There is no write ${name}.`);
      return [name, (...input: unknown[]) => write(name, aboutOf(input), () => made.apply(api, input))];
    }),
  );
  return { ...api, ...changed };
}

/** Without the signal, which is last. */
function aboutOf(input: readonly unknown[]): string {
  return JSON.stringify(input.filter((each) => !(each instanceof AbortSignal)));
}
