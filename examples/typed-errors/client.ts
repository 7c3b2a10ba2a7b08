import { client, connect, errorDetail } from 'fio-rpc';
import { Shop, SoldOut } from './gen/shop.js';

const channel = connect(process.argv[2] ?? 'localhost:5000');
const shop = client(Shop, channel);

async function buy(title: string): Promise<void> {
  try {
    const { number } = await shop.buy({ title }, { timeoutMs: 5_000, waitForReady: true });
    console.log(`${title}: receipt ${number}`);
  } catch (error) {
    // Undefined for any other error; its fields have the types of the .proto.
    const soldOut = errorDetail(error, SoldOut);
    if (soldOut === undefined) throw error;
    console.log(`${String(error)}; there are ${soldOut.left} of ${soldOut.instead}`);
    await buy(soldOut.instead);
  }
}

await buy('Emma');
await buy('Emma');
await channel.close();
