import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Logger } from "pino";
import type { LinkSettings } from "../src/fleet.js";
import type { Replays } from "../src/redis/replays.js";
import type { Upgrades } from "../src/upgrades/types.js";
import { askPage, type Page, saidPage } from "./link-page.js";
import { type ApprovalLinks, type Link, linkPath } from "./links.js";
import type { RefusedRequests } from "./refused-requests.js";
import { CannotListen, type Connection } from "./transport.js";

export interface LinkPagesOptions {
  readonly links: ApprovalLinks;
  /** How a proxy before the page tells who has signed in; absent: it does not. */
  readonly settings?: LinkSettings;
  readonly upgrades: Pick<Upgrades, "find">;
  readonly replays: Replays;
  /** Approves as a click does, with all its checks, and says in words what came of it. */
  approve(link: Link): Promise<{ readonly approved: boolean; readonly words: string }>;
  readonly refused: Pick<RefusedRequests, "tell">;
  readonly log: Logger;
}

/** Answers what comes to the page's address; false: it is none of its business. */
export type LinkPages = (request: IncomingMessage, response: ServerResponse) => boolean;

export function linkPages(options: LinkPagesOptions): LinkPages {
  return (request, response) => {
    const path = request.url?.split("?")[0] ?? "";
    if (!path.startsWith(linkPath)) return false;
    // Nothing is posted but the press of the button.
    request.resume();
    void pageFor(options, request, path.slice(linkPath.length))
      .catch((error: unknown) => {
        options.log.error({ error }, "approval page failed");
        return saidPage(
          503,
          "Not approved",
          "I cannot answer right now. Press Approve in Slack again in a minute.",
        );
      })
      .then((page) => show(response, page));
    return true;
  };
}

async function pageFor(options: LinkPagesOptions, request: IncomingMessage, token: string): Promise<Page> {
  const { links, settings, upgrades, replays, refused } = options;
  const { method = "GET" } = request;
  if (!["GET", "HEAD", "POST"].includes(method))
    return saidPage(405, "Not approved", "This page is opened, and its button is pressed.");
  const link = links.read(token);
  if (typeof link === "string") {
    refused.tell("link", `the link is ${link}`);
    return link === "expired"
      ? saidPage(410, "This link has expired", "Press Approve in Slack again for a new one.")
      : saidPage(403, "This is no link of mine", "Press Approve in Slack for one.");
  }
  const stranger = whyStranger(link, request, settings);
  if (stranger !== undefined) {
    refused.tell("link", `it was opened by somebody else than ${link.user}, for whom it is`, link.runId);
    return saidPage(403, "Not approved", stranger);
  }
  const found = await upgrades.find(link.runId);
  if (!found) return saidPage(404, "Not approved", "I do not know this request any more.");
  const { run } = found;
  if (run.state !== "awaiting approval") {
    return saidPage(
      409,
      "Nothing to approve",
      "This request is decided already. The card in Slack shows what came of it.",
    );
  }
  if (run.plan.hash !== link.planHash) {
    return saidPage(409, "The plan has changed", "Read the card in Slack, and press Approve there again.");
  }
  if (method !== "POST") return askPage(run);
  if (!(await replays.isNew(`link:${link.nonce}`))) {
    refused.tell("link", `the link of ${link.user} was used already`, link.runId);
    return saidPage(410, "This link was used already", "The card in Slack shows what came of it.");
  }
  const { approved, words } = await options.approve(link);
  return saidPage(approved ? 200 : 409, approved ? "Approved" : "Not approved", words);
}

/** Whoever has signed in at the proxy has to be the one who pressed the button in Slack. */
function whyStranger(
  { user }: Link,
  request: IncomingMessage,
  settings: LinkSettings | undefined,
): string | undefined {
  if (!settings) return undefined;
  const expected = settings.people[user];
  if (expected === undefined)
    return "fleet.yaml does not say who you are outside Slack (link.people). Ask whoever keeps it.";
  const said = request.headers[settings.userHeader];
  // A header that comes twice is nobody's.
  if (typeof said === "string" && said.trim().toLowerCase() === expected.toLowerCase()) return undefined;
  return "This link is for the person who pressed the button in Slack, and you are signed in as somebody else.";
}

const headers = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  // The address is what approves: no other page learns it.
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

function show(response: ServerResponse, { status, html }: Page): void {
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(html) }).end(html);
}

/** Nobody may hold connections by sending slowly. */
const arrivesWithin = 10_000;

/** In Socket Mode nothing else is served. @throws CannotListen */
export async function servePages(port: number, pages: LinkPages): Promise<Connection> {
  const server = createServer({ requestTimeout: arrivesWithin }, (request, response) => {
    if (!pages(request, response)) response.writeHead(404).end();
  });
  const ended = new Promise<void>((resolve) => server.once("close", resolve));
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(new CannotListen(port, error)));
    server.listen(port, resolve);
  });
  return {
    ended,
    async close() {
      server.close();
      server.closeAllConnections();
      await ended;
    },
  };
}
