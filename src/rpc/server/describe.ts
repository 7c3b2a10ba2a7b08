import {
  IdempotencyNumber,
  KindNumber,
  LabelNumber,
  type DescribeReply,
  type EnumDescription,
  type FieldDescription,
  type MessageDescription,
  type ServiceDescription,
} from '../description';
import type {
  EnumShape,
  FieldShape,
  Idempotency,
  MessageShape,
  MethodKind,
  ServiceDesc,
} from '../method';

const KINDS: Readonly<Record<MethodKind, KindNumber>> = {
  unary: KindNumber.UNARY,
  'server-streaming': KindNumber.SERVER_STREAMING,
  'client-streaming': KindNumber.CLIENT_STREAMING,
  bidirectional: KindNumber.BIDIRECTIONAL,
};

const IDEMPOTENCIES: Readonly<Record<Idempotency, IdempotencyNumber>> = {
  unsafe: IdempotencyNumber.UNSAFE,
  idempotent: IdempotencyNumber.IDEMPOTENT,
  keyed: IdempotencyNumber.KEYED,
};

const LABELS: Readonly<Record<NonNullable<FieldShape['label']>, LabelNumber>> = {
  optional: LabelNumber.OPTIONAL,
  repeated: LabelNumber.REPEATED,
  map: LabelNumber.MAP,
};

/** What Describe answers of these services. A type that several of them use is told once. */
export function describeServices(services: readonly ServiceDesc[]): DescribeReply {
  const messages = new Map<string, MessageDescription>();
  const enums = new Map<string, EnumDescription>();
  const described = services.map((service): ServiceDescription => {
    const types = service.types?.();
    for (const shape of types?.messages ?? []) messages.set(shape.name, describeMessage(shape));
    for (const shape of types?.enums ?? []) enums.set(shape.name, describeEnum(shape));
    const comments = new Map(types?.methodComments ?? []);
    return {
      name: service.name,
      id: service.id,
      comment: types?.comment ?? '',
      methods: Object.values(service.methods).map((method) => ({
        name: method.name,
        id: method.id,
        kind: KINDS[method.kind],
        idempotency: IDEMPOTENCIES[method.idempotency],
        input: method.input.name,
        output: method.output.name,
        comment: comments.get(method.name) ?? '',
      })),
    };
  });
  return { services: described, messages: [...messages.values()], enums: [...enums.values()] };
}

function describeMessage(shape: MessageShape): MessageDescription {
  const { name, comment = '', fields, errorId = 0, code: errorCode = 0 } = shape;
  return { name, comment, fields: fields.map(describeField), errorId, errorCode };
}

function describeField(shape: FieldShape): FieldDescription {
  const { name, number, type, label, key = '', oneof = '', isJsNumber = false } = shape;
  return {
    name,
    number,
    type,
    label: label === undefined ? LabelNumber.SINGLE : LABELS[label],
    key,
    oneof,
    jsNumber: isJsNumber,
    comment: shape.comment ?? '',
  };
}

function describeEnum({ name, comment = '', values }: EnumShape): EnumDescription {
  return {
    name,
    comment,
    values: values.map((value) => ({ ...value, comment: value.comment ?? '' })),
  };
}
