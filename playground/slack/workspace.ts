import { withBlockIds } from "./block-ids.js";
import type { Change, Channel, Draft, Group, Message, Team, User } from "./types.js";
import { Views } from "./views.js";

/** Who Slack itself speaks as. */
const slackbot = "USLACKBOT";

export interface WorkspaceContents {
  readonly users: readonly User[];
  readonly groups: readonly Group[];
  readonly channels: readonly Channel[];
}

/** The state of a simulated Slack workspace, and the stream of what happens to it. */
export class Workspace {
  readonly team: Team = { id: "T0PLAYGROUND", name: "Playground", domain: "playground" };
  readonly users = new Map<string, User>();
  readonly groups = new Map<string, Group>();
  readonly channels = new Map<string, Channel>();
  readonly views: Views;
  #messages: Message[] = [];
  readonly #lastTs = new Map<string, number>();
  readonly #listeners = new Set<(change: Change) => void>();

  constructor(
    contents: WorkspaceContents,
    readonly now: () => number,
  ) {
    for (const user of contents.users) this.users.set(user.id, user);
    for (const group of contents.groups) this.groups.set(group.id, group);
    for (const channel of contents.channels) this.channels.set(channel.id, channel);
    this.views = new Views(now, (change) => this.tell(change));
  }

  /** Calls back after every change. Returns how to stop that. */
  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(change: Change): void {
    for (const listener of [...this.#listeners]) listener(change);
  }

  /** What the channel shows to everyone, oldest first: replies stay in their threads unless broadcast. */
  messages(channel: string): readonly Message[] {
    return this.everything(channel).filter((message) => !message.threadTs || message.broadcast);
  }

  /** Every public message of the channel, replies included, oldest first. */
  everything(channel: string): readonly Message[] {
    return this.#messages.filter((message) => message.channel === channel && !message.onlyFor);
  }

  /** The parent (unless it was deleted) and its replies, oldest first. */
  thread(channel: string, ts: string): readonly Message[] {
    return this.everything(channel).filter((message) => message.ts === ts || message.threadTs === ts);
  }

  /** Ephemeral messages on the user's screen, oldest first. */
  ephemerals(user: string): readonly Message[] {
    return this.#messages.filter((message) => message.onlyFor === user);
  }

  /** A message as it stands now, public or ephemeral. */
  find(channel: string, ts: string): Message | undefined {
    return this.#messages.find((message) => message.channel === channel && message.ts === ts);
  }

  post(channel: string, user: string, draft: Draft, onlyFor?: string): Message {
    const ts = this.#nextTs(channel);
    const message: Message = {
      channel,
      ts,
      user,
      text: draft.text ?? "",
      blocks: withBlockIds(draft.blocks ?? [], `${ts}-0`),
      attachments: draft.attachments ?? [],
      ...(draft.metadata && { metadata: draft.metadata }),
      ...(draft.threadTs && { threadTs: draft.threadTs }),
      broadcast: draft.broadcast ?? false,
      edits: 0,
      ...(onlyFor && { onlyFor }),
    };
    this.#messages.push(message);
    this.tell({ type: "posted", message });
    return message;
  }

  /** Slack itself speaks to one person: how errors of commands show. */
  warn(channel: string, user: string, text: string): Message {
    return this.post(channel, slackbot, { text }, user);
  }

  /** Replaces what the draft names and keeps the rest. */
  edit(before: Message, draft: Draft): Message {
    const edits = before.edits + 1;
    const message: Message = {
      ...before,
      ...(draft.text !== undefined && { text: draft.text }),
      ...(draft.blocks && { blocks: withBlockIds(draft.blocks, `${before.ts}-${edits}`) }),
      ...(draft.attachments && { attachments: draft.attachments }),
      ...(draft.metadata && { metadata: draft.metadata }),
      ...(draft.broadcast && { broadcast: true }),
      edits,
    };
    this.#messages = this.#messages.map((other) => (other === before ? message : other));
    this.tell({ type: "edited", message, before });
    return message;
  }

  delete(message: Message): void {
    this.#messages = this.#messages.filter((other) => other !== message);
    this.tell({ type: "deleted", message });
  }

  /** The app's direct conversation with a user, opened at first use. */
  directChannel(user: User, bot: string): Channel {
    const id = `D${user.id.slice(1)}`;
    const known = this.channels.get(id);
    const opened: Channel = { id, name: user.name, kind: "direct", members: [user.id, bot], archived: false };
    this.channels.set(id, known ?? opened);
    return known ?? opened;
  }

  /** Where somebody is at home. */
  teamOf(user: Pick<User, "team">): Team {
    return user.team ?? this.team;
  }

  setMembers(groupId: string, members: readonly string[]): void {
    this.groups.set(groupId, { ...this.group(groupId), members });
    this.tell({ type: "people" });
  }

  addToGroup(groupId: string, user: string): void {
    this.setMembers(groupId, [...new Set([...this.group(groupId).members, user])]);
  }

  removeFromGroup(groupId: string, user: string): void {
    this.setMembers(
      groupId,
      this.group(groupId).members.filter((member) => member !== user),
    );
  }

  /** As an administrator would: deactivates a person, makes a guest of one … */
  changeUser(id: string, how: Partial<Omit<User, "id">>): void {
    const user = this.users.get(id);
    if (!user) throw new Error(`There is no user ${id}.`);
    this.users.set(id, { ...user, ...how });
    this.tell({ type: "people" });
  }

  /** Archives a channel, shares it, lets others in … */
  changeChannel(id: string, how: Partial<Omit<Channel, "id">>): void {
    const channel = this.channels.get(id);
    if (!channel) throw new Error(`There is no channel ${id}.`);
    this.channels.set(id, { ...channel, ...how });
    this.tell({ type: "people" });
  }

  /** @throws where there is none */
  group(id: string): Group {
    const group = this.groups.get(id);
    if (!group) throw new Error(`There is no user group ${id}.`);
    return group;
  }

  /** Microseconds of real time, made unique by counting on where two messages meet. */
  #nextTs(channel: string): string {
    const micros = Math.max(Math.floor(this.now() * 1000), (this.#lastTs.get(channel) ?? 0) + 1);
    this.#lastTs.set(channel, micros);
    return `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, "0")}`;
  }
}
