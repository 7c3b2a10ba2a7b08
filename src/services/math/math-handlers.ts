import { RpcError, StatusCode, type CallContext, type Handlers } from '../../rpc/index';
import type { Math as MathService, Operands, Result } from '../gen/math';
import { ARITHMETIC, MathRefusal, type Operation } from './arithmetic';

/** Told of each request that was served: `add(2, 3) = 5`, and the client's address. */
export type OnRequest = (text: string, peer: string) => void;

/** The service Math. */
export function mathHandlers(onRequest: OnRequest = () => undefined): Handlers<typeof MathService> {
  const serve =
    (name: string, operation: Operation) =>
    ({ a, b }: Operands, { peer }: CallContext): Result => {
      try {
        const value = operation(a, b);
        onRequest(`${name}(${a}, ${b}) = ${value}`, peer);
        return { value };
      } catch (error) {
        if (!(error instanceof MathRefusal)) throw error;
        onRequest(`${name}(${a}, ${b}): ${error.message}`, peer);
        throw new RpcError(StatusCode.INVALID_ARGUMENT, error.message);
      }
    };
  return {
    add: serve('add', ARITHMETIC.add),
    subtract: serve('subtract', ARITHMETIC.subtract),
    multiply: serve('multiply', ARITHMETIC.multiply),
    divide: serve('divide', ARITHMETIC.divide),
  };
}
