import { describe, expect, it } from "vitest";
import type { EvictionAnswer } from "../../../src/core/seen.js";
import { evictionAnswer } from "../../../src/kubernetes/eviction-answer.js";

const because = (message: string, reason = "DisruptionBudget") => ({
  reason: "TooManyRequests",
  message: "Cannot evict pod as it would violate the pod's disruption budget.",
  details: { causes: [{ reason, message }] },
});

const says = (message: string, reason = "") => ({ message, reason, details: {} });
const noAnswer = (why: string): EvictionAnswer => ({ kind: "no answer", why });

const answered: readonly (readonly [string, number, object, EvictionAnswer])[] = [
  [
    "a budget that is used up tells its numbers",
    429,
    because("The disruption budget ui.web needs 3 healthy pods and has 2 currently"),
    { kind: "budget used up", budget: "ui.web", needs: 3, has: 2 },
  ],
  [
    "a budget that refuses in other words is used up all the same",
    429,
    because("The disruption budget ui is exhausted"),
    { kind: "budget used up", budget: "ui" },
  ],
  ["a budget without a name is used up", 429, because("No."), { kind: "budget used up" }],
  [
    "the budget's cause is found among others",
    429,
    {
      details: {
        causes: [
          { reason: "Other", message: "x" },
          { reason: "DisruptionBudget", message: "No." },
        ],
      },
    },
    { kind: "budget used up" },
  ],
  [
    "a budget that failed to sync says why",
    429,
    because(
      "The disruption budget ui does not allow evicting pods currently because it failed sync: found no controllers",
    ),
    { kind: "budget cannot be computed", budget: "ui", why: "found no controllers" },
  ],
  [
    "a budget that failed to sync may not say why",
    429,
    because("The disruption budget ui does not allow evicting pods currently because it failed sync: "),
    { kind: "budget cannot be computed", budget: "ui" },
  ],
  [
    "a budget of this moment is not yet observed",
    429,
    because("The disruption budget ui is still being processed by the server."),
    { kind: "budget not yet observed", budget: "ui" },
  ],
  [
    "several budgets come as a server error",
    500,
    says("This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."),
    { kind: "several budgets" },
  ],
  [
    "a pod that is not there is gone",
    404,
    { reason: "NotFound", message: 'pods "ui-1" not found', details: { name: "ui-1", kind: "pods" } },
    { kind: "gone" },
  ],
  [
    "a pod of a namespace that is being deleted goes by itself",
    403,
    { ...because("namespace shop is being terminated", "NamespaceTerminating"), reason: "Forbidden" },
    { kind: "would go" },
  ],
  [
    "RBAC says no",
    403,
    says(
      'pods "ui-1" is forbidden: User "bot" cannot create resource "pods/eviction" in API group "" in the namespace "shop"',
    ),
    {
      kind: "no answer",
      why: "the bot may not create pods/eviction",
      next: `Allow "create pods/eviction" in the ClusterRole of the bot's Kubernetes group.`,
    },
  ],
  [
    "a 403 of another kind is nobody's role",
    403,
    says('poddisruptionbudget.policy "ui" is forbidden: DisruptedPods map too big'),
    noAnswer("the API server forbids it (HTTP 403)"),
  ],
  [
    "a webhook that says no is named, its words are not passed on",
    403,
    says('admission webhook "guard.example.com" denied the request: ask <@U1> first'),
    noAnswer('admission webhook "guard.example.com" said no'),
  ],
  [
    "a webhook may choose the status of a throttled request",
    429,
    says('admission webhook "guard.example.com" denied the request: later'),
    noAnswer('admission webhook "guard.example.com" said no'),
  ],
  [
    "a webhook that takes no dry run is named",
    400,
    says('admission webhook "guard.example.com" does not support dry run', "BadRequest"),
    noAnswer('admission webhook "guard.example.com" takes no dry run'),
  ],
  [
    "a webhook that is down is named",
    500,
    says(
      'Internal error occurred: failed calling webhook "guard.example.com": failed to call webhook: no endpoints',
      "InternalError",
    ),
    noAnswer('admission webhook "guard.example.com" could not be asked'),
  ],
  [
    "another pod has the name now",
    409,
    says(
      'Operation cannot be fulfilled on pods "db-0": Precondition failed: UID in precondition: 1, UID in object meta: 2',
      "Conflict",
    ),
    { kind: "another pod" },
  ],
  [
    "a conflict of the API server's own",
    409,
    says("Operation cannot be fulfilled"),
    noAnswer("the API server answered HTTP 409"),
  ],
  ["an invalid request", 422, {}, noAnswer("the API server answered HTTP 422")],
];

describe("a refused eviction", () => {
  it.each(answered)("%s", (_rule, code, body, expected) => {
    expect(evictionAnswer(code, body)).toEqual(expected);
  });

  it.each<[string, number | undefined, unknown]>([
    ["there is none", undefined, undefined],
    ["the token is refused", 401, undefined],
    ["the server throttles", 429, says("Too many requests, please try again later.", "TooManyRequests")],
    ["the refusal is no Status", 429, undefined],
    ["a proxy knows no such page", 404, undefined],
    ["the server knows no such resource", 404, says("the server could not find the resource", "NotFound")],
    ["the server breaks", 500, says("etcdserver: leader changed", "InternalError")],
    ["the server is away", 503, "<html>"],
    ["the server takes too long", 504, says("request timed out", "Timeout")],
    ["causes are not what they should be", 429, { details: { causes: "DisruptionBudget" } }],
  ])("says nothing of the pod where %s", (_rule, code, body) => {
    expect(evictionAnswer(code, body)).toBeUndefined();
  });
});
