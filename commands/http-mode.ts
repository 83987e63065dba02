import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { HTTPReceiver } from "@slack/bolt";
import type { Logger } from "pino";
import type { Replays } from "../src/redis/replays.js";
import { slackLogger } from "../src/slack/logger.js";
import { onlyReads, orderIn } from "./body.js";
import type { LinkPages } from "./link-server.js";
import type { RefusedRequests, RequestRule } from "./refused-requests.js";
import { whyForged } from "./signature.js";
import { CannotListen, type Connection, type Transport } from "./transport.js";

/** Commands, clicks, forms and what menus offer: all come to this one path. */
export const requestPath = "/slack/events";

export interface HttpModeOptions {
  readonly signingSecret: string;
  readonly port: number;
  readonly replays: Replays;
  readonly refused: Pick<RefusedRequests, "tell">;
  /** What else is served at this address. */
  readonly pages?: LinkPages;
  readonly log: Logger;
  /** Real milliseconds for a request to arrive. */
  readonly arrivesWithin?: number;
}

/** Bytes. A form comes back whole, and Slack takes forms of a quarter of this. */
const bodyLimit = 1024 * 1024;
/** Nobody may hold connections by sending slowly. */
const arrivesWithin = 10_000;
/** Node looks for late ones every 30 s unless told otherwise. */
const lookedFor = 2_000;
/** Longer than load balancers keep an idle connection (60 s is usual), or they would send orders into a closing one. */
const idleFor = 75_000;
/** Slack gives three seconds for an acknowledgement: what takes longer is of no use to anybody. */
const lastAnswers = 3_500;

/** Slack calls the bot, at an address that it can reach: several bots may share it behind a load balancer. */
export function httpMode(options: HttpModeOptions): Transport {
  const { signingSecret, port, log } = options;
  return {
    tokens: "SLACK_BOT_TOKEN",
    async connect(app) {
      const receiver = new HTTPReceiver({
        signingSecret,
        endpoints: requestPath,
        logger: slackLogger(log),
      });
      receiver.init(app);
      const take = (request: IncomingMessage, response: ServerResponse) =>
        guarded(request, response, options, receiver).catch(() => void response.destroy());
      const server = createServer({
        requestTimeout: options.arrivesWithin ?? arrivesWithin,
        connectionsCheckingInterval: lookedFor,
        keepAliveTimeout: idleFor,
      });
      const connection = await listening(server, port, take);
      // Nobody would catch it, and the process would end: one connection that failed, of many.
      server.on("error", (error) => log.error({ error: error.message }, "listening for slack"));
      return connection;
    },
  };
}

async function listening(
  server: Server,
  port: number,
  take: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<Connection> {
  const answering = new Set<ServerResponse>();
  const last = (response: ServerResponse) =>
    response.headersSent || response.setHeader("connection", "close");
  server.on("request", (request, response) => {
    answering.add(response);
    response.once("close", () => answering.delete(response));
    if (!server.listening) last(response);
    void take(request, response);
  });
  const ended = new Promise<void>((resolve) => server.once("close", resolve));
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: Error) => reject(new CannotListen(port, error));
    server.once("error", refuse);
    server.listen(port, () => {
      server.off("error", refuse);
      resolve();
    });
  });
  return {
    ended,
    async close() {
      server.close();
      for (const response of answering) last(response);
      const patience = setTimeout(() => server.closeAllConnections(), lastAnswers);
      await ended.finally(() => clearTimeout(patience));
    },
  };
}

/** Lets genuine requests pass to Bolt, each once. Bolt itself takes them from the future, and twice. */
async function guarded(
  request: IncomingMessage,
  response: ServerResponse,
  { signingSecret, replays, refused, pages, log }: HttpModeOptions,
  receiver: HTTPReceiver,
): Promise<void> {
  const answer = (status: number) => void response.writeHead(status).end();
  if (request.url?.split("?")[0] !== requestPath) return pages?.(request, response) ? undefined : answer(404);
  if (request.method !== "POST") return answer(405);
  const body = await bodyOf(request);
  if (body === undefined) return answer(413);
  const signature = headerOf(request, "x-slack-signature");
  const timestamp = headerOf(request, "x-slack-request-timestamp");
  const refuse = (status: number, rule: RequestRule, why: string) => {
    refused.tell(rule, why);
    return answer(status);
  };
  const forged = whyForged({ timestamp, signature, body }, signingSecret, Date.now());
  if (forged !== undefined) return refuse(401, "signature", forged);
  const order = orderIn(request.headers["content-type"], body);
  if (!order) return refuse(400, "no order", "it holds no order");
  const replayed = onlyReads(order) ? undefined : await whyReplayed(signature ?? "", replays, log);
  if (replayed !== undefined) return refuse(401, "replay", replayed);
  receiver.requestListener(Object.assign(request, { rawBody: body }), response);
}

/**
 * While Redis is away nobody can tell. The request passes all the same: it can change nothing, since everything that
 * can be changed is kept in that same Redis, and whoever asked is told in words what is the matter instead of seeing
 * Slack's "dispatch_failed". Should Redis be back a moment later, decisions are still made once: they compare and set. An
 * order that knows of no earlier one (`unlock`) could then be repeated, by who has a signed request of the last minutes.
 */
async function whyReplayed(signature: string, replays: Replays, log: Logger): Promise<string | undefined> {
  try {
    return (await replays.isNew(signature)) ? undefined : "it was here before";
  } catch (error) {
    log.warn({ error: error instanceof Error ? error.message : error }, "cannot tell replayed requests");
    return undefined;
  }
}

/** Undefined when it is too long; what is left of it is thrown away. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length <= bodyLimit) chunks.push(chunk);
  }
  return length <= bodyLimit ? Buffer.concat(chunks) : undefined;
}

/** Node joins a header that was sent twice with a comma, which no signature has. */
function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join() : value;
}
