import type { Case, CaseData } from '../model';
import { BASIC } from './basic';
import { BUILTIN } from './builtin';
import { CANCELLATION } from './cancellation';
import { CLIENT_DEFLATE } from './client-deflate';
import { CLIENT_FLOW } from './client-flow';
import { CLIENT_HEADERS } from './client-headers';
import { CLIENT_MESSAGES } from './client-messages';
import { CLIENT_STREAMS } from './client-streams';
import { CLIENT_UNEXPECTED } from './client-unexpected';
import { CREDENTIALS } from './credentials';
import { DEADLINES } from './deadlines';
import { EMPTY } from './empty';
import { ERRORS } from './errors';
import { HANDSHAKE } from './handshake';
import { INTEROP } from './interop';
import { INTEROP_ELSEWHERE } from './interop-elsewhere';
import { INTEROP_LOAD } from './interop-load';
import { INTEROP_NEGATIVE } from './interop-negative';
import { KEYED } from './keyed';
import { KEYED_RAW } from './keyed-raw';
import { METADATA } from './metadata';
import { SERVER_DEFLATE } from './server-deflate';
import { SERVER_FLOW } from './server-flow';
import { SERVER_HANDSHAKE } from './server-handshake';
import { SERVER_MESSAGES } from './server-messages';
import { SERVER_UNEXPECTED } from './server-unexpected';
import { SERVER_VIOLATIONS } from './server-violations';
import { TOLERATED } from './tolerated';
import { TYPED_ERRORS } from './typed-errors';

const GROUPS: Readonly<Record<string, readonly CaseData[]>> = {
  Interop: [...INTEROP, ...INTEROP_LOAD, ...CREDENTIALS, ...INTEROP_ELSEWHERE],
  'Interop, negative': INTEROP_NEGATIVE,
  Basic: BASIC,
  Empty: EMPTY,
  Errors: ERRORS,
  'Typed errors': TYPED_ERRORS,
  'Exactly once': [...KEYED, ...KEYED_RAW],
  'Service 0': BUILTIN,
  Metadata: METADATA,
  Cancellation: CANCELLATION,
  Deadlines: DEADLINES,
  Handshake: HANDSHAKE,
  'Flow and limits': [...SERVER_FLOW, ...CLIENT_FLOW],
  Compression: [...SERVER_DEFLATE, ...CLIENT_DEFLATE],
  'Unexpected clients': [...CLIENT_UNEXPECTED, ...TOLERATED],
  'Unexpected servers': SERVER_UNEXPECTED,
  'Bad messages': [...CLIENT_MESSAGES, ...SERVER_MESSAGES],
  'Violations of clients': [...CLIENT_HEADERS, ...CLIENT_STREAMS],
  'Violations of servers': [...SERVER_HANDSHAKE, ...SERVER_VIOLATIONS],
};

/** All cases, by group. */
export const CASES: readonly Case[] = Object.entries(GROUPS).flatMap(([group, cases]) =>
  cases.map((one) => ({ ...one, group })),
);
