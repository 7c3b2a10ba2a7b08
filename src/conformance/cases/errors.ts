import type { CaseData } from '../model';
import { callOf, KINDS, PAIRS, repliesOf, sized, STILL_SERVES, zeros } from './calls';

const CODES = [
  'cancelled',
  'unknown',
  'invalid_argument',
  'deadline_exceeded',
  'not_found',
  'already_exists',
  'permission_denied',
  'resource_exhausted',
  'failed_precondition',
  'aborted',
  'out_of_range',
  'unimplemented',
  'internal',
  'unavailable',
  'data_loss',
  'unauthenticated',
].map((name, index) => ({ name, code: index + 1 }));

/** Of three bytes in UTF-8. */
const SMILE = '☺';

/** How calls fail when their handlers want them to. */
export const ERRORS: readonly CaseData[] = [
  ...CODES.map(({ name, code }): CaseData => ({
    name: `errors_unary_${name}`,
    section: '§9.1',
    description: `A unary call fails with status ${code}, its text and its metadata.`,
    steps: [
      {
        method: 'UnaryCall',
        request: { responseStatus: { code, message: name }, trailingMetadata: PAIRS },
        expect: { code, text: name, trailers: PAIRS, replies: [], mayHaveActed: true },
      },
    ],
  })),
  ...CODES.map(({ name, code }): CaseData => ({
    name: `errors_stream_${name}`,
    section: '§9.1',
    description: `A stream fails with status ${code} after two replies, which still count.`,
    steps: [
      {
        method: 'StreamingOutputCall',
        request: {
          ...sized(5, 50_000),
          responseStatus: { code, message: name },
          initialMetadata: PAIRS,
          trailingMetadata: PAIRS,
        },
        expect: {
          code,
          text: name,
          initialMetadata: PAIRS,
          trailers: PAIRS,
          replies: [5, 50_000].map(zeros),
        },
      },
    ],
  })),
  ...KINDS.filter(({ name }) => name !== 'unary' && name !== 'server_stream').map(
    (kind): CaseData => ({
      name: `errors_${kind.name}`,
      section: '§9.1',
      description: 'The call fails when its request says so; replies before that count.',
      steps: [
        callOf(
          kind,
          { ...sized(1), responseStatus: { code: 9, message: 'no' }, trailingMetadata: PAIRS },
          {
            expect: {
              code: 9,
              text: 'no',
              trailers: PAIRS,
              replies: kind.hasManyReplies ? repliesOf(kind, 1) : [],
            },
          },
        ),
      ],
    }),
  ),
  {
    name: 'errors_while_requests_are_sent',
    section: '§8.2',
    description: 'END may come while the client still sends: it sends no more, and has the error.',
    steps: [
      {
        method: 'StreamingInputCall',
        actions: [
          { send: { responseStatus: { code: 10, message: 'enough' } } },
          ...Array.from({ length: 20 }, () => ({ send: zeros(100_000) })),
        ],
        expect: { code: 10, text: 'enough', replies: [] },
      },
      STILL_SERVES,
    ],
  },
  {
    name: 'errors_unicode_text',
    section: '§5.10',
    description: 'A text of characters of one to four bytes, with U+0000 and a BOM, is unchanged.',
    steps: [
      {
        method: 'FullDuplexCall',
        actions: [
          { send: { responseStatus: { code: 3, message: '\ufeffa\u0000é☺😈ﬁ\u202e' } } },
          { endRequests: true },
        ],
        expect: { code: 3, text: '\ufeffa\u0000é☺😈ﬁ\u202e' },
      },
    ],
  },
  {
    name: 'errors_longest_text',
    section: '§5.10',
    description: 'A text of 1 024 bytes comes whole.',
    steps: [
      {
        method: 'UnaryCall',
        request: { responseStatus: { code: 5, message: 'x'.repeat(1_024) } },
        expect: { code: 5, text: 'x'.repeat(1_024) },
      },
    ],
  },
  {
    name: 'errors_text_too_long',
    section: '§5.10',
    description: 'A text of more than 1 024 bytes is shortened between two characters.',
    steps: [
      {
        method: 'UnaryCall',
        request: { responseStatus: { code: 5, message: SMILE.repeat(400) } },
        expect: { code: 5, text: SMILE.repeat(341) },
      },
    ],
  },
  {
    name: 'errors_without_text',
    section: '§9.1',
    description: 'An error needs no text.',
    steps: [
      {
        method: 'UnaryCall',
        request: { responseStatus: { code: 5, message: '' } },
        expect: { code: 5, text: '' },
      },
    ],
  },
];
