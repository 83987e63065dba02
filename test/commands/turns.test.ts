import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openTurns } from "../../commands/turns.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Everything that can happen by now has happened. */
const settled = () => vi.advanceTimersByTimeAsync(0);

/** Work that says when it has begun, and ends when it is told to. */
function worksFor(turns: ReturnType<typeof openTurns>) {
  const begun: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const give = (name: string) =>
    turns(
      () =>
        new Promise<string>((resolve, reject) => {
          begun.push(name);
          ends.set(name, (error) => (error ? reject(error) : resolve(`${name} done`)));
        }),
    );
  return { begun, give, end: (name: string, error?: Error) => ends.get(name)?.(error) };
}

it("begins as many as there are places, and the others in their order as places become free", async () => {
  const { begun, give, end } = worksFor(openTurns(2, 1_000));
  const works = ["a", "b", "c", "d"].map(give);
  await settled();
  expect(begun).toEqual(["a", "b"]);
  end("b");
  await expect(works[1]).resolves.toBe("b done");
  await settled();
  expect(begun).toEqual(["a", "b", "c"]);
  end("a");
  await settled();
  expect(begun).toEqual(["a", "b", "c", "d"]);
});

it("one that takes long keeps nobody waiting, and its place is given away once", async () => {
  const { begun, give, end } = worksFor(openTurns(1, 1_000));
  const works = ["a", "b", "c"].map(give);
  await vi.advanceTimersByTimeAsync(999);
  expect(begun).toEqual(["a"]);
  await vi.advanceTimersByTimeAsync(1);
  expect(begun).toEqual(["a", "b"]);
  end("a");
  await expect(works[0]).resolves.toBe("a done");
  await settled();
  expect(begun).toEqual(["a", "b"]);
  end("b");
  await settled();
  expect(begun).toEqual(["a", "b", "c"]);
});

it("one that fails says so to whoever gave it, and makes room", async () => {
  const { begun, give, end } = worksFor(openTurns(1, 1_000));
  const [first, second] = [give("a"), give("b")];
  await settled();
  end("a", new Error("AWS is away"));
  await expect(first).rejects.toThrow("AWS is away");
  await settled();
  expect(begun).toEqual(["a", "b"]);
  end("b");
  await expect(second).resolves.toBe("b done");
});

it("what throws at once makes room, too", async () => {
  const turns = openTurns(1, 1_000);
  const thrown = turns(() => {
    throw new Error("a view threw");
  });
  await expect(thrown).rejects.toThrow("a view threw");
  await expect(turns(() => "next")).resolves.toBe("next");
});

it("nothing is left behind by work that is over: places are neither lost nor made", async () => {
  const { begun, give, end } = worksFor(openTurns(2, 1_000));
  const first = give("a");
  await settled();
  end("a");
  await first;
  await vi.advanceTimersByTimeAsync(5_000);
  for (const name of ["b", "c", "d"]) void give(name);
  await settled();
  expect(begun).toEqual(["a", "b", "c"]);
});
