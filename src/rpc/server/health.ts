import { HealthStatus } from '../builtin-service';

/** What services say of their health, and who wants to know when it changes. */
export class Health {
  private readonly statuses = new Map<string, HealthStatus>([['', HealthStatus.SERVING]]);
  private readonly watchers = new Set<() => void>();
  private isClosed = false;

  /** @param service its full name; empty: the server as a whole */
  get(service: string): HealthStatus {
    return this.statuses.get(service) ?? HealthStatus.UNKNOWN;
  }

  set(service: string, status: HealthStatus): void {
    if (this.get(service) === status) return;
    this.statuses.set(service, status);
    for (const wake of this.watchers) wake();
  }

  /** The server drains: nothing here takes new calls any more. Watchers are told, then end. */
  close(): void {
    this.isClosed = true;
    for (const service of this.statuses.keys()) this.set(service, HealthStatus.NOT_SERVING);
  }

  /**
   * The status now and after each change, until `signal` fires or the server drains. Who reads slowly gets the newest,
   * not every one.
   */
  async *watch(service: string, signal: AbortSignal): AsyncGenerator<HealthStatus, void> {
    let wake: () => void = () => undefined;
    const onChange = () => wake();
    this.watchers.add(onChange);
    signal.addEventListener('abort', onChange, { once: true });
    try {
      let told: HealthStatus | undefined;
      while (!signal.aborted) {
        const status = this.get(service);
        if (status === told) {
          if (this.isClosed) return;
          await new Promise<void>((resolve) => (wake = resolve));
          continue;
        }
        told = status;
        yield status;
      }
    } finally {
      this.watchers.delete(onChange);
      signal.removeEventListener('abort', onChange);
    }
  }
}
