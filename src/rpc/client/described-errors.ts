import type { DescribeReply, MessageDescription } from '../description';
import { findService } from '../find-service';
import { packageOf, type ErrorType, type MessageCodec } from '../method';
import { StatusCode } from '../status';
import type { DynamicMessage } from './described-message';
import { DescribedTypes, refused, shown } from './described-types';

const U16_MAX = 0xffff;

/**
 * The errors that the calls of a service may end with, as stubs have them: for errorDetail().
 * @param name of the service, as for serviceFromDescription()
 * @returns by their names without the package: `InsufficientFunds`
 * @throws RpcError as serviceFromDescription()
 */
export function errorsFromDescription(
  reply: DescribeReply,
  name: string,
): ReadonlyMap<string, ErrorType<DynamicMessage>> {
  const packageName = packageOf(findService(reply.services, name).name);
  const prefix = packageName === '' ? '' : `${packageName}.`;
  const types = new DescribedTypes(reply);
  const errors = new Map<string, ErrorType<DynamicMessage>>();
  for (const message of reply.messages) {
    if (message.errorId === 0 || !message.name.startsWith(prefix)) continue;
    const error = errorType(message, types.message(message.name), packageName);
    errors.set(message.name.slice(prefix.length), error);
  }
  return errors;
}

function errorType(
  { name, errorId, errorCode }: MessageDescription,
  codec: MessageCodec<DynamicMessage>,
  packageName: string,
): ErrorType<DynamicMessage> {
  const isStatus = StatusCode[errorCode] !== undefined && errorCode !== StatusCode.OK;
  if (errorId > U16_MAX || !isStatus) {
    throw refused(`the error ${shown(name)} has no number or no status`);
  }
  return {
    name,
    bytesMin: codec.bytesMin,
    zero: () => codec.zero(),
    create: (init) => codec.create(init),
    encode: (writer, value) => codec.encode(writer, value),
    decode: (reader) => codec.decode(reader),
    errorId,
    code: errorCode,
    package: packageName,
  };
}
