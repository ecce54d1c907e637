import { createHash } from 'node:crypto';

/**
 * Fingerprint of arrays: equal exactly when their number, types, lengths and bytes are equal, in order.
 *
 * Bytes, not values: 0 and -0 differ, and so do NaNs of different payload. The bytes are hashed as the machine
 * stores them; every platform Node runs on stores them little-endian.
 *
 * @returns the first 16 hexadecimal digits of a SHA-1 (not meant against forgery)
 */
export function hashTensors(arrays: readonly ArrayBufferView[]): string {
  const hash = createHash('sha1');
  for (const array of arrays) {
    // Type and length first, or [[1], [2]] and [[1, 2]] would meet.
    hash.update(`${array.constructor.name}:${array.byteLength};`);
    hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  }
  return hash.digest('hex').slice(0, 16);
}
