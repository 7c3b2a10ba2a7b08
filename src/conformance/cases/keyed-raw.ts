import type { CallStep, CaseData, FramePattern, ScriptStep } from '../model';
import { end, serves } from './raw-client';
import { CALL, cancelled } from './raw-server';

const HOUR_MS = 3_600_000;
const NEW_KEY: ScriptStep = { makeKey: 'key', ageMs: 0 };

/** CALL of KeyedCall with a key; its handler takes that time. The names are of keys in hex. */
function keyedCall(key: string, { stream = 1, delayMs = 0, timeoutMs = 0 } = {}): ScriptStep {
  const word = (value: number): string => value.toString(16).padStart(8, '0');
  return {
    send: `00000025 ${word(stream)} 02 05 0000 fde8 0008  ${word(timeoutMs)} 0013 02 0010 {${key}}
           00000000 00000000 ${word(delayMs)}`,
  };
}

/** What a server does with keys that a client of ours would not send. */
const BY_CLIENTS: readonly (readonly [
  name: string,
  description: string,
  script: readonly ScriptStep[],
])[] = [
  [
    'keyed_key_missing',
    'A keyed call without a key is INVALID_ARGUMENT.',
    [
      { send: '00000006 00000001 02 05 0000 fde8 0008  00000000 0000' },
      end({ code: 3 }),
      ...serves(3),
    ],
  ],
  [
    'keyed_key_not_wanted',
    'A key on a method that is not KEYED is INVALID_ARGUMENT.',
    [
      NEW_KEY,
      { send: '00000019 00000001 02 05 0000 fde8 0002  00000000 0013 02 0010 {key}' },
      end({ code: 3 }),
      ...serves(3),
    ],
  ],
  [
    'keyed_key_ahead',
    'A key whose time is two hours ahead is FAILED_PRECONDITION, and nothing is done.',
    [
      NEW_KEY,
      keyedCall('key'),
      end({ runAs: 'first' }),
      { makeKey: 'ahead', ageMs: -2 * HOUR_MS },
      keyedCall('ahead', { stream: 3 }),
      end({ stream: 3, code: 9, flags: '' }),
      { makeKey: 'next', ageMs: 0 },
      keyedCall('next', { stream: 5 }),
      end({ stream: 5, runsSince: ['first', 1, 1] }),
    ],
  ],
  [
    'keyed_key_a_little_ahead',
    'A key whose time is half an hour ahead is taken: clocks differ.',
    [{ makeKey: 'ahead', ageMs: -HOUR_MS / 2 }, keyedCall('ahead'), end({ flags: 'MSG' })],
  ],
  [
    'keyed_forgotten',
    'A key of thirty hours ago: it is run at most once, and else FAILED_PRECONDITION says that nobody knows.',
    [
      NEW_KEY,
      keyedCall('key'),
      end({ runAs: 'first' }),
      { makeKey: 'old', ageMs: 30 * HOUR_MS },
      keyedCall('old', { stream: 3 }),
      end({ stream: 3, code: [0, 9] }),
      keyedCall('old', { stream: 5 }),
      end({ stream: 5, code: [0, 9] }),
      { makeKey: 'next', ageMs: 0 },
      keyedCall('next', { stream: 7 }),
      end({ stream: 7, runsSince: ['first', 1, 2] }),
    ],
  ],
  [
    'keyed_kept_for_a_day',
    'A key of 23 hours ago is remembered, unless a newer one was forgotten.',
    [
      { makeKey: 'old', ageMs: 23 * HOUR_MS },
      keyedCall('old'),
      end({ runAs: 'first' }),
      keyedCall('old', { stream: 3 }),
      end({ stream: 3, runsSince: ['first', 0, 0] }),
    ],
  ],
  [
    'keyed_running_other_arguments',
    'A key that runs with other arguments is INVALID_ARGUMENT at once.',
    [
      NEW_KEY,
      keyedCall('key', { delayMs: 300 }),
      keyedCall('key', { stream: 3, delayMs: 301 }),
      end({ stream: 3, code: 3 }),
      end({ flags: 'MSG' }),
    ],
  ],
  [
    'keyed_waits_within_its_limit',
    'A call that waits for another with its key has its own time limit.',
    [
      NEW_KEY,
      keyedCall('key', { delayMs: 400 }),
      keyedCall('key', { stream: 3, delayMs: 400, timeoutMs: 50 }),
      end({ stream: 3, code: 4 }),
      end({ flags: 'MSG' }),
    ],
  ],
  [
    'keyed_waits_and_is_cancelled',
    'Cancelling the call that waits does not cancel the one that runs.',
    [
      NEW_KEY,
      keyedCall('key', { delayMs: 300 }),
      keyedCall('key', { stream: 3, delayMs: 300 }),
      { send: '00000002 00000003 05 00 0001 fde8 0008  0000' },
      end({ stream: 3, code: 1 }),
      end({ runAs: 'first' }),
      keyedCall('key', { stream: 5, delayMs: 300 }),
      end({ stream: 5, runsSince: ['first', 0, 0] }),
    ],
  ],
  [
    'keyed_running_is_joined',
    'A call that comes while another with its key runs has the answer of that one.',
    [
      NEW_KEY,
      keyedCall('key', { delayMs: 200 }),
      keyedCall('key', { stream: 3, delayMs: 200 }),
      end({ runAs: 'first' }),
      end({ stream: 3, runsSince: ['first', 0, 0] }),
    ],
  ],
];

/** The CALL of a KeyedCall with the key of that name. */
function called(key: string, pattern: Omit<FramePattern, 'type'> = {}): ScriptStep {
  return { expect: { type: 'CALL', key, ...pattern } };
}

/** END with the reply of the 7th call. */
const REPLY: ScriptStep = { send: '00000006 {call} 04 04 0000 {method}  0000 00000007' };
/** END(UNAVAILABLE); END(FAILED_PRECONDITION). */
const UNAVAILABLE: ScriptStep = { send: '00000002 {call} 04 00 000e {method}  0000' };
const FORGOTTEN: ScriptStep = { send: '00000002 {call} 04 00 0009 {method}  0000' };
const ANSWERED_CALL: CallStep = { method: 'KeyedCall', expect: { replies: [{}] } };

/** What a client does with its keys. */
const BY_SERVERS: readonly CaseData[] = [
  {
    name: 'keyed_key_is_sent',
    section: '§12',
    description: 'Each call has a key of its own, with the time at which it was made.',
    needs: 'keyed',
    steps: [ANSWERED_CALL, { ...ANSWERED_CALL, key: 'mine' }, { ...ANSWERED_CALL, key: 'mine' }],
    connections: [
      [
        called('first', { isAgain: false }),
        REPLY,
        called('second'),
        REPLY,
        called('second'),
        REPLY,
      ],
    ],
  },
  {
    name: 'keyed_key_is_for_keyed_calls',
    section: '§12',
    description: 'A method that is not KEYED is called without a key.',
    steps: [{ method: 'UnaryCall', expect: { replies: [{}] } }],
    connections: [
      [called('none'), { send: '0000000b {call} 04 04 0000 {method}  0000 00000000 00000000 00' }],
    ],
  },
  {
    name: 'keyed_given_up_is_asked_again',
    section: '§12',
    description: 'The application asks for the outcome by its key: key and message are the same.',
    needs: 'keyed',
    steps: [
      { method: 'EmptyCall', expect: {} },
      {
        method: 'KeyedCall',
        key: 'mine',
        timeoutMs: 60,
        request: { payload: 'ca fe' },
        expect: { code: 4, mayHaveActed: true },
      },
      { ...ANSWERED_CALL, key: 'mine', request: { payload: 'ca fe' } },
    ],
    connections: [
      [
        CALL,
        { send: '00000002 {call} 04 04 0000 {method}  0000' },
        called('mine', { as: 'late' }),
        cancelled(4, { as: 'late' }),
        { send: '00000002 {late} 04 00 0004 {method}  0000' },
        called('mine'),
        REPLY,
      ],
    ],
  },
  {
    name: 'keyed_lost_is_sent_again',
    section: '§9.2',
    description: 'The connection is lost: the call is sent again, with the same key and message.',
    needs: ['keyed', 'retries'],
    steps: [{ ...ANSWERED_CALL, request: { payload: 'ca fe' } }],
    connections: [
      [called('first', { isAgain: false }), { close: 'reset' }],
      [called('first', { isAgain: true }), REPLY],
    ],
  },
  {
    name: 'keyed_unavailable_is_sent_again',
    section: '§9.2',
    description: 'END(UNAVAILABLE): the call is sent again, with the same key and message.',
    needs: ['keyed', 'retries'],
    steps: [{ ...ANSWERED_CALL, request: { payload: 'ca fe' } }],
    connections: [
      [
        called('first', { isAgain: false }),
        UNAVAILABLE,
        called('first', { isAgain: true }),
        UNAVAILABLE,
        called('first', { isAgain: true }),
        REPLY,
      ],
    ],
  },
  {
    name: 'keyed_forgotten_is_told',
    section: '§12',
    description:
      'A server that has forgotten the key: the caller is told, and the call not sent again.',
    needs: 'keyed',
    steps: [{ method: 'KeyedCall', expect: { code: 9, replies: [] } }, ANSWERED_CALL],
    connections: [[called('first'), FORGOTTEN, called('second'), REPLY]],
  },
];

/** Exactly once, by bytes made by hand: §12. */
export const KEYED_RAW: readonly CaseData[] = [
  ...BY_CLIENTS.map(([name, description, script]): CaseData => ({
    name,
    section: '§12',
    description,
    needs: 'keyed',
    script,
  })),
  ...BY_SERVERS,
];
