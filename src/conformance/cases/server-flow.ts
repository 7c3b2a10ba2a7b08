import type { CaseData } from '../model';
import { BEGUN_CALL, DUPLEX_CALL, end, EMPTY_CALL, HOLD_CALL, serves } from './raw-client';

/** A server may have sent so much without CREDIT, and must have sent so much. */
const FIRST_WINDOW = [262_144 - 65_552, 262_144] as const;
/** A request for ten replies of 100 000 bytes; in CALL, its header left out. */
const TEN_REPLIES = `00000000 00000000 00000000 00 0000000a ${'00000008 000186a0 00000000 '.repeat(10)}`;
/** CREDIT of 1 000 000 bytes for stream 1. */
const MORE = (method: string): string => `00000004 00000001 06 00 0000 fde8 ${method}  000f4240`;
/** Preface and HELLO of a client that takes messages of 1 000 bytes. */
const SMALL_CLIENT = `89 46 49 4f 0d 0a 1a 0a 00000016 00000000 01 00 0000 0000 0000
  0001 0001 000003e8 00000400 00002710 00000000 0000`;

/** Credit, and the limits that the ends have told each other, at the server. */
export const SERVER_FLOW: readonly CaseData[] = [
  {
    name: 'pushback_at_client',
    section: '§10',
    description:
      'A client that gives no credit gets 262 144 bytes and no more, until it gives some.',
    script: [
      { send: `0000008f 00000001 02 05 0000 fde8 0003  00000000 0000 ${TEN_REPLIES}` },
      { expectDataCost: FIRST_WINDOW },
      { ping: true },
      { expectDataCost: FIRST_WINDOW },
      { expectNo: 'END' },
      { send: MORE('0003') },
      end({ behindData: true }),
    ],
  },
  {
    name: 'pushback_at_server',
    section: '§10',
    description: 'Requests that the handler does not read earn no credit; when it reads, they do.',
    script: [
      { send: DUPLEX_CALL },
      { send: `00000089 00000001 03 04 0000 fde8 0005 ${TEN_REPLIES}` },
      { expectDataCost: FIRST_WINDOW },
      { send: '00010000 00000001 03 04 0000 fde8 0005', zeros: 65_536, times: 3 },
      { ping: true },
      { expectNo: 'CREDIT' },
      { send: MORE('0005') },
      { expect: { type: 'CREDIT', behindData: true } },
      { send: '00000000 00000001 03 01 0000 fde8 0005' },
      end({ behindData: true }),
    ],
  },
  {
    name: 'stalled_stream_stops_no_other',
    section: '§10',
    description: 'While one call waits for credit another is answered.',
    script: [
      { send: `0000008f 00000001 02 05 0000 fde8 0003  00000000 0000 ${TEN_REPLIES}` },
      { expectDataCost: FIRST_WINDOW },
      ...serves(3),
      { send: '00000002 00000001 05 00 0001 fde8 0003  0000' },
      end({ code: 1, behindData: true }),
    ],
  },
  {
    name: 'long_request_earns_credit',
    section: '§10',
    description: 'The fragments of a message that is waited for earn credit as they come.',
    script: [
      { send: BEGUN_CALL },
      { send: '00010000 00000001 03 06 0000 fde8 0002', zeros: 65_536 },
      { send: '00010000 00000001 03 02 0000 fde8 0002', zeros: 65_536 },
      { expect: { type: 'CREDIT', payload: '00020020' } },
      { send: '00000001 00000001 03 01 0000 fde8 0002  00' },
      end(),
    ],
  },
  {
    name: 'too_many_calls',
    section: '§8.5',
    description: 'The call that is one too many, of 1 025, is refused as not processed.',
    script: [
      ...Array.from({ length: 1_024 }, (_, index) => ({
        send: HOLD_CALL.replace('00000001', (2 * index + 1).toString(16).padStart(8, '0')),
      })),
      { send: EMPTY_CALL.replace('00000001', '00000801') },
      end({ stream: 0x801, code: 8, flags: 'NOT_PROCESSED' }),
      { send: '00000002 00000001 05 00 0001 fde8 0002  0000' },
      end({ code: 1 }),
      ...serves(0x803),
    ],
  },
  {
    name: 'reply_at_the_limit_of_client',
    section: '§7.4',
    description: 'A reply of exactly as many bytes as the client takes is sent.',
    opening: SMALL_CLIENT,
    script: [
      { send: '0000000a 00000001 02 05 0000 fde8 0002  00000000 0000 000003df' },
      end({ flags: 'MSG', payloadBytes: 1_002 }),
    ],
  },
  {
    name: 'reply_over_the_limit_of_client',
    section: '§7.4',
    description: 'A reply of one byte more is not sent: RESOURCE_EXHAUSTED.',
    opening: SMALL_CLIENT,
    script: [
      { send: '0000000a 00000001 02 05 0000 fde8 0002  00000000 0000 000003e0' },
      end({ code: 8, flags: '' }),
      ...serves(3),
    ],
  },
  {
    name: 'later_reply_over_the_limit_of_client',
    section: '§7.4',
    description: 'A later reply that is too long ends the call after the replies before it.',
    opening: SMALL_CLIENT,
    script: [
      {
        send: `0000002f 00000001 02 05 0000 fde8 0003  00000000 0000
               00000000 00000000 00000000 00 00000002
               00000008 00000001 00000000 00000008 000003e0 00000000`,
      },
      { expect: { type: 'DATA', flags: 'MSG|REPLY', payload: '00000001 00 00000000 00' } },
      end({ code: 8, flags: '' }),
      ...serves(3),
    ],
  },
  {
    name: 'long_reply_in_data',
    section: '§8.1',
    description: 'A result that does not fit into END comes in DATA, and END has no message.',
    script: [
      { send: '0000000a 00000001 02 05 0000 fde8 0002  00000000 0000 00010000' },
      { expect: { type: 'DATA', flags: 'MORE|MSG|REPLY' } },
      { expect: { type: 'DATA', flags: 'REPLY' } },
      end({ flags: '' }),
    ],
  },
  {
    name: 'metadata_in_meta_and_end',
    section: '§8.1',
    description: 'Initial metadata comes in META before the first DATA, trailing metadata in END.',
    script: [
      {
        send: `00000045 00000001 02 05 0000 fde8 0003  00000000 0000
               00000000 00000000 00000000 00 00000001 00000008 00000001 00000000
               00000001 00000009 00000001 61 00000000 00000001 00000009 00000001 62 00000000`,
      },
      { expect: { type: 'META', metadata: [['a', '']] } },
      { expect: { type: 'DATA' } },
      end({ metadata: [['b', '']] }),
    ],
  },
];
