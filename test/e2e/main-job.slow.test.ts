import { bestRedis, redisKinds } from "../redis.js";
import { mainJobOver, type Way } from "./main-job.js";

mainJobOver([
  ...redisKinds.filter((kind) => kind !== bestRedis).map((kind): Way => [kind, "in Socket Mode", "socket"]),
  [bestRedis, "in HTTP mode", "http"],
]);
