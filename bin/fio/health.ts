import type { Command } from 'commander';
import { Builtin, client, HealthStatus } from '../../src/rpc/index';
import { addRemote, withRemote, type RemoteOptions } from './remote/remote';
import { ExitCode } from './tool/exit-codes';
import { print, type Io } from './tool/io';
import { paintFor } from './tool/paint';
import { SilentExit } from './tool/silent-exit';

const HELP = `
Prints SERVING, NOT_SERVING or UNKNOWN (no such service). Exit codes: 0 for SERVING, 3 for the
others, 78 when the server cannot be reached.

Examples:
  $ fio health localhost:5555
  $ fio health localhost:5555 wallet.Wallet --watch     each change, until Ctrl-C`;

interface HealthOptions extends RemoteOptions {
  readonly watch?: boolean;
}

export function addHealthCommand(program: Command, io: Io): void {
  addRemote(
    program.command('health').description('ask whether a server, or a service of it, takes calls'),
  )
    .argument('[service]', 'in full; none: the server as a whole')
    .option('-w, --watch', 'now and after each change, until Ctrl-C')
    .addHelpText('after', HELP)
    .action((server: string, service: string | undefined, options: HealthOptions) =>
      withRemote(server, options, io, async ({ channel, callOptions, streamOptions }) => {
        const builtin = client(Builtin, channel);
        const request = { service: service ?? '' };
        if (options.watch === true) {
          for await (const { status } of builtin.watch(request, streamOptions)) {
            await print(io, healthText(status, io));
          }
          return;
        }
        const { status } = await builtin.check(request, callOptions);
        await print(io, healthText(status, io));
        if (status !== HealthStatus.SERVING) throw new SilentExit(ExitCode.NOT_SERVING);
      }),
    );
}

function healthText(status: HealthStatus, io: Io): string {
  const colour = status === HealthStatus.SERVING ? 'green' : 'red';
  const names: Readonly<Record<number, string>> = HealthStatus;
  return paintFor(io.stdout, io.env)(colour, names[status] ?? `status ${status}`);
}
