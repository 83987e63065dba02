import { createServer, type Server } from "node:http";

/** What a process needs in order to be of use, by name: undefined when all is well, else what is not, in words. */
export type Checks = Readonly<Record<string, () => Promise<string | undefined>>>;

export interface Health {
  /** The port it listens on: another one than asked for where 0 was asked for. */
  readonly port: number;
  close(): Promise<void>;
}

/** A check that hangs has failed: probes give up after a second or a few. */
const checkedWithin = 2_000;

/** `GET /healthz`: the process is alive. `GET /readyz`: everything it needs is there, or 503 with what is not. */
export async function serveHealth(port: number, checks: Checks): Promise<Health> {
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`);
    if (request.url === "/healthz") return answer(200, { ok: true });
    if (request.url !== "/readyz") return answer(404, { error: "there is /healthz and /readyz" });
    return void readiness(checks).then((wrong) =>
      answer(Object.keys(wrong).length === 0 ? 200 : 503, { ok: Object.keys(wrong).length === 0, ...wrong }),
    );
  });
  await listen(server, port);
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A look that costs somebody something: what went well is not looked at again for so many real milliseconds. */
export function lately(check: Checks[string], goodFor: number): Checks[string] {
  let wellUntil = 0;
  return async () => {
    if (performance.now() < wellUntil) return undefined;
    const wrong = await check();
    if (wrong === undefined) wellUntil = performance.now() + goodFor;
    return wrong;
  };
}

async function readiness(checks: Checks): Promise<Record<string, string>> {
  const answers = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await within(check)] as const),
  );
  return Object.fromEntries(answers.flatMap(([name, wrong]) => (wrong === undefined ? [] : [[name, wrong]])));
}

async function within(check: () => Promise<string | undefined>): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve("no answer"), checkedWithin);
  });
  const checked = check().catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
  return Promise.race([checked, late]).finally(() => clearTimeout(timer));
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, () => resolve());
  });
}
