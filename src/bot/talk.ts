import type { Logger } from "pino";
import { openSlackApp, type SlackApp } from "../../commands/app.js";
import { approveByLink } from "../../commands/approvals.js";
import { type StayingConnected, stayConnected } from "../../commands/connection.js";
import { httpMode } from "../../commands/http-mode.js";
import { type LinkPages, linkPages, servePages } from "../../commands/link-server.js";
import { type ApprovalLinks, openApprovalLinks } from "../../commands/links.js";
import { type RefusedRequests, tellRefused } from "../../commands/refused-requests.js";
import { socketMode } from "../../commands/socket-mode.js";
import type { Tools } from "../../commands/tools.js";
import type { Transport } from "../../commands/transport.js";
import type { Audit } from "../audit.js";
import type { Config } from "../config.js";
import type { Redis } from "../redis/connection.js";
import { type Replays, redisReplays } from "../redis/replays.js";

export interface TalkOptions {
  readonly config: Config;
  /** Producers', for what is asked before a request is acknowledged: by the first of them that is there. */
  readonly redis: readonly [Redis, ...Redis[]];
  /**
   * What commands work with, once Slack has said who the bot is.
   * @throws ConfigError where what fleet.yaml names does not exist in Slack; SlackTrouble while Slack does not answer
   */
  readonly tools: () => Promise<Omit<Tools, "links">>;
  readonly usefulAlone: () => Promise<boolean>;
  readonly audit: Pick<Audit, "record">;
  readonly log: Logger;
}

/** Opens the app at the first try that succeeds, and connections to Slack from then on; and the page of signed links. */
export function talk(options: TalkOptions): StayingConnected {
  const { config, audit, log } = options;
  const replays = redisReplays(...options.redis);
  const refused = tellRefused(audit, log);
  const links = config.link && openApprovalLinks(config.link, Date.now);
  let pages: LinkPages | undefined;
  const page: LinkPages = (request, response) => pages?.(request, response) ?? false;
  const transport = transportOf(config, { replays, refused, log, ...(links && { pages: page }) });

  async function openApp(): Promise<SlackApp> {
    const known = await options.tools();
    const tools: Tools = { ...known, ...(links && { links }) };
    if (links) pages = pagesOf(links, tools, { replays, refused }, config);
    return openSlackApp(config.slack, transport, tools, log);
  }

  let app: SlackApp | undefined;
  const staying = stayConnected({
    tokens: transport.tokens,
    async connect(signal) {
      app ??= await openApp();
      return app.connect(signal);
    },
    usefulAlone: options.usefulAlone,
    log,
  });
  return {
    ...staying,
    /** Takes no more orders, and waits for those under way. */
    async stop() {
      const flush = () => {
        refused.flush();
        app?.flush();
      };
      const stopped = staying.stop();
      // Whoever hangs does not keep it from being recorded.
      flush();
      await stopped;
      await app?.settled();
      flush();
    },
  };
}

/** What an address of the bot's own needs. */
interface Serving {
  readonly replays: Replays;
  readonly refused: RefusedRequests;
  readonly pages?: LinkPages;
  readonly log: Logger;
}

/** How people's orders come from Slack. */
function transportOf({ slack, link }: Config, serving: Serving): Transport {
  const { http, appToken = "", apiUrl } = slack;
  const { pages, log } = serving;
  if (http) return httpMode({ ...http, ...serving });
  const socket = socketMode({ appToken, apiUrl, log });
  return link && pages ? withPages(socket, link.port, pages) : socket;
}

/** In Socket Mode nothing else listens: the page is there for as long as the connection is. */
function withPages(socket: Transport, port: number, pages: LinkPages): Transport {
  return {
    ...socket,
    async connect(app, signal) {
      const served = await servePages(port, pages);
      try {
        const connection = await socket.connect(app, signal);
        const close = async () => void (await Promise.all([connection.close(), served.close()]));
        return { ended: connection.ended.finally(served.close), close };
      } catch (error) {
        await served.close();
        throw error;
      }
    },
  };
}

function pagesOf(
  links: ApprovalLinks,
  tools: Tools,
  serving: Pick<Serving, "replays" | "refused">,
  { fleet }: Config,
): LinkPages {
  return linkPages({
    ...{ links, ...serving, upgrades: tools.upgrades, audit: tools.audit, log: tools.log },
    ...(fleet.link && { settings: fleet.link }),
    approve: (link) => approveByLink(link, tools),
  });
}
