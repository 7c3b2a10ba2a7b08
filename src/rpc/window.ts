import { CREDIT_BYTES_MAX, FRAME_OVERHEAD_BYTES, INITIAL_CREDIT_BYTES } from '../wire/limits';
import { ProtocolError } from '../wire/protocol-error';

/** What a DATA frame with that much payload costs. */
export function frameCost(payloadBytes: number): number {
  return FRAME_OVERHEAD_BYTES + payloadBytes;
}

/** What one end may still send on a stream. */
export class SendWindow {
  private credit = INITIAL_CREDIT_BYTES;

  /** Spend the frame's cost, or answer false and spend nothing. */
  spend(payloadBytes: number): boolean {
    const cost = frameCost(payloadBytes);
    if (cost > this.credit) return false;
    this.credit -= cost;
    return true;
  }

  /** @throws ProtocolError CREDIT_ZERO, CREDIT_OVERFLOW */
  grant(creditBytes: number): void {
    if (creditBytes === 0) throw new ProtocolError('CREDIT_ZERO', 'CREDIT of 0 bytes');
    if (this.credit + creditBytes > CREDIT_BYTES_MAX) {
      throw new ProtocolError('CREDIT_OVERFLOW', `${this.credit} + ${creditBytes} bytes of credit`);
    }
    this.credit += creditBytes;
  }
}

/** What the peer may still send on a stream, and what it has earned back. */
export class ReceiveWindow {
  private allowance = INITIAL_CREDIT_BYTES;
  private earned = 0;
  /** Credit that was given for bytes which had not come: they earn nothing when they do. */
  private ahead = 0;

  /** A DATA frame came. @throws ProtocolError CREDIT_EXCEEDED */
  receive(payloadBytes: number): void {
    const cost = frameCost(payloadBytes);
    if (cost > this.allowance) {
      throw new ProtocolError(
        'CREDIT_EXCEEDED',
        `a frame that costs ${cost} bytes with a credit of ${this.allowance}`,
      );
    }
    this.allowance -= cost;
  }

  /** The peer may send so much more than has been earned. @returns the CREDIT for that */
  giveAhead(costBytes: number): number {
    const creditBytes = costBytes - this.ahead;
    if (creditBytes < INITIAL_CREDIT_BYTES / 2) return 0;
    this.ahead += creditBytes;
    this.allowance += creditBytes;
    return creditBytes;
  }

  /** So much came. @returns how much of it had its credit ahead */
  useAhead(costBytes: number): number {
    const used = Math.min(costBytes, this.ahead);
    this.ahead -= used;
    return used;
  }

  /**
   * So much of what came was taken by the application.
   * @returns the CREDIT to send now: 0, or at least half a window, so that it is rare
   */
  earn(costBytes: number): number {
    this.earned += costBytes;
    if (this.earned < INITIAL_CREDIT_BYTES / 2) return 0;
    const creditBytes = this.earned;
    this.allowance += creditBytes;
    this.earned = 0;
    return creditBytes;
  }
}
