import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { minute } from "../../../src/core/instant.js";
import { closeLater, pointSdkAt } from "./sdk.js";

/** Credentials that last so long from now, or an error. */
export type StsAnswer = { readonly lasts: number } | { readonly status: number; readonly code: string };

/** How a request to STS was made: its form, and what its signature says. */
export interface StsCall {
  readonly form: Readonly<Record<string, string>>;
  readonly key: string;
  readonly region: string;
}

export interface Sts {
  readonly url: string;
  readonly calls: readonly StsCall[];
  /** Settable at any time; credentials for an hour unless told otherwise. */
  answer: (call: StsCall) => StsAnswer;
  /** Calls to STS wait until it is over; settable at any time. */
  held: Promise<void>;
}

/**
 * STS by hand, for credentials that end and endpoints that fail. Whatever else is asked is answered as EKS lists clusters,
 * with what the request was signed with for a cluster: the access key, and the session token.
 */
export async function openSts(): Promise<Sts> {
  const calls: StsCall[] = [];
  const server = createServer(async (request, response) => {
    const signed = signatureOf(request);
    const form = Object.fromEntries(new URLSearchParams(await bodyOf(request)));
    if (!form.Action) {
      const clusters = [signed.key, String(request.headers["x-amz-security-token"])];
      return void response.end(JSON.stringify({ clusters }));
    }
    const call = { form, ...signed };
    calls.push(call);
    await sts.held;
    const answer = sts.answer(call);
    response
      .writeHead("lasts" in answer ? 200 : answer.status, { "content-type": "text/xml" })
      .end("lasts" in answer ? credentials(form.Action, calls.length, answer.lasts) : refusal(answer.code));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closeLater(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sts: Sts = { url, calls, answer: () => ({ lasts: 60 * minute }), held: Promise.resolve() };
  pointSdkAt(url);
  return sts;
}

function signatureOf({ headers }: IncomingMessage): { key: string; region: string } {
  const [, key = "", region = ""] =
    /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(headers.authorization ?? "") ?? [];
  return { key, region };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** The first are "ASIA1" with the session token "session-1". */
function credentials(action: string, number: number, lasts: number): string {
  const given = `<AccessKeyId>ASIA${number}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>session-${number}</SessionToken><Expiration>${new Date(Date.now() + lasts).toISOString()}</Expiration>`;
  return `<${action}Response><${action}Result><Credentials>${given}</Credentials></${action}Result></${action}Response>`;
}

/** As STS words it, with all that may not be shown. */
function refusal(code: string): string {
  const message =
    "User: arn:aws:iam::111122223333:user/bot is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::444455556666:role/team/upgrades with external id open-sesame";
  return `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
}
