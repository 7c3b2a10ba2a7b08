import type { CaseData } from '../model';
import { callOf, KINDS, sized, zeros } from './calls';

/** Messages without bytes, and streams without messages: they are not the same. */
export const EMPTY: readonly CaseData[] = [
  ...KINDS.map((kind): CaseData => ({
    name: `${kind.name}_empty_message`,
    section: '§6',
    description: 'An empty request is a request. The replies, with empty payloads, are replies.',
    steps: [
      callOf(kind, kind.hasManyReplies ? sized(0, 0, 0) : {}, {
        expect: { replies: (kind.hasManyReplies ? [0, 0, 0] : [0]).map(zeros) },
      }),
    ],
  })),
  {
    name: 'server_stream_empty_stream',
    section: '§8.1',
    description: 'A stream of no replies ends well.',
    steps: [{ method: 'StreamingOutputCall', expect: { replies: [] } }],
  },
  {
    name: 'client_stream_empty_stream',
    section: '§8.4',
    description: 'A stream of no requests has its one reply.',
    steps: [{ method: 'StreamingInputCall', expect: { replies: [{ aggregatedPayloadSize: 0 }] } }],
  },
  {
    name: 'half_duplex_empty_stream',
    section: '§8.4',
    description: 'No requests, then no replies.',
    steps: [
      { method: 'HalfDuplexCall', actions: [{ endRequests: true }], expect: { replies: [] } },
    ],
  },
  {
    name: 'full_duplex_no_replies',
    section: '§8.1',
    description: 'Requests that ask for no replies get none, and the call ends well.',
    steps: [
      {
        method: 'FullDuplexCall',
        actions: [{ send: {} }, { send: zeros(3) }, { endRequests: true }],
        expect: { replies: [] },
      },
    ],
  },
  {
    name: 'empty_stream_with_metadata',
    section: '§8.1',
    description: 'Initial metadata and trailers come without any reply between them.',
    steps: [
      {
        method: 'StreamingOutputCall',
        request: { initialMetadata: [['x-a', '31']], trailingMetadata: [['x-b', '32']] },
        expect: { replies: [], initialMetadata: [['x-a', '31']], trailers: [['x-b', '32']] },
      },
    ],
  },
];
