import type { Delivery, Outlet } from './delivery';
import type { Role } from './message';

/** One connection as the hub knows it. */
export class Session {
  /** Its identifier, from OI to FLW. */
  id: number | undefined;
  role: Role | undefined;
  /** Of an exibidor. */
  delivery: Delivery | undefined;
  /** It has said FLW: nothing is sent to it any more. */
  hasLeft = false;
  /** Since when it has had no identifier: from the connection to OI, and again from FLW on. */
  anonymousSinceMs: number | undefined;
  /** Since when a message lacks its end. */
  midMessageSinceMs: number | undefined;
  /** Since when it has left something unread. */
  unreadSinceMs: number | undefined;

  constructor(
    readonly outlet: Outlet,
    nowMs: number,
  ) {
    this.anonymousSinceMs = nowMs;
  }

  get name(): string {
    return this.id === undefined ? 'conexão sem identificador' : `${this.role} ${this.id}`;
  }
}
