import { useContext, useEffect, useMemo, useRef } from "react";
import type { MessageShown } from "../protocol.js";
import { Blocks, Where } from "./blocks.js";
import { FormContext, useValues } from "./form.js";
import { Now } from "./now.js";
import { Shown } from "./shown.js";
import { moment, when } from "./words.js";

interface MessageProps {
  readonly message: MessageShown;
  /** What the reply, shown in the channel too, replies to. */
  readonly parent?: MessageShown | undefined;
  readonly onThread?: ((ts: string, open: boolean) => void) | undefined;
  readonly isOpen?: boolean;
}

/** One message with its thread folded under it, as Slack shows it. */
export function Message({ message, parent, onThread, isOpen = false }: MessageProps) {
  const { channel, ts, author, replies } = message;
  const place = useMemo(() => ({ message: { channel, ts } }), [channel, ts]);
  const form = useValues();
  const posted = when(message.at, useContext(Now));
  const readThread = () => {
    if (!parent) return;
    onThread?.(parent.ts, true);
    document.getElementById(idOf(parent))?.scrollIntoView();
  };
  return (
    <article
      aria-label={`${author.name}, ${posted}`}
      className="message"
      // A broadcast reply stands on the page twice.
      id={parent ? undefined : idOf(message)}
    >
      {message.onlyVisibleToYou && <p className="faint only-you">Only visible to you</p>}
      <header>
        <span aria-hidden="true" className={author.isBot ? "avatar bot" : "avatar"}>
          {author.name.slice(0, 1)}
        </span>
        <strong>{author.name}</strong>
        {author.isBot && <span className="badge">app</span>}
        <time className="faint" dateTime={new Date(message.at).toISOString()} title={moment(message.at)}>
          {posted}
        </time>
      </header>
      {parent && (
        <p className="faint">
          replied to a thread:{" "}
          <button className="link" onClick={readThread} type="button">
            {firstLine(parent.text)}
          </button>
        </p>
      )}
      <FormContext value={{ ...form, errors: {} }}>
        <Where value={place}>
          <Body message={message} />
        </Where>
      </FormContext>
      {message.edited && <span className="faint edited">(edited)</span>}
      {replies.length > 0 && (
        <Thread isOpen={isOpen} message={message} onToggle={(open) => onThread?.(ts, open)} />
      )}
    </article>
  );
}

/** Where there are no blocks, Slack shows the text. */
function Body({ message: { blocks, text } }: Pick<MessageProps, "message">) {
  if (blocks.length > 0) return <Blocks blocks={blocks} />;
  return <Shown blocks={[{ type: "section", text: { type: "mrkdwn", text } }]} />;
}

interface ThreadProps {
  readonly message: MessageShown;
  readonly isOpen: boolean;
  readonly onToggle: (open: boolean) => void;
}

function Thread({ message: { replies }, isOpen, onToggle }: ThreadProps) {
  const last = replies.at(-1);
  const thread = useRef<HTMLDivElement>(null);
  const now = useContext(Now);
  useEffect(() => {
    if (isOpen) thread.current?.scrollIntoView({ block: "nearest" });
  }, [isOpen]);
  return (
    <div className="thread" ref={thread}>
      <button aria-expanded={isOpen} className="link" onClick={() => onToggle(!isOpen)} type="button">
        {replies.length === 1 ? "1 reply" : `${replies.length} replies`}
      </button>{" "}
      {last && <span className="faint">last at {when(last.at, now)}</span>}
      {isOpen && replies.map((reply) => <Message key={reply.ts} message={reply} />)}
    </div>
  );
}

const idOf = ({ ts }: MessageShown) => `message-${ts}`;

function firstLine(text: string): string {
  const line = text.replace(/:[a-z_]+: ?/g, "").split("\n", 1)[0] ?? "";
  return line.length > 70 ? `${line.slice(0, 69)}…` : line;
}
