import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as after } from "node:timers/promises";
import { regionsOf } from "../world/place.js";
import { type ApiCall, Refusal, type World } from "../world/state.js";
import { autoScaling } from "./auto-scaling.js";
import { callerOf } from "./caller.js";
import { type ClusterAnswers, clusterAnswers } from "./cluster-answers.js";
import { ec2 } from "./ec2.js";
import { eks } from "./eks.js";
import { elasticLoadBalancing } from "./elb.js";
import type { Here } from "./here.js";
import { checkRegion, signedFor } from "./signature.js";
import type { Answer, RawRequest, Skin } from "./skin.js";
import { ssm } from "./ssm.js";
import { sts } from "./sts.js";

export const skins: readonly Skin[] = [eks, ssm, sts, autoScaling, ec2, elasticLoadBalancing];

/**
 * May answer a call instead of the world, or after it did what was asked (`perform`); "no answer" drops the connection.
 */
export type Fault = (
  call: Pick<ApiCall, "service" | "operation" | "input">,
  perform: () => Answer,
) => Answer | "no answer" | undefined;

export interface AwsServer {
  /** For AWS_ENDPOINT_URL: all services behind one address, told apart by what requests are signed for. */
  readonly url: string;
  /** Settable at any time. */
  faults: Fault;
  close(): Promise<void>;
}

export interface AwsOptions {
  /** Real milliseconds by which every answer comes later; none unless told otherwise. */
  readonly latency?: number;
}

/** The world's AWS on a free port of 127.0.0.1: every region that the scenario has anything in. */
export async function serveAws(world: World, { latency = 0 }: AwsOptions = {}): Promise<AwsServer> {
  const answers = clusterAnswers();
  const server = createServer((request, response) => {
    void readRequest(request).then(async (raw) => {
      const answer = handle(world, raw, { faults: served.faults, answers });
      if (latency > 0) await after(latency);
      if (answer === "no answer") response.destroy();
      else response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const served: AwsServer = {
    url: `http://127.0.0.1:${port}`,
    faults: () => undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return served;
}

async function readRequest(request: IncomingMessage): Promise<RawRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return {
    method: request.method ?? "GET",
    url: new URL(request.url ?? "/", "http://127.0.0.1"),
    headers: request.headers,
    body: Buffer.concat(chunks).toString(),
  };
}

interface Behaviour {
  readonly faults: Fault;
  readonly answers: ClusterAnswers;
}

function handle(world: World, request: RawRequest, behaviour: Behaviour): Answer | "no answer" {
  const requestId = randomUUID();
  let skin = request.url.pathname === "/" ? sts : eks;
  try {
    const scope = signedFor(request.headers.authorization);
    const signed = skins.find((candidate) => candidate.service === scope.service);
    if (!signed)
      throw new Refusal("UnknownOperationException", `The simulated AWS has no service ${scope.service}.`);
    // From here on in the service's own format, refusals too.
    skin = signed;
    checkRegion(scope, regionsOf(world.scenario));
    const token = request.headers["x-amz-security-token"];
    const caller = callerOf(world, scope.accessKeyId, typeof token === "string" ? token : undefined);
    const here = { world, region: scope.region, ...caller };
    return perform(here, skin, request, requestId, behaviour);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return skin.refuse(error, requestId);
  }
}

function perform(
  here: Here,
  skin: Skin,
  request: RawRequest,
  requestId: string,
  { faults, answers }: Behaviour,
): Answer | "no answer" {
  const asked = skin.read(request);
  const operation = asked && skin.operations[asked.operation];
  if (!asked || !operation)
    throw new Refusal(
      "UnknownOperationException",
      `The simulated ${skin.service} does not know ${asked?.operation ?? `${request.method} ${request.url.pathname}`}.`,
    );
  const call = { service: skin.service, ...asked };
  let refused: Refusal | undefined;
  const act = () => {
    try {
      if (skin === eks) answers(here, asked.operation, asked.input);
      return skin.write(asked.operation, operation(here, asked.input), requestId);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refused = error;
      return skin.refuse(error, requestId);
    }
  };
  const answer = faults(call, act) ?? act();
  const status = answer === "no answer" ? 0 : answer.status;
  const { world, region, account, caller } = here;
  world.calls.push({
    at: world.clock.now(),
    region,
    account,
    caller,
    client: request.headers["user-agent"] ?? "",
    requestId,
    ...call,
    status,
    ...(refused && { errorCode: refused.code }),
  });
  return answer;
}
