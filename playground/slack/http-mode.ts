import { randomUUID } from "node:crypto";
import { request } from "node:http";
import type { Courier, Delivery, EnvelopeType } from "./delivery.js";
import { field, isObject, type JsonObject, parseJson } from "./json.js";
import { signed } from "./signing.js";

export interface HttpModeOptions {
  readonly signingSecret: string;
  /** Real time in milliseconds. */
  readonly now: () => number;
  /** How long the app may take to acknowledge, in real milliseconds. */
  readonly ackTimeout: number;
}

/** One request to the app as it goes over the wire. */
export interface SignedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** No form's content type bears a charset: Slack sends it bare. */
const form = "application/x-www-form-urlencoded";

/** Slack's end of HTTP mode: posts each order to the app's request URL, signed, and reads the answer from the response. */
export class HttpMode implements Courier {
  #urls: readonly string[] = [];
  readonly #sent: SignedRequest[] = [];

  constructor(private readonly options: HttpModeOptions) {}

  /** Where the app listens. Several addresses stand for what is behind one load balancer. */
  set urls(urls: readonly string[]) {
    this.#urls = urls;
  }

  get used(): boolean {
    return this.#urls.length > 0;
  }

  /** Everything that was posted, oldest first: whoever overheard it could post it again. */
  get sent(): readonly SignedRequest[] {
    return this.#sent;
  }

  async deliver(type: EnvelopeType, payload: JsonObject): Promise<Delivery> {
    try {
      return deliveryOf(await this.#post(this.sign(...encoded(type, payload))));
    } catch (error) {
      return { outcome: error instanceof TimeUp ? "operation_timeout" : "dispatch_failed" };
    }
  }

  /** What Slack asks of a new request URL: whether the app answers with the challenge. */
  async verify(url: string): Promise<boolean> {
    const challenge = randomUUID();
    const question = { token: "deprecated", challenge, type: "url_verification" };
    const answer = await this.send(url, this.sign("application/json", JSON.stringify(question))).catch(
      () => undefined,
    );
    return answer?.status === 200 && field(parseJson(answer.body), "challenge") === challenge;
  }

  sign(contentType: string, body: string): SignedRequest {
    const { signingSecret, now } = this.options;
    const headers = { "content-type": contentType, ...signed(signingSecret, body, Math.floor(now() / 1000)) };
    return { headers, body };
  }

  /** @throws where nobody listens, or no answer comes in time */
  send(url: string, { headers, body }: SignedRequest): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const length = Buffer.byteLength(body);
      // Each on a connection of its own: whoever listened there before may be gone.
      const post = request(url, {
        method: "POST",
        headers: { "user-agent": "Slackbot 1.0", ...headers, "content-length": length },
        agent: false,
      });
      const timer = setTimeout(() => post.destroy(new TimeUp()), this.options.ackTimeout);
      post.on("close", () => clearTimeout(timer));
      post.on("error", reject);
      post.on("response", (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("error", reject);
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
      });
      post.end(body);
    });
  }

  /** To any of the addresses, as a load balancer does: where nobody listens, to the next. */
  async #post(signedRequest: SignedRequest): Promise<Answer> {
    this.#sent.push(signedRequest);
    const first = Math.floor(Math.random() * this.#urls.length);
    const order = [...this.#urls.slice(first), ...this.#urls.slice(0, first)];
    for (const url of order) {
      try {
        return await this.send(url, signedRequest);
      } catch (error) {
        if (!isNobody(error)) throw error;
      }
    }
    throw new Error("Nobody listens.");
  }
}

class TimeUp extends Error {}

function isNobody(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ECONNREFUSED";
}

/** The content type and the body of an order. */
function encoded(type: EnvelopeType, payload: JsonObject): [contentType: string, body: string] {
  if (type === "events_api") return ["application/json", JSON.stringify(payload)];
  const fields =
    type === "interactive"
      ? { payload: JSON.stringify(payload) }
      : Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, String(value)]));
  return [form, new URLSearchParams(fields).toString()];
}

/** A text without JSON is what a command's typist is shown. */
function deliveryOf({ status, body }: Answer): Delivery {
  if (status !== 200) return { outcome: "dispatch_failed", status };
  const parsed = parseJson(body);
  if (isObject(parsed)) return { outcome: "acked", payload: parsed };
  return { outcome: "acked", payload: body ? { text: body } : {} };
}
