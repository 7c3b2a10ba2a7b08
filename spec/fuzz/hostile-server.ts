import { Buffer } from 'node:buffer';
import { hex } from '../support/hex';
import { PREFACE_HEX, rawFrame, serverOpening } from '../support/raw-frames';
import type { Input } from './hostile-client';
import { goldenFrames, mutate, type Choices } from './random-bytes';

const golden = goldenFrames('server');
const REPLIES = ['', '00000000 00000000 00000000', '00000001 ff', '0000', 'ffffffff'].map(hex);
const GOAWAYS = ['00000000 00000000 0000', '00000003 00000000 0000'].map(hex);
const NO_OPTIONS = hex('0000');
const { MORE, MSG, REPLY, NOT_PROCESSED } = {
  MORE: 0x02,
  MSG: 0x04,
  REPLY: 0x10,
  NOT_PROCESSED: 0x20,
};

interface AnsweredCall {
  readonly stream: number;
  readonly service: number;
  readonly method: number;
  hasData: boolean;
  hasMeta: boolean;
  isMidMessage: boolean;
}

/**
 * What a server says to calls 1 to 7 of the flow service, one of each kind: mostly what it may say
 * at that moment; the sister of Conversation.
 */
class Answers {
  private readonly calls: AnsweredCall[] = [1, 2, 3, 4].map((method) => ({
    stream: 2 * method - 1,
    service: 8,
    method,
    hasData: false,
    hasMeta: false,
    isMidMessage: false,
  }));

  constructor(private readonly choices: Choices) {}

  next(): Buffer {
    const { choices } = this;
    const at = choices.below(4);
    const call = this.calls[at];
    if (call === undefined) return this.aside();
    switch (choices.below(12)) {
      case 0:
        return choices.below(4) === 0 ? this.end(at) : this.aside();
      case 1:
        return rawFrame({ type: 6, ...ids(call), payload: hex('00010000') });
      case 2:
        if (call.hasMeta || call.hasData) return this.aside();
        call.hasMeta = true;
        return rawFrame({ type: 9, ...ids(call), payload: NO_OPTIONS });
      case 3:
        return this.aside();
      default:
        return this.data(call);
    }
  }

  /** A frame of no call. */
  private aside(): Buffer {
    const { choices } = this;
    switch (choices.below(40)) {
      case 0:
        return rawFrame({ type: 8, code: choices.below(17), payload: choices.pick(GOAWAYS) });
      case 1:
      case 2:
      case 3:
        return rawFrame({ type: 0x80 + choices.below(128), payload: choices.bytes(3) });
      default:
        return rawFrame({ type: 7, flags: choices.pick([0, REPLY]), payload: choices.bytes(8) });
    }
  }

  private data(call: AnsweredCall): Buffer {
    const { choices } = this;
    const goesOn = choices.below(3) === 0;
    const flags = REPLY | (call.isMidMessage ? 0 : MSG) | (goesOn ? MORE : 0);
    const payload = choices.pick(REPLIES);
    const mayBeEmpty = !goesOn && !call.isMidMessage;
    call.isMidMessage = goesOn;
    call.hasData = true;
    const bytes = payload.length === 0 && !mayBeEmpty ? hex('00') : payload;
    return rawFrame({ type: 3, flags, ...ids(call), payload: bytes });
  }

  private end(at: number): Buffer {
    const { choices } = this;
    const [call] = this.calls.splice(at, 1);
    const code = choices.pick([0, 0, 1 + choices.below(20)]);
    const flags = choices.pick(code === 0 ? [0, MSG] : [0, MSG, NOT_PROCESSED]);
    const payload = Buffer.concat([NO_OPTIONS, choices.pick(REPLIES)]);
    return rawFrame({ type: 4, flags, code, ...(call && ids(call)), payload });
  }
}

function ids({ stream, service, method }: AnsweredCall): Partial<AnsweredCall> {
  return { stream, service, method };
}

/** What a server may send to a client: the sister of clientInput(). */
export function serverInput(choices: Choices, framesMax: number, mutantEvery: number): Input {
  switch (choices.below(20)) {
    case 0:
      return { bytes: choices.bytes(choices.below(60)), frames: 0 };
    case 1: {
      const noise = choices.bytes(choices.below(60));
      return { bytes: Buffer.concat([hex(PREFACE_HEX), noise]), frames: 0 };
    }
    default: {
      const answers = new Answers(choices);
      const frames = Array.from({ length: choices.below(framesMax) }, () => {
        const one = choices.below(mutantEvery) === 0 ? choices.pick(golden) : answers.next();
        return choices.below(mutantEvery) === 0 ? mutate(choices, one) : one;
      });
      return { bytes: Buffer.concat([serverOpening(), ...frames]), frames: 1 + frames.length };
    }
  }
}
