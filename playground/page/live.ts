import type { ServerResponse } from "node:http";
import type { Playground } from "../playground.js";
import type { Conductor } from "./conductor.js";
import type { Snapshot } from "./protocol.js";
import { snapshotFor } from "./snapshot.js";

/** Real milliseconds: five looks a second are quick enough for people, and a fast world changes more often than that. */
const leastPause = 200;
/** After a change, for what changes with it. */
const settling = 20;
/** Proxies and browsers hang up on a stream that is silent for long. */
const keepalive = 15_000;

/** Pushes the page's content to everyone who looks at it, whenever it has changed. */
export class Live {
  readonly #watchers = new Set<Watcher>();
  readonly #stops: readonly (() => void)[];
  #keepalive: NodeJS.Timeout;

  constructor(
    playground: Playground,
    private readonly conductor: Conductor,
  ) {
    const changed = () => {
      for (const watcher of this.#watchers) watcher.changed();
    };
    this.#stops = [
      playground.world.onChange(changed),
      playground.slack.workspace.onChange(changed),
      ...[...playground.world.clusters.values()].map(({ kubernetes }) => kubernetes.store.onChange(changed)),
      conductor.onChange(changed),
    ];
    this.#keepalive = setInterval(() => {
      for (const watcher of this.#watchers) watcher.keepAlive();
    }, keepalive);
  }

  /** Holds the response open and writes to it until the browser leaves. */
  watch(person: string, response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    const watcher = new Watcher(response, () => snapshotFor(person, this.conductor.now()));
    this.#watchers.add(watcher);
    response.once("close", () => {
      this.#watchers.delete(watcher);
      watcher.stop();
    });
  }

  stop(): void {
    clearInterval(this.#keepalive);
    for (const stop of this.#stops) stop();
    for (const watcher of this.#watchers) watcher.stop();
  }
}

/** One browser. What it has not read yet is never piled up: the next push waits until it has. */
class Watcher {
  #timer: NodeJS.Timeout | undefined;
  #pushedAt = 0;
  #said = "";

  constructor(
    private readonly response: ServerResponse,
    private readonly look: () => Snapshot,
  ) {
    this.#push();
  }

  changed(): void {
    this.#timer ??= setTimeout(
      () => this.#push(),
      Math.max(settling, this.#pushedAt + leastPause - Date.now()),
    );
  }

  keepAlive(): void {
    if (!this.response.writableNeedDrain) this.response.write(": still here\n\n");
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #push(): void {
    this.#timer = undefined;
    if (this.response.writableNeedDrain) {
      this.response.once("drain", () => this.changed());
      return;
    }
    const snapshot = this.look();
    // The page lets time run by itself between two pushes: its passing alone is no news.
    const said = JSON.stringify({ ...snapshot, time: { ...snapshot.time, now: 0 } });
    if (said === this.#said) return;
    this.#said = said;
    this.#pushedAt = Date.now();
    this.response.write(`data: ${JSON.stringify(snapshot)}\n\n`);
  }
}
