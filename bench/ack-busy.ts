import { monitorEventLoopDelay, performance } from "node:perf_hooks";

/** How busy a process was for a while. */
export interface Busy {
  /** Of one core: 1 is all of it. Threads of the garbage collector count, too. */
  readonly processor: number;
  /** Milliseconds by which its event loop came late. */
  readonly lateP99: number;
  readonly lateMax: number;
}

const resolution = 5;

/** Watches this process. Call it for the figures since it was called last. */
export function watchBusy(): () => Busy {
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  let [at, spent] = [performance.now(), process.cpuUsage()];
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolution);
  return () => {
    const { user, system } = process.cpuUsage(spent);
    const processor = (user + system) / 1e3 / (performance.now() - at);
    const busy = { processor, lateP99: late(delay.percentile(99)), lateMax: late(delay.max) };
    delay.reset();
    [at, spent] = [performance.now(), process.cpuUsage()];
    return busy;
  };
}
