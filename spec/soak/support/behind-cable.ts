// The part of the campaign network-cut that runs on the clients' host: a process in its network
// namespace. Its argument is the scene; it says how many cuts are done, and at last its report.
import { payOverCable, type Scene } from '../campaigns/network-cut';

function say(what: unknown): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

void payOverCable(JSON.parse(process.argv[2] ?? '') as Scene, say).then(say);
