import { randomUUID } from "node:crypto";
import type { Courier, Delivery } from "./delivery.js";
import { appHomeOpened, eventCallback } from "./events.js";
import { type Input, ofWrongLength, optionOf, stateOf, unfilled } from "./form.js";
import { type JsonObject, objectsOf, objectsWithin, textOf } from "./json.js";
import { withMentions } from "./mentions.js";
import type { Backstage } from "./methods/method.js";
import { messageJson, teamJson, userJson, viewJson } from "./payloads.js";
import { showAck } from "./respond.js";
import { applySubmission } from "./submission.js";
import type { Channel, Message, View } from "./types.js";

/** Anything with buttons: a message, a modal or a Home tab. */
export type Screen = Message | View;

/** An element by its action_id; where several on the screen share it, the one with this value. */
export type Which = string | { readonly actionId: string; readonly value: string };

/** What a command's payload calls a conversation whose name is nobody else's business. */
const channelNames: Partial<Record<Channel["kind"], string>> = {
  private: "privategroup",
  direct: "directmessage",
};

/** One member of the workspace at the keyboard. Every act resolves with how the app acknowledged it. */
export class Person {
  constructor(
    readonly id: string,
    private readonly home: string,
    private readonly backstage: Backstage,
    private readonly courier: () => Courier,
  ) {}

  /** Types a slash command. What the app answers at once shows as an ephemeral message; later answers follow. */
  async command(command: string, text = "", channelId = this.home): Promise<Delivery> {
    const { interactions, workspace } = this.backstage;
    const channel = this.#channel(channelId);
    const team = workspace.teamOf(this.#user());
    const payload = {
      ...this.#common(),
      command,
      text: withMentions(text, workspace),
      trigger_id: interactions.issueTrigger(this.id),
      response_url: interactions.issueResponseUrl({ user: this.id, channel: channel.id }),
      user_id: this.id,
      user_name: this.#user().name,
      team_id: team.id,
      team_domain: team.domain,
      channel_id: channel.id,
      channel_name: channelNames[channel.kind] ?? channel.name,
      is_enterprise_install: "false",
    };
    const delivery = await this.courier().deliver("slash_commands", payload, true);
    if (delivery.outcome === "acked") {
      showAck(delivery.payload, { user: this.id, channel: channel.id }, this.backstage);
    } else {
      workspace.warn(channel.id, this.id, `${command} failed with the error "${delivery.outcome}"`);
    }
    return delivery;
  }

  /** Opens the app's Home tab: what is published there shows at once, and the app hears of it. */
  openHome(): Promise<Delivery> {
    const { workspace, botUser } = this.backstage;
    const direct = workspace.directChannel(this.#user(), botUser);
    const event = appHomeOpened(this.id, direct.id, this.backstage);
    const id = `Ev${randomUUID().replaceAll("-", "").slice(0, 10).toUpperCase()}`;
    return this.courier().deliver("events_api", eventCallback(id, event, this.backstage), false);
  }

  /** Presses a button, confirming where it asks. @throws where the person sees no such button */
  click(screen: Screen, which: Which, inputs: Readonly<Record<string, Input>> = {}): Promise<Delivery> {
    const { now, blockId, element } = this.#element(screen, which, "button");
    const { type, action_id, text, value, style } = element;
    const action = {
      type,
      action_id,
      block_id: blockId,
      text,
      ...(value !== undefined && { value }),
      ...(style !== undefined && { style }),
    };
    return this.#act(now, action, inputs);
  }

  /** Picks from a menu that acts at once. */
  choose(screen: Screen, actionId: string, value: Input): Promise<Delivery> {
    const { now, blockId, element } = this.#element(screen, actionId);
    const option = optionOf(element, value);
    const action = { type: element.type, action_id: actionId, block_id: blockId, selected_option: option };
    return this.#act(now, action, { [actionId]: option });
  }

  /** Types into a menu that the app fills. Resolves with the options it offers. */
  async suggest(screen: Screen, actionId: string, typed: string): Promise<readonly JsonObject[]> {
    const { now, blockId } = this.#element(screen, actionId);
    const payload = {
      ...this.#interaction("block_suggestion"),
      ...this.#place(now),
      action_id: actionId,
      block_id: blockId,
      value: typed,
    };
    const delivery = await this.courier().deliver("interactive", payload, true);
    if (delivery.outcome !== "acked") return [];
    const groups = objectsOf(delivery.payload.option_groups);
    return groups.length > 0
      ? groups.flatMap((group) => objectsOf(group.options))
      : objectsOf(delivery.payload.options);
  }

  /** Fills in the open modal (by action_id or block_id) and submits it. @throws where a needed field is empty */
  async submit(view: View, inputs: Readonly<Record<string, Input>> = {}): Promise<Delivery> {
    const { interactions, workspace } = this.backstage;
    const now = this.#openView(view);
    const blocks = objectsOf(now.definition.blocks);
    const values = stateOf(blocks, inputs);
    const missing = unfilled(blocks, values);
    if (missing.length > 0) throw new Error(`The modal cannot be submitted without: ${missing.join(", ")}.`);
    const misfits = ofWrongLength(blocks, values);
    if (misfits.length > 0) throw new Error(`Too short or too long for the modal: ${misfits.join(", ")}.`);
    const payload = {
      ...this.#interaction("view_submission"),
      trigger_id: interactions.issueTrigger(this.id),
      view: viewJson(now, this.backstage, values),
      response_urls: [],
    };
    const delivery = await this.courier().deliver("interactive", payload, true);
    if (delivery.outcome === "acked") applySubmission(delivery.payload, now, workspace.views);
    else workspace.views.showErrors(now, { "": "We had some trouble connecting. Try again?" });
    return delivery;
  }

  /** Closes a modal; the app hears of it only where it asked to. */
  async dismiss(view: View): Promise<void> {
    const now = this.#openView(view);
    this.backstage.workspace.views.close(now);
    if (now.definition.notify_on_close !== true) return;
    const closed = { view: viewJson(now, this.backstage), is_cleared: false };
    await this.courier().deliver("interactive", { ...this.#interaction("view_closed"), ...closed }, false);
  }

  /** What the channel shows to this person, oldest first; a thread too, where its parent is named. */
  sees(channel = this.home, thread?: string): readonly Message[] {
    const { workspace } = this.backstage;
    const open = thread ? workspace.thread(channel, thread) : workspace.messages(channel);
    const own = workspace.ephemerals(this.id).filter((message) => message.channel === channel);
    const here = own.filter((message) => message.threadTs === thread);
    return [...open, ...here].sort((one, other) => Number(one.ts) - Number(other.ts));
  }

  /** What the app has published on this person's Home tab. */
  appHome(): View | undefined {
    return this.backstage.workspace.views.home(this.id);
  }

  /** The modal on top of the person's screen. */
  modal(): View | undefined {
    return this.backstage.workspace.views.stack(this.id).at(-1);
  }

  async #act(screen: Screen, action: JsonObject, inputs: Readonly<Record<string, Input>>): Promise<Delivery> {
    const { interactions, workspace } = this.backstage;
    const blocks = "definition" in screen ? objectsOf(screen.definition.blocks) : screen.blocks;
    const payload = {
      ...this.#interaction("block_actions"),
      ...this.#place(screen, stateOf(blocks, inputs)),
      trigger_id: interactions.issueTrigger(this.id),
      ...("ts" in screen && {
        response_url: interactions.issueResponseUrl({
          user: this.id,
          channel: screen.channel,
          original: screen.ts,
        }),
      }),
      actions: [{ ...action, action_ts: (workspace.now() / 1000).toFixed(6) }],
    };
    const delivery = await this.courier().deliver("interactive", payload, false);
    if (delivery.outcome !== "acked" && "ts" in screen) {
      workspace.warn(screen.channel, this.id, `The button failed with the error "${delivery.outcome}"`);
    }
    return delivery;
  }

  /** Where an interaction happened, as its payload says it. */
  #place(screen: Screen, values: JsonObject = {}): JsonObject {
    if ("definition" in screen) {
      return {
        container: { type: "view", view_id: screen.id },
        view: viewJson(screen, this.backstage, values),
      };
    }
    const { channel, ts, threadTs, onlyFor } = screen;
    const ephemeral = onlyFor !== undefined;
    return {
      container: {
        type: "message",
        message_ts: ts,
        channel_id: channel,
        is_ephemeral: ephemeral,
        ...(threadTs && { thread_ts: threadTs }),
      },
      channel: { id: channel, name: this.backstage.workspace.channels.get(channel)?.name },
      ...(!ephemeral && { message: messageJson(screen, this.backstage) }),
      state: { values },
    };
  }

  #interaction(type: string): JsonObject {
    return {
      type,
      ...this.#common(),
      user: userJson(this.#user(), this.backstage),
      team: teamJson(this.#user(), this.backstage),
      enterprise: null,
      is_enterprise_install: false,
    };
  }

  #common(): JsonObject {
    return { api_app_id: this.backstage.appId, token: "deprecated" };
  }

  /** The element on the screen as it is now, not as it was when the caller looked. */
  #element(screen: Screen, which: Which, type?: string) {
    const { actionId, value } = typeof which === "string" ? { actionId: which } : which;
    const now = "definition" in screen ? this.#openView(screen) : this.#visible(screen);
    const blocks = "definition" in now ? objectsOf(now.definition.blocks) : now.blocks;
    for (const block of blocks) {
      for (const part of objectsWithin(block)) {
        if (part.action_id !== actionId || (type && part.type !== type)) continue;
        if (value !== undefined && part.value !== value) continue;
        return { now, blockId: textOf(block.block_id), element: part };
      }
    }
    const offered = [...objectsWithin(blocks)].map((part) => textOf(part.action_id)).filter(Boolean);
    throw new Error(`Nothing here to use as "${actionId}"; there is: ${offered.join(", ") || "nothing"}.`);
  }

  #visible(message: Message): Message {
    const now = this.backstage.workspace.find(message.channel, message.ts);
    this.#channel(message.channel);
    if (!now || (now.onlyFor && now.onlyFor !== this.id)) throw new Error(`${this.id} sees no such message.`);
    return now;
  }

  #openView(view: View): View {
    const { views } = this.backstage.workspace;
    const now = views.find(view.id);
    if (now?.user !== this.id) throw new Error(`${this.id} has no such view open.`);
    return now;
  }

  #channel(id: string) {
    const channel = this.backstage.workspace.channels.get(id);
    if (!channel?.members.includes(this.id)) throw new Error(`${this.id} is not in channel ${id}.`);
    return channel;
  }

  #user() {
    const user = this.backstage.workspace.users.get(this.id);
    if (!user) throw new Error(`There is no user ${this.id}.`);
    return user;
  }
}
