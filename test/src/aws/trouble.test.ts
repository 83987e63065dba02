import { describe, expect, it } from "vitest";
import { ask, present, troubleOf, withoutAccountData } from "../../../src/aws/trouble.js";
import { Trouble, type TroubleKind } from "../../../src/core/problems.js";

const call = { action: "eks:DescribeNodegroup", doing: "describe node group eks-workshop/default" };

/** As the SDK throws it: a status where AWS answered, a Node code where nobody did. */
function sdkError(name: string, status?: number, message = "", code?: string): Error {
  return Object.assign(new Error(message), {
    name,
    ...(status !== undefined && { $metadata: { httpStatusCode: status } }),
    ...(code !== undefined && { code }),
  });
}

describe("troubleOf", () => {
  it.each<[string, Error, TroubleKind]>([
    ["EKS denies", sdkError("AccessDeniedException", 403), "denied"],
    ["an XML service denies", sdkError("AccessDenied", 403), "denied"],
    ["EC2 denies", sdkError("UnauthorizedOperation", 403), "denied"],
    ["a 403 without a known code", sdkError("SomethingNew", 403), "denied"],
    ["the access key is unknown", sdkError("UnrecognizedClientException", 403), "denied"],
    ["the session is over", sdkError("ExpiredTokenException", 400), "denied"],
    ["there are no credentials", sdkError("CredentialsProviderError"), "denied"],
    ["another update is running", sdkError("ResourceInUseException", 409), "conflict"],
    ["Auto Scaling is at it", sdkError("ScalingActivityInProgressFault", 400), "conflict"],
    ["EKS does not know it", sdkError("ResourceNotFoundException", 404), "not found"],
    ["SSM does not know it", sdkError("ParameterNotFound", 400), "not found"],
    ["EC2 does not know the template", sdkError("InvalidLaunchTemplateId.NotFound", 400), "not found"],
    ["EC2 does not know the version", sdkError("InvalidLaunchTemplateId.VersionNotFound", 400), "not found"],
    ["EC2 does not know the name", sdkError("InvalidLaunchTemplateName.NotFoundException", 400), "not found"],
    ["Elastic Load Balancing does not know it", sdkError("TargetGroupNotFound", 400), "not found"],
    ["EC2 does not know the keys", sdkError("AuthFailure", 401), "denied"],
    ["Auto Scaling contends with itself", sdkError("ResourceContentionFault", 500), "busy"],
    ["throttled by EKS", sdkError("ThrottlingException", 429), "busy"],
    ["throttled by an XML service", sdkError("Throttling", 400), "busy"],
    ["throttled by EC2", sdkError("RequestLimitExceeded", 503), "busy"],
    [
      "throttled by EC2 behind EKS",
      sdkError("InvalidRequestException", 400, "Request limit exceeded."),
      "busy",
    ],
    ["broken", sdkError("ServerException", 500), "busy"],
    ["broken in a way of its own", sdkError("UnknownError", 502), "busy"],
    ["an invalid parameter", sdkError("InvalidParameterException", 400), "refused"],
    ["an invalid request", sdkError("InvalidRequestException", 400, "Nodegroup is not ready"), "refused"],
    ["a validation error", sdkError("ValidationError", 400), "refused"],
    ["nobody listens", sdkError("Error", undefined, "connect failed", "ECONNREFUSED"), "unreachable"],
    ["no such host", sdkError("Error", undefined, "getaddrinfo", "ENOTFOUND"), "unreachable"],
    ["no answer in time", sdkError("TimeoutError"), "unreachable"],
    ["a captive portal's page", sdkError("SyntaxError", 200, "Unexpected token <"), "unreachable"],
  ])("%s", (_, error, kind) => {
    const trouble = troubleOf(error, call);
    expect(trouble).toBeInstanceOf(Trouble);
    expect(trouble).toMatchObject({ kind, call: call.doing, cause: error });
  });

  it.each([
    ["the IAM action of the call", "", "Allow eks:DescribeNodegroup in the IAM policy of the bot's role."],
    [
      "the IAM action that AWS names",
      "User: arn:aws:iam::111122223333:user/u is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/r",
      "Allow sts:AssumeRole in the IAM policy of the bot's role.",
    ],
  ])("a denied call names %s", (_, message, next) => {
    expect(troubleOf(sdkError("AccessDeniedException", 403, message), call).next).toBe(next);
  });

  it("bad credentials are told from missing permissions", () => {
    expect(troubleOf(sdkError("ExpiredTokenException", 403), call).next).toContain("valid AWS credentials");
  });

  it("shows Node's code where nobody answered", () => {
    expect(troubleOf(sdkError("Error", undefined, "", "ECONNREFUSED"), call).message).toBe(
      "Could not describe node group eks-workshop/default: ECONNREFUSED (unreachable)",
    );
  });

  it("a refusal passes on what AWS says, but no account data; its message says nothing of it", () => {
    const said =
      "Node group arn:aws:eks:us-west-2:111122223333:nodegroup/c/n/aa has health issue other than X";
    const trouble = troubleOf(sdkError("InvalidRequestException", 400, said), call);
    expect(trouble.next).toBe("AWS says: Node group [ARN] has health issue other than X");
    expect(trouble.message).not.toContain("health issue");
  });

  it("leaves a Trouble as it is", () => {
    const trouble = new Trouble("busy", "x", "y", "");
    expect(troubleOf(trouble, call)).toBe(trouble);
  });
});

describe("withoutAccountData", () => {
  it.each([
    ["an ARN", "Role arn:aws:iam::111122223333:role/eks/node-role, please", "Role [ARN], please"],
    ["an ARN of China", "(arn:aws-cn:eks:cn-north-1:111122223333:cluster/c)", "([ARN])"],
    ["an account id", "in account 111122223333.", "in account [account]."],
    ["an account id within a name", "bucket-111122223333-logs", "bucket-[account]-logs"],
    ["a lasting access key", "key AKIAIOSFODNN7EXAMPLE is", "key [key] is"],
    ["a session's access key", "key ASIAIOSFODNN7EXAMPLE is", "key [key] is"],
    ["lines", "one\n  two", "one two"],
  ])("takes out %s", (_, message, clean) => {
    expect(withoutAccountData(message)).toBe(clean);
  });

  it.each([
    ["a release", "Requested release version 1.34.9-20260714 is not valid for kubernetes version 1.33"],
    ["an instance", "Instance i-0123456789abcdef0 in us-west-2a"],
    ["a long number", "request 1234567890123"],
  ])("leaves %s", (_, message) => {
    expect(withoutAccountData(message)).toBe(message);
  });

  it("cuts what is too long for a message", () => {
    expect(withoutAccountData("x".repeat(1000))).toHaveLength(300);
  });
});

describe("ask", () => {
  it("throws the signal's reason, not a Trouble, when aborted during the call", async () => {
    const controller = new AbortController();
    const asked = ask(call, controller.signal, async () => {
      controller.abort(new Error("shutting down"));
      throw sdkError("AbortError");
    });
    await expect(asked).rejects.toThrow("shutting down");
  });

  it("makes no call when aborted before", async () => {
    let calls = 0;
    const asked = ask(call, AbortSignal.abort(new Error("shutting down")), async () => calls++);
    await expect(asked).rejects.toThrow("shutting down");
    expect(calls).toBe(0);
  });
});

it("present refuses an answer that lacks what it must have", () => {
  expect(() => present(undefined, call)).toThrow(/EmptyAnswer \(unreachable\)/);
});
