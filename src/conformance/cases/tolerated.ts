import type { CaseData } from '../model';
import { DUPLEX_CALL, EMPTY_CALL, end, HOLD_CALL, serves, UNARY_CALL } from './raw-client';

/** What a server does not know, or does not need, and takes all the same. */
export const TOLERATED: readonly CaseData[] = [
  {
    name: 'ping_is_answered',
    section: '§5',
    description: 'PING comes back with REPLY and the same eight bytes.',
    script: [
      { send: '00000008 00000000 07 00 0000 0000 0000  0123456789abcdef' },
      { expect: { type: 'PING', flags: 'REPLY', payload: '0123456789abcdef' } },
      ...serves(1),
    ],
  },
  {
    name: 'ping_reply_unasked',
    section: '§5',
    description: 'An answer to a PING that was never sent is ignored, however often it comes.',
    script: [
      { send: '00000008 00000000 07 10 0000 0000 0000  0123456789abcdef', times: 9 },
      ...serves(1),
      { expectNo: 'PING' },
    ],
  },
  {
    name: 'type_ignorable',
    section: '§4',
    description: 'A frame of type 90 or FF is skipped by its length, whatever else is in it.',
    script: [
      { send: '00000003 ffffffff 90 ff ffff ffff ffff  616263' },
      { send: '00010000 00000002 ff ff ffff ffff ffff', zeros: 65_536 },
      ...serves(1),
    ],
  },
  {
    name: 'flags_ignored',
    section: '§6',
    description: 'The flags 40 and 80 are ignored everywhere.',
    script: [
      { send: EMPTY_CALL.replace('02 05', '02 c5') },
      end({ flags: 'MSG' }),
      { send: '00000008 00000000 07 c0 0000 0000 0000  0000000000000001' },
      { expect: { type: 'PING', payload: '0000000000000001' } },
    ],
  },
  {
    name: 'options_unknown',
    section: '§5.10',
    description: 'An option with a tag that is not known is skipped, also when it comes twice.',
    script: [
      {
        send: `00000010 00000001 02 05 0000 fde8 0001
               00000000 000a c8 0002 4142 c8 0002 4142`,
      },
      end({ flags: 'MSG' }),
    ],
  },
  {
    name: 'options_not_meant',
    section: '§5.10',
    description: 'A known option in a frame where it means nothing is ignored.',
    script: [
      { send: '0000000d 00000001 02 05 0000 fde8 0001  00000000 0007 05 0004 676f6e65' },
      end({ flags: 'MSG' }),
    ],
  },
  {
    name: 'trace_context_invalid',
    section: '§5.10',
    description: 'A trace context that is not valid is ignored.',
    script: [
      { send: '0000000b 00000001 02 05 0000 fde8 0001  00000000 0005 04 0002 3f3f' },
      end({ flags: 'MSG' }),
    ],
  },
  {
    name: 'bytes_behind_options',
    section: '§5',
    description: 'In CANCEL, and in CALL without MSG, bytes behind the options are skipped.',
    script: [
      { send: '00000009 00000001 02 00 0000 fde8 0005  00000000 0000 616263' },
      { send: '00000005 00000001 05 00 0001 fde8 0005  0000 616263' },
      end({ code: 1 }),
      ...serves(3),
    ],
  },
  {
    name: 'text_not_utf8',
    section: '§5.10',
    description: 'A text that is not UTF-8 is not refused.',
    script: [
      { send: HOLD_CALL },
      { send: '00000006 00000001 05 00 0001 fde8 0002  0004 05 0001 ff' },
      end({ code: 1 }),
      ...serves(3),
    ],
  },
  {
    name: 'stream_gaps',
    section: '§4',
    description: 'Numbers of streams may have gaps, and the last is 2^31 - 1.',
    script: [...serves(5), ...serves(1_001), ...serves(0x7fff_ffff)],
  },
  {
    name: 'credit_up_to_the_limit',
    section: '§10',
    description: 'CREDIT may come before any DATA, and make the credit 2^31 - 1.',
    script: [
      { send: HOLD_CALL },
      { send: '00000004 00000001 06 00 0000 fde8 0002  7ffbffff' },
      ...serves(3),
    ],
  },
  {
    name: 'time_limit_longest',
    section: '§5',
    description: 'A time limit of 2^31 - 1 ms is one.',
    script: [{ send: UNARY_CALL.replace('00000000 0000', '7fffffff 0000') }, end()],
  },
  {
    name: 'goaway_from_client',
    section: '§14.1',
    description: 'GOAWAY(0) from a client is ignored.',
    script: [
      { send: '0000000a 00000000 08 00 0000 0000 0000  00000000 00000000 0000' },
      ...serves(1),
    ],
  },
  {
    name: 'goaway_error_from_client',
    section: '§14.1',
    description: 'GOAWAY with an error is the end: the server ends its half, without END.',
    script: [
      { send: DUPLEX_CALL },
      { send: '0000000a 00000000 08 00 000d 0000 0000  00000000 00000000 0000' },
      { expectEnded: true },
      { expectNo: 'END' },
    ],
  },
  {
    name: 'client_ends_its_half',
    section: '§14.1',
    description: "When the client's half ends its calls are over: the server ends its own.",
    script: [
      ...serves(1),
      { send: HOLD_CALL.replace('00000001', '00000003') },
      { close: 'end' },
      { expectEnded: true },
      { expectNo: 'END' },
    ],
  },
];
