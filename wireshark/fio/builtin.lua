-- Service 0, which every server has: what docs/PROTOCOL.md §7.5 says as a .proto, in tables.

fio.services[0] = {
  name = "fio.Builtin",
  methods = {
    [1] = { name = "Describe", input = "fio.DescribeRequest", output = "fio.DescribeReply" },
    [2] = { name = "Check", input = "fio.HealthRequest", output = "fio.HealthReply" },
    [3] = { name = "Watch", input = "fio.HealthRequest", output = "fio.HealthReply" },
    [4] = { name = "Statistics", input = "fio.StatisticsRequest", output = "fio.StatisticsReply" },
    [5] = { name = "Echo", input = "fio.EchoMessage", output = "fio.EchoMessage" },
  },
}
fio.enums["fio.MethodKind"] = { [0] = "UNARY", [1] = "SERVER_STREAMING", [2] = "CLIENT_STREAMING", [3] = "BIDIRECTIONAL" }
fio.enums["fio.Idempotency"] = { [0] = "UNSAFE", [1] = "IDEMPOTENT", [2] = "KEYED" }
fio.enums["fio.FieldLabel"] = { [0] = "SINGLE", [1] = "OPTIONAL", [2] = "REPEATED", [3] = "MAP" }
fio.enums["fio.HealthStatus"] = { [0] = "UNKNOWN", [1] = "SERVING", [2] = "NOT_SERVING" }
fio.messages["fio.DescribeRequest"] = {
  { name = "service", type = "string" },
}
fio.messages["fio.DescribeReply"] = {
  { name = "services", type = "fio.ServiceDescription", label = "repeated" },
  { name = "messages", type = "fio.MessageDescription", label = "repeated" },
  { name = "enums", type = "fio.EnumDescription", label = "repeated" },
}
fio.messages["fio.ServiceDescription"] = {
  { name = "name", type = "string" },
  { name = "id", type = "uint32" },
  { name = "comment", type = "string" },
  { name = "methods", type = "fio.MethodDescription", label = "repeated" },
}
fio.messages["fio.MethodDescription"] = {
  { name = "name", type = "string" },
  { name = "id", type = "uint32" },
  { name = "kind", type = "fio.MethodKind" },
  { name = "idempotency", type = "fio.Idempotency" },
  { name = "input", type = "string" },
  { name = "output", type = "string" },
  { name = "comment", type = "string" },
}
fio.messages["fio.MessageDescription"] = {
  { name = "name", type = "string" },
  { name = "comment", type = "string" },
  { name = "fields", type = "fio.FieldDescription", label = "repeated" },
  { name = "error_id", type = "uint32" },
  { name = "error_code", type = "uint32" },
}
fio.messages["fio.FieldDescription"] = {
  { name = "name", type = "string" },
  { name = "number", type = "uint32" },
  { name = "type", type = "string" },
  { name = "label", type = "fio.FieldLabel" },
  { name = "key", type = "string" },
  { name = "oneof", type = "string" },
  { name = "js_number", type = "bool" },
  { name = "comment", type = "string" },
}
fio.messages["fio.EnumDescription"] = {
  { name = "name", type = "string" },
  { name = "comment", type = "string" },
  { name = "values", type = "fio.EnumValueDescription", label = "repeated" },
}
fio.messages["fio.EnumValueDescription"] = {
  { name = "name", type = "string" },
  { name = "number", type = "int32" },
  { name = "comment", type = "string" },
}
fio.messages["fio.HealthRequest"] = {
  { name = "service", type = "string" },
}
fio.messages["fio.HealthReply"] = {
  { name = "status", type = "fio.HealthStatus" },
}
fio.messages["fio.StatisticsRequest"] = {}
fio.messages["fio.StatisticsReply"] = {
  { name = "uptime_ms", type = "int64", safe = true },
  { name = "connections", type = "uint64", safe = true },
  { name = "connections_total", type = "uint64", safe = true },
  { name = "methods", type = "fio.MethodStatistics", label = "repeated" },
}
fio.messages["fio.MethodStatistics"] = {
  { name = "method", type = "string" },
  { name = "calls", type = "uint64", safe = true },
  { name = "errors", type = "uint64", safe = true },
  { name = "open", type = "uint64", safe = true },
  { name = "latencies", type = "uint64", label = "repeated", safe = true },
}
fio.messages["fio.EchoMessage"] = {
  { name = "payload", type = "bytes" },
}
