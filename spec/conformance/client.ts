// The reference client: `npx ts-node spec/conformance/client.ts` does what each line of its input
// says and answers it by a line, as docs/CONFORMANCE.md wants it of every client under test.
import { createInterface } from 'node:readline';
import { perform, type Task } from '../../src/conformance/perform';

async function main(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await answer(line))}\n`);
  }
}

async function answer(line: string): Promise<unknown> {
  try {
    return { outcomes: await perform(JSON.parse(line) as Task) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

void main();
