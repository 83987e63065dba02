import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareReleases } from "../../../../src/core/releases.js";
import { type GroupFacts, judgeGroup } from "../../../../src/core/scan/judge.js";
import type { ListedRelease, ScannedGroup } from "../../../../src/core/scan/scanned.js";
import { linux, listed, on, rocket, someFacts } from "./builders.js";

const march = listed("1.34.7-20260301");
const june = listed("1.34.8-20260601");
const july = listed("1.34.9-20260714");

/** A group whose AMI nobody has an amiType for. */
function nameless(current: ListedRelease): GroupFacts {
  const { amiType: _none, ...rest } = someFacts({ kind: "self-managed node group", current });
  return rest;
}

const named = "amazon-eks-node-al2023-x86_64-standard-1.34-v20260301";
const dated = (day: string) => ({ release: named, publishedAt: on(day) });

describe("standing", () => {
  it.each<[string, GroupFacts, ScannedGroup["standing"]]>([
    ["behind: a newer release is listed", someFacts({ newest: july }), "behind"],
    [
      "behind: a later patch of the same day is newer",
      someFacts({ current: listed("1.34.8-20260714"), newest: july }),
      "behind",
    ],
    [
      "withdrawn: patches are numbers, 10 is newer than 9",
      someFacts({ current: listed("1.34.10-20260714"), newest: july }),
      "withdrawn",
    ],
    [
      "newest: the same AMI is the same, whatever it is called",
      someFacts({ current: { ...dated("2026-03-01"), image: "ami-1" }, newest: { ...july, image: "ami-1" } }),
      "newest",
    ],
    [
      "behind: an AMI whose name tells but its day is judged by that",
      someFacts({ current: dated("2026-03-01"), newest: july }),
      "behind",
    ],
    [
      "withdrawn: so is one of a later day",
      someFacts({ current: dated("2026-08-01"), newest: july }),
      "withdrawn",
    ],
    [
      "unknown: on the same day, either may be newer",
      someFacts({ current: dated("2026-07-14"), newest: july }),
      "unknown",
    ],
    [
      "unknown: a listing that is no release judges nothing, whatever its day",
      someFacts({
        current: dated("2026-03-01"),
        newest: { release: "latest", publishedAt: on("2026-07-14") },
      }),
      "unknown",
    ],
    [
      "unknown: Amazon Linux of a day the calendar lacks",
      someFacts({ current: listed("1.34.9-20260231"), newest: july }),
      "unknown",
    ],
    ["unknown: an amiType of the future", someFacts({ amiType: "AL2029_RISCV", newest: july }), "unknown"],
    ["custom: an AMI with an age and no more", nameless(dated("2026-03-01")), "custom"],
    ["unknown: an AMI that could not even be read", nameless({ release: "ami-1" }), "unknown"],
    ["unknown: no node, no AMI", nameless({ release: "" }), "unknown"],
    [
      "behind: Bottlerocket of an older Kubernetes minor, though it is called the same",
      someFacts({
        amiType: rocket,
        version: "1.33",
        current: listed("1.50.0-7b1f0e8c", undefined, rocket),
        newest: listed("1.50.0-7b1f0e8c", undefined, rocket),
        newestFor: "1.34",
      }),
      "behind",
    ],
    [
      "newest: Bottlerocket of the same name, where nobody tells its Kubernetes minor",
      someFacts({
        amiType: rocket,
        version: "",
        current: listed("1.50.0-7b1f0e8c", undefined, rocket),
        newest: listed("1.50.0-7b1f0e8c", undefined, rocket),
        newestFor: "1.34",
      }),
      "newest",
    ],
    [
      "newest: Bottlerocket's commits have no order",
      someFacts({
        amiType: rocket,
        current: listed("1.50.0-1602f3a8", undefined, rocket),
        newest: listed("1.50.0-7b1f0e8c", undefined, rocket),
      }),
      "newest",
    ],
    [
      "behind: what runs is of an older minor than what is listed",
      someFacts({ version: "1.33", current: listed("1.33.13-20260714"), newest: july, newestFor: "1.34" }),
      "behind",
    ],
    [
      "unknown: what is listed for an older minor judges no newer one",
      someFacts({ current: july, newest: listed("1.33.13-20260714"), newestFor: "1.33" }),
      "unknown",
    ],
    [
      "behind: Amazon Linux 2 is compared within Amazon Linux 2, whatever else there is",
      someFacts({
        amiType: "AL2_x86_64",
        version: "1.32",
        current: listed("1.32.3-20250620"),
        newest: listed("1.32.9-20251120"),
      }),
      "behind",
    ],
  ])("%s", (_, facts, standing) => {
    expect(judgeGroup(facts).standing).toBe(standing);
  });
});

describe("daysBehind", () => {
  const rockets = (ran: string | undefined, written: string | undefined) =>
    someFacts({
      amiType: rocket,
      current: listed("1.49.0", ran, rocket),
      newest: listed("1.50.0", written, rocket),
    });
  it.each<[string, GroupFacts, number | undefined]>([
    [
      "over a leap day",
      someFacts({ current: listed("1.34.1-20280228"), newest: listed("1.34.2-20280301") }),
      2,
    ],
    [
      "over the end of a year",
      someFacts({ current: listed("1.34.1-20251231"), newest: listed("1.34.2-20260101") }),
      1,
    ],
    ["none on the same day", someFacts({ current: listed("1.34.8-20260714"), newest: july }), 0],
    ["whole ones alone", rockets("2026-07-01T18:00Z", "2026-07-14T06:00Z"), 12],
    ["not known where the day of what runs is not", rockets(undefined, "2026-07-14"), undefined],
    ["not known where the day of the newest is not", rockets("2026-07-14", undefined), undefined],
    [
      "not known where the older one's parameter was written later",
      rockets("2026-07-14T06:00Z", "2026-07-14T05:00Z"),
      undefined,
    ],
  ])("%s", (_, facts, days) => {
    const judged = judgeGroup(facts);
    expect(judged.standing).toBe("behind");
    expect(judged.daysBehind).toBe(days);
  });
});

describe("releasesBehind", () => {
  const seen = (...releases: ListedRelease[]) => releases.map(({ release }) => release);
  it.each<[string, GroupFacts, number | undefined]>([
    ["nothing newer, nothing behind, whatever is known", someFacts({ current: july, newest: july }), 0],
    ["not known where scans began later", someFacts({ newest: july, known: seen(june, july) }), undefined],
    ["not known from the first scan", someFacts({ newest: july, known: seen(july) }), undefined],
    [
      "not known where scans missed the one that runs",
      someFacts({ current: june, newest: july, known: seen(march) }),
      undefined,
    ],
    ["the newest alone", someFacts({ newest: july, known: seen(march) }), 1],
    [
      "all since, in whatever order they are kept",
      someFacts({ newest: july, known: seen(july, march, june) }),
      2,
    ],
    [
      "each once, and none that is older, or newer than the newest",
      someFacts({
        current: june,
        newest: july,
        known: seen(march, june, june, july, listed("1.34.9-20260801")),
      }),
      1,
    ],
    ["none that is no release", someFacts({ newest: july, known: [...seen(march), "latest", ""] }), 1],
    [
      "Bottlerocket with and without its commit is one",
      someFacts({
        amiType: rocket,
        current: listed("1.48.0", undefined, rocket),
        newest: listed("1.50.0-7b1f0e8c", undefined, rocket),
        known: ["1.48.0-1602f3a8", "1.50.0"],
      }),
      1,
    ],
    [
      "not known over a Kubernetes minor",
      someFacts({
        amiType: rocket,
        version: "1.33",
        current: listed("1.48.0", undefined, rocket),
        newest: listed("1.50.0", undefined, rocket),
        newestFor: "1.34",
        known: ["1.48.0", "1.50.0"],
      }),
      undefined,
    ],
    [
      "not said of what was withdrawn",
      someFacts({ current: july, newest: june, known: seen(june, july) }),
      undefined,
    ],
  ])("%s", (_, facts, releases) => {
    expect(judgeGroup(facts).releasesBehind).toBe(releases);
  });
});

describe("takenBack", () => {
  it.each<[string, GroupFacts, string | undefined]>([
    ["the newest never moved back", someFacts({ newest: july, known: [june.release] }), undefined],
    ["a newer one was listed before", someFacts({ newest: june, known: [july.release] }), july.release],
    [
      "of several, the newest",
      someFacts({ newest: march, known: [june.release, july.release] }),
      july.release,
    ],
    [
      "it runs the one before: still",
      someFacts({ current: june, newest: june, known: [july.release] }),
      july.release,
    ],
    ["it runs that one", someFacts({ current: july, newest: june, known: [july.release] }), july.release],
    ["nobody saw it listed", someFacts({ current: july, newest: june }), undefined],
    ["what is no release was none", someFacts({ newest: july, known: ["zzz"] }), undefined],
  ])("%s", (_, facts, release) => {
    expect(judgeGroup(facts).takenBack).toBe(release);
  });
});

it("keeps what was seen, and nothing of how it was judged", () => {
  const seen = { status: "UPDATING", mixed: 2, kubelet: "1.33", nodes: 5, name: "gpu" };
  expect(judgeGroup(someFacts({ ...seen, newest: july, newestFor: "1.34", known: [march.release] }))).toEqual(
    {
      kind: "managed node group",
      amiType: linux,
      version: "1.34",
      current: march,
      newest: july,
      ...seen,
      standing: "behind",
      daysBehind: 135,
      releasesBehind: 1,
    },
  );
});

it("whatever scans have seen, in whatever order: the same answer, and no release behind that is not there", () => {
  const day = fc.integer({ min: 1, max: 28 }).map((each) => `1.34.9-202607${String(each).padStart(2, "0")}`);
  fc.assert(
    fc.property(day, day, fc.array(day), (current, newest, known) => {
      const judge = (list: readonly string[]) =>
        judgeGroup(someFacts({ current: listed(current), newest: listed(newest), known: list }));
      const judged = judge(known);
      expect(judge([...known].reverse())).toEqual(judged);
      expect(judged.standing === "behind").toBe((compareReleases(linux, newest, current) ?? 0) > 0);
      expect(judged.releasesBehind ?? 0).toBeLessThanOrEqual(new Set([...known, newest]).size);
      if (judged.standing === "behind" && known.includes(current)) {
        const since = new Set([newest, ...known.filter((each) => each > current && each <= newest)]);
        expect(judged.releasesBehind).toBe(since.size);
      }
    }),
    { seed: 1 },
  );
});
