import { afterEach, vi } from "vitest";

export const keys = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};

const opened: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of opened.splice(0).reverse()) await close();
});

/** Registers what must be closed when the test is over. */
export function closeLater(close: () => Promise<void> | void): void {
  opened.push(close);
}

const ambient = [
  "AWS_PROFILE",
  "AWS_SESSION_TOKEN",
  "AWS_MAX_ATTEMPTS",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
];

/** The SDK's own environment, and nothing that this machine may have set up for it. */
export function pointSdkAt(url: string): void {
  vi.stubEnv("AWS_ENDPOINT_URL", url);
  vi.stubEnv("AWS_ACCESS_KEY_ID", keys.accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", keys.secretAccessKey);
  vi.stubEnv("AWS_CONFIG_FILE", "/dev/null");
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
  for (const name of ambient) vi.stubEnv(name, undefined);
}
