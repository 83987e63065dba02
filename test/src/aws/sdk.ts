import { onTestFinished, vi } from "vitest";
import { mayNotLeak } from "../../leaks/collect.js";

export const keys = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};

/** Closes what was opened when the test is over. Not by a hook of this file's: files of one worker share it. */
export function closeLater(close: () => Promise<void> | void): void {
  onTestFinished(close);
}

const ambient = [
  "AWS_ENDPOINT_URL_STS",
  "AWS_PROFILE",
  "AWS_ROLE_ARN",
  "AWS_SESSION_TOKEN",
  "AWS_MAX_ATTEMPTS",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
];

/** The SDK's own environment until the test is over, and nothing that this machine may have set up for it. */
export function pointSdkAt(url: string): void {
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  mayNotLeak(keys.secretAccessKey);
  vi.stubEnv("AWS_ENDPOINT_URL", url);
  vi.stubEnv("AWS_ACCESS_KEY_ID", keys.accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", keys.secretAccessKey);
  vi.stubEnv("AWS_CONFIG_FILE", "/dev/null");
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
  for (const name of ambient) vi.stubEnv(name, undefined);
}
