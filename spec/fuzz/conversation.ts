import { Buffer } from 'node:buffer';
import { hex } from '../support/hex';
import { rawFrame } from '../support/raw-frames';
import type { Choices } from './random-bytes';

interface OpenCall {
  readonly stream: number;
  readonly service: number;
  readonly method: number;
  isHalfClosed: boolean;
  isMidMessage: boolean;
}

/** Service, method, and whether it takes many requests; the last two do not exist. */
const METHODS = [
  [7, 1, false],
  [7, 2, false],
  [7, 3, false],
  [8, 1, false],
  [8, 2, false],
  [8, 3, true],
  [8, 4, true],
  [8, 5, false],
  [8, 9, true],
  [9, 1, false],
] as const;

/** Messages of the probe and flow services, and some that are wrong. */
const MESSAGES = [
  '',
  '00000000 00000000 00000000',
  '00000002 6869 00000000 00000000',
  '00000001 33 00000000 00000000',
  '00000004 39393939 00000000 00000002 00000001 00000002',
  '00000001 ff',
  '000000',
  'ffffffff',
  '00000000 00000000 7fffffff',
  '02',
].map(hex);

const { LAST, MORE, MSG } = { LAST: 0x01, MORE: 0x02, MSG: 0x04 };

/**
 * What a client says in one connection behind its HELLO: mostly what it may say at that moment, so
 * that the server gets past its first checks, and now and then what it may not.
 */
export class Conversation {
  private readonly calls: OpenCall[] = [];
  private lastStream = -1;

  constructor(private readonly random: Choices) {}

  next(): Buffer {
    const { random } = this;
    const call = this.calls.length > 0 ? random.pick(this.calls) : undefined;
    if (call === undefined || random.below(4) === 0) return this.call();
    switch (random.below(12)) {
      case 0:
        return rawFrame({ type: 7, flags: random.pick([0, 0x10]), payload: random.bytes(8) });
      case 1:
        return rawFrame({ type: 0x80 + random.below(128), payload: random.bytes(5) });
      case 2:
      case 3:
        return this.of(call, 5, 0, hex('0000'), 1 + random.below(17));
      case 4:
        return this.of(call, 6, 0, hex(random.pick(['00000001', '00010000', '00100000'])));
      default:
        return call.isHalfClosed ? this.call() : this.data(call);
    }
  }

  private call(): Buffer {
    const { random } = this;
    this.lastStream += 2 + 2 * random.below(2);
    const [service, method, takesMany] = random.pick(METHODS);
    const hasMessage = random.below(3) > 0;
    const isLast = hasMessage ? !takesMany || random.below(2) === 0 : random.below(10) === 0;
    const call = {
      stream: this.lastStream,
      service,
      method,
      isHalfClosed: isLast,
      isMidMessage: false,
    };
    this.calls.push(call);
    if (this.calls.length > 6) this.calls.shift();
    const head = hex(random.pick(['00000000 0000', '00000000 0000', '00000001 0000']));
    const payload = hasMessage ? Buffer.concat([head, random.pick(MESSAGES)]) : head;
    return this.of(call, 2, (hasMessage ? MSG : 0) | (isLast ? LAST : 0), payload);
  }

  private data(call: OpenCall): Buffer {
    const { random } = this;
    const begins = !call.isMidMessage;
    const goesOn = random.below(3) === 0;
    const isLast = !goesOn && random.below(3) === 0;
    const payload = random.below(30) === 0 ? Buffer.alloc(2_000) : random.pick(MESSAGES);
    call.isMidMessage = goesOn;
    call.isHalfClosed = isLast;
    const flags = (begins ? MSG : 0) | (goesOn ? MORE : 0) | (isLast ? LAST : 0);
    const isEmptyFragment = payload.length === 0 && (goesOn || !begins);
    return this.of(call, 3, flags, isEmptyFragment ? hex('00') : payload);
  }

  private of(call: OpenCall, type: number, flags: number, payload: Buffer, code = 0): Buffer {
    const { stream, service, method } = call;
    return rawFrame({ type, stream, flags, code, service, method, payload });
  }
}
