import { type Server, ServerCredentials, type Client, type MethodDefinition } from '@grpc/grpc-js';
import { HOST } from './peer';

/** @returns the port that was taken */
export function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`${HOST}:0`, ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });
}

/** A method by its codecs: what the peer's code generator writes. */
export function method<I, O>(
  path: string,
  streams: { request?: boolean; response?: boolean },
  [requestSerialize, requestDeserialize]: readonly [(value: I) => Buffer, (bytes: Buffer) => I],
  [responseSerialize, responseDeserialize]: readonly [(value: O) => Buffer, (bytes: Buffer) => O],
): MethodDefinition<I, O> {
  return {
    path,
    requestStream: streams.request ?? false,
    responseStream: streams.response ?? false,
    requestSerialize,
    requestDeserialize,
    responseSerialize,
    responseDeserialize,
  };
}

/** A unary call by a promise, as users of the peer wrap it. */
export function unary<I, O>(
  client: Client,
  definition: MethodDefinition<I, O>,
  request: I,
): Promise<O> {
  const { path, requestSerialize, responseDeserialize } = definition;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      (error, reply) => {
        if (reply !== undefined) resolve(reply);
        else reject(error ?? new Error('no reply'));
      },
    );
  });
}
