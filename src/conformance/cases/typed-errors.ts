import { hex } from '../hex';
import type { CallStep, CaseData, RefusalData, ScriptStep } from '../model';
import { sized, STILL_SERVES, zeros } from './calls';
import { end, serves } from './raw-client';
import { ANSWERED, CALL } from './raw-server';

const REFUSAL: RefusalData = { what: 'no', limit: 7 };
/** The same on the wire. */
const DETAIL = '00000002 6e6f 00000007 00000000';
/** A Request with all fields before `refusal` at their defaults. */
const REQUEST_UNTIL_REFUSAL = '00000000 00000000 00000000 00 00000000 00000000 00000000 00 00 00';
const UNARY = { method: 'UnaryCall' } as const;
/** How a call ends by endsWith(). */
const GONE = { code: 9, text: 'gone' } as const;

/** Calls that end with a typed error. */
const BY_CALLS: readonly CaseData[] = [
  {
    name: 'typed_error_unary',
    section: '§9.3',
    description:
      'A call ends with an error of the IDL: status, text, detail, and metadata beside it.',
    needs: 'typed-errors',
    steps: [
      {
        method: 'UnaryCall',
        request: { refusal: REFUSAL, trailingMetadata: [['x-a', '31']] },
        expect: { code: 9, text: 'no', refusal: REFUSAL, trailers: [['x-a', '31']], replies: [] },
      },
      STILL_SERVES,
    ],
  },
  {
    name: 'typed_error_stream',
    section: '§9.3',
    description: 'A stream ends with an error of the IDL; replies before it count.',
    needs: 'typed-errors',
    steps: [
      {
        method: 'StreamingOutputCall',
        request: { ...sized(3, 0), refusal: REFUSAL },
        expect: { code: 9, text: 'no', refusal: REFUSAL, replies: [3, 0].map(zeros) },
      },
    ],
  },
  {
    name: 'typed_error_of_defaults',
    section: '§9.3',
    description: 'A detail of defaults alone is a detail all the same.',
    needs: 'typed-errors',
    steps: [
      { method: 'UnaryCall', request: { refusal: {} }, expect: { code: 9, text: '', refusal: {} } },
    ],
  },
  {
    name: 'typed_error_long_detail',
    section: '§9.3',
    description: 'A detail of 57 000 bytes fits into END.',
    needs: 'typed-errors',
    steps: [
      {
        method: 'UnaryCall',
        request: { refusal: { what: 'no', filler: { counting: 57_000 } } },
        expect: { code: 9, refusal: { what: 'no', filler: { counting: 57_000 } } },
      },
    ],
  },
  {
    name: 'typed_error_detail_too_long',
    section: '§9.3',
    description: 'A detail that does not fit into END is left out; status and text are told.',
    needs: 'typed-errors',
    steps: [
      {
        method: 'UnaryCall',
        request: { refusal: { what: 'no', filler: { zeros: 70_000 } } },
        expect: { code: 9, text: 'no', refusal: 'none' },
      },
      STILL_SERVES,
    ],
  },
];

/** What a server writes. */
const BY_CLIENTS: readonly CaseData[] = [
  {
    name: 'typed_error_bytes',
    section: '§9.3',
    description: 'Option 7 has the number, MSG the detail, field by field.',
    needs: 'typed-errors',
    script: [
      {
        send: `00000035 00000001 02 05 0000 fde8 0002  00000000 0000
               ${REQUEST_UNTIL_REFUSAL} 01 0000000e ${DETAIL}`,
      },
      end({ code: 9, flags: 'MSG', typedError: { id: 1, detail: DETAIL } }),
      ...serves(3),
    ],
  },
  {
    name: 'typed_error_over_the_limit_of_client',
    section: '§9.3',
    description: 'A detail that is longer than the client takes is left out.',
    needs: 'typed-errors',
    // A longest message of 13 bytes.
    opening: `89 46 49 4f 0d 0a 1a 0a 00000016 00000000 01 00 0000 0000 0000
              0001 0001 0000000d 00000400 00002710 00000000 0000`,
    script: [
      {
        send: `00000035 00000001 02 05 0000 fde8 0002  00000000 0000
               ${REQUEST_UNTIL_REFUSAL} 01 0000000e ${DETAIL}`,
      },
      end({ code: 9, flags: '', typedError: 'none' }),
    ],
  },
  {
    name: 'untyped_error_bytes',
    section: '§9.3',
    description: 'An error that is not of the IDL has no number and no message.',
    script: [
      {
        // response_status: 9, 'no'
        send: `00000021 00000001 02 05 0000 fde8 0002  00000000 0000
               00000000 00000000 00000000 01 0000000a 00000009 00000002 6e6f`,
      },
      end({ code: 9, flags: '', typedError: 'none' }),
    ],
  },
];

interface EndData {
  readonly code?: number;
  readonly id?: number;
  readonly detail?: string;
}

/** END with the text 'gone', perhaps a typed error's number, and perhaps a message. */
function endsWith({ code = 9, id, detail }: EndData): ScriptStep {
  const options = `05 0004 676f6e65 ${id === undefined ? '' : `07 0002 ${inHex(id, 4)}`}`;
  const payload = `${inHex(hex(options).length, 4)} ${options} ${detail ?? ''}`;
  const flags = detail === undefined ? '00' : '04';
  return {
    send: `${inHex(hex(payload).length, 8)} {call} 04 ${flags} ${inHex(code, 4)} {method} ${payload}`,
  };
}

function inHex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

function fromServer(
  name: string,
  description: string,
  sent: EndData,
  expect: CallStep['expect'],
): CaseData {
  return {
    name,
    section: '§9.3',
    description,
    needs: 'typed-errors',
    steps: [{ ...UNARY, expect }, STILL_SERVES],
    connections: [[CALL, endsWith(sent), ...ANSWERED]],
  };
}

/** What a client makes of END. */
const BY_SERVERS: readonly CaseData[] = [
  fromServer(
    'typed_error_number_unknown',
    'Of an error that the client does not know it has status and text.',
    { id: 99, detail: DETAIL },
    { ...GONE, refusal: 'none' },
  ),
  fromServer(
    'typed_error_detail_cut',
    'A detail that cannot be read: status and text count, and the connection goes on.',
    { id: 1, detail: '00000009 6e6f' },
    { ...GONE, refusal: 'none' },
  ),
  fromServer(
    'typed_error_detail_longer',
    'A later version of the error has more fields: they are skipped.',
    { id: 1, detail: `${DETAIL} 00000001 78` },
    { ...GONE, refusal: REFUSAL },
  ),
  fromServer(
    'typed_error_detail_shorter',
    'An earlier version of the error has less fields: those have their defaults.',
    { id: 1, detail: '00000002 6e6f' },
    { ...GONE, refusal: { what: 'no' } },
  ),
  fromServer(
    'typed_error_without_message',
    'Without MSG the detail is as an empty message.',
    { id: 1 },
    { ...GONE, refusal: {} },
  ),
  fromServer(
    'typed_error_without_number',
    'A message without option 7 is ignored.',
    { detail: DETAIL },
    { ...GONE, refusal: 'none' },
  ),
  fromServer(
    'typed_error_in_success',
    'Option 7 with code 0 is ignored.',
    { code: 0, id: 1, detail: '' },
    { code: 0, replies: [zeros(0)] },
  ),
];

/** Errors that the IDL declares: §9.3. */
export const TYPED_ERRORS: readonly CaseData[] = [...BY_CALLS, ...BY_CLIENTS, ...BY_SERVERS];
