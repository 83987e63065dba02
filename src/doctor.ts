import { examine } from "./doctor/examine.js";
import { redactOutput, redactor, secretsIn } from "./redact.js";

// What libraries have to say of the version of Node would stand between the lines; it is in the bot's own log, too.
process.removeAllListeners("warning");
redactOutput([process.stdout, process.stderr], redactor(secretsIn(process.env)));
process.exit(await examine(process.env, (line) => console.log(line)));
