import { describe, expect, it } from 'vitest';
import { hashTensors } from '../../src/engine/hash.js';

describe('hashTensors', () => {
  it('gives the first 16 digits of the SHA-1 over type, length and bytes', () => {
    // Reference: hashlib.sha1(b"Float32Array:12;" + struct.pack("<3f", 1, 2, 3)).
    expect(hashTensors([Float32Array.of(1, 2, 3)])).toBe('29fa5adff415f1f0');
  });

  it('tells apart where one array ends and the next begins', () => {
    const joined = hashTensors([Float32Array.of(1, 2)]);
    expect(hashTensors([Float32Array.of(1), Float32Array.of(2)])).not.toBe(joined);
  });

  it('tells apart the types of equal bytes and the sign of zero', () => {
    expect(hashTensors([Float32Array.of(0)])).not.toBe(hashTensors([Int32Array.of(0)]));
    expect(hashTensors([Float32Array.of(0)])).not.toBe(hashTensors([Float32Array.of(-0)]));
  });

  it('reads only the part of the buffer that a view shows', () => {
    const view = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    expect(hashTensors([view])).toBe(hashTensors([Float32Array.of(1, 2)]));
  });
});
