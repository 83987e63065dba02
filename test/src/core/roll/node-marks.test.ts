import { describe, expect, it } from "vitest";
import { patchOf } from "../../../../playground/kubernetes/api/patch.js";
import type { JsonPatch } from "../../../../src/core/roll/json-patch.js";
import {
  markingPatch,
  marksNote,
  missingMarks,
  ourMarks,
  unmarkingPatch,
} from "../../../../src/core/roll/node-marks.js";
import { marksAnnotation, type NodeMark, nodeMarks } from "../../../../src/core/roll/seen.js";
import { aTaint, rollNode } from "../../../seen.js";

/** What is marked of a node, as the API has it. */
interface Marked {
  readonly taints?: readonly { key: string; value?: string; effect: string; timeAdded?: string }[];
  readonly unschedulable?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

const ours = aTaint("eks.amazonaws.com/nodegroup", "unschedulable");
const theirs = { ...aTaint("team", "data", "NoExecute"), timeAdded: "2026-07-20T09:00:00Z" };
const exclude = { "node.kubernetes.io/exclude-from-external-load-balancers": "true" };
const keep = { "cluster-autoscaler.kubernetes.io/scale-down-disabled": "true" };
const note = (text: string) => ({ [marksAnnotation]: text });
const zone = { zone: "a" };

/** All four marks, put by the run "calm-heron". */
const marked: Marked = {
  taints: [theirs, ours],
  unschedulable: true,
  labels: { ...zone, ...exclude },
  annotations: { ...keep, ...note("calm-heron taint,load balancers,keep,cordon") },
};
const bare: Marked = { taints: [theirs], labels: zone };

/** The node as it is read, and what the API server makes of the patch. */
function patched(before: Marked, patch: (node: ReturnType<typeof seen>) => JsonPatch): Marked | "no write" {
  const operations = patch(seen(before));
  if (operations.length === 0) return "no write";
  const { taints, unschedulable, labels, annotations } = before;
  const object = { metadata: { labels, annotations }, spec: { taints, unschedulable } };
  const after = patchOf("application/json-patch+json", operations)(object) as {
    metadata: Pick<Marked, "labels" | "annotations">;
    spec: Pick<Marked, "taints" | "unschedulable">;
  };
  return { ...after.metadata, ...after.spec };
}

function seen({ taints = [], unschedulable = false, labels = {}, annotations = {} }: Marked) {
  const read = taints.map(({ key, value = "", effect }) => ({ key, value, effect }));
  return rollNode("a", { taints: read, unschedulable, labels, annotations });
}

type Row = readonly [rule: string, before: Marked, marks: readonly NodeMark[], after: Marked | "no write"];

const markingRows: readonly Row[] = [
  ["nothing asked for is nothing written", bare, [], "no write"],
  ["a bare node gets all of them, and the note of it", bare, nodeMarks, marked],
  [
    "a node without any taint, label or annotation gets them too",
    {},
    ["taint", "load balancers"],
    { taints: [ours], labels: exclude, annotations: note("calm-heron taint,load balancers") },
  ],
  ["marked again it is not written again", marked, nodeMarks, "no write"],
  ["fewer asked for takes none away", marked, ["taint"], "no write"],
  [
    "the next mark is noted beside the first",
    { taints: [ours], annotations: note("calm-heron taint") },
    ["cordon"],
    { taints: [ours], unschedulable: true, annotations: note("calm-heron taint,cordon") },
  ],
  [
    "a mark of ours that was taken away comes back",
    { annotations: note("calm-heron taint,cordon") },
    ["taint"],
    { taints: [ours], annotations: note("calm-heron taint") },
  ],
  [
    "marks of an earlier run stay ours, and are this run's now",
    { taints: [ours], annotations: note("old-otter taint") },
    ["taint"],
    { taints: [ours], annotations: note("calm-heron taint") },
  ],
  ["a person's cordon is not noted", { unschedulable: true }, ["cordon"], "no write"],
  ["a person's taint is not noted", { taints: [ours] }, ["taint"], "no write"],
  [
    "a person's taint of another value leaves no room for ours",
    { taints: [{ ...ours, value: "retired" }] },
    ["taint"],
    "no write",
  ],
  [
    "a person's label is not noted, whatever its value",
    { labels: { ...exclude } },
    ["load balancers"],
    "no write",
  ],
  [
    "a person who lets the node be scaled down is not overruled",
    { annotations: { "cluster-autoscaler.kubernetes.io/scale-down-disabled": "false" } },
    ["keep"],
    "no write",
  ],
  [
    "what a person put there is left out of the note of the others",
    { unschedulable: true, labels: exclude },
    nodeMarks,
    {
      taints: [ours],
      unschedulable: true,
      labels: exclude,
      annotations: { ...keep, ...note("calm-heron taint,keep") },
    },
  ],
  [
    "a mark of ours that a person changed is theirs from then on",
    { taints: [{ ...ours, value: "retired" }], annotations: note("calm-heron taint") },
    ["taint"],
    { taints: [{ ...ours, value: "retired" }] },
  ],
];

describe("marking a node", () => {
  it.each(markingRows)("%s", (_rule, before, marks, after) => {
    expect(patched(before, (node) => markingPatch(node, marks, "calm-heron"))).toEqual(after);
  });

  it.each(markingRows)("leaves nothing to ask for: %s", (_rule, before, marks, after) => {
    expect(missingMarks(seen(after === "no write" ? before : after), marks)).toEqual([]);
  });

  it.each(nodeMarks)("a person's own %s stays theirs when all the others are put and taken", (mark) => {
    const own = patched({}, (node) => markingPatch(node, [mark], "calm-heron"));
    if (own === "no write") throw new Error("There was nothing to write.");
    const { [marksAnnotation]: _, ...annotations } = own.annotations ?? {};
    const before: Marked = { ...own, annotations };
    const during = patched(before, (node) => markingPatch(node, nodeMarks, "calm-heron"));
    if (during === "no write") throw new Error("There was nothing to write.");
    expect(ourMarks(seen(during))).toEqual(nodeMarks.filter((each) => each !== mark));
    const after = patched(during, (node) => unmarkingPatch(node));
    expect(seen(after as Marked)).toEqual(seen(before));
  });
});

const unmarkingRows: readonly Row[] = [
  ["a bare node is left alone", bare, nodeMarks, "no write"],
  ["all of ours go, and the note with them", marked, nodeMarks, bare],
  [
    "some of ours go, and the note tells the others",
    marked,
    ["cordon", "keep"],
    {
      taints: [theirs, ours],
      labels: { ...zone, ...exclude },
      annotations: note("calm-heron taint,load balancers"),
    },
  ],
  ["a mark that is not noted is a person's", { unschedulable: true, taints: [ours] }, nodeMarks, "no write"],
  [
    "a person's cordon stays where the taint is ours",
    { unschedulable: true, taints: [ours], annotations: note("calm-heron taint") },
    nodeMarks,
    { unschedulable: true },
  ],
  [
    "our taint goes from among others",
    { taints: [ours, theirs], annotations: note("calm-heron taint") },
    nodeMarks,
    { taints: [theirs] },
  ],
  [
    "a taint of ours that a person changed stays, and only the note goes",
    { taints: [{ ...ours, value: "retired" }], annotations: note("calm-heron taint") },
    nodeMarks,
    { taints: [{ ...ours, value: "retired" }] },
  ],
  [
    "a label of ours that a person changed stays",
    {
      labels: { ...zone, ...exclude, ...{ [Object.keys(exclude)[0] ?? ""]: "soon" } },
      annotations: note("x load balancers"),
    },
    nodeMarks,
    { labels: { ...zone, [Object.keys(exclude)[0] ?? ""]: "soon" } },
  ],
  [
    "a note of marks that are all gone goes",
    { ...bare, annotations: note("calm-heron cordon") },
    nodeMarks,
    bare,
  ],
  [
    "a note that nobody can read goes, and nothing else",
    { ...marked, annotations: note("") },
    nodeMarks,
    {
      taints: [theirs, ours],
      unschedulable: true,
      labels: { ...zone, ...exclude },
    },
  ],
  [
    "the run that put them there stays named",
    { unschedulable: true, taints: [ours], annotations: note("old-otter taint,cordon") },
    ["cordon"],
    { taints: [ours], annotations: note("old-otter taint") },
  ],
];

describe("unmarking a node", () => {
  it.each(unmarkingRows)("%s", (_rule, before, marks, after) => {
    expect(patched(before, (node) => unmarkingPatch(node, marks))).toEqual(after);
  });

  it("takes all of them where none is named", () => {
    expect(patched(marked, (node) => unmarkingPatch(node))).toEqual(bare);
  });
});

describe("the note of our marks", () => {
  it.each<[string, string | undefined, ReturnType<typeof marksNote>]>([
    ["is not there", undefined, undefined],
    [
      "names the run and each mark",
      "calm-heron-42 taint,load balancers",
      { run: "calm-heron-42", marks: ["taint", "load balancers"] },
    ],
    ["of marks that nobody knows has none", "calm-heron halo", { run: "calm-heron", marks: [] }],
    ["may be empty", "", { run: "", marks: [] }],
  ])("%s", (_rule, text, expected) => {
    expect(marksNote({ annotations: text === undefined ? {} : note(text) })).toEqual(expected);
  });
});
