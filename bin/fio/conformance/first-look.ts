import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { client, connect, parseAddress, RpcError, StatusCode } from '../../../src/rpc/index';
import { Conformance, Empty } from '../../../src/conformance/gen/conformance';

/** Longest time for a connection, and for an answer. */
const LOOK_MS_MAX = 5_000;

/**
 * Says on standard error, in plain words, when a server under test lacks the service that all cases
 * are about. It may be checked all the same: what it does with frames does not need it.
 * @throws Error when nobody listens there
 */
export async function lookAt(address: string): Promise<void> {
  await mustListen(address);
  const channel = connect(address, { connectTimeoutMs: LOOK_MS_MAX });
  try {
    await client(Conformance, channel).emptyCall(Empty.create(), { timeoutMs: LOOK_MS_MAX });
  } catch (error) {
    process.stderr.write(`fio: ${hint(RpcError.from(error))}\n`);
  } finally {
    await channel.close();
  }
}

async function mustListen(address: string): Promise<void> {
  const { host, port } = parseAddress(address);
  const socket = connectSocket({ host, port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(LOOK_MS_MAX) });
  } catch (error) {
    const advice = 'start the server under test first, and give the address that it listens at';
    throw new Error(`nobody answers at ${address}: ${advice}`, { cause: error });
  } finally {
    socket.destroy();
  }
}

function hint({ code, message }: RpcError): string {
  if (code !== StatusCode.UNIMPLEMENTED) {
    return `the server does not answer EmptyCall of service 65000 as it should (${message}); see what fails below`;
  }
  return (
    'the server does not serve fio.conformance.Conformance, service 65000, which the cases call; ' +
    '`fio conformance --proto` prints it, docs/CONFORMANCE.md says what it has to do'
  );
}
