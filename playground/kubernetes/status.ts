/** A Kubernetes Status object: how the API says that something failed, or that a deed without a result was done. */
export interface Status {
  readonly kind: "Status";
  readonly apiVersion: "v1";
  readonly metadata: Readonly<Record<string, never>>;
  readonly status: "Success" | "Failure";
  readonly message?: string;
  readonly reason?: string;
  readonly details?: Details;
  readonly code: number;
}

interface Details {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly causes?: readonly { readonly reason: string; readonly message: string; readonly field?: string }[];
  readonly retryAfterSeconds?: number;
}

const base = { kind: "Status", apiVersion: "v1", metadata: {} } as const;

export function success(code: number): Status {
  return { ...base, status: "Success", code };
}

/** Reason undefined: the few answers of the API that carry none. */
export function failure(
  code: number,
  reason: string | undefined,
  message: string,
  details?: Details,
): Status {
  return {
    ...base,
    status: "Failure",
    message,
    ...(reason ? { reason } : {}),
    ...(details ? { details } : {}),
    code,
  };
}

/** "poddisruptionbudgets.policy", "pods". */
export const qualified = (resource: string, group: string) => (group ? `${resource}.${group}` : resource);

export function notFound(resource: string, group: string, name: string): Status {
  const details = { name, ...(group ? { group } : {}), kind: resource };
  return failure(404, "NotFound", `${qualified(resource, group)} "${name}" not found`, details);
}

export function conflict(resource: string, group: string, name: string, why: string): Status {
  const message = `Operation cannot be fulfilled on ${qualified(resource, group)} "${name}": ${why}`;
  return failure(409, "Conflict", message, { name, ...(group ? { group } : {}), kind: resource });
}

/** "fault": "spec.replicas: Invalid value: …"; kubectl shows the causes and not the message. */
export function invalid(kind: string, group: string, name: string, fault: string): Status {
  const [field = "", ...why] = fault.split(": ");
  const causes = [{ reason: "FieldValueInvalid", message: why.join(": "), field }];
  const details = { name, ...(group ? { group } : {}), kind, causes };
  return failure(422, "Invalid", `${qualified(kind, group)} "${name}" is invalid: ${fault}`, details);
}

export function expired(message: string): Status {
  return failure(410, "Expired", message);
}
