import type { CallStep, CaseData } from '../model';
import { zeros } from './calls';
import { ANSWER, CALL, END, META, REPLY, refused } from './raw-server';

const HELLO =
  '00000016 00000000 01 10 0000 0000 0000  0001 0001 00400000 00000400 00002710 00000000 0000';

/** It fails because the connection does; the server may have acted. */
const FAILS: CallStep = { method: 'UnaryCall', expect: { code: 14 } };

type Violation = readonly [
  name: string,
  section: string,
  rule: string,
  description: string,
  send: string,
  code?: number,
];

/** What a server does wrong when the first CALL has come. */
const VIOLATIONS: readonly Violation[] = [
  ['hello_repeated', '§3', 'HELLO_REPEATED', 'A second HELLO.', HELLO],
  [
    'frame_too_long',
    '§4',
    'FRAME_TOO_LONG',
    'A header that declares 65 537 bytes is refused before they come.',
    '00010001 {call} 03 14 0000 {method}',
    8,
  ],
  [
    'type_unknown',
    '§5',
    'TYPE_UNKNOWN',
    'Type 0A, the first that has no meaning.',
    '00000000 {call} 0a 00 0000 {method}',
  ],
  [
    'type_out_of_place_call',
    '§5',
    'TYPE_OUT_OF_PLACE',
    'CALL from a server.',
    '00000006 {call} 02 01 0000 {method} 00000000 0000',
  ],
  [
    'type_out_of_place_cancel',
    '§5',
    'TYPE_OUT_OF_PLACE',
    'CANCEL from a server.',
    '00000002 {call} 05 00 0001 {method} 0000',
  ],
  [
    'stream_out_of_place',
    '§4',
    'STREAM_OUT_OF_PLACE',
    'END on stream 0.',
    '00000002 00000000 04 00 0000 0000 0000 0000',
  ],
  [
    'flag_out_of_place_no_reply',
    '§6',
    'FLAG_OUT_OF_PLACE',
    'DATA without REPLY.',
    '00000000 {call} 03 04 0000 {method}',
  ],
  [
    'flag_out_of_place_last',
    '§6',
    'FLAG_OUT_OF_PLACE',
    'DATA with LAST from a server.',
    '00000000 {call} 03 15 0000 {method}',
  ],
  [
    'flag_out_of_place_not_processed',
    '§6',
    'FLAG_OUT_OF_PLACE',
    'END(0) with NOT_PROCESSED.',
    '00000002 {call} 04 20 0000 {method} 0000',
  ],
  [
    'code_out_of_place',
    '§4',
    'CODE_OUT_OF_PLACE',
    'META with a code.',
    '00000002 {call} 09 00 0001 {method} 0000',
  ],
  [
    'method_out_of_place',
    '§4',
    'METHOD_OUT_OF_PLACE',
    'PING with a method.',
    '00000008 00000000 07 00 0000 0000 0001 0000000000000000',
  ],
  [
    'length_out_of_place',
    '§5',
    'LENGTH_OUT_OF_PLACE',
    'An END of 1 byte.',
    '00000001 {call} 04 00 0000 {method}',
  ],
  [
    'stream_not_open_end',
    '§8.2',
    'STREAM_NOT_OPEN',
    'END for a stream that was never opened.',
    '00000002 7fffffff 04 00 0000 {method} 0000',
  ],
  [
    'stream_not_open_data',
    '§8.2',
    'STREAM_NOT_OPEN',
    'DATA for a stream that was never opened.',
    '00000000 7fffffff 03 14 0000 {method}',
  ],
  [
    'stream_not_open_credit',
    '§8.2',
    'STREAM_NOT_OPEN',
    'CREDIT for a stream that was never opened.',
    '00000004 7fffffff 06 00 0000 {method} 00000001',
  ],
  [
    'method_mismatch',
    '§8.3',
    'METHOD_MISMATCH',
    'END with another method than its CALL.',
    '00000002 {call} 04 04 0000 fde8 0009 0000',
  ],
  ['meta_repeated', '§8.1', 'META_REPEATED', 'A second META.', `${META} ${META}`],
  ['meta_after_data', '§8.1', 'META_REPEATED', 'META behind DATA.', `${REPLY} ${META}`],
  [
    'fragment_unexpected',
    '§7.3',
    'FRAGMENT_UNEXPECTED',
    'A fragment, and no message has begun.',
    '00000001 {call} 03 10 0000 {method} 00',
  ],
  [
    'fragment_missing',
    '§7.3',
    'FRAGMENT_MISSING',
    'A message that begins while another is unfinished.',
    '00000001 {call} 03 16 0000 {method} 00 00000001 {call} 03 16 0000 {method} 00',
  ],
  [
    'fragment_empty',
    '§7.3',
    'FRAGMENT_EMPTY',
    'MORE without payload.',
    '00000000 {call} 03 16 0000 {method}',
  ],
  [
    'credit_zero',
    '§10',
    'CREDIT_ZERO',
    'CREDIT of 0 bytes.',
    '00000004 {call} 06 00 0000 {method} 00000000',
  ],
  [
    'credit_overflow',
    '§10',
    'CREDIT_OVERFLOW',
    'CREDIT that makes one byte more than 2^31 - 1.',
    '00000004 {call} 06 00 0000 {method} 7ffc0000',
  ],
  [
    'compression_not_agreed',
    '§7.6',
    'COMPRESSION_NOT_AGREED',
    'A compressed reply, and the HELLO had no capability.',
    '00000006 {call} 04 0c 0000 {method} 0000 00000000',
  ],
  [
    'options_malformed',
    '§5.10',
    'OPTIONS_MALFORMED',
    'Options of END with an entry that is cut.',
    '00000004 {call} 04 00 0000 {method} 0002 0500',
  ],
  [
    'options_too_long',
    '§5.10',
    'OPTIONS_TOO_LONG',
    'Options of END of 8 193 bytes, refused by their length.',
    '00000002 {call} 04 00 0000 {method} 2001',
    8,
  ],
  [
    'ping_flood',
    '§14.2',
    'PING_FLOOD',
    'The third PING that comes too soon.',
    '00000008 00000000 07 00 0000 0000 0000 0000000000000000 '.repeat(4),
    8,
  ],
];

/** A server's frames that end the connection: §13, scope connection, at the client. */
export const SERVER_VIOLATIONS: readonly CaseData[] = [
  ...VIOLATIONS.map(([name, section, rule, description, send, code]): CaseData => ({
    name: `server_${name}`,
    section,
    description,
    steps: [FAILS],
    connections: [[CALL, { send }, ...refused(rule, code)]],
  })),
  {
    name: 'server_end_twice',
    section: '§8.3',
    description: 'A second END for a call: it was answered, then the connection ends.',
    steps: [{ method: 'EmptyCall', expect: {} }],
    connections: [[CALL, { send: `${ANSWER} ${END}` }, ...refused('STREAM_NOT_OPEN')]],
  },
  {
    name: 'server_credit_exceeded',
    section: '§10',
    description: 'DATA beyond the credit, for a client that does not read.',
    steps: [
      {
        method: 'FullDuplexCall',
        actions: [{ send: zeros(1_000_000) }],
        expect: { code: 14 },
      },
    ],
    connections: [
      [
        CALL,
        { expectDataCost: [262_144 - 65_552, 262_144] },
        { send: '00010000 {call} 03 14 0000 {method}', zeros: 65_536, times: 4 },
        ...refused('CREDIT_EXCEEDED'),
      ],
    ],
  },
];
