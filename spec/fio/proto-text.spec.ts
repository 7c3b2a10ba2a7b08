import { expect } from 'chai';
import fc from 'fast-check';
import { protoFiles } from '../../bin/fio/proto/files';
import type { DescribeReply, ServiceDesc } from '../../src/rpc/index';
import { describeServices } from '../../src/rpc/server/describe';
import { modelOf, type Texts } from '../idl/support/compile';
import { GeneratedFolder } from '../idl/support/load';
import { schemas, toProto } from '../idl/support/schema';

const SCHEMAS = 40;

describe('the .proto text of a description', function () {
  this.timeout(30_000);
  const folder = new GeneratedFolder();
  after(() => folder.remove());

  /** What a server with the services of these files tells of itself. */
  function descriptionOf(texts: Texts): DescribeReply {
    const module: object = folder.load(modelOf(texts).model);
    const services = Object.values(module).filter(
      (one): one is ServiceDesc =>
        (one as object) instanceof Object && 'methods' in (one as object),
    );
    return describeServices(services);
  }
  const textsOf = (reply: DescribeReply): Texts =>
    Object.fromEntries(protoFiles(reply).map(({ name, lines }) => [name, lines.join('\n')]));

  it('compiles to what was described, for random messages', () => {
    fc.assert(
      fc.property(schemas, (schema) => {
        const text = `${toProto(schema)}\nservice S { rpc Ask (M0) returns (M0); }`;
        const reply = descriptionOf({ 'a.proto': text });
        expect(descriptionOf(textsOf(reply))).to.deep.equal(reply);
      }),
      { numRuns: SCHEMAS },
    );
  });

  it('is one file for each package, which import each other', () => {
    const reply = descriptionOf({
      'a.proto': `syntax = "proto3"; package a; import "b.proto";
        message Wrong { option (fio.error) = 9; option (fio.code) = ABORTED; b.c.Out.In in = 1; }
        service S { rpc Ask (b.c.Out) returns (b.c.Out.In); rpc Tell (A) returns (stream A); }
        message A { A a = 1; message B { A a = 1; message A { int32 x = 1; } A own = 2; } B b = 2; }`,
      'b.proto': `syntax = "proto3"; package b.c;
        message Out { message In { E e = 1; enum E { NO = 0; } } int32 a = 1; }`,
    });
    const texts = textsOf(reply);
    expect(Object.keys(texts)).to.have.members(['a.proto', 'b.c.proto']);
    expect(texts['a.proto']).to.contain('\nimport "b.c.proto";\n');
    expect(descriptionOf(texts)).to.deep.equal(reply);
  });

  it('is never the path of a file elsewhere', () => {
    const service = { name: '../../etc/x.S', id: 1, comment: '', methods: [] };
    const [file] = protoFiles({ services: [service], messages: [], enums: [] });
    expect(file?.name).not.to.contain('/');
  });
});
