import type { EnumShape, FieldShape, MessageShape, ServiceTypes } from './method';

// What Describe tells of service 0 itself. docs/PROTOCOL.md §7.5 has it as a .proto, and a spec
// compiles that and compares.

/** `'name:type'` or `'name:type:label'`, in the order of the numbers, from 1; `#`: JS_NUMBER. */
function shape(name: string, ...fields: string[]): MessageShape {
  return {
    name: `fio.${name}`,
    fields: fields.map((text, index): FieldShape => {
      const [fieldName = '', type = '', label] = text.split(':');
      return {
        name: fieldName,
        number: index + 1,
        type: /^[A-Z]/.test(type) ? `.fio.${type}` : type.replace('#', ''),
        ...(label === 'repeated' && { label }),
        ...(type.endsWith('#') && { isJsNumber: true }),
      };
    }),
  };
}

/** The values count from 0. */
function values(name: string, ...names: string[]): EnumShape {
  return { name: `fio.${name}`, values: names.map((one, number) => ({ name: one, number })) };
}

export function builtinTypes(): ServiceTypes {
  return {
    comment: 'Every server has it: what it serves, how it is, what it has done.',
    messages: [...describing(), ...telling()],
    enums: [
      values('MethodKind', 'UNARY', 'SERVER_STREAMING', 'CLIENT_STREAMING', 'BIDIRECTIONAL'),
      values('Idempotency', 'UNSAFE', 'IDEMPOTENT', 'KEYED'),
      values('FieldLabel', 'SINGLE', 'OPTIONAL', 'REPEATED', 'MAP'),
      values('HealthStatus', 'UNKNOWN', 'SERVING', 'NOT_SERVING'),
    ],
  };
}

function describing(): MessageShape[] {
  return [
    shape('DescribeRequest', 'service:string'),
    shape(
      'DescribeReply',
      'services:ServiceDescription:repeated',
      'messages:MessageDescription:repeated',
      'enums:EnumDescription:repeated',
    ),
    shape(
      'ServiceDescription',
      'name:string',
      'id:uint32',
      'comment:string',
      'methods:MethodDescription:repeated',
    ),
    shape(
      'MethodDescription',
      'name:string',
      'id:uint32',
      'kind:MethodKind',
      'idempotency:Idempotency',
      'input:string',
      'output:string',
      'comment:string',
    ),
    shape(
      'MessageDescription',
      'name:string',
      'comment:string',
      'fields:FieldDescription:repeated',
      'error_id:uint32',
      'error_code:uint32',
    ),
    shape(
      'FieldDescription',
      'name:string',
      'number:uint32',
      'type:string',
      'label:FieldLabel',
      'key:string',
      'oneof:string',
      'js_number:bool',
      'comment:string',
    ),
    shape(
      'EnumDescription',
      'name:string',
      'comment:string',
      'values:EnumValueDescription:repeated',
    ),
    shape('EnumValueDescription', 'name:string', 'number:int32', 'comment:string'),
  ];
}

function telling(): MessageShape[] {
  return [
    shape('HealthRequest', 'service:string'),
    shape('HealthReply', 'status:HealthStatus'),
    shape('StatisticsRequest'),
    shape(
      'StatisticsReply',
      'uptime_ms:int64#',
      'connections:uint64#',
      'connections_total:uint64#',
      'methods:MethodStatistics:repeated',
    ),
    shape(
      'MethodStatistics',
      'method:string',
      'calls:uint64#',
      'errors:uint64#',
      'open:uint64#',
      'latencies:uint64#:repeated',
    ),
    shape('EchoMessage', 'payload:bytes'),
  ];
}
