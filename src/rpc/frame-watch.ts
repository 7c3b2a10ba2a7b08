import type { FrameDecoder } from '../wire/frame-decoder';
import type { Environment, Timer } from './environment';

/**
 * A frame that has begun must end in time: a peer that sends a byte a minute would hold its
 * buffers for ever. One timer at most, and none while frames come whole.
 */
export class FrameWatch {
  private timer: Timer | undefined;
  private framesDecoded = 0;

  constructor(
    private readonly environment: Environment,
    private readonly decoder: FrameDecoder,
    private readonly frameMsMax: number,
    private readonly onLate: () => void,
  ) {}

  /** A frame was whole. */
  onFrame(): void {
    this.framesDecoded++;
  }

  /** A chunk has been decoded: is a frame left in the middle? */
  check(): void {
    if (this.timer !== undefined || !this.decoder.isMidFrame) return;
    const decoded = this.framesDecoded;
    this.timer = this.environment.setTimer(this.frameMsMax, () => {
      this.timer = undefined;
      if (this.framesDecoded === decoded && this.decoder.isMidFrame) this.onLate();
      else this.check();
    });
  }

  stop(): void {
    this.timer?.cancel();
  }
}
