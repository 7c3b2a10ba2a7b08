import type { Command } from 'commander';
import {
  findService,
  KindNumber,
  type MethodDescription,
  type ServiceDescription,
} from '../../src/rpc/index';
import { addRemote, withRemote, type RemoteOptions } from './remote/remote';
import { ask, asUsage } from './remote/names';
import { print, type Io } from './tool/io';
import { paintFor } from './tool/paint';
import { printable } from './tool/printable';

const HELP = `
Examples:
  $ fio list localhost:5555                 services, one a line
  $ fio list -l localhost:5555              and their methods, with what they take and give
  $ fio list localhost:5555 Wallet          the methods of one, ready for \`fio call\``;

interface ListOptions extends RemoteOptions {
  readonly long?: boolean;
}

export function addListCommand(program: Command, io: Io): void {
  addRemote(
    program.command('list').description('list the services of a server, or the methods of one'),
  )
    .argument('[service]', 'its methods; in full, or without the package')
    .option('-l, --long', 'methods too, with what they take and give')
    .addHelpText('after', HELP)
    .action((server: string, service: string | undefined, options: ListOptions) =>
      withRemote(server, options, io, async (remote) => {
        const { services } = await ask(remote, service);
        const chosen =
          service === undefined ? services : [asUsage(() => findService(services, service))];
        for (const line of linesOf(chosen, service !== undefined, options.long === true, io)) {
          await print(io, line);
        }
      }),
    );
}

function linesOf(
  services: readonly ServiceDescription[],
  isMethods: boolean,
  isLong: boolean,
  io: Io,
): string[] {
  const paint = paintFor(io.stdout, io.env);
  return services.flatMap((service) => {
    const name = printable(service.name);
    if (isLong) {
      const methods = service.methods.map(
        (one) => `  ${paint('cyan', printable(one.name))}${printable(signature(one))}`,
      );
      return [paint('bold', name), ...methods];
    }
    if (!isMethods) return [name];
    return service.methods.map((one) => `${name}.${printable(one.name)}`);
  });
}

function signature({ input, output, kind }: MethodDescription): string {
  const takesMany = kind === KindNumber.CLIENT_STREAMING || kind === KindNumber.BIDIRECTIONAL;
  const givesMany = kind === KindNumber.SERVER_STREAMING || kind === KindNumber.BIDIRECTIONAL;
  return `(${takesMany ? 'stream ' : ''}${input}) returns (${givesMany ? 'stream ' : ''}${output})`;
}
