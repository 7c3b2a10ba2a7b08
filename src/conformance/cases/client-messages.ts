import type { CaseData } from '../model';
import { BEGUN_CALL, end, INPUT_CALL, serves } from './raw-client';

/** An Unusual within others, so many deep: presence, length, and the next. */
function nested(levels: number): string {
  let bytes = '';
  for (let level = 0; level < levels; level++) {
    bytes = `01${(bytes.length / 2).toString(16).padStart(8, '0')}${bytes}`;
  }
  return bytes;
}

/** A request's fields up to `unusual`, all with their defaults: 27 bytes. */
const BEFORE_UNUSUAL = '00000000 00000000 00000000 00 00000000 00000000 00000000 00 00';

/** CALL of UnaryCall with such an `unusual`. */
function callWithUnusual(levels: number): string {
  const bytes = nested(levels);
  const length = (6 + 27 + bytes.length / 2).toString(16).padStart(8, '0');
  return `${length} 00000001 02 05 0000 fde8 0002  00000000 0000 ${BEFORE_UNUSUAL} ${bytes}`;
}

interface BadMessage {
  readonly rule: string;
  readonly description: string;
  readonly send: string;
}

const BAD: readonly BadMessage[] = [
  {
    rule: 'FIELD_CUT',
    description: 'A number of three bytes instead of four.',
    send: '00000009 00000001 02 05 0000 fde8 0002  00000000 0000 000000',
  },
  {
    rule: 'UTF8_INVALID',
    description: 'A string that is not UTF-8.',
    send: `00000020 00000001 02 05 0000 fde8 0002  00000000 0000
           00000000 00000000 00000000 01 00000009 00000000 00000001 ff`,
  },
  {
    rule: 'PRESENCE_INVALID',
    description: 'A presence byte of 2.',
    send: `00000013 00000001 02 05 0000 fde8 0002  00000000 0000
           00000000 00000000 00000000 02`,
  },
  {
    rule: 'COUNT_TOO_BIG',
    description: 'A count of 2^32 - 1 elements, and no bytes for them.',
    send: `00000017 00000001 02 05 0000 fde8 0002  00000000 0000
           00000000 00000000 00000000 00 ffffffff`,
  },
  {
    rule: 'BOOL_INVALID',
    description: 'A bool of 2.',
    send: `00000020 00000001 02 05 0000 fde8 0002  00000000 0000
           00000000 00000000 00000000 00 00000000 00000000 00000000 02`,
  },
  {
    rule: 'MAP_KEY_REPEATED',
    description: 'A key that comes twice in a map.',
    send: `0000003d 00000001 02 05 0000 fde8 0002  00000000 0000
           ${BEFORE_UNUSUAL} 01 00000017 00 00000002
           00000001 61 00000001 00000001 61 00000001`,
  },
  {
    rule: 'DEPTH_EXCEEDED',
    description: 'Messages in messages, 33 deep.',
    send: callWithUnusual(32),
  },
];

/** Requests that cannot be taken: their call ends, and the connection goes on. */
export const CLIENT_MESSAGES: readonly CaseData[] = [
  ...BAD.map(({ rule, description, send }): CaseData => ({
    name: `request_${rule.toLowerCase()}`,
    section: '§8.6',
    description,
    script: [{ send }, end({ code: 3, rule, flags: '' }), ...serves(3)],
  })),
  {
    name: 'request_depth_32',
    section: '§7.1',
    description: 'Messages in messages, 32 deep, are taken.',
    script: [{ send: callWithUnusual(31) }, end({ flags: 'MSG' })],
  },
  {
    name: 'request_bad_in_data',
    section: '§8.6',
    description: 'The second request of a stream is bad: END, and what still comes is dropped.',
    script: [
      { send: INPUT_CALL },
      { send: '00000004 00000001 03 04 0000 fde8 0004  00000000' },
      { send: '00000003 00000001 03 04 0000 fde8 0004  000000' },
      { send: '00000003 00000001 03 05 0000 fde8 0004  000000' },
      end({ code: 3, rule: 'FIELD_CUT' }),
      ...serves(3),
    ],
  },
  {
    name: 'request_at_the_limit',
    section: '§7.4',
    description: 'A request of 4 194 304 bytes is taken.',
    script: [
      { send: BEGUN_CALL },
      { sendMessage: { zeros: 4_194_304, to: '00000001 fde8 0002', last: true } },
      end({ flags: 'MSG' }),
    ],
  },
  {
    name: 'request_over_the_limit',
    section: '§7.4',
    description: 'A request of one byte more is RESOURCE_EXHAUSTED, and the connection goes on.',
    script: [
      { send: BEGUN_CALL },
      { sendMessage: { zeros: 4_194_305, to: '00000001 fde8 0002', last: true } },
      end({ code: 8, rule: 'MESSAGE_TOO_LONG' }),
      ...serves(3),
    ],
  },
  {
    name: 'later_request_at_the_limit',
    section: '§7.4',
    description: 'So is a later one of a stream.',
    script: [
      { send: INPUT_CALL },
      { send: '00000004 00000001 03 04 0000 fde8 0004  00000000' },
      { sendMessage: { zeros: 4_194_304, to: '00000001 fde8 0004', last: true } },
      end({ flags: 'MSG' }),
    ],
  },
  {
    name: 'later_request_over_the_limit',
    section: '§7.4',
    description: 'And a later one of one byte more is refused too.',
    script: [
      { send: INPUT_CALL },
      { send: '00000004 00000001 03 04 0000 fde8 0004  00000000' },
      { sendMessage: { zeros: 4_194_305, to: '00000001 fde8 0004', last: true } },
      end({ code: 8, rule: 'MESSAGE_TOO_LONG' }),
      ...serves(3),
    ],
  },
];
