// Makes types.ts of schema.json, which the program's own types are written to. Without `--write` it only says whether the
// committed file is what would be written.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { compile } from "json-schema-to-typescript";

const source = fileURLToPath(new URL("../src/backend/schema.json", import.meta.url));
const target = fileURLToPath(new URL("../src/backend/types.ts", import.meta.url));

/**
 * A tagged arm that wraps a type is written as `$ref` beside `properties`. The compiler would take one of the two for the
 * whole; as an intersection it takes both.
 */
function prepared(node) {
    if (Array.isArray(node)) return node.map(prepared);
    if (node === null || typeof node !== "object") return node;
    const { $ref, properties, required, type, ...rest } = node;
    const mended = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, prepared(value)]));
    if ($ref !== undefined && properties !== undefined) {
        return {
            ...mended,
            allOf: [reference($ref), { type: "object", properties: prepared(properties), required }],
        };
    }
    // A description beside a reference would make the compiler write the type out a second time.
    if ($ref !== undefined) return reference($ref);
    if (properties !== undefined) mended.properties = prepared(properties);
    if (required !== undefined) mended.required = required;
    if (type !== undefined) mended.type = type;
    return mended;
}

const reference = ($ref) => ({ $ref: $ref.replace("#/$defs/", "#/definitions/") });

const { $defs } = JSON.parse(await readFile(source, "utf8"));
const schema = {
    title: "Everything",
    type: "object",
    properties: Object.fromEntries(
        Object.keys($defs).map((name) => [name, { $ref: `#/definitions/${name}` }]),
    ),
    required: Object.keys($defs),
    definitions: prepared($defs),
};
const written = await compile(schema, "Everything", {
    additionalProperties: false,
    bannerComment: "/* Made from schema.json by `npm run types`. Not to be edited. */",
    format: true,
    style: { printWidth: 110 },
});

if (process.argv.includes("--write")) {
    await writeFile(target, written);
} else if ((await readFile(target, "utf8").catch(() => "")) !== written) {
    console.error("src/backend/types.ts is not what schema.json says: run `npm run types`");
    process.exitCode = 1;
}
