import type { CallStep, CaseData } from '../model';
import { STILL_SERVES } from './calls';

/** The one that a server under test knows: docs/CONFORMANCE.md. */
const TOKEN = 'fio-conformance-token';

/** A call that is answered with the caller's name. */
function calledBy(caller: string, credentials?: string): CallStep {
  return {
    method: 'UnaryCall',
    ...(credentials !== undefined && { credentials }),
    request: { describesCall: true },
    expect: { replies: [{ call: { caller } }] },
  };
}

/** Who calls; and where, when there are several places. */
export const CREDENTIALS: readonly CaseData[] = [
  {
    name: 'per_rpc_creds',
    section: '§3',
    description: 'Credentials of a call say who makes that call, and no other.',
    needs: 'credentials',
    steps: [
      calledBy(''),
      calledBy('conformance', TOKEN),
      { method: 'UnaryCall', credentials: 'wrong', expect: { code: 16 } },
      calledBy(''),
    ],
  },
  {
    name: 'channel_creds',
    section: '§3',
    description: 'Credentials in HELLO say who makes all calls of the connection.',
    needs: 'credentials',
    client: { credentials: TOKEN },
    steps: [calledBy('conformance'), calledBy('conformance')],
  },
  {
    name: 'channel_creds_wrong',
    section: '§3',
    description: 'Credentials in HELLO that are wrong: UNAUTHENTICATED, and nothing was done.',
    needs: 'credentials',
    client: { credentials: 'wrong' },
    steps: [{ method: 'UnaryCall', expect: { code: 16, mayHaveActed: false } }],
  },
  {
    name: 'pick_first_unary',
    section: '§14.4',
    description: 'Of two addresses nobody listens at one: all calls go to the other.',
    needs: 'several-addresses',
    client: { address: '127.0.0.1:1,{server}' },
    steps: [{ ...STILL_SERVES, times: 20 }],
  },
];
