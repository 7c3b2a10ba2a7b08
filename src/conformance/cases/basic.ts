import type { CaseData } from '../model';
import { callOf, KINDS, PAIRS, sized, zeros } from './calls';

/** Each kind of call as it is meant to be. */
export const BASIC: readonly CaseData[] = [
  ...KINDS.map((kind): CaseData => {
    const request = { ...sized(10, 100_000, 0), echoesPayload: true, payload: 'ca fe' } as const;
    return {
      name: `basic_${kind.name}`,
      section: '§8.1',
      description: 'The request and its metadata arrive; replies and both kinds of metadata too.',
      steps: [
        callOf(
          kind,
          { ...request, describesCall: true, initialMetadata: PAIRS, trailingMetadata: PAIRS },
          {
            metadata: PAIRS,
            expect: {
              initialMetadata: PAIRS,
              trailers: PAIRS,
              replies: repliesToBasic(kind.method, kind.hasManyReplies),
            },
          },
        ),
      ],
    };
  }),
  {
    name: 'basic_large_echo',
    section: '§7.3',
    description: 'A message of 1 000 000 bytes in many fragments comes back as it was.',
    steps: [
      {
        method: 'UnaryCall',
        request: { payload: { counting: 1_000_000 }, echoesPayload: true },
        expect: { replies: [{ payload: { counting: 1_000_000 } }] },
      },
    ],
  },
  {
    name: 'basic_large_stream_echo',
    section: '§7.3',
    description: 'Long and short messages of one stream keep their order and their bytes.',
    steps: [
      {
        method: 'FullDuplexCall',
        actions: [
          ...[300_000, 1, 65_536, 0, 65_537].map((counting) => ({
            send: { ...sized(0), payload: { counting }, echoesPayload: true } as const,
          })),
          { endRequests: true },
        ],
        expect: {
          replies: [300_000, 1, 65_536, 0, 65_537].map((counting) => ({ payload: { counting } })),
        },
      },
    ],
  },
  {
    name: 'basic_many_at_once',
    section: '§1',
    description: 'A hundred calls share the connections, and each has its own reply.',
    steps: [
      {
        method: 'UnaryCall',
        times: 100,
        atOnce: true,
        request: { payload: { counting: 70_000 }, echoesPayload: true },
        expect: { replies: [{ payload: { counting: 70_000 } }] },
      },
    ],
  },
  {
    name: 'basic_many_replies',
    section: '§10',
    description: 'A stream of 1 000 replies goes through many windows of credit.',
    steps: [
      {
        method: 'StreamingOutputCall',
        request: sized(...Array.from({ length: 1_000 }, () => 1_000)),
        expect: { replies: Array.from({ length: 1_000 }, () => zeros(1_000)) },
      },
    ],
  },
];

/** The call is described in the first reply alone. */
function repliesToBasic(method: string, hasManyReplies: boolean) {
  const call = { metadata: PAIRS, remainingMs: 'none' } as const;
  if (method === 'StreamingInputCall') return [{ aggregatedPayloadSize: 2, ...zeros(0), call }];
  const reply = { payload: 'ca fe' };
  return hasManyReplies ? [{ ...reply, call }, reply, reply] : [{ ...reply, call }];
}
