import type { PublicParameter } from "../world/public-parameters.js";
import { publicParameters } from "../world/public-parameters.js";
import { Refusal, type World } from "../world/state.js";
import { flag, number, text, texts } from "./input.js";
import { epochSeconds, jsonBody } from "./json.js";
import { page } from "./paging.js";
import type { Answer, Operation, Skin } from "./skin.js";

const ssmOperations: Readonly<Record<string, Operation>> = {
  GetParameter(world, input) {
    const found = publicParameters(world.scenario).get(text(input, "Name") ?? "");
    if (!found) throw new Refusal("ParameterNotFound", "");
    return { Parameter: parameterShape(world, found) };
  },

  /** Names that do not exist are no error: they come back in a list of their own. */
  GetParameters(world, input) {
    const names = texts(input, "Names") ?? [];
    if (names.length < 1 || names.length > 10)
      throw new Refusal(
        "ValidationException",
        "1 validation error detected: Value at 'names' failed to satisfy constraint: Member must have length between 1 and 10",
      );
    const all = publicParameters(world.scenario);
    const found = names.map((name) => all.get(name)).filter((parameter) => parameter !== undefined);
    return {
      Parameters: found.map((parameter) => parameterShape(world, parameter)),
      InvalidParameters: names.filter((name) => !all.has(name)),
    };
  },

  GetParametersByPath(world, input) {
    const folder = `${(text(input, "Path") ?? "").replace(/\/$/, "")}/`;
    const deep = flag(input, "Recursive") ?? false;
    const below = [...publicParameters(world.scenario).values()]
      .filter(({ name }) => name.startsWith(folder) && (deep || !name.slice(folder.length).includes("/")))
      .sort((a, b) => a.name.localeCompare(b.name));
    const { items, nextToken } = page(below, {
      size: number(input, "MaxResults"),
      token: text(input, "NextToken"),
      most: 10,
      code: "ValidationException",
    });
    return { Parameters: items.map((parameter) => parameterShape(world, parameter)), NextToken: nextToken };
  },
};

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
function parameterShape(world: World, parameter: PublicParameter) {
  return {
    Name: parameter.name,
    Type: "String",
    Value: parameter.value,
    Version: parameter.version,
    LastModifiedDate: epochSeconds(Date.parse(parameter.changedOn)),
    ARN: `arn:aws:ssm:${world.scenario.region}::parameter${parameter.name}`,
    DataType: "text",
  };
}
