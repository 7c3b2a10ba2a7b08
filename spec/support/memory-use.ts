import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { settle } from './fake-environment';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes that are in use, garbage not counted. Buffers are freed a little after their owners. */
export async function memoryInUse(): Promise<{ heapBytes: number; bufferBytes: number }> {
  for (let round = 0; round < 3; round++) {
    collectGarbage();
    await settle();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return { heapBytes: heapUsed, bufferBytes: arrayBuffers };
}
