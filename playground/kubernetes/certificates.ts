import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import {
  bitString,
  bits,
  implicit,
  integer,
  objectId,
  octets,
  pem,
  sequence,
  set,
  tagged,
  text,
  time,
  yes,
} from "./der.js";

export interface ServerCertificate {
  /** PEM of the authority that signed the server's certificate. */
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

const day = 24 * 3600_000;

/** A fresh authority, and a certificate of it for this machine's loopback: ECDSA, valid since a year ago. */
export function createCertificates(now = Date.now()): ServerCertificate {
  const authorityKeys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const serverKeys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const common = { issuer: "kubernetes", issuerKeys: authorityKeys, now };
  const authority = certificate({
    ...common,
    subject: "kubernetes",
    publicKey: authorityKeys.publicKey,
    extensions: [basicConstraints(sequence(yes())), keyUsage(digitalSignature, keyCertSign)],
  });
  const server = certificate({
    ...common,
    subject: "kube-apiserver",
    publicKey: serverKeys.publicKey,
    extensions: [
      basicConstraints(sequence()),
      keyUsage(digitalSignature),
      serverAuthentication,
      loopbackNames,
    ],
  });
  const key = serverKeys.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { authority, certificate: server, key };
}

interface Request {
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly issuer: string;
  readonly issuerKeys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
  readonly extensions: readonly Buffer[];
  readonly now: number;
}

const ecdsaWithSha256 = sequence(objectId("1.2.840.10045.4.3.2"));

/** An X.509 version 3 certificate (RFC 5280) as PEM. */
function certificate({ subject, publicKey, issuer, issuerKeys, extensions, now }: Request): string {
  const content = sequence(
    tagged(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ecdsaWithSha256,
    commonName(issuer),
    sequence(time(new Date(now - 365 * day)), time(new Date(now + 3650 * day))),
    commonName(subject),
    publicKey.export({ type: "spki", format: "der" }),
    tagged(
      3,
      sequence(
        ...extensions,
        extension("2.5.29.14", octets(keyIdOf(publicKey))),
        extension("2.5.29.35", sequence(implicit(0, keyIdOf(issuerKeys.publicKey)))),
      ),
    ),
  );
  const signature = sign("sha256", content, issuerKeys.privateKey);
  return pem("CERTIFICATE", sequence(content, ecdsaWithSha256, bitString(signature)));
}

const commonName = (name: string) => sequence(set(sequence(objectId("2.5.4.3"), text(name))));

const keyIdOf = (key: KeyObject) =>
  createHash("sha1")
    .update(key.export({ type: "spki", format: "der" }))
    .digest();

const extension = (id: string, value: Buffer) => sequence(objectId(id), octets(value));
const critical = (id: string, value: Buffer) => sequence(objectId(id), yes(), octets(value));

const digitalSignature = 0;
const keyCertSign = 5;

const basicConstraints = (value: Buffer) => critical("2.5.29.19", value);
const keyUsage = (...uses: readonly number[]) => critical("2.5.29.15", bits(...uses));
const serverAuthentication = extension("2.5.29.37", sequence(objectId("1.3.6.1.5.5.7.3.1")));
const loopbackNames = extension(
  "2.5.29.17",
  sequence(implicit(2, Buffer.from("localhost")), implicit(7, Buffer.from([127, 0, 0, 1]))),
);
