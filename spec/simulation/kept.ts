import { Buffer } from 'node:buffer';
import { identityOf, timeOfKey, type KeyedCall, type Outcome } from '../../src/rpc/index';
import type { Kept } from './disk';

/** The outcome of a call as it is written. */
export function keptOf(call: KeyedCall, { bytes }: Outcome): Kept {
  return {
    identity: identityOf(call),
    timeMs: timeOfKey(call.key),
    hash: Buffer.from(call.argumentHash),
    outcome: bytes,
  };
}
