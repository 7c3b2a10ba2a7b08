import type { ByteReader } from '../../wire/byte-reader';
import { Flag } from '../../wire/frame';
import type { FrameOptions } from '../../wire/options';
import type { AnyMethod, ServiceDesc } from '../method';
import type { RpcError } from '../status';
import { StatusCode } from '../status';
import type { Stream } from '../stream';
import { ClientCall, type CallHost, type CallOptions } from './call';

/** A call with one request and one reply: a promise that the frame which ends the call resolves. */
export class UnaryCall extends ClientCall {
  /** A reply that comes in fragments is always waited for. */
  readonly wantsMessage = true;
  protected readonly canGoAgain = true;
  private reply: unknown;

  constructor(
    host: CallHost,
    service: ServiceDesc,
    method: AnyMethod,
    private readonly request: unknown,
    options: CallOptions,
    private readonly resolve: (reply: unknown) => void,
    private readonly reject: (error: Error) => void,
  ) {
    super(host, service, method, options);
  }

  onMessage(reader: ByteReader, costBytes: number): void {
    if (this.isOver) return;
    this.stream?.earn(costBytes);
    if (this.reply === undefined) this.reply = this.decode(reader, 0);
    else this.giveUp(StatusCode.CANCELLED, this.wrongCount('more than one reply'));
  }

  protected open(stream: Stream, timeoutMs: number, options: Readonly<FrameOptions>): void {
    stream.sendCall(timeoutMs, options, this.method.input, this.request);
  }

  protected onSuccess(flags: number, reader: ByteReader): void {
    if ((flags & Flag.MSG) !== 0) {
      if (this.reply !== undefined) {
        this.fail(this.wrongCount('more than one reply'));
        return;
      }
      this.reply = this.decode(reader, flags);
    }
    // decode() may have ended the call by an error.
    if (this.isOver) return;
    if (this.reply === undefined) {
      this.fail(this.wrongCount('no reply'));
      return;
    }
    this.settle();
    this.resolve(this.reply);
  }

  protected onFailed(error: RpcError): void {
    this.reject(error);
  }
}
