import { connect, dynamicClient, dynamicErrors, errorDetail } from 'fio-rpc';

const channel = connect(process.argv[2] ?? 'localhost:5000');
// The server is asked what Pets is: no .proto and no stub is here.
const options = { timeoutMs: 5_000, waitForReady: true };
const pets = await dynamicClient<'find' | 'adopt'>(channel, 'Pets', options);
console.log('methods:', Object.keys(pets).join());

for await (const pet of pets.find({ kind: 'dog', ageMax: 10 })) console.log('found:', pet);

console.log('adopted:', (await pets.adopt({ name: 'Tom' })).name);

const lost = await pets.adopt({ name: 'Bello' }).catch((error: unknown) => error);
console.log(String(lost), errorDetail(lost, dynamicErrors(pets).get('Gone')));

// What the compiler would have said, the client says, before anything is sent.
for (const wrong of [{ nam: 'Tom' }, { name: 7 }]) {
  console.log(String(await pets.adopt(wrong).catch((error: unknown) => error)));
}
await channel.close();
