import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { app, channels, defaultScopes, groups, newContents, users } from "./contents.js";
import type { Courier } from "./delivery.js";
import { Faults } from "./faults.js";
import { HttpMode } from "./http-mode.js";
import { Interactions } from "./interactions.js";
import type { Backstage } from "./methods/method.js";
import { Person } from "./person.js";
import { RateLimiter } from "./rates.js";
import { renderMessage, renderView } from "./render.js";
import { SocketMode } from "./socket-mode.js";
import type { Call } from "./types.js";
import { Waiting, type WaitOptions } from "./waiting.js";
import { WebApi } from "./web-api.js";
import { Workspace } from "./workspace.js";

export interface SlackOptions {
  /** Real time in milliseconds; tests may step it. */
  readonly now?: () => number;
  /** What the bot token may do. */
  readonly scopes?: readonly string[];
  /** How long the app may take to acknowledge, in real milliseconds. */
  readonly ackTimeout?: number;
}

export interface SimulatedSlack {
  /** http://127.0.0.1:PORT */
  readonly url: string;
  /** The value of SLACK_API_URL. */
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly workspace: Workspace;
  readonly users: typeof users;
  readonly groups: typeof groups;
  /** Every channel there is at first, by what it is for. */
  readonly channels: typeof channels;
  /** The environment's channel, where the bot is a member. */
  readonly channel: string;
  /** A second environment's; the bot is a member too. */
  readonly testChannel: string;
  /** A public channel without the bot. */
  readonly elsewhere: string;
  /** The app's direct conversation with this person, opened if need be: its channel's id. */
  direct(user: string): string;
  /** Every request the app made, oldest first. */
  readonly calls: readonly Call[];
  readonly faults: Faults;
  readonly socketMode: SocketMode;
  readonly httpMode: HttpMode;
  /** Turns Socket Mode off: from now on every order goes to one of these request URLs. */
  deliverTo(...urls: string[]): void;
  /** What the bot token may do; settable at any time, as by installing the app again. */
  readonly scopes: Set<string>;
  /** A member of the workspace at the keyboard. */
  as(user: string): Person;
  /** Looks again after every change until `look` finds something. @throws where time runs out, with what Slack shows */
  waitFor<Found>(look: () => Found | undefined | false, wait?: WaitOptions): Promise<Found>;
  /** Leaves no socket and no timer. */
  close(): Promise<void>;
}

const botToken = "xoxb-playground-bot";
const appToken = "xapp-playground-app";
const signingSecret = "playground-signing-secret";

/** Serves a Slack workspace on 127.0.0.1: Web API, Socket Mode or HTTP mode, response URLs, and people to play with. */
export async function serveSlack(options: SlackOptions = {}): Promise<SimulatedSlack> {
  const now = options.now ?? Date.now;
  const workspace = new Workspace(newContents(), now);
  for (const user of workspace.users.values()) if (!user.isBot) workspace.directChannel(user, app.botUser);
  const calls: Call[] = [];
  const faults = new Faults();
  const ackTimeout = options.ackTimeout ?? 3_000;
  const httpMode = new HttpMode({ signingSecret, now, ackTimeout });
  const socketMode = new SocketMode({
    appId: app.appId,
    ackTimeout,
    onConnections: (open) => workspace.tell({ type: "connections", open }),
  });
  const scopes = new Set(options.scopes ?? defaultScopes);
  const server = createServer();
  const host = await listen(server);
  const url = `http://${host}`;
  const backstage: Backstage = {
    ...app,
    workspace,
    interactions: new Interactions(now, url),
    limiter: new RateLimiter(now),
    scopes,
    connectionUrl: () => `ws://${host}/link/?ticket=${socketMode.issueTicket()}&app_id=${app.appId}`,
  };
  connect(server, new WebApi({ backstage, faults, calls, botToken, appToken }), socketMode);
  const courier = (): Courier => (httpMode.used ? httpMode : socketMode);
  const waiting = new Waiting(workspace, () => picture(workspace));
  return {
    ...{ url, apiUrl: `${url}/api/`, botToken, appToken, signingSecret },
    ...{ workspace, users, groups, channels },
    ...{ channel: channels.environment, testChannel: channels.test, elsewhere: channels.elsewhere },
    ...{ calls, faults, socketMode, httpMode, scopes },
    deliverTo(...urls) {
      httpMode.urls = urls;
    },
    direct: (id) => {
      const user = workspace.users.get(id);
      if (!user) throw new Error(`There is no user ${id}.`);
      return workspace.directChannel(user, app.botUser).id;
    },
    as: (user) => new Person(user, channels.environment, backstage, courier),
    waitFor: (look, wait) => waiting.for(look, wait),
    async close() {
      waiting.close();
      await socketMode.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function connect(server: Server, webApi: WebApi, socketMode: SocketMode): void {
  server.on("request", (request, response) => {
    // A request that was cut off has nobody left to answer.
    webApi.handle(request, response).catch(() => response.destroy());
  });
  server.on("upgrade", (request, socket, head) => socketMode.upgrade(request, socket, head));
}

/** Everything on everyone's screen, as text. */
function picture(workspace: Workspace): string {
  const options = { names: workspace, now: workspace.now() };
  const whispers = [...workspace.users.keys()].flatMap((user) => workspace.ephemerals(user));
  const shown = [...workspace.channels.keys()].flatMap((channel) => workspace.everything(channel));
  const views = [...workspace.users.keys()].flatMap((user) => {
    const home = workspace.views.home(user);
    return [...(home ? [home] : []), ...workspace.views.stack(user)];
  });
  const lines = [
    ...[...shown, ...whispers].flatMap((message) => renderMessage(message, options)),
    ...views.flatMap((view) => renderView(view, options)),
  ];
  return lines.length > 0 ? lines.join("\n") : "(nothing)";
}

/** Any free port of the loopback interface. */
function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(`127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}
