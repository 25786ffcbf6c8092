// What is built for the program holds no recorded reply, and is small.
import { readFile, readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const LARGEST = 60_000;
const folder = fileURLToPath(new URL("../dist/assets/", import.meta.url));

let size = 0;
for (const name of await readdir(folder)) {
    if (!name.endsWith(".js")) continue;
    const script = await readFile(folder + name);
    size += gzipSync(script).length;
    if (script.includes("recorded-world")) {
        console.error(`${name} contains the recorded backend`);
        process.exitCode = 1;
    }
}
if (size > LARGEST) {
    console.error(`the scripts are ${size} bytes compressed, more than ${LARGEST}`);
    process.exitCode = 1;
}
console.log(`scripts: ${(size / 1000).toFixed(1)} kB compressed`);
