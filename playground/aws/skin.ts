import type { IncomingHttpHeaders } from "node:http";
import type { Refusal } from "../world/state.js";
import type { Here } from "./here.js";

/** A request as it came over the wire. */
export interface RawRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the client sent, whatever protocol it came by. Query protocols know only strings, lists and structures. */
export type Input = Readonly<Record<string, unknown>>;

/** Answers one operation, or throws a Refusal. */
export type Operation = (here: Here, input: Input) => unknown;

/** One service's wire protocol. */
export interface Skin {
  /** SigV4 service name, which is how requests are told apart. */
  readonly service: string;
  readonly operations: Readonly<Record<string, Operation>>;
  /** Which operation a request asks for, and with what; undefined where the service has no such thing. */
  read(request: RawRequest): { readonly operation: string; readonly input: Input } | undefined;
  write(operation: string, output: unknown, requestId: string): Answer;
  refuse(refusal: Refusal, requestId: string): Answer;
}
