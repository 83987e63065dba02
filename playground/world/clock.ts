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
  /** Runs at another speed from now on, which must be above 0. `now` goes on where it is; `variable` becomes another. */
  setSpeed(speed: number): void;
  /** The CLOCK variable that makes the bot agree with this clock: "<real origin>,<world origin>,<speed>". */
  readonly variable: string;
  stop(): void;
}

interface Alarm {
  readonly at: number;
  readonly order: number;
  readonly action: () => void;
}

/** The longest timer that Node keeps; a longer one would ring at once. */
const longestTimer = 2 ** 31 - 1;

export function startClock(options: { speed: number; worldOrigin: number; realOrigin?: number }): WorldClock {
  let realOrigin = options.realOrigin ?? Date.now();
  let { speed, worldOrigin } = options;
  const stands = speed === 0;
  const alarms: Alarm[] = [];
  let stepped = worldOrigin;
  let timer: NodeJS.Timeout | undefined;
  let orders = 0;

  const now = () => (stands ? stepped : worldOrigin + (Date.now() - realOrigin) * speed);

  const ring = () => {
    for (let next = alarms[0]; next && next.at <= now(); next = alarms[0]) {
      alarms.shift();
      next.action();
    }
    arm();
  };

  const arm = () => {
    clearTimeout(timer);
    const next = alarms[0];
    if (!next || stands) return;
    timer = setTimeout(ring, Math.min(longestTimer, Math.max(0, (next.at - now()) / speed)));
  };

  return {
    now,
    get speed() {
      return speed;
    },
    after(delay, action) {
      const alarm = { at: now() + delay, order: orders++, action };
      const later = alarms.findIndex((other) => other.at > alarm.at);
      alarms.splice(later === -1 ? alarms.length : later, 0, alarm);
      arm();
      return () => {
        const index = alarms.indexOf(alarm);
        if (index !== -1) alarms.splice(index, 1);
        arm();
      };
    },
    async advance(milliseconds) {
      if (!stands) throw new Error("Only a clock of speed 0 can be advanced by hand.");
      const end = stepped + milliseconds;
      for (let next = alarms[0]; next && next.at <= end; next = alarms[0]) {
        alarms.shift();
        stepped = Math.max(stepped, next.at);
        next.action();
        await new Promise((resolve) => setImmediate(resolve));
      }
      stepped = end;
    },
    setSpeed(next) {
      if (stands) throw new Error("A clock of speed 0 is advanced by hand.");
      if (!(next > 0)) throw new Error(`A clock cannot run at speed ${next}.`);
      // CLOCK takes whole milliseconds: rounded up, so that time never goes back.
      [worldOrigin, realOrigin] = [Math.ceil(now()), Date.now()];
      speed = next;
      arm();
    },
    get variable() {
      return `${realOrigin},${worldOrigin},${speed}`;
    },
    stop() {
      clearTimeout(timer);
      alarms.length = 0;
    },
  };
}
