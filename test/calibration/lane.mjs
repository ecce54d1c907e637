// One lane of a calibration, in a process of its own: trains the checks it is sent, one after the other, on one thread.
// Starting anew for each would take as long as a check of the MLP itself.
import { fileURLToPath } from 'node:url';
import { capture } from '../../dist/capture/capture.js';
import { loadModule } from '../../dist/model/load.js';
import { formatRecords } from '../../dist/records/records-file.js';

// As a model file is loaded, so that it gets the engine's TF.js.
const { definitionOf } = await loadModule(fileURLToPath(new URL('../../fixtures/zoo/definition.ts', import.meta.url)));

process.on('message', async ({ id, seed, rateFactor, widths }) => {
  try {
    const options = { seed, set: { rateFactor }, threads: 1, ...(widths !== null && { widths }) };
    const { records } = await capture(definitionOf(id), options);
    process.send({ text: formatRecords(records) });
  } catch (error) {
    process.send({ error: error instanceof Error ? error.message : String(error) });
  }
});
