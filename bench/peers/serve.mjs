// The line protocol of a contestant, as in serve.py.

import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** `load(events, template, path)`, with the bytes of a template and its path, gives an async function that makes the bytes of one document. */
export async function serve(load) {
  let run;
  for await (const line of createInterface({ input: process.stdin })) {
    const asked = JSON.parse(line);
    let answer = {};
    if ("load" in asked) {
      const template = readFileSync(asked.template);
      run = await load(JSON.parse(readFileSync(asked.load, "utf8")), template, asked.template);
    } else {
      const start = process.hrtime.bigint();
      const data = await run();
      answer = { seconds: Number(process.hrtime.bigint() - start) / 1e9, bytes: data.length };
      if (asked.run) writeFileSync(asked.run, data);
    }
    process.stdout.write(JSON.stringify(answer) + "\n");
  }
}
