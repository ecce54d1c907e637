import { writeFileSync } from 'node:fs';
import { resultJsonSchema } from './result-schema.js';

// Run once by the build: the package ships the schema as a file, so that no reader has to load zod for it.
const file = new URL('./result.schema.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(resultJsonSchema(), null, 2)}\n`);
