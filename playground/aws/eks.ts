import type { Refusal } from "../world/state.js";
import { eksOperations } from "./eks-operations.js";
import { jsonBody } from "./json.js";
import type { Answer, Input, RawRequest, Skin } from "./skin.js";

/** Method and path of each operation (EKS API reference); names in braces become input. */
const routes: Readonly<Record<string, readonly [method: string, path: string]>> = {
  ListClusters: ["GET", "/clusters"],
  DescribeCluster: ["GET", "/clusters/{name}"],
  ListNodegroups: ["GET", "/clusters/{clusterName}/node-groups"],
  DescribeNodegroup: ["GET", "/clusters/{clusterName}/node-groups/{nodegroupName}"],
  UpdateNodegroupVersion: ["POST", "/clusters/{clusterName}/node-groups/{nodegroupName}/update-version"],
  ListUpdates: ["GET", "/clusters/{name}/updates"],
  DescribeUpdate: ["GET", "/clusters/{name}/updates/{updateId}"],
  DescribeClusterVersions: ["GET", "/cluster-versions"],
};

const statuses: Readonly<Record<string, number>> = {
  AccessDeniedException: 403,
  ExpiredTokenException: 403,
  IncompleteSignatureException: 403,
  InvalidSignatureException: 403,
  MissingAuthenticationTokenException: 403,
  UnrecognizedClientException: 403,
  ResourceNotFoundException: 404,
  UnknownOperationException: 404,
  ResourceInUseException: 409,
  ThrottlingException: 429,
  ServerException: 500,
  ServiceUnavailableException: 503,
};

/** EKS speaks rest-json: the path names the operation, errors go by a header. */
export const eks: Skin = {
  service: "eks",
  operations: eksOperations,
  read(request) {
    for (const [operation, [method, path]] of Object.entries(routes)) {
      const named = request.method === method ? match(path, request.url.pathname) : undefined;
      if (named) return { operation, input: { ...queryOf(request), ...jsonBody(request), ...named } };
    }
    return undefined;
  },
  write: (_operation, output, requestId) => answer(200, requestId, output),
  refuse(refusal: Refusal, requestId) {
    const status = statuses[refusal.code] ?? 400;
    return answer(
      status,
      requestId,
      { message: refusal.message, ...refusal.about },
      {
        "x-amzn-errortype": refusal.code,
      },
    );
  },
};

function answer(
  status: number,
  requestId: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: { "content-type": "application/json", "x-amzn-requestid": requestId, ...headers },
    body: JSON.stringify(body),
  };
}

function match(template: string, path: string): Input | undefined {
  const wanted = template.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return undefined;
  const named: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const actual = decodeURIComponent(given[index] ?? "");
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name !== undefined && actual !== "") named[name] = actual;
    else if (part !== actual) return undefined;
  }
  return named;
}

function queryOf({ url }: RawRequest): Input {
  const input: Record<string, string | string[]> = {};
  for (const name of new Set(url.searchParams.keys())) {
    const [only, ...more] = url.searchParams.getAll(name);
    input[name] = only !== undefined && more.length === 0 ? only : url.searchParams.getAll(name);
  }
  return input;
}
