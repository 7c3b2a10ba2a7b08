import { Buffer } from 'node:buffer';
import type { ServiceDesc } from '../../rpc/index';
import { Conformance } from '../gen/conformance';
import type { Capability, CaseData, ScriptStep } from '../model';
import { end, serves } from './raw-client';

const [DESCRIBE, CHECK, WATCH, ECHO] = [1, 2, 3, 5];
const NAME = Conformance.name;

/** CALL of a method of service 0 whose request is a string. */
function ask(method: number, text: string): ScriptStep {
  const bytes = Buffer.from(text);
  const word = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
  return {
    send: `${word(10 + bytes.length, 8)} 00000001 02 05 0000 0000 ${word(method, 4)}  00000000 0000
           ${word(bytes.length, 8)} ${bytes.toString('hex')}`,
  };
}

const KINDS = {
  unary: 'UNARY',
  'server-streaming': 'SERVER_STREAMING',
  'client-streaming': 'CLIENT_STREAMING',
  bidirectional: 'BIDIRECTIONAL',
} as const;

/** What a server that serves Conformance has to say of it; see description-lines.ts. */
function descriptionOf({ name, id, methods, types }: ServiceDesc): string[] {
  const { messages } = types?.() ?? { messages: [] };
  return [
    `service ${name} ${id}`,
    ...Object.values(methods)
      .filter((method) => method.name !== 'UnimplementedCall')
      .map((method) => {
        const { name: own, id: number, kind, idempotency, input, output } = method;
        const words = [
          own,
          number,
          KINDS[kind],
          idempotency.toUpperCase(),
          input.name,
          output.name,
        ];
        return `method ${name} ${words.join(' ')}`;
      }),
    ...messages.map(({ name: own, errorId, code = 0 }) =>
      errorId === undefined ? `message ${own}` : `message ${own} error ${errorId} code ${code}`,
    ),
    ...messages.flatMap(({ name: own, fields }) =>
      fields.map(({ name: field, number, type, label = 'single', key }) => {
        const words = [field, number, type, label.toUpperCase(), ...(key ? [`key=${key}`] : [])];
        return `field ${own} ${words.join(' ')}`;
      }),
    ),
  ];
}

const CASES: readonly (readonly [
  name: string,
  needs: Capability,
  description: string,
  script: readonly ScriptStep[],
])[] = [
  [
    'describe_all',
    'describe',
    'The description of all services has this one, with its methods, messages and fields.',
    [ask(DESCRIBE, ''), { expectDescription: descriptionOf(Conformance) }, ...serves(3)],
  ],
  [
    'describe_one',
    'describe',
    'One service is described by its full name.',
    [ask(DESCRIBE, NAME), { expectDescription: descriptionOf(Conformance) }],
  ],
  [
    'describe_short_name',
    'describe',
    'A service is found by its name without the package, too.',
    [ask(DESCRIBE, 'Conformance'), { expectDescription: descriptionOf(Conformance) }],
  ],
  [
    'describe_unknown',
    'describe',
    'A service that is not served is NOT_FOUND.',
    [ask(DESCRIBE, 'fio.conformance.Nowhere'), end({ code: 5 }), ...serves(3)],
  ],
  [
    'health_check_server',
    'health',
    'The server as a whole is SERVING.',
    [ask(CHECK, ''), end({ flags: 'MSG', payload: '0000 00000001' })],
  ],
  [
    'health_check_service',
    'health',
    'A service that is served is SERVING.',
    [ask(CHECK, NAME), end({ flags: 'MSG', payload: '0000 00000001' })],
  ],
  [
    'health_check_unknown',
    'health',
    'A service that is not served is UNKNOWN, which is an answer and no error.',
    [ask(CHECK, 'fio.conformance.Nowhere'), end({ flags: 'MSG', payload: '0000 00000000' })],
  ],
  [
    'health_watch',
    'health',
    'Watch tells the status now, and goes on until it is cancelled.',
    [
      ask(WATCH, ''),
      { expect: { type: 'DATA', flags: 'MSG|REPLY', payload: '00000001' } },
      { ping: true },
      { expectNo: 'END' },
      { send: '00000002 00000001 05 00 0001 0000 0003  0000' },
      end({ code: 1 }),
      ...serves(3),
    ],
  ],
  [
    'echo',
    'echo',
    'Echo answers the same bytes.',
    [ask(ECHO, 'hear me'), end({ flags: 'MSG', payload: '0000 00000007 68656172206d65' })],
  ],
  [
    'echo_nothing',
    'echo',
    'Also none.',
    [ask(ECHO, ''), end({ flags: 'MSG', payload: '0000 00000000' })],
  ],
];

/** Service 0, which a server need not have: §7.5. */
export const BUILTIN: readonly CaseData[] = [
  ...CASES.map(([name, needs, description, script]): CaseData => ({
    name,
    section: '§7.5',
    description,
    needs,
    script,
  })),
  {
    name: 'builtin_unknown_method',
    section: '§7.5',
    description: 'A method that service 0 lacks is UNIMPLEMENTED, with or without a service 0.',
    script: [ask(999, ''), end({ code: 12 }), ...serves(3)],
  },
];
