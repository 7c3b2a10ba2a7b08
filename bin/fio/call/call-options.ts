import { Buffer } from 'node:buffer';
import { InvalidArgumentError, type Command } from 'commander';
import type { CallOptions, MetadataPair } from '../../../src/rpc/index';
import type { ToJsonOptions } from '../json/to-json';
import type { RemoteOptions } from '../remote/remote';
import { parseCount } from '../tool/duration';

export interface CallFlags extends RemoteOptions {
  readonly header?: readonly MetadataPair[];
  readonly callKey?: Uint8Array;
  readonly verbose?: boolean;
  readonly template?: boolean;
  readonly pretty?: boolean;
  readonly defaults: boolean;
  readonly protoNames?: boolean;
  readonly repeat?: number;
  readonly concurrency?: number;
  readonly json?: boolean;
}

const REPLIES = 'Replies:';
const LOAD = 'Many calls:';

export function addCallOptions(command: Command): Command {
  const grouped = (
    group: string,
    flags: string,
    text: string,
    parse?: (text: string) => number,
  ) => {
    const option = command.createOption(flags, text).helpGroup(group);
    command.addOption(parse === undefined ? option : option.argParser(parse));
  };
  command
    .option(
      '-H, --header <name: value>',
      'metadata beside the request; as often as you like',
      addHeader,
    )
    .option(
      '--call-key <hex>',
      'of a KEYED method: 32 hex digits, so that a repeat happens once',
      parseKey,
    )
    .option('--template', 'make no call; print a request with everything at its default')
    .option(
      '-v, --verbose',
      'tell on standard error what else the server sends, and how long it took',
    );
  grouped(REPLIES, '--pretty', 'on several lines each');
  grouped(REPLIES, '--no-defaults', 'without fields that are at their default');
  grouped(REPLIES, '--proto-names', 'with wallet_name as the .proto has it, not walletName');
  grouped(
    LOAD,
    '--repeat <number>',
    'make the call so often; tell how long calls took',
    parseCount,
  );
  grouped(LOAD, '--concurrency <number>', 'so many at a time (default: 1)', parseCount);
  grouped(LOAD, '--json', 'what was measured, as JSON');
  return command;
}

/** @param base those of the command: time limit, signal */
export function callOptionsOf({ header, callKey }: CallFlags, base: CallOptions): CallOptions {
  return {
    ...base,
    ...(header !== undefined && { metadata: header }),
    ...(callKey !== undefined && { idempotencyKey: callKey }),
  };
}

export function toJsonOptionsOf({ defaults, protoNames }: CallFlags): ToJsonOptions {
  return { omitsDefaults: !defaults, usesProtoNames: protoNames ?? false };
}

function addHeader(text: string, before: readonly MetadataPair[] = []): MetadataPair[] {
  const [, name = '', value = ''] = /^([A-Za-z0-9_.-]{1,255}):\s*(.*)$/s.exec(text) ?? [];
  if (name === '') {
    throw new InvalidArgumentError(
      "Write it like 'name: value'; a name has letters, digits, - _ and .",
    );
  }
  return [...before, [name.toLowerCase(), Buffer.from(value)]];
}

function parseKey(text: string): Uint8Array {
  // A UUID of version 7 begins with the time, as a key does.
  const hex = text.replaceAll('-', '');
  if (!/^[0-9a-fA-F]{32}$/.test(hex)) throw new InvalidArgumentError('Write 32 hex digits.');
  return Buffer.from(hex, 'hex');
}
