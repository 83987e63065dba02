import { expectRightEnd } from "./checks.js";
import { type Played, playOut, type StopPoint } from "./play.js";
import { type CrashStageOptions, openCrashStage } from "./stage.js";

/** One story of its own, with a bot that dies where `point` says; checked at its end. */
export async function crashAt(
  point?: StopPoint,
  options: CrashStageOptions & { readonly doublesAllowed?: number } = {},
): Promise<Played> {
  const stage = await openCrashStage(options);
  try {
    const played = await playOut(stage, point);
    await expectRightEnd(stage, options.doublesAllowed);
    return played;
  } finally {
    await stage.close();
  }
}

/** Lets so many tasks run at a time; the others wait for their turn. */
export function turnstile(atOnce: number): <Result>(task: () => Promise<Result>) => Promise<Result> {
  let free = atOnce;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    else free -= 1;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
