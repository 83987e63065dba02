import pino from "pino";
import { expect, it } from "vitest";
import { keepTrack } from "../../commands/under-way.js";
import { heard } from "../heard.js";

it("an answer that fails is said in the log, and ends nothing", async () => {
  const { log, lines } = heard();
  const underWay = keepTrack(log);
  underWay.track(Promise.reject(new Error("a view threw")));
  await underWay.settled();
  expect(lines()).toMatchObject([{ level: pino.levels.values.error, msg: "answer failed" }]);
});

it("waits for answers under way, and for those that come meanwhile", async () => {
  const underWay = keepTrack(pino({ level: "silent" }));
  const done: string[] = [];
  let finish = () => {};
  const first = new Promise<void>((resolve) => {
    finish = resolve;
  });
  underWay.track(
    first.then(() => {
      done.push("first");
      underWay.track(Promise.resolve().then(() => void done.push("second")));
    }),
  );
  const settled = underWay.settled().then(() => done.push("settled"));
  finish();
  await settled;
  expect(done).toEqual(["first", "second", "settled"]);
});
