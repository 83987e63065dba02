import { describe, expect, it } from "vitest";
import { day, hour, type Instant } from "../../../src/core/instant.js";
import type { DigestContent, DigestRecord, DigestRow, Snooze } from "../../../src/core/scan/digest.js";
import { made } from "../../../src/digests/make.js";
import { start } from "../../builders.js";
import { aRecord, aRow, aSnooze, denied, someContent } from "../slack/views/digest-facts.js";

const now: Instant = start;
const due: Instant = start - hour;
const row = aRow();
const other = aRow({ cluster: "books" });
const [key, otherKey] = [row.key, other.key];
const problems = [{ environment: "prod", name: "shop", problem: denied }];
const newer: Partial<DigestRow> = { to: "1.34.9-20260801" };

/** Shown a day ago, as number 7, with this content; a digest is due. */
const shown = (content: Partial<DigestContent>, over: Partial<DigestRecord> = {}): DigestRecord =>
  aRecord({ scannedAt: now - day, ...content }, { due, ...over });
const unshown = (over: Partial<DigestRecord> = {}): DigestRecord => {
  const { shown: _, ...record } = aRecord({}, { due, ...over });
  return record;
};
const lasting = (of: DigestRow): Snooze => aSnooze(of, { until: now + 1 });
const ended = (of: DigestRow, ago = 0): Snooze => aSnooze(of, { until: now - ago });

interface Case {
  readonly record: DigestRecord;
  readonly rows?: readonly DigestRow[];
  readonly problems?: DigestContent["problems"];
  readonly snoozes?: readonly Snooze[];
  /** Number and news of the message; undefined: none. */
  readonly expected: readonly [number: number, news: readonly string[]] | undefined;
}

const cases: readonly [says: string, of: Case][] = [
  [
    "the first digest is message 1, with everything in it news",
    { record: unshown(), rows: [row], expected: [1, [key]] },
  ],
  ["the first digest with nothing to say says so", { record: unshown(), expected: [1, []] }],
  ["unless it is to be silent then", { record: unshown({ whenUpToDate: "silent" }), expected: undefined }],
  [
    "what could not be looked at is said all the same",
    { record: unshown({ whenUpToDate: "silent" }), problems, expected: [1, []] },
  ],
  [
    "nothing new: the old message is edited",
    { record: shown({ rows: [row] }), rows: [row], expected: [7, [key]] },
  ],
  [
    "fewer rows than before: the old message is edited",
    { record: shown({ rows: [row, other] }), rows: [row], expected: [7, [key, otherKey]] },
  ],
  [
    "all is up to date now: the old message says so",
    { record: shown({ rows: [row] }), expected: [7, [key]] },
  ],
  [
    "a row more is a new message, and it alone is news",
    { record: shown({ rows: [row] }), rows: [row, other], expected: [8, [otherKey]] },
  ],
  [
    "a newer release is news",
    { record: shown({ rows: [row] }), rows: [{ ...row, ...newer }], expected: [8, [key]] },
  ],
  [
    "worse than before is news",
    { record: shown({ rows: [row] }), rows: [{ ...row, severity: "critical" }], expected: [8, [key]] },
  ],
  [
    "what is snoozed is no news",
    { record: shown({ rows: [row] }), rows: [row, other], snoozes: [lasting(other)], expected: [7, [key]] },
  ],
  ["nor in the first digest", { record: unshown(), rows: [row], snoozes: [lasting(row)], expected: [1, []] }],
  [
    "a snooze that has ended since the last digest is news",
    { record: shown({ rows: [row] }), rows: [row], snoozes: [ended(row)], expected: [8, [key]] },
  ],
  [
    "one that had ended before it is not",
    { record: shown({ rows: [row] }), rows: [row], snoozes: [ended(row, day)], expected: [7, [key]] },
  ],
  [
    "one of what is not there any more is not",
    { record: shown({ rows: [row] }), snoozes: [ended(row)], expected: [7, [key]] },
  ],
  [
    "what cannot be looked at any more is a new message that calls nobody",
    { record: shown({ rows: [row] }), rows: [row], problems, expected: [8, []] },
  ],
  [
    "and it stays in that one for as long as it lasts",
    { record: shown({ rows: [row], problems }), rows: [row], problems, expected: [7, [key]] },
  ],
  [
    "what could not be looked at in between is no news when it can be again",
    { record: shown({ rows: [], problems }, { unseen: [row] }), rows: [row], expected: [7, []] },
  ],
  [
    "unless there is a newer release now",
    {
      record: shown({ rows: [], problems }, { unseen: [row] }),
      rows: [{ ...row, ...newer }],
      expected: [8, [key]],
    },
  ],
];

describe("what is made of what was found", () => {
  it.each(cases)("%s", (_, { record, rows = [], problems = [], snoozes = [], expected }) => {
    const content = someContent({ rows, problems, scannedAt: now });
    const after = made(record, due, content, snoozes, now);
    expect(after.shown && [after.shown.number, after.shown.news]).toEqual(expected);
    if (after.shown) expect(after.shown.content).toEqual(content);
    const isNew = after.shown?.number !== record.shown?.number;
    expect(after.shown?.madeAt).toBe(isNew ? now : record.shown?.madeAt);
    expect(after.former).toEqual(isNew ? record.shown : record.former);
    expect(after).toMatchObject({ doneFor: due });
    expect(after.due).toBeUndefined();
  });

  it("made again with the same world, it is the same message", () => {
    const content = someContent({ rows: [row, other], scannedAt: now });
    const once = made(shown({ rows: [row] }), due, content, [ended(row)], now);
    const twice = made({ ...once, due: now }, now, { ...content, scannedAt: now + 1 }, [ended(row)], now + 1);
    expect(twice.shown).toEqual({ ...once.shown, content: { ...content, scannedAt: now + 1 } });
    expect(twice.former).toEqual(once.former);
  });

  it("a time that came during the scan is left to be made", () => {
    const after = made(unshown({ due: due + 7 }), due, someContent(), [], now);
    expect(after).toMatchObject({ due: due + 7, doneFor: due });
  });

  it("remembers what was told and cannot be looked at now, for as long as that lasts", () => {
    const dark = someContent({ rows: [], problems, scannedAt: now });
    const first = made(shown({ rows: [row, other] }), due, { ...dark, rows: [other] }, [], now);
    expect(first.unseen).toEqual([row]);
    const second = made({ ...first, due: now }, now, { ...dark, rows: [other] }, [], now);
    expect(second.unseen).toEqual([row]);
    const light = made({ ...second, due: now }, now, someContent({ rows: [other] }), [], now);
    expect(light.unseen).toBeUndefined();
  });
});
