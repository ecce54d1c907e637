import { writeFileSync } from 'node:fs';
import { resultJsonSchema } from './result-schema.js';
import { sweepJsonSchema } from './sweep-schema.js';

// Run once by the build: the package ships the schemas as files, so that no reader has to load zod for them.
for (const [name, schema] of [
  ['result', resultJsonSchema()],
  ['sweep', sweepJsonSchema()],
] as const) {
  const file = new URL(`./${name}.schema.json`, import.meta.url);
  writeFileSync(file, `${JSON.stringify(schema, null, 2)}\n`);
}
