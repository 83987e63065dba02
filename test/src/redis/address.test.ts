import { describe, expect, it } from "vitest";
import { parseRedisUrl, type RedisAddress } from "../../../src/redis/address.js";

describe("an address of Redis", () => {
  const one = { host: "a", port: 6379 };
  const two = { host: "b", port: 7000 };

  it.each<[string, string, RedisAddress]>([
    ["of one server", "redis://cache:6379", { url: "redis://cache:6379" }],
    ["of one server, with TLS", "rediss://cache", { url: "rediss://cache" }],
    ["with all that one can have", "redis://u:p%40@cache:1/2", { url: "redis://u:p%40@cache:1/2" }],
    ["with a word for ioredis", "redis://cache?family=6", { url: "redis://cache?family=6" }],
    ["of one server by its number", "redis://[::1]:6379", { url: "redis://[::1]:6379" }],
    [
      "of Sentinels",
      "redis-sentinel://a:6379,b:7000/mymaster",
      { tls: false, sentinels: [one, two], master: "mymaster", db: 0 },
    ],
    [
      "of Sentinels at their usual port, with TLS",
      "rediss-sentinel://a/my.master-1",
      { tls: true, sentinels: [{ host: "a", port: 26_379 }], master: "my.master-1", db: 0 },
    ],
    [
      "of Sentinels, with everything",
      "redis-sentinel://bob:p%40ss%2F@a:6379/m?db=3&sentinelUsername=eve&sentinelPassword=s%26p",
      {
        ...{ tls: false, sentinels: [one], master: "m", db: 3, username: "bob", password: "p@ss/" },
        ...{ sentinelUsername: "eve", sentinelPassword: "s&p" },
      },
    ],
    [
      "of Sentinels whose password has signs that a form would read as others",
      "redis-sentinel://a:6379/m?sentinelPassword=a+b%2B=/%26",
      { tls: false, sentinels: [one], master: "m", db: 0, sentinelPassword: "a+b+=/&" },
    ],
    ["of a cluster", "redis-cluster://a:6379,b:7000", { tls: false, nodes: [one, two] }],
    [
      "of a cluster by numbers, with TLS and a password alone",
      "rediss-cluster://:pw@10.0.0.1,[fe80::1]:7000/",
      {
        ...{ tls: true, password: "pw" },
        nodes: [
          { host: "10.0.0.1", port: 6379 },
          { host: "fe80::1", port: 7000 },
        ],
      },
    ],
  ])("%s", (_, text, address) => {
    expect(parseRedisUrl(text)).toEqual({ address });
  });

  const sentinelForm = /write it like redis-sentinel:\/\/user:password@host:26379,host:26379\/master-name/;
  const clusterForm = /write it like redis-cluster:\/\/user:password@host:6379,host:6379/;

  it.each<[string, string, RegExp]>([
    ["of something else", "http://hunter2", /^must begin with redis:\/\//],
    ["that names two kinds", "redis-sentinel-cluster://hunter2", /^must begin with redis:\/\//],
    ["without a server", "redis://:hunter2@", /^names no server that can be read/],
    ["with a port that is none", "redis://:hunter2@cache:99999", /^names no server that can be read/],
    ["with a database that is none", "redis://:hunter2@cache/runs", /^has a database that is no number/],
    [
      "of several servers, and it is not said how they belong together",
      "redis://:hunter2@a:1,b:2",
      /^names several servers: for Sentinels write redis-sentinel:.*for a cluster redis-cluster:/,
    ],
    [
      "with a password that is not encoded",
      "redis://bob:hunter2/x@cache",
      /^names no server.*write %40 for @, %2F for \//,
    ],
    ["with a # in its password", "redis://:hunter2#@cache", /^has a #/],
    ["with a % that stands for nothing", "redis://:hunter2%@cache", /^has a % in its user name or password/],
    ["with an @ in its password", "redis://:hunter2@2@cache", /^has a user name or password that cannot/],
    ["of Sentinels without a name", "redis-sentinel://:hunter2@a:1", /^does not end with the name/],
    ["of Sentinels, the form is said", "redis-sentinel://:hunter2@a:1/", sentinelForm],
    ["whose second Sentinel is none", "redis-sentinel://a:1,hunter2:b/m", /\(server 2 of 2\)/],
    ["of Sentinels with TLS, the form is said", "rediss-sentinel://", /like rediss-sentinel:/],
    ["with an unknown word", "redis-sentinel://a/m?hunter2=1", /^may have db, sentinelUsername/],
    [
      "of Sentinels with an & in their password",
      "redis-sentinel://a/m?sentinelPassword=s&hunter2",
      /^may have db, sentinelUsername.*write .*%26 for &/,
    ],
    ["of Sentinels with an & at the end", "redis-sentinel://a/m?sentinelPassword=hunter2&", /%26 for &/],
    [
      "of Sentinels with a % that stands for nothing in their password",
      "redis-sentinel://a/m?sentinelPassword=hunter2%",
      /^has a % in its user name or password/,
    ],
    ["of Sentinels with a database that is none", "redis-sentinel://a/m?db=hunter2", /^has a database/],
    ["of a cluster with a database", "redis-cluster://:hunter2@a:1/2", /^names a database, and a cluster/],
    ["of a cluster with more", "redis-cluster://:hunter2@a:1?x=1", /^has a \?, and nothing/],
    ["of a cluster with a comma too many, the form is said", "redis-cluster://:hunter2@a:1,", clusterForm],
  ])("%s is refused, with what to write and without its secrets", (_, text, words) => {
    const parsed = parseRedisUrl(text);
    expect("problem" in parsed && parsed.problem).toMatch(words);
    expect(JSON.stringify(parsed)).not.toContain("hunter2");
  });
});
