import type { Logger, UsergroupsListResponse } from "@slack/web-api";
import { called, createSlackClient, webClient } from "./client.js";

/** Who the bot token belongs to, and what it may do. */
export interface Installation {
  readonly team: string;
  /** The bot's own name. */
  readonly bot: string;
  /** Undefined where Slack (or a proxy before it) does not say. */
  readonly scopes: readonly string[] | undefined;
}

export interface ChannelSeen {
  readonly name: string;
  readonly archived: boolean;
  /** The bot was invited. */
  readonly member: boolean;
  /** With people of another organisation, or about to be. */
  readonly shared: boolean;
}

export interface GroupSeen {
  readonly handle: string;
  readonly disabled: boolean;
  /** Undefined where Slack named fewer than it counts. */
  readonly members: readonly string[] | undefined;
}

export interface PersonSeen {
  readonly name: string;
  readonly deactivated: boolean;
  readonly guest: boolean;
  readonly bot: boolean;
}

/** Looks at how the bot is installed. Changes nothing. Every method throws `SlackTrouble`. */
export interface SlackInspection {
  installation(): Promise<Installation>;
  /** Needs a scope that depends on the kind of channel: channels:read or groups:read. */
  channel(id: string): Promise<ChannelSeen>;
  /** Every user group of the workspace by id, disabled ones included, with who is in them. */
  groups(): Promise<ReadonlyMap<string, GroupSeen>>;
  /** As the bot asks for them. */
  members(group: string): Promise<readonly string[]>;
  /** Needs scope users:read. */
  person(id: string): Promise<PersonSeen>;
  /** Asks for the address of a connection, and does not open it. */
  connectionTicket(appToken: string): Promise<void>;
}

export interface InspectionOptions {
  readonly token: string;
  readonly slackApiUrl?: string;
  readonly logger: Logger;
}

export function inspectSlack(options: InspectionOptions): SlackInspection {
  const web = webClient(options);
  return {
    async installation() {
      const answer = await called("auth.test", false, () => web.auth.test());
      const { team = "", user = "", response_metadata: metadata } = answer;
      return { team, bot: user, scopes: metadata?.scopes };
    },

    async channel(id) {
      const { channel } = await called("conversations.info", false, () =>
        web.conversations.info({ channel: id }),
      );
      return {
        name: channel?.name ?? "",
        archived: channel?.is_archived === true,
        member: channel?.is_member === true,
        shared: channel?.is_ext_shared === true || channel?.is_pending_ext_shared === true,
      };
    },

    async groups() {
      const answer = await called("usergroups.list", false, () =>
        web.usergroups.list({ include_disabled: true, include_users: true }),
      );
      return new Map((answer.usergroups ?? []).map((group) => [group.id ?? "", groupSeen(group)]));
    },

    members: (group) => createSlackClient(options).userGroupMembers(group),

    async person(id) {
      const { user } = await called("users.info", false, () => web.users.info({ user: id }));
      return {
        name: user?.name ?? "",
        deactivated: user?.deleted === true,
        guest: user?.is_restricted === true || user?.is_ultra_restricted === true,
        bot: user?.is_bot === true,
      };
    },

    async connectionTicket(appToken) {
      const app = webClient({ ...options, token: appToken });
      await called("apps.connections.open", false, () => app.apps.connections.open());
    },
  };
}

type GroupOfSlack = NonNullable<UsergroupsListResponse["usergroups"]>[number];

function groupSeen({ handle = "", date_delete: deleted = 0, users, user_count }: GroupOfSlack): GroupSeen {
  // Slack writes the count as a text in some answers.
  const all = users !== undefined && users.length >= Number(user_count ?? 0);
  return { handle, disabled: deleted > 0, members: all ? users : undefined };
}
