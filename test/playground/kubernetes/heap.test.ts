import fc from "fast-check";
import { expect, it } from "vitest";
import { Heap } from "../../../playground/kubernetes/controllers/heap.js";

it("a heap gives back everything in order, whatever was added and taken before", () => {
  const steps = fc.array(fc.oneof(fc.integer(), fc.constant("take" as const)));
  fc.assert(
    fc.property(steps, (actions) => {
      const heap = new Heap<number>((one, other) => one < other);
      let left: number[] = [];
      for (const action of actions) {
        if (action === "take") {
          heap.takeFirst();
          left = left.slice(1);
        } else {
          heap.add(action);
          left = [...left, action].sort((one, other) => one - other);
        }
        expect(heap.first).toBe(left[0]);
      }
    }),
  );
});
