import { serviceFromDescription } from '../../src/rpc/index';
import { describeServices } from '../../src/rpc/server/describe';
import { ReadBalanceReply, ReadBalanceRequest, Wallet } from '../../src/services/gen/wallet';
import { ByteReader } from '../../src/wire/byte-reader';
import { ByteWriter } from '../../src/wire/byte-writer';
import type { MessageCodec } from '../../src/wire/codec';
import { decodeReply, decodeRequest, encodeReply, encodeRequest } from '../peers/grpc-js-codecs';
import { balanceOf, WALLET_COUNT, WALLETS } from '../wallets';
import type { Job } from './index';

/** The request and the reply of ReadBalance, both written and both read. */
export const CODEC_JOBS: Readonly<Record<string, () => Job>> = {
  'codec-fio': () => fioJob(ReadBalanceRequest, ReadBalanceReply),
  'codec-dynamic': () => {
    const learnt = serviceFromDescription(describeServices([Wallet]), Wallet.name);
    const { input, output } = learnt.methods.readBalance as Method;
    return fioJob(input, output);
  },
  'codec-protobufjs': () => (times) =>
    forEachWallet(times, (wallet, value) => {
      const request = decodeRequest(encodeRequest({ wallet }));
      const reply = decodeReply(encodeReply({ value }));
      return request.wallet === wallet && reply.value === value;
    }),
  'codec-json': () => (times) =>
    forEachWallet(times, (wallet, value) => {
      const request = throughJson({ wallet });
      const reply = throughJson({ value });
      return request.wallet === wallet && reply.value === value;
    }),
};

type Method = typeof Wallet.methods.readBalance;

function fioJob(
  requests: MessageCodec<ReadBalanceRequest>,
  replies: MessageCodec<ReadBalanceReply>,
): Job {
  const writer = new ByteWriter();
  const reader = new ByteReader();
  return (times) =>
    forEachWallet(times, (wallet, value) => {
      writer.rewind(0);
      requests.encode(writer, { wallet });
      const middle = writer.offset;
      replies.encode(writer, { value });
      const request = requests.decode(reader.reset(writer.buffer, 0, middle));
      const reply = replies.decode(reader.reset(writer.buffer, middle, writer.offset));
      return request.wallet === wallet && reply.value === value;
    });
}

/** As bytes: a socket takes nothing else. */
function throughJson<T>(message: T): T {
  return JSON.parse(Buffer.from(JSON.stringify(message)).toString()) as T;
}

function forEachWallet(times: number, isRight: (wallet: string, value: number) => boolean): void {
  for (let i = 0, wallet = 0; i < times; i++) {
    if (!isRight(WALLETS[wallet] as string, balanceOf(wallet))) throw new Error('a wrong message');
    wallet = wallet + 1 === WALLET_COUNT ? 0 : wallet + 1;
  }
}
