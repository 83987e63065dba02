import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Logger } from "pino";
import type { Audit, Recorded } from "../src/audit.js";
import { titleOf } from "../src/core/plan.js";
import type { Run } from "../src/core/run.js";
import type { LinkSettings } from "../src/fleet.js";
import type { Replays } from "../src/redis/replays.js";
import { clean } from "../src/slack/text.js";
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
  readonly audit: Pick<Audit, "record">;
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
          "I cannot answer right now",
          "The card in Slack shows whether your approval counts. If it does not, press Approve there again in a minute.",
        );
      })
      .then((page) => show(response, page));
    return true;
  };
}

async function pageFor(options: LinkPagesOptions, request: IncomingMessage, token: string): Promise<Page> {
  const { links, settings, refused } = options;
  const opened = links.read(token);
  if (opened === "forged") {
    refused.tell("link", "the link is forged");
    return saidPage(403, "This is no link of mine", "Press Approve in Slack for one.");
  }
  const { link, expired } = opened;
  const stranger = whyStranger(link, request, settings);
  if (stranger) {
    const { why, words, signedInAs } = stranger;
    refused.tell("link", why, { ...subjectOf(link), ...(signedInAs && { signedInAs }) });
    return saidPage(403, "Not approved", words);
  }
  if (expired) {
    refused.tell("link", "the link has expired", usedBy(link));
    return saidPage(410, "This link has expired", "Press Approve in Slack again for a new one.");
  }
  const { method = "GET" } = request;
  if (method === "POST") return pressed(link, options);
  if (!["GET", "HEAD"].includes(method)) {
    refused.tell("link", "neither was its page opened nor the button pressed", usedBy(link));
    return saidPage(405, "Not approved", "This page is opened, and its button is pressed.");
  }
  const found = await waiting(link, options.upgrades);
  return "run" in found ? askPage(found.run) : found.page;
}

/** The button. That it was pressed is recorded before the request is looked up: that may fail. */
async function pressed(link: Link, { replays, refused, audit, upgrades, approve }: LinkPagesOptions) {
  const isNew = await replays.isNew(`link:${link.nonce}`).catch((error: unknown) => {
    refused.tell("link", "Redis did not tell whether the link was used already", usedBy(link));
    throw error;
  });
  if (!isNew) {
    refused.tell("link", "the link was used already", usedBy(link));
    return saidPage(410, "This link was used already", "The card in Slack shows what came of it.");
  }
  // At most once for each link: nobody can fill the audit with it.
  const press = { ...usedBy(link), what: "approve", entry: "link" };
  audit.record({ ...press, kind: "request", outcome: "done" });
  const found = await waiting(link, upgrades);
  if ("page" in found) {
    audit.record({ ...press, ...found.about, kind: "refusal", outcome: "refused", rule: found.rule });
    return found.page;
  }
  const { approved, words } = await approve(link);
  return saidPage(approved ? 200 : 409, approved ? "Approved" : "Not approved", words);
}

const subjectOf = ({ runId, planHash }: Link) => ({ run: runId, planHash });
const usedBy = (link: Link) => ({ ...subjectOf(link), who: link.user });

interface Stale {
  /** As the same is recorded of a click. */
  readonly rule: string;
  readonly about?: Pick<Recorded, "on" | "environment" | "cluster" | "region">;
  readonly page: Page;
}

/** The run that waits for this very approval, or why there is none. */
async function waiting(
  { runId, planHash }: Link,
  upgrades: Pick<Upgrades, "find">,
): Promise<{ readonly run: Run } | Stale> {
  const run = (await upgrades.find(runId))?.run;
  if (!run) {
    const page = saidPage(404, "Not approved", "I do not know this request any more.");
    return { rule: "unknown run", page };
  }
  const { environment, cluster, region, hash } = run.plan;
  const about = { on: titleOf(run.plan), environment, cluster, region };
  if (run.state !== "awaiting approval") {
    const words = "This request is decided already. The card in Slack shows what came of it.";
    return { rule: "already decided", about, page: saidPage(409, "Nothing to approve", words) };
  }
  if (hash !== planHash) {
    const words = "Read the card in Slack, and press Approve there again.";
    return { rule: "plan changed", about, page: saidPage(409, "The plan has changed", words) };
  }
  return { run };
}

interface Stranger {
  /** For the record. */
  readonly why: string;
  /** For whoever reads the page. */
  readonly words: string;
  readonly signedInAs?: string;
}

/** Whoever has signed in at the proxy has to be the one who pressed the button in Slack. */
function whyStranger(
  { user }: Link,
  request: IncomingMessage,
  settings: LinkSettings | undefined,
): Stranger | undefined {
  if (!settings) return undefined;
  const expected = settings.people[user];
  // A header that comes twice is nobody's.
  const said = [request.headers[settings.userHeader] ?? ""].flat().join().trim();
  if (expected !== undefined && said.toLowerCase() === expected.toLowerCase()) return undefined;
  const signedIn = clean(said, 200);
  const signedInAs = signedIn === "" ? {} : { signedInAs: signedIn };
  if (expected === undefined) {
    return {
      why: `fleet.yaml does not say who ${user} is outside Slack`,
      words: "fleet.yaml does not say who you are outside Slack (link.people). Ask whoever keeps it.",
      ...signedInAs,
    };
  }
  if (signedIn === "") {
    return {
      why: `it is for ${user}, and was opened by somebody who had not signed in`,
      words:
        "I was not told who you are. Open the link again and sign in; if you are not asked to, tell whoever runs the bot.",
    };
  }
  return {
    why: `it was opened by somebody else than ${user}, for whom it is`,
    words:
      "This link is for the person who pressed the button in Slack, and you are signed in as somebody else.",
    ...signedInAs,
  };
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
