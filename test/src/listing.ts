import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { closeLater, pointSdkAt } from "./aws/sdk.js";

/** What EKS answers who lists the clusters of a region in an account: their names, or a refusal's code. */
export type Listing = readonly string[] | { readonly refused: string };

export interface Lists {
  /** Settable at any time. Who has assumed no role is in account "own", any role's account bears its name. */
  answer: (account: string, region: string) => Listing;
  /** Lists wait until it is over; settable at any time. */
  held: Promise<void>;
  /** "own us-west-2", oldest first. */
  readonly asked: readonly string[];
}

/** EKS that lists clusters and does nothing else, and STS that lets everybody in: for lists that no scenario has. */
export async function openLists(): Promise<Lists> {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const form = new URLSearchParams(await bodyOf(request));
    if (form.has("Action")) return void response.end(credentials(form.get("RoleArn") ?? ""));
    const account = String(request.headers["x-amz-security-token"] ?? "own");
    const region = /Credential=[^/]+\/\d+\/([^/]+)/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    asked.push(`${account} ${region}`);
    await lists.held;
    const answer = lists.answer(account, region);
    if ("refused" in answer) {
      return void response.writeHead(403, { "x-amzn-errortype": answer.refused }).end("{}");
    }
    response.end(JSON.stringify({ clusters: answer }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closeLater(() => {
    server.close();
    server.closeAllConnections();
  });
  pointSdkAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const lists: Lists = { answer: () => [], held: Promise.resolve(), asked };
  return lists;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function credentials(roleArn: string): string {
  const token = roleArn.split("/").at(-1);
  const ends = new Date(Date.now() + 3_600_000).toISOString();
  return `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>${token}</SessionToken><Expiration>${ends}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
}
