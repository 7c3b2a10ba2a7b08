import type { CaseData } from '../model';
import { sized, STILL_SERVES, zeros } from './calls';

/** The call of large_unary. */
export const LARGE_UNARY = {
  method: 'UnaryCall',
  request: { responseSize: 314_159, ...zeros(271_828) },
  expect: { replies: [zeros(314_159)] },
} as const;

const ECHOED = [
  ['x-fio-echo-initial', '74 65 73 74 5f 69 6e 69 74 69 61 6c'],
  ['x-fio-echo-trailing-bin', 'ab ab ab 00 ff 0a'],
] as const;
const ECHO = { initialMetadata: [ECHOED[0]], trailers: [ECHOED[1]] } as const;

const FAILURE = { code: 2, message: 'test status message' } as const;
const SPECIAL_TEXT = '\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n';

/** gRPC's interop test cases, by their names. */
export const INTEROP: readonly CaseData[] = [
  {
    name: 'empty_unary',
    section: '§8.1',
    description: 'An empty request has an empty reply.',
    steps: [{ method: 'EmptyCall', expect: {} }],
  },
  {
    name: 'large_unary',
    section: '§7.3',
    description: 'A request of 271 828 bytes and a reply of 314 159 go in several frames.',
    steps: [LARGE_UNARY],
  },
  {
    name: 'client_streaming',
    section: '§8.1',
    description: 'Four requests, one reply with the sum of their lengths.',
    steps: [
      {
        method: 'StreamingInputCall',
        actions: [27_182, 8, 1_828, 45_904].map((size) => ({ send: zeros(size) })),
        expect: { replies: [{ aggregatedPayloadSize: 74_922 }] },
      },
    ],
  },
  {
    name: 'server_streaming',
    section: '§8.1',
    description: 'One request, four replies of the sizes that it asks for, in order.',
    steps: [
      {
        method: 'StreamingOutputCall',
        request: sized(31_415, 9, 2_653, 58_979),
        expect: { replies: [31_415, 9, 2_653, 58_979].map(zeros) },
      },
    ],
  },
  {
    name: 'ping_pong',
    section: '§8.1',
    description: 'Requests and replies take turns, four times.',
    steps: [
      {
        method: 'FullDuplexCall',
        actions: [
          { send: { ...sized(31_415), ...zeros(27_182) } },
          { receive: 1 },
          { send: { ...sized(9), ...zeros(8) } },
          { receive: 1 },
          { send: { ...sized(2_653), ...zeros(1_828) } },
          { receive: 1 },
          { send: { ...sized(58_979), ...zeros(45_904) } },
          { receive: 1 },
          { endRequests: true },
        ],
        expect: { replies: [31_415, 9, 2_653, 58_979].map(zeros) },
      },
    ],
  },
  {
    name: 'empty_stream',
    section: '§8.4',
    description: 'A bidirectional call without requests has no replies, and ends well.',
    steps: [
      { method: 'FullDuplexCall', actions: [{ endRequests: true }], expect: { replies: [] } },
    ],
  },
  {
    name: 'custom_metadata',
    section: '§5.10',
    description:
      "A call's metadata comes back as initial metadata and trailers, binary values too.",
    steps: [
      {
        method: 'UnaryCall',
        metadata: ECHOED,
        request: { responseSize: 314_159, payload: { zeros: 271_828 } },
        expect: { ...ECHO, replies: [zeros(314_159)] },
      },
      {
        method: 'FullDuplexCall',
        metadata: ECHOED,
        actions: [{ send: { ...sized(314_159), ...zeros(271_828) } }, { endRequests: true }],
        expect: { ...ECHO, replies: [zeros(314_159)] },
      },
    ],
  },
  {
    name: 'status_code_and_message',
    section: '§9.1',
    description: 'Code and text of an error come as the server has set them.',
    steps: [
      {
        method: 'UnaryCall',
        request: { responseStatus: FAILURE },
        expect: { code: 2, text: FAILURE.message, replies: [] },
      },
      {
        method: 'FullDuplexCall',
        actions: [{ send: { responseStatus: FAILURE } }, { endRequests: true }],
        expect: { code: 2, text: FAILURE.message, replies: [] },
      },
    ],
  },
  {
    name: 'special_status_message',
    section: '§5.10',
    description: 'The text of an error may have control characters, and any of Unicode.',
    steps: [
      {
        method: 'UnaryCall',
        request: { responseStatus: { code: 2, message: SPECIAL_TEXT } },
        expect: { code: 2, text: SPECIAL_TEXT },
      },
    ],
  },
  {
    name: 'unimplemented_method',
    section: '§8.5',
    description: 'A method that the service lacks is UNIMPLEMENTED, and the connection goes on.',
    steps: [{ method: 'UnimplementedCall', expect: { code: 12 } }, STILL_SERVES],
  },
  {
    name: 'unimplemented_service',
    section: '§8.5',
    description: 'A service that the server lacks is UNIMPLEMENTED, and the connection goes on.',
    steps: [{ method: 'UnimplementedService', expect: { code: 12 } }, STILL_SERVES],
  },
  {
    name: 'cancel_after_begin',
    section: '§11',
    description: 'A call that is cancelled before its first request is CANCELLED, at once.',
    steps: [
      { method: 'StreamingInputCall', actions: [{ cancel: true }], expect: { code: 1 } },
      STILL_SERVES,
    ],
  },
  {
    name: 'cancel_after_first_response',
    section: '§11',
    description: 'A call that is cancelled after its first reply is CANCELLED.',
    steps: [
      {
        method: 'FullDuplexCall',
        actions: [
          { send: { ...sized(31_415), ...zeros(27_182) } },
          { receive: 1 },
          { cancel: true },
        ],
        expect: { code: 1, replies: [zeros(31_415)] },
      },
    ],
  },
  {
    name: 'timeout_on_sleeping_server',
    section: '§11',
    description: 'A time limit of 1 ms passes while the server sleeps: DEADLINE_EXCEEDED.',
    steps: [
      {
        method: 'FullDuplexCall',
        timeoutMs: 1,
        actions: [{ send: { ...zeros(27_182), delayMs: 60_000 } }],
        expect: { code: 4 },
      },
    ],
  },
];
