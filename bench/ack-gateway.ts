import { Agent, request as ask, createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Stands before the bot in HTTP mode, as what ends TLS there does: it keeps its connections to the bot. */
export interface Gateway {
  /** http://127.0.0.1:PORT */
  readonly url: string;
  /** Requests go to this port from now on. */
  port: number;
  close(): Promise<void>;
}

export async function openGateway(): Promise<Gateway> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((request, response) => {
    const { method, url: path } = request;
    // Of this one connection: Slack's is closed after each request, the one to the bot is kept.
    const { connection: _, ...headers } = request.headers;
    const passed = ask({ agent, port: gateway.port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on("error", () => response.destroy());
    // Who went away waits for nothing; whoever was answered leaves the connection to the next.
    response.on("close", () => response.writableFinished || passed.destroy());
    request.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const gateway: Gateway = {
    url: `http://127.0.0.1:${port}`,
    port: 0,
    close: () =>
      new Promise((resolve) => {
        agent.destroy();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return gateway;
}
