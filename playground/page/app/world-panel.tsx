import type { Snapshot } from "../protocol.js";
import { Breakages } from "./breakages.js";
import { Cluster } from "./cluster.js";
import type { Live } from "./live.js";
import { Time } from "./time.js";
import { clockToTheSecond } from "./words.js";

/** What is really there, whatever the bot says of it; how fast it goes; and how to break it. */
export function WorldPanel({ snapshot, live }: { readonly snapshot: Snapshot; readonly live: Live }) {
  const { bot, breakages, clusters, history, time } = snapshot;
  return (
    <>
      <Time bot={bot} live={live} time={time} />
      {clusters.map((cluster) => (
        <Cluster cluster={cluster} key={cluster.name} />
      ))}
      <Breakages breakages={breakages} />
      <section aria-label="What happened in the world" className="history">
        <h2>What happened</h2>
        {history.length === 0 && <p className="faint">Nothing yet.</p>}
        <ol>
          {[...new Set(history.map(({ at, what }) => `${clockToTheSecond(at)} ${what}`))].map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ol>
      </section>
    </>
  );
}
