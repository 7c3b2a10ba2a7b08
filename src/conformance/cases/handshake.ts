import type { CaseData, ScriptStep } from '../model';
import { EMPTY_CALL, end, refused, serves } from './raw-client';

const PREFACE = '89 46 49 4f 0d 0a 1a 0a';
const HEADER = '00000016 00000000 01 00 0000 0000 0000';
const LIMITS = '00400000 00000400 00002710';
const HELLO = `${HEADER} 0001 0001 ${LIMITS} 00000000 0000`;

const CLOSED_WITHOUT_ANSWER: readonly ScriptStep[] = [
  { expectEnded: true },
  { expectNo: 'HELLO' },
  { expectNo: 'GOAWAY' },
];

/** How a connection begins, at the server. */
export const HANDSHAKE: readonly CaseData[] = [
  {
    name: 'hello_is_answered',
    section: '§3',
    description: "The server's first frame is HELLO with REPLY.",
    script: [{ expect: { type: 'HELLO', flags: 'REPLY', code: 0 } }, ...serves(1)],
  },
  {
    name: 'calls_behind_hello',
    section: '§3',
    description: 'A client of one version may send calls behind its HELLO, in one segment.',
    opening: `${PREFACE} ${HELLO} ${EMPTY_CALL} ${EMPTY_CALL.replace('00000001', '00000003')}`,
    script: [
      { expect: { type: 'HELLO', flags: 'REPLY' } },
      end({ flags: 'MSG' }),
      end({ stream: 3, flags: 'MSG' }),
    ],
  },
  {
    name: 'byte_by_byte',
    section: '§1',
    description: 'Preface, HELLO and CALL may come one byte at a time.',
    opening: '',
    script: [
      ...`${PREFACE} ${HELLO} ${EMPTY_CALL}`
        .replace(/\s/g, '')
        .replace(/../g, '$& ')
        .trim()
        .split(' ')
        .map((send): ScriptStep => ({ send })),
      end({ flags: 'MSG' }),
    ],
  },
  {
    name: 'http_request',
    section: '§3',
    description: 'Who sends HTTP is disconnected without an answer.',
    opening: '47 45 54 20 2f 20 48 54 54 50 2f 31 2e 31 0d 0a 0d 0a',
    script: CLOSED_WITHOUT_ANSWER,
  },
  {
    name: 'wrong_preface_first_byte',
    section: '§3',
    description: 'A wrong preface is decided at the first byte that differs.',
    opening: '16',
    script: CLOSED_WITHOUT_ANSWER,
  },
  {
    name: 'wrong_preface_last_byte',
    section: '§3',
    description: 'The last byte of the preface counts too.',
    opening: '89 46 49 4f 0d 0a 1a 0d',
    script: CLOSED_WITHOUT_ANSWER,
  },
  {
    name: 'version_unsupported',
    section: '§3',
    description: 'For a client of version 2 alone there is HELLO, then GOAWAY(UNIMPLEMENTED).',
    opening: `${PREFACE} ${HELLO.replace('0001 0001', '0002 0002')}`,
    script: [
      { expect: { type: 'HELLO', flags: 'REPLY' } },
      { expect: { type: 'GOAWAY', code: 12, lastStream: [0, 0] } },
      { expectEnded: true },
    ],
  },
  {
    name: 'version_unsupported_call',
    section: '§3',
    description: 'A call behind such a HELLO is not looked at.',
    opening: `${PREFACE} ${HELLO.replace('0001 0001', '0002 0002')} ${EMPTY_CALL}`,
    script: [
      { expect: { type: 'GOAWAY', code: 12, lastStream: [0, 0] } },
      { expectEnded: true },
      { expectNo: 'END' },
    ],
  },
  {
    name: 'version_range',
    section: '§3',
    description: 'With a client of versions 1 to 9 version 1 is spoken.',
    opening: `${PREFACE} ${HELLO.replace('0001 0001', '0001 0009')}`,
    script: [{ expect: { type: 'HELLO', flags: 'REPLY' } }, ...serves(1)],
  },
  {
    name: 'capabilities_unknown',
    section: '§5',
    description: 'Capabilities that are not known are ignored.',
    opening: `${PREFACE} ${HELLO.replace('00000000 0000', 'fffffffe 0000')}`,
    script: serves(1),
  },
  {
    name: 'hello_longer',
    section: '§5',
    description: 'Bytes behind the options of HELLO are skipped, and options that are not known.',
    opening: `${PREFACE} 0000001e 00000000 01 00 0000 0000 0000
              0001 0001 ${LIMITS} 00000000 0004 c8 0001 ff  de ad be ef`,
    script: serves(1),
  },
  {
    name: 'hello_streams_of_client',
    section: '§5',
    description: "The client's number of streams means nothing: 0 is as good as any.",
    opening: `${PREFACE} ${HELLO.replace('00000400', '00000000')}`,
    script: serves(1),
  },
  {
    name: 'hello_options_malformed',
    section: '§5.10',
    description: 'Options of HELLO that cannot be read end the connection.',
    opening: `${PREFACE} 00000017 00000000 01 00 0000 0000 0000
              0001 0001 ${LIMITS} 00000000 0001 05`,
    script: refused('OPTIONS_MALFORMED'),
  },
];
