import { useState } from "react";
import type { Snapshot } from "../protocol.js";
import { Self } from "./acting.js";
import { Channels } from "./channel.js";
import { type Live, useLive } from "./live.js";
import { Modal } from "./modal.js";
import { Now } from "./now.js";
import { Names } from "./shown.js";
import { Who } from "./who.js";
import { WorldPanel } from "./world-panel.js";

const parameter = "as";

/** Who one is, kept in the page's address: a reload, and a second window, keep it. */
function useWho(): [who: string, become: (who: string) => void] {
  const [who, setWho] = useState(() => new URLSearchParams(location.search).get(parameter) ?? "");
  const become = (next: string) => {
    const url = new URL(location.href);
    url.searchParams.set(parameter, next);
    history.replaceState(null, "", url);
    setWho(next);
  };
  return [who, become];
}

export function App() {
  const [who, become] = useWho();
  const live = useLive(who);
  const { snapshot, connected } = live;
  if (!snapshot) {
    return (
      <p className="empty" role="status">
        {connected ? "Loading…" : "Connecting to the playground…"}
      </p>
    );
  }
  const { as, people } = snapshot;
  // Known at once, before the playground has answered with what this person sees.
  const self = people.find(({ id, role }) => id === who || role === who)?.id ?? as;
  return (
    <Self value={as}>
      <Names value={snapshot.names}>
        <Now value={snapshot.time.now}>
          <header className="top">
            <h1>
              eks-upgrade <span className="faint">playground</span>
            </h1>
            <Who become={become} people={people} self={self} />
          </header>
          {!connected && (
            <p className="lost" role="alert">
              The playground does not answer. What you see is old; trying again…
            </p>
          )}
          <Main isOurs={self === as} live={live} snapshot={snapshot} />
          {snapshot.modal && self === as && (
            <Modal key={`${as} ${snapshot.modal.id}`} modal={snapshot.modal} />
          )}
        </Now>
      </Names>
    </Self>
  );
}

const views = ["Slack", "Cluster"] as const;

interface MainProps {
  readonly snapshot: Snapshot;
  readonly live: Live;
  /** What is shown is of the person one has become, and no longer of another: else a click would be theirs. */
  readonly isOurs: boolean;
}

/** Slack and the world, side by side; on a narrow screen, one of them. */
function Main({ snapshot, live, isOurs }: MainProps) {
  const [view, setView] = useState<(typeof views)[number]>("Slack");
  // Whoever one becomes, one goes on reading where one was.
  const threads = useState<ReadonlySet<string>>(new Set());
  const tab = useState("");
  const hasSlack = snapshot.channels.length > 0;
  return (
    <>
      {hasSlack && (
        <nav aria-label="Views" className="views">
          {views.map((name) => (
            <button
              aria-current={view === name ? "page" : undefined}
              className="tab"
              key={name}
              onClick={() => setView(name)}
              type="button"
            >
              {name}
            </button>
          ))}
        </nav>
      )}
      <main className={hasSlack ? `both ${view.toLowerCase()}-first` : "alone"}>
        {hasSlack && (
          <div className="slack-panel" inert={!isOurs} key={snapshot.as}>
            <Channels snapshot={snapshot} tab={tab} threads={threads} />
          </div>
        )}
        <div className="world-panel">
          <WorldPanel live={live} snapshot={snapshot} />
        </div>
      </main>
    </>
  );
}
