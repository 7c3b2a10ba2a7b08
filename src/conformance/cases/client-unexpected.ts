import type { CaseData } from '../model';
import {
  BEGUN_CALL,
  DUPLEX_CALL,
  EMPTY_CALL,
  end,
  HOLD_CALL,
  INPUT_CALL,
  serves,
  UNARY_CALL,
} from './raw-client';

/** An empty request in DATA, on the stream of UnaryCall. */
const REQUEST = '00000000 00000001 03 04 0000 fde8 0002';
const CANCEL_UNARY = '00000002 00000001 05 00 0001 fde8 0002  0000';

const ONE_REQUEST = [
  { method: '0002', name: 'unary' },
  { method: '0003', name: 'server_stream' },
];
/** Calls that do not end by themselves. */
const ENDLESS = [
  { method: '0002', name: 'unary', call: HOLD_CALL },
  { method: '0003', name: 'server_stream', call: HOLD_CALL.replace('0002', '0003') },
  { method: '0004', name: 'client_stream', call: INPUT_CALL },
  { method: '0005', name: 'full_duplex', call: DUPLEX_CALL },
  { method: '0006', name: 'half_duplex', call: DUPLEX_CALL.replace('0005', '0006') },
];

/** Clients that do what others do not, but may, or get a status for: the connection goes on. */
export const CLIENT_UNEXPECTED: readonly CaseData[] = [
  ...ONE_REQUEST.map(({ method, name }): CaseData => ({
    name: `no_request_${name}`,
    section: '§8.4',
    description: 'A call with LAST and without its one request is UNIMPLEMENTED.',
    script: [
      { send: `00000006 00000001 02 01 0000 fde8 ${method}  00000000 0000` },
      end({ code: 12 }),
      ...serves(3),
    ],
  })),
  ...ONE_REQUEST.map(({ method, name }): CaseData => ({
    name: `several_requests_${name}`,
    section: '§8.4',
    description: 'A second request for a call that takes one is UNIMPLEMENTED.',
    script: [
      { send: `00000006 00000001 02 04 0000 fde8 ${method}  00000000 0000` },
      { send: `00000000 00000001 03 05 0000 fde8 ${method}` },
      end({ code: 12 }),
      ...serves(3),
    ],
  })),
  {
    name: 'request_in_call_and_data',
    section: '§8.1',
    description: 'The first request of a stream may be in CALL, the next in DATA.',
    script: [
      { send: '0000000f 00000001 02 04 0000 fde8 0004  00000000 0000 00000000 00000001 ff' },
      { send: '0000000a 00000001 03 05 0000 fde8 0004  00000000 00000002 ff ff' },
      end({ flags: 'MSG', payload: '0000 00000000 00000003 00' }),
      ...serves(3),
    ],
  },
  {
    name: 'unary_request_in_data',
    section: '§8.1',
    description: 'A unary request may come in DATA although it would fit into CALL.',
    script: [
      { send: BEGUN_CALL },
      { send: REQUEST.replace('03 04', '03 05') },
      end(),
      ...serves(3),
    ],
  },
  {
    name: 'last_alone',
    section: '§8.1',
    description: 'LAST may come in a DATA of its own, without a message.',
    script: [
      { send: UNARY_CALL.replace('02 05', '02 04') },
      { send: '00000000 00000001 03 01 0000 fde8 0002' },
      end({ flags: 'MSG' }),
      ...serves(3),
    ],
  },
  {
    name: 'fragments_of_one_byte',
    section: '§7.3',
    description: 'A message may come in fragments of one byte.',
    script: [
      { send: BEGUN_CALL },
      { send: '00000001 00000001 03 06 0000 fde8 0002  00' },
      { send: '00000001 00000001 03 02 0000 fde8 0002  00' },
      { send: '00000001 00000001 03 02 0000 fde8 0002  00' },
      { send: '00000001 00000001 03 01 0000 fde8 0002  03' },
      end({ payload: '0000 00000003 000000 00000000 00' }),
      ...serves(3),
    ],
  },
  {
    name: 'request_cut_between_fields',
    section: '§7.2',
    description: 'A message that ends before a field has the defaults of that and all later ones.',
    script: [
      { send: '0000000a 00000001 02 05 0000 fde8 0002  00000000 0000 00000002' },
      end({ payload: '0000 00000002 0000 00000000 00' }),
    ],
  },
  {
    name: 'request_longer_than_known',
    section: '§7.2',
    description: 'What a message has behind the fields that are known is skipped.',
    script: [
      {
        send: `00000029 00000001 02 05 0000 fde8 0002  00000000 0000
               00000001 00000000 00000000 00 00000000 00000000 00000000 00 00 00 00
               de ad be ef de ad`,
      },
      end({ payload: '0000 00000001 00 00000000 00' }),
    ],
  },
  {
    name: 'late_data',
    section: '§8.3',
    description: 'DATA for a call that has ended is dropped.',
    script: [
      { send: '00000006 00000001 02 04 0000 fde8 0063  00000000 0000' },
      { send: '00000003 00000001 03 05 0000 fde8 0063  616263' },
      end({ code: 12 }),
      ...serves(3),
    ],
  },
  {
    name: 'late_cancel_and_credit',
    section: '§8.3',
    description: 'CANCEL and CREDIT for a call that has ended are dropped.',
    script: [
      { send: EMPTY_CALL },
      end(),
      { send: '00000002 00000001 05 00 0001 fde8 0001  0000' },
      { send: '00000004 00000001 06 00 0000 fde8 0001  00010000' },
      ...serves(3),
    ],
  },
  {
    name: 'late_frame_of_a_number_that_was_skipped',
    section: '§8.3',
    description: 'A frame for a number below the last one, that was never used, is late too.',
    script: [
      ...serves(7),
      { send: '00000003 00000005 03 05 0000 fde8 0002  616263' },
      ...serves(9),
    ],
  },
  {
    name: 'cancel_twice',
    section: '§11',
    description: 'A second CANCEL is ignored: one END.',
    script: [
      { send: HOLD_CALL },
      { send: CANCEL_UNARY },
      { send: CANCEL_UNARY },
      end({ code: 1 }),
      { ping: true },
      { expectNo: 'END' },
      ...serves(3),
    ],
  },
  {
    name: 'cancel_with_another_code',
    section: '§11',
    description: 'END has the code of CANCEL.',
    script: [
      { send: HOLD_CALL },
      { send: CANCEL_UNARY.replace('0001 fde8', '0004 fde8') },
      end({ code: 4 }),
    ],
  },
  ...ENDLESS.map(({ method, name, call }): CaseData => ({
    name: `cancelled_${name}_has_its_end`,
    section: '§8.3',
    description: 'END comes after CANCEL, once, and with its code.',
    script: [
      { send: call },
      { send: `00000002 00000001 05 00 0001 fde8 ${method}  0000` },
      end({ code: 1, flags: '' }),
      { ping: true },
      { expectNo: 'END' },
      ...serves(3),
    ],
  })),
  ...ENDLESS.map(({ name, call }): CaseData => ({
    name: `late_${name}_has_its_end`,
    section: '§11',
    description: 'The server keeps a time limit of 20 ms by itself.',
    script: [
      { send: call.replace('00000000 0000', '00000014 0000') },
      end({ code: 4, flags: '' }),
      ...serves(3),
    ],
  })),
];
