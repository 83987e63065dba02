import { type FileHandle, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { AuditFile } from "../../../src/audit/file.js";
import { type AuditOptions, type OpenAudit, openAudit, type Recorded, sha256 } from "../../../src/audit.js";
import { canonicalJson } from "../../../src/core/audit/canonical.js";
import type { AuditLine } from "../../../src/core/audit/entry.js";
import { readLine } from "../../../src/core/audit/line.js";
import { verifyChain } from "../../../src/core/audit/verify.js";
import { openLog } from "../../../src/log.js";
import { redisAudit } from "../../../src/redis/audit.js";
import { connectRedis, untilReady } from "../../../src/redis/connection.js";
import { start, stoppedAt } from "../../builders.js";
import { openTcpWire, type Wire } from "../../crash/tcp-wire.js";
import { startRedis, type TestRedis } from "../../redis.js";

const order = (what: string): Recorded => ({ kind: "order", who: "U1", what, outcome: "done" });

/** What a bot wrote to stdout. */
interface Said {
  readonly audit?: AuditLine & { readonly unchained?: true };
  readonly level: number;
  readonly msg: string;
}

describe("an audit whose Redis goes away", () => {
  let server: TestRedis;
  let redis: Redis;
  let wire: Wire;
  let directory: string;
  const closing: (() => unknown)[] = [];

  beforeAll(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
    wire = await openTcpWire(new URL(server.url).host);
    directory = await mkdtemp(join(tmpdir(), "audit-"));
  });
  beforeEach(async () => {
    wire.mend();
    await redis.flushall();
  });
  afterAll(async () => {
    for (const close of closing) await close();
    redis.disconnect();
    await wire.close();
    await server.close();
    await rm(directory, { recursive: true });
  });

  async function open(more: Partial<AuditOptions> = {}, level = "warn") {
    const said: Said[] = [];
    const producer = connectRedis({ url: `redis://${wire.host}` }, "producer", () => {});
    await untilReady(producer, 5_000);
    const audit: OpenAudit = await openAudit({
      ...{ store: redisAudit(producer), clock: stoppedAt(start), keep: 86_400_000, pauses: [20] },
      log: openLog(level, { write: (line) => said.push(JSON.parse(line)) }),
      ...more,
    });
    closing.push(audit.close, () => producer.disconnect());
    return { audit, said };
  }

  const whats = (lines: readonly AuditLine[]) => lines.map(({ seq, what }) => `${seq} ${what}`);
  const printed = (said: readonly Said[]) => said.flatMap(({ audit }) => audit ?? []);
  async function lines(): Promise<AuditLine[]> {
    const entries = await redis.xrange("{eks-upgrade}:audit", "-", "+");
    return entries.map(([, [, text = ""]]) => readLine(text) ?? expect.fail(text));
  }

  it("keeps what waited when it is back, in order, and says so", async () => {
    const { audit, said } = await open();
    audit.record(order("one"));
    await audit.settled();
    wire.cut();
    audit.record(order("two"));
    audit.record(order("three"));
    await audit.settled();
    expect(await lines()).toHaveLength(1);
    wire.mend();
    await vi.waitFor(async () => expect(whats(await lines())).toEqual(["1 one", "2 two", "3 three"]), 5_000);
    expect(verifyChain(await lines(), { sha256 }).faults).toEqual([]);
    expect(said.filter(({ audit: line }) => !line).map(({ msg }) => msg)).toEqual([
      "audit: Redis does not take entries, they wait",
    ]);
  });

  it("writes every kept line to stdout, whatever LOG_LEVEL is, and the same in the file", async () => {
    const file = join(directory, "kept.jsonl");
    const { audit, said } = await open({ file }, "fatal");
    for (const what of ["one", "two"]) audit.record(order(what));
    await audit.settled();
    expect(printed(said)).toEqual(await lines());
    const texts = (await readFile(file, "utf8")).trimEnd().split("\n");
    expect(texts.map(readLine)).toEqual(await lines());
  });

  it("writes to stdout what can be verified, whatever somebody typed", async () => {
    const { audit, said } = await open();
    const typed = [
      "waiting for authorization:",
      "X-Amz-Signature=",
      `${"x".repeat(980)} Authorization: abcdef`,
    ];
    for (const why of typed) audit.record({ ...order("lock"), on: why, why });
    await audit.settled();
    expect(printed(said)).toEqual(await lines());
    expect(verifyChain(printed(said), { sha256 })).toMatchObject({ count: 3, faults: [] });
  });

  it("writes nothing to a log that is silent", async () => {
    const write = vi.fn();
    const { audit } = await open({ log: pino({ level: "silent" }, { write }) });
    audit.record(order("one"));
    await audit.settled();
    expect(write).not.toHaveBeenCalled();
    expect(await lines()).toHaveLength(1);
  });

  it("writes down unchained what it has no room for, and what waits at its end", async () => {
    const file = join(directory, "unchained.jsonl");
    const { audit, said } = await open({ file, room: 1 });
    wire.cut();
    for (const what of ["one", "two", "three"]) audit.record(order(what));
    await audit.close();
    const wanted = ["three", "one", "two"].map((what) => ({ what, unchained: true }));
    expect(printed(said)).toMatchObject(wanted);
    const texts = (await readFile(file, "utf8")).trimEnd().split("\n");
    expect(texts.map((text) => JSON.parse(text))).toMatchObject(wanted);
    wire.mend();
    expect(await lines()).toEqual([]);
    expect(said.map(({ msg }) => msg).filter((msg) => msg !== "audit")).toEqual([
      "audit: no room for more, not chained",
      expect.stringMatching("audit: Redis does not take entries"),
      "audit: not all entries could be kept before the end",
    ]);
  });

  it("gives its file what other bots kept, and what was kept by one that ended before it wrote", async () => {
    const file = join(directory, "several.jsonl");
    const [first, other] = [await open({ file }), await open()];
    first.audit.record(order("one"));
    await first.audit.close();
    other.audit.record(order("two"));
    await other.audit.settled();
    // The last line of a process that was killed as it wrote.
    await writeFile(file, '{"at":17', { flag: "a" });
    const next = await open({ file });
    await next.audit.settled();
    other.audit.record(order("three"));
    await other.audit.settled();
    await next.audit.followAll();
    const texts = (await readFile(file, "utf8")).trimEnd().split("\n");
    expect(texts.map((text) => readLine(text)?.what)).toEqual(["one", undefined, "two", "three"]);
  });

  it.each([
    ["much could not be chained since its last entry", '{"what":"lock","unchained":true}\n'.repeat(10_000)],
    ["nothing can be read of it", ""],
  ])("gives its file what is missing where %s", async (_, rest) => {
    const file = join(directory, `${rest.length}.jsonl`);
    const { audit: other } = await open();
    other.record(order("one"));
    await other.settled();
    await writeFile(file, rest === "" ? "?\n" : `${canonicalJson((await lines())[0])}\n${rest}`);
    other.record(order("two"));
    await other.settled();
    const { audit, said } = await open({ file });
    audit.record(order("three"));
    await audit.settled();
    const kept = (await readFile(file, "utf8")).split("\n").flatMap((text) => readLine(text) ?? []);
    expect(kept).toEqual(await lines());
    expect(said.map(({ msg }) => msg)).toEqual(["audit"]);
  });

  it("writes down unchained what it could not, once it can", async () => {
    const written: string[] = [];
    let full = false;
    const appendFile = async (text: string) => {
      if (full) throw Object.assign(new Error("disk full"), { code: "ENOSPC" });
      written.push(text);
      full = written.length === 1;
    };
    const file = new AuditFile({
      ...{ store: redisAudit(redis), log: pino({ level: "silent" }), position: "0-0" },
      ...{ empty: true, midLine: false, regular: false },
      file: { appendFile } as unknown as FileHandle,
    });
    file.unchained(["one", "two", "three"]);
    await file.settled();
    file.unchained(["four"]);
    await file.settled();
    expect(written).toEqual(["one\n"]);
    full = false;
    written.push("-");
    file.poke();
    await file.settled();
    expect(written).toEqual(["one\n", "-", "\ntwo\n", "three\n", "four\n"]);
  });

  it("cannot begin with a file that cannot be written", async () => {
    await expect(open({ file: join(directory, "none", "audit.jsonl") })).rejects.toThrow(
      /^AUDIT_FILE .*no such file or directory.* Name a file that the bot's user may write$/,
    );
  });

  it("says that its file does not end with what Redis has", async () => {
    const file = join(directory, "rewritten.jsonl");
    const { audit } = await open({ file });
    audit.record(order("one"));
    await audit.close();
    await redis.flushall();
    const { audit: again, said } = await open();
    again.record(order("another"));
    await again.settled();
    const { audit: next, said: words } = await open({ file });
    await next.settled();
    expect(printed(said)).toMatchObject([{ seq: 1, what: "another" }]);
    expect(words.map(({ msg }) => msg)).toEqual([
      "audit: AUDIT_FILE does not end with an entry of Redis: verify it",
    ]);
  });

  it("says that the chain went back, and goes on from there", async () => {
    const { audit, said } = await open();
    for (const what of ["one", "two"]) audit.record(order(what));
    await audit.settled();
    await redis.flushall();
    audit.record(order("three"));
    await audit.settled();
    expect(whats(await lines())).toEqual(["1 three"]);
    expect(said.find(({ msg }) => msg.startsWith("audit: the chain went back"))).toMatchObject({
      level: 50,
      had: 2,
      has: 0,
    });
  });
});
