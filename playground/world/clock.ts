/**
 * The world's time: runs `speed` times faster than real time from `worldOrigin`, and calls back at moments of world time.
 * Speed 0 stands still until `advance` is called: how tests step through a world.
 */
export interface WorldClock {
  /** Milliseconds since the Unix epoch, in world time. */
  now(): number;
  /** World seconds per real second. */
  readonly speed: number;
  /** Calls `action` once, `delay` world milliseconds from now, in order of time. Returns how to call it off. */
  after(delay: number, action: () => void): () => void;
  /** Only with speed 0: goes forward, running everything due on the way in order. */
  advance(milliseconds: number): Promise<void>;
  /**
   * Not with speed 0: goes forward to that moment of world time at once, running everything due on the way in order, and runs
   * on from there; `variable` becomes another. A moment that has passed changes nothing.
   */
  jump(to: number): Promise<void>;
  /** Runs at another speed from now on, which must be above 0. `now` goes on where it is; `variable` becomes another. */
  setSpeed(speed: number): void;
  /** The CLOCK variable that makes the bot agree with this clock: "<real origin>,<world origin>,<speed>". */
  readonly variable: string;
  stop(): void;
}

interface Alarm {
  readonly at: number;
  readonly action: () => void;
}

/** Alarms in order of time; at the same time, in the order in which they were asked for. */
class Alarms {
  readonly #waiting: Alarm[] = [];

  get first(): Alarm | undefined {
    return this.#waiting[0];
  }

  add(alarm: Alarm): void {
    const later = this.#waiting.findIndex((other) => other.at > alarm.at);
    this.#waiting.splice(later === -1 ? this.#waiting.length : later, 0, alarm);
  }

  remove(alarm: Alarm): void {
    const index = this.#waiting.indexOf(alarm);
    if (index !== -1) this.#waiting.splice(index, 1);
  }

  /** The first one, if its time has come. */
  takeDue(moment: number): Alarm | undefined {
    return this.first && this.first.at <= moment ? this.#waiting.shift() : undefined;
  }

  clear(): void {
    this.#waiting.length = 0;
  }
}

/** The longest timer that Node keeps; a longer one would ring at once. */
const longestTimer = 2 ** 31 - 1;

export function startClock(options: { speed: number; worldOrigin: number; realOrigin?: number }): WorldClock {
  let realOrigin = options.realOrigin ?? Date.now();
  let { speed, worldOrigin } = options;
  const isStepped = speed === 0;
  const alarms = new Alarms();
  /** Where the clock stands, while it does not run by itself. */
  let stepped = isStepped ? worldOrigin : undefined;
  let timer: NodeJS.Timeout | undefined;

  const now = () => stepped ?? worldOrigin + (Date.now() - realOrigin) * speed;

  const ring = () => {
    for (let due = alarms.takeDue(now()); due; due = alarms.takeDue(now())) due.action();
    arm();
  };

  const arm = () => {
    clearTimeout(timer);
    const { first } = alarms;
    if (!first || stepped !== undefined) return;
    timer = setTimeout(ring, Math.min(longestTimer, Math.max(0, (first.at - now()) / speed)));
  };

  /** What waits for one alarm goes on before the next one rings. */
  const step = async (end: number) => {
    for (let due = alarms.takeDue(end); due; due = alarms.takeDue(end)) {
      stepped = Math.max(now(), due.at);
      due.action();
      await new Promise((resolve) => setImmediate(resolve));
    }
    stepped = end;
  };

  /** From where it is. CLOCK takes whole milliseconds: rounded up, so that time never goes back. */
  const run = (nextSpeed: number) => {
    [worldOrigin, realOrigin, speed] = [Math.ceil(now()), Date.now(), nextSpeed];
    stepped = undefined;
    arm();
  };

  const refuseUnlessRunning = () => {
    if (isStepped) throw new Error("A clock of speed 0 is advanced by hand.");
    if (stepped !== undefined) throw new Error("The clock is on its way forward already.");
  };

  return {
    now,
    get speed() {
      return speed;
    },
    after(delay, action) {
      const alarm = { at: now() + delay, action };
      alarms.add(alarm);
      arm();
      return () => {
        alarms.remove(alarm);
        arm();
      };
    },
    async advance(milliseconds) {
      if (!isStepped) throw new Error("Only a clock of speed 0 can be advanced by hand.");
      await step(now() + milliseconds);
    },
    async jump(to) {
      refuseUnlessRunning();
      if (to <= now()) return;
      stepped = now();
      await step(to).finally(() => run(speed));
    },
    setSpeed(next) {
      refuseUnlessRunning();
      if (!(next > 0)) throw new Error(`A clock cannot run at speed ${next}.`);
      run(next);
    },
    get variable() {
      return `${realOrigin},${worldOrigin},${speed}`;
    },
    stop() {
      clearTimeout(timer);
      alarms.clear();
    },
  };
}
