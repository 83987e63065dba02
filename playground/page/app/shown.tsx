import { type ComponentProps, createContext, useContext } from "react";
import { type Block, Message } from "slack-blocks-to-jsx";
import type { Json } from "../protocol.js";
import { Emoji } from "./emoji.js";
import { forLibrary } from "./kit.js";
import { useDark } from "./theme.js";
import { asWanted } from "./words.js";

/** What Slack shows for ids of people, groups and channels. */
export const Names = createContext<Readonly<Record<string, string>>>({});

function Mention({ id }: { readonly id: string }) {
  const name = useContext(Names)[id];
  return <span className="mention">{name ?? id}</span>;
}

const mention = ({ id }: { id: string }) => <Mention id={id} />;
const everyone = (name: string) => () => <span className="mention">{name}</span>;

const hooks: NonNullable<ComponentProps<typeof Message>["hooks"]> = {
  user: mention,
  usergroup: mention,
  channel: mention,
  atHere: everyone("@here"),
  atChannel: everyone("@channel"),
  atEveryone: everyone("@everyone"),
  date: ({ timestamp, format }) => asWanted(Number(timestamp) * 1_000, format),
  // What one reads here stays open.
  link: ({ href, children, className }) => (
    <a className={className} href={href} rel="noopener noreferrer" target="_blank">
      {children}
    </a>
  ),
  emoji: (emoji, native) => <Emoji name={emoji.name} native={native(emoji)} />,
};

/** Blocks that are only looked at. */
export function Shown({ blocks }: { readonly blocks: readonly Json[] }) {
  const theme = useDark() ? "dark" : "light";
  const cleaned = forLibrary(blocks) as Block[];
  return <Message blocks={cleaned} hooks={hooks} logo="" name="" theme={theme} withoutWrapper />;
}
