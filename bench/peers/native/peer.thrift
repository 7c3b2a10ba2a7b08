// What thrift serves in the benchmark.
service Peer {
  i64 readBalance(1: string wallet),
  binary echo(1: binary data)
}
