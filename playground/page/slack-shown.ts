import type { PostedAt } from "../posted-at.js";
import { field, type Json, objectsOf, textOf } from "../slack/json.js";
import type { SimulatedSlack } from "../slack/server.js";
import type { Channel, Message, View } from "../slack/types.js";
import { type Begun, membersShown, placesShown } from "./administration.js";
import type { ChannelShown, HomeShown, MessageShown, ModalShown, PersonShown } from "./protocol.js";
import type { MemberShown, PlaceShown } from "./protocol-rules.js";

/** What Slack shows to one person. */
export interface SlackShown {
  readonly as: string;
  readonly people: readonly PersonShown[];
  readonly channels: readonly ChannelShown[];
  readonly modal?: ModalShown;
  readonly home?: HomeShown;
  readonly members: readonly MemberShown[];
  readonly places: readonly PlaceShown[];
  readonly names: Readonly<Record<string, string>>;
}

export const noSlack: SlackShown = {
  as: "",
  people: [],
  channels: [],
  members: [],
  places: [],
  names: {},
};

/** @param who a person's id or role; anything else means the first person */
export function slackShown(
  slack: SimulatedSlack,
  who: string,
  { postedAt, begun }: { readonly postedAt: PostedAt; readonly begun: Begun },
): SlackShown {
  const people = peopleOf(slack);
  const user = people.find(({ id, role }) => id === who || role === who)?.id ?? people[0]?.id ?? "";
  const modal = slack.as(user).modal();
  return {
    as: user,
    people,
    channels: [...slack.workspace.channels.values()]
      .filter((channel) => channel.members.includes(user))
      .map((channel) => channelShown({ slack, postedAt, user }, channel)),
    ...(modal && { modal: modalShown(modal) }),
    home: homeShown(slack, user),
    members: membersShown(slack, begun),
    places: placesShown(slack),
    names: namesOf(slack),
  };
}

function homeShown(slack: SimulatedSlack, user: string): HomeShown {
  const view = slack.as(user).appHome();
  return {
    app: appName(slack),
    ...(view && { view: { id: view.id, blocks: objectsOf(view.definition.blocks) } }),
  };
}

const appName = ({ users, workspace }: SimulatedSlack) => workspace.users.get(users.bot)?.realName ?? "";

/** One person's look at Slack. */
interface Look {
  readonly slack: SimulatedSlack;
  readonly postedAt: PostedAt;
  readonly user: string;
}

function peopleOf({ users, workspace }: SimulatedSlack): PersonShown[] {
  return Object.entries(users)
    .filter(([role]) => role !== "bot")
    .map(([role, id]) => {
      const user = workspace.users.get(id);
      const isOdd = user?.isBot || user?.deleted || user?.guest !== undefined || user?.team !== undefined;
      return { id, role, name: user?.realName ?? id, isOdd };
    });
}

function namesOf({ workspace }: SimulatedSlack): Record<string, string> {
  return Object.fromEntries([
    ...[...workspace.users.values()].map(({ id, name }) => [id, `@${name}`]),
    ...[...workspace.groups.values()].map(({ id, handle }) => [id, `@${handle}`]),
    ...[...workspace.channels.values()].map(({ id, name }) => [id, `#${name}`]),
  ]);
}

function channelShown(look: Look, channel: Channel): ChannelShown {
  // The conversation with the bot is kept under its person's name.
  const name = channel.kind === "direct" ? appName(look.slack) : channel.name;
  const messages = look.slack.as(look.user).sees(channel.id);
  const note = noteOn(channel, look.slack);
  return {
    id: channel.id,
    name,
    ...(note && { note }),
    isMain: mainChannels(look.slack).includes(channel.id) || messages.length > 0,
    messages: messages.map((message) => ({
      ...messageShown(look, message),
      replies: message.threadTs === undefined ? repliesTo(look, message) : [],
    })),
  };
}

/** What people come for. In the others one tries what the bot says to it. */
const mainChannels = ({ channel, testChannel }: SimulatedSlack) => [channel, testChannel];

function noteOn({ kind, archived, shared, members }: Channel, { users }: SimulatedSlack): string {
  const notes = [
    archived && "archived",
    shared === "external" && "shared with another organisation",
    kind === "private" && "private",
    !members.includes(users.bot) && "without the bot",
  ];
  return notes.filter(Boolean).join(", ");
}

function repliesTo(look: Look, parent: Message): MessageShown[] {
  return look.slack
    .as(look.user)
    .sees(parent.channel, parent.ts)
    .filter((message) => message.ts !== parent.ts)
    .map((message) => ({ ...messageShown(look, message), replies: [] }));
}

function messageShown({ slack, postedAt }: Look, message: Message): Omit<MessageShown, "replies"> {
  const { channel, ts, text, blocks, threadTs } = message;
  const author = slack.workspace.users.get(message.user);
  return {
    channel,
    ts,
    at: postedAt(message),
    author: { name: author?.realName ?? "Slackbot", isBot: author?.isBot ?? true },
    text,
    blocks,
    // Slack marks an edit only where no blocks are shown.
    edited: message.edits > 0 && blocks.length === 0,
    onlyVisibleToYou: message.onlyFor !== undefined,
    ...(threadTs !== undefined && { threadTs }),
  };
}

function modalShown({ id, definition, errors }: View): ModalShown {
  const submit = plainText(definition.submit);
  return {
    id,
    title: plainText(definition.title),
    ...(submit && { submit }),
    close: plainText(definition.close) || (submit ? "Cancel" : "Close"),
    blocks: objectsOf(definition.blocks),
    errors,
  };
}

const plainText = (value: Json | undefined) => textOf(field(value, "text"));
