import { ApiException } from "@kubernetes/client-node";
import { describe, expect, it } from "vitest";
import { Trouble, type TroubleKind } from "../../../src/core/problems.js";
import { bodyOf, troubleOf } from "../../../src/kubernetes/trouble.js";

const call = { permission: "list pods", doing: "list the pods on 3 nodes" };
const failed = (cause: unknown) => new TypeError("fetch failed", { cause });

describe("troubleOf", () => {
  it.each<[string, number, TroubleKind, string]>([
    ["an unknown principal", 401, "denied", "access entry"],
    ["a group that may not", 403, "denied", '"list pods" in the ClusterRole'],
    ["no such path", 404, "not found", "Kubernetes API"],
    ["a conflict", 409, "conflict", ""],
    ["a list that is too old", 410, "busy", ""],
    ["priority and fairness", 429, "busy", ""],
    ["a broken API server", 500, "busy", ""],
    ["a load balancer without a server", 503, "busy", ""],
    ["a bad request", 400, "refused", "audit log"],
  ])("%s", (_, status, kind, next) => {
    const error = new ApiException(status, "Unknown API Status Code!", '{"message":"secret"}', {});
    const trouble = troubleOf(error, call);
    expect(trouble).toMatchObject({
      kind,
      code: `HTTP ${status}`,
      next: expect.stringContaining(next),
      cause: error,
    });
    expect(trouble.message).not.toContain("secret");
  });

  it.each([
    ["nobody listens", failed(Object.assign(new Error("connect"), { code: "ECONNREFUSED" })), "ECONNREFUSED"],
    [
      "a certificate of another authority",
      failed(Object.assign(new Error("self"), { code: "SELF_SIGNED_CERT_IN_CHAIN" })),
      "SELF_SIGNED_CERT_IN_CHAIN",
    ],
    ["no answer in time", new DOMException("timed out", "TimeoutError"), "TimeoutError"],
    ["a page that is not JSON", new SyntaxError("Unexpected token <"), "SyntaxError"],
    ["something that is no error", "boom", "NoAnswer"],
  ])("unreachable: %s", (_, error, code) => {
    expect(troubleOf(error, call)).toMatchObject({ kind: "unreachable", code });
  });

  it("leaves a Trouble of the token as it is", () => {
    const trouble = new Trouble("denied", "sign in", "CredentialsProviderError", "");
    expect(troubleOf(trouble, call)).toBe(trouble);
  });
});

describe("bodyOf", () => {
  it.each<[string, unknown, unknown]>([
    [
      "a refusal's JSON",
      new ApiException(429, "", '{"reason":"TooManyRequests"}', {}),
      { reason: "TooManyRequests" },
    ],
    ["a page of a proxy", new ApiException(503, "", "<html>", {}), undefined],
    ["nothing", new ApiException(503, "", "", {}), undefined],
    ["a 401, whose body the client drops", new ApiException(401, "", undefined, {}), undefined],
    ["an error without an answer", failed(undefined), undefined],
    ["no error", "no", undefined],
  ])("%s", (_, error, body) => {
    expect(bodyOf(error)).toEqual(body);
  });
});
