import type { Buffer } from 'node:buffer';
import type { RawPeer } from './raw-peer';
import { PREFACE_HEX, type RawFrame } from './raw-frames';
import { hex } from './hex';
import type { FrameName } from './model';

/** Frame types by name, as docs/PROTOCOL.md §5 numbers them. */
export const TYPES: Readonly<Record<FrameName, number>> = {
  HELLO: 1,
  CALL: 2,
  DATA: 3,
  END: 4,
  CANCEL: 5,
  CREDIT: 6,
  PING: 7,
  GOAWAY: 8,
  META: 9,
};

/** Longest wait for anything. */
const WAIT_MS_MAX = 4_000;
/** Where the options are in a payload, by type. */
const OPTIONS_AT: Readonly<Partial<Record<number, number>>> = { 2: 4, 4: 0, 5: 0, 8: 8, 9: 0 };
const TEXT_TAG = 5;

/** The frames that a peer has sent, taken one by one by who waits for them. */
export class FrameQueue {
  private readonly taken = new Set<RawFrame>();
  private readonly wakers = new Set<() => void>();
  private isEnded = false;

  constructor(private readonly peer: RawPeer) {
    const { socket } = peer;
    // The peer has its own listener already, so its frames are there before anybody is woken.
    socket.on('data', () => this.wake());
    for (const event of ['end', 'close']) {
      socket.on(event, () => {
        this.isEnded = true;
        this.wake();
      });
    }
  }

  /** Frames that have come and that nobody has taken. */
  get rest(): RawFrame[] {
    return this.peer.frames.filter((frame) => !this.taken.has(frame));
  }

  /** All frames that have come. */
  get all(): readonly RawFrame[] {
    return this.peer.frames;
  }

  /** The first frame that is meant, when it is there. @throws Error when it does not come */
  async take(what: string, isMeant: (frame: RawFrame) => boolean): Promise<RawFrame> {
    const find = (): RawFrame | undefined => this.rest.find(isMeant);
    await this.until(what, () => find() !== undefined);
    const frame = find() as RawFrame;
    this.taken.add(frame);
    return frame;
  }

  /** Until the other end sends no more. */
  async ended(): Promise<void> {
    await this.until('the end of the connection', () => this.isEnded);
  }

  /** @throws Error after a while, or when the connection has ended and it is not so */
  async until(what: string, isSo: () => boolean): Promise<void> {
    const deadline = AbortSignal.timeout(WAIT_MS_MAX);
    while (!isSo()) {
      if (this.isEnded || deadline.aborted) {
        const how = this.isEnded ? 'the connection ended' : `nothing for ${WAIT_MS_MAX} ms`;
        throw new Error(`${what} was expected: ${how}; what came: ${this.describeAll()}`);
      }
      await this.changed(deadline);
    }
  }

  private changed(deadline: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.wakers.delete(wake);
        deadline.removeEventListener('abort', wake);
        resolve();
      };
      this.wakers.add(wake);
      deadline.addEventListener('abort', wake);
    });
  }

  private wake(): void {
    for (const waker of this.wakers) waker();
  }

  private describeAll(): string {
    const { received } = this.peer;
    if (received.length === 0) return 'nothing';
    if (!received.subarray(0, 8).equals(hex(PREFACE_HEX))) {
      return `no preface but ${received.toString('hex', 0, 32)}`;
    }
    return ['preface', ...this.all.map(describeRawFrame)].join(', ');
  }
}

/** `END(13 'UTF8_INVALID: …') on 1`. */
export function describeRawFrame(frame: RawFrame): string {
  const name = Object.entries(TYPES).find(([, type]) => type === frame.type)?.[0];
  const text = textIn(frame);
  const code = frame.code === 0 ? '' : `(${frame.code}${text === '' ? '' : ` '${text}'`})`;
  return `${name ?? `type ${frame.type}`}${code} on ${frame.stream}`;
}

/** The text in a frame's options; '' when there is none. */
export function textIn(frame: RawFrame): string {
  return (
    optionsIn(frame)
      .find(({ tag }) => tag === TEXT_TAG)
      ?.value.toString('utf8') ?? ''
  );
}

/** The entries of a frame's options, in order; none for a type without options. */
export function optionsIn({
  type,
  payload,
}: Pick<RawFrame, 'type' | 'payload'>): { tag: number; value: Buffer }[] {
  const start = OPTIONS_AT[type];
  if (start === undefined) return [];
  const entries: { tag: number; value: Buffer }[] = [];
  const end = start + 2 + payload.readUInt16BE(start);
  for (let at = start + 2; at < end;) {
    const valueEnd = at + 3 + payload.readUInt16BE(at + 1);
    entries.push({ tag: payload.readUInt8(at), value: payload.subarray(at + 3, valueEnd) });
    at = valueEnd;
  }
  return entries;
}
