import type { Snapshot } from "../protocol.js";
import { Administration } from "./administration.js";
import { Breakages } from "./breakages.js";
import { Cluster } from "./cluster.js";
import type { Live } from "./live.js";
import { Releases } from "./releases.js";
import { Rules } from "./rules.js";
import { Time } from "./time.js";
import { whenToTheSecond } from "./words.js";

/** More than these are folded, so that all of them are in sight. */
const mostUnfolded = 2;

/** What is really there, whatever the bot says of it; how fast it goes; and how to break it. */
export function WorldPanel({ snapshot, live }: { readonly snapshot: Snapshot; readonly live: Live }) {
  const { bot, breakages, clusters, environments, history, members, places, releases, time } = snapshot;
  const lines = history.map(({ at, what }) => `${whenToTheSecond(at, time.now)} ${what}`);
  return (
    <>
      <Time bot={bot} live={live} time={time} />
      {environments.map((environment) => (
        <Rules environment={environment} key={environment.name} />
      ))}
      {clusters.map((cluster) => (
        <Cluster cluster={cluster} folds={clusters.length > mostUnfolded} key={cluster.name} />
      ))}
      <Releases releases={releases} />
      <Breakages breakages={breakages} />
      <Administration members={members} places={places} />
      <section aria-label="What happened in the world" className="history">
        <h2>What happened</h2>
        {history.length === 0 && <p className="faint">Nothing yet.</p>}
        <ol>
          {[...new Set(lines)].map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ol>
      </section>
    </>
  );
}
