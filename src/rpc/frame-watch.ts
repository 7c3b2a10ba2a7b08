import type { FrameDecoder } from '../wire/frame-decoder';
import { ProtocolError } from '../wire/protocol-error';
import type { Deadlines, Waiter } from './deadlines';
import type { Timer } from './environment';
import type { HandshakeHost } from './handshake';

/**
 * A frame that has begun must end in time: a peer that sends a byte a minute would hold its
 * buffers for ever. One timer at most, and none while frames come whole.
 */
export class FrameWatch implements Waiter {
  private timer: Timer | undefined;
  private framesDecoded = 0;
  /** The frame that was seen cut last, by the number of those before it, and since when. */
  private cutFrame = -1;
  private cutSinceMs = 0;

  constructor(
    private readonly deadlines: Deadlines,
    private readonly decoder: Pick<FrameDecoder, 'isMidFrame'>,
    private readonly frameMsMax: number,
    private readonly host: Pick<HandshakeHost, 'failWith'>,
  ) {}

  /** A frame was whole. */
  onFrame(): void {
    this.framesDecoded++;
  }

  /** A chunk has been decoded: is a frame left in the middle? */
  check(): void {
    if (!this.decoder.isMidFrame || this.cutFrame === this.framesDecoded) return;
    this.cutFrame = this.framesDecoded;
    this.cutSinceMs = this.deadlines.environment.now();
    if (this.timer === undefined) this.wait(this.cutSinceMs, this.frameMsMax);
  }

  stop(): void {
    this.timer?.cancel();
  }

  onDue(): void {
    this.timer = undefined;
    if (!this.decoder.isMidFrame) return;
    // Often another frame than the one for which the timer was set.
    const nowMs = this.deadlines.environment.now();
    const leftMs = this.cutSinceMs + this.frameMsMax - nowMs;
    if (leftMs > 0) this.wait(nowMs, leftMs);
    else this.host.failWith(new ProtocolError('FRAME_TIMEOUT', 'a frame was not whole in time'));
  }

  private wait(nowMs: number, delayMs: number): void {
    this.timer = this.deadlines.begin(nowMs + delayMs, delayMs, this);
  }
}
