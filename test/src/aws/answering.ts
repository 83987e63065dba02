import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { connectRegions, type Region } from "../../../src/aws/region.js";
import { closeLater, pointSdkAt } from "./sdk.js";

/** What is inside the answer's result element; with a status, inside its error. Undefined: the connection is dropped. */
export type Answer =
  | string
  | { readonly status: number; readonly code: string; readonly message?: string }
  | undefined;

export interface Answering {
  readonly region: Region;
  /** Forms that were sent, oldest first, without the version. */
  readonly sent: readonly Readonly<Record<string, string>>[];
  /** The operations of `sent`. */
  operations(): string[];
}

/**
 * AWS' Query protocols by hand, for answers that no simulated world gives: each operation is answered with what is listed
 * for it, in order, the last for ever.
 */
export async function openAnswering(
  answers: Readonly<Record<string, readonly Answer[]>>,
): Promise<Answering> {
  const sent: Record<string, string>[] = [];
  const left = new Map(Object.entries(answers).map(([operation, list]) => [operation, [...list]]));
  const server = createServer(async (request, response) => {
    const { Version: version, ...form } = Object.fromEntries(new URLSearchParams(await bodyOf(request)));
    sent.push(form);
    const operation = form.Action ?? "";
    const list = left.get(operation) ?? [];
    const answer = list.length > 1 ? list.shift() : list[0];
    if (answer === undefined) return void response.destroy();
    const body = version === "2016-11-15" ? ec2Answer(operation, answer) : queryAnswer(operation, answer);
    response
      .writeHead(typeof answer === "string" ? 200 : answer.status, { "content-type": "text/xml" })
      .end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closeLater(() => {
    server.close();
    server.closeAllConnections();
  });
  pointSdkAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return {
    region: connectRegions()("us-west-2"),
    sent,
    operations: () => sent.map(({ Action = "" }) => Action),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function queryAnswer(operation: string, answer: Exclude<Answer, undefined>): string {
  if (typeof answer === "string")
    return `<${operation}Response><${operation}Result>${answer}</${operation}Result></${operation}Response>`;
  const { code, message = "" } = answer;
  return `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
}

function ec2Answer(operation: string, answer: Exclude<Answer, undefined>): string {
  if (typeof answer === "string") return `<${operation}Response>${answer}</${operation}Response>`;
  const { code, message = "" } = answer;
  return `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors></Response>`;
}
