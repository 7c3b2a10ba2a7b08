import type { CaseData } from '../model';
import { BEGUN_CALL, end, serves } from './raw-client';

/** Preface and HELLO of a client that can deflate. */
const OPENING = `89 46 49 4f 0d 0a 1a 0a 00000016 00000000 01 00 0000 0000 0000
  0001 0001 00400000 00000400 00002710 00000001 0000`;
/** A hundred bytes of 0, as docs/PROTOCOL.md §7.6 compresses them: 10 bytes. */
const HUNDRED = '00000064 63 60 a0 3d 00 00';
/** CALL of UnaryCall with a compressed request of 10 bytes. */
const COMPRESSED_CALL = '00000010 00000001 02 0d 0000 fde8 0002  00000000 0000';

function refusedAs(name: string, description: string, call: string): CaseData {
  return {
    name: `compressed_${name}`,
    section: '§7.6',
    description,
    needs: 'deflate',
    opening: OPENING,
    script: [{ send: call }, end({ code: 3, rule: 'COMPRESSION_INVALID' }), ...serves(3)],
  };
}

/** Compressed messages, at the server. */
export const SERVER_DEFLATE: readonly CaseData[] = [
  {
    name: 'compressed_request',
    section: '§7.6',
    description: 'A compressed request in CALL is read.',
    needs: 'deflate',
    opening: OPENING,
    script: [{ send: `${COMPRESSED_CALL} ${HUNDRED}` }, end({ flags: 'MSG' })],
  },
  {
    name: 'compressed_request_in_fragments',
    section: '§7.6',
    description: 'Of a compressed request in fragments only the first has COMPRESSED.',
    needs: 'deflate',
    opening: OPENING,
    script: [
      { send: BEGUN_CALL },
      { send: '00000002 00000001 03 0e 0000 fde8 0002  0000' },
      { send: '00000005 00000001 03 02 0000 fde8 0002  0064 63 60 a0' },
      { send: '00000003 00000001 03 01 0000 fde8 0002  3d 00 00' },
      end({ flags: 'MSG' }),
    ],
  },
  {
    name: 'compressed_reply',
    section: '§7.6',
    description: 'A reply of 5 000 bytes of 0 comes compressed, when both ends can.',
    needs: 'deflate',
    opening: OPENING,
    script: [
      { send: '0000000a 00000001 02 05 0000 fde8 0002  00000000 0000 00001388' },
      end({ flags: 'MSG|COMPRESSED' }),
    ],
  },
  {
    name: 'reply_not_compressed_unasked',
    section: '§7.6',
    description: 'A client that has not said that it can inflate gets nothing compressed.',
    script: [
      { send: '0000000a 00000001 02 05 0000 fde8 0002  00000000 0000 00001388' },
      end({ flags: 'MSG', payloadBytes: 5_011 }),
    ],
  },
  refusedAs(
    'without_length',
    'A compressed message of three bytes has no length.',
    '00000009 00000001 02 0d 0000 fde8 0002  00000000 0000 000000',
  ),
  refusedAs('garbage', 'It is not DEFLATE.', `${COMPRESSED_CALL} 00000064 ff ff ff ff ff ff`),
  refusedAs(
    'shorter_than_it_says',
    'It inflates to 100 bytes, and says 101.',
    `${COMPRESSED_CALL} ${HUNDRED.replace('64', '65')}`,
  ),
  refusedAs(
    'longer_than_it_says',
    'It inflates to 100 bytes, and says 99.',
    `${COMPRESSED_CALL} ${HUNDRED.replace('64', '63')}`,
  ),
  refusedAs(
    'with_bytes_behind',
    'It goes on behind the end of the DEFLATE stream.',
    `${COMPRESSED_CALL.replace('00000010', '00000011')} ${HUNDRED} 00`,
  ),
  refusedAs(
    'cut',
    'It is cut in the middle of the DEFLATE stream.',
    `${COMPRESSED_CALL.replace('00000010', '0000000e')} 00000064 63 60 a0 3d`,
  ),
  {
    name: 'compressed_over_the_limit',
    section: '§7.6',
    description: 'A message that says it inflates to 4 GiB is refused by its length.',
    needs: 'deflate',
    opening: OPENING,
    script: [
      { send: `${COMPRESSED_CALL} ${HUNDRED.replace('00000064', 'ffffffff')}` },
      end({ code: 8, rule: 'MESSAGE_TOO_LONG' }),
      ...serves(3),
    ],
  },
];
