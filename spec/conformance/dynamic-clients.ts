import {
  connect,
  dynamicErrors,
  errorDetail,
  describeServer,
  dynamicClientFrom,
  formatAddress,
  Server,
  type Channel,
  type Client,
  type Handlers,
  type ServiceDesc,
} from '../../src/rpc/index';
import {
  Conformance,
  type Refusal,
  type Request,
  UnimplementedService,
} from '../../src/conformance/gen/conformance';
import { toRequest } from '../../src/conformance/messages';
import type { Clients } from '../../src/conformance/perform';

/**
 * Clients that know of both services what a server has told. It is another server than those of the
 * cases: many of these serve less, or answer what a script says.
 */
export async function learnClients(): Promise<Clients> {
  const server = new Server();
  for (const service of [Conformance, UnimplementedService] as ServiceDesc[]) {
    server.add(service, unused(service));
  }
  const channel = connect(formatAddress(await server.listen({ port: 0, host: '127.0.0.1' })));
  try {
    const description = await describeServer(channel);
    // The calls are of the types that the compiler knows from the stub, or the cases fail.
    const from =
      <S extends ServiceDesc>({ name }: S) =>
      (calls: Channel) =>
        dynamicClientFrom(description, name, calls) as unknown as Client<S>;
    return {
      conformance: from(Conformance),
      unimplementedService: from(UnimplementedService),
      // What is left out is for the dynamic client to fill in.
      request: (data) => toRequest(data) as Request,
      refusal: (error, stub) => {
        const type = dynamicErrors(stub).get('Refusal');
        return type && (errorDetail(error, type) as unknown as Refusal | undefined);
      },
    };
  } finally {
    await channel.close();
    await server.close();
  }
}

/** Handlers that nobody calls. */
function unused({ methods }: ServiceDesc): Handlers<ServiceDesc> {
  const refuse = () => Promise.reject(new Error('not called'));
  return Object.fromEntries(Object.keys(methods).map((name) => [name, refuse]));
}
