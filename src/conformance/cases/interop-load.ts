import type { CaseData } from '../model';
import { sized, STILL_SERVES, zeros } from './calls';
import { LARGE_UNARY } from './interop';

const MIB = 1_048_576;
const LOAD_MS_MAX = 60_000;
/** A name with a label that is longer than any name may have: no resolver asks the network. */
const NO_HOST = `${'x'.repeat(64)}.invalid:1`;

/** gRPC's interop cases of compression, credentials, limits and load; and those it plans. */
export const INTEROP_LOAD: readonly CaseData[] = [
  {
    name: 'client_compressed_unary',
    section: '§7.6',
    description: 'A compressed request is read; one that is too short to compress, too.',
    needs: 'deflate',
    client: { compresses: true },
    steps: [
      STILL_SERVES,
      {
        method: 'UnaryCall',
        request: { ...zeros(271_828), echoesPayload: true },
        expect: { replies: [zeros(271_828)] },
      },
      {
        method: 'UnaryCall',
        request: { ...zeros(8), echoesPayload: true },
        expect: { replies: [zeros(8)] },
      },
    ],
  },
  {
    name: 'server_compressed_unary',
    section: '§7.6',
    description: 'A compressed reply is read; one that is too short to compress, too.',
    needs: 'deflate',
    client: { compresses: true },
    steps: [LARGE_UNARY, { method: 'UnaryCall', expect: { replies: [zeros(0)] } }],
  },
  {
    name: 'client_compressed_streaming',
    section: '§7.6',
    description: 'Of several requests some are compressed and some are not.',
    needs: 'deflate',
    client: { compresses: true },
    steps: [
      STILL_SERVES,
      {
        method: 'StreamingInputCall',
        actions: [{ send: zeros(27_182) }, { send: zeros(45) }, { send: zeros(900_000) }],
        expect: { replies: [{ aggregatedPayloadSize: 927_227 }] },
      },
    ],
  },
  {
    name: 'server_compressed_streaming',
    section: '§7.6',
    description: 'Of several replies some are compressed and some are not.',
    needs: 'deflate',
    client: { compresses: true },
    steps: [
      {
        method: 'StreamingOutputCall',
        request: sized(31_415, 92, 900_000),
        expect: { replies: [31_415, 92, 900_000].map(zeros) },
      },
    ],
  },
  {
    name: 'very_large_request',
    section: '§7.4',
    description: 'A request over the limit is RESOURCE_EXHAUSTED, and the next call is served.',
    steps: [
      STILL_SERVES,
      { method: 'UnaryCall', request: zeros(5 * MIB), expect: { code: 8 } },
      {
        method: 'StreamingInputCall',
        actions: [{ send: zeros(1) }, { send: zeros(5 * MIB) }],
        expect: { code: 8, replies: [] },
      },
      LARGE_UNARY,
    ],
  },
  {
    name: 'very_large_response',
    section: '§7.4',
    description: 'A reply over the limit is RESOURCE_EXHAUSTED, and the next call is served.',
    steps: [
      { method: 'UnaryCall', request: { responseSize: 5 * MIB }, expect: { code: 8 } },
      {
        method: 'StreamingOutputCall',
        request: sized(1, 5 * MIB),
        expect: { code: 8, replies: [zeros(1)] },
      },
      LARGE_UNARY,
    ],
  },
  {
    name: 'rpc_soak',
    section: '§1',
    description: 'Large unary calls, 100 of them one after the other, on one channel.',
    timeMsMax: LOAD_MS_MAX,
    steps: [{ ...LARGE_UNARY, times: 100 }],
  },
  {
    name: 'channel_soak',
    section: '§14.1',
    description: 'Large unary calls, 30 of them, each on a connection that is made and ended.',
    timeMsMax: LOAD_MS_MAX,
    steps: [{ ...LARGE_UNARY, times: 30, onNewConnection: true }],
  },
  {
    name: 'concurrent_large_unary',
    section: '§10',
    description: 'Large unary calls, 1 000 at once: all are answered.',
    timeMsMax: LOAD_MS_MAX,
    steps: [{ ...LARGE_UNARY, times: 1_000, atOnce: true }],
  },
  {
    name: 'failed_host_name',
    section: '§9.2',
    description: 'A host that does not exist is UNAVAILABLE, and nothing was done.',
    client: { address: NO_HOST },
    steps: [
      { method: 'EmptyCall', expect: { code: 14, mayHaveActed: false } },
      {
        method: 'FullDuplexCall',
        actions: [{ send: {} }, { endRequests: true }],
        expect: { code: 14, mayHaveActed: false },
      },
    ],
  },
];
