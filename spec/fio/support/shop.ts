import {
  HealthStatus,
  Server,
  typedError,
  type ErrorType,
  type ServerOptions,
} from '../../../src/rpc/index';
import type { Handlers, ServerTls, ServiceDesc } from '../../../src/rpc/index';
import { modelOf } from '../../idl/support/compile';
import { GeneratedFolder } from '../../idl/support/load';

/** A service with every kind of call, every kind of field, and an error of its own. */
export const SHOP_PROTO = `syntax = "proto3";

package shop;

// Sells things.
service Shop {
  option (fio.service) = 77;

  // Answers what it is given.
  rpc Echo(Thing) returns (Thing) {
    option (fio.method) = 1;
    option (fio.idempotent) = IDEMPOTENT;
  }

  rpc Count(Number) returns (stream Number) {
    option (fio.method) = 2;
  }

  rpc Add(stream Number) returns (Number) {
    option (fio.method) = 3;
  }

  rpc Chat(stream Number) returns (stream Number) {
    option (fio.method) = 4;
  }

  // Fails, as there is no money.
  rpc Buy(Number) returns (Number) {
    option (fio.method) = 5;
    option (fio.idempotent) = KEYED;
  }
}

// One of everything.
message Thing {
  message Part {
    string name = 1;
    repeated Thing.Part parts = 2;
  }

  string short_name = 1;
  int64 big = 2;
  bytes blob = 3;
  Colour colour = 4;
  Thing.Part part = 5;
  repeated uint32 numbers = 6;
  map<string, Thing.Part> parts = 7;
  map<int64, bool> flags = 8;
  oneof choice {
    string text = 9;
    double amount = 10;
  }
  optional int32 maybe = 11;
  uint64 count = 12 [jstype = JS_NUMBER];
  float ratio = 13;
}

enum Colour {
  RED = 0;
  // Of grass.
  GREEN = 5;
}

message Number {
  int32 value = 1;
}

message TooPoor {
  option (fio.error) = 4;
  option (fio.code) = FAILED_PRECONDITION;
  int64 missing = 1;
  Colour colour = 2;
}
`;

interface Numbered {
  value: number;
}

export interface ShopOptions {
  readonly server?: ServerOptions;
  readonly tls?: ServerTls;
  readonly port?: number;
}

/** The shop on a port of the loopback. */
export class Shop {
  private readonly folder = new GeneratedFolder();
  private server: Server | undefined;
  address = '';
  service: ServiceDesc | undefined;

  async open({ server = {}, tls, port: wanted = 0 }: ShopOptions = {}): Promise<this> {
    const module: object = this.folder.load(modelOf({ 'shop.proto': SHOP_PROTO }).model);
    const { Shop: service, TooPoor } = module as {
      Shop: ServiceDesc;
      TooPoor: ErrorType<{ missing: bigint; colour: number }>;
    };
    this.server = new Server(server).add(service, handlers(TooPoor));
    this.service = service;
    const { port } = await this.server.listen({
      port: wanted,
      host: '127.0.0.1',
      ...(tls !== undefined && { tls }),
    });
    this.address = `127.0.0.1:${port}`;
    return this;
  }

  stopServing(): void {
    this.server?.health.set('shop.Shop', HealthStatus.NOT_SERVING);
  }

  async close(): Promise<void> {
    await this.server?.close({ drainMs: 0 });
    this.folder.remove();
  }
}

function handlers(TooPoor: ErrorType<{ missing: bigint; colour: number }>): Handlers<ServiceDesc> {
  return {
    echo: (thing: unknown) => thing,
    *count({ value }: Numbered) {
      for (let at = 1; at <= value; at++) yield { value: at };
    },
    async add(numbers: AsyncIterable<Numbered>) {
      let sum = 0;
      for await (const { value } of numbers) sum += value;
      return { value: sum };
    },
    async *chat(numbers: AsyncIterable<Numbered>) {
      for await (const { value } of numbers) yield { value: value * 2 };
    },
    buy: ({ value }: Numbered) => {
      throw typedError(TooPoor, { missing: BigInt(value), colour: 5 }, 'you have no money');
    },
  };
}
