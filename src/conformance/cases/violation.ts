import type { CaseData } from '../model';
import { refused } from './raw-client';

/** A way of a client to break a rule of the connection. */
export interface Violation {
  readonly name: string;
  readonly section: string;
  readonly rule: string;
  readonly description: string;
  /** What the client sends behind preface and HELLO, or in their place. */
  readonly send: string;
  readonly isOpening?: true;
  /** Bytes of 0 behind it, and how often both are sent. */
  readonly zeros?: number;
  readonly times?: number;
  readonly code?: number;
  readonly lastStream?: number;
}

/** The case: the server says which rule it was, and ends the connection. */
export function violated(one: Violation): CaseData {
  const { name, section, description, send, isOpening, zeros, times } = one;
  const more = { ...(zeros !== undefined && { zeros }), ...(times !== undefined && { times }) };
  return {
    name: `client_${name}`,
    section,
    description,
    ...(isOpening === true && { opening: '' }),
    script: [{ send, ...more }, ...refused(one.rule, one.code, one.lastStream)],
  };
}
