import { lockMethod, type LockedService } from './lock-file';
import type { Method, Service } from './model';
import type { Report } from './problem';

/** Ids, kinds and types of methods stay for ever; only what is new may be added. */
export function checkLockedService(service: Service, locked: LockedService, report: Report): void {
  if (service.id !== locked.id) {
    report.add(
      service.place,
      `${service.fullName} had the id ${locked.id} and has ${service.id} now`,
      `Write \`option (fio.service) = ${locked.id};\` in it.`,
    );
  }
  const highest = Math.max(0, ...Object.keys(locked.methods).map(Number));
  for (const [key, signature] of Object.entries(locked.methods)) {
    const id = Number(key);
    const name = signature.replace(/\(.*$/, '');
    const method = service.methods.find((one) => one.name === name);
    if (method !== undefined) {
      checkMethod(service, method, id, signature, report);
      continue;
    }
    const successor = service.methods.find((one) => one.id === id);
    if (successor === undefined) {
      report.add(
        service.place,
        `the method ${id}, \`rpc ${signature}\`, is gone from ${service.fullName}`,
        'Put it back with `option deprecated = true;` in it; its handler may refuse every call.',
      );
    } else {
      report.add(
        successor.place,
        `${successor.name} has the id ${id}, which was ${name}'s`,
        `Keep ${name}, and give ${successor.name} an id above ${highest}. ` +
          'If only the name is new, change it in the lock file too.',
      );
    }
  }
}

function checkMethod(
  service: Service,
  method: Method,
  id: number,
  signature: string,
  report: Report,
): void {
  if (method.id !== id) {
    report.add(
      method.place,
      `${service.fullName}.${method.name} had the id ${id} and has ${method.id} now`,
      `Write \`option (fio.method) = ${id};\` in it. Without the option, a method's place is its id.`,
    );
  }
  const now = lockMethod(method);
  if (now !== signature) {
    report.add(
      method.place,
      `\`rpc ${signature}\` is \`rpc ${now}\` now`,
      'Write it as it was, and add a new method beside it.',
    );
  }
}
