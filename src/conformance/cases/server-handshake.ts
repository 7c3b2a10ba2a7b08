import type { CallStep, CaseData } from '../model';
import { refused } from './raw-server';

const HELLO =
  '00000016 00000000 01 10 0000 0000 0000  0001 0001 00400000 00000400 00002710 00000000 0000';
const PREFACE = '89 46 49 4f 0d 0a 1a 0a';

/** It fails because the connection does; the server may have acted. */
const FAILS: CallStep = { method: 'UnaryCall', expect: { code: 14 } };

/** A server's preface and HELLO that end the connection, at the client. */
export const SERVER_HANDSHAKE: readonly CaseData[] = [
  {
    name: 'server_hello_missing',
    section: '§3',
    description: 'PING comes before HELLO.',
    opening: `${PREFACE} 00000008 00000000 07 00 0000 0000 0000 0000000000000000`,
    steps: [FAILS],
    connections: [refused('HELLO_MISSING')],
  },
  {
    name: 'server_hello_without_reply',
    section: '§6',
    description: 'HELLO of a server without REPLY.',
    opening: `${PREFACE} ${HELLO.replace('01 10', '01 00')}`,
    steps: [FAILS],
    connections: [refused('FLAG_OUT_OF_PLACE')],
  },
  {
    name: 'server_hello_invalid',
    section: '§3',
    description: 'The lowest version is above the highest.',
    opening: `${PREFACE} ${HELLO.replace('0001 0001', '0003 0002')}`,
    steps: [FAILS],
    connections: [refused('HELLO_INVALID')],
  },
  {
    name: 'server_version_unsupported',
    section: '§3',
    description: 'A server of versions 2 to 3 alone: the client says so, and goes.',
    opening: `${PREFACE} ${HELLO.replace('0001 0001', '0002 0003')}`,
    steps: [{ ...FAILS, expect: { code: [12, 14] } }],
    connections: [refused('VERSION_UNSUPPORTED', 12)],
  },
  {
    name: 'server_preface_wrong',
    section: '§3',
    description: 'A server that speaks HTTP: the client closes without a word.',
    opening: '48 54 54 50 2f 31 2e 31 20 34 30 30 0d 0a',
    steps: [FAILS],
    connections: [[{ expectEnded: true }, { expectNo: 'GOAWAY' }]],
  },
];
