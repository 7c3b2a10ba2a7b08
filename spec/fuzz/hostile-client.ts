import { Buffer } from 'node:buffer';
import { hex } from '../support/hex';
import { clientOpening, PREFACE_HEX } from '../support/raw-frames';
import { Conversation } from './conversation';
import { goldenFrames, mutate, type Choices } from './random-bytes';

/** All that a peer sends in one connection. */
export interface Input {
  readonly bytes: Buffer;
  /** How many frames were put into it, whole or not. */
  readonly frames: number;
}

const golden = goldenFrames('client');

/**
 * What a client may send to a server: noise, a broken opening, or a conversation in which one frame
 * in `mutantEvery` is out of place, and one is broken.
 */
export function clientInput(choices: Choices, framesMax: number, mutantEvery: number): Input {
  switch (choices.below(16)) {
    case 0:
      return { bytes: choices.bytes(choices.below(100)), frames: 0 };
    case 1: {
      const noise = choices.bytes(choices.below(100));
      return { bytes: Buffer.concat([hex(PREFACE_HEX), noise]), frames: 0 };
    }
    case 2: {
      const bytes = Buffer.concat([clientOpening(), choices.pick(golden)]);
      return { bytes: mutate(choices, bytes), frames: 2 };
    }
    default: {
      const conversation = new Conversation(choices);
      const frames = Array.from({ length: 1 + choices.below(framesMax) }, () => {
        const frame = choices.below(mutantEvery) === 0 ? choices.pick(golden) : conversation.next();
        return choices.below(mutantEvery) === 0 ? mutate(choices, frame) : frame;
      });
      return { bytes: Buffer.concat([clientOpening(), ...frames]), frames: 1 + frames.length };
    }
  }
}
