import { execFile } from "node:child_process";
import { cp, mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { Copy, DockerfileParser, type Instruction } from "dockerfile-ast";

/** What the last stage of a Dockerfile leaves: a folder that stands for its file system, and how it is run. */
export interface Image {
  readonly root: string;
  readonly workdir: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string;
  readonly command: readonly string[];
  readonly healthcheck: readonly string[];
}

type Stage = { -readonly [Key in keyof Image]: Image[Key] };

/**
 * Carries out a Dockerfile's stages as a script where no engine is at hand, each in a folder of its own: FROM is this
 * machine's Node. @throws where an instruction is used that this does not know
 */
export async function runStages(dockerfile: string, context: string, into: string): Promise<Image> {
  const stages = new Map<string, Stage>();
  let stage: Stage | undefined;
  for (const instruction of DockerfileParser.parse(dockerfile).getInstructions()) {
    const keyword = instruction.getKeyword();
    const given = instruction.getArgumentsContent() ?? "";
    if (keyword === "FROM") {
      const name = /\bAS (\S+)$/i.exec(given)?.[1] ?? "last";
      stage = await newStage(join(into, name));
      stages.set(name, stage);
    } else if (stage) await follow(instruction, given, stage, { context, stages });
  }
  if (!stage) throw new Error("The Dockerfile has no stage.");
  return stage;
}

interface Around {
  readonly context: string;
  readonly stages: ReadonlyMap<string, Stage>;
}

async function follow(instruction: Instruction, given: string, stage: Stage, around: Around): Promise<void> {
  switch (instruction.getKeyword()) {
    case "WORKDIR":
      stage.workdir = join(stage.root, given);
      await mkdir(stage.workdir, { recursive: true });
      return;
    case "ENV":
      stage.environment = { ...stage.environment, [given.split("=")[0] ?? ""]: given.split("=")[1] ?? "" };
      return;
    case "USER":
      stage.user = given;
      return;
    case "COPY":
      return copy(instruction, given.split(/\s+/), stage, around);
    case "RUN":
      return run(given, stage);
    case "CMD":
      stage.command = execForm(given);
      return;
    case "HEALTHCHECK":
      stage.healthcheck = execForm(given.replace(/^.*?CMD\s/s, ""));
      return;
    default:
      throw new Error(`This does not know the instruction ${instruction}.`);
  }
}

/** @throws with what it printed */
async function run(command: string, { workdir }: Stage): Promise<void> {
  await promisify(execFile)("sh", ["-c", command], { cwd: workdir, maxBuffer: 64 * 1024 * 1024 }).catch(
    (error: Error & { stdout?: string }) => {
      throw new Error(`${error.message}\n${error.stdout?.slice(-4_000)}`);
    },
  );
}

async function copy(
  instruction: Instruction,
  words: string[],
  stage: Stage,
  { context, stages }: Around,
): Promise<void> {
  const from = instruction instanceof Copy ? instruction.getFromFlag()?.getValue() : undefined;
  const source = from ? stages.get(from)?.root : context;
  if (source === undefined) throw new Error(`There is no stage ${from}.`);
  const into = words.pop() ?? "";
  for (const word of words)
    await cp(
      join(source, word),
      join(stage.workdir, into.endsWith("/") ? join(into, basename(word)) : into),
      {
        recursive: true,
        // npm's links in node_modules/.bin point to their neighbours.
        verbatimSymlinks: true,
      },
    );
}

/** A list, as JSON: no shell stands between the process and its signals. @throws where it is not */
function execForm(given: string): string[] {
  const parsed: unknown = JSON.parse(given);
  if (!Array.isArray(parsed)) throw new Error(`Not in exec form: ${given}`);
  return parsed.map(String);
}

async function newStage(root: string): Promise<Stage> {
  await mkdir(root, { recursive: true });
  return { root, workdir: root, environment: {}, user: "root", command: [], healthcheck: [] };
}
