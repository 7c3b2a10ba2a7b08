import { Server, typedError } from 'fio-rpc';
import { Gone, Pets } from './gen/pets.js';

const pets = [
  { name: 'Rex', kind: 'dog', age: 3 },
  { name: 'Lassie', kind: 'dog', age: 15 },
  { name: 'Tom', kind: 'cat', age: 2 },
];

const server = new Server().add(Pets, {
  find: ({ kind, ageMax }) => pets.filter((pet) => pet.kind === kind && pet.age <= ageMax),
  adopt({ name }) {
    const pet = pets.find((one) => one.name === name);
    if (pet === undefined) throw typedError(Gone, { with: 'Ana' }, `${name} is gone`);
    return pet;
  },
});
await server.listen({ port: Number(process.argv[2]), host: 'localhost' });
