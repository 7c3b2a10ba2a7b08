#!/usr/bin/env node
// The math client of Helium RPC: the four operations on two numbers.
import {
  client,
  dynamicClient,
  RpcError,
  StatusCode,
  type CallOptions,
  type Channel,
} from '../src/rpc/index';
import { connectTo } from '../src/services/binder/target';
import { Math as MathService } from '../src/services/gen/math';
import { parseArguments, serverAddress } from './support/arguments';
import { CALL, CHANNEL } from './support/calls';
import { print } from './support/output';
import { runProgram, UsageError } from './support/program';
import { channelSecurity, takeSecurity } from './support/security';

const DEFAULT_OPERANDS = ['10', '5'];
const USAGE =
  'math_client <host:port of the server, or binder:host:port/Math> [a b] [--dynamic]' +
  '\n--dynamic: without the generated stub, by what the server says of itself';
const OPERATIONS = ['add', 'subtract', 'multiply', 'divide'] as const;

type Operation = (typeof OPERATIONS)[number];
/** What the generated client and the one that is learnt have in common. */
type Calls = Readonly<
  Record<
    Operation,
    (operands: { a: number; b: number }, options: CallOptions) => Promise<{ value?: unknown }>
  >
>;

void runProgram(USAGE, async (args) => {
  const security = takeSecurity(args, 'client', { '--dynamic': '' });
  const { rest } = security;
  const words = rest.length === 1 ? [...rest, ...DEFAULT_OPERANDS] : rest;
  const [server, a, b] = parseArguments(words, serverAddress, number, number);
  const channel = connectTo(server, { ...CHANNEL, ...channelSecurity(security) });
  try {
    const math = await callsOf(channel, security.values.has('--dynamic'));
    for (const name of OPERATIONS) {
      try {
        await print(`${name}(${a}, ${b}) = ${String((await math[name]({ a, b }, CALL)).value)}`);
      } catch (error) {
        if (!(error instanceof RpcError) || error.code !== StatusCode.INVALID_ARGUMENT) throw error;
        process.stderr.write(`${name}(${a}, ${b}): ${error.text}\n`);
        process.exitCode = 1;
      }
    }
  } finally {
    await channel.close();
  }
});

function callsOf(channel: Channel, isDynamic: boolean): Calls | Promise<Calls> {
  if (!isDynamic) return client(MathService, channel);
  return dynamicClient<Operation>(channel, 'Math', CALL);
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new UsageError(`'${text}' is no number`);
}
