/**
 * Gives Node what a browser has as `navigator.gpu`: Dawn, from the npm package `webgpu`.
 *
 * @returns {Promise<string>} the adapter
 */
export async function provideNavigatorGpu() {
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  const navigator = { gpu: create([]), userAgent: 'Node.js', hardwareConcurrency: 1 };
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new Error('navigator.gpu has no adapter');
  takeSharedMemory(globals.GPUQueue);
  // Without a timer in the event loop Dawn's createComputePipelineAsync never settles there.
  setInterval(() => {}, 1000);
  const { vendor, architecture, device, description } = adapter.info;
  return [vendor, architecture, device, description].filter(Boolean).join(' ');
}

/** Dawn for Node takes no view of shared memory, which is what ONNX Runtime Web's WASM has: a copy goes instead. */
function takeSharedMemory({ prototype }) {
  const { writeBuffer } = prototype;
  prototype.writeBuffer = function write(buffer, offset, data, ...range) {
    const isShared = data.buffer instanceof SharedArrayBuffer;
    return writeBuffer.call(this, buffer, offset, isShared ? data.slice() : data, ...range);
  };
}
