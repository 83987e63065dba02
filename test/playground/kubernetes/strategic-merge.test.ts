import { expect, it } from "vitest";
import { mergeStrategically } from "../../../playground/kubernetes/api/strategic-merge.js";

const two = { containers: [{ name: "a", image: "1", tty: true }, { name: "b" }] };

it.each([
  ["null removes", { a: 1, b: 2 }, { a: null }, { b: 2 }],
  ["objects are merged", { a: { b: 1 } }, { a: { c: 2 } }, { a: { b: 1, c: 2 } }],
  [
    "taints are replaced as a whole",
    { taints: [{ key: "a" }] },
    { taints: [{ key: "b" }] },
    { taints: [{ key: "b" }] },
  ],
  [
    "containers are merged by name",
    two,
    { containers: [{ name: "a", image: "2" }] },
    { containers: [{ name: "a", image: "2", tty: true }, { name: "b" }] },
  ],
  [
    "a new container comes last",
    two,
    { containers: [{ name: "c" }] },
    { containers: [...two.containers, { name: "c" }] },
  ],
  [
    "$patch: delete removes an item",
    two,
    { containers: [{ name: "a", $patch: "delete" }] },
    { containers: [{ name: "b" }] },
  ],
  ["$patch: delete removes an object", { a: { b: 1 } }, { a: { $patch: "delete" } }, {}],
  [
    "$patch: replace replaces an object",
    { a: { b: 1 } },
    { a: { $patch: "replace", c: 2 } },
    { a: { c: 2 } },
  ],
  [
    "$patch: replace replaces a list",
    two,
    { containers: [{ $patch: "replace" }, { name: "c" }] },
    { containers: [{ name: "c" }] },
  ],
  [
    "$setElementOrder puts items in order",
    two,
    {
      "$setElementOrder/containers": [{ name: "b" }, { name: "a" }],
      containers: [{ name: "b", image: "3" }],
    },
    { containers: [{ name: "b", image: "3" }, two.containers[0]] },
  ],
  [
    "$deleteFromPrimitiveList removes words",
    { finalizers: ["a", "b"] },
    { "$deleteFromPrimitiveList/finalizers": ["a"] },
    { finalizers: ["b"] },
  ],
  [
    "$retainKeys drops what it does not name",
    { strategy: { type: "x", rollingUpdate: {} } },
    { strategy: { $retainKeys: ["type"], type: "Recreate" } },
    { strategy: { type: "Recreate" } },
  ],
])("%s", (_rule, target, patch, merged) => {
  expect(mergeStrategically(target, patch)).toEqual(merged);
});
