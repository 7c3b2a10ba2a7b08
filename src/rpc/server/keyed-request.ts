import { Argument } from './argument';
import type { KeyedCall } from './outcome-store';

/** A keyed call as a store sees it. */
export class KeyedRequest implements KeyedCall {
  private hash: Uint8Array | undefined;

  constructor(
    readonly caller: string | undefined,
    readonly service: number,
    readonly method: number,
    readonly key: Uint8Array,
    readonly argument: Argument,
  ) {}

  get argumentHash(): Uint8Array {
    return (this.hash ??= this.argument.hash);
  }
}

/** A call of somebody else's making says its hash only. */
export function argumentOf(call: KeyedCall): Argument {
  return call instanceof KeyedRequest ? call.argument : Argument.ofHash(call.argumentHash);
}
