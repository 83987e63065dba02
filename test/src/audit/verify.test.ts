import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { exportAudit } from "../../../src/audit/export.js";
import { verify } from "../../../src/audit/verify.js";
import { sha256 } from "../../../src/audit.js";
import { canonicalJson } from "../../../src/core/audit/canonical.js";
import { beginning, chainAll } from "../../../src/core/audit/chain.js";
import type { AuditEntry, AuditLine } from "../../../src/core/audit/entry.js";
import { redisAudit } from "../../../src/redis/audit.js";
import { start } from "../../builders.js";
import { bestRedis, startRedis, type TestRedis } from "../../redis.js";

const stream = "{eks-upgrade}:audit";
const entries = Array.from(
  { length: 20 },
  (_, index): AuditEntry => ({
    ...{
      at: start + index * 3_600_000,
      kind: "order",
      who: index % 2 ? "U1" : "U2",
      what: "lock",
      outcome: "done",
    },
    ...{ cluster: index < 10 ? "shop" : "eks-workshop", run: `calm-heron-${index}` },
  }),
);
const lines = chainAll(beginning, entries, sha256);
const [first, last] = [lines[0] ?? expect.fail(), lines.at(-1) ?? expect.fail()];
/** When it is looked, in real time. */
const now = last.at + 3_600_000;
const head = `head ${last.hash}`;

/** What somebody makes of the lines, of whom nobody knows. */
type Tampered = (lines: AuditLine[]) => AuditLine[];

const changed =
  (seq: number, more: Partial<AuditLine>): Tampered =>
  (all) =>
    all.map((line) => (line.seq === seq ? { ...line, ...more } : line));
const without =
  (...numbers: number[]): Tampered =>
  (all) =>
    all.filter(({ seq }) => !numbers.includes(seq));
/** With new hashes from there on: only what is written elsewhere tells. */
const rewritten =
  (seq: number, more: Partial<AuditEntry>): Tampered =>
  (all) => {
    const again = all.slice(seq - 1).map(({ seq: number, prev: _, hash: __, ...entry }) => ({
      ...entry,
      ...(number === seq && more),
    }));
    return [...all.slice(0, seq - 1), ...chainAll(all[seq - 2] ?? beginning, again, sha256)];
  };

describe("audit:verify and audit:export", () => {
  let server: TestRedis;
  let redis: Redis;
  let directory: string;
  let file: string;

  beforeAll(async () => {
    server = await startRedis(bestRedis);
    redis = new Redis(server.url);
    directory = await mkdtemp(join(tmpdir(), "verify-"));
    file = join(directory, "audit.jsonl");
  });
  beforeEach(async () => void (await redis.flushall()));
  afterAll(async () => {
    redis.disconnect();
    await server.close();
    await rm(directory, { recursive: true });
  });

  async function inRedis(kept: readonly AuditLine[], end = last): Promise<void> {
    for (const line of kept) await redis.xadd(stream, "*", "line", canonicalJson(line));
    await redis.hset(`${stream}:head`, { seq: end.seq, hash: end.hash });
  }
  const inFile = (kept: readonly AuditLine[], rest = "") =>
    writeFile(file, `${kept.map(canonicalJson).join("\n")}\n${rest}`);

  async function verified(args: string[] = [], variables = { REDIS_URL: server.url }) {
    const said: string[] = [];
    const code = await verify({
      variables,
      args,
      sha256,
      readyWithin: 300,
      now: () => now,
      write: (line) => said.push(line),
    });
    return { code, said: said.map((line) => line.replaceAll(file, "audit.jsonl")) };
  }

  async function exported(args: string[]) {
    const printed: string[] = [];
    const complained: string[] = [];
    const code = await exportAudit({
      ...{ variables: { REDIS_URL: server.url }, args },
      write: async (line) => printed.push(line) > 0,
      complain: (line) => complained.push(line),
    });
    return { code, printed, complained };
  }

  it("find a stream that is as it was kept", async () => {
    await inRedis(lines);
    expect(await verified()).toEqual({
      code: 0,
      said: [`Redis: 20 entries, 1…20, chain intact, ${head}`],
    });
  });

  it("find one that nothing was kept in yet", async () => {
    expect(await verified()).toEqual({ code: 0, said: ["Redis: 0 entries, chain intact"] });
  });

  it("find one of which older entries were removed in order", async () => {
    await inRedis(lines);
    const [position = ""] = (await redis.xrange(stream, "-", "+"))[4] ?? [];
    await redis.hset(`${stream}:anchor`, { seq: 4, hash: lines[3]?.hash ?? "" });
    await redis.xtrim(stream, "MINID", position);
    expect(await verified()).toEqual({
      code: 0,
      said: [`Redis: 16 entries, 5…20, older ones were removed, chain intact, ${head}`],
    });
  });

  it.each<[how: string, tampered: Tampered, faults: string[]]>([
    ["an entry was changed", changed(17, { who: "U9" }), ["entry 17 was changed"]],
    [
      "one was changed, with a hash that fits it",
      (all) => [...all.slice(0, 16), ...rewritten(17, { who: "U9" })(all).slice(16, 17), ...all.slice(17)],
      ["entry 18 does not follow 17"],
    ],
    ["some are missing", without(18, 19), ["entries 18–19 are missing"]],
    ["the first is missing", without(1), ["entry 1 is missing"]],
    ["the last is missing", without(20), ["entry 20 is missing at the end"]],
    [
      "two changed places",
      (all) => [...all.slice(0, 5), ...all.slice(5, 7).reverse(), ...all.slice(7)],
      ["entry 6 is missing", "entry 6 stands after 7", "entry 7 is missing"],
    ],
    [
      "one was put in",
      (all) => [...all.slice(0, 3), first, ...all.slice(3)],
      ["entry 1 stands after 3", "entries 2–3 are missing"],
    ],
    [
      "the end was rewritten, and only the head was forgotten",
      rewritten(20, { outcome: "refused" }),
      ["entry 20, the last, is not the one that was kept"],
    ],
  ])("find that %s", async (_, tampered, faults) => {
    await inRedis(tampered(lines));
    const { code, said } = await verified();
    expect(code).toBe(1);
    expect(said.slice(0, -1)).toEqual(faults.map((fault) => `Redis: ${fault}`));
    expect(said.at(-1)).toMatch(/^Redis: \d+ entries, .*, chain broken$/);
  });

  it("find what is no entry", async () => {
    await inRedis(lines.slice(0, 3));
    await redis.xadd(stream, "*", "line", "{}");
    expect((await verified()).said).toContain("Redis: what stands after entry 3 cannot be read");
  });

  it("find a stream that was rewritten as a whole by what stands in a file", async () => {
    const other = rewritten(5, { who: "U9" })(lines);
    await inRedis(other, other.at(-1));
    expect((await verified()).code, "by itself it is a chain").toBe(0);
    await inFile(lines.slice(2, 8));
    const { code, said } = await verified(["--file", file]);
    expect(code).toBe(1);
    expect(said).toEqual([
      `audit.jsonl: 6 entries, 3…8, chain intact, head ${lines[7]?.hash}`,
      expect.stringMatching(/^Redis: 20 entries, 1…20, chain intact/),
      ...[5, 6, 7, 8].map((seq) => `Redis: entry ${seq} is another one than in the file`),
    ]);
  });

  /** Somebody removed the first so many, and wrote that they were removed for their age. */
  async function withoutFirst(count: number): Promise<void> {
    await inRedis(lines.slice(count));
    await redis.hset(`${stream}:anchor`, { seq: count, hash: lines[count - 1]?.hash ?? "" });
  }

  it.each<[what: string, removed: number, keep: string, faults: string[]]>([
    [
      "ten, too young for it",
      10,
      "20h",
      ["entries 3–10 are in the file, and not in Redis, though younger than 20 h (--keep)"],
    ],
    [
      "one, too young for it",
      1,
      "400d",
      ["entry 1 is in the file, and not in Redis, though younger than 400 days (--keep)"],
    ],
    ["two, old enough", 2, "20h", []],
    ["ten, old enough", 10, "11h", []],
  ])("find by a file what was said to be removed for its age: %s", async (_, removed, keep, faults) => {
    await withoutFirst(removed);
    expect((await verified()).code, "by itself it is a chain").toBe(0);
    await inFile(lines);
    const { code, said } = await verified(["--file", file, "--keep", keep]);
    expect(said.slice(2)).toEqual(
      faults.length > 0
        ? faults.map((fault) => `Redis: ${fault}`)
        : [`Redis and the file have ${20 - removed} entries in common`],
    );
    expect(code).toBe(faults.length > 0 ? 1 : 0);
  });

  it("find that the whole stream was taken away, whatever is said to be removed for its age", async () => {
    await withoutFirst(20);
    const fault = "Redis: all entries are missing: the last one, 20, is never removed for its age";
    expect(await verified()).toMatchObject({ code: 1, said: expect.arrayContaining([fault]) });
    await inFile(lines);
    const young =
      "Redis: entries 1–20 are in the file, and not in Redis, though younger than 400 days (--keep)";
    expect((await verified(["--file", file])).said).toEqual(expect.arrayContaining([fault, young]));
  });

  it.each([
    ["of entries", async () => inRedis(lines.slice(0, 12))],
    ["of entries that were removed", async () => withoutFirst(20)],
  ])("find that the end was taken away, %s", async (_, tampered) => {
    await tampered();
    await redis.del(`${stream}:head`);
    const { code, said } = await verified();
    expect(code).toBe(1);
    expect(said[0]).toMatch(/^Redis: which entry is the last was taken away/);
  });

  it("find entries that were cut off the end by what stands in a file", async () => {
    await inRedis(lines.slice(0, 12), lines[11]);
    await inFile(lines);
    const { code, said } = await verified(["--file", file]);
    expect(code).toBe(1);
    expect(said.at(-1)).toBe("Redis: entries 13–20 are in the file, and not in Redis");
  });

  it("find that both say the same, also where the end of a file was not written to its end", async () => {
    await inRedis(lines);
    const unchained = canonicalJson({ ...entries[0], unchained: true });
    await inFile(
      lines.slice(0, 15),
      `${unchained}\n${JSON.stringify({ level: 30, audit: lines[15] })}\n{"at":1`,
    );
    expect(await verified(["--file", file])).toEqual({
      code: 0,
      said: [
        `audit.jsonl: 16 entries, 1…16, chain intact, head ${lines[15]?.hash}`,
        "audit.jsonl: 1 entry more without a place in the chain: Redis was away",
        "audit.jsonl, line 18: cannot be read",
        `Redis: 20 entries, 1…20, chain intact, ${head}`,
        "Redis and the file have 16 entries in common",
      ],
    });
  });

  it("look at files alone where there is no Redis", async () => {
    await inFile(without(7)(lines));
    const { code, said } = await verified(["--file", file], { REDIS_URL: "redis://127.0.0.1:1" });
    expect(code).toBe(1);
    expect(said[0]).toBe("audit.jsonl: entry 7 is missing");
    expect(said.at(-1)).toMatch(/^Redis: not looked at\. /);
  });

  it.each([
    ["no Redis answers", [], { REDIS_URL: "redis://127.0.0.1:1" }, /^Could not look: Redis did not answer/],
    [
      "the address is none",
      [],
      { REDIS_URL: "http://x" },
      /^Could not look: REDIS_URL must begin with redis/,
    ],
    [
      "no bot runs",
      [],
      { DATA_DIR: "/nowhere" },
      /^Could not look: REDIS_URL is not set, and no bot .* \/nowhere/,
    ],
    ["there is no such file", ["--file", "/nowhere"], {}, /^Could not look: ENOENT: no such file/],
    [
      "a length of time is none",
      ["--keep", "long"],
      {},
      /^Could not look: --keep long must be a length of time such as 30m, 24h or 7d. Usage/,
    ],
    [
      "an option is unknown",
      ["--fiel", "x"],
      {},
      /^Could not look: Unknown option '--fiel'.*Usage: npm run audit:verify/s,
    ],
  ])("say that they could not look where %s", async (_, args, variables, words) => {
    const { code, said } = await verified(args, variables as { REDIS_URL: string });
    expect(code).toBe(2);
    expect(said).toEqual([expect.stringMatching(words)]);
  });

  it.each<[what: string, args: string[], numbers: number[]]>([
    ["all there is", [], lines.map(({ seq }) => seq)],
    ["one cluster's, by one person", ["--cluster", "shop", "--user", "U2"], [1, 3, 5, 7, 9]],
    ["a run's", ["--run", "calm-heron-7"], [8]],
    ["those since a moment", ["--since", "2026-07-21T04:00Z"], [19, 20]],
    [
      "those until the end of a day",
      ["--until", "2026-07-20", "--since", "2026-07-20T20:00:00Z"],
      [11, 12, 13, 14],
    ],
  ])("print %s as they were kept", async (_, args, numbers) => {
    await inRedis(lines);
    const { code, printed } = await exported(args);
    expect(code).toBe(0);
    expect(printed).toEqual(numbers.map((seq) => canonicalJson(lines[seq - 1])));
  });

  it("print of a span of time a piece of the chain, though an entry was kept later than one that came after it", async () => {
    const hours = [1, 5, 3, 4, 2, 6];
    const late = chainAll(
      beginning,
      hours.map((hour): AuditEntry => ({ ...(entries[0] ?? expect.fail()), at: start + hour * 3_600_000 })),
      sha256,
    );
    await inRedis(late, late.at(-1));
    const span = [
      "--since",
      new Date(start + 3 * 3_600_000).toISOString(),
      "--until",
      new Date(start + 5.5 * 3_600_000).toISOString(),
    ];
    const { printed } = await exported(span);
    expect(printed).toEqual(late.slice(1, 4).map(canonicalJson));
    const more = await exported([...span.slice(0, 2)]);
    expect(more.printed).toEqual(late.slice(1).map(canonicalJson));
    await writeFile(file, `${more.printed.join("\n")}\n`);
    expect((await verified(["--file", file])).code).toBe(0);
    expect((await exported([...span, "--user", "U1"])).printed).toEqual([]);
    expect((await exported(["--since", "2030-01-01"])).printed).toEqual([]);
  });

  it.each([
    ["a date is none", ["--since", "yesterday"], /--since yesterday is no date/],
    [
      "an option is unknown",
      ["--who", "U1"],
      /Unknown option '--who'.*Usage: npm run --silent audit:export/s,
    ],
  ])("say that they could not look where %s", async (_, args, words) => {
    const { code, printed, complained } = await exported(args);
    expect({ code, printed }).toEqual({ code: 2, printed: [] });
    expect(complained).toEqual([expect.stringMatching(words)]);
  });

  it("read what is more than one page of the store", async () => {
    const many = chainAll(
      beginning,
      Array.from({ length: 1_201 }, () => entries[0] ?? expect.fail()),
      sha256,
    );
    await inRedis(many, many.at(-1));
    expect((await verified()).said[0]).toMatch(/^Redis: 1201 entries, 1…1201, chain intact/);
    expect((await exported([])).printed).toHaveLength(1_201);
    expect((await redisAudit(redis).pageBack()).length).toBe(500);
  });
});
