import { Builtin, HealthStatus, type HealthReply } from '../builtin-service';
import type { Connection } from '../connection';
import { RpcError, StatusCode } from '../status';
import { NO_CALL_OPTIONS, type CallHost } from './call';
import { StreamingCall } from './streaming-call';

/** What the server at the other end of one connection says of a service. */
export class HealthWatch {
  /** Undefined until it has been told. */
  isServing: boolean | undefined;
  private readonly call: StreamingCall;

  /**
   * @param service its full name; empty: the server as a whole
   * @param onChange told of each change, the first too
   */
  constructor(
    host: CallHost,
    service: string,
    connection: Connection,
    private readonly onChange: () => void,
  ) {
    const { watch } = Builtin.methods;
    this.call = new StreamingCall(host, Builtin, watch, { service }, NO_CALL_OPTIONS);
    this.call.start(connection);
    void this.read();
  }

  /** The connection is to end: this call must not keep it. */
  stop(): void {
    this.call.cancel();
  }

  private async read(): Promise<void> {
    try {
      for await (const reply of this.call) {
        this.set((reply as HealthReply).status === HealthStatus.SERVING);
      }
    } catch (error) {
      // A server without health is taken as it is; one that is lost is no longer asked anything.
      if (RpcError.from(error).code === StatusCode.UNIMPLEMENTED) this.set(true);
    }
  }

  private set(isServing: boolean): void {
    if (this.isServing === isServing) return;
    this.isServing = isServing;
    this.onChange();
  }
}
