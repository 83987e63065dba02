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
/** What is only told must not make a probe give up: Kubernetes' wait one second unless told otherwise. */
const toldWithin = 500;

/**
 * `GET /healthz`: the process is alive. `GET /readyz`: everything it needs is there, or 503 with what is not. What is
 * wrong of `told` stands in the body as well, and makes nobody unready.
 */
export async function serveHealth(port: number, needed: Checks, told: Checks = {}): Promise<Health> {
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`);
    if (request.url === "/healthz") return answer(200, { ok: true });
    if (request.url !== "/readyz") return answer(404, { error: "there is /healthz and /readyz" });
    return void readiness(needed, told).then((found) => answer(found.ok ? 200 : 503, found));
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

async function readiness(needed: Checks, told: Checks) {
  const [wrong, degraded] = await Promise.all([wrongOf(needed, checkedWithin), wrongOf(told, toldWithin)]);
  const ok = Object.keys(wrong).length === 0;
  return { ok, ...wrong, ...(Object.keys(degraded).length > 0 && { degraded }) };
}

async function wrongOf(checks: Checks, patience: number): Promise<Record<string, string>> {
  const answers = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await within(check, patience)] as const),
  );
  return Object.fromEntries(answers.flatMap(([name, wrong]) => (wrong === undefined ? [] : [[name, wrong]])));
}

async function within(check: Checks[string], patience: number): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve("no answer"), patience);
  });
  const checked = check().catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
  return Promise.race([checked, late]).finally(() => clearTimeout(timer));
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    // Stays: nobody would catch a later one, and the process would end.
    server.on("error", reject);
    server.listen(port, () => resolve());
  });
}
