import type { Region } from "../../aws/region.js";
import { isTrouble, type Problem } from "../../core/problems.js";
import { type ReleaseWanted, wantedKey } from "../../core/releases.js";
import type { ListedRelease, VersionSupport } from "../../core/scan/scanned.js";
import type { Outsides } from "../outside.js";
import { asProblem } from "../trouble.js";
import type { Looked } from "./scan.js";

/** What a region lists for everybody, whatever the account. */
export interface RegionFacts {
  readonly support: ReadonlyMap<string, Omit<VersionSupport, "policy">>;
  release(wanted: ReleaseWanted): ListedRelease | undefined;
  /** Why not all of it could be read. */
  readonly problem?: Problem;
}

/** Asks once in every region. Where one account may not, another one's answer is as good. */
export async function regionFacts(
  looks: readonly Looked[],
  outsides: Pick<Outsides, "scanning">,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, RegionFacts>> {
  const names = [...new Set(looks.flatMap(({ where, look }) => (look ? [where.region] : [])))];
  const facts = await Promise.all(
    names.map((name) =>
      factsOf(
        name,
        looks.filter(({ where }) => where.region === name),
        outsides,
        signal,
      ),
    ),
  );
  return new Map(names.map((name, index) => [name, facts[index] ?? nothing]));
}

const nothing: RegionFacts = { support: new Map(), release: () => undefined };

async function factsOf(
  name: string,
  looks: readonly Looked[],
  outsides: Pick<Outsides, "scanning">,
  signal: AbortSignal | undefined,
): Promise<RegionFacts> {
  const environments = [
    ...new Set(looks.flatMap(({ where, look }) => (look ? [where.environment.name] : []))),
  ];
  const regions = environments.map((environment) => outsides.scanning(environment).region(name));
  const wanted = looks.flatMap(({ look }) =>
    (look?.groups ?? []).flatMap(({ newest, pinned }) => [newest ?? [], pinned ?? []].flat()),
  );
  const [support, listed] = await Promise.all([
    firstAnswer(regions, ({ eks }) => eks.versions(signal)),
    firstAnswer(regions, ({ releases }) => releases.lookUp(wanted, signal)),
  ]);
  const problem = listed.problem ?? support.problem;
  return {
    support: support.answer ?? new Map(),
    release: (each) => listed.answer?.get(wantedKey(each)),
    ...(problem && { problem }),
  };
}

/** Of the first that answers; the last one's trouble where none does. */
async function firstAnswer<T>(
  regions: readonly Region[],
  ask: (region: Region) => Promise<T>,
): Promise<{ answer?: T; problem?: Problem }> {
  let problem: Problem | undefined;
  for (const region of regions) {
    try {
      return { answer: await ask(region) };
    } catch (error) {
      if (!isTrouble(error)) throw error;
      problem = asProblem(error);
    }
  }
  return problem ? { problem } : {};
}
