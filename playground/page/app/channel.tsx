import { type ReactNode, useState } from "react";
import type { ChannelShown, Snapshot } from "../protocol.js";
import { Composer } from "./composer.js";
import { Home } from "./home.js";
import { Message } from "./message.js";
import { useStickyBottom } from "./sticky.js";
import { Welcome } from "./welcome.js";

/** Which threads are unfolded, by their first message's ts. */
type Threads = readonly [opened: ReadonlySet<string>, open: (opened: ReadonlySet<string>) => void];

/** Which tab is read: a channel's id, or `homeTab`. */
type Chosen = readonly [tab: string, choose: (tab: string) => void];

const homeTab = "App Home";

interface ChannelsProps {
  readonly snapshot: Snapshot;
  readonly threads: Threads;
  readonly tab: Chosen;
}

/** The channels of one person: one is read, and written in. And the bot's Home. */
export function Channels({ snapshot, threads, tab: [chosen, choose] }: ChannelsProps) {
  const [draft, setDraft] = useState("");
  const [visit, setVisit] = useState(0);
  const { channels, home } = snapshot;
  const channel = channels.find(({ id }) => id === chosen) ?? channels[0];
  if (!channel) return <p className="empty">Slack is not simulated here: look into your own.</p>;
  const isHome = home !== undefined && chosen === homeTab;
  const goHome = () => {
    choose(homeTab);
    // Opened anew, even from itself: the bot hears of it again.
    setVisit(visit + 1);
  };
  return (
    <>
      <nav aria-label="Channels" className="channels">
        {channels
          .filter(({ isMain }) => isMain)
          .map(({ id, name }) => (
            <Tab isOpen={!isHome && id === channel.id} key={id} onOpen={() => choose(id)}>
              # {name}
            </Tab>
          ))}
        {home && (
          <Tab isOpen={isHome} onOpen={goHome}>
            {homeTab}
          </Tab>
        )}
        <Others
          channels={channels.filter(({ isMain }) => !isMain)}
          chosen={isHome ? "" : channel.id}
          onOpen={choose}
        />
      </nav>
      {isHome ? (
        <Home home={home} key={`home ${visit}`} />
      ) : (
        <>
          <Channel
            channel={channel}
            key={channel.id}
            onDraft={setDraft}
            snapshot={snapshot}
            threads={threads}
          />
          <Composer
            channel={channel}
            completions={snapshot.completions}
            draft={draft}
            key={`composer ${channel.id}`}
            onDraft={setDraft}
          />
        </>
      )}
    </>
  );
}

interface OthersProps {
  readonly channels: readonly ChannelShown[];
  readonly chosen: string;
  readonly onOpen: (id: string) => void;
}

/** Places that people do not come for: to try what the bot says there. */
function Others({ channels, chosen, onOpen }: OthersProps) {
  if (channels.length === 0) return null;
  const value = channels.some(({ id }) => id === chosen) ? chosen : "";
  return (
    <select
      aria-label="Other channels"
      className={value === "" ? undefined : "chosen"}
      onChange={({ target }) => onOpen(target.value)}
      value={value}
    >
      <option disabled hidden value="">
        Other channels…
      </option>
      {channels.map(({ id, name, note }) => (
        <option key={id} value={id}>
          # {name}
          {note && ` (${note})`}
        </option>
      ))}
    </select>
  );
}

interface TabProps {
  readonly isOpen: boolean;
  readonly onOpen: () => void;
  readonly children: ReactNode;
}

function Tab({ isOpen, onOpen, children }: TabProps) {
  return (
    <button aria-current={isOpen ? "page" : undefined} className="tab" onClick={onOpen} type="button">
      {children}
    </button>
  );
}

interface ChannelProps extends Omit<ChannelsProps, "tab"> {
  readonly channel: ChannelShown;
  readonly onDraft: (text: string) => void;
}

function Channel({ channel, snapshot, threads: [opened, setOpened], onDraft }: ChannelProps) {
  const { ref, onScroll, letGo } = useStickyBottom();
  const openThread = (ts: string, open: boolean) => {
    const others = [...opened].filter((other) => other !== ts);
    setOpened(new Set(open ? [...others, ts] : others));
    // Its beginning is what one opened it for, not its end.
    if (open) letGo();
  };
  return (
    <section
      aria-label={`Messages in ${channel.name}`}
      aria-live="polite"
      className="messages"
      onScroll={onScroll}
      ref={ref}
    >
      <Welcome channel={channel} onDraft={onDraft} snapshot={snapshot} />
      {channel.messages.map((message) => (
        <Message
          isOpen={opened.has(message.ts)}
          key={message.ts}
          message={message}
          onThread={openThread}
          parent={channel.messages.find(({ ts }) => ts === message.threadTs)}
        />
      ))}
    </section>
  );
}
