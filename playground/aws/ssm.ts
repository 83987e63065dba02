import type { PublicParameter } from "../world/public-parameters.js";
import { publicParameters } from "../world/public-parameters.js";
import { offerIn } from "../world/releases.js";
import { Refusal } from "../world/state.js";
import type { Here } from "./here.js";
import { flag, number, text, texts } from "./input.js";
import { epochSeconds, jsonBody } from "./json.js";
import { page } from "./paging.js";
import type { Answer, Operation, Skin } from "./skin.js";

const ssmOperations: Readonly<Record<string, Operation>> = {
  GetParameter(here, input) {
    const found = parametersHere(here).get(text(input, "Name") ?? "");
    if (!found) throw new Refusal("ParameterNotFound", "");
    return { Parameter: parameterShape(here, found) };
  },

  /** Names that do not exist are no error: they come back in a list of their own. */
  GetParameters(here, input) {
    const names = texts(input, "Names") ?? [];
    if (names.length < 1 || names.length > 10)
      throw new Refusal(
        "ValidationException",
        "1 validation error detected: Value at 'names' failed to satisfy constraint: Member must have length between 1 and 10",
      );
    const all = parametersHere(here);
    const found = names.map((name) => all.get(name)).filter((parameter) => parameter !== undefined);
    return {
      Parameters: found.map((parameter) => parameterShape(here, parameter)),
      InvalidParameters: names.filter((name) => !all.has(name)),
    };
  },

  GetParametersByPath(here, input) {
    const folder = `${(text(input, "Path") ?? "").replace(/\/$/, "")}/`;
    const deep = flag(input, "Recursive") ?? false;
    const below = [...parametersHere(here).values()]
      .filter(({ name }) => name.startsWith(folder) && (deep || !name.slice(folder.length).includes("/")))
      .sort((a, b) => a.name.localeCompare(b.name));
    const { items, nextToken } = page(below, {
      size: number(input, "MaxResults"),
      token: text(input, "NextToken"),
      most: 10,
      code: "ValidationException",
    });
    return { Parameters: items.map((parameter) => parameterShape(here, parameter)), NextToken: nextToken };
  },
};

/** Public parameters are every account's, and lead to AMIs of the region. */
function parametersHere({ world, region }: Here): Map<string, PublicParameter> {
  return publicParameters(offerIn(world, region));
}

/** SSM speaks awsJson1.1: a header names the operation, errors go by `__type` in the body. */
export const ssm: Skin = {
  service: "ssm",
  operations: ssmOperations,
  read(request) {
    const operation = /^AmazonSSM\.(\w+)$/.exec(String(request.headers["x-amz-target"]))?.[1];
    return operation === undefined ? undefined : { operation, input: jsonBody(request) };
  },
  write: (_operation, output, requestId) => answer(200, requestId, output),
  refuse: (refusal, requestId) =>
    answer(400, requestId, { __type: refusal.code, message: refusal.message, ...refusal.about }),
};

function answer(status: number, requestId: string, body: unknown): Answer {
  return {
    status,
    headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": requestId },
    body: JSON.stringify(body),
  };
}

/** Public parameters belong to no account. */
function parameterShape({ region }: Here, parameter: PublicParameter) {
  return {
    Name: parameter.name,
    Type: "String",
    Value: parameter.value,
    Version: parameter.version,
    LastModifiedDate: epochSeconds(Date.parse(parameter.changedOn)),
    ARN: `arn:aws:ssm:${region}::parameter${parameter.name}`,
    DataType: "text",
  };
}
