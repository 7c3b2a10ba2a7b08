import type { FrameDecoder } from '../wire/frame-decoder';
import type { Environment, Timer } from './environment';

/**
 * A frame that has begun must end in time: a peer that sends a byte a minute would hold its
 * buffers for ever. One timer at most, and none while frames come whole.
 */
export class FrameWatch {
  private timer: Timer | undefined;
  private framesDecoded = 0;
  /** The frame that was seen cut last, by the number of those before it, and since when. */
  private cutFrame = -1;
  private cutSinceMs = 0;

  constructor(
    private readonly environment: Environment,
    private readonly decoder: Pick<FrameDecoder, 'isMidFrame'>,
    private readonly frameMsMax: number,
    private readonly onLate: () => void,
  ) {}

  /** A frame was whole. */
  onFrame(): void {
    this.framesDecoded++;
  }

  /** A chunk has been decoded: is a frame left in the middle? */
  check(): void {
    if (!this.decoder.isMidFrame || this.cutFrame === this.framesDecoded) return;
    this.cutFrame = this.framesDecoded;
    this.cutSinceMs = this.environment.now();
    if (this.timer === undefined) this.wait(this.frameMsMax);
  }

  stop(): void {
    this.timer?.cancel();
  }

  private wait(delayMs: number): void {
    this.timer = this.environment.setTimer(delayMs, () => {
      this.timer = undefined;
      if (!this.decoder.isMidFrame) return;
      // Often another frame than the one for which the timer was set.
      const leftMs = this.cutSinceMs + this.frameMsMax - this.environment.now();
      if (leftMs > 0) this.wait(leftMs);
      else this.onLate();
    });
  }
}
