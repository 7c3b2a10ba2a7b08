import type { CaseData, PairData } from '../model';
import { callOf, KINDS, PAIRS } from './calls';

const LONGEST_KEY = `x-${'k'.repeat(253)}`;
const ALL_BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const UNUSUAL: readonly PairData[] = [
  [LONGEST_KEY, '01'],
  ['0-9_.', '02'],
  ['__proto__', '03'],
  ['constructor', '04'],
  ['x-bin', ALL_BYTES.join(' ')],
  ['x-long', '61 '.repeat(3_000)],
];

/** What stands beside messages. */
export const METADATA: readonly CaseData[] = [
  ...KINDS.map((kind): CaseData => ({
    name: `duplicate_metadata_${kind.name}`,
    section: '§5.10',
    description: 'A key may come several times, and order is kept; both ways, three places.',
    steps: [
      callOf(
        kind,
        {
          responseParameters: [{ size: 0 }],
          initialMetadata: PAIRS,
          trailingMetadata: PAIRS,
          describesCall: true,
        },
        {
          metadata: PAIRS,
          expect: {
            initialMetadata: PAIRS,
            trailers: PAIRS,
            replies: [{ call: { metadata: PAIRS } }],
          },
        },
      ),
    ],
  })),
  {
    name: 'unusual_metadata',
    section: '§5.10',
    description: 'Keys of 255 bytes, of every character, of names that languages use; any bytes.',
    steps: [
      {
        method: 'UnaryCall',
        metadata: UNUSUAL,
        request: { initialMetadata: UNUSUAL, trailingMetadata: UNUSUAL, describesCall: true },
        expect: {
          initialMetadata: UNUSUAL,
          trailers: UNUSUAL,
          replies: [{ call: { metadata: UNUSUAL } }],
        },
      },
    ],
  },
  {
    name: 'metadata_of_errors',
    section: '§8.1',
    description: 'A call that fails at once has initial metadata and trailers all the same.',
    steps: [
      {
        method: 'UnaryCall',
        request: {
          initialMetadata: PAIRS,
          trailingMetadata: PAIRS,
          responseStatus: { code: 7, message: 'no' },
        },
        expect: { code: 7, initialMetadata: PAIRS, trailers: PAIRS },
      },
    ],
  },
];
