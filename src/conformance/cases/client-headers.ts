import type { CaseData } from '../model';
import { BEGUN_CALL, EMPTY_CALL, HOLD_CALL } from './raw-client';
import { violated, type Violation } from './violation';

const HELLO =
  '00000016 00000000 01 00 0000 0000 0000  0001 0001 00400000 00000400 00002710 00000000 0000';
const PREFACE = '89 46 49 4f 0d 0a 1a 0a';

const OPENING: readonly Violation[] = [
  {
    name: 'hello_missing',
    section: '§3',
    rule: 'HELLO_MISSING',
    description: 'CALL comes before HELLO.',
    isOpening: true,
    send: `${PREFACE} ${EMPTY_CALL}`,
  },
  {
    name: 'hello_missing_ignorable',
    section: '§3',
    rule: 'HELLO_MISSING',
    description: 'Also a frame of an ignorable type may not come before HELLO.',
    isOpening: true,
    send: `${PREFACE} 00000000 00000000 90 00 0000 0000 0000`,
  },
  {
    name: 'hello_repeated',
    section: '§3',
    rule: 'HELLO_REPEATED',
    description: 'A second HELLO.',
    send: HELLO,
  },
  {
    name: 'hello_invalid_zero',
    section: '§3',
    rule: 'HELLO_INVALID',
    description: 'The lowest version is 0.',
    isOpening: true,
    send: `${PREFACE} ${HELLO.replace('0001 0001', '0000 0001')}`,
  },
  {
    name: 'hello_invalid_range',
    section: '§3',
    rule: 'HELLO_INVALID',
    description: 'The lowest version is above the highest.',
    isOpening: true,
    send: `${PREFACE} ${HELLO.replace('0001 0001', '0002 0001')}`,
  },
];

const HEADERS: readonly Violation[] = [
  {
    name: 'frame_too_long',
    section: '§4',
    rule: 'FRAME_TOO_LONG',
    description: 'A header that declares 65 537 bytes is refused before they come.',
    send: '00010001 00000001 03 00 0000 fde8 0002',
    code: 8,
  },
  {
    name: 'frame_too_long_ignorable',
    section: '§4',
    rule: 'FRAME_TOO_LONG',
    description: 'Also of an ignorable type, with 4 GiB.',
    send: 'ffffffff 00000001 90 00 0000 fde8 0002',
    code: 8,
  },
  {
    name: 'type_unknown_0',
    section: '§5',
    rule: 'TYPE_UNKNOWN',
    description: 'Type 0.',
    send: '00000000 00000001 00 00 0000 fde8 0002',
  },
  {
    name: 'type_unknown_7f',
    section: '§5',
    rule: 'TYPE_UNKNOWN',
    description: 'Type 7F, the last that is not ignorable.',
    send: '00000000 00000001 7f 00 0000 fde8 0002',
  },
  {
    name: 'type_out_of_place_end',
    section: '§5',
    rule: 'TYPE_OUT_OF_PLACE',
    description: 'END from a client.',
    send: `${HOLD_CALL} 00000002 00000001 04 00 0000 fde8 0002  0000`,
    lastStream: 1,
  },
  {
    name: 'type_out_of_place_meta',
    section: '§5',
    rule: 'TYPE_OUT_OF_PLACE',
    description: 'META from a client.',
    send: '00000002 00000001 09 00 0000 fde8 0002  0000',
  },
  {
    name: 'stream_out_of_place_even',
    section: '§4',
    rule: 'STREAM_OUT_OF_PLACE',
    description: 'CALL on an even stream.',
    send: '00000006 00000002 02 01 0000 fde8 0002  00000000 0000',
  },
  {
    name: 'stream_out_of_place_zero',
    section: '§4',
    rule: 'STREAM_OUT_OF_PLACE',
    description: 'CALL on stream 0.',
    send: '00000006 00000000 02 01 0000 fde8 0002  00000000 0000',
  },
  {
    name: 'stream_out_of_place_high',
    section: '§4',
    rule: 'STREAM_OUT_OF_PLACE',
    description: 'CALL on stream 2^31 + 1.',
    send: '00000006 80000001 02 01 0000 fde8 0002  00000000 0000',
  },
  {
    name: 'stream_out_of_place_ping',
    section: '§4',
    rule: 'STREAM_OUT_OF_PLACE',
    description: 'PING on stream 1.',
    send: '00000008 00000001 07 00 0000 0000 0000  0000000000000000',
  },
  {
    name: 'flag_out_of_place_ping',
    section: '§6',
    rule: 'FLAG_OUT_OF_PLACE',
    description: 'PING with LAST.',
    send: '00000008 00000000 07 01 0000 0000 0000  0000000000000000',
  },
  {
    name: 'flag_out_of_place_reply',
    section: '§6',
    rule: 'FLAG_OUT_OF_PLACE',
    description: 'DATA with REPLY from a client.',
    send: `${BEGUN_CALL} 00000001 00000001 03 14 0000 fde8 0002  00`,
    lastStream: 1,
  },
  {
    name: 'flag_out_of_place_last_more',
    section: '§6',
    rule: 'FLAG_OUT_OF_PLACE',
    description: 'DATA with LAST and MORE.',
    send: `${BEGUN_CALL} 00000001 00000001 03 07 0000 fde8 0002  00`,
    lastStream: 1,
  },
  {
    name: 'flag_out_of_place_compressed',
    section: '§6',
    rule: 'FLAG_OUT_OF_PLACE',
    description: 'COMPRESSED without MSG.',
    send: '00000006 00000001 02 09 0000 fde8 0002  00000000 0000',
  },
  {
    name: 'code_out_of_place_call',
    section: '§4',
    rule: 'CODE_OUT_OF_PLACE',
    description: 'CALL with a code.',
    send: '00000006 00000001 02 01 0001 fde8 0002  00000000 0000',
  },
  {
    name: 'code_out_of_place_cancel',
    section: '§4',
    rule: 'CODE_OUT_OF_PLACE',
    description: 'CANCEL with code 0.',
    send: `${HOLD_CALL} 00000002 00000001 05 00 0000 fde8 0002  0000`,
    lastStream: 1,
  },
  {
    name: 'method_out_of_place',
    section: '§4',
    rule: 'METHOD_OUT_OF_PLACE',
    description: 'PING with a service.',
    send: '00000008 00000000 07 00 0000 fde8 0000  0000000000000000',
  },
  {
    name: 'length_out_of_place_ping',
    section: '§5',
    rule: 'LENGTH_OUT_OF_PLACE',
    description: 'A PING of 7 bytes is refused before they come.',
    send: '00000007 00000000 07 00 0000 0000 0000',
  },
  {
    name: 'length_out_of_place_call',
    section: '§5',
    rule: 'LENGTH_OUT_OF_PLACE',
    description: 'A CALL of 5 bytes.',
    send: '00000005 00000001 02 01 0000 fde8 0002',
  },
  {
    name: 'length_out_of_place_credit',
    section: '§5',
    rule: 'LENGTH_OUT_OF_PLACE',
    description: 'A CREDIT of 5 bytes.',
    send: `${HOLD_CALL} 00000005 00000001 06 00 0000 fde8 0002`,
    lastStream: 1,
  },
];

/** A client's frames that are refused by their order or their header alone: §3, §4, §5, §6. */
export const CLIENT_HEADERS: readonly CaseData[] = [...OPENING, ...HEADERS].map(violated);
