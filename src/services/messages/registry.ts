import { roleOf, type Role } from './message';
import type { Session } from './session';

/** Who is there: identifiers and roles. An identifier belongs to one connection at a time. */
export class Registry {
  private readonly emissores = new Map<number, Session>();
  private readonly exibidores = new Map<number, Session>();

  /** @returns false when the identifier is out of range or taken */
  add(id: number, session: Session): boolean {
    const role = roleOf(id);
    if (role === undefined) return false;
    const clients = this.of(role);
    if (clients.has(id)) return false;
    clients.set(id, session);
    session.id = id;
    session.role = role;
    session.anonymousSinceMs = undefined;
    return true;
  }

  remove(session: Session): void {
    const { id, role } = session;
    if (id === undefined || role === undefined) return;
    this.of(role).delete(id);
    session.id = session.role = session.delivery = undefined;
  }

  exibidor(id: number): Session | undefined {
    return this.exibidores.get(id);
  }

  allExibidores(): Iterable<Session> {
    return this.exibidores.values();
  }

  /** Identifiers of all, emissores first, ascending. */
  ids(): number[] {
    const ascending = (clients: ReadonlyMap<number, Session>): number[] =>
      [...clients.keys()].sort((a, b) => a - b);
    return [...ascending(this.emissores), ...ascending(this.exibidores)];
  }

  private of(role: Role): Map<number, Session> {
    return role === 'emissor' ? this.emissores : this.exibidores;
  }
}
