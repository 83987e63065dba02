import { useState } from "react";
import type { ChannelShown, Snapshot } from "../protocol.js";
import { Composer } from "./composer.js";
import { Message } from "./message.js";
import { useStickyBottom } from "./sticky.js";
import { Welcome } from "./welcome.js";

/** Which threads are unfolded, by their first message's ts. */
type Threads = readonly [opened: ReadonlySet<string>, open: (opened: ReadonlySet<string>) => void];

interface ChannelsProps {
  readonly snapshot: Snapshot;
  readonly threads: Threads;
}

/** The channels of one person: one is read, and written in. */
export function Channels({ snapshot, threads }: ChannelsProps) {
  const [chosen, choose] = useState("");
  const [draft, setDraft] = useState("");
  const { channels } = snapshot;
  const channel = channels.find(({ id }) => id === chosen) ?? channels[0];
  if (!channel) return <p className="empty">Slack is not simulated here: look into your own.</p>;
  return (
    <>
      <nav aria-label="Channels" className="channels">
        {channels.map(({ id, name }) => (
          <button
            aria-current={id === channel.id ? "page" : undefined}
            className="tab"
            key={id}
            onClick={() => choose(id)}
            type="button"
          >
            # {name}
          </button>
        ))}
      </nav>
      <Channel channel={channel} key={channel.id} onDraft={setDraft} snapshot={snapshot} threads={threads} />
      <Composer
        channel={channel}
        completions={snapshot.completions}
        draft={draft}
        key={`composer ${channel.id}`}
        onDraft={setDraft}
      />
    </>
  );
}

interface ChannelProps extends ChannelsProps {
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
